"""ICE's list: every layout it has had, its faults, and what an import must never do."""

from __future__ import annotations

import csv
import os
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from app.importers import ice
from app.importers.agreements import link, model_of, signed_on
from app.importers.listday import in_name
from app.importers.reading import RefusedError
from app.importers.writing import Report, put
from tests.importers.sheets import CURRENT, DAY, MAILBOX, PLAIN, ROWS, SAFELINK, fill, signed, workbook

TODAY = date(2026, 11, 23)
NAME = "participatingAgencies05182026am.xlsx"


def run(path: Path, data: Path, **options: Any) -> Report:
    given = {"as_of": None, "sheet": "", "shrink": True, "older": False, "today": TODAY} | options
    return ice.run(path, data, **given)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def files(data: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in data.iterdir()}


def refused(path: Path, data: Path, **options: Any) -> str:
    """Why an import is refused; the lists must stay as they were, byte for byte."""
    before = files(data)
    with pytest.raises(RefusedError) as error:
        run(path, data, **options)
    assert files(data) == before
    said = str(error.value)
    assert said.startswith(path.name) and said.endswith(".") and "\n" not in said
    return said


LAYOUTS = {
    "current": CURRENT,
    "without an addendum": CURRENT[:-1],
    "without type and county": ("STATE", "LAW ENFORCEMENT AGENCY", "SUPPORT TYPE", "SIGNED", "MOA"),
    "without type and county, with an addendum":
        ("STATE", "LAW ENFORCEMENT AGENCY", "SUPPORT TYPE", "SIGNED", "MOA", "ADDENDUM"),
    "without county":
        ("STATE", "LAW ENFORCEMENT AGENCY", "TYPE", "SUPPORT TYPE", "SIGNED", "MOA", "ADDENDUM"),
    "without links": ("STATE", "LAW ENFORCEMENT AGENCY", "TYPE", "COUNTY", "SUPPORT TYPE", "SIGNED"),
    "in another order":
        ("LAW ENFORCEMENT AGENCY", "STATE", "COUNTY", "SIGNED", "SUPPORT TYPE", "TYPE", "ADDENDUM", "MOA"),
    "with blanks and in other letters": (
        "State ", " Law Enforcement Agency", "Type ", "County", "Support Type ", "Signed", "MOA ",
        "Addendum",
    ),
    "with TYPE twice": (*CURRENT[:3], "TYPE/2", *CURRENT[3:]),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout(layout: str, tmp_path: Path, data: Path) -> None:
    path = workbook(tmp_path / NAME, LAYOUTS[layout])
    report = str(run(path, data))
    made = read(data / "agreements_287g.csv")
    assert [(row["state"], row["model"]) for row in made] == [
        ("AL", "jail"), ("AL", "wso"), ("FL", "task_force"), ("FL", "task_force"), ("TX", "task_force"),
        ("UT", "wso"), ("WV", "task_force"),
    ]  # fmt: skip
    assert [row["fips"] for row in made] == ["01001", "01001", "12035", "", "", "49003", "54003"]
    assert [row["agency"] for row in made if row["statewide"]] == ["Florida Highway Patrol"]
    assert {row["signed"] for row in made} == {"2026-05-01"}
    assert "rows read" in report and "TX  Overton Police Department" in report
    if "MOA" in "".join(LAYOUTS[layout]):
        assert [row["moa"] for row in made[:2]] == ["https://www.ice.gov/doclib/287gMOA/jailAL.pdf", PLAIN]


def test_text_dates_of_the_old_layout(tmp_path: Path, data: Path) -> None:
    run(workbook(tmp_path / NAME, LAYOUTS["without type and county"], signed(ROWS, "6/10/2020 ")), data)
    assert {row["signed"] for row in read(data / "agreements_287g.csv")} == {"2020-06-10"}


def test_the_models_under_type_twice(tmp_path: Path, data: Path) -> None:
    """A list that calls both columns TYPE."""
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["STATE", "LAW ENFORCEMENT AGENCY", "TYPE", "COUNTY", "TYPE", "SIGNED", "MOA"])
    sheet.append(
        ["TEXAS", "Travis County Sheriff's Office", "County", "Travis County", "Task Force Model", DAY]
    )
    book.save(tmp_path / NAME)
    run(tmp_path / NAME, data)
    assert [(r["type"], r["fips"], r["model"]) for r in read(data / "agreements_287g.csv")] == [
        ("county", "48453", "task_force")
    ]


