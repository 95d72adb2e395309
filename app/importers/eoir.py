"""EOIR's list of pro bono legal service providers: a PDF of two columns, four editions a year.

It brings up to date the rows of ``legal_help.csv`` that come from that list, known by name and phone, or by
phone alone where nobody else has it. Its free text is not taken: nobody has checked it, and it is in English.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.importers import legal_help
from app.importers.counties import key, words
from app.importers.reading import RefusedError, name, sized, watched
from app.importers.writing import Report
from app.reference import rows

TITLE = "EOIR List of Pro Bono Legal Service Providers"
ADDRESS = "https://www.justice.gov/eoir/file/probonofulllist/dl"
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
UPDATED = re.compile(rf"Updated\s+({'|'.join(MONTHS)})\s+(20\d\d)")
CITY = re.compile(r"(?P<city>[^\d,]+), (?P<state>[A-Z]{2}) \d{5}(-\d{4})?")
PHONE = re.compile(
    r"Tel(?:ephone)?\.?:?\s*(?:\+?1[\s.-]*)?\(?(\d{3})\)?[\s.-]*(\d{3})[\s.-]*(\d{4})(?!\d)", re.I
)
SITE = re.compile(r"(?:https://)?((?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[^\s@]*)?)", re.I)
MARK = re.compile(r"\s*\*{1,3}$")
#: Points at the head and foot of a page that hold no entries, and the least width of a gutter.
HEAD, FOOT, GUTTER = 50, 40, 8


@dataclass(frozen=True)
class Line:
    """A line of a column; ``bold`` ones hold names."""

    text: str
    bold: bool


@dataclass(frozen=True)
class Office:
    """An office on the list. ``phone`` is E.164, or empty."""

    name: str
    city: str
    state: str
    phone: str
    url: str

    @property
    def key(self) -> tuple[str, str]:
        return key(words(self.name)), self.phone


def run(path: Path, data: Path, *, shrink: bool, today: date) -> Report:
    """Import the edition at ``path`` into the folder ``data``, or raise RefusedError and change nothing."""
    edition, columns = read(path)
    offices, unread = found(columns)
    old = [*rows(data / legal_help.NAME)]
    ours = [row for row in old if row["source_title"].startswith(TITLE)]
    if edition > today.isoformat()[:7]:
        raise RefusedError(f"{path.name} says that it is of {edition}, which lies ahead.")
    if edition < (held := max((row["source_date"] for row in ours), default="")):
        raise RefusedError(f"{path.name} is of {edition}, older than the edition of {held} here.")
    if 2 * len(offices) < len(ours) and not shrink or not offices:
        raise RefusedError(
            f"{path.name}: only {len(offices)} offices could be read where {len(ours)} were known:"
            " if that is right, add --accept-shrink."
        )
    made, odd = merged(old, offices, edition)
    legal_help.replace(data, made, path.name, today)
    report = Report(f"{path.name}: EOIR's list of {edition}")
    report.count("offices read", len(offices))
    report.count("not understood", len(unread))
    report = legal_help.compare(report, old, made)
    report.list("What was odd", odd)
    report.list("Not understood: look in the PDF", unread)
    return report


def read(path: Path) -> tuple[str, list[list[Line]]]:
    """The edition's month, and the lines of each column of each page."""
    try:
        import pdfplumber
    except ImportError:
        raise RefusedError("Reading a PDF needs pdfplumber: run .venv/bin/pip install pdfplumber.") from None
    sized(path, 20_000_000)
    try:
        with pdfplumber.open(path) as pdf:
            if len(pdf.pages) > 1_000:
                raise RefusedError(f"{path.name} has {len(pdf.pages)} pages, more than such a list can have.")
            month = UPDATED.search(pdf.pages[0].extract_text() or "") if pdf.pages else None
            if not month:
                raise RefusedError(f"{path.name} does not say “Updated” and a month on its first page.")
            columns: list[list[Line]] = []
            with watched(pdf.pages, "Reading pages", len(pdf.pages)) as bar:
                for page in bar:
                    columns += halves(page)
                    page.close()
    except RefusedError:
        raise
    except Exception as error:  # what a broken PDF raises is anybody's guess
        raise RefusedError(f"{path.name} is not a PDF that can be read ({type(error).__name__}).") from None
    return f"{month[2]}-{MONTHS.index(month[1]) + 1:02}", columns


def halves(page: Any) -> Iterator[list[Line]]:
    """The columns of a page, cut at the widest empty strip; one, where there is none."""
    inside = page.crop((0, HEAD, page.width, page.height - FOOT))
    spans = sorted((word["x0"], word["x1"]) for word in inside.extract_words())
    gaps, edge = [], spans[0][1] if spans else 0
    for left, right in spans:
        gaps.append((left - edge, (left + edge) / 2))
        edge = max(edge, right)
    wide, middle = max(gaps, default=(0, 0))
    cuts = [(0, middle), (middle, page.width)] if wide >= GUTTER else [(0, page.width)]
    for left, right in cuts:
        column = inside.crop((left, HEAD, right, page.height - FOOT))
        yield [
            Line(name(line["text"]) or line["text"], "bold" in line["chars"][0]["fontname"].lower())
            for line in column.extract_text_lines()
        ]


