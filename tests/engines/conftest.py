"""The engines, and a server that remembers every request for as long as a test runs."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from app import cli, create_app
from tests.browser.conftest import NAMES
from tests.engines import webkit as webkit_module
from tests.engines.chromium import chromium
from tests.engines.engine import Engine, Wall, walled
from tests.engines.firefox import PROGRAM, firefox
from tests.engines.webkit import webkit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ENGINES = ("chromium", "firefox", "webkit")


class Request(NamedTuple):
    method: str
    path: str
    query: str = ""


@dataclass
class Site:
    """The app on waitress, what it was asked, and pages that only a test has."""

    app: WSGIApplication
    address: str = ""
    requests: list[Request] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path in self.extra:
            start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
            return [self.extra[path].encode()]
        self.requests.append(Request(environ["REQUEST_METHOD"], path, environ["QUERY_STRING"]))
        self.cookies += [environ["HTTP_COOKIE"]] if "HTTP_COOKIE" in environ else []
        return self.app(environ, start)


@pytest.fixture(scope="session")
def whole_site(built: Path) -> Iterator[Site]:
    app = create_app(built)
    site = Site(app.wsgi_app)
    app.wsgi_app = site  # type: ignore[method-assign, assignment]
    server = cli.server(app, "127.0.0.1", 0)
    threading.Thread(target=server.run, daemon=True).start()
    site.address = f"http://127.0.0.1:{server.effective_port}"
    yield site
    server.close()


@pytest.fixture
def site(whole_site: Site) -> Iterator[Site]:
    for seen in (whole_site.requests, whole_site.cookies, whole_site.extra):
        seen.clear()
    yield whole_site
    assert whole_site.cookies == [], "nobody sent a cookie"


@pytest.fixture(scope="session")
def wall() -> Iterator[Wall]:
    with walled() as made:
        yield made


Opener = Callable[..., Engine]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, wall: Wall, tmp_path: Path) -> Iterator[Opener]:
    """Opens the engine, afresh, with JavaScript or without. One that is missing is a failure."""
    name: str = request.param
    there = {
        "chromium": any(map(shutil.which, NAMES)),
        "firefox": PROGRAM,
        "webkit": webkit_module.DRIVER and webkit_module.XVFB and webkit_module.BROWSER,
    }
    assert there[name], f"{name} is not installed: make test-browsers"
    with ExitStack() as stack:

        def start(script: bool = True) -> Engine:
            if name == "firefox":
                return stack.enter_context(firefox(tmp_path, wall, script))
            return stack.enter_context((chromium if name == "chromium" else webkit)(wall, script))

        yield start
