"""Dates: what is overdue, what falls due, what reads differently after a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from app import review
from app.model import Catalog
from app.pages import Pages
from tests.conftest import TODAY

NOW = date.fromisoformat(TODAY)


@pytest.mark.parametrize(
    ("value", "last"),
    [
        ("2027", "2027-12-31"),
        ("2027-02", "2027-02-28"),
        ("2028-02", "2028-02-29"),
        ("2027-03-05", "2027-03-05"),
    ],
)
def test_a_date_lasts_to_its_end(value: str, last: str) -> None:
    assert review.last_day(value) == date.fromisoformat(last)
    assert not review.past(value, date.fromisoformat(last))
    assert review.past(value, date.fromisoformat(last) + timedelta(1))


def test_nothing_is_overdue_on_the_day_of_the_tests(catalog: Catalog) -> None:
    assert review.overdue(review.due(catalog), NOW) == []


def test_what_falls_due_comes_soonest_first(catalog: Catalog) -> None:
    everything = review.due(catalog)
    assert [item.day for item in everything] == sorted(item.day for item in everything)
    assert len(everything) == len(list(catalog.claims)) + sum(bool(c.until) for _, c in catalog.claims)
    soon = review.due(catalog, date(2027, 1, 22))
    assert [(str(d.day), d.claim.key, d.changes) for d in soon] == [
        ("2026-12-01", "287g.claim.texas", True),
        ("2026-12-31", "irs.claim.itin_expiry", True),
    ]
    assert all(item.claim.origin.startswith(f"systems/{item.part}.yaml:") for item in soon)


def test_the_calendar_holds_every_date(pages: Pages) -> None:
    items = review.due(pages.catalog)
    made = Calendar.from_ical(review.calendar(pages.words["en"], items))
    events = made.walk("VEVENT")
    assert {event.decoded("dtstart") for event in events} == {item.day for item in items}
    lines = "\n".join(str(event["description"]) for event in events)
    assert all(f" {item.claim.id}: " in lines for item in items)
    uids = [str(event["uid"]) for event in events]
    assert len(uids) == len(set(uids))


def on(pages: Pages, day: str) -> Pages:
    return Pages(pages.catalog, pages.words, date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "both"),
    [("2026-11-23", True), ("2026-12-01", True), ("2026-12-02", False), ("2028-01-01", False)],
)
def test_texas_reads_right_on_both_sides_of_its_day(pages: Pages, day: str, both: bool) -> None:
    page = on(pages, day).page("en", "systems")
    assert ("must ask ICE for an agreement by December 1, 2026" in page) is both
    assert ("Until December 1, 2026:" in page) is both
    assert "had to ask ICE for an agreement by December 1, 2026" in page


@pytest.mark.parametrize("tag", ["en", "es"])
def test_an_overdue_claim_still_shows_and_says_so(pages: Pages, tag: str) -> None:
    later = on(pages, "2027-02-01")
    t = pages.words[tag]
    said = t.plain("claims.stale", date="2026-11-23")
    for name in ("systems", "sources"):
        assert said not in pages.page(tag, name)
        assert said in later.page(tag, name)
    assert str(t("irs.claim.courts")) in later.page(tag, "systems")
    assert said not in pages.app(tag)
    card = later.app(tag).split('id="system-irs"')[1].split("</article>")[0]
    assert said in card and str(t("irs.reach")) in card
    fresh = later.app(tag).split('id="system-hart"')[1].split("</article>")[0]
    assert said not in fresh
    assert said in on(pages, "2029-01-01").page(tag, "rights")