def found(columns: Iterable[Sequence[Line]]) -> tuple[list[Office], list[str]]:
    """The offices, each once, and what stands where a name should be but may be none."""
    offices: dict[tuple[str, str], Office] = {}
    unread = []
    for column in columns:
        towns = [n for n, line in enumerate(column) if CITY.fullmatch(line.text)]
        for town, last, following in zip(towns, [-1, *towns], [*towns[1:], len(column)], strict=False):
            named = name_in(column[last + 1 : town])
            if not named:
                unread.append(f"{column[town].text}: no name above it")
                continue
            place = CITY.fullmatch(column[town].text)
            after = [line.text for line in column[town + 1 : following]]
            phone = next((match for text in after if (match := PHONE.match(text))), None)
            site = next((match[1] for text in after if (match := SITE.fullmatch(text))), "")
            office = Office(
                named, place["city"] if place else "", place["state"] if place else "",
                f"+1{''.join(phone.groups())}" if phone else "", f"https://{site}" if site else "",
            )  # fmt: skip
            offices.setdefault(office.key, office)
    return [*offices.values()], unread


def name_in(above: Sequence[Line]) -> str:
    """The name between the entry before and the town: the last bold lines, or the one line with a ``*``."""
    bold = [n for n, line in enumerate(above) if line.bold and not heading(line.text)]
    if bold:
        first = bold[-1]
        while first - 1 in bold:
            first -= 1
        return MARK.sub("", " ".join(above[n].text for n in range(first, bold[-1] + 1)))
    marked = [n for n, line in enumerate(above) if MARK.search(line.text)]
    if len(marked) != 1:
        return ""
    before = above[: marked[0]]
    clear = not before or heading(before[-1].text) or re.match(r"tel|fax|www\.|http", before[-1].text, re.I)
    return MARK.sub("", above[marked[0]].text) if clear else ""


def heading(text: str) -> bool:
    return bool(
        re.search(r"immigration court|juvenile docket|\(page \d+ of \d+\)|pro bono legal service", text, re.I)
    )


def merged(
    old: Sequence[dict[str, str]], offices: Sequence[Office], edition: str
) -> tuple[list[dict[str, str]], list[str]]:
    """All rows, those of this list brought up to the edition, and what an operator should look at."""
    ours = [row for row in old if row["source_title"].startswith(TITLE)]
    phones = Counter(row["phone"] for row in ours) + Counter({"": 2})
    dialled = Counter(office.phone for office in offices)
    by_key = {office.key: office for office in offices}
    by_phone = {office.phone: office for office in offices if dialled[office.phone] == 1}
    year, month = edition.split("-")
    fresh = {"source_title": f"{TITLE} ({MONTHS[int(month) - 1]} {year})", "source_date": edition}
    used, odd, made = set[tuple[str, str]](), list[str](), list[dict[str, str]]()
    for row in old:
        if row not in ours:
            made.append(row)
            continue
        office = by_key.get((key(words(row["name"])), row["phone"]))
        if not office and phones[row["phone"]] == 1 and (office := by_phone.get(row["phone"])):
            odd.append(f"{row['id']}: known by its phone; the list calls it {office.name}")
        if office:
            used.add(office.key)
            made.append(
                {**row, **fresh, "url": row["url"] or office.url, "city": row["city"] or town(row, office)}
            )
        elif row["scope"] == "national":
            odd.append(f"{row['id']}: not found in this edition; it stays, with its old date")
            made.append(row)
    idents = {row["id"] for row in made}
    for office in offices:
        if office.key not in used and office.phone != legal_help.NEVER:
            row = dict.fromkeys(old[0], "") | fresh | {
                "id": ident(office, idents), "name": office.name, "scope": "state", "state": office.state,
                "city": office.city, "kind": "immigration", "phone": office.phone, "url": office.url,
                "cost": "free",
                "source_url": ADDRESS, "verified": "dataset",
            }  # fmt: skip
            idents.add(row["id"])
            last = max(
                (n for n, other in enumerate(made) if other["state"] == office.state), default=len(made) - 1
            )
            made.insert(last + 1, row)
    return made, odd


def town(row: dict[str, str], office: Office) -> str:
    return office.city if row["scope"] == "state" else ""


def ident(office: Office, taken: set[str]) -> str:
    """An id that no row has: ``ny-imm-example-legal-aid``."""
    base = f"{office.state.lower()}-imm-{'-'.join(words(office.name))}"[:67].rstrip("-")
    return next(
        made for n in range(1, len(taken) + 2) if (made := base if n == 1 else f"{base}-{n}") not in taken
    )
