"""The rows of ICE's workbook as agreements, in any of its layouts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from openpyxl.utils.datetime import from_excel

from app.importers.counties import Counties, Placement, key, words
from app.importers.reading import RefusedError, name, text
from app.importers.workbook import Row, sheets

MODELS = {"task force": "task_force", "jail": "jail", "warrant": "wso"}
SHORT_MODELS = {"tfm": "task_force", "jem": "jail", "wso": "wso"}
KINDS = {
    "state": "state", "county": "county", "parish": "county", "municip": "municipality",
    "city": "municipality",
}  # fmt: skip
HEADERS = {
    "STATE": "state", "LAW ENFORCEMENT AGENCY": "agency", "TYPE": "type", "COUNTY": "county",
    "SUPPORT TYPE": "model", "SIGNED": "signed", "MOA": "moa",
}  # fmt: skip
NEEDED = ("state", "agency", "model")
#: Days as text.
FORMATS = (
    "%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%m.%d.%Y", "%B %d, %Y", "%b %d, %Y", "%d-%b-%y",
    "%d-%b-%Y",
)  # fmt: skip


@dataclass(frozen=True)
class Agreement:
    """A row of the list.

    ``county`` is as written, ``model`` jail, wso or task_force; ``signed`` is None if the list gives no day.
    """

    state: str
    agency: str
    kind: str
    county: str
    model: str
    signed: date | None
    moa: str
    placement: Placement = Placement()

    @property
    def who(self) -> tuple[str, str]:
        """The agency, however its name is spaced and capitalised."""
        return self.state, key(words(self.agency))

    @property
    def row(self) -> dict[str, str]:
        place = self.placement
        return {
            "state": self.state, "agency": self.agency, "type": self.kind, "fips": place.fips,
            "statewide": "yes" if place.statewide else "", "model": self.model,
            "signed": self.signed.isoformat() if self.signed else "", "moa": self.moa,
        }  # fmt: skip


def agreements(path: Path, sheet: str, counties: Counties) -> tuple[list[Agreement], list[str], list[str]]:
    """The agreements in the workbook, rows that say none, and what else an operator should know."""
    found = sheets(path)
    if sheet and sheet not in found:
        raise RefusedError(f"{path.name} has no sheet {sheet}; it has {', '.join(found)}.")
    headed = {title: laid_out(of) for title, of in found.items() if sheet in ("", title)}
    lists = {title: listed for title, listed in headed.items() if listed}
    if not lists:
        raise RefusedError(
            f"{path.name} has no row of headers with STATE, LAW ENFORCEMENT AGENCY and SUPPORT TYPE."
        )
    signed = {
        t: listed
        for t, listed in lists.items()
        if 2 * sum(bool(signed_on(r["signed"])) for r in listed) > len(listed)
    }
    if not signed:
        raise RefusedError(
            f"{path.name} has no dates of signing, so it is a list of pending agreements, not of signed ones."
        )
    if len(signed) > 1:
        raise RefusedError(
            f"{path.name} has agreements on the sheets {', '.join(signed)}: choose one with --sheet."
        )
    ((title, chosen),) = signed.items()
    notes = [f"sheet {other} is not read" for other in found if other != title]
    made, faults, seen = list[Agreement](), list[str](), set[Agreement]()
    for row in chosen:
        state, agency, model = counties.state(text(row["state"])), name(row["agency"]), model_of(row["model"])
        if not (state and agency and model):
            written = " | ".join(filter(None, map(name, (row["state"], row["agency"], row["model"]))))
            what = "state" if not state else "agency" if not agency else "model"
            faults.append(f"row {row['number']}: no {what} known: {written}")
            continue
        moa = link(str(row["moa"] or ""))
        agreement = Agreement(
            state, agency, kind_of(row["type"]), name(row["county"]), model, signed_on(row["signed"]), moa
        )
        if agreement in seen:
            notes.append(f"row {row['number']}: the same as another row, counted once: {agency}, {state}")
            continue
        seen.add(agreement)
        made.append(agreement)
        if not moa and str(row["moa"] or "").lower().startswith(("http", "mailto", "chrome", "moz")):
            notes.append(f"row {row['number']}: its link is not a web address to keep: {agency}, {state}")
    if not made or 10 * len(faults) > len(chosen):
        raise RefusedError(
            f"{path.name}, sheet {title}: {len(faults)} of {len(chosen)} rows say no agreement: {faults[0]}."
        )
    return made, faults, notes


def laid_out(found: Sequence[Row]) -> list[dict[str, object]]:
    """Rows below the headers, by our names of the columns; none if no headers are in the first ten rows."""
    for at, row in enumerate(found[:10]):
        columns: dict[str, list[int]] = defaultdict(list)
        for position, value in enumerate(row.values):
            if column := HEADERS.get(text(value).upper()):
                columns[column].append(position)
        below = found[at + 1 :]
        types = columns["type"]
        if not columns["model"] and types:  # a list that calls the model TYPE, too
            columns["model"] = [n for n in types if any(model_of(cell(r, n)) for r in below)]
        columns["type"] = [
            n for n in types if n not in columns["model"] and any(kind_of(cell(r, n)) for r in below)
        ]
        if all(columns[column] for column in NEEDED):
            return [
                {"number": row.number}
                | {
                    column: cell(row, where[0]) if (where := columns[column]) else ""
                    for column in HEADERS.values()
                }
                | {
                    "moa": row.links.get(columns["moa"][0]) or cell(row, columns["moa"][0])
                    if columns["moa"]
                    else ""
                }
                for row in below
                if any(text(cell(row, columns[column][0])) for column in NEEDED)
            ]
    return []


def cell(row: Row, position: int) -> object:
    return row.values[position] if position < len(row.values) else None


def model_of(value: object) -> str:
    """One of our three models, however the list spells it, or nothing."""
    said = text(value).lower()
    return next((model for part, model in MODELS.items() if part in said), SHORT_MODELS.get(said, ""))


def kind_of(value: object) -> str:
    """Who runs an agency: county, municipality, state, other, or nothing."""
    said = text(value).lower()
    if not said or said in ("#n/a", "n/a") or model_of(said):
        return ""
    return next((kind for part, kind in KINDS.items() if part in said), "other")


def signed_on(value: object) -> date | None:
    """A day, from a date, Excel's number of one, or text in one of the lists' forms."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and 36_000 < value < 60_000:
        made = from_excel(value)
        return made.date() if isinstance(made, datetime) else None
    said = text(value)
    for part in (said, said.partition(" ")[0], re.split(r"[;(]", said)[0].strip()):
        for form in FORMATS:
            try:
                return datetime.strptime(part, form).date()  # noqa: DTZ007
            except ValueError:
                continue
    return None


def link(url: str) -> str:
    """An address without the mail system's wrapping, which names a mailbox, and its query; or nothing."""
    try:
        for _ in range(3):
            parts = urlsplit(url.strip())
            if "safelinks" not in (parts.hostname or ""):
                break
            url = parse_qs(parts.query).get("url", [""])[0]
        parts = urlsplit(re.sub(r"^https:/*", "https://", url.strip(), flags=re.I))
        host, path = parts.hostname or "", parts.path
    except ValueError:
        return ""
    plain = path
    while (less := unquote(plain)) != plain:
        plain = less
    if parts.scheme != "https" or parts.username is not None or re.search("@|safelinks", plain, re.I):
        return ""
    if "safelinks" in host or not re.fullmatch(r"([a-z0-9-]+\.)+[a-z]{2,}", host):
        return ""
    return f"https://{host}{quote(text(path), safe='/%-._~()+,')}"
