"""Ways to ask for a record, and the letters."""

from __future__ import annotations

import pytest

from app.model import FACTS, Catalog
from app.pages import Pages
from tests.conftest import LANGUAGES, Client
from tests.page import Page

#: What the dossiers know a way to ask about. Of the others they know none.
ASKED = {
    "irs", "ssa", "medicaid", "jail_prints", "cap", "ident", "uscis_prints", "mobile_fortify", "alpr", "dmv",
    "clearview", "doge", "hart", "ai_cameras", "police_searches",
}  # fmt: skip
#: Offices of Homeland Security, which take requests online only, and others that want their own form.
OWN_FORM = {"uscis", "ice", "cbp", "obim", "fbi", "irs", "ssa_pay", "ssa_fix", "medicaid", "clearview"}


def test_every_system_that_one_can_ask_about_has_a_way(catalog: Catalog) -> None:
    assert {system for letter in catalog.letters for system in letter.systems} == ASKED
    assert {letter.id for letter in catalog.letters if not letter.lines} >= OWN_FORM


def test_what_to_know_first_is_told_once_and_sourced(catalog: Catalog) -> None:
    for letter in catalog.letters:
        assert tuple(claim.section for claim in letter.claims) == FACTS, letter.id
        assert all(claim.sources and claim.as_of and claim.review_by for claim in letter.claims)


def test_what_could_not_be_checked_is_said(catalog: Catalog) -> None:
    assert "We could not check how to reach it" in catalog.texts["letters.claim.obim_who"].msgid
    text = " ".join(text.msgid for key, text in catalog.texts.items() if key.startswith("letter"))
    values = str([text.values for text in catalog.texts.values()])
    assert "BIA.ROP" not in text + values, "the appeals board's address is only on older pages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_holds_every_letter_and_no_field(pages: Pages, client: Client, language: str) -> None:
    t = pages.words[language]
    page = client.page(f"/{language}/letters")
    assert not [tag for tag, _, _ in page.elements if tag in ("input", "textarea", "select", "form")]
    articles = {attrs["id"]: text for attrs, text in page.all("article")}
    links = {attrs["href"] for attrs, _ in page.all("a")}
    assert list(articles) == [f"letter-{letter.id}" for letter in pages.catalog.letters]
    for letter in pages.catalog.letters:
        text = articles[f"letter-{letter.id}"]
        assert f"#letter-{letter.id}" in links
        for claim in letter.claims:
            assert t.plain(f"letters.{claim.section}") in text and t.plain(claim.key) in text
            assert t.plain("claims.as_of", date=claim.as_of) in text
            assert f"/{language}/sources#letters-{claim.id}" in links
        assert t.plain("standing.legal") in text
    for attrs, _ in page.all("a"):
        if t.watched(attrs["href"]):
            after = page.html.split(f'href="{attrs["href"]}"')[1].split("</a>")[1]
            assert after.startswith(f" ({t('standing.visited')})"), attrs


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_is_in_english_with_the_reader_beside_it(pages: Pages, language: str) -> None:
    page = Page(pages.page(language, "letters"))
    written = [letter for letter in pages.catalog.letters if letter.lines]
    columns = [("mail", "en")] + [("read", language)] * (language != "en")
    for name, tag in columns:
        found = page.all("div", class_=name)
        assert len(found) == len(written)
        for letter, (_, text) in zip(written, found, strict=True):
            for key in letter.lines:
                line = pages.words[tag].plain(key, blank="_", blank1="_", blank2="_")
                assert all(part.strip() in text for part in line.split("_")), key
    blanks = sum(pages.catalog.texts[key].msgid.count("{blank") for x in written for key in x.lines)
    assert len(page.all("span", class_="blank")) == blanks * len(columns)
    assert bool(page.all("div", class_="read")) is (language != "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_cards_lead_to_their_letters_and_the_app_does_not(pages: Pages, language: str) -> None:
    """The app page has no room for it, and a link from a result would tell which card was opened."""
    cards = pages.page(language, "systems").split('id="system-')[1:]
    for system, card in zip(pages.catalog.systems, cards, strict=True):
        for letter in pages.catalog.letters:
            assert (f'/letters#letter-{letter.id}"' in card) is (system.id in letter.systems)
    assert "/letters" not in pages.app(language)
    for name in ("help", "rights"):
        assert f'href="/{language}/letters"' in pages.page(language, name)
