"""Fixtures. The site is built once a run, into a temporary folder."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import cli, create_app, site
from app.model import Catalog
from app.pages import Pages
from tests.page import Page

LANGUAGES = ("en", "es")
#: What the tests take for today, so that an unchanged tree never turns red.
TODAY = "2026-11-23"
HEADERS = {
    "Content-Security-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Cross-Origin-Embedder-Policy",
    "Permissions-Policy",
    "Cache-Control",
}
#: Headers an answer may carry beside the fixed set.
OTHERS = {"Date", "Content-Type", "Content-Length", "Content-Encoding", "Vary", "ETag", "Location", "Allow"}


class Client:
    """The test client; every answer's headers and markup are checked on the way."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def open(self, path: str, status: int = 200, **more: Any) -> TestResponse:
        response = self.client.open(path, **more)
        names = set(response.headers.keys())
        allowed = HEADERS | OTHERS | ({"Clear-Site-Data"} if path.endswith(("/bye", "/kitchen")) else set())
        assert response.status_code == status, (path, response.status, response.text[:500])
        assert names >= HEADERS, (path, HEADERS - names)
        assert names <= allowed, (path, names - allowed)
        if more.get("method") == "POST" or status >= 400:
            assert response.headers["Cache-Control"] == "no-store"
        return response

    def page(self, path: str, status: int = 200, **more: Any) -> Page:
        response = self.open(path, status, **more)
        page = Page(response.get_data(as_text=True))
        first = path.split("/")[1]
        page.lint(first if first in LANGUAGES else None)
        return page

    def post(self, path: str, data: Any = None, status: int = 200, **more: Any) -> Page:
        return self.page(path, status, method="POST", data=data or {}, **more)


@pytest.fixture(scope="session")
def pages() -> Pages:
    """Every page, as it reads on the day of the tests."""
    return cli.pages(date.fromisoformat(TODAY))


@pytest.fixture(scope="session")
def built(pages: Pages, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the built site, as `make build` writes it."""
    folder = tmp_path_factory.mktemp("build")
    site.write(pages, folder)
    return folder


@pytest.fixture(scope="session")
def app(built: Path) -> Flask:
    return create_app(built)


@pytest.fixture(scope="session")
def catalog(pages: Pages) -> Catalog:
    return pages.catalog


@pytest.fixture
def client(app: Flask) -> Client:
    return Client(app.test_client())


@pytest.fixture(scope="session")
def server(app: Flask) -> Iterator[str]:
    """The address of the app on waitress, as it is deployed."""
    made = cli.server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{made.effective_port}"
    made.close()
