"""A whole new list of places to get help: right in every row, or refused."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from app.importers import legal_help
from app.importers.reading import RefusedError
from app.importers.writing import Report

TODAY = date(2026, 11, 23)
Rows = list[dict[str, str]]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def run(rows: Rows, data: Path, tmp_path: Path, *, shrink: bool = False) -> Report:
    path = tmp_path / "new.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0]])
        writer.writeheader()
        writer.writerows(rows)
    return legal_help.run(path, data, shrink=shrink, today=TODAY)


def test_the_same_list_changes_no_byte(data: Path, tmp_path: Path) -> None:
    before = (data / "legal_help.csv").read_bytes()
    report = str(run(read(data / "legal_help.csv"), data, tmp_path))
    assert (data / "legal_help.csv").read_bytes() == before
    assert "Added (" not in report and "Ended (" not in report and "Changed (" not in report


def test_what_changed_is_said(data: Path, tmp_path: Path) -> None:
    rows = read(data / "legal_help.csv")
    ended = next(row for row in rows if row["id"].startswith("tx-imm-"))
    rows.remove(ended)
    rows[-1] = {**rows[-1], "phone": "+13075550100"}
    rows.append({**rows[-1], "id": "wy-imm-example", "name": "Example Legal Aid", "notes": "", "warning": ""})
    report = str(run(rows, data, tmp_path))
    assert "wy-imm-example: Example Legal Aid" in report and f"{ended['id']}: {ended['name']}" in report
    assert f"{rows[-2]['id']}: phone" in report
    assert read(data / "legal_help.csv") == rows


@pytest.mark.parametrize(("change", "reason"), [
    ({"phone": "307-555-0100"}, "is not a phone number"), ({"phone": "+18663472423"}, "ICE's tip line"),
    ({"state": "ZZ"}, "ZZ is not one of"), ({"kind": "notario"}, "notario is not one of"),
    ({"cost": "dear"}, "dear is not one of"), ({"source_date": "soon"}, "soon is not a date"),
    ({"source_date": "2027-01"}, "in the future"), ({"url": "http://example.org"}, "url must begin with https://"),
    ({"name": "=HYPERLINK()"}, "begins like a formula"), ({"scope": "national"}, "is state exactly where"),
    ({"id": "us-hot-raices"}, "stands twice"), ({"notes": "Call {telephone:1}."}, "is not one of"),
])  # fmt: skip
def test_a_row_that_is_wrong(change: dict[str, str], reason: str, data: Path, tmp_path: Path) -> None:
    before = (data / "legal_help.csv").read_bytes()
    rows = read(data / "legal_help.csv")
    rows[-1] = {**rows[-1], **change}
    with pytest.raises(RefusedError) as error:
        run(rows, data, tmp_path)
    assert reason in str(error.value) and str(error.value).startswith("new.csv")
    assert (data / "legal_help.csv").read_bytes() == before


@pytest.mark.parametrize(("change", "reason"), [
    (lambda rows: [{**row, "extra": ""} for row in rows], "a column we do not know: extra"),
    (lambda rows: [{key: row[key] for key in row if key != "warning"} for row in rows], "no column warning"),
    (lambda rows: rows[:100], "--accept-shrink"),
])  # fmt: skip
def test_a_list_that_is_wrong(
    change: Callable[[Rows], Rows], reason: str, data: Path, tmp_path: Path
) -> None:
    with pytest.raises(RefusedError, match=reason):
        run(change(read(data / "legal_help.csv")), data, tmp_path)
