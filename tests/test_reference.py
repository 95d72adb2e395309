"""The baked lists."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from app.reference import Reference


@pytest.fixture(scope="module")
def database(built: Path) -> sqlite3.Connection:
    return sqlite3.connect(built / "site" / "reference.db")


@pytest.mark.parametrize(
    ("fips", "state", "agreements"),
    [
        ("01001", "AL", {"jail", "street"}),  # all three models of its own
        ("01003", "AL", {"street"}),
        ("01005", "AL", set()),  # not on the list is not "no"
        ("06037", "CA", {"barred"}),
        ("35009", "NM", {"jail"}),  # listed before the state's ban
        ("17031", "IL", {"barred"}),
    ],
)
def test_a_county(built: Path, fips: str, state: str, agreements: set[str]) -> None:
    county = Reference(built / "site" / "reference.db").county(fips)
    assert county is not None
    assert (county.state, county.agreements) == (state, frozenset(agreements))
    assert county.listed == "2026-05-18"


@pytest.mark.parametrize("fips", ["", "1001", "99999", "' or 1=1 --", "0100１"])
def test_no_such_county(built: Path, fips: str) -> None:
    assert Reference(built / "site" / "reference.db").county(fips) is None


def test_the_tables(database: sqlite3.Connection) -> None:
    count = {
        name: database.execute(f"select count(*) from {name}").fetchone()[0]  # noqa: S608
        for name in ("states", "counties", "plate_cameras", "providers", "claims", "sources", "claim_sources",
                     "state_laws")
    }  # fmt: skip
    assert count["states"] == 56 and count["counties"] == 3229 and count["providers"] == 453
    assert count["state_laws"] == 51
    assert count["plate_cameras"] == 3213 and count["claims"] > 200
    assert database.execute("pragma foreign_key_check").fetchall() == []
    assert database.execute("select n_287g_agreements from states where state = 'TX'").fetchone() == (387,)
    assert database.execute("select min(fips) from counties").fetchone() == ("01001",)
    notice = database.execute("select notice from plate_cameras_notice").fetchone()[0]
    assert "OpenStreetMap" in notice and "ODbL" in notice


def test_what_state_laws_say_is_a_table(database: sqlite3.Connection) -> None:
    named = "select group_concat(state, ' ') from (select state from state_laws join states using (state)"
    where = " where alpr_names_immigration = 'yes' order by state)"
    assert database.execute(named + where).fetchone() == ("CT IL NJ NM WA",)
    ((_, _, other, column, *_),) = database.execute("pragma foreign_key_list(state_laws)").fetchall()
    assert (other, column) == ("states", "state")


def test_claims_can_be_searched_and_joined(database: sqlite3.Connection) -> None:
    found = database.execute(
        "select c.id, strengths.name, parts.name, count(s.source) from claims c"
        " join strengths on strengths.id = c.strength join parts on parts.id = c.part"
        " join claim_sources s on s.claim = c.id"
        " where c.rowid in (select rowid from claims_fts where claims_fts match 'texas sheriffs')"
        " group by c.id"
    ).fetchall()
    assert found == [("287g-texas", "Law", "Local officers with ICE powers (287(g))", 3)]
    assert database.execute(
        "select count(*) from providers_fts where providers_fts match 'clinic'"
    ).fetchone()[0]
    assert database.execute("select count(*) from sources_fts where sources_fts match 'flock'").fetchone()[0]
    tables = ("claims", "counties", "plate_cameras", "providers", "claim_sources")
    keys = {(row[3], row[2]) for t in tables for row in database.execute(f"pragma foreign_key_list({t})")}
    assert keys == {
        ("part", "parts"), ("strength", "strengths"), ("verdict", "verdicts"), ("state", "states"),
        ("fips", "counties"), ("claim", "claims"), ("source", "sources"),
    }  # fmt: skip
    empty = "select count(*) from claims where as_of = '' or strength = '' or review_by = '' or checked = ''"
    assert database.execute(empty).fetchone() == (0,)


def test_phones_are_as_the_list_prints_them(database: sqlite3.Connection) -> None:
    row = "us-hot-doj-immigrant-and-employee-rights-section-worker-line"
    assert database.execute("select phone from providers where id = ?", [row]).fetchone() == ("+18002557688",)
