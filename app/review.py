"""When each statement is to be read again: what is overdue, what falls due, as lines and as a calendar."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from app.language import Words, iso
from app.model import Catalog, Claim, System


@dataclass(frozen=True)
class Due:
    """A claim and the day on which something has to be done about it; ``changes`` where its meaning does."""

    day: date
    part: str
    claim: Claim
    changes: bool = False


def last_day(value: str) -> date:
    """The last day an ISO date speaks of: ``2027-02`` → February 28, 2027."""
    day, known = iso(value)
    if known == 1:
        return date(day.year, 12, 31)
    return day.replace(day=monthrange(day.year, day.month)[1]) if known == 2 else day


def past(value: str, today: date) -> bool:
    """Whether the whole of an ISO date lies behind us."""
    return last_day(value) < today


def stale(system: System, today: date) -> str:
    """The day the system's ways of reach were last read, if one of them is overdue, or nothing."""
    reach = [claim for claim in system.claims if claim.section == "reach"]
    return min((c.checked for c in reach if past(c.review_by, today)), default="")


def due(catalog: Catalog, until: date = date.max) -> list[Due]:
    """Every date up to ``until`` that asks for somebody's eyes, soonest first."""

    def found() -> Iterator[Due]:
        for part, claim in catalog.claims:
            yield Due(last_day(claim.review_by), part, claim)
            if claim.until:
                yield Due(last_day(claim.until), part, claim, changes=True)

    return sorted((d for d in found() if d.day <= until), key=lambda d: (d.day, d.part, d.claim.id))


def overdue(items: Iterable[Due], today: date) -> list[Due]:
    """Those whose day has passed. A changed meaning is not among them: both wordings stand in the content."""
    return [item for item in items if item.day < today and not item.changes]


def calendar(t: Words, items: Iterable[Due]) -> bytes:
    """The dates as iCalendar: one entry for each day and part, its claims in the description."""
    from icalendar import Calendar, Event  # only a build needs it

    made = Calendar()
    made.add("prodid", "-//On File//review//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", t.plain("review.name"))
    for (day, part), group in groupby(items, key=lambda d: (d.day, d.part)):
        claims = list(group)
        event = Event()
        event.add("uid", f"{day}-{part}@on-file")
        event.add("dtstamp", datetime.combine(last_day(claims[0].claim.checked), time(), UTC))
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(1))
        event.add("transp", "TRANSPARENT")
        event.add("summary", t.plain("review.due", part=t.part(part)))
        lines = []
        for item in claims:
            mark = t.plain("review.changes") + " " if item.changes else ""
            lines.append(f"{item.claim.origin} {item.claim.id}: {mark}{t.plain(item.claim.key)}")
        event.add("description", "\n".join(lines))
        made.add_component(event)
    return bytes(made.to_ical())
