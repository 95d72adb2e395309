"""Languages: complete, marked where they are not, formatted by locale."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import brotli
import pytest
from babel.messages.pofile import read_po

from app import language
from app.language import Words
from app.model import LANGUAGES, NAMES, SOURCE, Catalog, Text
from app.pages import Pages

OTHERS = [tag for tag in NAMES if tag != SOURCE]
#: Those not published yet too.
ALL = [tag for tag in LANGUAGES if tag != SOURCE]
MARK = re.compile(r"\{[a-z]+\d*\}")


def messages(catalog: Catalog) -> set[tuple[str, str]]:
    return {(text.key, text.msgid) for text in catalog.texts.values()}


@pytest.mark.parametrize("tag", ALL)
def test_a_language_is_complete(catalog: Catalog, tag: str) -> None:
    wanted = messages(catalog)
    missing = wanted - language.read_translations(tag).keys()
    assert len(missing) <= 0.03 * len(wanted), sorted(missing)[:10]


@pytest.mark.parametrize("tag", ALL)
def test_placeholders_survive_translation(catalog: Catalog, tag: str) -> None:
    for (key, msgid), string in language.read_translations(tag).items():
        assert sorted(MARK.findall(msgid)) == sorted(MARK.findall(string)), key
        rest = MARK.sub("", string)
        assert "{" not in rest and "}" not in rest and string == string.strip(), key


@pytest.mark.parametrize("tag", ALL)
def test_the_catalog_is_what_make_po_would_write(catalog: Catalog, tag: str, tmp_path: Path) -> None:
    path = language.messages_file(tag)
    twin = language.messages_file(tag, tmp_path)
    twin.parent.mkdir(parents=True)
    twin.write_bytes(path.read_bytes())
    assert not language.update_messages(catalog, tag, tmp_path), "run `make po`"
    with path.open("rb") as file:
        assert {(m.context, m.id) for m in read_po(file) if m.id} == messages(catalog)


def test_a_changed_sentence_loses_its_translation(catalog: Catalog, tmp_path: Path) -> None:
    text = replace(catalog.texts["app.title"], msgid="What is on file?")
    changed = replace(catalog, texts={**catalog.texts, "app.title": text})
    twin = language.messages_file("es", tmp_path)
    twin.parent.mkdir(parents=True)
    twin.write_bytes(language.messages_file("es").read_bytes())
    assert language.update_messages(changed, "es", tmp_path)
    kept = language.read_translations("es", tmp_path)
    assert ("app.title", "What is on file?") not in kept
    assert len(kept) == len(language.read_translations("es")) - 1
    words = Words("es", changed, kept)
    assert words("app.title") == '<span lang="en" data-untranslated="">What is on file?</span>'
    assert words.plain("app.title") == "What is on file?"


def test_a_fuzzy_entry_is_not_shown(tmp_path: Path) -> None:
    path = language.messages_file("es", tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text(
        '#, fuzzy\nmsgctxt "k"\nmsgid "Yes"\nmsgstr "No"\n\nmsgctxt "j"\nmsgid "No"\nmsgstr "No"\n'
    )
    assert language.read_translations("es", tmp_path) == {("j", "No"): "No"}


@pytest.mark.parametrize("tag", ALL)
def test_a_draft_shows_as_it_would_be_published(catalog: Catalog, tag: str) -> None:
    """Its app page has room in the budget, its dates and lengths of time are its own, no English is left."""
    words = {SOURCE: Words(SOURCE, catalog, {}), tag: Words(tag, catalog, language.read_translations(tag))}
    t = words[tag]
    page = Pages(catalog, words, date(2026, 11, 23)).app(tag)
    assert len(brotli.compress(page.encode(), quality=11)) <= 16_000
    assert "data-untranslated" not in page
    assert f'<html lang="{tag}" dir="{"rtl" if tag in ("ar", "fa-AF", "ps") else "ltr"}">' in page
    said = [
        t.date("2025-08"),
        t.date("2025-08-07"),
        t.time("P21D"),
        t.time("P6M"),
        t.time("P3Y"),
        t.time("PT3M"),
    ]
    english = ("August", "day", "month", "year", "minute")
    assert not [text for text in said if any(word in text for word in english)]


def test_the_ledger_names_every_language() -> None:
    assert set(language.ledger()) == set(ALL)


@pytest.fixture
def small(catalog: Catalog) -> Catalog:
    texts = {
        key: Text.parse(key, source)
        for key, source in {
            "when": "In {date1:2026}, {date2:2025-08} and {date3:2025-08-07}",
            "much": "{number:47289} people, {money:4600000}",
            "who": "{name:Form 8822} <b> {phone:+18002557688}",
            "where": "{site:first.uscis.gov} {site2:irs.gov/litc}",
            "standing.visited": "they can see",
        }.items()
    }
    return replace(catalog, texts=texts)


def test_values_by_locale(small: Catalog) -> None:
    english = Words("en", small, {})
    spanish = Words("es", small, {(k, t.msgid): t.msgid for k, t in small.texts.items()})
    assert english("when") == "In 2026, August 2025 and August 7, 2025"
    assert spanish("when") == "In 2026, agosto de 2025 and 7 de agosto de 2025"
    assert english("much") == "47,289 people, $4,600,000"
    call = '<a href="tel:+18002557688"><bdi>800-255-7688</bdi></a>'
    assert english("who") == f"Form 8822 &lt;b&gt; {call}"
    assert spanish("who") == f'<bdi lang="en">Form 8822</bdi> &lt;b&gt; {call}'
    assert "(they can see)" in english("where").split("irs.gov")[0]
    assert "(they can see)" not in english("where").split("irs.gov", 1)[1]


@pytest.mark.parametrize(("tag", "most"), [("en", 20), ("es", 25)])
def test_sentences_are_short(pages: Pages, tag: str, most: int) -> None:
    t = pages.words[tag]
    for key, text in pages.catalog.texts.items():
        if {mark.strip("{}") for mark in MARK.findall(text.msgid)} <= text.values.keys():
            for sentence in re.split(r"(?<=[.!?:;])\s+", t.plain(key)):
                assert len(sentence.split()) <= most, (key, sentence)
    for system in pages.catalog.systems:
        assert len(t.plain(f"{system.id}.what").split()) <= 15, system.id


def test_no_text_stands_in_a_template() -> None:
    """Every word a user reads is in the content, and so in the catalogs."""
    folder = Path(language.__file__).parent / "templates"
    for path in folder.glob("*.html"):
        source = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text("utf-8"), flags=re.S)
        text = re.sub(r"<(/?[a-z!][^>]*)>", " ", source)
        text = re.sub(r"(reference\.db|[\w.]+\.(json|ics|xml))", "", text)
        assert not re.search(r"[^\W\d_]{2,}", text), (path.name, re.findall(r"[^\W\d_]{2,}", text))
        for attribute in re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', source):
            assert not attribute.strip(), (path.name, attribute)


def test_no_prose_in_python() -> None:
    for path in Path(language.__file__).parent.glob("*.py"):
        if path.name in ("cli.py", "entries.py", "catalog.py", "shapes.py", "wording.py"):
            continue  # what these say, they say to whoever builds
        code = re.sub(r'""".*?"""|#.*', "", path.read_text("utf-8"), flags=re.S)
        for text in re.findall(r'"([^"\n]*)"', code):
            assert not re.search(r"[a-z]+ [a-z]+ [a-z]+\.", text), (path.name, text)


@pytest.mark.parametrize("tag", OTHERS)
def test_no_english_is_left_in_a_complete_language(pages: Pages, tag: str) -> None:
    for _, page in pages.all():
        assert "data-untranslated" not in page


def test_an_unread_language_says_so(pages: Pages) -> None:
    read = language.reviewers()
    for tag in OTHERS:
        said = pages.words[tag].plain("standing.unreviewed") in pages.page(tag, "rights")
        assert said is (tag not in read)
    assert pages.words["en"].plain("standing.unreviewed") not in pages.page("en", "rights")
