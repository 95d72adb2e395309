"""The edition in one file, opened from the phone's own files with the network switched off."""

from __future__ import annotations

import contextlib
import itertools
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app import assess, cli, onefile
from app.pages import Pages
from tests.browser.conftest import Opener
from tests.browser.journey import SOME
from tests.conftest import LANGUAGES, TODAY


@pytest.fixture(scope="session")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Language → the address of the file."""
    folder = tmp_path_factory.mktemp("onefile")
    pages = cli.pages(date.fromisoformat(TODAY), one_file=True)
    for tag in LANGUAGES:
        onefile.write(pages, tag, folder / f"{tag}.html")
    return {tag: (folder / f"{tag}.html").as_uri() for tag in LANGUAGES}


def expected(pages: Pages) -> dict[str, list[Any]]:
    """What the rules say of ``SOME``: level, dependencies and rows by system."""
    found = assess.assess({key: frozenset(ids) for key, ids in SOME.items()}, pages.catalog.systems)
    return {f.system: [f.level, " ".join(f.depends), list(f.rows)] for f in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_journey_without_a_network(
    phone: Opener, pages: Pages, copies: dict[str, str], language: str
) -> None:
    t = pages.words[language]
    made = phone(offline=True)
    made.server = "file:"
    page = made.page
    page.goto(copies[language])
    made.axe("start")
    made.fits("start")
    made.tap(t.plain("app.all"))
    for question, options in SOME.items():
        made.answer(question, *options)
    made.tap(t.plain("form.results"))
    assert made.findings() == expected(pages)
    card = page.locator("#system-irs")
    card.locator("[data-act=more]").tap()
    claims = card.locator(".claims")
    claims.locator("[href*='-s']").first.tap()
    assert page.evaluate("document.activeElement.matches('#system-irs .claims .cited li')")
    assert claims.locator(".cited li").count() == len(
        pages.cited(next(s for s in pages.catalog.systems if s.id == "irs").claims)
    )
    made.axe("result with sources")
    made.fits("result with sources")
    card.locator("[data-act=more]").tap()
    assert claims.count() == 0
    page.locator("#near a").tap()
    page.locator("#near-state").select_option("TX")
    page.locator("#local [href^='tel:']").first.wait_for()
    made.fits("help of a state")
    for name in ("rights", "privacy", "help", "systems"):
        made.page.locator("footer").get_by_text(t.plain(f"{name}.title"), exact=True).tap()
        shown = page.locator("main>section:visible")
        assert t.plain(f"{name}.title") in shown.last.locator("h2").first.inner_text()
        made.axe(name)
        made.fits(name)
    page.locator(".list a").first.tap()
    page.go_back()
    page.go_back()
    page.locator("#states").wait_for()
    for _ in range(3):
        page.go_back()
    page.locator("#results").wait_for()
    assert made.findings() == expected(pages), "nothing of this costs the answers"
    page.locator(".leave").tap()
    page.wait_for_url("about:blank")
    page.go_back()
    page.wait_for_url("file:**")
    assert page.locator(":checked:not([value=''])").count() == 0
    assert {method for method, _ in made.requests} == {"GET"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_script_it_can_be_read(
    phone: Opener, pages: Pages, copies: dict[str, str], language: str
) -> None:
    t = pages.words[language]
    made = phone(offline=True, java_script_enabled=False)
    made.server = "file:"
    made.page.goto(copies[language])
    assert made.page.get_by_text(t.plain("app.static")).is_visible()
    assert made.page.locator("form:visible, button:visible").count() == 0
    for css in ("#long-system-irs .claims", "#rights", "#privacy", "#states"):
        assert made.page.locator(css).is_visible(), css
    made.page.locator("#state-TX summary").tap()
    assert made.page.locator("#state-TX [href^='tel:']").first.is_visible()
    made.fits("everything")


# --- Firefox ------------------------------------------------------------------------------------------

Call = Callable[..., Any]
#: Firefox asks nobody for anything: every request goes to a port that nobody listens on.
CALM = {
    "network.proxy.type": 1, "network.proxy.http": "127.0.0.1", "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1", "network.proxy.ssl_port": 9, "network.trr.mode": 5,
}  # fmt: skip


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def firefox(program: str, profile: Path) -> Iterator[tuple[Call, str]]:
    """A Firefox that is driven by WebDriver BiDi: how to call it, and its tab."""
    client = pytest.importorskip("websockets.sync.client", reason="websockets is not installed")
    port = free_port()
    lines = [f"user_pref({json.dumps(key)}, {json.dumps(value)});\n" for key, value in CALM.items()]
    (profile / "user.js").write_text("".join(lines))
    command = [program, "--headless", "--no-remote", "--profile", str(profile)]
    process = subprocess.Popen(
        [*command, "--remote-debugging-port", str(port)], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    numbers = itertools.count(1)
    try:
        wait(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0, 30)
        with client.connect(f"ws://127.0.0.1:{port}/session", max_size=None) as line:

            def call(method: str, **params: Any) -> Any:
                number = next(numbers)
                line.send(json.dumps({"id": number, "method": method, "params": params}))
                while (answer := json.loads(line.recv(30))).get("id") != number:
                    pass
                return answer["result"]

            call("session.new", capabilities={})
            yield call, call("browsingContext.getTree")["contexts"][0]["context"]
            call("browser.close")
    finally:
        process.terminate()
        process.wait(10)


def wait(ready: Callable[[], object], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def test_the_same_in_firefox(pages: Pages, copies: dict[str, str], tmp_path: Path) -> None:
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if not program:
        pytest.skip("Firefox is not installed")
    with firefox(program, tmp_path) as (call, tab):

        def read(code: str) -> Any:
            made = call(
                "script.evaluate", target={"context": tab}, awaitPromise=False,
                expression=f"JSON.stringify({code})",
            )  # fmt: skip
            return json.loads(made["result"]["value"])

        def tap(css: str) -> None:
            read(f"document.querySelector({json.dumps(css)}).click()||0")

        call("browsingContext.navigate", context=tab, url=copies["es"], wait="complete")
        tap("#start .js a")
        for question, options in SOME.items():
            for option in options:
                tap(f"[name={question}][value={option}]")
        tap("#done")
        found = read(
            """Object.fromEntries([...document.querySelectorAll("#cards article")].map((card) => [
                 card.id.slice(7), card.dataset.level]))"""
        )
        wanted = {id: finding[0] for id, finding in expected(pages).items()}
        assert found == wanted
        tap("#system-irs [data-act=more]")
        wait(lambda: read("document.querySelectorAll('#system-irs .claims .cited li').length"))
        tap("#near a")
        read("(document.querySelector('#near-state').value = 'TX', 0)")
        read("(document.querySelector('#near-state').onchange(), 0)")
        wait(lambda: read("document.querySelectorAll('#local [href^=\"tel:\"]').length"))
        tap("footer [data-go=rights]")
        shown = read("[...document.querySelectorAll('main>section:not([hidden])')].map((part) => part.id)")
        assert shown == ["rights"]
        tap(".leave")
        wait(lambda: read("location.href") == "about:blank")
