"""Content: what is accepted, and how every mistake is named."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from app import catalog
from app.catalog import CONTENT, DATA
from app.entries import ContentError, misfit
from app.model import SECTIONS, Catalog, Text
from tests.conftest import TODAY

NOTES = {"doge", "ssa_death_file", "hart", "ai_cameras", "police_searches"}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The content, to be broken."""
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def problems(folder: Path, data: Path = DATA) -> list[str]:
    with pytest.raises(ContentError) as caught:
        catalog.load(folder, data, TODAY)
    return caught.value.problems


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text, f"{old!r} is not in {file}"
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("systems/irs.yaml", "kind: limited_by_court", "kind: magic", "systems/irs.yaml:3: kind: magic is not"),
        ("systems/irs.yaml", "kind:", "knd:", "systems/irs.yaml:3: knd: is not a known key"),
        ("systems/irs.yaml", "name: Tax", "name: X\nname: Tax", "systems/irs.yaml:3: name: stands twice"),
        ("systems/irs.yaml", "{tax: [itin, ssn]}", "{taxes: [itin]}", "taxes: is not a question"),
        ("systems/irs.yaml", "{tax: [itin, ssn]}", "{tax: [moon]}", "tax: moon is not an option of it"),
        ("systems/irs.yaml", "{tax: [family]}", "{tax: [itin]}", "systems/irs.yaml:13: level: no answer reaches row 1"),
        ("systems/irs.yaml", "sources: [t02]", "sources: [t00]", "systems/irs.yaml:24: sources: t00 is in no sources file"),
        ("systems/irs.yaml", "sources: [t02]", "sources: []", "sources: is missing or empty"),
        ("systems/irs.yaml", "{number3:47289}", "{number3:many}", "{number3:many} is not a number"),
        ("systems/irs.yaml", "{number3:47289}", "{count:47289}", "{count} is not one of"),
        ("systems/irs.yaml", "{number3:47289}", "47289", "holds a year or long number outside a placeholder"),
        ("systems/irs.yaml", "as_of: 2026-06", "as_of: June", "as_of: June is not a date"),
        ("systems/irs.yaml", "as_of: 2026-06", "as_of: 2027", "irs.yaml:5: as_of: 2027 is in the future (today is"),
        ("sources/tax.yaml", "date: 2025-06", "date: 2026-12", "tax.yaml:5: date: 2026-12 is in the future"),
        ("questions.yaml", "- id: ssn\n", "- id: moon\n", "questions.yaml:75: moon: no rule uses this question"),
        ("systems/irs.yaml", "step: check", "step: hide", "step: hide is not one of"),
        ("systems/irs.yaml", "    verdict: exaggerated\n", "", "verdict: is missing"),
        ("systems/doge.yaml", "about: [irs, ssa]", "about: [moon]", "about: moon is not a system"),
        ("questions.yaml", "topic: cars", "topic: trains", "topic: trains is not one of"),
        ("questions.yaml", "- id: car\n", "- id: ssn\n", "id: ssn stands twice"),
        ("help.yaml", "us-det-aba-detention-information-hotline", "us-x", "us-x is not in legal_help.csv"),
        ("help.yaml", "for: [irs,", "for: [moon,", "for: moon is not a system"),
        ("sources/tax.yaml", "read: excerpt", "read: dreamt", "read: dreamt is not one of"),
        ("sources/tax.yaml", "title:", "title: [", "sources/tax.yaml:1: file:"),
        ("systems/irs.yaml", "until: 2026-12-31", "until: 2026-12", "until: 2026-12 is not a day"),
        ("systems/irs.yaml", "    until: 2026-12-31\n", "", "then: until and then go together"),
        ("systems/doge.yaml", "about: [irs, ssa]", "about: irs", "about: must be a list of words"),
        ("systems/irs.yaml", "drawn: [address,", "drawn: [moon,", "drawn: moon is no claim of this file"),
        ("systems/irs.yaml", "drawn: [address,", "drawn: [sue,", "irs.yaml:19: drawn: sue stands in do, not holds or arrives"),
        ("systems/irs.yaml", "drawn: [address, courts]", "drawn: [address]", "drawn: must name two claims"),
        ("wording.yaml", "claim: rights.court", "claim: rights.none", "claim: rights.none is no claim"),
        ("wording.yaml", "key: app.urgent", "key: app.none", "key: app.none is no text"),
        ("changes.yaml", "date: 2026-11-23", "date: 2026-11-24", "date: 2026-11-24 is in the future"),
        ("letters.yaml", "for: [irs, doge]", "for: [moon]", "for: moon is not a system"),
        ("letters.yaml", "section: cost", "section: how", "letters.yaml:8: claims: none tells cost"),
        ("letters.yaml", "- id: ice\n", "- id: uscis\n", "id: uscis stands twice"),
        ("cases.yaml", "- id: family\n", "- id: driver\n", "id: driver stands twice"),
        ("cases.yaml", "- id: family\n", "- id: A B\n", "id: A B holds more than small letters"),
        ("cases.yaml", "tax: [itin]", "tax: [moon]", "cases.yaml:15: tax: moon is not an option of it"),
        ("cases.yaml", "tax: [itin]", "taxes: [itin]", "taxes: is not a question"),
        ("cases.yaml", "irs: [likely, 0]", "irs: [certain, 0]", "irs: must be a level and the numbers of rows"),
        ("cases.yaml", "irs: [likely, 0]", "moon: [likely, 0]", "moon: is not a system"),
        ("cases.yaml", "claim: irs.clinic", "claim: irs.none", "claim: irs.none is no claim"),
        ("training.yaml", "minutes: 5", "minutes: five", "minutes: five is not a number of minutes"),
        ("training.yaml", "claim: help.notario", "claim: help.none", "claim: help.none is no claim"),
        ("places.yaml", "section: stop", "section: moon", "section: moon is not one of stop, jail"),
        ("places.yaml", "claim: places.door_ask", "claim: places.none", "claim: places.none is no claim"),
        ("systems/irs.yaml", "follow_ups:", "follow_ups:" + 4 * "\n  - text: Why?", "holds more than 4 questions"),
        ("systems.yaml", "  - irs\n", "", "systems/irs.yaml:1: file: is not named in systems.yaml"),
        ("interface.yaml", "title: What may be on file about you?", "title: '{oops'", "has a brace that is no"),
    ],
)  # fmt: skip
def test_every_mistake_is_named(copy: Path, file: str, old: str, new: str, expected: str) -> None:
    change(copy, file, old, new)
    found = problems(copy)
    assert any(expected in problem for problem in found), found


