"""Two languages at once, as two people with one phone meet them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from app.pages import Pages
from app.pair import PAIRS
from tests.browser.conftest import Opener, Phone
from tests.browser.journey import SOME, expected
from tests.browser.test_printed import needs_poppler, printed
from tests.test_pair import in_two

#: What a person reads of a part: an order of words, without what a screen leaves out.
SIDES = """(css) => [...document.querySelectorAll(css + ' .two')].map(
    (two) => [...two.querySelectorAll(':scope > [lang]')].map((side) => [side.lang, side.textContent]))"""


def results(made: Phone, pair: str, answers: dict[str, tuple[str, ...]]) -> Phone:
    """Answer all questions on one page, and see the result."""
    made.open(f"/{pair}/")
    if made.script:
        made.page.locator("[data-go=all]").tap()
    for question, options in answers.items():
        made.answer(question, *options)
    if made.script:
        made.page.locator("#done").tap()
        made.page.locator("#cards article").first.wait_for()
    else:
        made.submit("#done")
    return made


@pytest.mark.parametrize("pair", PAIRS)
def test_phone_and_server_say_the_same_in_both(phone: Opener, pages: Pages, pair: str) -> None:
    by_phone = results(phone(), pair, SOME)
    by_server = results(phone(java_script_enabled=False), pair, SOME)
    levels = {id: found for id, found in by_phone.findings().items() if found[0] != "note"}
    assert levels == {id: found for id, found in expected(pages, SOME).items() if found[0] != "note"}
    assert by_server.findings() == by_phone.findings()
    for css in ("#cards", "#answers", ".counts"):
        said = [made.page.evaluate(SIDES, css) for made in (by_phone, by_server)]
        assert said[0] == said[1], css
        assert all([lang for lang, _ in sides] == list(PAIRS[pair]) for sides in said[0]), css
    assert {method for method, _ in by_phone.requests} == {"GET"}
    words = [pages.words[tag] for tag in PAIRS[pair]]
    text = [f"{t.plain('question.car.short')}: {t.plain('option.car.often')}" for t in words]
    assert [side for _, side in by_phone.page.evaluate(SIDES, "#answers li")[0]] == text


def test_one_question_a_screen_in_both(phone: Opener) -> None:
    made = phone().open("/es+en/")
    made.axe("start")
    made.tap("Empezar · Start")
    assert made.page.locator("#progress span").inner_text() == "1 de 12 · 1 of 12"
    legend = made.page.locator("legend:visible").inner_text()
    assert "¿Con qué frecuencia" in legend and "How often do you drive" in legend
    made.axe("question")
    made.fits("question")
    made.answer("car", "often")
    made.tap("Continue")
    made.page.locator("header").get_by_role("button", name="English").tap()
    made.page.locator("html[lang=en]").wait_for()
    assert made.page.locator("[name=car][value=often]").is_checked(), "one language takes the answers over"
    made.tap("Back")
    made.tap("See my results")
    assert "·" not in made.page.locator("#cards #system-irs h3").inner_text()
    assert {method for method, _ in made.requests} == {"GET"}


@pytest.mark.parametrize(
    "name", ["systems", "help", "rights", "languages", "letters", "place", "nothing-here"]
)
def test_pages_in_two_languages_meet_wcag(phone: Opener, name: str) -> None:
    made = phone().open(f"/es+en/{name}")
    made.axe(name)
    made.fits(name)
    made.noise[:] = [line for line in made.noise if "404" not in line]


@pytest.mark.parametrize("script", [True, False])
def test_a_result_in_two_languages_meets_wcag(phone: Opener, script: bool) -> None:
    made = results(phone(java_script_enabled=script), "es+en", SOME)
    made.axe("result")
    made.fits("result")


def test_dates_sources_and_help_come_in_both(phone: Opener) -> None:
    made = results(phone(), "es+en", SOME)
    made.page.locator("#system-irs [data-act=more]").tap()
    made.page.locator("#system-irs .claims .two").first.wait_for()
    made.page.locator("#near [data-act=near]").tap()
    made.page.locator("#near-state").select_option("TX")
    made.page.locator("#local [data-provider]").first.wait_for()
    assert made.page.locator("#local .two [lang=es]").count() > 5
    asked = [url.split("/", 3)[3] for _, url in made.requests]
    assert asked == ["es+en/", "later.js", "es+en/systems", "es+en/help"]


def test_a_screen_reader_hears_one_language_by_choice(phone: Opener) -> None:
    made = phone().open("/es+en/")
    tree = made.page.locator("main")
    assert "How often do you drive" not in tree.aria_snapshot()  # not shown yet
    made.tap("Empezar · Start")
    both_heard = tree.aria_snapshot()
    assert "How often do you drive" in both_heard and "¿Con qué frecuencia" in both_heard
    box = made.page.locator("#aloud")
    box.get_by_role("button", name="Español", exact=True).tap()
    heard = tree.aria_snapshot()
    assert "How often do you drive" not in heard and "¿Con qué frecuencia" in heard
    assert box.locator("[aria-pressed=true]").inner_text() == "Español"
    made.answer("car", "often")
    made.page.evaluate("document.querySelector('#f').requestSubmit()")
    made.page.locator("#system-alpr summary").wait_for()
    card = made.page.locator("#system-alpr")
    assert "Lectores de placas" in card.aria_snapshot() and "Plate readers" not in card.aria_snapshot()
    assert card.locator("h3 [lang=en]").is_visible(), "what is not heard can still be read"
    made.axe("one language heard")
    box.get_by_role("button", name="English", exact=True).tap()
    assert "Plate readers" in card.aria_snapshot() and "Lectores" not in card.aria_snapshot()
    box.locator("button").last.tap()
    assert made.page.locator("main .two [aria-hidden]").count() == 0


def test_columns_stand_beside_each_other_from_a_tablet_up(phone: Opener) -> None:
    for width, beside in ((360, False), (820, True)):
        made = phone(viewport={"width": width, "height": 740}).open("/es+en/systems")
        boxes = [made.page.locator(f"#system-irs h2 [lang={tag}]").bounding_box() for tag in ("es", "en")]
        one, other = (box for box in boxes if box)
        assert (one["y"] == other["y"]) is beside and (one["x"] < other["x"]) is beside


def test_two_languages_fit_at_four_hundred_percent(phone: Opener) -> None:
    made = results(phone(viewport={"width": 320, "height": 256}), "es+en", SOME)
    made.fits("result")
    assert made.page.locator("header").evaluate("(at) => getComputedStyle(at).position") == "static"


@needs_poppler
def test_a_result_prints_as_one_sheet_in_both(phone: Opener, pages: Pages, tmp_path: Path) -> None:
    made = results(phone(java_script_enabled=False), "es+en", SOME)
    text = " ".join(printed(made, tmp_path / "two.pdf")).split()
    for tag in ("es", "en"):
        t = pages.words[tag]
        for key in ("results.print", "irs.name", "standing.legal"):
            assert {*t.plain(key).split()} <= {*text}, (tag, key)


@pytest.mark.parametrize("order", [("ar", "en"), ("en", "ar")])
def test_right_to_left_stands_beside_left_to_right(
    phone: Opener, pages: Pages, monkeypatch: pytest.MonkeyPatch, order: tuple[str, str]
) -> None:
    html = in_two(pages, monkeypatch, order)
    for width in (360, 820):
        made = phone(viewport={"width": width, "height": 740})
        made.page.set_content(re.sub(r'<script src="[^"]*"[^>]*></script>', "", html))
        made.page.locator("[data-go=car]").first.tap()
        made.fits(f"{order} at {width}")
        made.axe(f"{order} at {width}")
        side: dict[str, Any] = made.page.evaluate(
            """() => Object.fromEntries([...document.querySelectorAll('#q-car legend .two > [lang]')].map(
                 (at) => [at.lang, [getComputedStyle(at).direction, at.getBoundingClientRect().x]]))"""
        )
        assert side["ar"][0] == "rtl" and side["en"][0] == "ltr"
        if width == 820:
            assert side["ar"][1] > side["en"][1], "the first language stands where its reader starts"
