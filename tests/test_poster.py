"""The poster and the cards: a code that scanners read, the address in words, a warning until there is one."""

from __future__ import annotations

import re

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from app import poster
from app.pages import Pages
from tests.conftest import LANGUAGES
from tests.page import Page

HERE = "https://on-file.example"
ONION = f"http://{'abcdefgh' * 7}.onion"


def drawn(path: str, side: int, scale: int = 4) -> Image.Image:
    """A code as a scanner sees it."""
    image = Image.new("L", (side * scale, side * scale), 255)
    pen = ImageDraw.Draw(image)
    for x, y, width in (map(int, run) for run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path)):
        pen.rectangle((x * scale, y * scale, (x + width) * scale - 1, (y + 1) * scale - 1), fill=0)
    return image


def read(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("set_to", ["", HERE, f"{HERE}/", f"{HERE}/on-file", ONION])
def test_the_code_leads_to_the_page_of_the_language(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, language: str, set_to: str
) -> None:
    monkeypatch.setenv("PUBLIC_URL", set_to)
    page = Page(pages.page(language, "poster"))
    (picture,) = [a["viewbox"] for a, _ in page.all("svg", class_="code")][:1]
    (path,) = [attrs["d"] for attrs, _ in page.all("path", id="code")]
    wanted = f"{set_to.rstrip('/') or 'http://127.0.0.1:8000'}/{language}/"
    assert read(drawn(path, int(picture.split()[-1]))) == [wanted]
    assert len(page.all("use", href="#code")) == 10


def test_the_code_stays_legible_when_torn() -> None:
    path, side = poster.code(f"{HERE}/es/")
    image = drawn(path, side)
    ImageDraw.Draw(image).rectangle((0.62 * image.width, 0.62 * image.width, *image.size), fill=255)
    assert read(image) == [f"{HERE}/es/"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_address_stands_in_words_on_everything(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("PUBLIC_URL", HERE)
    t, page = pages.words[language], Page(pages.page(language, "poster"))
    assert "data-untranslated" not in page.html
    sheet, cards = (text for attrs, text in page.all("section"))
    assert sheet.count(f"on-file.example/{language}/") == 1 + 8
    assert cards.count(f"on-file.example/{language}/") == 10
    assert t.plain("standing.legal") in sheet and cards.count(t.plain("standing.legal")) == 10
    assert t.plain("poster.unset") not in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_an_address_it_says_not_to_print(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """On the page, on the poster and on each card."""
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    monkeypatch.setenv("PORT", "8123")
    warning = pages.words[language].plain("poster.unset")
    page = Page(pages.page(language, "poster"))
    assert page.text.count(warning) == 1 + 1 + 10
    assert f"127.0.0.1:8123/{language}/" in page.text
