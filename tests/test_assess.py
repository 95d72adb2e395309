"""The rules: the table of the design, three-valued evaluation, and notes."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import assess
from app.model import COUNTY_OPTIONS, COUNTY_RULE, LEVELS, NOT_SURE, Catalog, Finding, Question, System

#: system: likely rows / possible rows, as the design's table has them.
TABLE = """
irs: tax: itin, ssn / tax: family · pay_form: yes
ssa: ssn: yes / pay_form: yes
medicaid: medicaid: me / medicaid: family
jail_prints: fingerprints_police: adult · held: yes / fingerprints_police: under_18
cap: held: yes / fingerprints_police: adult
287g: / county_287g: jail & fingerprints_police: adult, under_18 · county_287g: jail & held: yes · county_287g: street
ident: fingerprints_government: visa, border, uscis, ice / fingerprints_police: adult, under_18
uscis_prints: fingerprints_government: uscis /
mobile_fortify: fingerprints_government: visa, border, uscis, ice / fingerprints_police: adult
ice_ai: / fingerprints_government: ice, visa, border, uscis · fingerprints_police: adult
alpr: car: often · car: sometimes & plate_cameras: yes / car: sometimes
plate_data: car: often / car: sometimes
dmv: license: yes /
clearview: photos: yes · tagged: yes / photos: past · fingerprints_police: adult
"""  # noqa: E501


def rows(text: str) -> list[dict[str, tuple[str, ...]]]:
    return [
        {
            key.strip(): tuple(option.strip() for option in options.split(","))
            for key, options in (leaf.split(":") for leaf in row.split("&"))
        }
        for row in text.split("·")
        if row.strip()
    ]


def test_the_rules_are_the_designs_table(catalog: Catalog) -> None:
    table = {}
    for line in TABLE.strip().splitlines():
        system, _, rest = line.partition(":")
        likely, _, possible = rest.partition("/")
        table[system] = [("likely", row) for row in rows(likely)] + [
            ("possible", row) for row in rows(possible)
        ]
    ours = {s.id: [(r.level, dict(r.when)) for r in s.rules] for s in catalog.systems if not s.about}
    assert ours == table


def system_of(catalog: Catalog, ident: str) -> System:
    return next(system for system in catalog.systems if system.id == ident)


def brute(answers: Mapping[str, frozenset[str]], system: System) -> Finding:
    """The design's sentences, spelled out the slow way, to compare with."""
    known = {key: chosen - {NOT_SURE} for key, chosen in answers.items()}
    state = []
    for rule in system.rules:
        truth = [
            "unknown" if not known.get(key) else "true" if known[key] & set(options) else "false"
            for key, options in rule.when.items()
        ]
        state.append("false" if "false" in truth else "unknown" if "unknown" in truth else "true")
    true = [n for n, value in enumerate(state) if value == "true"]
    level = system.rules[true[0]].level if true else "unclear" if "unknown" in state else "unlikely"
    depends: list[str] = []
    for n, rule in enumerate(system.rules):
        stronger = not true or LEVELS.index(rule.level) < LEVELS.index(level)
        if state[n] == "unknown" and stronger:
            depends += [key for key in rule.when if not known.get(key) and key not in depends]
    return Finding(system.id, level, tuple(n for n in true if system.rules[n].level == level), tuple(depends))


def test_every_combination_of_every_system(catalog: Catalog) -> None:
    by_id = {question.id: question for question in catalog.questions}
    tried = 0
    for system in catalog.systems:
        for answers in every(system, by_id):
            assert assess.assess_one(answers, system) == (
                Finding(system.id, "note") if system.about else brute(answers, system)
            )
            tried += 1
    assert tried > 1000


def every(system: System, questions: Mapping[str, Question]) -> Iterator[dict[str, frozenset[str]]]:
    """Every combination of answers to a system's questions; of checkboxes and counties every set."""
    choices: list[list[frozenset[str]]] = []
    for key in system.keys:
        options = COUNTY_OPTIONS if key == COUNTY_RULE else [o.id for o in questions[key].options]
        most = len(options) if key == COUNTY_RULE or questions[key].many else 1
        sets = (frozenset(some) for n in range(most + 1) for some in itertools.combinations(options, n))
        choices.append(list(sets))
    for chosen in itertools.product(*choices):
        yield dict(zip(system.keys, chosen, strict=True))