def test_all_mistakes_are_named_at_once(copy: Path) -> None:
    change(copy, "systems/irs.yaml", "kind: limited_by_court", "kind: magic")
    change(copy, "questions.yaml", "topic: cars", "topic: trains")
    change(copy, "rights.yaml", "strength: law", "strength: rumor")
    found = problems(copy)
    assert {problem.split(":")[0] for problem in found} >= {
        "systems/irs.yaml",
        "questions.yaml",
        "rights.yaml",
    }


def test_a_source_nobody_cites_is_named(copy: Path) -> None:
    with (copy / "sources/tax.yaml").open("a") as file:
        file.write("x99:\n  title: Unread\n  publisher: Nobody\n  read: page\n")
    (problem,) = problems(copy)
    assert re.fullmatch(r"sources/tax\.yaml:\d+: x99: is cited by no claim", problem)


def test_a_list_is_checked_too(tmp_path: Path) -> None:
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    path = data / "legal_help.csv"
    path.write_text(path.read_text("utf-8").replace("+18002557688", "800-255-7688", 1), "utf-8")
    (problem,) = problems(CONTENT, data)
    assert problem.startswith("legal_help.csv:2: phone: 800-255-7688 is not a phone number")


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        ("date", "2026", True), ("date", "2026-02", True), ("date", "2026-02-31", True), ("date", "26", False),
        ("date", "2026-13", False), ("number", "47289", True), ("number", "1,2", False),
        ("money", "18", True), ("phone", "+18002557688", True), ("phone", "18002557688", False),
        ("site", "irs.gov/litc", True), ("site", "https://irs.gov", False), ("name", "", False),
    ],
)  # fmt: skip
def test_values(kind: str, value: str, fits: bool) -> None:
    assert bool(misfit(kind, value)) is not fits


def test_a_text_keeps_its_values_out_of_its_message() -> None:
    text = Text.parse("k", "In {date:2025-08}, the IRS's list had {number1:5} of {number2:9}.")
    assert text.msgid == "In {date}, the IRS’s list had {number1} of {number2}."
    assert text.values == {"date": "2025-08", "number1": "5", "number2": "9"}


def test_what_the_content_holds(catalog: Catalog) -> None:
    assert len(catalog.questions) == 12
    assert {system.id for system in catalog.systems if system.about} == NOTES
    assert len(catalog.systems) == 19
    for system in catalog.systems:
        assert {claim.section for claim in system.claims} == set(SECTIONS)
        assert len([c for c in system.claims if c.sources]) >= 4
        assert 1 <= len(system.follow_ups) <= 4
    assert 5 <= len(catalog.rights) <= 8
    assert len({p.state for p in catalog.providers.values() if p.state}) == 52


def words(catalog: Catalog, *keys: str) -> list[str]:
    return " ".join(catalog.texts[key].msgid for key in keys if key in catalog.texts).split()


def test_short_cards_stay_short(catalog: Catalog) -> None:
    for system in catalog.systems:
        because = [f"{system.id}.because.{n}" for n in range(len(system.rules))]
        parts = [f"{system.id}.{part}" for part in ("name", "what", "reach", "step")]
        most = 45 if system.about else 90
        assert len(words(catalog, *parts, *because)) <= most, system.id
        assert len(words(catalog, f"{system.id}.what")) <= 15, system.id


FORBIDDEN = (
    "866-347-2423",
    "you are safe",
    "don’t worry",
    "stop filing",
    "ICE has your data",
    "illegal alien",
)


def test_no_word_that_does_harm(catalog: Catalog) -> None:
    for text in catalog.texts.values():
        for phrase in FORBIDDEN:
            assert phrase.lower() not in text.msgid.lower(), (text.key, phrase)
