"""The maps by county: every county on a list in its class and no other, who has no shape, and the table."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from itertools import accumulate, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.catalog import DATA
from app.county_map import PICTURES, SEEN, CountyMap, Line, chained, model_class, size
from app.pages import Pages
from tests.conftest import LANGUAGES
from tests.page import Page

SVG = "{http://www.w3.org/2000/svg}"
MOST = 20_000


@pytest.fixture(scope="module")
def drawn() -> CountyMap:
    return CountyMap.read(DATA)


def listed(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def outlines(svg: str) -> dict[str, list[Line]]:
    """Class → the closed lines that are drawn for it, read back from the picture."""
    made = {}
    for path in ElementTree.fromstring(svg).iter(f"{SVG}path"):
        if not path.get("id", "").startswith("area-"):
            continue
        lines = []
        for part in path.attrib["d"].split("M")[1:]:
            start, steps = (list(map(int, re.findall(r"-?\d+", half))) for half in part.split("l"))
            numbers = [*start, *steps]
            xs, ys = (accumulate(numbers[n::2]) for n in (0, 1))
            lines.append(tuple(zip(xs, ys, strict=True)))
        made[path.attrib["id"].removeprefix("area-")] = lines
    return made


class Rows:
    """Says whether a point lies within closed lines: how often they wind around it."""

    def __init__(self, lines: list[Line]) -> None:
        self.crossings: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for line in lines:
            for (x0, y0), (x1, y1) in pairwise(line):
                for y in range(min(y0, y1), max(y0, y1)):  # the row through y + 0.5
                    x = x0 + (x1 - x0) * (y + 0.5 - y0) / (y1 - y0)
                    self.crossings[y].append((x, 1 if y1 > y0 else -1))

    def within(self, x: float, row: int) -> bool:
        return sum(turn for at, turn in self.crossings[row] if at < x) != 0

    def inside(self) -> tuple[float, int]:
        """A point well inside: the middle of the widest span of any row."""
        spans = (
            (b - a, (a + b) / 2, row)
            for row, found in self.crossings.items()
            for (a, _), (b, _) in pairwise(sorted(found))
            if self.within((a + b) / 2, row)
        )
        _, x, row = max(spans)
        return x, row


def wanted(picture: str) -> dict[str, str]:
    """FIPS → class, from the lists themselves."""
    if picture == "287g":
        classes = {
            row["fips"]: set(row["any_agency_models"].split("|")) for row in listed("counties_287g.csv")
        }
        return {
            fips: "jail" if not street else "both" if models - {"task_force"} else "street"
            for fips, models in classes.items()
            if models != {""}
            for street in ["task_force" in models]
        }
    counts = {row["fips"]: int(row["plate_cameras_mapped"]) for row in listed("counties_alpr_osm.csv")}
    states = {row["fips"]: row["state"] for row in listed("counties_287g.csv")}
    counted = {states[fips] for fips in counts}
    uncounted = {fips: "uncounted" for fips, state in states.items() if state not in counted}
    return uncounted | {fips: "cameras" for fips, count in counts.items() if count >= 20}


@pytest.mark.parametrize("picture", PICTURES)
def test_every_county_is_drawn_in_its_class_and_no_other(drawn: CountyMap, picture: str) -> None:
    areas = {name: Rows(lines) for name, lines in outlines(drawn.svg(picture)).items()}
    classes, seen = wanted(picture), 0
    assert set(classes.values()) == set(areas) == set(PICTURES[picture])
    for fips in drawn.shapes.counties:
        shape = drawn.shapes.area([fips]) + drawn.shapes.dot(fips)
        if sum(map(size, drawn.shapes.area([fips]))) < SEEN:  # a square, which lies on its neighbors too
            if fips in classes:
                assert areas[classes[fips]].within(*Rows(drawn.shapes.dot(fips)).inside()), fips
            continue
        point = Rows(shape).inside()
        assert [name for name, area in areas.items() if area.within(*point)] == (
            [classes[fips]] if fips in classes else []
        ), fips
        seen += fips in classes
    assert seen > 600


def test_who_has_no_shape_is_known_by_name(drawn: CountyMap) -> None:
    """Two new census areas of Alaska, and the territories; all else on a list can be drawn."""
    whole, single = drawn.shapeless()
    assert sorted(whole) == ["GU", "MP", "PR", "VI"]
    assert single == ["Chugach Census Area, AK", "Copper River Census Area, AK"]
    lost = {drawn.names[code][0] for codes in drawn.classes.values() for code in codes} & set(whole)
    missing = {
        code for codes in drawn.classes.values() for code in codes if code not in drawn.shapes.counties
    }
    assert {drawn.names[code][0] for code in missing} == lost
    assert set(drawn.shapes.counties) - set(drawn.names) == {"02261"}, "now Chugach and Copper River"
    assert {drawn.names[code][0] for code in drawn.classes["uncounted"]} == {"CT", "GU", "MP", "VI"}


def test_the_counts_are_those_of_the_list(drawn: CountyMap) -> None:
    counts = drawn.counts()
    for row in listed("states.csv"):
        found = counts.get(row["state"])
        if found is not None:
            assert found["jail"] + found["street"] + found["both"] == int(row["n_counties_with_287g"]), row[
                "state"
            ]
    assert (drawn.listed, drawn.mapped) == ("2026-05-18", "2026-04")


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_is_small_and_safe(built: Path, drawn: CountyMap, picture: str) -> None:
    """It holds no word, no script, no style, no address; every class has a pattern of its own."""
    packed = built / "site" / f"map-{picture}.svg.br"
    assert packed.stat().st_size <= MOST
    svg = drawn.svg(picture)
    assert (built / "site" / f"map-{picture}.svg").read_text("utf-8") == svg
    root = ElementTree.fromstring(svg)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {"svg", "pattern", "path"}
    assert not any((element.text or "").strip() for element in root.iter())
    assert "//" not in svg.replace("http://www.w3.org/2000/svg", "") and "style" not in svg
    fills = [path.get("fill") for path in root.findall(f"{SVG}path")[:-1]]
    assert len(set(fills)) == len(fills) and sum(not fill.startswith("url(#") for fill in fills if fill) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_says_what_the_maps_show(pages: Pages, drawn: CountyMap, language: str) -> None:
    t, html = pages.words[language], pages.page(language, "systems")
    page = Page(html)
    counts = drawn.counts()
    rows = dict(re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', html))
    assert len(rows) == len(counts) == 55
    for code, found in counts.items():
        cells = re.findall(r"<td>(.*?)</td>", rows[str(t(f"state.{code}"))])
        cameras = t.plain("map.not_counted") if found["uncounted"] else str(found["cameras"] or "")
        assert cells == [*(str(found[name] or "") for name in ("jail", "street", "both")), cameras], code
    (section,) = [text for _, text in page.all("section", id="map")]
    assert t.date("2026-05-18") in section and t.date("2026-04") in section and "ODbL" in section
    for name in (*drawn.shapeless()[1], *(t.plain(f"state.{code}") for code in drawn.shapeless()[0])):
        assert name in section
    assert [attrs["href"] for attrs, _ in page.all("a") if attrs["href"].startswith("/map-")] == [
        "/map-287g.svg", "/map-cameras.svg",
    ]  # fmt: skip
    assert "<svg" not in html.split('id="map"')[1], "a picture is fetched when its part is opened"
    assert len(page.all("a", href="#map")) == 3


@pytest.mark.parametrize(
    ("models", "name"),
    [("", ""), ("jail", "jail"), ("wso", "jail"), ("jail|wso", "jail"), ("task_force", "street"),
     ("task_force|wso", "both"), ("jail|task_force|wso", "both")],
)  # fmt: skip
def test_the_class_of_a_county(models: str, name: str) -> None:
    assert model_class(models) == name


def test_lines_are_joined() -> None:
    assert chained([((0, 0), (1, 0)), ((1, 0), (1, 1)), ((1, 1), (0, 0))]) == [
        ((0, 0), (1, 0), (1, 1), (0, 0))
    ]
    apart: list[Line] = [((0, 0), (1, 0)), ((2, 2), (1, 0))]
    assert len(chained(apart)) == 2 and chained(apart, turn=True) == [((0, 0), (1, 0), (2, 2))]
