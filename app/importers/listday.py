"""The day that ICE's list is of: its file's name says it, its agreements must bear it out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from app.importers.agreements import Agreement
from app.importers.reading import RefusedError

#: The first agreement under section 287(g) was signed in 2002.
FIRST = date(2002, 1, 1)
#: A list is of at most so many days after its newest agreement, where its name has a wrong year.
LATE = timedelta(45)


def dated(
    file: str, listed: Sequence[Agreement], as_of: date | None, today: date
) -> tuple[date, list[Agreement], list[str]]:
    """The day of the list, the agreements with impossible days of signing taken out, and what was mended.

    No agreement is signed after its list. If it seems so, the same day of the next two years is tried.
    """
    days = sorted(row.signed for row in listed if row.signed)
    few = min(3, len(listed) // 100)  # so many days may be misprints of single rows
    newest = days[-1 - few] if days else FIRST
    named, notes = in_name(file), []
    day = as_of or named
    if not day:
        raise RefusedError(
            f"{file} has no date in its name: give the day of the list with --as-of YYYY-MM-DD."
        )
    if not as_of and newest > day:
        years = (moved for n in (1, 2) if (moved := same_day(day, day.year + n)))
        right = next((moved for moved in years if newest <= moved <= min(newest + LATE, today)), None)
        if not right:
            raise RefusedError(
                f"{file} has {day} in its name but an agreement of {newest}: give its day with --as-of."
            )
        notes.append(f"its name says {day}, its agreements say that it is of {right}")
        day = right
    if newest > day:
        raise RefusedError(f"{file} has an agreement of {newest}, after the {day} that it should be of.")
    if day > today or day < FIRST:
        raise RefusedError(f"{file} would be of {day}, which cannot be: give its day with --as-of.")
    kept = []
    for row in listed:
        if row.signed and not FIRST <= row.signed <= day:
            notes.append(f"signed on {row.signed}? Left empty: {row.agency}, {row.state}")
            row = replace(row, signed=None)
        kept.append(row)
    if days and day - newest > LATE:
        notes.append(f"its newest agreement is of {newest}, long before {day}")
    return day, kept, notes


def in_name(file: str) -> date | None:
    """The day in a file's name, as 05182026am, 2026-05-18 or 20260518."""
    for digits, form in (
        (r"20\d\d-\d\d-\d\d", "%Y-%m-%d"), (r"\d{4}20\d\d", "%m%d%Y"), (r"20\d{6}", "%Y%m%d"),
    ):  # fmt: skip
        for found in re.findall(rf"(?<!\d){digits}(?!\d)", file):
            try:
                return datetime.strptime(found, form).date()  # noqa: DTZ007
            except ValueError:
                continue
    return None


def same_day(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:
        return None
