"""The paper edition and the booklet as they leave the printer."""

from __future__ import annotations

import shutil
from pathlib import Path

import pypdfium2
import pytest

from app.pages import Pages
from tests.browser.conftest import Opener, Phone
from tests.browser.test_printed import codes, printed
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
#: Where each panel lies on the sheet: [page, column, row, upside down, what sticks out of it].
PANELS = """() => {
  const edge = 4 / 25.4 * 96;
  return [...document.querySelectorAll(".panel")].map((panel) => {
    const { left, top, right, bottom, width, height } = panel.getBoundingClientRect();
    const out = [...panel.querySelectorAll("*")].filter((part) => {
      const box = part.getBoundingClientRect();
      return box.width && (box.left < left + edge || box.right > right - edge
        || box.top < top + edge || box.bottom > bottom - edge);
    });
    return [Number(panel.dataset.page), Math.round(left / width), Math.round(top / height),
      getComputedStyle(panel).rotate == "180deg", out.map((part) => part.outerHTML.slice(0, 80))];
  });
}"""


def largest(pages: Pages) -> str:
    """The state with the most helpers."""
    return max(pages.catalog.states, key=lambda code: sum(len(found) for _, _, found in pages.local(code)))


def choose(made: Phone, state: str) -> None:
    made.page.locator("#near-state").select_option(state)
    made.page.locator("#local [data-provider]").first.wait_for()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", PAPERS)
def test_it_fits_eight_pages(phone: Opener, pages: Pages, language: str, paper: str, tmp_path: Path) -> None:
    """With the help of the largest state; and in a longer language with room to write in helpers."""
    made = phone().open(f"/{language}/paper")
    assert len(printed(made, tmp_path / "paper.pdf", paper)) < MOST
    choose(made, largest(pages))
    assert len(printed(made, tmp_path / "paper.pdf", paper)) <= MOST
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_chosen_state_is_printed_and_no_request_tells_which(
    phone: Opener, pages: Pages, language: str, tmp_path: Path
) -> None:
    t, here = pages.words[language], f"/{language}/paper"

    def shown(state: str, sheets: list[str]) -> list[bool]:
        """For each of a state's helpers, whether they stand there."""
        text = "".join("".join(sheets).split())
        local = [p for p in pages.catalog.providers.values() if p.state == state and p.phone]
        return ["".join(p.name.split()) in text for p in local]

    made = phone().open(here)
    before = printed(made, tmp_path / "paper.pdf")
    assert t.plain("paper.write") in " ".join(before) and t.plain("paper.choose") not in " ".join(before)
    assert not any(shown("TX", before))
    choose(made, "TX")
    after = printed(made, tmp_path / "paper.pdf", "Letter", "-raw")
    assert all(shown("TX", after)) and not any(shown("WV", after))
    assert t.plain("state.TX") in " ".join(after) and t.plain("paper.write") not in " ".join(after)
    choose(made, "WV")
    after = printed(made, tmp_path / "paper.pdf", "Letter", "-raw")
    assert all(shown("WV", after)) and not any(shown("TX", after))
    made.page.locator("#near-state").select_option("")
    assert made.page.locator("#local").inner_text().startswith(t.plain("paper.write"))
    assert made.requests == [("GET", made.server + here), ("GET", f"{made.server}/{language}/help")]
    assert made.page.url == made.server + here


def test_without_a_script_or_a_network(phone: Opener, pages: Pages, tmp_path: Path) -> None:
    t = pages.words["es"]
    made = phone(java_script_enabled=False).open("/es/paper")
    assert not made.page.locator("#near-state").is_visible()
    assert made.page.locator('#help a[href="/es/help"]').is_visible()
    assert t.plain("paper.write") in " ".join(printed(made, tmp_path / "paper.pdf"))
    made = phone().open("/es/paper")
    made.page.context.set_offline(True)
    made.page.locator("#near-state").select_option("TX")
    made.page.get_by_text(t.plain("paper.failed")).wait_for()
    assert made.page.locator("#near-state").input_value() == ""
    made.noise[:] = [line for line in made.noise if "ERR_INTERNET_DISCONNECTED" not in line]


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


@pytest.mark.parametrize("name", ["paper", "zine"])
def test_from_right_to_left(phone: Opener, name: str) -> None:
    made = phone().open(f"/es/{name}")
    made.page.evaluate("document.documentElement.dir = 'rtl'")
    made.fits(f"{name} from right to left")


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(1056, 816), (1122, 793)])
def test_the_booklet_folds_into_order(
    phone: Opener, pages: Pages, language: str, size: tuple[int, int], direction: str
) -> None:
    """Folded by hand in thought: cut between the middle panels, each leaf holds two pages back to back.

    Printed sideways on either paper nothing sticks out of a panel, whose fold lies at a quarter of the sheet.
    """
    made = phone().open(f"/{language}/zine")
    made.page.evaluate("(dir) => document.documentElement.dir = dir", direction)
    made.page.set_viewport_size({"width": size[0], "height": size[1]})
    made.page.emulate_media(media="print")
    panels = made.page.evaluate(PANELS)
    assert [out for *_, out in panels] == [[]] * 8
    assert all(turned == (row == 0) for _, _, row, turned, _ in panels)
    at = {(row, column): number for number, column, row, *_ in panels}
    top, bottom = ([at[row, column] for column in range(4)] for row in (0, 1))
    leaves = {frozenset(leaf) for leaf in ((bottom[0], top[0]), bottom[1:3], top[1:3], (bottom[3], top[3]))}
    assert leaves == {frozenset(leaf) for leaf in ((1, 2), (3, 4), (5, 6), (7, 8))}
    open_at = [bottom[:2], bottom[2:], top[1::-1], top[:1:-1]]  # the upper row is read upside down
    wanted = [[8, 1], [2, 3], [4, 5], [6, 7]]
    assert sorted(open_at) == sorted(wanted if direction == "ltr" else [spread[::-1] for spread in wanted])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("site", ["https://on-file.example", f"http://{'a' * 56}.onion", ""])
def test_the_booklet_is_one_sheet_sideways(
    phone: Opener, pages: Pages, monkeypatch: pytest.MonkeyPatch, language: str, paper: str, site: str,
    tmp_path: Path,
) -> None:  # fmt: skip
    """Without being told: the page itself asks for the long side. The code on the back is read."""
    monkeypatch.setenv("PUBLIC_URL", site)
    t, made = pages.words[language], phone(java_script_enabled=False)
    made.page.set_content(pages.page(language, "zine"))
    made.page.pdf(path=tmp_path / "zine.pdf", format=paper)
    document = pypdfium2.PdfDocument(tmp_path / "zine.pdf")
    sides = [page.get_size() for page in document]
    document.close()
    assert len(sides) == 1 and sides[0][0] > sides[0][1]
    assert codes(tmp_path / "zine.pdf") == [[f"{site or 'http://127.0.0.1:8000'}/{language}/"]]
    made.page.set_viewport_size({"width": 1122, "height": 793})
    made.page.emulate_media(media="print")
    assert [out for *_, out in made.page.evaluate(PANELS)] == [[]] * 8
    assert (t.plain("poster.unset") in made.page.locator(".fold").inner_text()) is not bool(site)
