"""Rights in four places, and the card for a wallet."""

from __future__ import annotations

import pytest

from app.model import PLACES
from app.pages import Pages
from tests.conftest import LANGUAGES, Client


@pytest.mark.parametrize("language", LANGUAGES)
def test_rights_in_four_places_and_a_card(pages: Pages, client: Client, language: str) -> None:
    t, en = pages.words[language], pages.words["en"]
    page = client.page(f"/{language}/rights")
    for place in PLACES:
        (text,) = [text for _, text in page.all("section", id=place)]
        claims = [claim for claim in pages.catalog.places if claim.section == place]
        assert 3 <= len(claims) <= 5
        assert all(t.plain(claim.key) in text for claim in claims)
    cards = [text for attrs, text in page.all("div") if attrs.get("class", "").split()[:1] == ["wallet"]]
    assert len(cards) == 3
    for card in cards:
        assert all(t.plain(key) in card and en.plain(key) in card for key in pages.catalog.card)
    assert t.plain("standing.legal") in page.all("footer")[0][1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_app_page_holds_the_short_rights_alone(pages: Pages, language: str) -> None:
    t, app = pages.words[language], pages.app(language)
    assert all(str(t(claim.key)) in app for claim in pages.catalog.rights)
    assert t.plain("places.title") not in app and 'class="wallet' not in app