@pytest.mark.parametrize("headers", [
    ("STATE", "LAW ENFORCEMENT AGENCY", "TYPE", "COUNTY", "SUPPORT TYPE"),  # pending
    ("STATE", "LAW ENFORCEMENT AGENCY", "TYPE", "COUNTY", "SUPPORT TYPE", "MOA"),  # pending with links
    CURRENT,  # pending, saved under the other list's name
])  # fmt: skip
def test_a_pending_list_is_refused(headers: tuple[str, ...], tmp_path: Path, data: Path) -> None:
    path = workbook(tmp_path / NAME, headers, signed(ROWS, None))
    assert "list of pending agreements" in refused(path, data)


def test_two_sheets(tmp_path: Path, data: Path) -> None:
    book = Workbook()
    first: Any = book.active
    first.title = "Notes"
    first.append(["Nothing of interest"])
    fill(book.create_sheet("List"), CURRENT, ROWS)
    book.save(tmp_path / NAME)
    assert "sheet Notes is not read" in str(run(tmp_path / NAME, data))
    fill(book.create_sheet("Pending"), CURRENT, signed(ROWS, None))
    book.save(tmp_path / NAME)
    assert "sheet Pending is not read" in str(run(tmp_path / NAME, data))
    fill(book.create_sheet("Old"), CURRENT, ROWS[:3])
    book.save(tmp_path / NAME)
    assert "List, Old: choose one with --sheet" in refused(tmp_path / NAME, data)
    run(tmp_path / NAME, data, sheet="Old")
    assert len(read(data / "agreements_287g.csv")) == 3
    assert "has no sheet Neu" in refused(tmp_path / NAME, data, sheet="Neu")


def test_no_mailbox_survives(tmp_path: Path, data: Path) -> None:
    """Not behind a cell, not in one, not coded twice, not wrapped twice."""
    twice = "https://gcc02.safelinks.protection.outlook.com/?url=" + SAFELINK.replace("%", "%25").replace(
        "&", "%26"
    )
    odd = [
        twice, f"mailto:{MAILBOX}", "https://www.ice.gov/a%2540b.pdf", "https://user@www.ice.gov/a.pdf",
        f"https://www.ice.gov/x.pdf?to={MAILBOX}", "https://www.ice.gov/safelinks/a.pdf", SAFELINK.upper(),
    ]  # fmt: skip
    rows = [
        {**ROWS[0], "LAW ENFORCEMENT AGENCY": f"Autauga County Sheriff's Office {MAILBOX} {n}", "MOA": url}
        for n, url in enumerate(odd)
    ]
    report = str(run(workbook(tmp_path / NAME, rows=[*rows, *ROWS]), data))
    for written in [report.encode(), *files(data).values()]:
        if b"legal" in written[:200] or b"source_title" in written[:300]:
            continue  # places to get help may show their own addresses
        for trace in (b"@", b"%40", b"safelinks", b"jane.doe", b"mailto", b"sdata"):
            assert trace not in written.lower()
    assert sum(bool(row["moa"]) for row in read(data / "agreements_287g.csv")) >= 4


@pytest.mark.parametrize(("url", "kept"), [
    (PLAIN, PLAIN), (SAFELINK, "https://www.ice.gov/doclib/287gMOA/jailAL.pdf"),
    ("https:/www.ice.gov/a.pdf", "https://www.ice.gov/a.pdf"), ("chrome-extension://a/https://b.gov/c", ""),
    ("http://www.ice.gov/a.pdf", ""), ("javascript:alert(1)", ""), ("https://[bad/", ""), ("", ""),
    ("https://www.ice.gov/a b.pdf?x=1#y", "https://www.ice.gov/a%20b.pdf"), ("https://localhost/a", ""),
])  # fmt: skip
def test_a_link(url: str, kept: str) -> None:
    assert link(url) == kept


