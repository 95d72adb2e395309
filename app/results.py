"""Findings in words: which answers put a card there, and what another answer would do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.assess import changes
from app.forms import Posted
from app.language import Words
from app.model import COUNTY_RULE, Catalog, Finding, Rule, System


@dataclass(frozen=True)
class Line:
    """An answer read back: the question it belongs to, its text, whether it was given at all."""

    question: str
    text: str
    said: bool


@dataclass(frozen=True)
class Reason:
    """Why a card is shown: the row (or None), the answers behind it, what the county added."""

    row: int | None
    lines: tuple[Line, ...]
    extra: str = ""


@dataclass(frozen=True)
class Shown:
    """A finding with its words, ready for the card."""

    of: System
    level: str
    depends: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    changes: tuple[str, ...] = ()


class Reading:
    """One form's answers in one language. Lives as long as the answer to it."""

    def __init__(self, catalog: Catalog, t: Words, posted: Posted) -> None:
        self.t = t
        self.posted = posted
        self.questions = {question.id: question for question in catalog.questions}
        self.systems = {system.id: system for system in catalog.systems}

    def short(self, key: str) -> str:
        return self.t.plain("option.county_287g" if key == COUNTY_RULE else f"question.{key}.short")

    def labels(self, question: str, options: Iterable[str]) -> str:
        given = set(options)
        return ", ".join(self.t.plain(o.key) for o in self.questions[question].options if o.id in given)

    def answer(self, question: str, text: str) -> str:
        """``Tax return: Yes, with an ITIN (or both)``."""
        skipped = self.t.plain("results.skipped")
        return self.t.plain("card.answer", question=question, answer=text or skipped)

    def answered(self) -> list[Line]:
        """Every question with its answer, skipped ones included, the state last."""
        chosen = self.posted.chosen
        lines = [
            Line(key, self.answer(self.short(key), self.labels(key, chosen.get(key, ()))), key in chosen)
            for key in self.questions
        ]
        state = self.posted.state
        place = self.t.plain(f"state.{state}") if state else ""
        return [*lines, Line("state", self.answer(self.t.plain("place.state"), place), bool(state))]

    def line(self, key: str) -> Line:
        """The answer behind a leaf of a rule, as it was given; a skipped one names its question alone."""
        given = self.posted.chosen.get(key)
        if given:
            return Line(key, self.answer(self.short(key), self.labels(key, given)), said=True)
        return Line(key, self.short(key), key in self.posted.answers)

    def shown(self, finding: Finding) -> Shown:
        """A finding with the answers behind it and what another answer would do."""
        system = self.systems[finding.system]
        if system.about:
            return Shown(system, finding.level)
        if finding.rows:
            reasons = [self.reason(n, system.rules[n]) for n in finding.rows]
        else:
            keys = finding.depends or [key for key in system.keys if key in self.posted.answers]
            reasons = [Reason(None, (self.line(key),), self.listed(key)) for key in keys]
        would = tuple(
            self.t.plain(
                "card.would",
                question=self.short(question),
                answer=self.labels(question, options),
                level=self.t.plain(f"levels.{level}.tab"),
            )
            for question, level, options in changes(self.posted.answers, system, self.questions.values())
        )
        return Shown(system, finding.level, finding.depends, tuple(reasons), would)

    def reason(self, number: int, rule: Rule) -> Reason:
        """A row that gave the level; a chosen county adds its list's date, or the cameras mapped there."""
        extra = self.listed(*rule.when)
        county = self.posted.county
        if county and "plate_cameras" in rule.when and self.posted.cameras:
            cameras = str(self.posted.cameras)
            extra = self.t.plain("results.county_cameras", number=cameras, date=county.mapped)
        return Reason(number, tuple(self.line(key) for key in rule.when), extra)

    def listed(self, *keys: str) -> str:
        """The date of ICE's list, where a chosen county is among the keys."""
        county = self.posted.county if COUNTY_RULE in keys else None
        return self.t.plain("results.county_list", date=county.listed) if county else ""
