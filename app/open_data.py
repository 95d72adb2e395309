"""The content as JSON, for other programs to read."""

from __future__ import annotations

from typing import Any

from app import model
from app.language import Words
from app.model import NAMES, SOURCE, Catalog


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
