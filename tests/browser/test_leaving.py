"""Looking away, leaving, coming back: what stays on the phone's screen, as far as a page can tell."""

from __future__ import annotations

import hashlib

import pytest

from app.pages import Pages
from tests.browser.conftest import Opener, Phone
from tests.browser.journey import SOME, go_through
from tests.conftest import LANGUAGES

MINUTE = 60_000
STORED = """async () => [document.cookie, localStorage.length, sessionStorage.length, await caches.keys(),
    (await navigator.serviceWorker.getRegistrations()).length, (await indexedDB.databases()).length]"""
NOTHING = ["", 0, 0, [], 0, 0]


def look(made: Phone, away: bool) -> None:
    """What a phone tells a page when another app comes to the front, or goes."""
    made.page.evaluate(
        """(away) => {
             Object.defineProperty(document, "hidden", { value: away, configurable: true });
             document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
           }""",
        away,
    )


def seen(made: Phone) -> str:
    """The words that can be seen anywhere on the page."""
    return " ".join(made.page.locator("body").inner_text().split())


def press_shift(made: Phone, times: int, wait: int = 100) -> None:
    for _ in range(times):
        made.page.keyboard.press("Shift")
        made.page.wait_for_timeout(wait)


@pytest.mark.parametrize("language", LANGUAGES)
def test_looking_away_covers_the_page_and_one_tap_uncovers_it(
    phone: Opener, pages: Pages, language: str
) -> None:
    t = pages.words[language]
    made = phone()
    go_through(made, pages, language, SOME)
    made.page.locator("#system-irs").scroll_into_view_if_needed()
    before, found = made.page.evaluate("scrollY"), made.findings()
    look(made, away=True)
    assert seen(made) == f"{t.plain('cover.show')} {t.plain('cover.erased')}"
    made.axe("covered")
    look(made, away=False)
    assert seen(made) == f"{t.plain('cover.show')} {t.plain('cover.erased')}", "coming back shows nothing yet"
    made.tap(t.plain("cover.show"))
    assert (made.page.evaluate("scrollY"), made.findings()) == (before, found)
    assert made.page.locator("#system-irs h3").is_visible()
    assert not made.page.locator("#cover").is_visible()


def test_a_question_is_covered_and_a_page_without_answers_is_not(phone: Opener) -> None:
    made = phone().open("/en/")
    look(made, away=True)
    assert made.page.locator("#start").is_visible()
    look(made, away=False)
    made.tap("Start")
    made.answer("car", "often")
    look(made, away=True)
    assert not made.page.locator("[name=car]").first.is_visible()
    look(made, away=False)
    made.tap("Show the page")
    assert made.page.locator("[name=car][value=often]").is_checked()


@pytest.mark.parametrize("frozen", [False, True])
def test_after_ten_minutes_away_the_answers_are_gone(phone: Opener, pages: Pages, frozen: bool) -> None:
    """Whether the page's clock went on meanwhile, or the phone had put the page to sleep."""
    made = phone()
    made.page.clock.install()
    go_through(made, pages, "en", SOME)
    made.page.clock.run_for(1000)
    look(made, away=True)
    made.page.clock.run_for(9 * MINUTE)
    look(made, away=False)
    made.tap("Show the page")
    made.page.clock.run_for(11 * MINUTE)
    assert len(made.findings()) == 19, "time in front of the page does not count"
    look(made, away=True)
    if frozen:
        made.page.clock.set_system_time(made.page.evaluate("Date.now()") + 10 * MINUTE)
        look(made, away=False)
    else:
        made.page.clock.run_for(10 * MINUTE + 2000)
    assert made.page.locator("input:checked, article").count() == 0
    assert "Show the page" in seen(made)
    look(made, away=False)
    made.tap("Show the page")
    assert made.page.locator("#start h1").is_visible()


def test_what_the_app_offers_costs_no_answer(phone: Opener, pages: Pages) -> None:
    """A call, sources, help, rights: the result stands as it stood."""
    made = phone()
    go_through(made, pages, "en", SOME)
    found = made.findings()
    made.page.evaluate(
        """addEventListener("click", (event) => {
             if (event.target.closest("[href^='tel:']")) event.preventDefault();
           })"""  # a phone would open its dialer; the test's browser has none
    )
    for css in ("#help .call", "#system-irs [data-act=more]", "#urgent [data-go]"):
        made.page.locator(css).first.tap()
    made.page.go_back()
    for css in ("footer nav a", "#near a"):
        assert made.page.locator(css).first.get_attribute("target") == "_blank"
    assert made.findings() == found
    assert made.page.locator("[name=tax][value=itin]").is_checked()


