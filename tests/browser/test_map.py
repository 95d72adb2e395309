"""The maps by county: fetched when opened, seen by everybody, and on paper."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser.conftest import Opener, Phone
from tests.conftest import LANGUAGES

PICTURES = ["/map-287g.svg", "/map-cameras.svg"]


def pictures(made: Phone) -> list[str]:
    """The pictures that were asked for."""
    paths = [url.removeprefix(made.server) for _, url in made.requests]
    return [path for path in paths if path.endswith(".svg")]


def opened(made: Phone, language: str) -> Phone:
    made.open(f"/{language}/systems")
    for summary in made.page.locator("#map summary").all():
        summary.tap()
    made.page.locator("#map svg").nth(1).wait_for()
    return made


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_map_is_fetched_when_it_is_opened(phone: Opener, language: str, scheme: str) -> None:
    made = phone(color_scheme=scheme).open(f"/{language}/systems")
    made.page.wait_for_load_state("networkidle")
    assert pictures(made) == []
    for n, summary in enumerate(made.page.locator("#map [data-map] summary").all(), 1):
        summary.tap()
        made.page.locator("#map svg").nth(n - 1).wait_for()
        assert pictures(made) == PICTURES[:n]
        summary.tap()
        summary.tap()
    assert pictures(made) == PICTURES, "once each"
    made.page.locator("#map summary").last.tap()
    made.axe("maps")
    made.fits("maps")
    names = made.page.locator("#map svg").evaluate_all("found => found.map((e) => e.ariaLabel)")
    assert len(set(names)) == 2 and all(names)


def test_a_map_can_be_moved_by_touch_and_key(phone: Opener) -> None:
    """On a small phone it is wider than the screen; its box is not."""
    made = opened(phone(), "en")
    box = made.page.locator("#map .map").first
    assert box.evaluate("e => [e.scrollWidth > e.clientWidth, e.tabIndex]") == [True, 0]
    wide = opened(phone(viewport={"width": 1200, "height": 900}), "en").page.locator("#map .map").first
    assert wide.evaluate("e => e.scrollWidth <= e.clientWidth")


def test_a_map_without_a_script_is_a_link(phone: Opener) -> None:
    made = phone(java_script_enabled=False).open("/es/systems")
    made.page.locator("#map summary").first.tap()
    with made.page.context.expect_page() as other:
        made.page.locator("#map [data-map] a").first.tap()
    assert other.value.url == made.server + PICTURES[0]
    assert other.value.locator("svg > path").count() == 4


def test_a_map_that_does_not_come_leaves_its_link(phone: Opener) -> None:
    made = phone().open("/en/systems")
    made.page.context.set_offline(True)
    made.page.locator("#map summary").first.tap()
    made.page.wait_for_timeout(300)
    assert made.page.locator("#map .map a").first.is_visible()
    made.noise[:] = [line for line in made.noise if "ERR_INTERNET_DISCONNECTED" not in line]


def test_forced_colors_keep_the_patterns(phone: Opener) -> None:
    made = opened(phone(forced_colors="active"), "en")
    fills = made.page.locator("#map svg > path").evaluate_all(
        "found => found.map((e) => getComputedStyle(e).fill)"
    )
    assert len(set(fills)) == len(fills) - 1, "only state borders, on both maps, are without one"


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext (poppler-utils) is not installed")
def test_maps_on_paper(phone: Opener, tmp_path: Path) -> None:
    """The opened maps, what their patterns mean, and the table, closed as it was."""
    made = phone().open("/en/systems")
    for summary in made.page.locator("#map [data-map] summary").all():
        summary.tap()
    made.page.locator("#map svg").nth(1).wait_for()
    made.page.evaluate("for (const e of document.querySelectorAll('main>:not(#map)')) e.remove()")
    made.page.pdf(path=tmp_path / "maps.pdf", format="Letter")
    text = subprocess.run(
        ["pdftotext", tmp_path / "maps.pdf", "-"], capture_output=True, text=True, check=True
    )
    for words in ("Dots: in a jail only", "Stripes: on the street only", "OpenStreetMap", "Alabama"):
        assert words in text.stdout
    page = made.page
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 900})
    assert page.locator("#map svg").first.evaluate("e => e.getBoundingClientRect().width > 300")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
