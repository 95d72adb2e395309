"""The main journeys in three engines, with JavaScript and without."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from app.built import Built
from app.pages import Pages
from tests.browser.journey import SOME, expected
from tests.conftest import LANGUAGES
from tests.engines.conftest import Opener, Request, Site
from tests.engines.engine import STANDS, Engine, Wall, until
from tests.engines.firefox import PROGRAM, Firefox, firefox, unpacked
from tests.page import Page

OTHER = {"en": "es", "es": "en"}
#: What a page could leave behind in a browser.
STORED = """(async () => (self.stored = [localStorage.length, sessionStorage.length, document.cookie,
    (await caches.keys()).length, (await indexedDB.databases()).length,
    (await navigator.serviceWorker.getRegistrations()).length]))() && 0"""
LISTENS = """<!doctype html><title>t</title><button>b</button>
<script>(() => { const on = addEventListener; on("click", () => (document.title = "heard")); })()</script>
<script>(() => { "use strict"; const on = addEventListener; on("click", () => (document.body.id = "too"));
})()</script>"""


def ticked(engine: Engine) -> int:
    return engine.count("input:checked") + engine.count("#state option:checked:not([value=''])")


def answered(engine: Engine, site: Site, pages: Pages, language: str) -> None:
    """With JavaScript: from the start, question by question, to the result."""
    engine.open(f"{site.address}/{language}/")
    engine.tap("#start a.main")
    for question in pages.catalog.questions:
        assert engine.visible(f"#q-{question.id}")
        engine.answer(question.id, *SOME[question.id])
        engine.tap("#next")
    engine.tap("#done")
    engine.wait("document.querySelectorAll('#cards article').length")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_phone_works_it_out_and_sends_nothing(
    engine: Opener, site: Site, pages: Pages, language: str, tmp_path: Path
) -> None:
    made, other = engine(), OTHER[language]
    answered(made, site, pages, language)
    t = pages.words[language]
    assert made.findings() == expected(pages, SOME)
    assert made.text("#results h2") == t.plain("results.title")
    assert made.screenshot().startswith(b"\x89PNG")
    assert site.requests == [Request("GET", f"/{language}/")], "answering sends nothing"

    made.tap("#answers summary")
    made.tap("#answers [data-go=tax]")
    assert made.count("[name=tax][value=itin]:checked") == 1
    made.answer("tax", "no")
    made.tap("#done")
    made.wait("document.querySelector('#system-irs').dataset.level == 'possible'")
    changed = expected(pages, SOME | {"tax": ("no",)})
    assert made.findings() == changed

    made.tap("header button")
    made.wait(f"document.documentElement.lang == '{other}'")
    assert made.text("#results h2") == pages.words[other].plain("results.title")
    assert made.findings() == changed, "the switch keeps the result"
    assert site.requests[1:] == [Request("GET", "/later.js"), Request("GET", f"/{other}/")]

    made.evaluate(STORED)
    made.wait("self.stored")
    assert made.evaluate("self.stored") == [0, 0, "", 0, 0, 0]
    made.submit(".leave")
    assert made.evaluate("location.pathname") == f"/{other}/bye"
    assert made.text("h1") == pages.words[other].plain("bye.title")
    assert site.requests[3:] == [Request("GET", f"/{other}/bye")]
    assert made.cookies() == []


@pytest.mark.parametrize("way", ["away", "leave", "reload"])
def test_coming_back_shows_no_answer(engine: Opener, site: Site, pages: Pages, way: str) -> None:
    made = engine()
    answered(made, site, pages, "en")
    if way == "reload":
        made.reload()
    else:
        if way == "leave":
            made.submit(".leave")
        else:
            made.open(f"{site.address}/en/privacy")
        made.back()
    made.wait(f"location.pathname == '/en/' && {STANDS}")
    made.wait("document.querySelector('#start')?.checkVisibility()")
    assert ticked(made) == 0
    assert made.count("article") == made.count("#answers li") == 0
    made.tap("#start a.main")
    assert ticked(made) == 0
    assert {request.method for request in site.requests} == {"GET"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_script_the_server_answers(engine: Opener, site: Site, pages: Pages, language: str) -> None:
    """Which is also the proof that the engine reads an answer of one size."""
    made, other = engine(script=False), OTHER[language]
    made.open(f"{site.address}/{language}/")
    assert made.attribute("html", "class") is None, "the page's script ran"
    assert made.count("fieldset") == 13
    for question in pages.catalog.questions:
        made.answer(question.id, *SOME[question.id])
    made.submit("header button")
    assert made.attribute("html", "lang") == other
    assert ticked(made) == sum(map(len, SOME.values())), "the switch keeps the answers"
    made.submit("#done")
    assert made.evaluate("location.pathname") == f"/{other}/results"
    assert made.findings() == expected(pages, SOME)
    assert made.text("h1") == pages.words[other].plain("results.title")
    Page(made.evaluate("'<!doctype html>' + document.documentElement.outerHTML")).lint(other)
    made.submit("header button")
    assert made.text("h1") == pages.words[language].plain("results.title")
    assert made.findings() == expected(pages, SOME)
    made.submit("#system-irs [data-go=tax]")
    assert made.count("[name=tax][value=itin]:checked") == 1
    assert site.requests == [
        Request("GET", f"/{language}/"),
        Request("POST", f"/{other}/"),
        Request("POST", f"/{other}/results"),
        Request("POST", f"/{language}/results"),
        Request("POST", f"/{language}/"),
    ]
    assert made.cookies() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mistake_without_a_script_keeps_what_was_right(
    engine: Opener, site: Site, pages: Pages, language: str
) -> None:
    right = pages.app(language)
    site.extra["/wrong"] = right.replace('value="itin"', 'value="moon"')
    assert site.extra["/wrong"] != right
    made = engine(script=False)
    made.open(f"{site.address}/wrong")
    made.answer("tax", "moon")
    made.answer("ssn", "yes")
    made.submit("#done")
    t = pages.words[language]
    assert t.plain("errors.summary") in made.text("#errors")
    assert made.count("[name=tax]:checked") == 0
    assert made.count("[name=ssn][value=yes]:checked") == 1
    assert made.attribute("#q-tax", "aria-describedby") == "e-tax"
    assert "moon" not in made.evaluate("document.documentElement.outerHTML")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_back_shows_without_a_script_is_as_we_say(
    engine: Opener, site: Site, pages: Pages, language: str
) -> None:
    """Nothing of ours can empty a page then: the answer page says so, for the engines that need it said."""
    made = engine(script=False)
    made.open(f"{site.address}/{language}/")
    made.answer("tax", "itin")
    made.submit(".leave")
    made.back()
    made.wait(f"location.pathname == '/{language}/' && {STANDS}")
    assert ticked(made) == (0 if made.name == "webkit" else 1), "from the back-forward cache"
    made.open(f"{site.address}/{language}/")
    assert ticked(made) == 0
    made.answer("tax", "itin")
    made.submit("#done")
    assert pages.words[language].plain("results.back") in made.text("#results")
    made.submit(".leave")
    site.requests.clear()
    made.back()
    if made.name == "webkit":  # sends the form again, and asks nobody
        made.wait("document.querySelectorAll('#cards article').length")
        assert site.requests == [Request("POST", f"/{language}/results")]
    else:
        time.sleep(1)
        assert made.count("article") == 0
        assert site.requests == []


def test_firefox_writes_no_answer_to_its_session(site: Site, wall: Wall, tmp_path: Path) -> None:
    """Firefox saves what was filled in, to restore it after a crash; not where autocomplete is off."""
    site.extra["/control"] = "<!doctype html><title>t</title><input type=checkbox id=c>"
    assert PROGRAM, "firefox is not installed: make test-browsers"
    often: dict[str, Any] = {"browser.sessionstore.interval": 300, "browser.sessionstore.interval.idle": 300}

    def saved(made: Firefox, title: str) -> str:
        """The session, once it knows of this title."""
        made.evaluate(f"document.title = '{title}'")
        file, session = made.profile / "sessionstore-backups" / "recovery.jsonlz4", ""

        def ready() -> bool:
            nonlocal session
            session = unpacked(file.read_bytes()) if file.is_file() else ""
            return f'"title":"{title}"' in session

        until(ready, 30, "the session")
        return session

    for path, script in (("/control", True), ("/en/", True), ("/en/", False)):
        profile = tmp_path / f"{path[1:3]}{script}"
        profile.mkdir()
        with firefox(profile, wall, script, **often) as made:
            made.open(site.address + path)
            if path == "/control":
                made.tap("#c")
            else:
                if script:
                    made.tap("#start a.main")
                made.answer("car", "often")
                made.choose("#state", "TX")
            saved(made, "first")
            assert ('"formdata"' in saved(made, "second")) == (path == "/control")


def test_listeners_are_added_without_naming_the_window(engine: Opener, site: Site) -> None:
    """``const on = addEventListener; on(…)``, in sloppy mode and in strict."""
    site.extra["/listens"] = LISTENS
    made = engine()
    made.open(f"{site.address}/listens")
    made.tap("button")
    made.wait("document.title == 'heard' && document.body.id == 'too'")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_engine_reaches_nobody_else(engine: Opener, wall: Wall, script: bool) -> None:
    """All that is not this machine goes to the wall."""
    made = engine(script)
    made.open("http://on-file.example/")
    assert made.text("body") == "wall"
    assert any("//on-file.example/" in asked for asked in wall.asked)


@pytest.mark.parametrize("gzip", [True, False], ids=["gzip", "plain"])
def test_curl_reads_an_answer(site: Site, pages: Pages, built: Path, gzip: bool) -> None:
    curl = shutil.which("curl")
    assert curl, "curl is not installed: make test-browsers"
    form = [part for key, ids in SOME.items() for id in ids for part in ("-d", f"{key}={id}")]
    done = subprocess.run(
        [curl, "-sS", "--noproxy", "*", *(["--compressed"] * gzip), *form, "-w", "%{stderr}%{size_download}",
         f"{site.address}/en/results"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    page = Page(done.stdout)
    page.lint("en")
    assert {system: [level, depends] for system, (level, depends) in page.findings().items()} == {
        system: finding[:2] for system, finding in expected(pages, SOME).items()
    }
    assert int(re.sub(r"\D", "", done.stderr)) == Built(built).size("en", gzip)
