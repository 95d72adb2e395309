"""The assessment for pen and paper: every box has a label, and rules are lines that a finger can follow.

On paper a question left empty gets a check at "?" first. So a box is checked or it is not, and no line needs
to know what is unknown. ``tests/test_paper.py`` plays the printed key and compares it with ``app.assess``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from string import ascii_lowercase, ascii_uppercase

from app.model import COUNTY_OPTIONS, COUNTY_RULE, NONE, NOT_SURE, Option, Question, System

#: Options by question: one of each is checked.
Boxes = Mapping[str, tuple[str, ...]]
#: The same as a line of the key has it: (question, option) in groups, one box of each is checked.
Groups = tuple[tuple[tuple[str, str], ...], ...]
OPEN = (NOT_SURE,)

#: On paper nobody works out what a list says of a county: whoever finds it out checks it here.
COUNTY = Question(
    COUNTY_RULE,
    "place",
    tuple(Option(id, f"paper.county.{id}") for id in (*COUNTY_OPTIONS, NOT_SURE)),
    many=True,
)


@dataclass(frozen=True)
class Line:
    """A line of the key: the level it gives if it fits. ``row`` is that of the rules, or -1 if it is none."""

    level: str
    groups: Groups
    row: int = -1


def asked(questions: Iterable[Question]) -> tuple[Question, ...]:
    """The questions on paper, in the order of their numbers from 1."""
    return (*questions, COUNTY)


def labels(questions: Iterable[Question]) -> dict[tuple[str, str], str]:
    """(question, option) → what is printed at its box, such as ``6a``, or ``6?`` for "I don't know"."""
    return {
        (question.id, option.id): f"{number}{'?' if option.id == NOT_SURE else letter}"
        for number, question in enumerate(asked(questions), 1)
        for letter, option in zip(ascii_lowercase, question.options, strict=False)
    }


def letters(systems: Iterable[System]) -> dict[str, str]:
    """System → the letter of its card, in the order of the cards."""
    return {system.id: letter for system, letter in zip(ordered(systems), ascii_uppercase, strict=False)}


def ordered(systems: Iterable[System]) -> tuple[System, ...]:
    """The systems as their cards stand on paper: those with a key, then the notes."""
    return tuple(sorted(systems, key=lambda system: bool(system.about)))


def alone(question: Question) -> bool:
    """Whether one may check several boxes, of which "None" counts only alone."""
    return question.many and NONE in question.allowed


def key(system: System) -> tuple[Line, ...]:
    """The lines of a system's key: the first that fits gives the level; if none does, it is ``unlikely``."""
    ruled = [Line(rule.level, grouped(rule.when), n) for n, rule in enumerate(system.rules)]
    return (*ruled, *(Line("unclear", groups) for groups in openings(system)))


def grouped(when: Boxes) -> Groups:
    return tuple(tuple((question, option) for option in options) for question, options in when.items())


def unknown(system: System) -> list[Boxes]:
    """Where no rule is true, what leaves one open: each question has a box of the rule checked, or "?".

    What a rule or another of these says already is left out.
    """
    rules: list[Boxes] = [rule.when for rule in system.rules]
    found: list[Boxes] = []
    for when in rules:
        for given in product(*(((id, options), (id, OPEN)) for id, options in when.items())):
            if (boxes := dict(given)) not in found:
                found.append(boxes)
    others = [boxes for boxes in found if boxes not in rules]
    return [
        boxes
        for boxes in others
        if not any(implies(boxes, other) for other in (*rules, *others) if other is not boxes)
    ]


def implies(boxes: Boxes, other: Boxes) -> bool:
    """Whether the other fits wherever these do."""
    return all(id in boxes and set(boxes[id]) <= set(options) for id, options in other.items())


def openings(system: System) -> Iterator[Groups]:
    """What is unknown, as groups. Those that differ only in the question left open are one."""
    left: dict[Groups, list[tuple[str, str]]] = {}
    for boxes in unknown(system):
        unsure = [(id, NOT_SURE) for id, options in boxes.items() if options == OPEN]
        if len(unsure) > 1:
            yield grouped(boxes)
        else:
            rest = grouped({id: options for id, options in boxes.items() if options != OPEN})
            left.setdefault(rest, []).extend(unsure)
    yield from ((*rest, tuple(unsure)) for rest, unsure in left.items())
