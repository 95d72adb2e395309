"""Workbooks in the layouts that ICE's list has had, written with the faults it has had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

MAILBOX = "jane.doe@ice.example"
SAFELINK = (
    "https://gcc02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.ice.gov%2Fdoclib%2F287gMOA%2FjailAL.pdf"
    "&data=05%7C02%7Cjane.doe%40ice.example%7C1a2b&sdata=xyz&reserved=0"
)
PLAIN = "https://www.ice.gov/doclib/287gMOA/plain.pdf"
DAY = datetime(2026, 5, 1)
CURRENT = ("STATE", "LAW ENFORCEMENT AGENCY", "TYPE", "COUNTY", "SUPPORT TYPE", "SIGNED", "MOA", "ADDENDUM")
#: One agreement of each kind, by header; MOA holds the address behind the cell.
ROWS: tuple[Mapping[str, Any], ...] = (
    {"STATE": "ALABAMA", "LAW ENFORCEMENT AGENCY": "Autauga County Sheriff’s Office ", "TYPE": "County ",
     "COUNTY": "Autauga County", "SUPPORT TYPE": "Jail Enforcement Model ", "SIGNED": DAY, "MOA": SAFELINK},
    {"STATE": "ALABAMA", "LAW ENFORCEMENT AGENCY": "Autauga  County Sheriff's\nOffice", "TYPE": "County",
     "COUNTY": "Autauga County", "SUPPORT TYPE": "Warrant Services Officer", "SIGNED": DAY, "MOA": PLAIN},
    {"STATE": "UTAh", "LAW ENFORCEMENT AGENCY": "Box Elder County Sheriff's Office", "TYPE": "County",
     "COUNTY": "Box Elder Couny", "SUPPORT TYPE": "Warrant Service Office", "SIGNED": DAY, "MOA": ""},
    {"STATE": "Florida", "LAW ENFORCEMENT AGENCY": "Florida Highway Patrol", "TYPE": "State Agency",
     "COUNTY": "Leon County", "SUPPORT TYPE": "Task Force Model", "SIGNED": DAY, "MOA": PLAIN},
    {"STATE": "Florida", "LAW ENFORCEMENT AGENCY": "Flagler County Sheriff's Office", "TYPE": "County",
     "COUNTY": "Flager County", "SUPPORT TYPE": "Task Force Model", "SIGNED": DAY, "MOA": ""},
    {"STATE": "TEXAS", "LAW ENFORCEMENT AGENCY": "Overton Police Department", "TYPE": "Municipality",
     "COUNTY": "Overton County", "SUPPORT TYPE": "Task Force Model ", "SIGNED": DAY, "MOA": ""},
    {"STATE": "WESt VIRGINIA", "LAW ENFORCEMENT AGENCY": "Berkeley County Sheriff's Office", "TYPE": "County",
     "COUNTY": "#N/A", "SUPPORT TYPE": "Task Force Model", "SIGNED": DAY, "MOA": ""},
)  # fmt: skip


def fill(sheet: Any, headers: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Headers and rows; a header ``TYPE/2`` is written TYPE. Blank rows at the end, as in the real list."""
    sheet.append([*(header.partition("/")[0] for header in headers), *[None] * 5])
    for number, row in enumerate(rows, 2):
        for column, header in enumerate(headers, 1):
            value = row.get(header.strip().upper())
            if header.strip().upper() == "MOA":
                cell = sheet.cell(number, column, "link" if value else "link pending")
                if value:
                    cell.hyperlink = value
            else:
                sheet.cell(number, column, value)
    sheet.cell(len(rows) + 40, 3, " ")


def workbook(
    path: Path,
    headers: Sequence[str] = CURRENT,
    rows: Sequence[Mapping[str, Any]] = ROWS,
    title: str = "Sheet1",
) -> Path:
    book = Workbook()
    assert book.active is not None
    book.active.title = title
    fill(book.active, headers, rows)
    book.save(path)
    return path


def signed(rows: Sequence[Mapping[str, Any]], day: date | str | None) -> list[dict[str, Any]]:
    return [{**row, "SIGNED": day} for row in rows]
