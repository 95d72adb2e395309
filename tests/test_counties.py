"""What a county tells: in one file for the whole country, in answers, and never as "none"."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import brotli
import pytest

from app.built import Built
from app.forms import Posted
from app.pages import Pages
from app.privacy import QUICK, packed
from app.reference import COUNTY_FACTS, County, Reference
from tests.conftest import LANGUAGES, Client

#: Read by hand from the lists: models of the county's own agency, of others alone, agencies, cameras mapped.
BY_HAND = {
    "01001": ("Autauga County", ("jail", "wso", "task_force"), (), 1, 13),
    "01003": ("Baldwin County", ("task_force",), (), 7, 31),
    "48201": ("Harris County", (), ("task_force",), 1, 2692),
    "06037": ("Los Angeles County", (), (), 0, 1909),
    "09001": ("Fairfield County", (), (), 0, None),
}


@pytest.fixture(scope="module")
def reference(built: Path) -> Reference:
    return Reference(built / "site" / "reference.db")


@pytest.fixture(scope="module")
def file(built: Path) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((built / "site" / "places.json").read_text("utf-8"))
    return made


@pytest.mark.parametrize("fips", BY_HAND)
def test_a_county_as_read_by_hand(reference: Reference, fips: str) -> None:
    county = reference.counties[fips]
    assert (county.name, county.own, county.others, county.agencies, county.cameras) == BY_HAND[fips]


def test_the_file_says_of_every_county_what_the_lists_say(reference: Reference, file: dict[str, Any]) -> None:
    mapped = file["plate_cameras"]
    told = {}
    for state, rows in file["states"].items():
        for row, cameras in zip(rows, mapped["mapped"][state], strict=True):
            fips, name, means, own, others, agencies, office, listed = row
            day = mapped["dates"].get(fips, mapped["as_of"]) if cameras is not None else ""
            told[fips] = County(
                fips, state, name, frozenset(file["answers"][means]), tuple(file["models"][own]),
                tuple(file["models"][others]), agencies, cameras, file["offices"][office],
                file["dates"][listed], day,
            )  # fmt: skip
    assert told == reference.counties
    assert len(told) == 3229


def test_the_file_is_small_and_names_the_license_of_the_cameras(built: Path, file: dict[str, Any]) -> None:
    path = built / "site" / "places.json"
    for end, undo in ((".br", brotli.decompress), (".gz", gzip.decompress)):
        sent = path.with_name(path.name + end).read_bytes()
        assert len(sent) <= 30_000
        assert undo(sent) == path.read_bytes()
    cameras = file.pop("plate_cameras")
    assert "ODbL" in cameras["notice"] and "OpenStreetMap" in cameras["notice"]
    assert "camera" not in json.dumps(file).lower()


def test_nothing_said_of_a_county_is_none(reference: Reference) -> None:
    """Of each county something is said about the list, about cameras, how to check, and the office."""
    seen = set()
    for county in reference.counties.values():
        names = [name for name, _ in county.facts]
        seen |= set(names)
        assert ("agencies" in names) != ("unlisted" in names)
        assert ("agencies" in names) == bool(county.own or county.others) == bool(county.agencies)
        assert len({"cameras", "unmapped", "uncounted"} & set(names)) == 1
        assert {"check", "office"} < set(names)
    assert seen == set(COUNTY_FACTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_county_fits_the_one_size(built: Path, reference: Reference, language: str) -> None:
    known = Built(built)
    sheet = known.sheet(language)
    for county in reference.counties.values():
        page = sheet.results(Posted({}, {}, {}, {}, county.state, county)).encode()
        assert packed(page, QUICK) <= known.size(language, gzip=True)
        assert len(page) <= known.size(language, gzip=False)
    for state, counties in reference.by_state.items():
        page = sheet.app(Posted({}, {}, {}, {}, state, None, counties)).encode()
        assert packed(page, QUICK) <= known.size(language, gzip=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_state_that_is_sent_brings_its_counties(client: Client, pages: Pages, language: str) -> None:
    page = client.post(f"/{language}/", {"state": "DE", "tax": "itin"})
    (county,) = page.all("select", id="county")
    assert county[0]["name"] == "county"
    names = [text for attrs, text in page.all("option") if re.fullmatch("10...", attrs["value"])]
    assert names == ["Kent County", "New Castle County", "Sussex County"]
    assert page.all("input", value="itin", checked="")
    asks = page.all("button", data_act="place")
    assert asks == [(asks[0][0], pages.words[language].plain("place.picker.open"))]
    assert asks[0][0]["formaction"] == f"/{language}/#q-state"
    assert not client.post(f"/{language}/", {"tax": "itin"}).all("select", id="county")


def test_the_result_tells_of_the_county_and_its_state(client: Client) -> None:
    page = client.post("/en/results", {"state": "AL", "county": "01001"})
    (place,) = page.all("details", id="place")
    assert "open" not in place[0]
    for said in (
        "Autauga County, Alabama", "on ICE’s list of May 18, 2026: 1.", "with the jail kind",
        "with the warrant kind", "with the street kind", "by April 2026: at least 13.", "ODbL",
        "field office for this area: New Orleans.", "Agreements on ICE’s list of May 18, 2026: 61.",
    ):  # fmt: skip
        assert said in place[1], said
    page = client.post("/en/results", {"county": "06037"})
    (place,) = page.all("details", id="place")
    assert "No agency of this county is on ICE’s list of May 18, 2026. The list grows every week" in place[1]
    assert "1,909" in place[1]
    assert "Another agency" not in place[1]
    page = client.post("/en/results", {"state": "AL", "held": "yes"})
    assert page.all("details", id="place")[0][1].startswith("Your state and countyAlabama")
    assert not client.post("/en/results", {"held": "yes"}).all("details", id="place")
