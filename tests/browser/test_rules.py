"""The phone's evaluator against the server's: every combination, and whole forms."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from app import assess
from app.assets import STATIC
from app.model import Catalog, Finding, System
from tests.conftest import LANGUAGES
from tests.test_assess import every

SOURCE = (STATIC / "assess.js").read_text("utf-8")
Answers = Mapping[str, frozenset[str]]


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Page:
    return browser.new_page()


def table(system: System) -> list[list[Any]]:
    return [[rule.level, {key: list(options) for key, options in rule.when.items()}] for rule in system.rules]


def plain(answers: Answers) -> dict[str, list[str]]:
    return {key: sorted(chosen) for key, chosen in answers.items() if chosen}


def on_the_phone(page: Page, cases: Sequence[tuple[Answers, System]]) -> list[Finding]:
    found = page.evaluate(
        f"(cases) => {{ {SOURCE}; return cases.map(([answers, rules]) => assess(answers, rules)); }}",
        [[plain(answers), table(system)] for answers, system in cases],
    )
    return [
        Finding(system.id, made["level"], tuple(made["rows"]), tuple(made["depends"]))
        for made, (_, system) in zip(found, cases, strict=True)
    ]


def test_every_combination_of_every_system(blank: Page, catalog: Catalog) -> None:
    by_id = {question.id: question for question in catalog.questions}
    for system in catalog.systems:
        if not system.about:
            cases = [(answers, system) for answers in every(system, by_id)]
            assert on_the_phone(blank, cases) == [assess.assess_one(a, s) for a, s in cases]


def test_what_another_answer_would_do(blank: Page, catalog: Catalog) -> None:
    by_id = {question.id: question for question in catalog.questions}
    for system in catalog.systems:
        for answers in list(every(system, by_id))[::7] if not system.about else ():
            ours = list(assess.changes(answers, system, catalog.questions))
            asked = [q for q in catalog.questions if q.id in system.keys]
            theirs = blank.evaluate(
                f"([answers, rules, asked]) => {{ {SOURCE}; return asked.flatMap(([key, options]) =>"
                " changes(answers, rules, key, options).map(([level, ids]) => [key, level, ids])); }",
                [plain(answers), table(system), [[q.id, [o.id for o in q.options]] for q in asked]],
            )
            assert [tuple(map(json.dumps, row)) for row in ours] == [
                tuple(map(json.dumps, r)) for r in theirs
            ]


def test_tidy(blank: Page) -> None:
    options = ["visa", "ice", "none", "not_sure"]
    sets = [[o for n, o in enumerate(options) if mask >> n & 1] for mask in range(16)]
    theirs = blank.evaluate(f"(sets) => {{ {SOURCE}; return sets.map(tidy); }}", sets)
    assert [sorted(made) for made in theirs] == [sorted(assess.tidy(frozenset(some))) for some in sets]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whole_forms(blank: Page, catalog: Catalog, data: st.DataObject) -> None:
    answers: dict[str, frozenset[str]] = {}
    for question in catalog.questions:
        most = None if question.many else 1
        ids = st.sampled_from([option.id for option in question.options])
        answers[question.id] = assess.tidy(data.draw(st.frozensets(ids, max_size=most), question.id))
    cases = [(answers, system) for system in catalog.systems if not system.about]
    ours = {found.system: found for found in assess.assess(answers, catalog.systems)}
    assert on_the_phone(blank, cases) == [ours[system.id] for _, system in cases]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_carries_the_same_rules(blank: Page, catalog: Catalog, server: str, language: str) -> None:
    blank.goto(f"{server}/{language}/")
    spelled = blank.evaluate(
        """() => Object.fromEntries([...document.querySelector("#every").content.children].map((card) =>
             [card.id.slice(7), [...card.querySelectorAll("[data-when]")].map((row) => row.dataset.when)]))"""
    )
    for system in catalog.systems:
        ours = [
            " ".join([r.level, *(f"{key}:{','.join(options)}" for key, options in r.when.items())])
            for r in system.rules
        ]
        assert spelled[system.id] == ours
