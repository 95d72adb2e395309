"""The lists as one read-only SQLite file: baked once by sqlite-utils, read with the standard library.

``reference.db`` is also there to be downloaded and opened: legal help, counties, states, claims, sources.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from sys import intern
from typing import TYPE_CHECKING, Any, NamedTuple

from app import model

if TYPE_CHECKING:  # a worker reads the lists and knows no words
    from app.language import Words

#: A county with this many cameras mapped turns "I don't know" about plate cameras into "yes".
CAMERAS_KNOWN = 20
#: The counts of cameras are a database of their own, under its own license.
CAMERAS_NOTICE = "© OpenStreetMap contributors, Open Database License (ODbL) 1.0"
MODELS = ("jail", "task_force", "wso")
#: The models of agreements, in the order that they are told in; the first two act inside a jail.
MODELS = ("jail", "wso", "task_force")
JAIL_MODELS = frozenset(MODELS[:2])
#: Everything that may be said of a county: keys of ``place.county``.
COUNTY_FACTS = (
    "agencies", *(f"own.{model}" for model in MODELS), *(f"others.{model}" for model in MODELS),
    "unlisted", "check", "cameras", "unmapped", "uncounted", "office",
)  # fmt: skip
#: What ``places.csv`` may correct.
PLACE_KEYS = ("plate_cameras", "county_agency_models", "any_agency_models", "ice_field_office")


@dataclass(frozen=True)
class County:
    """A county: FIPS code, USPS state and name; what ICE's list means for an answer, and what stands on it.

    ``own`` are the models of the county's own agency, ``others`` those that only other agencies in it have,
    in the order of MODELS; ``cameras`` are those that people have mapped, or None where nobody has counted.
    ``listed`` and ``mapped`` are the dates of the two lists, or of what a local group knows since.
    """

    fips: str
    state: str
    name: str
    agreements: frozenset[str]
    own: tuple[str, ...]
    others: tuple[str, ...]
    agencies: int
    cameras: int | None
    office: str
    listed: str
    mapped: str

    @property
    def facts(self) -> Iterator[tuple[str, dict[str, str]]]:
        """What is to be said of it: keys of ``place.county``, and what each is filled with."""
        listed = {"date": self.listed}
        if self.own or self.others:
            yield "agencies", listed | {"number": str(self.agencies)}
            yield from ((f"own.{model}", {}) for model in self.own)
            yield from ((f"others.{model}", {}) for model in self.others)
        else:
            yield "unlisted", listed
        yield "check", {}
        if self.cameras is None:
            yield "uncounted", {}
        else:
            mapped = {"date": self.mapped, "number": str(self.cameras)}
            yield "cameras" if self.cameras else "unmapped", mapped
        yield "office", {"name": self.office}


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def corrected(data: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Counties and plate cameras, each with its ``as_of``; what ``places.csv`` knows newer is put in."""
    lists = {row["state"]: row["as_of"] for row in rows(data / "states.csv")}
    counties = {row["fips"]: row | {"as_of": lists[row["state"]]} for row in rows(data / "counties_287g.csv")}
    cameras = {row["fips"]: row for row in rows(data / "counties_alpr_osm.csv")}
    for fact in sorted(places(data), key=itemgetter("as_of")):
        fips, key, day = fact["fips"], fact["key"], fact["as_of"]
        if key == "plate_cameras":
            if day >= cameras.get(fips, {}).get("as_of", ""):
                cameras[fips] = {"fips": fips, "plate_cameras_mapped": fact["value"], "as_of": day}
        elif day >= lists[counties[fips]["state"]]:
            # An office is no part of ICE's list, so it leaves its day alone.
            dated = {} if key == "ice_field_office" else {"as_of": day}
            counties[fips] |= {key: fact["value"]} | dated
    return [*counties.values()], [*cameras.values()]


def places(data: Path) -> list[dict[str, str]]:
    """What local groups know, if there is any."""
    return [*rows(data / "places.csv")] if (data / "places.csv").exists() else []


def dates(data: Path) -> list[tuple[str, str]]:
    """Each list and the date it is of; the oldest and newest where rows have their own."""
    found = {
        "287(g) agreements": "states.csv",
        "plate cameras": "counties_alpr_osm.csv",
        "atlas": "atlas.csv",
    }
    days = {
        name: [row["as_of"] for row in rows(data / file)]
        for name, file in found.items()
        if (data / file).exists()
    }
    days["legal help"] = [row["source_date"] for row in rows(data / "legal_help.csv")]
    days["places"] = [row["as_of"] for row in places(data)]
    ends = ((name, {min(known), max(known)}) for name, of in days.items() if (known := [*filter(None, of)]))
    return [
        (name if len(of) == 1 else f"{name}, {end}", day)
        for name, of in ends
        for end, day in zip(("oldest", "newest"), sorted(of), strict=False)
    ]


