"""Reading aloud: by a voice on the phone or not at all, in the order seen, and nothing after leaving."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import brotli
import pytest

from app.pages import Pages
from tests.browser.conftest import Opener, Phone
from tests.conftest import LANGUAGES

#: A phone's speech, driven by the test: it says a sentence when told to (``step``), and remembers it.
SPEECH = """(() => {
  const fake = {
    said: [], now: null, voices: %s,
    getVoices: () => fake.voices,
    speak(it) { fake.now = it; fake.said.push([it.text, it.lang, it.voice && it.voice.name]); },
    cancel() { const it = fake.now; fake.now = null; if (it) it.onerror({ error: "interrupted" }); },
    start() { fake.now.onstart(); },
    step() { const it = fake.now; it.onstart(); fake.now = null; it.onend(); },
  };
  self.SpeechSynthesisUtterance = function (text) { this.text = text; };
  Object.defineProperty(self, "speechSynthesis", { value: fake });
})()"""
LOCAL = {"name": "here", "lang": "es_US", "localService": True}
ENGLISH = {"name": "here too", "lang": "en-US", "localService": True}
#: The better voice, as browsers put it: but its words would leave the phone.
REMOTE = {"name": "far", "lang": "es-MX", "localService": False, "default": True}
MARKED = """(() => { const lit = CSS.highlights.get("said");
    return lit ? [...lit].map((range) => range.toString().replace(/\\s+/g, " ").trim()) : []; })()"""
#: Tells the test, once the bar goes, whether nothing is being said.
WATCH = """new MutationObserver((_, watch) => {
  if (document.querySelector("#speaker")) return;
  watch.disconnect();
  told(speechSynthesis.now === null);
}).observe(document.body, { childList: true })"""
SAID = "speechSynthesis.said.map(([text]) => text)"


def listening(phone: Opener, path: str, *voices: dict[str, Any], **more: Any) -> Phone:
    made = phone(**more)
    made.page.add_init_script(SPEECH % json.dumps(voices))
    return made.open(path)


def listed_late(made: Phone, *voices: dict[str, Any]) -> None:
    """The phone names its voices while the page waits for them."""
    made.until("!!speechSynthesis.onvoiceschanged")
    made.page.evaluate("(voices) => { speechSynthesis.voices = voices; }", voices)
    made.page.evaluate("speechSynthesis.onvoiceschanged()")


def question(made: Phone, name: str = "car") -> Phone:
    made.page.locator(f"#start [data-go={name}]").tap()
    return made


def tap(made: Phone) -> None:
    made.page.locator("[data-act=listen]:visible").first.tap()
    made.page.locator("#speaker").wait_for()


def to_the_end(made: Phone) -> list[str]:
    """Everything that is read, from where it stands."""
    while made.page.locator("#speaker").count():
        made.page.evaluate("speechSynthesis.step()")
    said: list[str] = made.page.evaluate(SAID)
    return said


def silent(made: Phone) -> None:
    """Nothing is being said, nothing is marked, and no bar is left."""
    assert made.page.evaluate("speechSynthesis.now") is None
    assert made.page.evaluate(MARKED) == []
    assert made.page.locator("#speaker, .said").count() == 0


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_a_question_is_read_as_it_is_seen(phone: Opener) -> None:
    """By the voice on the phone, not by the better one from the network; and nothing more is asked for."""
    made = question(listening(phone, "/es/", REMOTE, LOCAL))
    tap(made)
    seen = made.page.locator("fieldset:visible").inner_text()
    said = to_the_end(made)
    assert flat("".join(said)) == flat(seen)
    assert len(said) > 6, "a sentence at a time"
    assert said[0] == made.page.locator("legend:visible").inner_text()
    assert made.page.evaluate(
        "speechSynthesis.said.every(([, lang, name]) => lang == 'es_US' && name == 'here')"
    )
    silent(made)
    paths = [url.removeprefix(made.server) for _, url in made.requests]
    assert sorted(paths) == ["/es/", "/es/tools", "/later.js"]


def test_the_mark_follows(phone: Opener) -> None:
    made = question(listening(phone, "/es/", LOCAL))
    tap(made)
    while made.page.locator("#speaker").count():
        assert made.page.evaluate(MARKED) == [made.page.evaluate(SAID)[-1]]
        made.page.evaluate("speechSynthesis.step()")
    assert made.page.evaluate(MARKED) == []


def test_the_mark_without_highlights(phone: Opener) -> None:
    made = phone()
    made.page.add_init_script("Object.defineProperty(CSS, 'highlights', { value: undefined });")
    made.page.add_init_script(SPEECH % json.dumps([LOCAL]))
    question(made.open("/es/"))
    tap(made)
    assert made.page.locator(".said").inner_text() == made.page.evaluate(SAID)[0]
    made.page.evaluate("speechSynthesis.step()")
    assert made.page.locator(".said").count() == 1
    to_the_end(made)
    assert made.page.locator(".said").count() == 0


def test_what_is_read_is_brought_into_view(phone: Opener) -> None:
    made = question(listening(phone, "/es/", LOCAL, reduced_motion="reduce"), "car")
    made.page.set_viewport_size({"width": 360, "height": 420})
    tap(made)
    while made.page.locator("#speaker").count():
        top, bottom = made.page.evaluate(
            """(() => { const [range] = CSS.highlights.get("said");
                 const { top, bottom } = range.getBoundingClientRect();
                 return [top, innerHeight - bottom]; })()"""
        )
        assert top > 72 and bottom > 60, made.page.evaluate(SAID)[-1]
        made.page.evaluate("speechSynthesis.step()")


def test_a_result_is_read_as_it_is_seen(phone: Opener) -> None:
    """The counts, then the cards: what is folded is left out, but for its name and what it is."""
    made = listening(phone, "/es/", LOCAL)
    made.page.locator("[data-go=all]").tap()
    made.answer("tax", "itin")
    made.page.locator("#done").tap()
    made.page.locator("#cards article").first.wait_for(state="attached")
    tap(made)
    said = to_the_end(made)
    made.page.evaluate(
        "document.styleSheets[0].insertRule(':is(#results,#cards) [data-act],.vh{display:none!important}')"
    )
    seen = made.page.locator("#results").inner_text() + made.page.locator("#cards").inner_text()
    assert flat("".join(said)) == flat(seen)
    assert said[0] == made.page.locator("#results h2").inner_text()
    order = [" ".join(text.split()) for text in made.page.locator("#cards h3").all_inner_texts()]
    assert [text for text in said if text in order] == order


def test_pause_go_on_and_stop(phone: Opener, pages: Pages) -> None:
    t = pages.words["es"]
    made = question(listening(phone, "/es/", LOCAL))
    tap(made)
    turn, halt = made.page.locator("#speaker button").all()
    assert turn.inner_text() == t.plain("listen.go_on"), "until it is heard"
    made.page.evaluate("speechSynthesis.step()")
    made.page.evaluate("speechSynthesis.start()")
    assert turn.inner_text() == t.plain("listen.pause")
    turn.tap()
    assert made.page.evaluate("speechSynthesis.now") is None
    assert turn.inner_text() == t.plain("listen.go_on")
    turn.tap()
    said = made.page.evaluate(SAID)
    assert said[1] == said[2] and len(said) == 3, "the sentence begins anew"
    made.page.evaluate("speechSynthesis.step()")
    assert turn.inner_text() == t.plain("listen.pause")
    halt.tap()
    silent(made)
    tap(made)
    assert made.page.evaluate(SAID)[-1] == said[0], "from the start again"
    made.page.keyboard.press("Escape")
    silent(made)


def test_a_voice_that_fails_waits_for_a_tap(phone: Opener, pages: Pages) -> None:
    made = question(listening(phone, "/es/", LOCAL))
    tap(made)
    made.page.evaluate("speechSynthesis.now.onerror({ error: 'not-allowed' })")
    assert made.page.evaluate("speechSynthesis.now") is None
    made.page.locator("#speaker button").first.tap()
    assert len(set(made.page.evaluate(SAID))) == 1


@pytest.mark.parametrize("voices", [(), (REMOTE,), (ENGLISH,), None])
def test_no_voice_on_the_phone_is_said(
    phone: Opener, pages: Pages, voices: tuple[dict[str, Any], ...] | None
) -> None:
    """Also in this browser as it is, which has none; never is one from the network taken instead."""
    made = phone().open("/es/") if voices is None else listening(phone, "/es/", *voices)
    question(made)
    made.page.locator("[data-act=listen]:visible").tap()
    made.page.locator("#status").get_by_text(pages.words["es"].plain("listen.none")).wait_for()
    assert made.page.locator("[data-act=listen]").count() == 0
    assert made.page.locator("#speaker").count() == 0
    assert not voices or made.page.evaluate(SAID) == []
    made.axe("no voice")
    made.fits("no voice")
    made.answer("car", "often")
    assert made.page.locator("#status").inner_text() == "", "and then it is out of the way"


def test_a_voice_that_is_listed_late(phone: Opener) -> None:
    made = question(listening(phone, "/es/"))
    made.page.locator("[data-act=listen]:visible").tap()
    listed_late(made, REMOTE, LOCAL)
    made.page.locator("#speaker").wait_for()
    assert made.page.evaluate("speechSynthesis.said[0][2]") == "here"


@pytest.mark.parametrize("way", ["next", "back", "language", "hide", "erase", "shift", "away"])
def test_it_stops(phone: Opener, way: str) -> None:
    made = question(listening(phone, "/es/", LOCAL, ENGLISH))
    page = made.page
    quiet: list[bool] = []
    page.expose_function("told", lambda now: quiet.append(now))
    made.answer("car", "often")
    tap(made)
    page.evaluate("speechSynthesis.start()")
    page.evaluate(WATCH)
    match way:
        case "next":
            page.locator("#next").tap()
        case "back":
            page.locator("#sides [data-act=back]").tap()
        case "language":
            page.locator("header button").tap()
            made.until("document.documentElement.lang == 'en'")
        case "hide":
            page.evaluate(
                """() => { Object.defineProperty(document, "hidden", { value: true, configurable: true });
                     document.dispatchEvent(new Event("visibilitychange", { bubbles: true })); }"""
            )
        case "away":
            page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
        case "erase":
            page.locator(".leave").tap()
        case "shift":
            for _ in range(3):
                page.keyboard.press("Shift")
    if way in ("erase", "shift"):
        page.wait_for_url("**/bye")
    else:
        made.until("!document.querySelector('#speaker')")
        silent(made)
    assert quiet == [True]


def test_nothing_starts_after_one_has_gone_on(phone: Opener) -> None:
    """The phone may be long at naming its voices."""
    made = question(listening(phone, "/es/"))
    made.page.locator("[data-act=listen]:visible").tap()
    made.until("!!speechSynthesis.onvoiceschanged")
    made.page.locator("#next").tap()
    listed_late(made, LOCAL)
    made.page.wait_for_timeout(300)
    silent(made)
    assert made.page.evaluate(SAID) == []


@pytest.mark.parametrize(
    ("voices", "langs"), [((LOCAL, ENGLISH), {"es_US", "en-US"}), ((ENGLISH,), {"en-US"})]
)
def test_two_languages_with_a_voice_each(
    phone: Opener, voices: tuple[dict[str, Any], ...], langs: set[str]
) -> None:
    made = question(listening(phone, "/es+en/", *voices))
    tap(made)
    said = to_the_end(made)
    assert {lang for _, lang, _ in made.page.evaluate("speechSynthesis.said")} == langs
    shown = made.page.locator("legend:visible .two > [lang]").all_inner_texts()
    assert said[: len(langs)] == shown[-len(langs) :]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "css"), [("systems", "#system-irs"), ("rights", "#stop")])
def test_pages_beside_the_app(phone: Opener, language: str, name: str, css: str) -> None:
    """A button at each record or part, where there is a voice; nothing more is asked for."""
    made = listening(phone, f"/{language}/{name}", LOCAL, ENGLISH)
    made.page.locator("[data-act=listen]").first.wait_for()
    made.axe(f"{name} with a voice")
    made.page.locator(f"{css} [data-act=listen]").tap()
    parts = made.page.locator(f"{css} h2, {css} li:not(.cited li)").all_inner_texts()
    said = to_the_end(made)
    assert said[0] == parts[0]
    assert flat(parts[1])[:30] in flat("".join(said))
    assert len(made.requests) == 1
    made.page.locator(f"{css} [data-act=listen]").tap()
    made.page.locator(".leave").tap()
    made.page.wait_for_url("**/bye")
    without = listening(phone, f"/{language}/{name}", REMOTE)
    without.page.wait_for_timeout(1200)
    assert without.page.locator("[data-act=listen]").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/es/", "/es+en/"])
def test_the_bar_is_accessible_and_fits(phone: Opener, path: str, scheme: str) -> None:
    made = question(listening(phone, path, LOCAL, color_scheme=scheme, reduced_motion="reduce"))
    tap(made)
    made.page.evaluate("speechSynthesis.start()")
    made.page.evaluate("scrollTo(0, 1e6)")  # the bar, stuck, halves what it slides over
    made.axe(f"listening {scheme}")
    made.fits("listening")
    for button in made.page.locator("#speaker button").all():
        box = button.bounding_box()
        assert box and box["height"] >= 54 and box["width"] >= 100
    if scheme == "light":
        made.page.emulate_media(forced_colors="active")
        made.axe("listening in one's own colors")


def test_it_is_in_no_ones_way(phone: Opener) -> None:
    """A screen reader has a voice: it meets no button. Whoever started it can stop it with keys."""
    made = question(listening(phone, "/es/", LOCAL))
    button = made.page.locator("[data-act=listen]:visible")
    assert button.get_attribute("tabindex") == "-1"
    tap(made)
    for _ in range(30):
        made.page.keyboard.press("Tab")
        if made.page.evaluate("document.activeElement.matches('#speaker :last-child')"):
            break
    made.page.keyboard.press("Enter")
    silent(made)


def test_the_second_script_is_small(built: Path) -> None:
    script = (built / "site" / "later.js.br").read_bytes()
    assert len(script) <= 8_000
    assert b"localService" in brotli.decompress(script)
