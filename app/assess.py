"""Answers in, findings out. Pure: no words, no storage, no clock.

Three-valued, because a skipped question is not a "no". ``static/assess.js`` holds the same logic for the
phone; ``tests/test_assess.py`` compares both over every combination of answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product

from app.model import (
    COUNTY_OPTIONS,
    COUNTY_RULE,
    LEVELS,
    NONE,
    NOT_SURE,
    RULE_LEVELS,
    Answers,
    Finding,
    Question,
    Rule,
    System,
)

NOTHING: frozenset[str] = frozenset()


def leaf(answers: Answers, key: str, options: Iterable[str]) -> bool | None:
    """True if an answer is among the options, None if unanswered or not sure, else False."""
    chosen = answers.get(key, NOTHING) - {NOT_SURE}
    return not chosen.isdisjoint(options) if chosen else None


def row(answers: Answers, rule: Rule) -> bool | None:
    """All-of over the rule's questions: one False decides, else one unknown."""
    leaves = [leaf(answers, key, options) for key, options in rule.when.items()]
    return False if False in leaves else None if None in leaves else True


def assess_one(answers: Answers, system: System) -> Finding:
    """The finding for one system; a note stays a note whatever the answers."""
    if system.about:
        return Finding(system.id, "note")
    values = [row(answers, rule) for rule in system.rules]
    first = values.index(True) if True in values else None
    level = system.rules[first].level if first is not None else None
    stronger = RULE_LEVELS[: RULE_LEVELS.index(level)] if level else RULE_LEVELS
    depends = dict.fromkeys(
        key
        for value, rule in zip(values, system.rules, strict=True)
        if value is None and rule.level in stronger
        for key, options in rule.when.items()
        if leaf(answers, key, options) is None
    )
    rows = tuple(n for n, v in enumerate(values) if v and system.rules[n].level == level)
    return Finding(system.id, level or ("unclear" if None in values else "unlikely"), rows, tuple(depends))


def assess(answers: Answers, systems: Iterable[System]) -> list[Finding]:
    """Findings strongest first, each note once, after the first system it is about."""
    systems = tuple(systems)
    return arrange([assess_one(answers, system) for system in systems if not system.about], systems)


def arrange(found: list[Finding], systems: Iterable[System]) -> list[Finding]:
    """The same order for findings that are known already."""
    notes = {note.id: note.about for note in systems if note.about}
    ordered: list[Finding] = []
    for finding in sorted(found, key=lambda finding: LEVELS.index(finding.level)):
        ordered.append(finding)
        for note in [id for id, about in notes.items() if finding.system in about]:
            del notes[note]
            ordered.append(Finding(note, "note"))
    return ordered


def changes(
    answers: Answers, system: System, questions: Iterable[Question]
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """What another answer would do: (question, level it would give, options that give it).

    One question is changed at a time; the county is left out, because its value is no answer of its own.
    """
    level = assess_one(answers, system).level
    for question in questions:
        if question.id not in system.keys or question.id == COUNTY_RULE:
            continue
        given: dict[str, list[str]] = {}
        for option in question.options:
            if option.id != NOT_SURE:
                other = assess_one({**answers, question.id: frozenset({option.id})}, system).level
                if other != level:
                    given.setdefault(other, []).append(option.id)
        yield from ((question.id, other, tuple(ids)) for other, ids in given.items())


#: (question, level another answer would give, options that give it), one for each question and level.
Changes = tuple[tuple[str, str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Outcome:
    """A finding and what another answer would do, as ``changes`` gives it."""

    finding: Finding
    changes: Changes


class Outcomes:
    """Every outcome of a system, worked out beforehand, so that a form costs a look-up.

    An answer is the same to a system as another that makes the same leaves true: ``masks`` has a bit for each
    leaf of a key. A key that is unanswered, or not sure, counts as -1.
    """

    def __init__(self, system: System, questions: Iterable[Question]) -> None:
        self.system = system
        asked = {question.id: question for question in questions}
        self.masks: dict[str, dict[str, int]] = {}
        self.table: dict[tuple[int, ...], Outcome] = {}
        kinds: list[dict[int, frozenset[str]]] = []
        for key in system.keys:
            leaves = [options for rule in system.rules for k, options in rule.when.items() if k == key]
            ids = COUNTY_OPTIONS if key == COUNTY_RULE else asked[key].allowed - {NOT_SURE}
            masks = {
                id: sum(1 << n for n, options in enumerate(leaves) if id in options) for id in sorted(ids)
            }
            most = len(masks) if key == COUNTY_RULE or asked[key].many else 1
            sets = (frozenset(ids) for n in range(most + 1) for ids in combinations(masks, n))
            self.masks[key] = masks
            kinds.append({mask(masks, chosen): chosen for chosen in sets})
        for chosen in product(*(kind.values() for kind in kinds)):
            answers = dict(zip(system.keys, chosen, strict=True))
            outcome = Outcome(assess_one(answers, system), tuple(changes(answers, system, asked.values())))
            self.table[self.place(answers)] = outcome

    def place(self, answers: Answers) -> tuple[int, ...]:
        return tuple(mask(masks, answers.get(key, NOTHING)) for key, masks in self.masks.items())

    def __getitem__(self, answers: Answers) -> Outcome:
        return self.table[self.place(answers)]


def mask(masks: Mapping[str, int], chosen: frozenset[str]) -> int:
    """The leaves that an answer makes true, or -1 if it is none."""
    made = -1
    for id in chosen:
        if id != NOT_SURE:
            made = max(made, 0) | masks[id]
    return made


def tidy(chosen: frozenset[str]) -> frozenset[str]:
    """Drop ``none`` or ``not_sure`` beside another tick; of these two together, ``not_sure`` stays."""
    firm = chosen - {NONE, NOT_SURE}
    return firm or (frozenset({NOT_SURE}) if NOT_SURE in chosen else chosen)
