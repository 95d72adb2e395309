"""The Atlas of Surveillance: which rows count, where they go, and what is left out."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from app.importers import atlas
from app.importers.reading import RefusedError

TODAY = date(2026, 11, 23)
LINK = ("", " Snapshot", " Source", " Type", " Date")
ALL = (
    "AOSNUMBER", "City", "County", "State", "Agency", "Type of LEA", "Summary", "Type of Juris", "Technology",
    "Vendor", *(f"Link {n}{what}" for n in (1, 2, 3) for what in LINK),
)  # fmt: skip
OLD = ALL[:24]
NEW = ("AOSNUMBER", "NEWAOSNUMBER (ORI9)", *ALL[1:9], "TECH ABV", *ALL[9:], "Other Links")
ALPR, FACES = "Automated License Plate Readers", "Face Recognition"
ROWS = (
    ("AOS01", "Autauga County", "AL", "Prattville Police Department", ALPR),
    ("AOS02", "Autauga County", "AL", "Autauga County Sheriff's Office", ALPR),
    ("AOS03", "Autauga County", "AL", "Prattville Police  Department", ALPR),  # the same agency again
    ("AOS03", "Autauga County", "AL", "Millbrook Police Department", ALPR),  # a number that stands twice
    ("AOS04", "Ellis County, Tarrant County, Dallas County", "TX ", "Example Police Department", FACES),
    ("AOS05", "Norfolk (city) County", "VA", "Norfolk Police\u200e Department", "Cell-site Simulator"),
    ("AOS06", "#N/A", "FL ", "Flagler County Sheriff's Office", "Third-party Investigative Platforms"),
    ("AOS07", "", "FL", "Florida Highway Patrol", "Predictive Policing"),
    ("AOS08", "Monmouth", "CO", "Example Police Department", ALPR),
    ("AOS09", "Autauga County", "AL", "Prattville Police Department", "Body-worn Cameras"),
    *((f"AOS1{n}", "Travis County", "TX", f"Police Department {n}", "Drones") for n in range(10)),
)
SHIFTED = ("AOS20", "TX", "Police", "Local", "FRT")


def saved(path: Path, headers: tuple[str, ...], rows: Iterable[tuple[str, ...]] = ROWS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headers, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writeheader()
        for number, county, state, agency, technology in rows:
            row = dict.fromkeys(headers, "") | {
                "AOSNUMBER": number, "County": county, "State": state, "Agency": agency,
                "Technology": technology, "Summary": "A summary\nin two lines", "Link 1 Date": "4/27/2020",
            }  # fmt: skip
            writer.writerow(row)
    return path


def made(data: Path) -> list[tuple[str, ...]]:
    with (data / "atlas.csv").open(newline="") as file:
        return [tuple(row.values()) for row in csv.DictReader(file)]


@pytest.mark.parametrize("headers", [OLD, NEW])
def test_an_edition(headers: tuple[str, ...], tmp_path: Path, data: Path) -> None:
    assert len(headers) in (24, 28)
    path = saved(tmp_path / "Atlas_of_Surveillance-20261007.csv", headers, [*ROWS, SHIFTED])
    report = str(atlas.run(path, data, as_of="", shrink=False, today=TODAY))
    day = "2026-10-07"
    assert made(data) == [
        ("01001", "alpr", "2", day), ("12035", "third_party_platforms", "1", day),
        ("48113", "face_recognition", "1", day), ("48139", "face_recognition", "1", day),
        ("48439", "face_recognition", "1", day), ("51710", "cell_site_simulator", "1", day),
    ]  # fmt: skip
    assert "AOS20, state Police" in report and "AOS08: Example Police Department, CO: no county" in report
    assert b"summary" not in (data / "atlas.csv").read_bytes().lower()


def test_rows_with_too_many_fields_are_left_out(tmp_path: Path, data: Path) -> None:
    path = saved(tmp_path / "atlas.csv", NEW)
    with path.open("a") as file:
        file.write('"AOS21"' + ',"x"' * 40 + "\n")
    report = str(atlas.run(path, data, as_of="2026-10-07", shrink=False, today=TODAY))
    assert "shifted" in report and "state none" in report


def test_what_is_no_atlas(tmp_path: Path, data: Path) -> None:
    def refused(path: Path, as_of: str = "2026-10-07") -> str:
        with pytest.raises(RefusedError) as error:
            atlas.run(path, data, as_of=as_of, shrink=False, today=TODAY)
        return str(error.value)

    path = saved(tmp_path / "atlas.csv", NEW)
    assert "no date in its name" in refused(path, "")
    assert "lies ahead" in refused(path, "2027")
    assert "shifted or of no state" in refused(saved(path, NEW, [*ROWS[:3], SHIFTED]))
    path.write_bytes("Stra\u00dfe".encode("latin-1"))
    assert "not text in UTF-8" in refused(path)
    path.write_text("AOSNUMBER,State\n")
    assert "no column County, Agency, Technology" in refused(path)
    path.write_text("")
    assert "no column" in refused(path)
    assert not (data / "atlas.csv").exists()
    atlas.run(saved(path, NEW), data, as_of="2026-10-07", shrink=False, today=TODAY)
    assert "--accept-shrink" in refused(saved(path, NEW, ROWS[:1]))