@pytest.mark.parametrize("way", ["reload", "back", "forward"])
def test_an_answer_never_comes_back(phone: Opener, pages: Pages, way: str) -> None:
    """The back-forward cache is on, as on a phone."""
    made = phone()
    made.open("/en/rights")
    go_through(made, pages, "en", SOME)
    if way == "reload":
        made.page.reload()
    elif way == "back":
        made.page.goto(made.server + "/en/privacy")
        made.page.go_back(wait_until="commit")
    else:
        while made.page.evaluate("history.state") != "results":  # written once the counts have been seen
            made.page.wait_for_timeout(20)
        steps = made.page.evaluate("history.length") - 2
        made.page.evaluate("(steps) => void setTimeout(() => history.go(-steps), 50)", steps)
        made.page.wait_for_url("**/rights", wait_until="commit")
        made.page.evaluate("(steps) => void setTimeout(() => history.go(steps), 50)", steps)
        made.page.wait_for_url("**/en/", wait_until="commit")
    made.page.wait_for_timeout(500)
    assert made.page.locator("input:checked").count() == 0
    assert made.page.locator("article").count() == 0
    assert made.page.evaluate(STORED) == NOTHING


@pytest.mark.parametrize("path", ["/en/", "/es/rights"])
def test_shift_three_times_erases_and_leaves(phone: Opener, path: str) -> None:
    made = phone().open("/en/sources").open(path)
    leave = made.page.locator(".leave").inner_text()
    press_shift(made, 1, wait=700)  # time enough for the second script
    press_shift(made, 1)
    assert made.page.locator("#status").inner_text() == f"{leave}: Shift 2/3"
    assert made.page.locator("#status").get_attribute("role") == "status"
    press_shift(made, 1)
    made.page.wait_for_url("**/bye")
    made.page.go_back()
    assert made.page.url.endswith("/en/sources"), "the page itself has left the history"
    assert made.page.evaluate(STORED) == NOTHING


@pytest.mark.parametrize("path", ["/en/", "/es/rights"])
def test_shift_for_anything_else_does_not_leave(phone: Opener, path: str) -> None:
    """Sticky keys press it before another key; a held one repeats; a screen reader's user pauses speech."""
    made = phone().open(path)
    keyboard = made.page.keyboard
    press_shift(made, 1, wait=700)
    for _ in range(3):
        keyboard.press("Shift+Tab")
    for _ in range(3):
        keyboard.press("Shift")
        keyboard.press("Tab")
    keyboard.down("Shift")
    for _ in range(5):
        keyboard.down("Shift")
    keyboard.up("Shift")
    press_shift(made, 3, wait=900)
    made.page.wait_for_timeout(300)
    assert made.page.url.endswith(path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_script_leaving_is_a_link_that_empties_the_form(
    phone: Opener, pages: Pages, language: str
) -> None:
    made = phone(java_script_enabled=False).open(f"/{language}/")
    made.answer("tax", "itin")
    made.submit(".leave")
    made.page.wait_for_url("**/kitchen")
    assert made.page.locator("h1").inner_text() == pages.words[language].plain("bye.title")
    made.page.go_back(wait_until="commit")
    made.page.wait_for_timeout(500)
    assert made.page.locator("input:checked").count() == 0


def test_without_a_script_a_result_says_that_back_can_show_it(phone: Opener, pages: Pages) -> None:
    made = phone(java_script_enabled=False).open("/en/")
    made.answer("tax", "itin")
    made.submit("#done")
    assert made.page.get_by_text(pages.words["en"].plain("results.back")).is_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_privacy_page_shows_what_a_form_would_send(phone: Opener, pages: Pages, language: str) -> None:
    """The same, byte for byte, as a browser without a script sends; and nothing is sent."""
    t = pages.words[language]
    made = phone().open(f"/{language}/privacy")
    made.axe("privacy")
    made.tap(t.plain("privacy.fingerprint_show"))
    made.page.locator("#print pre").wait_for()
    page = made.page.request.get(f"{made.server}/{language}/").body()
    assert made.page.locator("#print pre").inner_text() == hashlib.sha256(page).hexdigest()
    made.tap(t.plain("privacy.echo_show"))
    made.page.locator("#echo form").wait_for()
    made.answer("tax", "itin")
    made.answer("fingerprints_government", "visa", "uscis")
    made.page.locator("#state").select_option("TX")
    made.axe("echo")
    made.fits("echo")
    head, _, shown = made.page.locator("#echo pre").inner_text().partition("\n\n")
    assert {method for method, _ in made.requests} == {"GET"}
    without = phone(java_script_enabled=False).open(f"/{language}/")
    sent: list[str | None] = []
    without.page.on("request", lambda request: sent.append(request.post_data))
    without.answer("tax", "itin")
    without.answer("fingerprints_government", "visa", "uscis")
    without.page.locator("#state").select_option("TX")
    without.submit("#done")
    assert shown == sent[0]
    assert head.splitlines()[0] == f"POST /{language}/results HTTP/1.1"
    assert f"Content-Length: {len(shown)}" in head.splitlines()
