"""The paper edition as it leaves the printer."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.pages import Pages
from tests.browser.conftest import Opener
from tests.browser.test_printed import printed
from tests.conftest import LANGUAGES

pytestmark = pytest.mark.skipif(
    not shutil.which("pdftotext"), reason="pdftotext (poppler-utils) is not installed"
)
PAPERS = ("Letter", "A4")
MOST = 8
#: Makes every sentence 40 % longer, as another language may.
LONGER = """() => {
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    const said = text.data.trim();
    if (/\\p{L}{2}/u.test(said) && !text.parentNode.closest("script, style, option"))
      text.data = ` ${said} ${`${said} `.repeat(2).slice(0, Math.round(said.length * 0.4))} `;
  }
}"""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", PAPERS)
def test_it_fits_eight_pages(phone: Opener, pages: Pages, language: str, paper: str, tmp_path: Path) -> None:
    """Also in a longer language with room to write in helpers."""
    made = phone().open(f"/{language}/paper")
    assert len(printed(made, tmp_path / "paper.pdf", paper)) < MOST
    made.open(f"/{language}/paper").page.evaluate(LONGER)
    assert len(printed(made, tmp_path / "paper.pdf", paper)) <= MOST


def test_type_is_large_enough_to_read(phone: Opener) -> None:
    made = phone().open("/en/paper")
    made.page.emulate_media(media="print")
    sizes = made.page.evaluate(
        """() => Object.fromEntries([".asked h3", ".asked ul span", ".key ul li>span", ".key small",
             ".short p", ".rights li", ".providers p"].map((css) => [css, Math.min(...[
               ...document.querySelectorAll(`.onpaper ${css}`)].map((part) =>
                 parseFloat(getComputedStyle(part).fontSize) * 0.75))]))"""
    )
    for css, size in sizes.items():
        assert size >= (11 if css.startswith(".asked") else 9) - 0.01, (css, size)


def test_sheets_say_whose_they_are_and_of_what_day(phone: Opener, pages: Pages, tmp_path: Path) -> None:
    for language in LANGUAGES:
        t = pages.words[language]
        sheets = printed(phone().open(f"/{language}/paper"), tmp_path / "paper.pdf")
        assert t.plain("paper.taken") in sheets[0] and t.plain("app.name") in sheets[0]
        for key in ("standing.legal", "standing.unsigned"):
            assert t.plain(key) in sheets[-1]
        assert pages.catalog.version in sheets[-1]
        assert t.plain("header.leave") not in " ".join(sheets)


def test_two_languages_print_too(phone: Opener, pages: Pages, tmp_path: Path) -> None:
    made = phone().open("/es+en/paper")
    made.fits("/es+en/paper")
    text = " ".join(printed(made, tmp_path / "paper.pdf"))
    for language in LANGUAGES:
        assert pages.words[language].plain("paper.otherwise") in text


def test_from_right_to_left(phone: Opener) -> None:
    made = phone().open("/es/paper")
    made.page.evaluate("document.documentElement.dir = 'rtl'")
    made.fits("paper from right to left")
