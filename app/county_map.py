"""Maps of the US by county, drawn from the lists at build time, and the same as a table.

Only state borders and the counties on a list are drawn, those of one class joined into one path: every county
with its border would weigh three times as much. What is left blank is not on the list of that date, which is
not "none".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path

from app.reference import CAMERAS_KNOWN, JAIL_MODELS, corrected, rows

Point = tuple[int, int]
Line = tuple[Point, ...]
CELL = 'width="5" height="5" patternUnits="userSpaceOnUse"'
THIN = 'stroke-width=".8"'
#: Class → (color, pattern of 5 × 5 pixels; without one, a full fill). They stand out on any paper
#: and differ to color-blind eyes; without color, the patterns differ.
FILLS = {
    "jail": ("#2f7fb8", '<path d="M1 1h2v2h-2z" fill="#2f7fb8" stroke="none"/>'),
    "street": (
        "#c2650a",
        '<path d="M-1 1l2-2M-1 6L6-1M4 6l2-2" fill="none" stroke="#c2650a" stroke-width="1.6"/>',
    ),
    "both": ("#8a5cc0", ""),
    "cameras": ("#2a8577", ""),
    "uncounted": ("#8a8266", '<path d="M1 1h1v1h-1z" fill="#8a8266" stroke="none"/>'),
}
#: Picture → its classes.
PICTURES = {"287g": ("jail", "street", "both"), "cameras": ("cameras", "uncounted")}
#: A county that takes up less, in square pixels, is drawn as a small square.
SEEN = 2.0


@dataclass(frozen=True)
class Shapes:
    """Borders that neighbors share, and each county's rings: their numbers, ``~n`` for n turned round."""

    borders: tuple[Line, ...]
    counties: Mapping[str, tuple[tuple[int, ...], ...]]

    @classmethod
    def read(cls, path: Path) -> Shapes:
        """From the text that ``tools/county_shapes.py`` writes."""
        borders, counties = [], {}
        for row in path.read_text("utf-8").splitlines():
            kind, _, rest = row.partition(" ")
            if kind == "a":
                steps = (step.split(",") for step in rest.split())
                xs, ys = (accumulate(map(int, along)) for along in zip(*steps, strict=True))
                borders.append(tuple(zip(xs, ys, strict=True)))
            elif kind == "c":
                fips, _, rings = rest.partition(" ")
                counties[fips] = tuple(tuple(map(number, ring.split())) for ring in rings.split(";"))
        return cls(tuple(borders), counties)

    def border(self, n: int) -> Line:
        return self.borders[n] if n >= 0 else self.borders[~n][::-1]

    def area(self, fips: Iterable[str]) -> list[Line]:
        """The outline of counties taken together: what lies between two of them is left out."""
        once: set[int] = set()
        for n in (n for code in fips for ring in self.counties[code] for n in ring):
            if ~n in once:
                once.remove(~n)
            else:
                once.add(n)
        return [line for line in chained(map(self.border, sorted(once))) if size(line)]

    def dot(self, fips: str) -> list[Line]:
        """A small square where a county is too small to be seen, or nothing."""
        if sum(map(size, self.area([fips]))) >= SEEN:
            return []
        x, y = self.border(self.counties[fips][0][0])[0]
        return [((x - 1, y - 1), (x + 1, y - 1), (x + 1, y + 1), (x - 1, y + 1), (x - 1, y - 1))]

    @cached_property
    def coasts(self) -> list[Line]:
        """Coasts, and borders between two states."""
        beside: dict[int, list[str]] = defaultdict(list)
        for code, rings in self.counties.items():
            for n in (n for ring in rings for n in ring):
                beside[max(n, ~n)].append(code[:2])
        edges = (n for n, states in sorted(beside.items()) if len(states) == 1 or len(set(states)) > 1)
        found = chained(map(self.border, edges), turn=True)
        return [line for line in found if line[0] != line[-1] or size(line) >= SEEN]


def number(text: str) -> int:
    """``12`` → 12, ``~12`` → ~12."""
    return ~int(text[1:]) if text.startswith("~") else int(text)


