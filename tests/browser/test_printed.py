"""What is there to be printed: alone on its sheet, without a script."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import PdfMargins

from app.pages import Pages
from tests.browser.conftest import Opener, Phone
from tests.conftest import LANGUAGES

needs_poppler = pytest.mark.skipif(
    not shutil.which("pdftotext"), reason="pdftotext (poppler-utils) is not installed"
)


def printed(made: Phone, path: Path, paper: str = "Letter", *how: str) -> list[str]:
    """The text of each sheet; ``how`` are options of pdftotext."""
    edge = "10mm"
    margin: PdfMargins = {"top": edge, "bottom": edge, "left": edge, "right": edge}
    made.page.pdf(path=path, format=paper, margin=margin)
    done = subprocess.run(["pdftotext", *how, path, "-"], capture_output=True, text=True, check=True)
    return [" ".join(sheet.split()) for sheet in done.stdout.split("\f")[:-1]]


@needs_poppler
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_prints_alone(phone: Opener, pages: Pages, language: str, tmp_path: Path) -> None:
    """What to know first on one sheet, which says that it is no advice; the letter, to mail, on the next."""
    t = pages.words[language]
    names = {letter.id: t.plain(f"{letter.key}.name") for letter in pages.catalog.letters}
    made = phone(java_script_enabled=False)
    for id in ("court", "police", "fbi"):
        made.open("/nothing").open(f"/{language}/letters#letter-{id}")
        sheets = printed(made, tmp_path / "letter.pdf")
        assert len(sheets) == (1 if id == "fbi" else 2)
        assert names[id] in sheets[0] and t.plain("standing.legal") in sheets[0]
        assert not [name for other, name in names.items() if other != id and name in " ".join(sheets)]
        assert t.plain("letters.by_system") not in " ".join(sheets)
        if id == "court":
            for words in (t, pages.words["en"]):
                assert words.plain("letter.court.5").split(".")[0] in sheets[1]
            assert t.plain("letters.lawyer") not in sheets[1], "advice would go to the office"
    made.noise[:] = [line for line in made.noise if "404" not in line]


@needs_poppler
def test_all_letters_print_each_on_its_own_sheets(phone: Opener, pages: Pages, tmp_path: Path) -> None:
    t = pages.words["es"]
    sheets = printed(phone().open("/es/letters"), tmp_path / "all.pdf")
    for letter in pages.catalog.letters:
        (sheet,) = [sheet for sheet in sheets if t.plain(f"letters.claim.{letter.id}_learns") in sheet]
        assert t.plain("standing.legal") in sheet


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


def test_from_right_to_left(phone: Opener) -> None:
    """The letter and the card stay English and left to right; nothing is wider than the screen."""
    made = phone().open("/es/letters")
    made.page.evaluate("document.documentElement.dir = 'rtl'")
    made.fits("letters from right to left")
    assert made.page.locator("#letter-court .mail").get_attribute("dir") == "ltr"
    made = phone().open("/es/rights")
    made.page.evaluate("document.documentElement.dir = 'rtl'")
    made.fits("rights from right to left")
    assert made.page.locator(".wallet>[lang=en]").first.get_attribute("dir") == "ltr"


@needs_poppler
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sheet_of_a_practice_case_says_so(
    phone: Opener, pages: Pages, language: str, tmp_path: Path
) -> None:
    """Whose answers these are stands on the first; notes are printed only where they were opened."""
    t = pages.words[language]
    made = phone(java_script_enabled=False).open(f"/{language}/training/booked")
    sheets = printed(made, tmp_path / "case.pdf", "Letter", "-raw")  # with what stands aslant
    assert all(sheet.endswith(t.plain("training.mark")) for sheet in sheets)
    assert t.plain("training.banner") in sheets[0] and t.plain("training.paper") in sheets[0]
    assert t.plain("results.print") not in " ".join(sheets) and t.plain("standing.legal") in sheets[-1]
    note = t.plain("case.booked.note.0")
    assert note not in " ".join(sheets)
    made.page.locator("#notes summary").tap()
    assert note in printed(made, tmp_path / "case.pdf")[0]


def codes(path: Path) -> list[list[str]]:
    """What a scanner reads on each sheet of paper."""
    document = pypdfium2.PdfDocument(path)
    found = [zxingcpp.read_barcodes(page.render(scale=3).to_pil()) for page in document]
    document.close()
    return [[code.text for code in sheet] for sheet in found]


@needs_poppler
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", ["Letter", "A4"])
@pytest.mark.parametrize("site", ["on-file.example", "a" * 56 + ".onion", ""])
def test_a_poster_and_ten_cards(
    phone: Opener, pages: Pages, monkeypatch: pytest.MonkeyPatch, language: str, paper: str, site: str,
    tmp_path: Path,
) -> None:  # fmt: skip
    """A sheet each, nothing cut off; every code is read; both warn while there is no address."""
    monkeypatch.setenv("PUBLIC_URL", f"https://{site}" if site else "")
    t, made = pages.words[language], phone(java_script_enabled=False)
    made.page.set_content(pages.page(language, "poster"))
    poster, cards = printed(made, tmp_path / "poster.pdf", paper)
    address = f"https://{site}/{language}/" if site else f"http://127.0.0.1:8000/{language}/"
    assert codes(tmp_path / "poster.pdf") == [[address], [address] * 10]
    for sheet, count in ((poster, 1), (cards, 10)):
        assert sheet.count(t.plain("app.title")) == count
        assert sheet.count(t.plain("poster.unset")) == (0 if site else count)
        assert sheet.count(t.plain("standing.legal")) == count
        assert t.plain("poster.title") not in sheet
    if site == "on-file.example":
        assert poster.count(f"{site}/{language}/") == 1 + 8 and cards.count(f"{site}/{language}/") == 10
    made.page.emulate_media(media="print")
    boxes = made.page.evaluate(
        """() => [...document.querySelectorAll(".poster, .tabs li, .card")].map((box) =>
             [box.className, box.offsetWidth, box.scrollHeight - box.clientHeight,
              box.scrollWidth - box.clientWidth])"""
    )
    assert len(boxes) == 1 + 8 + 10
    for name, width, *hidden in boxes:
        assert max(hidden) <= 1, (name, hidden)
        if name.startswith("card"):
            assert width == pytest.approx(89 / 25.4 * 96, abs=1)
