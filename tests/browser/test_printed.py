"""What is there to be printed: alone on its sheet, without a script."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import PdfMargins

from app.pages import Pages
from tests.browser.conftest import Opener, Phone
from tests.conftest import LANGUAGES

needs_poppler = pytest.mark.skipif(
    not shutil.which("pdftotext"), reason="pdftotext (poppler-utils) is not installed"
)


def printed(made: Phone, path: Path) -> list[str]:
    """The text of each sheet."""
    edge = "10mm"
    margin: PdfMargins = {"top": edge, "bottom": edge, "left": edge, "right": edge}
    made.page.pdf(path=path, format="Letter", margin=margin)
    done = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True)
    return [" ".join(sheet.split()) for sheet in done.stdout.split("\f")[:-1]]


@needs_poppler
@pytest.mark.parametrize("language", LANGUAGES)
def test_cards_for_a_wallet(phone: Opener, pages: Pages, language: str, tmp_path: Path) -> None:
    """One sheet, the reader's language beside English, 85 by 54 mm a side, no line cut off."""
    t, en = pages.words[language], pages.words["en"]
    made = phone(java_script_enabled=False).open(f"/{language}/rights#wallet")
    (sheet,) = printed(made, tmp_path / "cards.pdf")
    for key in pages.catalog.card:
        assert sheet.count(t.plain(key)) == sheet.count(en.plain(key)) == 3
    assert t.plain("standing.legal") in sheet and t.plain("places.stop") not in sheet
    made.page.emulate_media(media="print")
    boxes = made.page.evaluate(
        """() => [...document.querySelectorAll(".wallet>div")].map((side) =>
             [side.offsetWidth, side.offsetHeight, side.scrollHeight - side.clientHeight])"""
    )
    assert len(boxes) == (3 if language == "en" else 6)
    for width, height, hidden in boxes:
        assert (width, height) == pytest.approx((85 / 25.4 * 96, 54 / 25.4 * 96), abs=1)
        assert hidden <= 0


def test_cards_from_right_to_left(phone: Opener) -> None:
    made = phone().open("/es/rights")
    made.page.evaluate("document.documentElement.dir = 'rtl'")
    made.fits("rights from right to left")
    assert made.page.locator(".wallet>[lang=en]").first.get_attribute("dir") == "ltr"
