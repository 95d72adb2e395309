"""EOIR's list in two columns, drawn here as it may look: names wrap, entries have free text."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from app.importers import eoir
from app.importers.eoir import Line, name_in
from app.importers.reading import RefusedError

TODAY = date(2027, 1, 23)
Entry = Sequence[str]
#: As drawn: lines that begin with ! are bold.
MOBILE = (
    "!Catholic Social Services of the Archdiocese", "!of Example *", "188 Florida Street", "Mobile, AL 36603",
    "Tel: (251) 555-0134", "Fax: (251) 555-0135", "help@example.org", "www.example.org",
    "• Languages: Spanish, and a long line that", "  wraps to the next, Suite 5", "• No criminal cases",
)  # fmt: skip
HOUSTON = (
    "!Example Legal Aid *", "P.O. Box 12", "Houston, TX 77002-1234", "Tel: 713-555-0101 ext. 4", "https://legal.example.org/houston",
    "• By appointment",
)  # fmt: skip
AGAIN = ("!Example Legal Aid *", "1 Main Street", "Dallas, TX 75201", "Tel: 214.555.0102")
NO_PHONE = ("!Volunteer Lawyers of Example **", "One Plaza", "Omaha, NE 68102", "intake@example.org")
TIP_LINE = ("!Not Help At All", "1 Road", "Omaha, NE 68102", "Tel: 866-347-2423")


def draw(path: Path, pages: Sequence[Sequence[Sequence[Entry]]], head: str = "Updated October 2026") -> Path:
    """Each page has columns, each column entries."""
    canvas = Canvas(str(path), pagesize=letter)
    for columns in pages:
        canvas.setFont("Helvetica", 9)
        canvas.drawString(40, 765, f"List of Pro Bono Legal Service Providers   {head}")
        for x, entries in zip((40, 310), columns, strict=False):
            y = 730
            canvas.setFont("Helvetica-Bold", 11)
            canvas.drawString(x, y, "Example Immigration Court (page 1 of 2)")
            for entry in entries:
                y -= 20
                for line in entry:
                    canvas.setFont("Helvetica-Bold" if line.startswith("!") else "Helvetica", 9)
                    canvas.drawString(x, y, line.lstrip("!"))
                    y -= 12
        canvas.showPage()
    canvas.save()
    return path


def read(data: Path) -> list[dict[str, str]]:
    with (data / "legal_help.csv").open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def refused(path: Path, data: Path, shrink: bool = True) -> str:
    before = (data / "legal_help.csv").read_bytes()
    with pytest.raises(RefusedError) as error:
        eoir.run(path, data, shrink=shrink, today=TODAY)
    assert (data / "legal_help.csv").read_bytes() == before
    return str(error.value)


@pytest.fixture
def edition(tmp_path: Path, data: Path) -> Path:
    """All state offices that we know of the list, two columns a page, and the five above."""
    known = [
        (f"!{row['name']}", "1 Street", f"{row['city'] or 'Town'}, {row['state']} 12345",
         f"Tel: {row['phone'][2:5]}-{row['phone'][5:8]}-{row['phone'][8:]}", "• Free text that stays out")
        for row in read(data)
        if row["source_title"].startswith(eoir.TITLE) and row["scope"] == "state" and len(row["name"]) < 50
    ]  # fmt: skip
    entries: list[Entry] = [MOBILE, HOUSTON, AGAIN, NO_PHONE, TIP_LINE, *known[2:]]
    columns = [entries[n : n + 5] for n in range(0, len(entries), 5)]
    return draw(tmp_path / "probono.pdf", [columns[n : n + 2] for n in range(0, len(columns), 2)])


def test_an_edition(edition: Path, data: Path) -> None:
    before = {row["id"]: row for row in read(data)}
    report = str(eoir.run(edition, data, shrink=True, today=TODAY))
    after = {row["id"]: row for row in read(data)}
    added = {ident: row for ident, row in after.items() if ident not in before}
    assert {(row["name"], row["city"], row["state"], row["phone"], row["url"]) for row in added.values()} == {
        ("Catholic Social Services of the Archdiocese of Example", "Mobile", "AL", "+12515550134",
         "https://www.example.org"),
        ("Example Legal Aid", "Houston", "TX", "+17135550101", "https://legal.example.org/houston"),
        ("Example Legal Aid", "Dallas", "TX", "+12145550102", ""),
        ("Volunteer Lawyers of Example", "Omaha", "NE", "", ""),
    }  # fmt: skip
    assert all(row["notes"] == row["warning"] == "" for row in added.values())
    assert {row["source_date"] for row in added.values()} == {"2026-10"}
    assert "free text" not in (data / "legal_help.csv").read_text("utf-8").lower()
    assert {*added} >= {"tx-imm-example-legal-aid", "tx-imm-example-legal-aid-2"}
    kept = [row for row in after.values() if row["id"] in before]
    renewed = [row for row in kept if row["source_date"] == "2026-10"]
    assert len(renewed) > 60
    assert all(row["source_title"] == f"{eoir.TITLE} (October 2026)" for row in renewed)
    for row in kept:
        fields = ("name", "phone", "notes", "warning", "languages", "kind", "cost")
        assert [row[field] for field in fields] == [before[row["id"]][field] for field in fields]
    others = [i for i, row in before.items() if not row["source_title"].startswith(eoir.TITLE)]
    assert all(after[ident] == before[ident] for ident in others)
    ended = [before[i] for i in before if i not in after]
    assert ended and all(
        row["scope"] == "state" and row["source_title"].startswith(eoir.TITLE) for row in ended
    )
    assert "offices read" in report and "not found in this edition; it stays" in report


def test_the_same_edition_again_changes_nothing(edition: Path, data: Path) -> None:
    eoir.run(edition, data, shrink=True, today=TODAY)
    once = (data / "legal_help.csv").read_bytes()
    eoir.run(edition, data, shrink=True, today=TODAY)
    assert (data / "legal_help.csv").read_bytes() == once


def test_what_is_no_edition(tmp_path: Path, data: Path) -> None:
    path = tmp_path / "probono.pdf"
    assert "is not there" in refused(path, data)
    path.write_text("A list")
    assert "not a PDF" in refused(path, data)
    draw(path, [[[MOBILE]]], head="")
    assert "does not say “Updated”" in refused(path, data)
    draw(path, [[[MOBILE]]], head="Updated January 2026")
    assert "older than the edition of 2026-07" in refused(path, data)
    draw(path, [[[MOBILE]]], head="Updated April 2027")
    assert "lies ahead" in refused(path, data)
    draw(path, [[[]]])
    assert "only 0 offices" in refused(path, data)
    draw(path, [[[MOBILE], [HOUSTON]]])
    assert "only 2 offices" in refused(path, data, shrink=False)


def test_without_pdfplumber(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pdfplumber", None)
    assert "pip install pdfplumber" in refused(draw(tmp_path / "probono.pdf", [[[MOBILE]]]), data)


@pytest.mark.parametrize(("above", "name"), [
    ("Fax: 1|Example Aid *|1 Road", "Example Aid"), ("Example Aid ***|1 Road", "Example Aid"),
    ("Denver Immigration Court|Example Aid **|1 Road", "Example Aid"),
    ("• wraps to|a next line|Example Aid *|1 Road", ""),  # may be the end of a longer name
    ("Example Aid|1 Road", ""), ("One *|Two *|1 Road", ""), ("", ""),
])  # fmt: skip
def test_a_name_without_bold_type(above: str, name: str) -> None:
    assert name_in([Line(text, bold=False) for text in above.split("|")]) == name
