"""The content as JSON, for other programs to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from app import model
from app.language import Words
from app.model import NAMES, SOURCE, Catalog
from app.reference import CAMERAS_KNOWN, CAMERAS_NOTICE, County


def assessment(catalog: Catalog) -> dict[str, Any]:
    """``/assessment.json``: languages, questions and systems as data, ids only."""
    return {
        "languages": list(NAMES),
        "questions": [{"id": q.id, "options": [o.id for o in q.options]} for q in catalog.questions],
        "systems": [
            {"id": s.id, "note_about": list(s.about)}
            if s.about
            else {"id": s.id, "rules": [{"level": r.level, "when": dict(r.when)} for r in s.rules]}
            for s in catalog.systems
        ],
    }


def claims(t: Words) -> dict[str, Any]:
    """``/<lang>/claims.json``: every claim with its sources, as the sources page shows it."""

    def told(part: str, claim: model.Claim) -> dict[str, Any]:
        return {
            "id": f"{part}-{claim.id}", "part": part, "part_name": t.part(part), "section": claim.section,
            "text": t.plain(claim.key), "language": t.tag if t.has(claim.key) else SOURCE,
            "until": claim.until or None, "then": t.plain(f"{claim.key}.then") if claim.until else None,
            "caution": t.plain(f"{claim.key}.caution") if claim.caution else None,
            "strength": claim.strength, "strength_name": t.plain(f"strengths.{claim.strength}"),
            "as_of": claim.as_of, "checked": claim.checked, "review_by": claim.review_by,
            "quote": claim.quote or None, "verdict": claim.verdict or None,
            "verdict_name": t.plain(f"verdicts.{claim.verdict}") if claim.verdict else None,
            "sources": list(claim.sources), "page": f"/{t.tag}/sources#{part}-{claim.id}",
        }  # fmt: skip

    return {
        "language": t.tag,
        "version": t.catalog.version,
        "date": t.catalog.changes[0].date,
        "reviewed": t.reviewed,
        "claims": [told(part, claim) for part, claim in t.catalog.claims],
        "sources": {source.id: vars(source) for source in t.catalog.sources.values()},
    }


#: Columns of the sheet for the file as CSV, a row each finding (``static/sheet.js``).
SHEET_COLUMNS = (
    "system", "level", "name", "level_name", "reasons", "reach", "follow_ups", "sources", "version",
    "facts_of",
)  # fmt: skip


def sheet_schema(catalog: Catalog) -> dict[str, Any]:
    """``/sheet.schema.json``: what the sheet for the file holds when it is saved as JSON on a phone."""
    said = {
        "type": "object",
        "description": "Words, by the tag of their language.",
        "propertyNames": {"enum": list(NAMES)},
        "additionalProperties": {"type": "string", "minLength": 1},
        "minProperties": 1,
        "maxProperties": 2,
    }
    options = {question.id: question.allowed for question in catalog.questions}
    options |= {"state": frozenset(catalog.states), "county_287g": frozenset(model.COUNTY_OPTIONS)}

    def holding(**properties: Any) -> dict[str, Any]:
        required = {"required": list(properties), "additionalProperties": False}
        return {"type": "object", "properties": properties, **required}

    words = {"$ref": "#/$defs/said"}

    def some(item: Any, least: int = 0) -> dict[str, Any]:
        return {"type": "array", "items": item, "minItems": least}

    source = holding(title={"type": "string"}, url={"type": ["string", "null"]}, about=words)
    finding = holding(
        system={"enum": [system.id for system in catalog.systems if not system.about]},
        level={"enum": list(model.LEVELS)},
        name=words,
        level_name=words,
        reasons=some(words, 1),
        reach=words,
        follow_ups=some(words),
        sources=some(source),
    )
    answer = {
        "oneOf": [
            holding(
                question={"const": ident},
                options=some({"enum": sorted(allowed)}),
                text=words,
            )
            for ident, allowed in options.items()
        ]
    }
    sheet = holding(
        format={"const": "on-file-sheet-1"},
        version={"type": "string", "description": "Changes whenever a fact does."},
        facts_of={"type": "string", "format": "date"},
        languages=some({"enum": list(NAMES)}, 1),
        notice=some(words, 1),
        findings=some(finding),
    )
    sheet["properties"]["answers"] = some(answer)  # only if a worker asked for them
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "On File: sheet for the file",
        **sheet,
        "$defs": {"said": said},
    }


def places(counties: Iterable[County]) -> dict[str, Any]:
    """``/places.json``: every county of the country in one file, so that none has to be asked for.

    By state, a row each: FIPS code, name, and then numbers of entries in these lists:
    ``answers``, ``own`` and ``others`` (models), agencies, ``offices``, ``dates``. Camera counts stand apart,
    in the same order, under a notice of their own; ``null`` where nobody has counted. They are ``as_of`` one
    day, but for those in ``dates``.
    """
    known: dict[str, list[Any]] = {name: [] for name in ("answers", "models", "offices", "dates")}

    def number(name: str, entry: object) -> int:
        if entry not in known[name]:
            known[name].append(entry)
        return known[name].index(entry)

    def row(c: County) -> list[object]:
        return [
            c.fips, c.name, number("answers", sorted(c.agreements)), number("models", c.own),
            number("models", c.others), c.agencies, number("offices", c.office), number("dates", c.listed),
        ]  # fmt: skip

    by_state = {state: list(found) for state, found in groupby(counties, key=lambda c: c.state)}
    every = [county for found in by_state.values() for county in found]
    usual = Counter(county.mapped for county in every if county.mapped).most_common(1)[0][0]
    return {
        "states": {state: list(map(row, found)) for state, found in by_state.items()},
        **known,
        "plate_cameras": {
            "notice": CAMERAS_NOTICE,
            "known": CAMERAS_KNOWN,
            "mapped": {state: [county.cameras for county in found] for state, found in by_state.items()},
            "as_of": usual,
            "dates": {c.fips: c.mapped for c in every if c.mapped and c.mapped != usual},
        },
    }
