"""Budgets and the shape of pages."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import brotli
import pytest

from app import open_data
from app.model import LEVELS
from app.pages import Pages
from app.privacy import content_security_policy
from app.wording import short_card
from tests.conftest import HEADERS, LANGUAGES, Client
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
    policy = content_security_policy(assets.styles, assets.scripts)
    assert sum(len(name) + len(value) + 4 for name, value in headers(policy).items()) <= 1_100


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_policy_allows_what_stands_in_the_pages(pages: Pages, language: str) -> None:
    from app.privacy import integrity

    assets = pages.assets
    for _, page in pages.all():
        for style in re.findall(r"<style>(.*?)</style>", page, re.S):
            assert style in assets.styles
        for script in re.findall(r"<script>(.*?)</script>", page, re.S):
            assert script in assets.scripts
    assert f'<script src="/later.js" integrity="{integrity(assets.later)}">' in pages.app(language)


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sources_page_is_one_to_work_from(pages: Pages, language: str) -> None:
    """Every claim with its strength in words, dates, verdict and sources, each with an address of its own."""
    t = pages.words[language]
    page = Page(pages.page(language, "sources"))
    articles = {attrs["id"]: (attrs, text) for attrs, text in page.all("article")}
    links = {attrs["href"] for attrs, _ in page.all("a")}
    assert len(articles) == len(list(pages.catalog.claims)) > 250
    for part, claim in pages.catalog.claims:
        attrs, text = articles[f"{part}-{claim.id}"]
        assert f"#{part}-{claim.id}" in links
        assert (attrs["data-part"], attrs["data-strength"]) == (part, claim.strength)
        assert t.plain(f"strengths.{claim.strength}") in text
        assert t.plain("claims.as_of", date=claim.as_of) in text
        assert t.plain("claims.checked", date=claim.checked) in text
        if claim.verdict:
            assert t.plain(f"verdicts.{claim.verdict}") in text and claim.quote in text
        for id in claim.sources:
            source = pages.catalog.sources[id]
            assert " ".join(source.title.split()) in text and source.publisher in text
    assert f"/{language}/claims.json" in links and "/reference.db" in links and "/review.ics" in links


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_kept_on_a_phone_weighs_what_the_page_says(built: Path, pages: Pages, language: str) -> None:
    (box,) = [attrs for attrs, _ in Page(pages.page(language, "keep")).all("div", id="keep")]
    names = [path.lstrip("/") for path in box["data-pages"].split()]
    files = [f"{name}index.html" if name.endswith("/") else name for name in names]
    files = [name if "." in name else f"{name}.html" for name in files]
    assert {f"{language}/{name}" for name in ("index.html", "systems.html", "help.html")} <= set(files)
    assert 900_000 < sum((built / "site" / name).stat().st_size for name in files) < 1_250_000
    assert pages.catalog.texts["keep.leaves"].values["number"] == "1"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lawyers_questions_stand_on_the_long_cards_alone(pages: Pages, language: str) -> None:
    t = pages.words[language]
    app, long = pages.app(language), Page(pages.page(language, "systems"))
    cards = {attrs["id"]: text for attrs, text in long.all("article")}
    for system in pages.catalog.systems:
        card = cards[f"system-{system.id}"]
        assert t.plain("follow_ups.note") in card
        assert not set(system.follow_ups) & set(short_card(system))
        for key in system.follow_ups:
            assert t.plain(key) in card and str(t(key)) not in app


def test_enough_is_said(pages: Pages) -> None:
    claims = list(pages.catalog.claims)
    assert len(claims) >= 150
    assert min(len(system.claims) for system in pages.catalog.systems) >= 8
    assert len([c for _, c in claims if c.section == "article"]) >= 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_claims_as_data(pages: Pages, language: str) -> None:
    data = open_data.claims(pages.words[language])
    assert json.loads(json.dumps(data)) == data
    by_id = {claim["id"]: claim for claim in data["claims"]}
    texas = by_id["287g-texas"]
    assert texas["until"] == "2026-12-01" and texas["then"] and texas["language"] == language
    assert {s for c in data["claims"] for s in c["sources"]} == data["sources"].keys()
    assert data["version"] == pages.catalog.version


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_we_do_not_know_is_said(pages: Pages, client: Client, language: str) -> None:
    t = pages.words[language]
    for page in (Page(pages.app(language)), client.post(f"/{language}/results", {"tax": "itin"})):
        (text,) = [text for _, text in page.all("section", id="unknown")]
        for name in ("CLEAR", "E-Verify", "SAVE", "Medicaid"):
            assert name in text
        assert t.plain("unknown.unasked") in text
    long = Page(pages.page(language, "systems"))
    (text,) = [text for _, text in long.all("section", id="unknown")]
    for claim in pages.catalog.unknown:
        assert t.plain(claim.key) in text
    links = {attrs["href"] for attrs, _ in long.all("a")}
    disputed = [(part, claim.id) for part, claim in pages.catalog.claims if claim.open]
    assert ("irs", "courts") in disputed and ("places", "door_memo") in disputed
    here = {system.id for system in pages.catalog.systems} | {"unknown"}
    for part, id in disputed:
        assert f"{'' if part in here else f'/{language}/sources'}#{part}-{id}" in links


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_of_what_day_its_facts_are(pages: Pages, language: str) -> None:
    newest = pages.catalog.changes[0].date
    said = pages.words[language].plain("standing.version", date=newest, code=pages.catalog.version)
    for name, page in pages.all():
        if name.startswith(f"{language}/") and not name.endswith(("bye.html", "kitchen.html")):
            assert said in Page(page).all("footer")[0][1], name


def test_the_version_changes_with_a_fact_and_only_then(pages: Pages) -> None:
    from app.catalog import version

    catalog = pages.catalog
    first, *others = catalog.rights
    texts = catalog.texts
    assert version(replace(catalog, rights=(replace(first, as_of="2001"), *others))) != catalog.version
    assert version(replace(catalog, rights=(replace(first, origin="elsewhere"), *others))) == catalog.version
    for key, same in (("irs.claim.sent", False), ("app.start", True)):
        changed = {**texts, key: replace(texts[key], msgid="Other words")}
        assert (version(replace(catalog, texts=changed)) == catalog.version) is same


def test_changes_as_a_page_and_a_feed(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    newest = pages.catalog.changes[0]
    assert newest.date == max(change.date for change in pages.catalog.changes)
    assert pages.words["es"].plain(newest.key) in pages.page("es", "changes")
    monkeypatch.setenv("PUBLIC_URL", "https://on-file.example/")
    feed = ElementTree.fromstring(pages.feed())
    atom = "{http://www.w3.org/2005/Atom}"
    entries = feed.findall(f"{atom}entry")
    assert len(entries) == len(pages.catalog.changes)
    assert feed.findtext(f"{atom}updated") == f"{newest.date}T00:00:00Z"
    assert entries[0].find(f"{atom}link").get("href") == f"https://on-file.example/en/changes#{newest.id}"  # type: ignore[union-attr]
    ids = [found.text for found in feed.iter(f"{atom}id")]
    assert len(ids) == len(set(ids))


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


def test_who_runs_a_copy_may_choose_where_leaving_ends(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first page hands on to the second, which clears once more and goes on."""
    monkeypatch.setenv("LEAVE_URL", "https://weather.example/")
    assert '<meta http-equiv="refresh" content="0; url=/es/kitchen">' in pages.bye("es", "bye")
    assert '<meta http-equiv="refresh" content="0; url=https://weather.example/">' in pages.bye(
        "es", "kitchen"
    )
    monkeypatch.delenv("LEAVE_URL")
    assert "refresh" not in pages.bye("es", "kitchen")


def test_government_lines_say_so(pages: Pages) -> None:
    page = Page(pages.page("en", "help"))
    government = {line.provider for group in pages.catalog.help for line in group.lines if line.run_by}
    assert "us-det-ice-online-detainee-locator" in government
    for attrs, text in page.all("li"):
        if attrs.get("data-provider") in government:
            assert "Not confidential." in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_privacy_page_tells_what_a_stranger_can_compare(
    pages: Pages, client: Client, language: str
) -> None:
    """The headers, as they come with every page."""
    page = Page(pages.page(language, "privacy"))
    sent = client.open(f"/{language}/")
    shown = dict(text.split(": ", 1) for _, text in page.all("li") if re.match(r"[A-Z][A-Za-z-]+: ", text))
    for name in HEADERS - {"Cache-Control"}:
        assert shown[name] == sent.headers[name]