def bake(t: Words, data: Path, target: Path) -> None:
    """Write ``target`` anew from the English words and the CSV lists. Codes stay text (``01001``)."""
    from sqlite_utils import Database  # 0.14 s that only a build pays

    def fill(name: str, made: Iterable[dict[str, Any]], pk: str | tuple[str, str], **keys: str) -> None:
        """A table; ``keys`` are its foreign keys: column="table"."""
        foreign = [(column, other, primary[other]) for column, other in keys.items()]
        db.table(name).insert_all(made, pk=pk, foreign_keys=foreign)

    catalog, english = t.catalog, t.plain
    primary = {"states": "state", "counties": "fips"} | dict.fromkeys(
        ("parts", "strengths", "verdicts", "claims", "sources"), "id"
    )
    target.unlink(missing_ok=True)
    db = Database(target)
    fill("states", map(counted, rows(data / "states.csv")), "state")
    fill("state_laws", rows(data / "state_laws.csv"), "state", state="states")
    counties, cameras = corrected(data)
    fill("counties", map(counted, counties), "fips", state="states")
    fill("plate_cameras", map(counted, cameras), "fips", fips="counties")
    db.table("plate_cameras_notice").insert({"notice": CAMERAS_NOTICE, "table": "plate_cameras"})
    if facts := places(data):
        fill("county_facts", facts, ("fips", "key"), fips="counties")
    if (data / "atlas.csv").exists():
        fill("atlas", map(counted, rows(data / "atlas.csv")), ("fips", "technology"), fips="counties")
        credit = (
            "Atlas of Surveillance, Electronic Frontier Foundation and the Reynolds School of Journalism,"
            " University of Nevada, Reno (CC BY 4.0)"
        )
        db.table("atlas_notice").insert({"notice": credit, "table": "atlas"})
    fill(
        "providers",
        (
            {
                **{key: value for key, value in vars(p).items() if key not in ("note", "warning")},
                "state": p.state or None,
                "languages": ";".join(p.languages),
                "note": english(p.note) if p.note else None,
                "warning": english(p.warning) if p.warning else None,
            }
            for p in catalog.providers.values()
        ),
        "id",
        state="states",
    )
    for name, ids in (("strengths", model.STRENGTHS), ("verdicts", model.VERDICTS)):
        fill(name, ({"id": id, "name": english(f"{name}.{id}")} for id in ids), "id")
    parts = dict.fromkeys(part for part, _ in catalog.claims)
    fill("parts", ({"id": part, "name": t.part(part)} for part in parts), "id")
    fill("sources", map(vars, catalog.sources.values()), "id")
    fill(
        "claims",
        (
            {
                "id": f"{part}-{claim.id}", "part": part, "section": claim.section,
                "text": english(claim.key),
                "until": claim.until or None,
                "then": english(f"{claim.key}.then") if claim.until else None,
                "caution": english(f"{claim.key}.caution") if claim.caution else None,
                "as_of": claim.as_of, "strength": claim.strength, "checked": claim.checked,
                "review_by": claim.review_by, "quote": claim.quote or None, "verdict": claim.verdict or None,
            }
            for part, claim in catalog.claims
        ),
        "id",
        part="parts",
        strength="strengths",
        verdict="verdicts",
    )  # fmt: skip
    fill(
        "claim_sources",
        ({"claim": f"{part}-{c.id}", "source": source} for part, c in catalog.claims for source in c.sources),
        ("claim", "source"),
        claim="claims",
        source="sources",
    )
    db.table("claims").enable_fts(["text", "then", "caution", "quote"], tokenize="porter")
    db.table("sources").enable_fts(["title", "publisher"], tokenize="porter")
    db.table("providers").enable_fts(["name", "city", "note"], tokenize="porter")
    db.vacuum()
    db.close()


def counted(row: Mapping[str, str]) -> dict[str, Any]:
    """A row of a list, its counts as numbers."""
    counts = ("n_", "agencies", "plate_cameras_mapped")
    return {key: int(value) if key.startswith(counts) else value for key, value in row.items()}


class Shown(NamedTuple):
    """What of the lists an answer may show: days, counts, and offices of ICE."""

    days: list[str]
    counts: list[str]
    offices: list[str]


def shown(data: Path) -> Shown:
    counties, cameras = corrected(data)
    counts = {row["plate_cameras_mapped"] for row in cameras} | {row["agencies"] for row in counties}
    return Shown(
        sorted({row["as_of"] for row in [*counties, *cameras]}),
        sorted(counts),
        sorted({row["ice_field_office"] for row in counties}),
    )


class Reference:
    """Reads the baked file. All counties are kept: looking one up takes no time that would tell."""

    def __init__(self, path: Path) -> None:
        self.uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"

    @cached_property
    def counties(self) -> Mapping[str, County]:
        """By FIPS code, in the order of their names within a state."""
        with closing(sqlite3.connect(self.uri, uri=True)) as db:
            found = db.execute(
                "select c.fips, c.state, county, county_agency_models, any_agency_models, law_287g, agencies,"
                " plate_cameras_mapped, ice_field_office, c.as_of, coalesce(p.as_of, '')"
                " from counties c join states s using (state) left join plate_cameras p using (fips)"
                " order by c.state, county"
            ).fetchall()
        return {
            fips: County(
                fips, intern(state), name, answers(own, any_agency, law), *models(own, any_agency),
                agencies, cameras, intern(office), intern(at), intern(to),
            )
            for fips, state, name, own, any_agency, law, agencies, cameras, office, at, to in found
        }  # fmt: skip

    @cached_property
    def by_state(self) -> Mapping[str, Sequence[County]]:
        """The counties of each state, by name."""
        return {code: tuple(found) for code, found in groupby(self.counties.values(), lambda c: c.state)}

    def county(self, fips: str) -> County | None:
        """The county with this FIPS code, or None."""
        return self.counties.get(fips)


@cache
def models(own: str, any_agency: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Models of the county's own agency, and those that only others have."""
    held, all_of = own.split("|"), any_agency.split("|")
    return tuple(m for m in MODELS if m in held), tuple(m for m in MODELS if m in all_of and m not in held)


@cache
def answers(own: str, any_agency: str, law: str) -> frozenset[str]:
    """What ICE's list says of a county's own agency, of any in it, and the state's law: as an answer."""
    found = set()
    if JAIL_MODELS & set(own.split("|")):
        found.add("jail")
    if "task_force" in any_agency.split("|"):
        found.add("street")
    if not found and law == "barred":
        found.add("barred")
    return frozenset(found)
