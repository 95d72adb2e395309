"""The edition in one file, opened from the phone's own files with the network switched off."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app import cli, onefile
from app.pages import Pages
from tests.browser.conftest import Opener
from tests.browser.journey import SOME, expected
from tests.conftest import LANGUAGES, TODAY
from tests.engines.firefox import PROGRAM, firefox


@pytest.fixture(scope="session")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Language → the address of the file."""
    folder = tmp_path_factory.mktemp("onefile")
    pages = cli.pages(date.fromisoformat(TODAY), one_file=True)
    for tag in LANGUAGES:
        onefile.write(pages, tag, folder / f"{tag}.html")
    return {tag: (folder / f"{tag}.html").as_uri() for tag in LANGUAGES}


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
    assert made.findings() == expected(pages, SOME)
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
    assert made.findings() == expected(pages, SOME), "nothing of this costs the answers"
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


def test_the_same_in_firefox(pages: Pages, copies: dict[str, str], tmp_path: Path) -> None:
    if not PROGRAM:
        pytest.skip("Firefox is not installed")
    with firefox(tmp_path) as made:
        made.open(copies["es"])
        made.tap("#start .js a")
        for question, options in SOME.items():
            made.answer(question, *options)
            made.tap("#next")
        made.tap("#done")
        made.wait("document.querySelectorAll('#cards article').length")
        assert made.findings() == expected(pages, SOME)
        made.tap("#system-irs [data-act=more]")
        made.wait("document.querySelectorAll('#system-irs .claims .cited li').length")
        made.tap("#near a")
        made.choose("#near-state", "TX")
        made.wait("document.querySelectorAll('#local [href^=\"tel:\"]').length")
        made.tap("footer [data-go=rights]")
        shown = "[...document.querySelectorAll('main>section:not([hidden])')].map((part) => part.id)"
        assert made.evaluate(shown) == ["rights"]
        made.tap(".leave")
        made.wait("location.href == 'about:blank'")