def test_the_counties_anew(tmp_path: Path, data: Path) -> None:
    old = {row["fips"]: row for row in read(data / "counties_287g.csv")}
    city = {
        "STATE": "ALABAMA", "LAW ENFORCEMENT AGENCY": "Prattville Police Department", "TYPE": "Municipality",
        "COUNTY": "Autauga County", "SUPPORT TYPE": "Task Force Model", "SIGNED": datetime(2026, 5, 10),
    }  # fmt: skip
    run(workbook(tmp_path / NAME, rows=[*ROWS, city]), data)
    new = {row["fips"]: row for row in read(data / "counties_287g.csv")}
    assert [*new] == [*old]
    assert new["01001"] == {
        "fips": "01001", "state": "AL", "county": "Autauga County", "county_agency_models": "jail|wso",
        "any_agency_models": "jail|task_force|wso", "agencies": "2", "first_signed": "2026-05-01",
        "last_signed": "2026-05-10", "ice_field_office": "New Orleans",
    }  # fmt: skip
    assert new["01003"]["any_agency_models"] == "" and new["01003"]["agencies"] == "0"
    states = {row["state"]: row for row in read(data / "states.csv")}
    assert {row["as_of"] for row in states.values()} == {"2026-05-18"}
    assert (states["AL"]["n_287g_agreements"], states["AL"]["n_287g_agencies"]) == ("3", "2")
    assert (states["FL"]["n_287g_state_agencies"], states["FL"]["n_counties_with_287g"]) == ("1", "1")
    assert (states["TX"]["n_287g_agreements"], states["TX"]["n_counties_with_287g"]) == ("1", "0")
    assert (states["TX"]["law_287g"], states["TX"]["n_counties"]) == ("required", "254")


def test_what_changed(tmp_path: Path, data: Path) -> None:
    first = str(run(workbook(tmp_path / NAME), data))
    assert "list before" in first and "1,843" in first and "TX  387 → 1" in first and "Ended" not in first
    later = tmp_path / "participatingAgencies06182026.xlsx"
    second = str(
        run(workbook(later, rows=[*ROWS[1:], {**ROWS[1], "SUPPORT TYPE": "Task Force Model"}]), data)
    )
    assert "AL  +1 −1" in second and "AL  Autauga County Sheriff's Office, jail" in second
    again = str(run(later, data))
    assert "Changes by state" not in again and "Ended (" not in again


def test_half_a_list_is_refused(tmp_path: Path, data: Path) -> None:
    path = workbook(tmp_path / NAME)
    assert "7 agreements where there were 1843 before" in refused(path, data, shrink=False)
    run(path, data)
    half = workbook(tmp_path / "participatingAgencies05192026.xlsx", rows=ROWS[:3])
    assert "--accept-shrink" in refused(half, data, shrink=False)
    run(workbook(half, rows=ROWS[:4]), data, shrink=False)


def test_a_person_decides(tmp_path: Path, data: Path) -> None:
    path = workbook(tmp_path / NAME)
    run(path, data)
    hand = data / "placed_by_hand.csv"
    assert read(hand) == [
        {"state": "TX", "agency": "Overton Police Department", "county": "Overton County", "fips": ""}
    ]
    hand.write_text(hand.read_text().replace("Overton County,", "Overton County,48401"))
    assert "Not placed" not in str(run(path, data))
    assert [row["fips"] for row in read(data / "agreements_287g.csv") if row["state"] == "TX"] == ["48401"]
    assert read(hand)[0]["fips"] == "48401"
    hand.write_text(hand.read_text().replace("48401", "statewide"))
    run(path, data)
    assert [row["statewide"] for row in read(data / "agreements_287g.csv") if row["state"] == "TX"] == ["yes"]
    for wrong in ("01001", "99999", "Rusk"):
        hand.write_text(f"state,agency,county,fips\nTX,Overton Police Department,Overton County,{wrong}\n")
        before = files(data)
        with pytest.raises(RefusedError, match="placed_by_hand.csv, line 2"):
            run(path, data)
        assert files(data) == before


