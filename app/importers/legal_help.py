"""Places to get help: a whole new ``legal_help.csv``, taken only if the site could be built with it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from app import catalog
from app.entries import ContentError
from app.importers.reading import RefusedError, line, table
from app.importers.writing import Report, packed, put
from app.reference import rows

NAME = "legal_help.csv"
#: ICE's own tip line, which some lists print as help.
NEVER = "+18663472423"
Provider = Mapping[str, str]


def run(path: Path, data: Path, *, shrink: bool, today: date) -> Report:
    """Replace the list in the folder ``data`` by the CSV at ``path``. Raises RefusedError."""
    old = [*rows(data / NAME)]
    columns = [*old[0]]
    made = []
    for number, row in table(path, columns, clean=line):
        if more := row.keys() - {*columns}:
            raise RefusedError(f"{path.name} has a column we do not know: {', '.join(sorted(more))}.")
        made.append({column: row[column] for column in columns})
        if wrong := misfit(row, old):
            raise RefusedError(f"{path.name}, line {number}: {wrong}.")
    if 2 * len(made) < len(old) and not shrink:
        raise RefusedError(
            f"{path.name} has {len(made)} places where there were {len(old)}: if right, add --accept-shrink."
        )
    report = Report(f"{path.name}: places to get help")
    replace(data, made, path.name, today)
    return compare(report, old, made)


def misfit(row: Provider, old: Sequence[Provider]) -> str:
    """What is wrong with a row beyond what every check of the content finds, or nothing."""
    if row["phone"] == NEVER:
        return "this number is ICE's tip line"
    for column, value in row.items():
        if value[:1] in ("=", "-", "@") or (value[:1] == "+" and column != "phone"):
            return f"{column} begins like a formula"
    for column in ("url", "source_url"):
        value, before = row[column], [known[column] for known in old if known["id"] == row["id"]]
        if value and not value.startswith("https://") and value not in before:
            return f"{column} must begin with https://"
    return ""


def replace(data: Path, made: Sequence[Provider], source: str, today: date) -> None:
    """Write the list, if all content stands with it: what the site says may lean on a place that ended."""
    content = packed(data / NAME, [*made[0]] if made else [], made)
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(shutil.copytree(data, Path(folder) / "data"))
        (trial / NAME).write_bytes(content)
        try:
            catalog.load(data=trial, today=today.isoformat())
        except ContentError as error:
            raise RefusedError("\n".join(f"{source}: {problem}." for problem in error.problems)) from None
    put({data / NAME: content})


def compare(report: Report, old: Sequence[Provider], made: Sequence[Provider]) -> Report:
    before, after = {row["id"]: row for row in old}, {row["id"]: row for row in made}
    changed = {
        ident: [column for column in row if row[column] != before[ident][column]]
        for ident, row in after.items()
        if ident in before and row != before[ident]
    }
    added, ended = [i for i in after if i not in before], [i for i in before if i not in after]
    report.count("places before", len(before))
    report.count("places now", len(after))
    for what, lines in (
        ("added", [f"{ident}: {after[ident]['name']}" for ident in added]),
        ("ended", [f"{ident}: {before[ident]['name']}" for ident in ended]),
        ("changed", [f"{ident}: {', '.join(columns)}" for ident, columns in changed.items()]),
    ):
        report.count(what, len(lines))
        report.list(what.capitalize(), lines)
    return report
