"""EFF's Atlas of Surveillance: how many agencies of a county have which technology, into ``atlas.csv``.

Five technologies only, and no summaries, which come from many hands. CC BY 4.0, Electronic Frontier
Foundation and the Reynolds School of Journalism.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

from app.importers.counties import BLANK, Counties, key, words
from app.importers.reading import RefusedError, dated, name, table, watched
from app.importers.writing import Report, packed, put
from app.reference import rows

NEEDED = ("AOSNUMBER", "State", "County", "Agency", "Technology")
COLUMNS = ("fips", "technology", "agencies", "as_of")
TECHNOLOGIES = {
    "automated license plate readers": "alpr", "face recognition": "face_recognition",
    "cell-site simulator": "cell_site_simulator", "predictive policing": "predictive",
    "third-party investigative platforms": "third_party_platforms",
}  # fmt: skip


def run(path: Path, data: Path, *, as_of: str, shrink: bool, today: date) -> Report:
    """Import the CSV at ``path``, of the day it was downloaded, into the folder ``data``."""
    day = as_of or "-".join(next(iter(re.findall(r"(20\d\d)-?(\d\d)-?(\d\d)", path.name)), ()))
    if not day:
        raise RefusedError(f"{path.name} has no date in its name: give the day of its download with --as-of.")
    dated(day, path.name, today=today)
    states = {row["state"]: row["state_name"] for row in rows(data / "states.csv")}
    counties = Counties(rows(data / "counties_287g.csv"), states)
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    shifted, lost, seen, others = list[str](), list[str](), set[str](), Counter[str]()
    read = statewide = 0
    with watched(table(path, NEEDED, strict=False), "Reading the Atlas") as bar:
        for line, row in bar:
            read += 1
            state = row.get("State", "")
            if state not in states or row["Technology"] == "FRT":
                shifted.append(f"line {line}: {name(row.get('AOSNUMBER'))}, state {name(state) or 'none'}")
                continue
            technology = technology_of(row["Technology"])
            if not technology or row["AOSNUMBER"] in seen:
                others[row["Technology"] if not technology else "a number that stands twice"] += 1
                continue
            seen.add(row["AOSNUMBER"])
            places, reason = inside(state, name(row["Agency"]), name(row["County"]), counties)
            for fips in places:
                found[fips, technology].add(key(words(row["Agency"])))
            statewide += not places and not reason
            if reason:
                lost.append(f"{row['AOSNUMBER']}: {name(row['Agency'])}, {state}: {reason}")
    if 10 * len(shifted) > read or not found:
        raise RefusedError(
            f"{path.name}: {len(shifted)} of {read} rows are shifted or of no state, so it is not the Atlas."
        )
    target = data / "atlas.csv"
    old = [*rows(target)] if target.exists() else []
    if 2 * len(found) < len(old) and not shrink:
        raise RefusedError(
            f"{path.name} gives {len(found)} rows where there were {len(old)}: if right, add --accept-shrink."
        )
    made = [
        {"fips": fips, "technology": technology, "agencies": len(agencies), "as_of": day}
        for (fips, technology), agencies in sorted(found.items())
    ]
    put({target: packed(target, COLUMNS, made)})
    report = Report(f"{path.name}: Atlas of Surveillance, {day}")
    report.count("rows read", read)
    report.count("of the five technologies", len(seen))
    report.count("of others, not taken", sum(others.values()))
    report.count("shifted", len(shifted))
    report.count("of the state itself", statewide)
    report.count("not placed, or in part", len(lost))
    report.count("rows before", len(old))
    report.count("rows now", len(made))
    report.list("Shifted columns: left out", shifted)
    report.list("Not placed", lost)
    return report


def technology_of(written: str) -> str:
    """Our code of a technology, singular or plural, or nothing."""
    said = written.lower().rstrip("s")
    return next((code for words, code in TECHNOLOGIES.items() if words.rstrip("s") == said), "")


def inside(state: str, agency: str, written: str, counties: Counties) -> tuple[list[str], str]:
    """FIPS codes of the counties in a cell that may name several, and what could not be placed."""
    parts = [part.strip() for part in re.split(r"[,;]", written) if part.strip()]
    if len(parts) < 2:
        place = counties.place(state, agency, written if written.lower() not in BLANK else "", "")
        return ([place.fips] if place.fips else []), place.reason
    places, reasons = [], []
    for part in parts:
        same = counties.named(state, words(part))
        near = same[0] if len(same) == 1 else counties.nearest(state, words(part)) if not same else None
        if near:
            places.append(near.fips)
        else:
            reasons.append(f"no one county of {state} is called {part}")
    return places, "; ".join(reasons)
