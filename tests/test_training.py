"""Practice cases: what each gives is accepted in words, together they cover all there is; and the session."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from app.assess import Outcomes, assess_one
from app.model import COUNTY_RULE, Case, Catalog, System
from app.pages import Pages
from tests.conftest import LANGUAGES, Client
from tests.page import Page


def ruled(catalog: Catalog) -> list[System]:
    return [system for system in catalog.systems if not system.about]


def differing(case: Case, systems: list[System]) -> list[str]:
    """Where the rules give something else than the case has written down."""
    found = {system.id: assess_one(case.answers, system) for system in systems}
    given = {id: (finding.level, finding.rows) for id, finding in found.items()}
    return [
        f"{case.id}: {id}: the rules give {given.get(id)}, expected is {case.expected.get(id)}"
        for id in sorted(given.keys() | case.expected.keys())
        if given.get(id) != case.expected.get(id)
    ]


def test_each_case_gives_what_was_accepted(catalog: Catalog) -> None:
    """A rule that changes one is to be accepted in app/content/cases.yaml."""
    assert [line for case in catalog.cases for line in differing(case, ruled(catalog))] == []


def test_a_changed_rule_is_seen(catalog: Catalog) -> None:
    """Each row of each system, taken away, changes some case."""
    systems = ruled(catalog)
    for n, system in enumerate(systems):
        for row in range(len(system.rules)):
            less = replace(system, rules=system.rules[:row] + system.rules[row + 1 :])
            changed = [*systems[:n], less, *systems[n + 1 :]]
            assert any(differing(case, changed) for case in catalog.cases), (system.id, row)


def test_the_cases_cover_every_system_at_every_level(catalog: Catalog) -> None:
    assert 8 <= len(catalog.cases) <= 10
    for system in ruled(catalog):
        outcomes = Outcomes(system, catalog.questions).table.values()
        shown = {case.expected[system.id] for case in catalog.cases}
        assert {level for level, _ in shown} == {outcome.finding.level for outcome in outcomes}, system.id
        assert {row for _, rows in shown for row in rows} == set(range(len(system.rules))), system.id


def test_a_case_could_be_a_form(catalog: Catalog) -> None:
    """One answer to each question but for those with boxes to tick."""
    many = {question.id for question in catalog.questions if question.many}
    for case in catalog.cases:
        assert all(len(given) == 1 for key, given in case.answers.items() if key not in many), case.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_shows_the_cards_of_a_posted_form(client: Client, pages: Pages, language: str) -> None:
    """Word for word, but for the county, which is on no list; nothing in it can be sent or changed."""
    for case in pages.catalog.cases:
        page = client.page(f"/{language}/training/{case.id}")
        levels = {a["id"].removeprefix("system-"): a["data-level"] for a, _ in page.all("article")}
        assert levels == dict.fromkeys(levels, "note") | {
            id: level for id, (level, _) in case.expected.items()
        }
        rows = {
            system: tuple(int(row) for row in re.findall(r'data-row="(\d+)"', card))
            for system, card in re.findall(r'id="system-(\w+)"(.*?)</article>', page.html, re.S)
        }
        assert {id: rows[id] for id in case.expected} == {id: row for id, (_, row) in case.expected.items()}
        assert not [tag for tag, _, _ in page.elements if tag in ("form", "input")]
        controls = [attrs for tag, attrs, _ in page.elements if tag in ("select", "button")]
        assert all("data-beam" in attrs or attrs.get("id") == "beam-go" for attrs in controls)
        form = {key: list(given) for key, given in case.answers.items() if key != COUNTY_RULE}
        cards = {a["id"]: text for a, text in page.all("article")}
        posted = {a["id"]: text for a, text in client.post(f"/{language}/results", form).all("article")}
        differs = {"system-287g"} if COUNTY_RULE in case.answers else set()
        assert {id for id in posted if posted[id] != cards[id]} <= differs, case.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_says_whose_answers_it_shows(pages: Pages, client: Client, language: str) -> None:
    t = pages.words[language]
    for case in pages.catalog.cases:
        page = client.page(f"/{language}/training/{case.id}")
        main = page.all("main")[0][1]
        assert main.startswith(t.plain("training.banner"))
        assert t.plain(f"{case.key}.hears") in main and t.plain("training.banner_more") in main
        assert t.plain("training.paper") in main and t.plain("results.print") not in main
        assert "data-untranslated" not in page.html
        assert page.all("a", hreflang="es" if language == "en" else "en")[0][0]["href"].endswith(case.id)
        for option in case.answers.get(COUNTY_RULE, ()):
            assert t.plain(f"training.county_{option}") in page.all("article", id="system-287g")[0][1]


def test_a_case_in_two_languages(pages: Pages, client: Client) -> None:
    """Found from the page in both, and each card has its words in both."""
    plan = client.page("/es+en/training")
    for case in pages.catalog.cases:
        path = f"/es+en/training/{case.id}"
        assert plan.all("a", href=path)
        cards = {a["id"]: text for a, text in client.page(path).all("article")}
        for tag in ("es", "en"):
            for attrs, text in client.page(f"/{tag}/training/{case.id}").all("article"):
                heading = pages.words[tag].plain(f"{attrs['id'].removeprefix('system-')}.name")
                assert heading in text and heading in cards[attrs["id"]], (case.id, attrs["id"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_prompts_and_notes_are_folded(pages: Pages, client: Client, language: str) -> None:
    t = pages.words[language]
    for case in pages.catalog.cases:
        page = client.page(f"/{language}/training/{case.id}")
        folded = {a["id"]: (a, text) for a, text in page.all("details") if "notes" in a.get("class", "")}
        assert list(folded) == ["prompts", "notes"]
        assert not any("open" in attrs for attrs, _ in folded.values())
        assert all(t.plain(key) in folded["prompts"][1] for key in case.prompts)
        assert all(t.plain(note.key) in folded["notes"][1] for note in case.notes)
        links = {attrs["href"] for attrs, _ in page.all("a")}
        for note in case.notes:
            assert not note.claim or f"/{language}/sources#{note.claim.replace('.', '-')}" in links


def test_the_session_takes_45_minutes_and_ends_with_who_can_help(catalog: Catalog) -> None:
    session = catalog.session
    assert sum(step.minutes for step in session.steps) == session.minutes == 45
    assert session.steps[-1].key == "plan.help"
    assert len(session.check) == 5
    assert {statement.true for statement in session.check} == {True, False}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_holds_the_plan_the_cases_and_the_statements(
    pages: Pages, client: Client, language: str
) -> None:
    t, session = pages.words[language], pages.catalog.session
    page = client.page(f"/{language}/training")
    assert "data-untranslated" not in page.html
    links = {attrs["href"] for attrs, _ in page.all("a")}
    assert {f"/{language}/training/{case.id}" for case in pages.catalog.cases} <= links
    for step in session.steps:
        for key in (f"{step.key}.name", *step.say, *step.leave):
            assert t.plain(key) in page.text
        assert t.plain("training.minutes", number=step.minutes) in page.text
    assert all(t.plain(key) in page.text for key in (*session.aims, *session.ready))
    claims = {f"{part}.{claim.id}": claim for part, claim in pages.catalog.claims}
    for said in session.check:
        claim, place = claims[said.claim], said.claim.replace(".", "-")
        (text,) = [text for _, text in page.all("li", id=said.key.replace(".", "-"))]
        assert t.plain(said.key) in text and t.plain(claim.key) in text
        assert t.plain(f"training.answer_{'yes' if said.true else 'no'}") in text
        assert t.plain("claims.as_of", date=claim.as_of) in text
        assert f"/{language}/sources#{place}" in links
        assert Page(pages.page(language, "sources")).all("article", id=place)


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_pages_lead_here_and_the_app_does_not(pages: Pages, language: str) -> None:
    for name in ("training", "poster"):
        link = f'href="/{language}/{name}"'
        assert link in pages.page(language, "help") and link not in pages.app(language)