@pytest.mark.parametrize(("name", "day"), [
    ("participatingAgencies05182026am.xlsx", date(2026, 5, 18)),
    ("participatingAgencies12052025mid.xlsx", date(2025, 12, 5)),
    ("287g-2026-05-18.xlsx", date(2026, 5, 18)), ("287g_20260518.xlsx", date(2026, 5, 18)),
    ("participatingAgencies13452026.xlsx", None), ("list.xlsx", None),
])  # fmt: skip
def test_the_day_in_a_name(name: str, day: date | None) -> None:
    assert in_name(name) == day


def test_a_wrong_year_in_the_name(tmp_path: Path, data: Path) -> None:
    """The real one: saved as January 2025, with agreements of that December."""
    path = tmp_path / "participatingAgencies01052025pm.xlsx"
    workbook(path, rows=signed(ROWS, datetime(2025, 12, 30)))
    report = str(run(path, data, older=True))
    assert "its agreements say that it is of 2026-01-05" in report
    assert {row["as_of"] for row in read(data / "states.csv")} == {"2026-01-05"}


def test_days_that_cannot_be(tmp_path: Path, data: Path) -> None:
    path = workbook(tmp_path / "participatingAgencies04182026.xlsx")
    assert "an agreement of 2026-05-01: give its day with --as-of" in refused(path, data)
    assert "after the 2026-04-30" in refused(path, data, as_of=date(2026, 4, 30))
    assert "cannot be" in refused(path, data, as_of=date(2027, 1, 1))
    assert "no date in its name" in refused(workbook(tmp_path / "list.xlsx"), data)
    assert "older than the list of 2026-05-18" in refused(path, data, as_of=date(2026, 5, 2))
    run(path, data, as_of=date(2026, 5, 2), older=True)
    assert {row["as_of"] for row in read(data / "states.csv")} == {"2026-05-02"}


def test_a_misprint_among_many_days(tmp_path: Path, data: Path) -> None:
    rows = [{**ROWS[0], "LAW ENFORCEMENT AGENCY": f"Police Department {n}"} for n in range(150)]
    rows[7] = {**rows[7], "SIGNED": datetime(2062, 5, 1)}
    report = str(run(workbook(tmp_path / NAME, rows=rows), data))
    assert "signed on 2062-05-01? Left empty: Police Department 7, AL" in report
    assert [r["signed"] for r in read(data / "agreements_287g.csv") if r["agency"].endswith(" 7")] == [""]


@pytest.mark.parametrize(("value", "day"), [
    (DAY, date(2026, 5, 1)), ("2020-06-10", date(2020, 6, 10)), ("6/10/2020", date(2020, 6, 10)),
    ("06/10/20", date(2020, 6, 10)), ("June 10, 2020", date(2020, 6, 10)), (43992, date(2020, 6, 10)),
    ("6/10/2020; 2/26/2025", date(2020, 6, 10)), ("pending", None), (None, None), (7, None),
])  # fmt: skip
def test_a_day(value: object, day: date | None) -> None:
    assert signed_on(value) == day


def test_models() -> None:
    for said, model in (
        ("Task Force Model ", "task_force"), ("Jail Enforcement Model", "jail"),
        ("Warrant Service Office", "wso"),
        ("Warrant Services Officer", "wso"), ("County", ""), ("", ""),
    ):  # fmt: skip
        assert model_of(said) == model


def test_rows_that_say_no_agreement(tmp_path: Path, data: Path) -> None:
    strange = [{**ROWS[0], "STATE": "Atlantis"}, {**ROWS[0], "SUPPORT TYPE": "Friendship"}]
    many = [{**ROWS[0], "LAW ENFORCEMENT AGENCY": f"Police Department {n}"} for n in range(20)]
    report = str(run(workbook(tmp_path / NAME, rows=[*many, *strange]), data))
    assert "row 22: no state known: Atlantis" in report and "row 23: no model known" in report
    assert "2 of 3 rows say no agreement" in refused(
        workbook(tmp_path / NAME, rows=[*strange, ROWS[0]]), data
    )


