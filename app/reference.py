"""The lists as one read-only SQLite file: baked once by sqlite-utils, read with the standard library.

``reference.db`` is also there to be downloaded and opened: legal help, counties, states, claims, sources.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.model import Catalog

#: A county with this many cameras mapped turns "I don't know" about plate cameras into "yes".
CAMERAS_KNOWN = 20
JAIL_MODELS = {"jail", "wso"}


@dataclass(frozen=True)
class County:
    """A county: FIPS code, USPS state, what ICE's list means for an answer, cameras mapped there."""

    fips: str
    state: str
    agreements: frozenset[str]
    cameras: int
    listed: str


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def bake(catalog: Catalog, english: Callable[[str], str], data: Path, target: Path) -> None:
    """Write ``target`` anew from the catalog and the CSV lists. Codes stay text (``01001``).

    ``english`` gives the English text under a key.
    """
    from sqlite_utils import Database  # 0.14 s that only a build pays

    target.unlink(missing_ok=True)
    db = Database(target)
    states = [
        {**row, **{k: int(v) for k, v in row.items() if k.startswith("n_")}}
        for row in rows(data / "states.csv")
    ]
    db.table("states").insert_all(states, pk="state")
    db.table("counties").insert_all(
        ({**row, "agencies": int(row["agencies"])} for row in rows(data / "counties_287g.csv")),
        pk="fips",
        foreign_keys=[("state", "states", "state")],
    )
    db.table("plate_cameras").insert_all(
        ({**row, "plate_cameras_mapped": int(row["plate_cameras_mapped"])}
         for row in rows(data / "counties_alpr_osm.csv")),
        pk="fips",
    )  # fmt: skip
    db.table("plate_cameras_notice").insert(
        {"notice": "© OpenStreetMap contributors, Open Database License (ODbL) 1.0", "table": "plate_cameras"}
    )
    db.table("providers").insert_all(
        (
            {
                "id": p.id, "name": p.name, "state": p.state or None, "city": p.city, "kind": p.kind,
                "phone": p.phone, "url": p.url, "languages": ";".join(p.languages), "cost": p.cost,
                "note": english(p.note) if p.note else None,
                "warning": english(p.warning) if p.warning else None,
                "listed_by": p.listed_by, "listed_on": p.listed_on,
            }
            for p in catalog.providers.values()
        ),
        pk="id",
        foreign_keys=[("state", "states", "state")],
    )  # fmt: skip
    db.table("sources").insert_all((vars(source) for source in catalog.sources.values()), pk="id")
    db.table("claims").insert_all(
        (
            {
                "id": claim.key, "part": part, "section": claim.section, "text": english(claim.key),
                "caution": english(f"{claim.key}.caution") if claim.caution else None, "as_of": claim.as_of,
                "strength": claim.strength, "review_by": claim.review_by,
                "quote": claim.quote or None, "verdict": claim.verdict or None,
            }
            for part, claim in catalog.claims
        ),
        pk="id",
    )  # fmt: skip
    db.table("claim_sources").insert_all(
        ({"claim": c.key, "source": source} for _, c in catalog.claims for source in c.sources),
        pk=("claim", "source"),
        foreign_keys=[("claim", "claims", "id"), ("source", "sources", "id")],
    )
    db.vacuum()
    db.close()


class Reference:
    """Reads the baked file; opened per call, so it is safe in any thread and keeps no lock."""

    def __init__(self, path: Path) -> None:
        self.uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"

    def county(self, fips: str) -> County | None:
        """The county with this FIPS code, or None."""
        with sqlite3.connect(self.uri, uri=True) as db:
            row = db.execute(
                "select c.state, county_agency_models, any_agency_models, law_287g,"
                " coalesce(plate_cameras_mapped, 0), s.as_of"
                " from counties c join states s using (state) left join plate_cameras p using (fips)"
                " where c.fips = ?",
                [fips],
            ).fetchone()
        if row is None:
            return None
        state, own, any_agency, law, cameras, listed = row
        found = set()
        if JAIL_MODELS & set(own.split("|")):
            found.add("jail")
        if "task_force" in any_agency.split("|"):
            found.add("street")
        if not found and law == "barred":
            found.add("barred")
        return County(fips, state, frozenset(found), cameras, listed)
