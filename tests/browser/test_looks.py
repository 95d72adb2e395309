"""Every page as people get it: small, zoomed, dark, in their own colors, on paper, over a slow line."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from app.model import PAGES
from app.pages import Pages
from tests.browser.conftest import Opener, Phone
from tests.conftest import LANGUAGES

GETS = ["", *PAGES, "training/booked", "help/WV", "nothing-here"]


def quiet(made: Phone) -> None:
    """Forget the browser's own word about a 404 that a test asked for."""
    made.noise[:] = [line for line in made.noise if "404" not in line]


def differing(scheme: str) -> list[str]:
    """What axe can find in a scheme that it has not looked for yet: the same markup in other colors."""
    return ["color-contrast"] if scheme == "dark" else []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", GETS)
def test_a_page_is_accessible_and_fits(phone: Opener, language: str, page: str, scheme: str) -> None:
    """Also at 320 pixels, which is 1,280 at a zoom of 400 %."""
    made = phone(color_scheme=scheme, reduced_motion="reduce").open(f"/{language}/{page}")
    made.page.set_viewport_size({"width": 320, "height": 640})
    made.axe(f"{language}/{page} {scheme}", *differing(scheme))
    made.fits(f"{language}/{page}")
    quiet(made)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["", "rights"])
def test_a_page_without_a_script(phone: Opener, language: str, page: str) -> None:
    made = phone(java_script_enabled=False).open(f"/{language}/{page}")
    made.axe(f"{language}/{page} without a script")
    made.fits(f"{language}/{page} without a script")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_of_the_app(phone: Opener, pages: Pages, language: str, scheme: str) -> None:
    """Questions, all on one page, rights, and a result with every level."""
    t = pages.words[language]
    made = phone(color_scheme=scheme).open(f"/{language}/")
    made.tap(t.plain("app.start"))
    made.answer("car", "sometimes")
    made.axe("question", *differing(scheme))
    made.fits("question")
    made.page.go_back()
    made.page.locator("#urgent a").tap()
    made.axe("rights", *differing(scheme))
    made.tap(t.plain("form.back"))
    made.tap(t.plain("app.all"))
    made.axe("all questions", *differing(scheme))
    for question, option in (("tax", "itin"), ("license", "no"), ("fingerprints_government", "visa")):
        made.answer(question, option)
    made.tap(t.plain("form.results"))
    assert {level for level, *_ in made.findings().values()} == {
        "likely", "possible", "unclear", "unlikely", "note",
    }  # fmt: skip
    for summary in made.page.locator("#cards summary").all()[:8]:
        summary.tap()
    made.axe("result", *differing(scheme))
    made.fits("result")


def test_targets_are_big_enough(phone: Opener, pages: Pages) -> None:
    made = phone().open("/es/")
    made.tap("Empezar")
    for size in made.page.evaluate(
        """() => [...document.querySelectorAll("fieldset:not([hidden]) label, button, a, summary")]
             .map((e) => [e.getBoundingClientRect().height, e.textContent, e.className])
             .filter(([height, , name]) => height > 1 && name != "skip" && height < 44)"""
    ):
        raise AssertionError(size)


def test_start_needs_no_scrolling(phone: Opener) -> None:
    for language in LANGUAGES:
        made = phone().open(f"/{language}/")
        box = made.page.locator("a.main").first.bounding_box()
        assert box and box["y"] + box["height"] <= 740


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext (poppler-utils) is not installed")
@pytest.mark.parametrize("language", LANGUAGES)
def test_on_paper(phone: Opener, pages: Pages, language: str, tmp_path: Path) -> None:
    """All cards are open, the header is gone, and the sheet says to keep it private."""
    t = pages.words[language]
    made = phone().open(f"/{language}/")
    made.tap(t.plain("app.all"))
    made.answer("tax", "itin")
    made.tap(t.plain("form.results"))
    made.page.locator("#system-irs").wait_for()
    made.page.pdf(path=tmp_path / "sheet.pdf", format="Letter")
    text = " ".join(
        subprocess.run(["pdftotext", tmp_path / "sheet.pdf", "-"], capture_output=True, text=True, check=True)
        .stdout.split()
    )  # fmt: skip
    assert t.plain("results.print") in text
    assert t.plain("header.leave") not in text
    assert text.count(t.plain("card.step")) == 14, "a closed card stayed closed on paper"
    assert t.plain("standing.legal") in text


def test_forced_colors_keep_the_shapes(phone: Opener) -> None:
    made = phone().open("/en/")
    made.page.emulate_media(forced_colors="active")
    made.tap("See all questions on one page")
    made.answer("tax", "itin")
    made.tap("See my results")
    dot = made.page.evaluate(
        """getComputedStyle(document.querySelector("#system-irs .tab"), "::before").backgroundColor"""
    )
    assert dot not in ("rgba(0, 0, 0, 0)", "transparent")


def test_a_slow_line_needs_one_request(phone: Opener) -> None:
    made = phone()
    made.open("/es/")
    assert made.requests == [("GET", f"{made.server}/es/")]
    answer = made.page.request.get(f"{made.server}/es/", headers={"Accept-Encoding": "br"})
    assert int(answer.headers["content-length"]) <= 16_000
