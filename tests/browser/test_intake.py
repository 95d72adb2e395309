"""At intake: a whole interview by keys alone, and on to the next person."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from app.pages import Pages
from tests.browser.conftest import Opener, Phone
from tests.browser.journey import SOME, expected
from tests.conftest import LANGUAGES

#: Seconds a practised typist takes for a key (the keystroke-level model of Card, Moran and Newell).
PER_KEY = 0.28
LAPTOP = {"viewport": {"width": 1440, "height": 900}, "device_scale_factor": 1, "has_touch": False}


class Typist:
    """Types, and counts."""

    def __init__(self, phone: Phone) -> None:
        self.phone, self.page, self.keys = phone, phone.page, 0

    def type(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def tab_to(self, css: str) -> None:
        for _ in range(20):
            self.type("Tab")
            if self.page.evaluate(f"document.activeElement.matches({css!r})"):
                return
        raise AssertionError(css)

    def begin(self) -> None:
        """The first key brings the script that knows the others."""
        self.type("Enter")
        self.page.locator("form.keyed legend").first.wait_for()

    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.closest('fieldset')?.id"))


def digits(pages: Pages, answers: dict[str, tuple[str, ...]]) -> Iterator[str]:
    for question in pages.catalog.questions:
        ids = [option.id for option in question.options]
        yield from (str(ids.index(option) + 1) for option in answers[question.id])
        yield "Enter"


def typist(phone: Opener, path: str, **more: object) -> Typist:
    return Typist(phone(**{**LAPTOP, **more}).open(path))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_interview_takes_less_than_ninety_seconds_of_typing(
    phone: Opener, pages: Pages, language: str
) -> None:
    made = typist(phone, "/en/languages")
    made.tab_to(f"main a[lang={language}]")
    with made.page.expect_navigation():
        made.type("Enter")
    made.begin()
    made.type(*digits(pages, SOME), "Enter")
    made.page.locator("#cards article").first.wait_for()
    assert made.phone.findings() == expected(pages, SOME)
    assert made.keys * PER_KEY < 90
    assert all(method == "GET" for method, _ in made.phone.requests)


def test_all_questions_stand_on_one_screen_where_there_is_room(phone: Opener) -> None:
    made = typist(phone, "/en/")
    made.begin()
    fields = made.page.locator("fieldset")
    assert fields.count() == 13
    boxes = [box for n in range(13) if (box := fields.nth(n).bounding_box())]
    assert len(boxes) == 13 and max(box["y"] + box["height"] for box in boxes) <= 900
    assert len({round(box["x"]) for box in boxes}) == 4, "side by side"
    made.phone.axe("all questions by keys")
    made.phone.fits("all questions by keys")


def test_a_narrow_screen_asks_one_at_a_time(phone: Opener) -> None:
    made = typist(phone, "/en/", viewport={"width": 800, "height": 900})
    made.begin()
    assert made.page.locator("legend:visible").count() == 1
    made.type("1", "Enter", "2")
    assert made.focused() == "q-plate_cameras"
    made.type("Backspace")
    made.page.locator("#q-car legend").wait_for()
    assert made.page.locator("[name=car][value=often]").is_checked()
    assert made.page.locator("[name=plate_cameras][value=no]").is_checked()


@pytest.mark.parametrize(("path", "key"), [("/en/", "y"), ("/es/", "s"), ("/es+en/", "s"), ("/es+en/", "y")])
def test_the_first_letter_picks_an_answer(phone: Opener, path: str, key: str) -> None:
    """In two languages, either's."""
    made = typist(phone, path)
    made.begin()
    made.type("Enter", key)
    assert made.page.locator("[name=plate_cameras][value=yes]").is_checked()
    assert made.page.evaluate("document.activeElement.value") == "yes", "so that it is read out"


def test_a_letter_that_several_answers_share_goes_through_them(phone: Opener) -> None:
    made = typist(phone, "/en/")
    made.begin()
    made.type(*["Enter"] * 5)
    assert made.focused() == "q-tax"
    picked = []
    for _ in range(3):
        made.type("y")
        picked.append(made.page.evaluate("document.activeElement.value"))
    assert picked == ["itin", "ssn", "itin"]


def test_the_keys_are_shown_and_can_be_turned_off(phone: Opener, pages: Pages) -> None:
    """WCAG 2.1.4: there is a way to turn them off."""
    made = typist(phone, "/en/")
    made.begin()
    made.type("?")
    shown = made.page.locator("dialog#keys")
    shown.wait_for()
    for key in ("pick_does", "zero_does", "shift_does"):
        assert pages.words["en"].plain(f"intake.{key}") in shown.inner_text()
    made.phone.axe("keys")
    made.type("1")
    assert not made.page.locator(":checked[type=radio]").count(), "not while they are read"
    made.page.locator("[data-act=keysOff]").click()
    made.type("Escape", "1", "y")
    assert made.page.evaluate("document.activeElement.localName") == "legend", "it is where it was"
    assert not made.page.locator(":checked[type=radio]").count()
    made.type("?")
    made.page.locator("[data-act=keysOff]").click()
    made.type("Escape", "1")
    assert made.page.locator("[name=car][value=often]").is_checked()


def test_keys_that_mean_something_else_are_let_be(phone: Opener) -> None:
    made = typist(phone, "/en/")
    made.begin()
    made.type("Control+1", "Alt+1")
    assert not made.page.locator(":checked[type=radio]").count()
    made.page.locator("[data-act=place]").click()
    made.page.locator("#find").wait_for()
    made.type("n", "e", "w", "0", "0", "Backspace")
    assert made.page.locator("#find").input_value() == "new0"
    assert not made.page.locator(":checked[type=radio]").count()


def test_the_next_person_finds_everything_empty(phone: Opener, pages: Pages) -> None:
    t = pages.words["en"]
    made = typist(phone, "/en/")
    made.begin()
    made.type("1", "Enter", "1", "0")
    made.page.locator("#status", has_text=t.plain("intake.again")).wait_for()
    time.sleep(3.2)
    made.type("0")
    made.page.locator("#status", has_text=t.plain("intake.again")).wait_for()
    assert made.page.locator(":checked[type=radio]").count() == 2, "too late, so it asks again"
    with made.page.expect_navigation():
        made.type("0")
    assert made.page.url.endswith("/en/languages#emptied")
    assert made.page.locator("#emptied").is_visible()
    made.page.go_back()
    assert made.page.locator("#start").is_visible()
    assert not made.page.locator(":checked[type=radio]").count()
    made.phone.open("/en/languages")
    assert not made.page.locator("#emptied").is_visible(), "nothing was emptied"
