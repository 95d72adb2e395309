"""Copies that need no server of ours: the exported site, and pages kept on the phone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from waitress.server import create_server

from app import cli, export
from app.pages import Pages
from app.privacy import headers
from tests.browser.conftest import Opener
from tests.browser.journey import SOME, go_through
from tests.conftest import LANGUAGES


@pytest.fixture
def exported(pages: Pages, built: Path, tmp_path: Path) -> Iterator[str]:
    """The address of the exported site, under a path, on a server that knows only files."""
    folder = tmp_path / "on-file"
    export.write(cli.pages(pages.today, "/on-file", static=True), folder, built / "site", "/on-file")

    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        path = tmp_path / environ["PATH_INFO"].lstrip("/")
        tries = [path / "index.html", path.with_name(path.name + ".html"), path]
        found = next((name for name in tries if name.is_file()), None)
        kind = "text/javascript" if path.suffix == ".js" else "text/html; charset=utf-8"
        table = [*headers(export.policy(pages)).items(), ("Content-Type", kind)]
        start("200 OK" if found else "404 Not Found", table)
        return [found.read_bytes()] if found else []

    server = create_server(app, host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


def test_the_exported_site_works_under_a_path(phone: Opener, pages: Pages, exported: str) -> None:
    made = phone()
    made.server = exported + "/on-file"
    go_through(made, pages, "en", SOME)
    assert made.findings()["irs"][0] == "likely"
    made.page.locator("#system-irs [data-act=more]").tap()
    made.page.locator("#system-irs .claims").wait_for()
    made.page.locator("#near a").tap()
    made.page.locator("#near-state").select_option("VT")
    made.page.locator("#local h3").wait_for()
    made.page.locator("header button").tap()
    made.page.locator("html[lang=es]").wait_for()
    assert made.page.url == f"{exported}/on-file/es/"
    assert {method for method, _ in made.requests} == {"GET"}
    without = phone(java_script_enabled=False)
    without.server = exported + "/on-file"
    without.open("/en/")
    said = without.page.locator("noscript")
    assert said.is_visible() and said.inner_text() == pages.words["en"].plain("app.static")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_can_be_kept_on_the_phone_and_taken_away(phone: Opener, pages: Pages, language: str) -> None:
    """Nothing is stored before it is asked for, only public pages after, and nothing once it is removed."""
    t = pages.words[language]
    stored = """async () => [await caches.keys(),
        (await Promise.all((await caches.keys()).map(async (name) =>
            (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)))).flat(),
        (await navigator.serviceWorker.getRegistrations()).length,
        localStorage.length + sessionStorage.length, (await indexedDB.databases()).length]"""
    made = phone().open(f"/{language}/keep")
    page = made.page
    assert page.evaluate(stored) == [[], [], 0, 0, 0]
    made.tap(t.plain("keep.title"))
    page.get_by_text(t.plain("keep.kept")).wait_for()
    names = ["", "systems", "help", "rights", "letters", "place", "privacy", "keep", "tools"]
    _, kept, workers, others, databases = page.evaluate(stored)
    assert sorted(kept) == sorted([*(f"/{language}/{name}" for name in names), "/later.js", "/places.json"])
    assert (workers, others, databases) == (1, 0, 0)
    made.axe("kept")
    page.context.set_offline(True)
    go_through(made, pages, language, SOME)
    assert made.findings()["irs"][0] == "likely"
    page.locator("#system-irs [data-act=more]").tap()
    page.locator("#system-irs .claims").wait_for()
    page.locator("#near a").tap()
    page.locator("#near-state").select_option("VT")
    page.locator("#local h3").wait_for()
    page.locator("#answers summary").tap()
    page.locator("#answers [data-go=state]").tap()
    page.locator("[data-act=place]").tap()
    page.locator("#find").fill("wind")
    page.keyboard.press("Enter")
    page.locator("#found b", has_text="Windham County, Vermont").wait_for()
    for name in ("systems", "help", "rights"):
        made.open(f"/{language}/{name}")
        assert page.locator("h1").inner_text() == t.plain(f"{name}.title")
    assert page.evaluate(stored)[1] == kept
    page.context.set_offline(False)
    other = next(tag for tag in LANGUAGES if tag != language)
    made.open(f"/{other}/keep")
    assert page.get_by_text(pages.words[other].plain("keep.kept")).is_hidden(), "this language is not kept"
    made.open(f"/{language}/keep").tap(t.plain("keep.remove"))
    page.get_by_text(t.plain("keep.removed")).wait_for()
    made.open(f"/{language}/rights")
    assert page.evaluate(stored) == [[], [], 0, 0, 0]
    assert {method for method, _ in made.requests} == {"GET"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("offline", [True, False])
def test_erase_and_leave_takes_the_kept_copy_along(
    phone: Opener, pages: Pages, language: str, offline: bool
) -> None:
    """Without a network as with one: a page that says nothing of us, and nothing left on the phone."""
    t = pages.words[language]
    made = phone().open(f"/{language}/keep")
    page = made.page
    made.tap(t.plain("keep.title"))
    page.get_by_text(t.plain("keep.kept")).wait_for()
    made.open(f"/{language}/")
    page.context.set_offline(offline)
    made.tap(t.plain("header.leave"))
    page.wait_for_url("**/bye")
    assert (
        page.locator("body").inner_text() == ""
        if offline
        else page.get_by_text(t.plain("bye.title")).is_visible()
    )
    page.context.set_offline(False)
    made.open(f"/{language}/rights")
    assert page.evaluate(
        "async () => [await caches.keys(), (await navigator.serviceWorker.getRegistrations()).length]"
    ) == [[], 0]
