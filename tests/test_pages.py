"""Budgets and the shape of pages."""

from __future__ import annotations

import re
from pathlib import Path

import brotli
import pytest

from app.model import LEVELS
from app.pages import Pages
from app.privacy import content_security_policy
from tests.conftest import LANGUAGES
from tests.page import Page

MOST = {"en": 12_000}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_app_fits_one_round_trip(pages: Pages, built: Path, language: str) -> None:
    html = pages.app(language)
    packed = (built / "site" / language / "index.html.br").read_bytes()
    assert brotli.decompress(packed).decode() == html
    assert len(packed) <= MOST.get(language, 16_000)
    assert len((built / "site" / language / "index.html.gz").read_bytes()) <= 20_000
    assert len(pages.assets.script.encode()) <= 6_000
    assert len((built / "site" / "later.js.br").read_bytes()) <= 8_000
    outside = re.sub(r"<template.*?</template>", "", html, flags=re.S)
    assert len(re.findall(r"<[a-z]", outside)) <= 700


def test_headers_fit_their_budget(pages: Pages) -> None:
    from app.privacy import headers

    assets = pages.assets
    policy = content_security_policy([assets.style, assets.pages_style], [assets.script, assets.later])
    assert sum(len(name) + len(value) + 4 for name, value in headers(policy).items()) <= 1_100


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_policy_allows_what_stands_in_the_pages(pages: Pages, language: str) -> None:
    from app.privacy import integrity

    assets = pages.assets
    for _, page in pages.all():
        for style in re.findall(r"<style>(.*?)</style>", page, re.S):
            assert style in (assets.style, assets.pages_style)
        for script in re.findall(r"<script>(.*?)</script>", page, re.S):
            assert script == assets.script
    assert f'data-integrity="{integrity(assets.later)}"' in pages.app(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_and_every_card_is_in_the_app(pages: Pages, language: str) -> None:
    page = Page(pages.app(language))
    inputs = {(a["name"], a["value"]) for a, _ in page.all("input")}
    assert inputs == {(q.id, o.id) for q in pages.catalog.questions for o in q.options}
    assert len(page.all("article")) == 19
    assert [a["data-level"] for a, _ in page.all("div") if "data-level" in a] == list(LEVELS)
    (form,) = page.all("form")
    assert form[0]["action"].endswith("results") and form[0]["autocomplete"] == "off"
    assert page.all("select", name="state")[0][0]["autocomplete"] == "off"
    assert len(page.all("option")) == len(pages.catalog.states) + 1
    lines = [a["data-provider"] for a, _ in page.all("li") if "data-provider" in a]
    assert 6 <= len(lines) <= 12
    assert page.all("a", href="tel:+18002557688")
    assert len(page.all("section", id="rights")) == 1


def test_long_cards_hold_every_claim(pages: Pages) -> None:
    page = Page(pages.page("en", "systems"))
    articles = page.all("article")
    assert [a["id"] for a, _ in articles] == [f"system-{s.id}" for s in pages.catalog.systems]
    assert not any("data-level" in a for a, _ in articles)
    ids = {a["id"] for _, a, _ in page.elements if "id" in a}
    for system in pages.catalog.systems:
        assert {f"{system.id}-{claim.id}" for claim in system.claims} <= ids
        assert {f"s-{system.id}-{source}" for c in system.claims for source in c.sources} <= ids


def test_the_help_page_holds_every_provider(pages: Pages) -> None:
    page = Page(pages.page("en", "help"))
    shown = [attrs["data-provider"] for attrs, _ in page.all("li") if "data-provider" in attrs]
    ours = [p for p in pages.catalog.providers.values() if p.state]
    assert {p.id for p in ours} <= set(shown)
    assert len(shown) == len(set(shown))
    phones = {attrs["href"] for attrs, _ in page.all("a", class_="call")}
    assert {f"tel:{p.phone}" for p in ours if p.phone} <= phones
    for attrs, text in page.all("li"):
        provider = pages.catalog.providers.get(attrs.get("data-provider", ""))
        if provider and provider.warning:
            assert pages.words["en"].plain(provider.warning) in text
    thin = ("WV", "PR", "VT", "MT")
    for state in thin:
        (section,) = [text for attrs, text in page.all("details", id=f"state-{state}")]
        assert pages.words["en"].plain(f"thin.{state}") in section


def test_government_lines_say_so(pages: Pages) -> None:
    page = Page(pages.page("en", "help"))
    government = {line.provider for group in pages.catalog.help for line in group.lines if line.run_by}
    assert "us-det-ice-online-detainee-locator" in government
    for attrs, text in page.all("li"):
        if attrs.get("data-provider") in government:
            assert "Not confidential." in text
