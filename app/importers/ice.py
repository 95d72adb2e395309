"""ICE's list of 287(g) agreements: an Excel workbook, one row per agreement, in thirteen layouts so far.

It writes ``agreements_287g.csv``, and from that ``counties_287g.csv`` and the counts of ``states.csv``; what
it could not place goes to ``placed_by_hand.csv``, for a person to decide.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from app.importers import byhand
from app.importers.agreements import Agreement, agreements
from app.importers.counties import Counties, key, ranked, words
from app.importers.listday import dated
from app.importers.reading import RefusedError, watched
from app.importers.writing import Report, packed, put
from app.reference import rows

COLUMNS = ("state", "agency", "type", "fips", "statewide", "model", "signed", "moa")


def run(
    path: Path, data: Path, *, as_of: date | None, sheet: str, shrink: bool, older: bool, today: date
) -> Report:
    """Import the workbook at ``path`` into the folder ``data``. Raises RefusedError, nothing changed."""
    states = [*rows(data / "states.csv")]
    old_counties = [*rows(data / "counties_287g.csv")]
    counties = Counties(old_counties, {row["state"]: row["state_name"] for row in states})
    listed, faults, notes = agreements(path, sheet, counties)
    day, listed, more = dated(path.name, listed, as_of, today)
    notes += more
    held = max(row["as_of"] for row in states)
    if day.isoformat() < held and not older:
        raise RefusedError(
            f"{path.name} is of {day}, older than the list of {held} here: add --accept-older if you mean it."
        )
    before = previous(data, states)
    if 2 * (len(listed) + len(faults)) < before.total and not shrink:
        raise RefusedError(
            f"{path.name} has {len(listed) + len(faults)} agreements where there were {before.total} before:"
            " if that is right, add --accept-shrink."
        )
    hand = byhand.decided(data / "placed_by_hand.csv", counties)
    with watched(listed, "Placing agencies") as bar:
        placed = [replace(row, placement=byhand.placement(row, counties, hand)) for row in bar]
    lost = [row for row in placed if row.placement.reason]
    files = {
        "agreements_287g.csv": (COLUMNS, [row.row for row in sort(placed)]),
        "counties_287g.csv": ([*old_counties[0]], by_county(old_counties, placed, counties)),
        "states.csv": ([*states[0]], by_state(states, placed, day)),
        "placed_by_hand.csv": (byhand.COLUMNS, byhand.to_decide(hand, lost)),
    }
    put({data / file: packed(data / file, columns, made) for file, (columns, made) in files.items()})
    return told(path.name, day, placed, faults, notes, before)


@dataclass(frozen=True)
class Before:
    """The list before: how many agreements, by state, and each of them where we have them."""

    total: int
    by_state: Mapping[str, int]
    each: Mapping[tuple[str, str, str], str] | None


def previous(data: Path, states: Iterable[Mapping[str, str]]) -> Before:
    path = data / "agreements_287g.csv"
    if not path.exists():
        counts = {row["state"]: int(row["n_287g_agreements"]) for row in states}
        return Before(sum(counts.values()), counts, None)
    old = [*rows(path)]
    each = {(row["state"], key(words(row["agency"])), row["model"]): row["agency"] for row in old}
    return Before(len(old), Counter(row["state"] for row in old), each)


def sort(placed: Iterable[Agreement]) -> list[Agreement]:
    return sorted(placed, key=lambda row: (*row.who, row.model, row.row["signed"], row.county))


def own(row: Agreement, counties: Counties) -> bool:
    """Whether the agency is the county's own: the one that runs its jail."""
    if counties.by_fips[row.placement.fips].city:
        return row.kind == "county" or "sheriff" in row.agency.lower()
    found = words(row.agency)
    return row.kind == "county" or (
        not row.kind
        and (any(ranked(word, row.state) for word in found) or "sheriff" in found or "sheriffs" in found)
    )


