"""What a local group knows, and that a build takes it where the list is not newer."""

from __future__ import annotations

import csv
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from app import catalog, language, reference
from app.importers import places
from app.importers.reading import RefusedError
from app.model import SOURCE

TODAY = date(2026, 11, 23)
HEAD = "fips,key,value,as_of,source_url\n"
SOURCE_URL = "https://example.org/minutes"


def run(text: str, data: Path, tmp_path: Path) -> str:
    path = tmp_path / "ours.csv"
    path.write_text(text)
    return str(places.run(path, data, today=TODAY))


def kept(data: Path) -> dict[tuple[str, str], tuple[str, str]]:
    with (data / "places.csv").open(newline="") as file:
        return {(row["fips"], row["key"]): (row["value"], row["as_of"]) for row in csv.DictReader(file)}


def test_the_newer_value_stays(data: Path, tmp_path: Path) -> None:
    run(f"{HEAD}1001,plate_cameras,40,2026-10,{SOURCE_URL}\n", data, tmp_path)
    report = run(
        f"{HEAD}01001,plate_cameras,30,2026-09,{SOURCE_URL}\n"
        f"01003,county_agency_models,wso|jail,2026-09-01,{SOURCE_URL}\n01005,any_agency_models,,2026-09,{SOURCE_URL}\n",
        data, tmp_path,
    )  # fmt: skip
    assert kept(data) == {
        ("01001", "plate_cameras"): ("40", "2026-10"), ("01005", "any_agency_models"): ("", "2026-09"),
        ("01003", "county_agency_models"): ("jail|wso", "2026-09-01"),
    }  # fmt: skip
    assert "40 of 2026-10 stays" in report
    report = run(f"{HEAD}01001,plate_cameras,50,2026-10,{SOURCE_URL}\n", data, tmp_path)
    assert kept(data)["01001", "plate_cameras"] == ("50", "2026-10") and "50, before 40" in report


@pytest.mark.parametrize(("row", "reason"), [
    (f"99999,plate_cameras,4,2026,{SOURCE_URL}", "99999 is no county"),
    (f"01001,sheriff,4,2026,{SOURCE_URL}", "sheriff is none of plate_cameras"),
    (f"01001,plate_cameras,-4,2026,{SOURCE_URL}", "-4 is not a number"),
    (f"01001,plate_cameras,٤,2026,{SOURCE_URL}", "is not a number"),
    (f"01001,any_agency_models,tank,2026,{SOURCE_URL}", "tank is none of jail"),
    (f"01001,ice_field_office,=,2026,{SOURCE_URL}", "the field office is missing"),
    (f"01001,plate_cameras,4,2027,{SOURCE_URL}", "2027 lies ahead"),
    (f"01001,plate_cameras,4,,{SOURCE_URL}", "nothing is not a date"),
    ("01001,plate_cameras,4,2026,http://example.org", "source_url"),
    ("01001,plate_cameras,4,2026,https://user@example.org", "source_url"),
    (f"01001,plate_cameras,4,2026,{SOURCE_URL}\n01001,plate_cameras,5,2026,{SOURCE_URL}", "stands twice"),
])  # fmt: skip
def test_a_row_that_is_wrong(row: str, reason: str, data: Path, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"^ours.csv, line \d+: ") as error:
        run(f"{HEAD}{row}\n", data, tmp_path)
    assert reason in str(error.value)
    assert not (data / "places.csv").exists()


def test_a_build_takes_what_is_newer(data: Path, tmp_path: Path) -> None:
    (data / "atlas.csv").write_text("fips,technology,agencies,as_of\n01001,alpr,2,2026-10-07\n")
    run(
        f"{HEAD}01003,county_agency_models,jail,2026-10,{SOURCE_URL}\n01005,any_agency_models,jail,2026-05,{SOURCE_URL}\n"
        f"01001,plate_cameras,40,2026-10,{SOURCE_URL}\n01007,plate_cameras,99,2026-03,{SOURCE_URL}\n"
        f"09001,plate_cameras,21,2026-10,{SOURCE_URL}\n01009,ice_field_office,Atlanta,2026-10,{SOURCE_URL}\n",
        data, tmp_path,
    )  # fmt: skip
    target = tmp_path / "reference.db"
    content = catalog.load()
    reference.bake(language.load(content)[SOURCE], data, target)
    made = reference.Reference(target)
    corrected, older = made.counties["01003"], made.counties["01005"]
    assert (corrected.agreements, corrected.listed) == (frozenset({"jail", "street"}), "2026-10")
    assert (older.agreements, older.listed) == (frozenset(), "2026-05-18")
    assert (made.counties["01001"].cameras, made.counties["01001"].mapped) == (40, "2026-10")
    assert (made.counties["01007"].cameras, made.counties["01007"].mapped) == (8, "2026-04")
    assert (made.counties["09001"].cameras, made.counties["09001"].mapped) == (21, "2026-10")
    assert made.counties["01009"].listed == "2026-05-18"
    dates, counts, _ = reference.shown(data)
    assert {"2026-10", "2026-05-18", "2026-04"} <= {*dates} and {"40", "21"} <= {*counts}
    db = sqlite3.connect(target)
    assert db.execute("select ice_field_office from counties where fips = '01009'").fetchone() == ("Atlanta",)
    assert db.execute("select count(*) from county_facts").fetchone() == (6,)
    assert db.execute("select fips, technology, agencies from atlas").fetchall() == [("01001", "alpr", 2)]
    assert "CC BY 4.0" in db.execute("select notice from atlas_notice").fetchone()[0]
    assert db.execute("pragma foreign_key_check").fetchall() == []
    assert ("places", "2026-10") not in reference.dates(data)
    assert ("places, newest", "2026-10") in reference.dates(data)
    assert ("atlas", "2026-10-07") in reference.dates(data)
