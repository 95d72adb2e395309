"""Plain and fair words, as a budget: reading grade, hard words explained, no advice and no fear."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app import wording
from app.language import Words
from app.model import Catalog, Text
from app.pages import Pages
from tests import plain


def texts(catalog: Catalog) -> Iterator[tuple[str, list[str]]]:
    """Every card and question with the keys of its texts, and what stands around them."""
    for system in catalog.systems:
        yield f"{system.id}, short", wording.short_card(system)
        yield f"{system.id}, long", wording.long_card(system)
    for question in catalog.questions:
        keys = [f"question.{question.id}.{part}" for part in ("text", "why", "hint")]
        keys += [option.key for option in question.options]
        yield question.id, [key for key in keys if key in catalog.texts]
    yield "rights", [claim.key for claim in catalog.rights]
    yield "places", [*(claim.key for claim in catalog.places), *catalog.card]
    for letter in catalog.letters:
        yield letter.key, [f"{letter.key}.name", *(claim.key for claim in letter.claims)]
    for case in catalog.cases:
        yield case.key, [key for key in catalog.texts if key.startswith(f"{case.key}.")]
    for part in ("plan", "hands"):
        yield part, [key for key in catalog.texts if key.startswith(f"{part}.")]
    yield "help", [key for key in catalog.texts if key.startswith("help.")]
    yield "place", [key for key, t in catalog.texts.items() if t.origin.startswith("place.yaml")]
    yield "words around", [key for key, t in catalog.texts.items() if t.origin.startswith("interface")]


def test_the_measures() -> None:
    """Against values worked out by hand."""
    assert plain.grade(["The cat sat on the mat."]) == pytest.approx(0.39 * 6 + 11.8 * 1 - 15.59)
    assert plain.grade(["Homeland Security"], ("Homeland Security",)) == pytest.approx(0.39 + 23.6 - 15.59)
    assert plain.inflesz(["La casa es roja."]) == pytest.approx(206.835 - 62.3 * 6 / 4 - 4)
    words = {
        "ciudad": 2,
        "guía": 2,
        "país": 2,
        "leer": 2,
        "huellas": 2,
        "cuando": 2,
        "muy": 1,
        "mayo": 2,
        "que": 1,
    }
    assert {word: plain.spanish(word) for word in words} == words


def test_english_stays_at_grade_six(catalog: Catalog) -> None:
    names = plain.familiar(catalog.wording)
    for part, keys in texts(catalog):
        assert plain.grade([catalog.texts[key].msgid for key in keys], names) <= 6.0, part


def test_spanish_stays_easy(pages: Pages) -> None:
    catalog, spanish = pages.catalog, pages.words["es"].translations
    names = plain.familiar(catalog.wording)
    for part, keys in texts(catalog):
        found = [catalog.texts[key] for key in keys]
        assert plain.inflesz([spanish[text.key, text.msgid] for text in found], names) >= 60, part


def test_hard_words_are_explained(pages: Pages) -> None:
    catalog = pages.catalog
    assert list(wording.unexplained(catalog)) == []
    for tag, t in pages.words.items():
        page = pages.page(tag, "systems")
        for system in catalog.systems:
            card = page.split(f'id="system-{system.id}"')[1].split("</article>")[0]
            places = [
                card.find(str(t(f"{term.key}.meaning"))) for term in wording.hard_words(catalog, system)
            ]
            assert all(0 < place < card.index(f'id="{system.id}-') for place in places), system.id


def test_a_hard_word_left_unexplained_is_named(catalog: Catalog) -> None:
    reach = Text("hart.reach", "An appeal is open.")
    broken = replace(catalog, texts={**catalog.texts, "hart.reach": reach})
    assert list(wording.unexplained(broken)) == ["hart: the short card says appeal and not what it is"]


def test_no_word_advises_or_frightens(pages: Pages) -> None:
    for words in pages.words.values():
        assert list(wording.unfair(words)) == []
    assert list(wording.idle(pages.words.values())) == []


@pytest.mark.parametrize(
    ("tag", "text", "fair"),
    [
        ("en", "ICE has your address.", False),
        ("en", "The tax office has your address.", True),
        ("en", "You Must go.", False),
        ("en", "We do not know.", True),
        ("en", "Do not go.", False),
        ("en", "They were here illegally.", False),
        ("en", "A legal duty.", True),
        ("es", "Usted debe ir.", False),
        ("es", "No tiene que ir.", True),
        ("es", "Personas ilegales.", False),
    ],
)
def test_the_lint(catalog: Catalog, tag: str, text: str, fair: bool) -> None:
    twin = replace(catalog, texts={"k": Text("k", text, origin="systems/irs.yaml:7")})
    found = list(wording.unfair(Words(tag, twin, {("k", text): text})))
    assert (found == []) is fair, found
    assert fair or " k: says “" in found[0]


def test_an_idle_exception_is_named(pages: Pages) -> None:
    unused = replace(pages.catalog.wording, allowed=frozenset({("app.title", "Do not")}))
    twin = replace(pages.catalog, wording=unused)
    (found,) = wording.idle([Words("en", twin, {})])
    assert found == "wording.yaml: app.title: does not say “Do not” any more"
