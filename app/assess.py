"""Answers in, findings out. Pure: no words, no storage, no clock.

Three-valued, because a skipped question is not a "no". ``static/app.js`` holds the same logic for the
phone; ``tests/test_assess.py`` compares both over every combination of answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.model import (
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
    found = [assess_one(answers, system) for system in systems if not system.about]
    found.sort(key=lambda finding: LEVELS.index(finding.level))
    ordered: list[Finding] = []
    noted: set[str] = set()
    for finding in found:
        ordered.append(finding)
        for note in systems:
            if finding.system in note.about and note.id not in noted:
                noted.add(note.id)
                ordered.append(assess_one(answers, note))
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


def tidy(chosen: frozenset[str]) -> frozenset[str]:
    """Drop ``none`` or ``not_sure`` beside another tick; of these two together, ``not_sure`` stays."""
    firm = chosen - {NONE, NOT_SURE}
    return firm or (frozenset({NOT_SURE}) if NOT_SURE in chosen else chosen)
