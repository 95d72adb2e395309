"""Whole journeys, as people make them."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from app.pages import Pages
from tests.browser.conftest import Opener
from tests.browser.journey import SOME, go_through
from tests.conftest import LANGUAGES

NOTHING = dict.fromkeys(SOME, ("no",)) | {"car": ("never",), "fingerprints_government": ("none",)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("answers", [SOME, NOTHING, {}], ids=["some", "nothing", "skipped"])
def test_the_phone_works_it_out_as_the_server_does(
    phone: Opener, pages: Pages, language: str, answers: dict[str, tuple[str, ...]]
) -> None:
    made = phone()
    go_through(made, pages, language, answers)
    found = made.findings()
    assert len(found) == 19
    made.axe(f"result {language}")
    made.fits("result")
    assert [method for method, _ in made.requests] == ["GET"], "answering sends nothing"
    with_server = phone(java_script_enabled=False)
    with_server.open(f"/{language}/")
    for question, options in answers.items():
        with_server.answer(question, *options)
    with_server.submit("#done")
    assert with_server.findings() == found
    assert with_server.page.locator("#cards").inner_text() == made.page.locator("#cards").inner_text()
    counts = [p.page.locator(".counts").inner_text().split() for p in (made, with_server)]
    assert counts[0] == counts[1]


def test_a_whole_journey_sends_nothing(phone: Opener, pages: Pages) -> None:
    """Answers, a language switch, a change, sources and help: no POST, no query, no fragment."""
    made = phone()
    go_through(made, pages, "en", SOME)
    made.tap("Español")
    made.page.locator("#results h2", has_text="Qué registros").wait_for()
    assert made.findings()["irs"][0] == "likely"
    made.page.locator("#system-irs [data-go=tax]").first.tap()
    made.answer("tax", "no")
    made.tap("Ver mis resultados")
    assert made.findings()["irs"][0] == "possible"
    made.page.locator("#system-irs summary").tap()
    made.page.locator("#system-irs [data-act=more]").tap()
    made.page.locator("#system-irs .claims").wait_for()
    made.tap("Ayuda en mi estado")
    made.page.locator("#near-state").select_option("TX")
    made.tap("Ayuda en mi estado")
    made.page.locator("#local [data-provider]").first.wait_for()
    assert [(method, urlsplit(url)[2:]) for method, url in made.requests] == [
        ("GET", ("/en/", "", "")),
        ("GET", ("/later.js", "", "")),
        ("GET", ("/es/", "", "")),
        ("GET", ("/es/systems", "", "")),
        ("GET", ("/es/help", "", "")),
    ]
    assert made.findings()["alpr"][0] == "likely", "the result stayed where it was"
    made.page.locator("#answers summary").tap()
    made.page.locator("#answers [data-go=car]").tap()
    made.tap("Ver mis resultados")
    lines = made.page.locator("#answers li").all_inner_texts()
    assert "Estado: Texas" in lines, "the state picked for help is an answer too, once"
    made.axe("result with sources and help")
    made.fits("result with sources and help")


def test_the_language_can_change_midway(phone: Opener, pages: Pages) -> None:
    made = phone()
    made.open("/es/").tap("Empezar")
    made.answer("car", "sometimes")
    made.tap("Continuar")
    made.tap("English")
    made.page.get_by_text("Do you know of plate-reading cameras").wait_for()
    assert made.page.locator("html").get_attribute("lang") == "en"
    assert made.page.title().startswith("What may be on file")
    made.tap("Back")
    assert made.page.locator("[name=car][value=sometimes]").is_checked()
    made.tap("See my results")
    assert made.findings()["plate_data"][0] == "possible"


def test_an_answer_changes_from_the_result_in_one_tap(phone: Opener, pages: Pages) -> None:
    made = phone()
    go_through(made, pages, "en", SOME)
    made.page.locator("#answers summary").tap()
    lines = made.page.locator("#answers li").all_inner_texts()
    assert len(lines) == 13
    assert "Tax return: Yes, with an ITIN (or both)" in lines
    assert "State: skipped" in lines
    made.page.locator("#answers [data-go=car]").tap()
    assert made.page.locator("[name=car][value=often]").is_checked()
    made.answer("car", "never")
    assert not made.page.locator("#next").is_visible()
    made.tap("See my results")
    assert made.findings()["alpr"][0] == "unlikely"
    assert made.findings()["irs"][0] == "likely"


def test_without_a_script_the_same_is_one_form(phone: Opener) -> None:
    made = phone(java_script_enabled=False)
    made.open("/es/")
    assert made.page.locator("fieldset:visible").count() == 13
    assert "Calculamos sus respuestas una vez y las olvidamos." in made.page.locator("#start").inner_text()
    made.answer("tax", "itin")
    made.submit("header button")
    assert made.page.locator("html").get_attribute("lang") == "en"
    assert made.page.locator("[name=tax][value=itin]").is_checked()
    made.page.locator("#state").select_option("TX")
    made.submit("#done")
    assert made.findings()["irs"][0] == "likely"
    assert made.page.locator("#local [data-provider]").count() > 10
    made.submit("header button")
    assert made.page.locator("h1").inner_text() == "Qué registros puede haber sobre usted"
    assert made.findings()["irs"][0] == "likely"
    made.submit("#system-irs [data-go=tax]")
    assert made.page.locator("[name=tax][value=itin]").is_checked()
    assert urlsplit(made.page.url)[2:] == ("/es/", "", "q-tax")
    made.axe("form with answers")


def test_a_mistake_without_a_script(phone: Opener) -> None:
    made = phone(java_script_enabled=False)
    made.open("/en/")
    made.page.locator("[name=tax][value=ssn]").evaluate("(tick) => (tick.value = 'moon')")
    made.page.locator("[name=tax][value=moon]").tap()
    made.answer("ssn", "yes")
    made.submit("#done")
    assert "is not one of ours" in made.page.locator("#errors").inner_text()
    assert made.page.locator("[name=ssn][value=yes]").is_checked()
    made.axe("form with a mistake")
    made.fits("form with a mistake")
    assert made.noise.pop().startswith("Failed to load resource")  # the 400 itself


def test_dropped_ticks_are_said_on_the_phone(phone: Opener, pages: Pages) -> None:
    made = phone()
    go_through(made, pages, "en", {"fingerprints_government": ("visa", "none")})
    assert made.page.locator("[data-when=dropped]").is_visible()
    assert made.findings()["ident"][0] == "likely"


def test_the_way_out(phone: Opener, pages: Pages) -> None:
    made = phone()
    go_through(made, pages, "en", SOME)
    made.tap("Erase and leave")
    made.page.wait_for_url("**/en/bye")
    made.page.go_back(wait_until="commit")
    made.page.wait_for_timeout(500)
    assert made.page.locator("h1").is_visible()
    assert made.page.locator("input:checked").count() == 0
    assert made.page.locator("article").count() == 0
    made.tap("Start")
    assert made.page.locator("input:checked").count() == 0


def test_back_goes_one_question_back(phone: Opener) -> None:
    made = phone()
    made.open("/en/").tap("Start")
    made.answer("car", "often")
    made.tap("Continue")
    made.page.go_back()
    assert made.page.locator("[name=car][value=often]").is_checked()
    assert made.page.locator("#q-car").is_visible()
    made.page.go_forward()
    assert made.page.locator("#q-plate_cameras").is_visible()


def test_the_last_question_can_be_skipped(phone: Opener) -> None:
    made = phone()
    made.open("/en/").tap("Start")
    for _ in range(13):
        made.tap("Skip this question")
    assert len(made.findings()) == 19
    made.page.locator("#answers summary").tap()
    made.page.locator("#answers [data-go=car]").tap()
    made.tap("Skip this question")
    assert len(made.findings()) == 19, "skipping a change leads back to the result"


def test_jumps_within_the_result_keep_it(phone: Opener, pages: Pages) -> None:
    made = phone()
    go_through(made, pages, "en", SOME)
    made.tap("Who can help")
    assert made.page.evaluate("document.activeElement.id") == "help"
    assert "#" not in made.page.url
    made.page.go_back()
    assert made.findings()["irs"][0] == "likely"
    assert made.page.evaluate("document.activeElement.parentNode.id") == "results"


def test_a_count_of_nothing_leads_nowhere(phone: Opener, pages: Pages) -> None:
    made = phone()
    go_through(made, pages, "en", {})
    made.page.locator(".counts [data-level=likely]").tap()
    assert "#" not in made.page.url
    assert len(made.findings()) == 19


def test_a_place_without_a_list_says_so(phone: Opener) -> None:
    for script in (True, False):
        made = phone(java_script_enabled=script)
        made.open("/en/")
        if script:
            made.tap("See all questions on one page")
            made.page.locator("#state").select_option("GU")
            made.tap("See my results")
            made.tap("Help in my state")
            made.page.locator("#near-state").select_option("GU")
        else:
            made.page.locator("#state").select_option("GU")
            made.submit("#done")
        made.page.locator("#local", has_text="We have no list for this place yet").wait_for()


def test_by_keyboard_alone(phone: Opener) -> None:
    made = phone()
    made.open("/en/")
    keys = made.page.keyboard
    for _ in range(4):
        keys.press("Tab")
    focused = "document.activeElement.textContent"
    seen = []
    for _ in range(6):
        seen.append(made.page.evaluate(focused))
        if seen[-1].strip() == "Start":
            break
        keys.press("Tab")
    assert seen[-1].strip() == "Start", seen
    keys.press("Enter")
    keys.press("Tab")
    keys.press("Space")
    assert made.page.locator("[name=car][value=often]").is_checked()
    keys.press("ArrowDown")
    assert made.page.locator("[name=car][value=sometimes]").is_checked()
    for _ in range(13):
        keys.press("Enter")
    assert made.findings()["plate_data"][0] == "possible", "Enter goes on, and ends with the result"
    assert made.page.evaluate("document.activeElement.parentNode.id") == "results"


def test_help_is_there_without_a_network(phone: Opener, pages: Pages) -> None:
    made = phone()
    go_through(made, pages, "en", SOME)
    made.page.context.set_offline(True)
    assert made.page.locator("#help [data-provider]").count() >= 6
    groups = made.page.locator("#help [data-for] h3").all_inner_texts()
    assert groups.index("Taxes and Social Security") < groups.index("Someone is held"), "what fits leads"
    made.tap("Help in my state")
    made.page.locator("#status", has_text="No connection").wait_for()
    made.page.locator("#urgent a").tap()
    assert made.page.locator("#rights li").count() == 8
    made.tap("Back")
    assert made.findings()["irs"][0] == "likely"
    made.page.context.set_offline(False)
    made.tap("Help in my state")
    made.page.locator("#near-state").wait_for()
    made.noise.clear()  # the browser's own word about the missing network


def test_share_gives_the_plain_address(phone: Opener, pages: Pages) -> None:
    made = phone(permissions=["clipboard-read", "clipboard-write"])
    go_through(made, pages, "es", SOME)
    made.tap("Imprimir, guardar")
    made.tap("Compartir esta página")
    made.page.locator("output", has_text="/es/").wait_for()
    assert made.page.evaluate("navigator.clipboard.readText()") == f"{made.server}/es/"


def test_nothing_is_stored(phone: Opener, pages: Pages) -> None:
    made = phone()
    go_through(made, pages, "en", SOME)
    stored = made.page.evaluate(
        """async () => [localStorage.length, sessionStorage.length, (await caches.keys()).length,
            (await indexedDB.databases()).length, (await navigator.serviceWorker.getRegistrations()).length,
            document.cookie]"""
    )
    assert stored == [0, 0, 0, 0, 0, ""]


@pytest.mark.parametrize("language", LANGUAGES)
def test_claims_are_found_on_the_page_itself(phone: Opener, pages: Pages, language: str) -> None:
    """The filter of the sources page asks nobody; without a script all claims stand there."""
    t = pages.words[language]
    made = phone().open(f"/{language}/sources")
    shown = made.page.locator("main article:visible")
    total = len(list(pages.catalog.claims))
    assert shown.count() == total
    made.page.locator("#by-part").select_option("irs")
    made.page.locator("#by-strength").select_option("court")
    wanted = [c.id for part, c in pages.catalog.claims if part == "irs" and c.strength == "court"]
    assert [a.get_attribute("id") for a in shown.all()] == [f"irs-{id}" for id in wanted]
    said = t.plain("sources.count", n=str(len(wanted)), total=str(total))
    assert made.page.locator("#shown").inner_text() == said
    made.axe("filtered")
    made.fits("filtered")
    made.page.locator("#by-part").select_option("")
    made.page.locator("#by-strength").select_option("")
    made.page.locator("#find").fill("TEXAS sheriff")
    assert "287g-texas" in [a.get_attribute("id") for a in shown.all()]
    assert made.page.locator("main section:visible").count() < 3
    assert len(made.requests) == 1
    without = phone(java_script_enabled=False).open(f"/{language}/sources#irs-sent")
    assert without.page.locator("main article:visible").count() == total
    assert not without.page.locator("#find").is_visible()
    assert without.page.locator("#irs-sent").bounding_box()["y"] < 740  # type: ignore[index]
