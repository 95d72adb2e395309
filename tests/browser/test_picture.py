"""The picture as people get it: no word outside its box, one sheet of paper, and one's own on the phone."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import picture
from app.assets import STATIC
from app.language import Words
from app.pages import Pages
from tests.browser.conftest import Opener, Phone
from tests.browser.journey import SOME, expected
from tests.browser.test_printed import needs_poppler, printed
from tests.conftest import LANGUAGES

#: Words that do not stay in their box, or reach the line of ICE, or leave their row or the drawing.
OUTSIDE = """() => [...document.querySelectorAll("svg[data-picture] text")].filter((text) => {
    const of = (node) => node.getBoundingClientRect();
    const { left, right, top, bottom } = of(text);
    const svg = text.closest("svg");
    const row = text.closest("[data-tall]");
    const box = text.closest("[data-system]") && row.querySelector(":scope > rect");
    const sign = text.closest("[data-kind]") || text.textContent == "ICE";
    if (box && !sign) {
      const edge = of(box);
      return left < edge.left || right > edge.right || top < edge.top - 1 || bottom > edge.bottom + 1;
    }
    const tall = row.dataset.tall * of(svg).width / 332;
    const y = row.getCTM().f - svg.getCTM().f;
    return left < of(svg).left || right > of(svg).right || bottom - of(svg).top > y + tall + 2
      || (text.closest("[data-from]") && [...row.querySelectorAll("circle")].some((dot) =>
        of(dot).right > left && of(dot).left < right));
  }).map((text) => text.textContent)"""
#: How other scripts say what the picture says, from end to end of their own words.
SAMPLES = {
    "zh": "国土安全部指纹和照片数据库、移民局",
    "ko": "국토안보부 지문 데이터베이스 이민국",
    "am": "የአገር ውስጥ ደህንነት የጣት አሻራ መዝገብ",
    "pa": "ਹੋਮਲੈਂਡ ਸਿਕਿਓਰਿਟੀ ਉਂਗਲਾਂ ਦੇ ਨਿਸ਼ਾਨ",
    "ar": "بصمات وزارة الأمن الداخلي الأمريكية",
}


class Longer(Words):
    """A language whose texts are longer by two fifths."""

    def plain(self, key: str, **values: object) -> str:
        text = super().plain(key, **values)
        words = text.split()
        return f"{text} {' '.join(words[: round(len(words) * 0.4) or 1])}"


class Sampled(Words):
    """A language that says everything in words of another script, as long as ours are."""

    sample = ""

    def plain(self, key: str, **values: object) -> str:
        many = max(2, round(len(super().plain(key, **values)) * (0.5 if self.sample[0] > "\u3000" else 1)))
        return (f"{self.sample} " * (many // len(self.sample) + 1))[:many].strip()


class FromTheRight(Sampled):
    dir = "rtl"


def show(made: Phone, svg: str, direction: str = "ltr") -> None:
    """A drawing on a page of its own, with our styles."""
    styles = "".join((STATIC / name).read_text("utf-8") for name in ("app.css", "pages.css", "picture.css"))
    made.page.set_content(f'<html dir="{direction}"><style>{styles}</style><body><main>{svg}</main>')


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["systems", "training"])
def test_words_stay_in_their_boxes(phone: Opener, language: str, name: str) -> None:
    made = phone().open(f"/{language}/{name}")
    made.page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    assert made.page.locator('svg[data-picture="whole"]').bounding_box()["width"] == 328  # type: ignore[index]
    assert made.page.evaluate(OUTSIDE) == []
    sizes = made.page.locator("svg[data-picture] text").evaluate_all(
        "all => all.map((text) => parseFloat(getComputedStyle(text).fontSize))"
    )
    assert min(sizes) >= 15


@pytest.mark.parametrize("script", ["longer", *SAMPLES])
def test_other_languages_fit(phone: Opener, pages: Pages, script: str) -> None:
    t = pages.words["es"]
    made = phone()
    kind = Longer if script == "longer" else FromTheRight if script == "ar" else Sampled
    words = kind(t.tag, t.catalog, t.translations)
    if isinstance(words, Sampled):
        object.__setattr__(words, "sample", SAMPLES[script])
    for svg in (picture.whole(words), picture.one(words, "police")):
        show(made, svg, words.dir)
        assert made.page.locator("svg text").count() > 40
        assert made.page.evaluate(OUTSIDE) == []
        made.fits(script)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colors(phone: Opener, scheme: str) -> None:
    """Every line and word has the color of text then, and every box that of the page."""
    made = phone(forced_colors="active", color_scheme=scheme).open("/en/systems")
    colors = made.page.evaluate(
        """() => {
             const drawn = [...document.querySelectorAll("svg[data-picture] *")];
             const of = (tag, name) => [...new Set(drawn.filter((node) => node.localName == tag)
               .map((node) => getComputedStyle(node)[name]))];
             const { color, backgroundColor } = getComputedStyle(document.body);
             return [color, of("path", "stroke"), of("text", "fill"), backgroundColor, of("rect", "fill")];
           }"""
    )
    ink, strokes, words, paper, boxes = colors
    assert strokes == [ink] and words == [ink] and boxes == [paper] and ink != paper


@needs_poppler
@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_picture_is_on_one_sheet(
    phone: Opener, pages: Pages, language: str, paper: str, tmp_path: Path
) -> None:
    t = pages.words[language]
    made = phone().open(f"/{language}/training")
    sheets = printed(made, tmp_path / "picture.pdf", paper)
    names = [word for s in t.catalog.systems for word in t.plain(f"{s.id}.name").split()]
    sheet = max(sheets, key=lambda sheet: sheet.split().count("ICE"))
    assert all(word in sheet for word in names), [word for word in names if word not in sheet]
    assert all(t.plain(f"topic.{topic}") in sheet for topic in t.catalog.topics)
    made.page.emulate_media(media="print")
    made.page.set_viewport_size({"width": 718, "height": 980})
    cut = made.page.evaluate(
        """() => {
             const box = document.querySelector(".drawing").getBoundingClientRect();
             const words = [...document.querySelectorAll(".drawing text")];
             return words.map((text) => text.getBoundingClientRect()).filter(({ left, right, bottom }) =>
               bottom > box.bottom || right > box.right || left < box.left).length;
           }"""
    )
    assert cut == 0, "what does not fit the sheet would be lost"


def to_results(made: Phone, language: str, answers: dict[str, tuple[str, ...]]) -> None:
    made.open(f"/{language}/")
    made.page.locator("[data-go=all]").tap()
    for question, options in answers.items():
        made.answer(question, *options)
    made.page.locator("#done").tap()
    made.page.locator("#cards article").first.wait_for()


def mine(made: Phone) -> list[list[object]]:
    """What one's own picture shows: system, the rows of its arrows, their levels; notes without."""
    if not made.page.locator("#extras").count():
        made.page.locator("[data-act=extras]").tap()
    made.page.locator("[data-act=picture]").tap()
    made.page.locator('svg[data-picture="mine"]').wait_for()
    found: list[list[object]] = made.page.locator("svg [data-system]").evaluate_all(
        """all => all.map((strip) => [strip.dataset.system,
             [...strip.querySelectorAll("[data-rows]")].map((act) => act.dataset.rows.split(" ").map(Number)),
             [...new Set([...strip.querySelectorAll(".likely,.possible")].map((e) => e.classList[0]))]])"""
    )
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_my_picture_shows_my_cards_alone(phone: Opener, pages: Pages, language: str) -> None:
    made = phone(color_scheme="dark")
    to_results(made, language, SOME)
    wanted = {id: found for id, found in expected(pages, SOME).items() if found[0] in ("likely", "possible")}
    notes = {s.id for s in pages.catalog.systems if not wanted.keys().isdisjoint(s.about)}
    shown = mine(made)
    assert len(shown) == len({str(id) for id, *_ in shown})
    assert {str(id) for id, *_ in shown} == {*wanted, *notes}
    for id, rows, levels in shown:
        if id in wanted:
            level, _, given = wanted[str(id)]
            assert levels == [level]
            assert isinstance(rows, list) and rows
            assert all(set(row) & set(given) for row in rows)
    assert made.page.evaluate(OUTSIDE) == []
    made.axe("my picture")
    made.fits("my picture")
    asked = [url.removeprefix(made.server) for _, url in made.requests]
    assert asked == [f"/{language}/", "/later.js", f"/{language}/tools", f"/{language}/systems"]
    made.page.locator("#cards article summary").first.tap()
    made.page.locator("#cards details[open] [data-act=more]").first.tap()
    made.page.locator("#cards .claims").first.wait_for()
    assert len(made.requests) == 4, "one request for the picture and for dates and sources"