def test_cells_are_made_harmless(tmp_path: Path, data: Path) -> None:
    name = '=HYPERLINK("x")\u200e\u202eAutauga\u0000'.replace("\u0000", "") + " County Sheriff\u2019s\tOffice"
    row = {**ROWS[0], "LAW ENFORCEMENT AGENCY": "+" + name, "COUNTY": "Do\u006e\u0303a Ana"}
    other = {"STATE": "NEW MEXICO", "LAW ENFORCEMENT AGENCY": "Sheriff", "COUNTY": "Don\u0303a Ana County"}
    run(workbook(tmp_path / NAME, rows=[row, {**ROWS[0], **other}]), data)
    made = read(data / "agreements_287g.csv")
    assert made[0]["agency"] == 'HYPERLINK("x")Autauga County Sheriff\'s Office'
    assert made[1]["fips"] == "35013"


def test_a_formula_is_not_carried_out_nor_kept(tmp_path: Path, data: Path) -> None:
    path = workbook(tmp_path / NAME)
    book = load_workbook(path)
    sheet: Any = book.active
    sheet["B2"] = '=CONCATENATE("Evil","County")'
    book.save(path)
    assert "1 of 7 rows say no agreement: row 2: no agency known" in refused(path, data)


def test_files_of_hostile_kinds(tmp_path: Path, data: Path) -> None:
    path = tmp_path / NAME
    assert "is not there" in refused(path, data)
    path.write_text("STATE,LAW ENFORCEMENT AGENCY\n")
    assert "not an Excel workbook" in refused(path, data)
    with path.open("wb") as file:
        os.truncate(file.fileno(), 200_000_000)
    assert "200 MB, more than the 10 MB" in refused(path, data)
    path.unlink()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/workbook.xml", bytes(70_000_000))
    assert "unpacks to more than 60 MB" in refused(path, data)
    with zipfile.ZipFile(path, "w") as other:
        other.writestr("word/document.xml", "<w/>")
    assert "not a workbook that can be read" in refused(path, data)
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["fips", "count"])
    book.save(path)
    assert "no row of headers" in refused(path, data)


def test_a_sheet_that_reaches_far(tmp_path: Path, data: Path) -> None:
    """One that joins 17 thousand million cells, links them all, and has a last row that is far below."""
    path, far = workbook(tmp_path / "plain.xlsx"), tmp_path / NAME
    with zipfile.ZipFile(path) as plain, zipfile.ZipFile(far, "w") as made:
        for part in plain.namelist():
            text = plain.read(part)
            if part.endswith("sheet1.xml"):
                last = b'<row r="1048576"><c r="XFD1048576"/></row></sheetData>'
                joined = b'<mergeCells><mergeCell ref="A900:XFD1048576"/></mergeCells>'
                text = text.replace(b"</sheetData>", last + joined)
                text = text.replace(b'ref="G2"', b'ref="G2:XFD1048576"')
            made.writestr(part, text)
    run(far, data)
    assert len(read(data / "agreements_287g.csv")) == 7


@pytest.mark.parametrize("fail", [1, 2, 3, 4])
def test_a_failure_in_the_middle_leaves_all_as_it_was(
    fail: int, tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(workbook(tmp_path / NAME), data)
    before = files(data)
    replace, count = Path.replace, iter(range(1, 9))

    def failing(self: Path, target: Path) -> Path:
        if next(count) == fail:
            raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(RefusedError, match="Nothing was changed: No space left on device"):
        run(workbook(tmp_path / "participatingAgencies06182026.xlsx", rows=ROWS[2:]), data)
    assert files(data) == before


def test_a_first_file_that_fails_is_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target.name == "b":
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(KeyboardInterrupt):
        put({tmp_path / "a": b"1", tmp_path / "b": b"2"})
    assert [*tmp_path.iterdir()] == []
