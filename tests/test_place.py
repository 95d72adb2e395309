"""What is said of each state: sentences from codes, in every language, with their dates and sources."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from app import catalog, shapes
from app.catalog import CONTENT, DATA
from app.entries import ContentError
from app.language import Words
from app.model import AGREEMENT_LAWS, State, StateLaw
from app.pages import Pages
from app.place import Part, state_lines
from tests.conftest import LANGUAGES, TODAY
from tests.page import Page

DAY = date.fromisoformat(TODAY)


def said(part: Part) -> list[str]:
    return [sentence.striptags() for sentence in part.sentences]


def check(state: State, t: Words) -> None:
    """Each of the four parts says something, all of it in the language, and nothing else than it may."""
    parts = state_lines(state, t, DAY)
    assert [part.system for part in parts] == ["287g", "alpr", "dmv", "clearview"]
    for part in parts:
        assert part.sentences
        for sentence in part.sentences:
            assert sentence and "data-untranslated" not in sentence and "{" not in sentence
            assert not {"none", "safe", "ninguno", "seguro"} & set(sentence.striptags().lower().split())


def laws(known: StateLaw) -> Iterator[StateLaw]:
    """A law with every combination of the codes of each of its three parts."""
    for part in ("alpr", ("license", "nlets"), "clearview"):
        codes = {key: values for key, values in shapes.STATE_LAW.items() if key.startswith(part)}
        for values in product(*codes.values()):
            coded: dict[str, Any] = dict(zip(codes, values, strict=True))
            law = replace(known, **coded)
            yield replace(law, alpr_kept="P21D" if law.alpr_kept_by else "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_combination_of_codes_is_said(pages: Pages, language: str) -> None:
    t, california = pages.words[language], pages.catalog.states["CA"]
    assert california.law
    made = list(laws(california.law))
    assert len(made) == 3 * 4 * 4 * 3 * 3 + 3 * 4 + 2 * 2 * 3
    for law in made:
        check(replace(california, law=law), t)
    for law_287g, listed in product(AGREEMENT_LAWS, (0, 1)):
        as_of = "" if law_287g == "none_found" else "2026-12-01"
        check(replace(california, agreements=listed, agreement_law=law_287g, agreement_law_as_of=as_of), t)
    for state in pages.catalog.states.values():
        check(state, t)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_page_is_used(pages: Pages, language: str) -> None:
    """No sentence stands idle: each comes up for some codes, or around them."""
    t, california = pages.words[language], pages.catalog.states["CA"]
    assert california.law
    shown = (
        pages.app(language)
        + pages.page(language, "place")
        + pages.page(language, "sources")
        + pages.page(language, "systems")
    )
    some = [replace(california, law=law) for law in laws(california.law)]
    some += [replace(pages.catalog.states["TX"], agreement_law_as_of="2026-11-22")]
    shown += "".join(s for state in some for part in state_lines(state, t, DAY) for s in part.sentences)
    for key, text in pages.catalog.texts.items():
        if text.origin.startswith("place.yaml"):
            message = text.msgid if language == "en" else t.translations[key, text.msgid]
            assert max(message.replace("}", "{").split("{")[::2], key=len) in shown.replace("&#39;", "'"), key


#: Read by hand from the lists: (agreements, agencies, statewide, counties with one, law, its date),
#: (plate law, limits, immigration, kept, by), (license, Nlets), (Clearview: see, delete, opt out).
BY_HAND = {
    "TX": ((387, 306, 4, 207, "required", "2026-12-01"), ("no", "no", "no", "", ""), ("no", "no"),
           ("", "", "")),
    "NM": ((2, 2, 0, 2, "barred", "2026-05-20"), ("yes", "yes", "yes", "", ""), ("yes", "no"), ("", "", "")),
    "CA": ((0, 0, 0, 0, "barred", "2026-02-18"), ("yes", "yes", "other_law", "", ""), ("yes", "no"),
           ("yes", "yes", "yes")),
    "IL": ((0, 0, 0, 0, "barred", "2026-02-18"), ("yes", "yes", "yes", "", ""), ("yes", "yes"),
           ("", "", "results")),
    "VA": ((29, 27, 0, 25, "conditions", "2026-04-22"), ("yes", "yes", "no", "P21D", "law"), ("yes", "no"),
           ("", "", "")),
    "OR": ((0, 0, 0, 0, "barred", "2026-02-18"), ("yes", "yes", "other_law", "P30D", "law"),
           ("yes", "in_process"), ("", "", "")),
    "NH": ((20, 20, 1, 8, "none_found", ""), ("yes", "partial", "no", "PT3M", "law"), ("no", "no"),
           ("", "", "")),
}  # fmt: skip


@pytest.mark.parametrize("code", BY_HAND)
def test_the_codes_are_those_of_the_facts(pages: Pages, code: str) -> None:
    state = pages.catalog.states[code]
    law = state.law
    assert law
    assert BY_HAND[code] == (
        (
            state.agreements, state.agencies, state.statewide, state.counties_listed,
            state.agreement_law, state.agreement_law_as_of,
        ),
        (
            law.alpr_has_law, law.alpr_limits_sharing, law.alpr_names_immigration,
            law.alpr_kept, law.alpr_kept_by,
        ),
        (law.license_regardless, law.nlets_blocked),
        (law.clearview_access, law.clearview_delete, law.clearview_opt_out),
    )  # fmt: skip
    assert (state.listed, law.alpr_as_of, law.dmv_as_of) == ("2026-05-18", "2026-09-06", "2025-11-12")


def test_who_limits_sharing_and_who_names_immigration(pages: Pages) -> None:
    """The nine and the five states that the facts name, the five that cut ICE off, and nobody else."""

    def where(column: str, value: str) -> str:
        states = pages.catalog.states.items()
        return " ".join(sorted(code for code, s in states if s.law and getattr(s.law, column) == value))

    assert where("alpr_limits_sharing", "yes") == "CA CT IL MD NJ NM OR VA WA"
    assert where("alpr_limits_sharing", "partial") == "AR ID ME MN MT NH OK VT"
    assert where("alpr_names_immigration", "yes") == "CT IL NJ NM WA"
    assert where("nlets_blocked", "yes") == "IL MA MN NY WA"
    assert where("nlets_blocked", "in_process") == "OR"
    assert where("clearview_access", "yes") == "CA"
    assert len(where("license_regardless", "yes").split()) == 20


def test_a_list_and_a_later_law_are_both_said_with_their_dates(pages: Pages) -> None:
    t, states = pages.words["en"], pages.catalog.states
    new_mexico = " ".join(said(state_lines(states["NM"], t, DAY)[0]))
    assert "ICE’s list of May 18, 2026: 2." in new_mexico
    assert "By May 20, 2026, a state law barred these agreements. So what ICE’s list says" in new_mexico
    for code, day in (("CO", "July 3, 2024"), ("VA", "April 22, 2026"), ("NY", "May 21, 2026")):
        found = " ".join(said(state_lines(states[code], t, DAY)[0]))
        assert day in found and "may be out of date" in found and "May 18, 2026" in found
    before = " ".join(said(state_lines(states["TX"], t, date(2026, 12, 1))[0]))
    after = " ".join(said(state_lines(states["TX"], t, date(2026, 12, 2))[0]))
    assert "must ask for an agreement by December 1, 2026" in before
    assert "had to ask for an agreement by December 1, 2026" in after


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_holds_every_state_with_its_sources(pages: Pages, language: str) -> None:
    """One page for the whole country; English notes stand on the sources page alone."""
    html = pages.page(language, "place")
    page = Page(html)
    folded = [attrs for attrs, _ in page.all("details", class_="state")]
    assert sorted(attrs["id"] for attrs in folded) == sorted(f"place-{code}" for code in pages.catalog.states)
    assert not any("open" in attrs for attrs in folded)
    hrefs = {attrs["href"] for attrs, _ in page.all("a")}
    claims = {f"{part}-{claim.id}" for part, claim in pages.catalog.claims}
    sources = pages.page(language, "sources")
    for link in hrefs:
        if "/sources#" in link:
            assert link.partition("#")[2] in claims
    for state in pages.catalog.states.values():
        if state.law:
            assert {state.law.license_source_url, state.law.nlets_source_url} <= hrefs
            assert not state.law.alpr_source_url or state.law.alpr_source_url in hrefs
            note = str(pages.environment.from_string("{{ s }}").render(s=state.law.summary))
            assert note not in html and f'<span lang="en">{note}</span>' in sources
    systems = Page(pages.page(language, "systems"))
    links = [text for _, text in systems.all("a", href=f"/{language}/place")]
    assert links.count(pages.words[language].plain("place.link")) == 5


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("alpr_limits_sharing", "some", "some is not one of yes, partial, no, unknown"),
        ("license_regardless", "", "nothing is not one of yes, no, unknown"),
        ("alpr_kept", "21 days", "21 days is not a length of time"),
        ("alpr_kept", "", "stands exactly where alpr_kept does"),
        ("alpr_read", "dream", "dream is not of statute, bill,"),
        ("alpr_as_of", "2026-11-24", "2026-11-24 is in the future"),
        ("dmv_as_of", "", "dmv_as_of: is missing or empty"),
        ("nlets_source_url", "pubt.io", "pubt.io is not a web address"),
        ("alpr_broken", "", "broken_WA stands exactly where state_laws.csv has alpr_broken"),
        ("clearview_delete", "yes", "clearview_source_url: is missing or empty"),
        ("summary", "", "summary: is missing or empty"),
        ("state", "VA", "VA stands twice"),
        ("state", "XX", "XX is not in states.csv"),
    ],
)
def test_a_mistake_in_the_list_is_named(tmp_path: Path, column: str, value: str, expected: str) -> None:
    """Here in the row of Washington."""
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    with (data / "state_laws.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    next(row for row in rows if row["state"] == "WA")[column] = value
    with (data / "state_laws.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(ContentError) as caught:
        catalog.load(CONTENT, data, TODAY)
    assert any(expected in problem for problem in caught.value.problems), caught.value.problems
