"""Borders of US counties, simplified: us-atlas in, ``app/data/county_shapes.txt`` out. Run once an edition.

    npm install us-atlas@3.0.1
    python tools/county_shapes.py node_modules/us-atlas/counties-albers-10m.json > app/data/county_shapes.txt

The input is TopoJSON, projected to 975 × 610: borders (arcs) that neighbors share, so that no gap opens
between them when each is simplified by itself. The output is read by ``app/county_map.py``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

Point = tuple[float, float]
#: What a border may be off, in pixels of 975 across.
TOLERANCE = 0.6
#: Smaller islands and lakes are left out, in square pixels.
ISLAND = 2.0
NOTE = """\
# Borders of US counties as of 2017: US Census Bureau (public domain), projected and packed by us-atlas 3.0.1,
# Copyright 2013-2019 Michael Bostock, ISC license (see LICENSE). Simplified by tools/county_shapes.py.
# A line "a" is a border: its first point, then steps, in pixels of 975 x 610.
# A line "c" is a county: its FIPS code, then rings (between ";") of borders by number; ~n is n turned."""


def off(point: Point, start: Point, end: Point) -> float:
    """How far a point lies from the line between two others, or from the first if they are one."""
    (x, y), (x0, y0), (x1, y1) = point, start, end
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    if not length:
        return float(((x - x0) ** 2 + (y - y0) ** 2) ** 0.5)
    return float(abs((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) / length)


def simplified(points: list[Point]) -> list[Point]:
    """Douglas and Peucker: only the points without which the line would be off by more than TOLERANCE."""
    if len(points) < 3:
        return points
    far = max(range(1, len(points) - 1), key=lambda n: off(points[n], points[0], points[-1]))
    if off(points[far], points[0], points[-1]) <= TOLERANCE:
        return [points[0], points[-1]]
    return simplified(points[: far + 1])[:-1] + simplified(points[far:])


def borders(topology: dict[str, Any]) -> Iterator[list[tuple[int, int]]]:
    """Every arc in whole pixels, no point twice in a row."""
    (scale_x, scale_y), (left, top) = (topology["transform"][key] for key in ("scale", "translate"))
    for arc in topology["arcs"]:
        x = y = 0
        points = [((x := x + dx) * scale_x + left, (y := y + dy) * scale_y + top) for dx, dy in arc]
        whole = [(round(x), round(y)) for x, y in simplified(points)]
        yield [point for n, point in enumerate(whole) if not n or point != whole[n - 1]]


def area(ring: list[int], arcs: list[list[tuple[int, int]]]) -> float:
    """The area of a ring of arcs, in square pixels."""
    points = [point for n in ring for point in (arcs[n] if n >= 0 else arcs[~n][::-1])[:-1]]
    return (
        abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1], strict=True))) / 2
    )


def kept(county: dict[str, Any], arcs: list[list[tuple[int, int]]]) -> list[list[int]]:
    """The rings of a county: the largest, and every other that can be seen."""
    polygons = [county["arcs"]] if county["type"] == "Polygon" else county["arcs"]
    rings = sorted((ring for polygon in polygons for ring in polygon), key=lambda r: -area(r, arcs))
    return [ring for n, ring in enumerate(rings) if not n or area(ring, arcs) >= ISLAND]


def lines(topology: dict[str, Any]) -> Iterator[str]:
    arcs = list(borders(topology))
    counties = sorted(topology["objects"]["counties"]["geometries"], key=lambda c: str(c["id"]))
    rings = {county["id"]: kept(county, arcs) for county in counties}
    used = sorted({max(n, ~n) for found in rings.values() for ring in found for n in ring})
    number = {n: str(new) for new, n in enumerate(used)}
    yield NOTE
    for n in used:
        (x, y), *_ = arcs[n]
        steps = (f"{b[0] - a[0]},{b[1] - a[1]}" for a, b in pairwise(arcs[n]))
        yield " ".join(("a", f"{x},{y}", *steps))
    for fips, found in rings.items():
        signed = (" ".join(number[n] if n >= 0 else f"~{number[~n]}" for n in ring) for ring in found)
        yield f"c {fips} " + ";".join(signed)


if __name__ == "__main__":
    print("\n".join(lines(json.loads(Path(sys.argv[1]).read_text("utf-8")))))
