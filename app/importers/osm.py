"""Plate cameras that people mapped, counted by county: ``counties_alpr_osm.csv`` (© OpenStreetMap, ODbL).

Takes counts (a CSV ``fips,count,as_of``, or GeoJSON of counties with GEOID and cameraCount), or points
(Overpass JSON, GeoJSON, or a list of lat and lon), which need the shapes of the counties and are not kept.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from app.importers.reading import RefusedError, dated, parsed, sized, table, text, watched
from app.importers.writing import Report, packed, put
from app.reference import rows

COLUMNS = ("fips", "plate_cameras_mapped", "as_of")
Point = tuple[float, float]
Ring = Sequence[Point]
Box = tuple[int, int]


def run(path: Path, data: Path, *, shapes: Path | None, as_of: str, shrink: bool, today: date) -> Report:
    """Import the counts or points at ``path`` into the folder ``data``. Raises RefusedError."""
    known = {row["fips"]: row for row in rows(data / "counties_287g.csv")}
    target = data / "counties_alpr_osm.csv"
    old = {row["fips"]: row for row in rows(target)} if target.exists() else {}
    report = Report(f"{path.name}: plate cameras mapped")
    if path.suffix.lower() == ".csv":
        counted = {row["fips"]: row for row in tabled(path, today)}
    else:
        counted = drawn(path, parsed(path), shapes, as_of, today, report)
    lost = {fips: row for fips, row in counted.items() if fips not in known}
    fresh = {fips: row for fips, row in counted.items() if fips in known}
    kept = (
        {fips: row for fips, row in old.items() if fips not in fresh} if path.suffix.lower() != ".csv" else {}
    )
    before, now = total(old.values()), total(fresh.values())
    if not fresh:
        raise RefusedError(f"{path.name} has no county that we know.")
    if 2 * now < before and not shrink:
        raise RefusedError(
            f"{path.name} has {now:,} cameras where the list before had {before:,}:"
            " if that is right, add --accept-shrink."
        )
    made = [{column: row[column] for column in COLUMNS} for _, row in sorted((kept | fresh).items())]
    put({target: packed(target, COLUMNS, made)})
    report.count("counties", len(fresh))
    report.count("cameras", now)
    report.count("cameras before", before)
    report.count("unplaced", len(lost))
    states: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for fips, county in known.items():
        for n, of in enumerate((old, fresh)):
            states[county["state"]][n] += int(of[fips]["plate_cameras_mapped"]) if fips in of else 0
    report.list("Changes by state", (f"{s}  {a} → {b}" for s, (a, b) in sorted(states.items()) if a != b))
    report.list(
        "Not placed: no county of ours",
        (f"{fips}: {row['plate_cameras_mapped']}" for fips, row in sorted(lost.items())),
    )
    report.list(
        "Counties that keep their old count",
        (f"{fips} {known[fips]['county']}" for fips in sorted(kept) if fips in known),
    )
    return report


def total(counted: Iterable[Mapping[str, str]]) -> int:
    return sum(int(row["plate_cameras_mapped"]) for row in counted)


def row(fips: str, count: int, as_of: str) -> dict[str, str]:
    return {"fips": fips, "plate_cameras_mapped": str(count), "as_of": as_of}


def tabled(path: Path, today: date) -> Iterator[dict[str, str]]:
    """Counts from a CSV with the columns fips, count (or plate_cameras_mapped), as_of."""
    seen = set()
    for line, cells in table(path, ("fips", "as_of")):
        count = cells.get("count", cells.get("plate_cameras_mapped", ""))
        where = f"{path.name}, line {line}"
        if not (cells["fips"].isascii() and cells["fips"].isdigit() and len(cells["fips"]) in (4, 5)):
            raise RefusedError(f"{where}: {cells['fips'] or 'nothing'} is not a FIPS code.")
        if not (count.isascii() and count.isdigit() and len(count) < 6):
            raise RefusedError(f"{where}: {count or 'nothing'} is not a count of cameras.")
        fips = cells["fips"].zfill(5)  # a spreadsheet drops the first nought
        if fips in seen:
            raise RefusedError(f"{where}: {fips} stands twice.")
        seen.add(fips)
        yield row(fips, int(count), dated(cells["as_of"], where, today=today))


def drawn(
    path: Path, made: Any, shapes: Path | None, as_of: str, today: date, report: Report
) -> dict[str, dict[str, str]]:
    """Counts from JSON: of counties that carry them, or of points that fall into them."""
    stamp = as_of
    if not stamp and isinstance(made, dict) and isinstance(made.get("osm3s"), dict):
        stamp = text(made["osm3s"].get("timestamp_osm_base"))[:10]
    if not stamp:
        raise RefusedError(f"{path.name} does not say of what day it is: give it with --as-of.")
    dated(stamp, path.name, today=today)
    features = made.get("features") if isinstance(made, dict) else None
    if isinstance(features, list) and features and all(isinstance(counted(f), tuple) for f in features):
        pairs = [pair for feature in features if (pair := counted(feature))]
        if len({fips for fips, _ in pairs}) < len(pairs):
            raise RefusedError(f"{path.name} has a county twice.")
        return {fips: row(fips, count, stamp) for fips, count in pairs}
    spots = [*points(made)]
    if not spots:
        raise RefusedError(
            f"{path.name} holds neither plate cameras with lat and lon, nor counties with cameraCount."
        )
    if not shapes:
        raise RefusedError(
            f"{path.name} holds points: give the counties with --shapes counties-10m.json (npm us-atlas)."
        )
    index = Shapes(shapes)
    counts = dict.fromkeys(index.fips, 0)
    outside = 0
    with watched(spots, "Placing cameras") as bar:
        for lon, lat in bar:
            if fips := index.county(lon, lat):
                counts[fips] += 1
            else:
                outside += 1
    report.count("points", len(spots))
    report.count("points in no county", outside)
    return {fips: row(fips, count, stamp) for fips, count in counts.items()}


def counted(feature: Any) -> tuple[str, int] | None:
    """The FIPS code and camera count of a county in GeoJSON."""
    said = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(said, dict):
        return None
    fips, count = said.get("GEOID"), said.get("cameraCount")
    if isinstance(fips, str) and len(fips) == 5 and isinstance(count, int) and 0 <= count < 100_000:
        return text(fips), count
    return None


def points(made: Any) -> Iterator[Point]:
    """Longitude and latitude of each plate camera; an element that stands twice counts once."""
    found = made if isinstance(made, list) else []
    if isinstance(made, dict):
        found = made.get("elements") or made.get("features") or []
    seen = set()
    for item in found if isinstance(found, list) else []:
        if not isinstance(item, dict):
            continue
        tags = item.get("tags") or item.get("properties")
        if isinstance(tags, dict) and "ALPR" not in str(tags.get("surveillance:type", "ALPR")).upper():
            continue
        geometry = item.get("geometry")
        spot = (
            geometry.get("coordinates")
            if isinstance(geometry, dict) and geometry.get("type") == "Point"
            else None
        )
        lon, lat = (
            spot[:2] if isinstance(spot, list) and len(spot) > 1 else (item.get("lon"), item.get("lat"))
        )
        ident = item.get("id", item.get("osmId"))
        if isinstance(ident, str | int):
            if ident in seen:
                continue
            seen.add(ident)
        if (
            isinstance(lon, int | float)
            and isinstance(lat, int | float)
            and abs(lon) <= 180
            and abs(lat) <= 90
        ):
            yield float(lon), float(lat)


class Shapes:
    """Counties as rings of longitude and latitude, from us-atlas's ``counties-10m.json`` (TopoJSON)."""

    def __init__(self, path: Path) -> None:
        made = parsed(sized(path))
        try:
            arcs = unpacked(made)
            counties = made["objects"]["counties"]["geometries"]
            rings = [(f"{int(shape['id']):05}", ring) for shape in counties for ring in outlines(shape, arcs)]
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError):
            raise RefusedError(f"{path.name} is not us-atlas's counties-10m.json.") from None
        if not rings or any(not (abs(x) <= 180.01 and abs(y) <= 90.01) for _, ring in rings for x, y in ring):
            raise RefusedError(
                f"{path.name} is drawn for a screen: take counties-10m.json, not counties-albers-10m.json."
            )
        self.fips = sorted({fips for fips, _ in rings})
        self.boxes: dict[Box, dict[str, list[Ring]]] = defaultdict(lambda: defaultdict(list))
        for fips, ring in rings:
            xs, ys = [x for x, _ in ring], [y for _, y in ring]
            for x in range(math.floor(min(xs)), math.floor(max(xs)) + 1):
                for y in range(math.floor(min(ys)), math.floor(max(ys)) + 1):
                    self.boxes[x, y][fips].append(ring)

    def county(self, lon: float, lat: float) -> str:
        """The county a point lies in, or nothing. Holes are rings too: odd crossings are inside."""
        near = self.boxes.get((math.floor(lon), math.floor(lat)), {})
        return next(
            (fips for fips, rings in near.items() if sum(crossings(r, lon, lat) for r in rings) % 2), ""
        )


def unpacked(made: Any) -> list[list[Point]]:
    """TopoJSON's arcs as points: each is coded as steps from the one before."""
    (sx, sy), (tx, ty) = made["transform"]["scale"], made["transform"]["translate"]
    arcs = []
    for arc in made["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    return arcs


def outlines(shape: Any, arcs: Sequence[list[Point]]) -> Iterator[Ring]:
    """The rings of a polygon or of several; a negative arc runs backwards."""
    polygons = {"Polygon": [shape.get("arcs")], "MultiPolygon": shape.get("arcs")}.get(shape.get("type"), [])
    for polygon in polygons:
        for ring in polygon:
            yield [spot for n in ring for spot in (arcs[n] if n >= 0 else arcs[~n][::-1])]


def crossings(ring: Ring, x: float, y: float) -> int:
    """How many sides of the ring a line from the point to the east crosses."""
    count = 0
    ax, ay = ring[-1]
    for bx, by in ring:
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            count += 1
        ax, ay = bx, by
    return count
