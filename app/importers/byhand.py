"""``placed_by_hand.csv``: what no rule could place, and what a person decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from app.importers.agreements import Agreement
from app.importers.counties import Counties, Placement, key, words
from app.importers.reading import RefusedError, table

COLUMNS = ("state", "agency", "county", "fips")
#: State, agency and county as written, however they are spaced and capitalised.
Place = tuple[str, str, str]
Decisions = Mapping[Place, Mapping[str, str]]


def hand_key(state: str, agency: str, county: str) -> Place:
    return state, key(words(agency)), key(words(county))


def decided(path: Path, counties: Counties) -> Decisions:
    """What a person decided: rows of state, agency, county as written, and FIPS code or ``statewide``."""
    if not path.exists():
        return {}
    made = dict[Place, dict[str, str]]()
    for line, row in table(path, COLUMNS):
        fips = row["fips"]
        if fips not in ("", "statewide"):
            county = counties.by_fips.get(fips.zfill(5))  # a spreadsheet drops the first nought
            if not county or county.state != row["state"]:
                raise RefusedError(
                    f"{path.name}, line {line}: {fips} is no county of {row['state']}, nor “statewide”."
                )
            row["fips"] = county.fips
        made[hand_key(row["state"], row["agency"], row["county"])] = row
    return made


def placement(row: Agreement, counties: Counties, hand: Decisions) -> Placement:
    fips = hand.get(hand_key(row.state, row.agency, row.county), {}).get("fips")
    if fips:
        return Placement(statewide=True) if fips == "statewide" else Placement(fips)
    return counties.place(row.state, row.agency, row.county, row.kind)


def to_decide(hand: Decisions, lost: Iterable[Agreement]) -> list[dict[str, str]]:
    """Every decision there was, and an open row for each agency that still has none."""
    made = {name: dict(row) for name, row in hand.items() if row["fips"]}
    for row in lost:
        fresh = {"state": row.state, "agency": row.agency, "county": row.county, "fips": ""}
        made.setdefault(hand_key(row.state, row.agency, row.county), fresh)
    return [{column: row[column] for column in COLUMNS} for _, row in sorted(made.items())]
