"""Plain and fair words: which hard words a card uses, and which phrases should not stand anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from app.language import Words
from app.model import SOURCE, Catalog, System, Term


@cache
def whole(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Finds any of the phrases as whole words; one with a capital letter only as it is written."""
    parts = (re.escape(p) if p != p.lower() else f"(?i:{re.escape(p)})" for p in phrases)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")


def short_card(system: System) -> list[str]:
    """The keys of a short card's texts in the order people read them."""
    rows = [f"{system.id}.because.{n}" for n in range(len(system.rules))]
    step = [] if system.about else [f"{system.id}.step"]
    return [f"{system.id}.name", f"{system.id}.what", *rows, f"{system.id}.reach", *step]


def long_card(system: System) -> list[str]:
    """The keys of a long card's texts."""
    keys = [f"{system.id}.name", f"{system.id}.what"]
    for claim in system.claims:
        keys.append(claim.key)
        keys += [
            f"{claim.key}.{more}" for more, has in (("then", claim.until), ("caution", claim.caution)) if has
        ]
    return [*keys, *system.follow_ups]


def hard_words(catalog: Catalog, system: System) -> list[Term]:
    """The terms of the glossary that a long card uses, in the order they come up."""
    text = "\n".join(catalog.texts[key].msgid for key in long_card(system))
    found = [
        (match.start(), term)
        for term in catalog.wording.glossary
        if (match := whole(term.forms).search(text))
    ]
    return [term for _, term in sorted(found, key=lambda pair: pair[0])]


def unexplained(catalog: Catalog) -> Iterator[str]:
    """Every hard word that a short card uses before it says what that is."""
    for system in catalog.systems:
        text = " ".join(catalog.texts[key].msgid for key in short_card(system))
        for term in catalog.wording.glossary:
            used = whole(term.forms).search(text)
            if used and not (term.said and whole(term.said).search(text, 0, used.end())):
                yield f"{system.id}: the short card says {used[0]} and not what it is"


def unfair(t: Words) -> Iterator[str]:
    """Every phrase that should not stand in a language's texts, each with its place and key."""
    phrases = t.catalog.wording.never.get(t.tag, ())
    if not phrases:
        return
    pattern = whole(phrases)
    for key, text in t.catalog.texts.items():
        message = text.msgid if t.tag == SOURCE else t.translations.get((text.key, text.msgid), "")
        for found in pattern.finditer(message):
            if not allowed(t.catalog, key, found[0]):
                place = text.origin if t.tag == SOURCE else f"translations/{t.tag}"
                yield f"{place}: {key}: says “{found[0]}”; reword it, or give a reason in wording.yaml"


def allowed(catalog: Catalog, key: str, phrase: str) -> bool:
    return any(k == key and p.lower() == phrase.lower() for k, p in catalog.wording.allowed)


def idle(languages: Iterable[Words]) -> Iterator[str]:
    """Every term that no card uses, and every exception that no language needs any more."""
    words = list(languages)
    catalog = words[0].catalog
    used = {term.id for system in catalog.systems for term in hard_words(catalog, system)}
    for term in catalog.wording.glossary:
        if term.id not in used:
            yield f"wording.yaml: {term.id}: no card uses this word"
    for key, phrase in sorted(catalog.wording.allowed):
        text = catalog.texts[key]
        said = (
            text.msgid if t.tag == SOURCE else t.translations.get((text.key, text.msgid), "") for t in words
        )
        if not any(whole((phrase,)).search(message) for message in said):
            yield f"wording.yaml: {key}: does not say “{phrase}” any more"