def by_county(
    old: Iterable[Mapping[str, str]], placed: Iterable[Agreement], counties: Counties
) -> list[dict[str, str]]:
    """Every county anew; its field office stays."""
    inside: dict[str, list[Agreement]] = defaultdict(list)
    for row in placed:
        inside[row.placement.fips].append(row)
    made = []
    for county in old:
        here = inside.get(county["fips"], []) if county["fips"] else []
        days = sorted(row.signed.isoformat() for row in here if row.signed)
        made.append({
            **county,
            "county_agency_models": "|".join(sorted({row.model for row in here if own(row, counties)})),
            "any_agency_models": "|".join(sorted({row.model for row in here})),
            "agencies": str(len({row.who for row in here})),
            "first_signed": days[0] if days else "", "last_signed": days[-1] if days else "",
        })  # fmt: skip
    return made


def by_state(
    old: Iterable[Mapping[str, str]], placed: Sequence[Agreement], day: date
) -> list[dict[str, str]]:
    """Every state's counts anew, with the day of the list; what its law says stays."""
    made = []
    for state in old:
        here = [row for row in placed if row.state == state["state"]]
        models = Counter(row.model for row in here)
        counts = {
            "n_287g_agreements": len(here), "n_287g_agencies": len({row.who for row in here}),
            "n_jail_model": models["jail"], "n_wso": models["wso"], "n_task_force": models["task_force"],
            "n_287g_state_agencies": len({row.who for row in here if row.placement.statewide}),
            "n_counties_with_287g": len({row.placement.fips for row in here} - {""}),
        }  # fmt: skip
        made.append(
            {**state, "as_of": day.isoformat(), **{name: str(count) for name, count in counts.items()}}
        )
    return made


def told(
    file: str, day: date, placed: Sequence[Agreement], faults: list[str], notes: list[str], before: Before
) -> Report:
    """The table an operator reads before building."""
    report = Report(f"{file}: ICE's list of {day}")
    lost = [row for row in placed if row.placement.reason]
    statewide = sum(row.placement.statewide for row in placed)
    known = len(placed) - len(lost)
    report.count("rows read", len(placed) + len(faults))
    report.count("placed in a county", known - statewide)
    report.count("statewide", statewide)
    report.count("unplaced", len(lost))
    report.count("not understood", len(faults))
    report.count("placed or statewide", f"{known / (len(placed) + len(faults)):.1%}")
    counts = Counter(row.state for row in placed)
    if before.each is None:
        report.count("list before", before.total)
        states = sorted({*counts, *before.by_state})
        report.list(
            "Agreements by state, before and now",
            (
                f"{s}  {before.by_state.get(s, 0)} → {counts[s]}"
                for s in states
                if before.by_state.get(s, 0) != counts[s]
            ),
        )
    else:
        now = {(*row.who, row.model): row.agency for row in placed}
        added, ended = now.keys() - before.each.keys(), before.each.keys() - now.keys()
        report.count("added since", len(added))
        report.count("ended since", len(ended))
        plus, minus = Counter(each[0] for each in added), Counter(each[0] for each in ended)
        report.list("Changes by state", (f"{s}  +{plus[s]} −{minus[s]}" for s in sorted({*plus, *minus})))
        report.list(
            "Ended",
            (f"{state}  {before.each[state, who, model]}, {model}" for state, who, model in sorted(ended)),
        )
    report.list("What was odd", notes)
    report.list(
        "Placed by a likeness or by the agency's name: look at these",
        sorted(
            {
                f"{r.state}  {r.agency} ({r.county}) → {r.placement.fips}"
                for r in placed
                if r.placement.guessed
            }
        ),
    )
    report.list("Not understood", faults)
    report.list(
        "Not placed: decide in placed_by_hand.csv (FIPS code or statewide), and import again",
        sorted({f"{row.state}  {row.agency}: {row.placement.reason}" for row in lost}),
    )
    return report