@pytest.mark.parametrize(
    ("system", "answers", "level", "rows", "depends"),
    [
        ("irs", {}, "unclear", (), ("tax", "pay_form")),
        ("irs", {"tax": {"itin"}}, "likely", (0,), ()),
        ("irs", {"tax": {"no"}}, "unclear", (), ("pay_form",)),
        ("irs", {"tax": {"no"}, "pay_form": {"no"}}, "unlikely", (), ()),
        ("irs", {"pay_form": {"yes"}}, "possible", (2,), ("tax",)),
        ("irs", {"tax": {"not_sure"}, "pay_form": {"yes"}}, "possible", (2,), ("tax",)),
        ("jail_prints", {"fingerprints_police": {"adult"}, "held": {"yes"}}, "likely", (0, 1), ()),
        ("alpr", {"car": {"sometimes"}}, "possible", (2,), ("plate_cameras",)),
        ("alpr", {"car": {"never"}}, "unlikely", (), ()),
        ("alpr", {"plate_cameras": {"yes"}}, "unclear", (), ("car",)),
        ("287g", {}, "unclear", (), (COUNTY_RULE, "fingerprints_police", "held")),
        ("287g", {COUNTY_RULE: {"barred"}}, "unlikely", (), ()),
        ("287g", {COUNTY_RULE: {"jail"}, "held": {"no"}}, "unclear", (), ("fingerprints_police",)),
        ("287g", {COUNTY_RULE: {"jail", "street"}, "held": {"yes"}}, "possible", (1, 2), ()),
        ("287g", {"held": {"no"}, "fingerprints_police": {"no"}}, "unclear", (), (COUNTY_RULE,)),
    ],
)
def test_three_values(
    catalog: Catalog,
    system: str,
    answers: dict[str, set[str]],
    level: str,
    rows: tuple[int, ...],
    depends: tuple[str, ...],
) -> None:
    frozen = {key: frozenset(value) for key, value in answers.items()}
    found = assess.assess_one(frozen, system_of(catalog, system))
    assert found == Finding(system, level, rows, depends)


def test_nineteen_findings_and_each_note_once_after_what_it_is_about(catalog: Catalog) -> None:
    for answers in ({}, {"tax": frozenset({"no"}), "ssn": frozenset({"yes"})}):
        found = [finding.system for finding in assess.assess(answers, catalog.systems)]
        assert sorted(found) == sorted(system.id for system in catalog.systems)
        assert len(found) == 19
        for note in (system for system in catalog.systems if system.about):
            before = found[: found.index(note.id)]
            first = min(before.index(about) for about in note.about if about in before)
            between = before[first + 1 :]
            assert all(system_of(catalog, other).about for other in between)


@given(st.sets(st.sampled_from(["visa", "border", "uscis", "ice", "none", "not_sure"])))
def test_tidy(chosen: set[str]) -> None:
    kept = assess.tidy(frozenset(chosen))
    firm = chosen - {"none", "not_sure"}
    if firm:
        assert kept == firm
    elif "not_sure" in chosen:
        assert kept == {"not_sure"}
    else:
        assert kept == chosen


def test_changes_name_what_one_other_answer_would_do(catalog: Catalog) -> None:
    answers = {"car": frozenset({"sometimes"})}
    would = list(assess.changes(answers, system_of(catalog, "alpr"), catalog.questions))
    assert would == [
        ("car", "likely", ("often",)),
        ("car", "unlikely", ("never",)),
        ("plate_cameras", "likely", ("yes",)),
    ]


def test_assessment_json_is_ids_only(catalog: Catalog) -> None:
    from app.open_data import assessment

    data = json.loads(json.dumps(assessment(catalog)))
    assert [q["id"] for q in data["questions"]] == [q.id for q in catalog.questions]
    assert len(data["systems"]) == 19
    assert sum("note_about" in system for system in data["systems"]) == 5
    assert all("not_sure" in q["options"] for q in data["questions"])
