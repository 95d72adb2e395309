"""Finding one's county on the phone: by touch and by keys, and nobody learns which."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page as Tab

from app.pages import Pages
from tests.browser.conftest import Opener, Phone
from tests.conftest import LANGUAGES, Client

#: A place to type, the county found, and answers to go with it: FIPS code, state, letters of the county.
PLACES = {
    "01001": ("AL", "autau", {"held": "yes"}),
    "48201": ("TX", "harr", {"plate_cameras": "not_sure", "car": "sometimes"}),
    "35013": ("NM", "dona", {"fingerprints_police": "adult"}),
    "09001": ("CT", "fairf", {"plate_cameras": "not_sure", "car": "sometimes"}),
    "17031": ("IL", "cook", {"held": "yes", "plate_cameras": "no", "car": "sometimes"}),
}


def words(text: str) -> str:
    """Without what spaces and the grouping of digits differ in."""
    return re.sub(r"\s|(?<=\d)[,.](?=\d{3})", "", text)


def find(made: Phone, state: str, letters: str) -> None:
    """By keys alone, from the button on."""
    page = made.page
    page.locator("[data-act=place]").focus()
    page.keyboard.press("Enter")
    page.locator("#find").wait_for()
    page.keyboard.type(state)
    page.keyboard.press("Enter")
    page.keyboard.type(letters)
    page.keyboard.press("Enter")
    page.locator("#found b").wait_for()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("fips", PLACES)
def test_the_phone_tells_what_the_server_tells(
    phone: Opener, client: Client, pages: Pages, language: str, fips: str
) -> None:
    state, letters, answers = PLACES[fips]
    t = pages.words[language]
    made = phone().open(f"/{language}/")
    made.tap(t.plain("app.all"))
    for question, option in answers.items():
        made.answer(question, option)
    find(made, t.plain(f"state.{state}"), letters)
    made.tap(t.plain("form.results"))
    page = made.page
    page.locator("#place").wait_for()
    answered = client.post(f"/{language}/results", {**answers, "county": fips})
    (place,) = answered.all("details", id="place")
    assert words(page.locator("#place").evaluate("(part) => part.textContent")) == words(place[1])
    assert {id: tuple(found[:2]) for id, found in made.findings().items()} == answered.findings()
    for system in ("287g", "alpr"):
        (card,) = [text for attrs, text in answered.all("article", id=f"system-{system}")]
        mine = page.locator(f"#system-{system}").evaluate("(part) => part.textContent")
        assert words(mine.split(t.plain("card.reach"))[0]) == words(card.split(t.plain("card.reach"))[0])
    asked = [url.removeprefix(made.server) for _, url in made.requests]
    assert sorted(asked) == sorted([f"/{language}/", "/later.js", f"/{language}/place", "/places.json"])


def test_it_can_be_used_by_touch_and_changed(phone: Opener, pages: Pages) -> None:
    made = phone().open("/en/")
    page = made.page
    made.tap(pages.words["en"].plain("app.all"))
    made.answer("held", "yes")
    made.tap("Find my county")
    page.locator("#find").wait_for()
    made.axe("state")
    made.fits("state")
    page.locator("#find").fill("zz")
    assert page.locator("#found [role=status]").inner_text() == pages.words["en"].plain("place.picker.none")
    page.locator("#find").fill("new")
    assert page.locator("#found [role=status]").inner_text() == "4 of 56"
    assert page.locator("#found li").all_inner_texts() == [
        "New Hampshire", "New Jersey", "New Mexico", "New York",
    ]  # fmt: skip
    made.tap("New Mexico")
    page.locator("#find").fill("ana")
    made.axe("county")
    made.tap("Doña Ana County")
    page.locator("#found b", has_text="Doña Ana County, New Mexico").wait_for()
    made.fits("found")
    assert chosen(page) == "35013"
    made.tap("Choose another county")
    page.locator("#find").fill("bern")
    made.tap("Bernalillo County")
    assert chosen(page) == "35001"
    made.tap(pages.words["en"].plain("form.results"))
    page.locator("#place summary").tap()
    made.axe("result with a place")
    made.fits("result with a place")
    page.locator("header button").tap()
    page.locator("#place h3", has_text="Bernalillo County, Nuevo México").wait_for(state="attached")
    assert chosen(page) == "35001", "the switch keeps it"
    page.locator("#answers summary").tap()
    page.locator("#answers [data-go=state]").tap()
    page.locator("#state").select_option("AZ")
    assert page.locator("[name=county]").count() == 0, "another state, no county of the old one"


@pytest.mark.parametrize("way", ["reload", "away"])
def test_leaving_forgets_it(phone: Opener, pages: Pages, way: str) -> None:
    made = phone().open("/en/")
    page = made.page
    made.tap(pages.words["en"].plain("app.all"))
    find(made, "Texas", "harr")
    if way == "reload":
        page.reload()
    else:
        page.goto(made.server + "/en/rights")
        page.go_back(wait_until="commit")
    page.wait_for_timeout(300)
    assert page.locator("[name=county] :checked, #found *").count() == 0
    assert page.locator("#state").input_value() == ""
    assert "Harris" not in page.content()


def chosen(page: Tab) -> str:
    return page.locator("[name=county]").input_value()