def chained(lines: Iterable[Line], *, turn: bool = False) -> list[Line]:
    """Lines joined end to end into as few as come up; with ``turn``, a line may be taken from its end."""
    known = list(lines)
    left = set(range(len(known)))
    begin: dict[Point, list[int]] = defaultdict(list)
    for n, line in enumerate(known):
        begin[line[0]].append(n)
        if turn:
            begin[line[-1]].append(~n)

    def take(point: Point) -> Line:
        while begin[point]:
            there = begin[point].pop()
            if (n := max(there, ~there)) in left:
                left.remove(n)
                return known[n] if there >= 0 else known[n][::-1]
        return ()

    made = []
    for n, first in enumerate(known):
        if n in left:
            left.remove(n)
            made_of = list(first)
            while more := take(made_of[-1]):
                made_of += more[1:]
            made.append(tuple(made_of))
    return made


def size(ring: Line) -> float:
    """The area of a closed line, in square pixels."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))) / 2


def path(lines: Iterable[Line]) -> str:
    """Lines as the ``d`` of an SVG path."""

    def drawn(line: Line) -> str:
        steps = " ".join(f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(line)).replace(" -", "-")
        return f"M{line[0][0]} {line[0][1]}l{steps}"

    return "".join(map(drawn, lines))


@dataclass(frozen=True)
class CountyMap:
    """What is drawn: the counties of each class, by FIPS code, and the dates of the two lists.

    ``names`` are (state, name) of every county.
    """

    shapes: Shapes
    names: Mapping[str, tuple[str, str]]
    classes: Mapping[str, tuple[str, ...]]
    listed: str
    mapped: str

    @classmethod
    def read(cls, data: Path) -> CountyMap:
        counties, cameras = corrected(data)
        classes: dict[str, list[str]] = {name: [] for name in FILLS}
        for row in counties:
            if name := model_class(row["any_agency_models"]):
                classes[name].append(row["fips"])
        classes["cameras"] = [r["fips"] for r in cameras if int(r["plate_cameras_mapped"]) >= CAMERAS_KNOWN]
        states = {row["fips"]: row["state"] for row in counties}
        counted = {states[row["fips"]] for row in cameras}
        classes["uncounted"] = [fips for fips, state in states.items() if state not in counted]
        return cls(
            Shapes.read(data / "county_shapes.txt"),
            {row["fips"]: (row["state"], row["county"]) for row in counties},
            {name: tuple(fips) for name, fips in classes.items()},
            max(row["as_of"] for row in rows(data / "states.csv")),
            max(row["as_of"] for row in cameras),
        )

    def svg(self, picture: str) -> str:
        """A picture, the same in all languages: state borders and the counties of its classes."""
        made = []
        for name in PICTURES[picture]:
            color, pattern = FILLS[name]
            if pattern:
                made.append(f'<pattern id="fill-{name}" {CELL}>{pattern}</pattern>')
            drawn = [code for code in self.classes[name] if code in self.shapes.counties]
            lines = [*self.shapes.area(drawn), *(line for code in drawn for line in self.shapes.dot(code))]
            fill = f"url(#fill-{name})" if pattern else color
            made.append(f'<path id="area-{name}" d="{path(lines)}" fill="{fill}" stroke="{color}" {THIN}/>')
        made.append(f'<path d="{path(self.shapes.coasts)}" fill="none" stroke="currentColor" {THIN}/>')
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 975 610">{"".join(made)}</svg>'

    def counts(self) -> dict[str, Counter[str]]:
        """State → how many of its counties are in each class."""
        found: dict[str, Counter[str]] = {state: Counter() for state, _ in self.names.values()}
        for name, codes in self.classes.items():
            for code in codes:
                found[self.names[code][0]][name] += 1
        return found

    def shapeless(self) -> tuple[list[str], list[str]]:
        """Who has no shape: whole states and territories, and (name, state) of single counties elsewhere."""
        inside = {self.names[code][0] for code in self.shapes.counties if code in self.names}
        missing = {code: place for code, place in self.names.items() if code not in self.shapes.counties}
        whole = dict.fromkeys(state for state, _ in missing.values() if state not in inside)
        return list(whole), [f"{name}, {state}" for state, name in missing.values() if state in inside]


def model_class(models: str) -> str:
    """``jail|task_force`` → the class of a county where agencies have these models, or nothing."""
    found = set(filter(None, models.split("|")))
    jail, street = bool(JAIL_MODELS & found), "task_force" in found
    return "both" if jail and street else "jail" if jail else "street" if street else ""
