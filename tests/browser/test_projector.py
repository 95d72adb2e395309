"""The projector: one thing a screen, as large as fits, with keys or a clicker, and no word of its own."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app import cli, onefile
from app.pages import Pages
from tests.browser.conftest import Opener, Phone
from tests.conftest import TODAY
from tests.engines.firefox import PROGRAM, firefox

WALL: dict[str, Any] = {"viewport": {"width": 1280, "height": 720}, "device_scale_factor": 1}
LARGE: dict[str, Any] = {"viewport": {"width": 1920, "height": 1080}, "device_scale_factor": 1}
#: What can be seen of the page, and what of it does not fit the screen, or is small.
SEEN = """document.querySelector("main").innerText.replace(/\\s+/g, " ").trim()"""
CUT = """(() => {
  const main = document.querySelector("main");
  const seen = [...main.querySelectorAll("*")].filter((part) => part.checkVisibility() && part.innerText);
  const small = seen
    .filter((part) => [...part.childNodes].some((node) => node.nodeType == 3 && node.data.trim()))
    .filter((part) => parseFloat(getComputedStyle(part).fontSize) < 18);
  return [main.scrollWidth > main.clientWidth, main.scrollHeight > main.clientHeight + 1, small.length];
})()"""
REACHED = "(document.activeElement.closest('main,header,#beam') || document.body).localName"
KEPT = """() => document.querySelector("main").outerHTML
    .replace(/ (class="(off)?"|tabindex="-1"|value="\\d+")/g, "").replace(/<\\/?span>/g, "")"""


def started(made: Phone) -> Phone:
    made.page.locator("[data-beam=start]:visible").first.click()
    made.page.locator("#beam").wait_for()
    return made


def wall(phone: Opener, path: str, **more: Any) -> Phone:
    return started(phone(**{**WALL, **more}).open(path))


def place(made: Phone) -> tuple[int, int]:
    """Which screen of how many."""
    n, total = re.findall(r"\d+", made.page.locator("#beam p").inner_text())[:2]
    return int(n), int(total)


def screens(made: Phone) -> list[str]:
    """What each screen says, to the last."""
    said = []
    n, total = place(made)
    while True:
        said.append(made.page.evaluate(SEEN))
        if n == total:
            return said
        while place(made)[0] == n:  # a long one scrolls first
            made.page.keyboard.press("PageDown")
        n += 1


@pytest.mark.parametrize("size", [WALL, LARGE])
def test_the_session_one_thing_a_screen(phone: Opener, pages: Pages, size: dict[str, Any]) -> None:
    """Each case, step and statement for itself; what is for the trainer alone on none; answers at the end."""
    t, session = pages.words["en"], pages.catalog.session
    made = wall(phone, "/en/training", **size)
    shown = screens(made)
    cases = [
        n
        for n, text in enumerate(shown)
        for case in pages.catalog.cases
        if t.plain(f"{case.key}.hears") in text
    ]
    assert len(set(cases)) == len(pages.catalog.cases)
    for step in session.steps:
        (text,) = [text for text in shown if all(t.plain(key) in text for key in step.say)]
        assert t.plain(f"{step.key}.name") in text
    everything = " ".join(shown)
    for key in (*session.ready, *(key for step in session.steps for key in step.leave)):
        assert t.plain(key) not in everything, key
    asked = [n for n, text in enumerate(shown) if text.endswith(t.plain("training.answers"))]
    true = [n for n, text in enumerate(shown) if re.search(r"\b(True|Not true)\. ", text)]
    assert asked and len(true) == len(session.check) and min(true) > asked[0] > max(cases)
    statements = [
        n for n, text in enumerate(shown) for said in session.check if text.endswith(t.plain(said.key))
    ]
    assert len(set(statements)) == len(session.check) and max(statements) < asked[0]


@pytest.mark.parametrize("size", [WALL, LARGE, {"viewport": {"width": 360, "height": 740}}])
@pytest.mark.parametrize("path", ["/es/training/booked", "/es+en/training"])
def test_nothing_is_cut_and_nothing_is_small(phone: Opener, path: str, size: dict[str, Any]) -> None:
    made = wall(phone, path, **size)
    n, total = place(made)
    while n < total:
        wide, high, small = made.page.evaluate(CUT)
        assert not wide and not small, (n, wide, small)
        assert not high or made.page.evaluate("document.body.matches('.long')"), n
        made.page.keyboard.press("ArrowRight")
        n = place(made)[0]


def test_a_long_screen_scrolls_before_the_next(phone: Opener) -> None:
    made = wall(phone, "/en/training", viewport={"width": 320, "height": 320})
    page = made.page
    while not page.evaluate("document.body.matches('.long')"):
        page.keyboard.press("PageDown")
    at, _ = place(made)
    page.keyboard.press("PageDown")
    assert place(made)[0] == at and page.evaluate("document.querySelector('main').scrollTop") > 0
    while place(made)[0] == at:
        below = page.evaluate(
            """(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(
                 document.querySelector("main"))"""
        )
        page.keyboard.press("PageDown")
    assert below < 2, "it was left before its end"


def test_a_practice_case_keeps_its_banner_and_hides_notes(phone: Opener, pages: Pages) -> None:
    t = pages.words["en"]
    made = wall(phone, "/en/training/booked")
    shown = screens(made)
    assert all(t.plain("training.banner") in text for text in shown)
    assert sum(t.plain("irs.name") in text for text in shown) == 1, (
        "a folded card has a screen, its name and badge"
    )
    assert t.plain("training.notes") not in " ".join(shown)
    assert sum(t.plain("jail_prints.name") in text for text in shown) > 3, (
        "an open one a screen for each part"
    )
    made.page.keyboard.press("Escape")
    made.page.locator("#prompts:not([open])").wait_for()


def test_a_folded_card_opens_on_its_screen(phone: Opener, pages: Pages) -> None:
    made = wall(phone, "/en/training/booked")
    _, before = place(made)
    while pages.words["en"].plain("irs.name") not in made.page.evaluate(SEEN):
        made.page.keyboard.press("PageDown")
    made.page.keyboard.press("Enter")
    made.until(f"!document.querySelector('#beam p').textContent.endsWith('{before}')")
    assert pages.words["en"].plain("irs.name") in made.page.evaluate(SEEN)
    assert pages.words["en"].plain("irs.what") not in made.page.evaluate(SEEN), (
        "it went on to what the card holds"
    )


def test_keys_and_clickers(phone: Opener) -> None:
    made = wall(phone, "/en/training")
    press = made.page.keyboard.press
    for key in ("ArrowRight", "PageDown", " "):
        press(key)
    assert place(made)[0] == 4
    for key in ("ArrowLeft", "PageUp", "Shift+ "):
        press(key)
    assert place(made)[0] == 1
    press("PageUp")
    assert place(made)[0] == 1
    press("End")
    n, total = place(made)
    assert n == total
    press("PageDown")
    assert place(made)[0] == total
    press("Home")
    press("F5")
    made.page.wait_for_timeout(200)
    assert place(made)[0] == 1, "not loaded anew"
    for key in ("b", "."):
        press(key)
        assert not made.page.locator("main").is_visible()
        press("PageDown")
        assert made.page.locator("main").is_visible() and place(made)[0] == 1, "one press brings it back"
    made.page.locator("[data-beam=next]").click()
    made.page.locator("[data-beam=next]").focus()
    press(" ")
    assert place(made)[0] == 3, "Space on a button is the button's"
    made.page.locator("[data-beam=back]").tap()
    assert place(made)[0] == 2
    made.page.locator("#beam select").select_option(label="Five statements, before and after")
    assert made.page.evaluate(SEEN).startswith("Five statements")
    press("Escape")
    assert made.page.locator("#beam").count() == 0
    assert made.page.evaluate("document.activeElement.dataset.beam") == "start"


def test_right_to_left_turns_the_arrows(phone: Opener) -> None:
    made = phone(**WALL)
    turned = made.page.request.get(f"{made.server}/en/training").text().replace('dir="ltr"', 'dir="rtl"', 1)
    made.page.route("**/en/training", lambda route: route.fulfill(body=turned, content_type="text/html"))
    started(made.open("/en/training"))
    made.page.keyboard.press("ArrowLeft")
    assert place(made)[0] == 2
    made.page.keyboard.press("ArrowRight")
    made.page.keyboard.press("PageDown")
    assert place(made)[0] == 2


def test_focus_is_on_what_is_shown_and_all_else_is_out_of_reach(phone: Opener) -> None:
    made = wall(phone, "/en/training")
    for _ in range(6):
        made.page.keyboard.press("PageDown")
        focused = made.page.locator("main :focus")
        assert focused.is_visible()
        if focused.evaluate("it => it instanceof HTMLElement"):  # and no drawing
            assert " ".join(focused.inner_text().split()) in made.page.evaluate(SEEN)
    assert made.page.locator("#beam [role=status]").count() == 1
    reached = set()
    for _ in range(12):
        made.page.keyboard.press("Tab")
        reached.add(made.page.evaluate(REACHED))
    assert reached <= {"main", "header", "div", "body"}


@pytest.mark.parametrize("path", ["/en/training", "/es/training/booked", "/es+en/training", "/es/systems"])
def test_it_copies_nothing_and_leaves_the_page_as_it_was(phone: Opener, path: str) -> None:
    made = phone(**WALL).open(path)
    before = made.page.evaluate(KEPT)
    text = made.page.evaluate("document.querySelector('main').textContent")
    started(made)
    for _ in range(30):
        made.page.keyboard.press("PageDown")
        assert made.page.evaluate("document.querySelector('main').textContent") == text
    made.page.keyboard.press("Escape")
    made.page.wait_for_timeout(100)
    assert made.page.evaluate(KEPT) == before
    assert len(made.requests) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/en/training", "/es/training/booked", "/en/systems", "/es+en/training"])
def test_it_is_accessible(phone: Opener, path: str, scheme: str) -> None:
    """Light and dark, by the browser's wish and by the button; on a phone; in one's own colors."""
    made = wall(phone, path, color_scheme=scheme)
    assert made.page.evaluate("document.body.matches('.dark')") == (scheme == "dark")
    for _ in range(4):
        for _ in range(4):
            made.page.keyboard.press("PageDown")
        made.axe(f"{path} {scheme}")
    made.page.locator("[data-beam=shade]").click()
    assert made.page.evaluate("document.body.matches('.dark')") == (scheme == "light")
    made.axe(f"{path} {scheme}, turned")
    made.page.set_viewport_size({"width": 360, "height": 740})
    made.axe(f"{path} on a phone")
    made.fits(f"{path} on a phone")
    small = made.page.evaluate(
        """[...document.querySelectorAll("#beam button, .leave")]
             .filter((it) => it.getBoundingClientRect().height < 44)"""
    )
    assert small == []
    made.page.emulate_media(forced_colors="active")
    assert made.page.locator("[data-beam=next]").is_visible()


def test_print_is_as_without(phone: Opener) -> None:
    made = phone(**WALL).open("/en/training")
    made.page.emulate_media(media="print")
    before = made.page.locator("main").inner_text()
    made.page.emulate_media(media="screen")
    started(made)
    made.page.keyboard.press("PageDown")
    made.page.emulate_media(media="print")
    assert made.page.locator("main").inner_text() == before
    assert not made.page.locator("#beam").is_visible()


def test_shift_and_leave_still_leave(phone: Opener) -> None:
    for way in ("shift", "leave"):
        made = wall(phone, "/en/training")
        made.page.keyboard.press("PageDown")
        if way == "leave":
            made.page.locator(".leave").click()
        for _ in range(3 if way == "shift" else 0):
            made.page.keyboard.press("Shift")
        made.page.wait_for_url("**/bye")


def test_a_case_goes_on_in_it(phone: Opener) -> None:
    made = wall(phone, "/en/training")
    while not made.page.locator(".asks a:visible").count():
        made.page.keyboard.press("PageDown")
    made.page.locator(".asks a:visible").first.click()
    made.page.wait_for_url("**/training/*")
    made.page.locator("#beam").wait_for()


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the edition in one file."""
    path = tmp_path_factory.mktemp("projector") / "en.html"
    onefile.write(cli.pages(date.fromisoformat(TODAY), one_file=True), "en", path)
    return path.as_uri()


@pytest.mark.parametrize("part", ["systems", "rights", "states"])
def test_in_one_file_without_a_network(phone: Opener, copy: str, part: str) -> None:
    made = phone(**WALL, offline=True)
    made.server = "file:"
    made.page.goto(copy)
    made.page.locator(f"footer [data-go={part}]").click()
    heading = made.page.locator(f"#{part} h2").first.inner_text()
    started(made)
    assert made.page.evaluate(SEEN).startswith(heading)
    for _ in range(5):
        made.page.keyboard.press("PageDown")
        wide, _, small = made.page.evaluate(CUT)
        assert not wide and not small
    made.axe(part)
    made.page.go_back()
    assert made.page.locator("#beam").count() == 0, "another view ends it"
    made.page.go_forward()
    started(made)
    for _ in range(3):
        made.page.keyboard.press("Shift")
    made.page.wait_for_url("about:blank")


def test_the_same_in_firefox(copy: str, tmp_path: Path) -> None:
    if not PROGRAM:
        pytest.skip("Firefox is not installed")
    with firefox(tmp_path) as made:
        made.open(copy)
        made.tap("footer [data-go=rights]")
        made.tap("#rights [data-beam=start]")
        made.wait("document.querySelector('#beam')")
        made.tap("[data-beam=next]")
        assert made.text("#beam p").startswith("2 ")
        assert made.evaluate("parseFloat(getComputedStyle(document.activeElement).fontSize)") > 18
        made.tap("[data-beam=close]")
        made.wait("!document.querySelector('#beam')")