def test_my_picture_goes_with_the_answers(phone: Opener, pages: Pages) -> None:
    """Another answer, another result: the old picture must not stand beside it. Erasing takes it too."""
    made = phone()
    to_results(made, "en", {"ssn": ("yes",), "tax": ("no",)})
    assert [id for id, *_ in mine(made)] == ["ssa", "doge", "ssa_death_file"]
    assert len(mine(made)) == 3 and made.page.locator("svg[data-picture]").count() == 1
    made.page.locator("#answers summary").tap()
    made.page.locator("#answers [data-go=ssn]").tap()
    made.answer("ssn", "no")
    made.page.locator("#done").tap()
    made.page.locator("#cards article").first.wait_for()
    assert made.page.locator("svg[data-picture]").count() == 0
    made.page.locator("[data-act=picture]").tap()
    made.page.wait_for_timeout(300)
    assert made.page.locator("svg[data-picture]").count() == 0, "nothing came up"
    made.page.locator("#answers [data-go=ssn]").tap()
    made.answer("ssn", "yes")
    made.page.locator("#done").tap()
    made.page.locator("#cards article").first.wait_for()
    assert len(mine(made)) == 3
    made.page.evaluate("dispatchEvent(new Event('pagehide'))")
    assert made.page.locator("svg[data-picture]").count() == 0


def test_in_two_languages_the_drawing_has_the_first_and_the_list_both(phone: Opener, pages: Pages) -> None:
    made = phone().open("/es+en/systems")
    es, en = (pages.words[tag] for tag in ("es", "en"))
    drawn = " ".join(made.page.locator("svg[data-picture] text").all_text_contents())
    listed = made.page.locator("#picture details").text_content() or ""
    assert es.plain("irs.name") in drawn and en.plain("irs.name") not in drawn
    assert es.plain("irs.name") in listed and en.plain("irs.name") in listed
    assert made.page.evaluate(OUTSIDE) == []
    made.fits("two")
