"""Plate cameras: counts as they come, points into counties."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.importers import osm
from app.importers.reading import RefusedError
from app.importers.writing import Report

TODAY = date(2026, 11, 23)


def run(path: Path, data: Path, **options: Any) -> Report:
    return osm.run(path, data, **({"shapes": None, "as_of": "", "shrink": True, "today": TODAY} | options))


def cameras(data: Path) -> dict[str, tuple[str, str]]:
    with (data / "counties_alpr_osm.csv").open(newline="") as file:
        return {row["fips"]: (row["plate_cameras_mapped"], row["as_of"]) for row in csv.DictReader(file)}


def refused(path: Path, data: Path, **options: Any) -> str:
    before = (data / "counties_alpr_osm.csv").read_bytes()
    with pytest.raises(RefusedError) as error:
        run(path, data, **options)
    assert (data / "counties_alpr_osm.csv").read_bytes() == before
    assert str(error.value).startswith(path.name) and "\n" not in str(error.value)
    return str(error.value)


def saved(path: Path, made: object) -> Path:
    path.write_text(json.dumps(made))
    return path


def square(fips: str, west: int, hole: bool = False) -> dict[str, Any]:
    """A county one unit wide, 100 steps of the grid; its arcs start at ``west``."""
    n = west // 100 * 2
    return {"type": "Polygon", "id": fips, "arcs": [[n], [~(n + 1)]] if hole else [[n]]}


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    """Two counties side by side, the second with a hole, and a third in two parts, as TopoJSON draws them."""

    def arc(x: int, y: int, size: int) -> list[list[int]]:
        return [[x, y], [size, 0], [0, size], [-size, 0], [0, -size]]

    return saved(tmp_path / "counties-10m.json", {
        "type": "Topology",
        "transform": {"scale": [0.01, 0.01], "translate": [-90.0, 30.0]},
        "arcs": [arc(0, 0, 100), arc(30, 30, 10), arc(100, 0, 100), arc(130, 30, 40),
                 arc(300, 0, 50), arc(900, 0, 50)],
        "objects": {"counties": {"type": "GeometryCollection", "geometries": [
            square("01001", 0), square("01003", 100, hole=True),
            {"type": "MultiPolygon", "id": 1005, "arcs": [[[4]], [[5]]]},
            {"type": "Polygon", "id": "09110", "arcs": [[1]]},
        ]}},
    })  # fmt: skip


def test_counts_as_they_are(tmp_path: Path, data: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_text("fips,count,as_of\n1001,7,2026-10\n48201,3000,2026-10-02\n02999,1,2026-10\n")
    report = str(run(path, data))
    assert cameras(data) == {"01001": ("7", "2026-10"), "48201": ("3000", "2026-10-02")}
    assert "AL " in report and "02999: 1" in report


@pytest.mark.parametrize(("text", "reason"), [
    ('"state","county","fips","total","x"\n"1","AL","Autauga","01001",13,2\n', "no column as_of"),
    ("fips,count,as_of\n1,01001,7,2026-10\n", "line 2: not as many fields as headers"),
    ("fips,count,as_of\n01001,-7,2026-10\n", "-7 is not a count"),
    ("fips,count,as_of\n01001,7,soon\n", "soon is not a date"),
    ("fips,count,as_of\n01001,7,2027-01\n", "2027-01 lies ahead"),
    ("fips,count,as_of\nNA,7,2026-01\n", "NA is not a FIPS code"),
    ("fips,count,as_of\n01001,7,2026-01\n1001,7,2026-01\n", "01001 stands twice"),
    ("fips,count,as_of\n", "no county that we know"),
    ("fips,count,as_of\n01001,\x00,2026-01\n", "is not a"),
])  # fmt: skip
def test_counts_that_are_none(text: str, reason: str, tmp_path: Path, data: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_text(text)
    assert reason in refused(path, data)


def test_half_as_many_cameras_are_refused(tmp_path: Path, data: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_text("fips,count,as_of\n01001,7,2026-10\n")
    assert "--accept-shrink" in refused(path, data, shrink=False)


def test_counties_with_counts_keep_what_they_cannot_replace(tmp_path: Path, data: Path) -> None:
    """Connecticut comes in planning regions, which are no counties of ours."""
    with (data / "counties_alpr_osm.csv").open("a", newline="") as file:
        file.write("09001,55,2026-01\r\n")
    features = [
        {
            "type": "Feature",
            "properties": {"GEOID": fips, "name": "x", "cameraCount": count},
            "geometry": None,
        }
        for fips, count in (("01001", 99), ("09110", 12))
    ]
    path = saved(tmp_path / "counties-metrics.geojson", {"type": "FeatureCollection", "features": features})
    assert "give it with --as-of" in refused(path, data)
    before = cameras(data)
    report = str(run(path, data, as_of="2026-10"))
    after = cameras(data)
    assert after["01001"] == ("99", "2026-10") and after["09001"] == ("55", "2026-01")
    assert {fips: row for fips, row in after.items() if fips != "01001"} == {
        fips: row for fips, row in before.items() if fips != "01001"
    }
    assert "09110: 12" in report and f"keep their old count ({len(after) - 1})" in report


def test_points_fall_into_counties(tmp_path: Path, data: Path, shapes: Path) -> None:
    def node(ident: int, lon: float, lat: float, kind: str = "ALPR") -> dict[str, Any]:
        return {"type": "node", "id": ident, "lon": lon, "lat": lat, "tags": {"surveillance:type": kind}}

    path = saved(tmp_path / "overpass.json", {
        "osm3s": {"timestamp_osm_base": "2026-10-02T08:00:00Z"},
        "elements": [
            node(1, -89.5, 30.5), node(2, -89.5, 30.6), node(2, -89.5, 30.6), node(3, -89.5, 30.5, "camera"),
            node(4, -88.9, 30.1), node(5, -88.5, 30.5), node(6, -86.9, 30.1), node(7, -80.9, 30.1),
            node(8, 10.0, 50.0), {"type": "node", "id": 9, "lat": "x", "lon": None},
            node(10, float("nan"), 30.5), node(11, 10**400, 30.5),
        ],
    })  # fmt: skip
    assert "--shapes counties-10m.json" in refused(path, data)
    report = str(run(path, data, shapes=shapes))
    found = cameras(data)
    day = "2026-10-02"
    assert (found["01001"], found["01003"], found["01005"]) == (("2", day), ("1", day), ("2", day))
    assert "points in no county" in report and "09110: 0" in report
    listed = [{"osmId": 1, "lat": 30.5, "lon": -89.5, "brand": "Flock Safety"}]
    run(saved(tmp_path / "cameras-us.json", listed), data, shapes=shapes, as_of="2026-11")
    assert cameras(data)["01001"] == ("1", "2026-11") and cameras(data)["01003"] == ("0", "2026-11")
    spots = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [-89.5, 30.5]}}
    ] * 3
    run(saved(tmp_path / "spots.geojson", {"features": spots}), data, shapes=shapes, as_of="2026-11")
    assert cameras(data)["01001"] == ("3", "2026-11")


EMPTY: tuple[object, ...] = (
    {}, [], 7, None, {"elements": 3}, {"features": [{}]}, [[1]], {"elements": [None]},
)  # fmt: skip


@pytest.mark.parametrize("made", EMPTY)
def test_json_that_holds_no_cameras(made: object, tmp_path: Path, data: Path) -> None:
    assert "holds neither" in refused(saved(tmp_path / "x.json", made), data, as_of="2026-10")


def test_shapes_that_are_none(tmp_path: Path, data: Path, shapes: Path) -> None:
    points = saved(tmp_path / "p.json", [{"lat": 30.5, "lon": -89.5}])
    screen = json.loads(shapes.read_text()) | {"transform": {"scale": [1, 1], "translate": [0, 0]}}
    lost = json.loads(shapes.read_text()) | {"transform": {"scale": [float("nan")] * 2, "translate": [0, 0]}}
    broken: list[object] = [{}, [], {"arcs": [], "transform": 1}, screen, lost]
    for made in broken:
        wrong = saved(tmp_path / "wrong.json", made)
        with pytest.raises(RefusedError, match="wrong.json is"):
            run(points, data, shapes=wrong, as_of="2026-10")
    (tmp_path / "p.json").write_text("[" * 200_000)
    assert "is not JSON" in refused(points, data, as_of="2026-10")
