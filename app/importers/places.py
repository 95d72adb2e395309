"""What a local group knows and corrects: ``fips,key,value,as_of,source_url``, merged into ``places.csv``."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from app.importers.reading import RefusedError, dated, name, table
from app.importers.writing import Report, packed, put
from app.reference import MODELS, PLACE_KEYS, rows

COLUMNS = ("fips", "key", "value", "as_of", "source_url")
URL = r"https://([a-z0-9-]+\.)+[a-z]{2,}(:\d+)?(/[^\s@]*)?"


def run(path: Path, data: Path, *, today: date) -> Report:
    """Import the CSV at ``path`` into the folder ``data``: of one county and key, the newer value stays."""
    known = {row["fips"] for row in rows(data / "counties_287g.csv")}
    target = data / "places.csv"
    facts = {(row["fips"], row["key"]): row for row in rows(target)} if target.exists() else {}
    report, seen = Report(f"{path.name}: what a local group knows"), set()
    added, changed, older = list[str](), list[str](), list[str]()
    for line, row in table(path, COLUMNS):
        row["fips"] = row["fips"].zfill(5)
        row["value"] = right(row, f"{path.name}, line {line}", known, today)
        place = row["fips"], row["key"]
        if place in seen:
            raise RefusedError(f"{path.name}, line {line}: {row['fips']} {row['key']} stands twice.")
        seen.add(place)
        said = f"{row['fips']} {row['key']}: {row['value'] or 'none'}"
        if not (old := facts.get(place)):
            added.append(said)
        elif row["as_of"] < old["as_of"]:
            older.append(f"{said} ({row['as_of']}; {old['value'] or 'none'} of {old['as_of']} stays)")
            continue
        elif any(row[column] != old[column] for column in COLUMNS):
            changed.append(f"{said}, before {old['value'] or 'none'}")
        facts[place] = {column: row[column] for column in COLUMNS}
    if not seen:
        raise RefusedError(f"{path.name} has no rows.")
    put({target: packed(target, COLUMNS, (row for _, row in sorted(facts.items())))})
    for what, lines in (("added", added), ("changed", changed), ("older than what we have", older)):
        report.count(what, len(lines))
        report.list(what.capitalize(), lines)
    report.count("facts in all", len(facts))
    return report


def right(row: dict[str, str], where: str, known: set[str], today: date) -> str:
    """The value as we write it, if the row is right."""
    if row["fips"] not in known:
        raise RefusedError(f"{where}: {row['fips']} is no county.")
    if row["key"] not in PLACE_KEYS:
        raise RefusedError(f"{where}: {row['key']} is none of {', '.join(PLACE_KEYS)}.")
    dated(row["as_of"], where, today=today)
    if not re.fullmatch(URL, row["source_url"]):
        raise RefusedError(f"{where}: source_url must be a whole web address with https://.")
    value = row["value"]
    if row["key"] == "plate_cameras":
        if not re.fullmatch(r"[0-9]{1,5}", value):
            raise RefusedError(f"{where}: {value or 'nothing'} is not a number of cameras.")
        return str(int(value))
    if row["key"] == "ice_field_office":
        if not (value := name(value)):
            raise RefusedError(f"{where}: the field office is missing.")
        return value
    if wrong := {*value.split("|")} - {"", *MODELS}:
        raise RefusedError(f"{where}: {', '.join(sorted(wrong))} is none of {', '.join(MODELS)}.")
    return "|".join(sorted({*value.split("|")} - {""}))
