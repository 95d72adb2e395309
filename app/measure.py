"""How long the answers of a language can get, so that every one of them can be given the same size."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping

from werkzeug.datastructures import MultiDict

from app.built import Built
from app.forms import Posted, Questionnaire
from app.privacy import QUICK, THOROUGH, packed
from app.reference import County, Reference

#: Random forms to look at, and how many of them to make longer, one answer at a time, until none gets longer.
FORMS, CLIMBS = 150, 2
#: What is added to the longest that was found, and the steps that sizes go in, bytes.
ROOM, STEP = 1.02, 512
#: An option that no question has: each mistake makes the page longer.
WRONG = "-"

#: Values by field; a ``place`` is a state, or a county, which gives its state.
Form = dict[str, list[str]]


def sent(form: Form) -> MultiDict[str, str]:
    place = form.get("place", [])
    name = "county" if place and place[0].isdigit() else "state"
    return MultiDict({name: place} | {key: given for key, given in form.items() if key != "place"})


def stepped(length: float) -> int:
    return STEP * math.ceil(length * ROOM / STEP)


class Answers:
    """Tries forms in one language and remembers the longest answers, in bytes."""

    def __init__(self, built: Built, tag: str) -> None:
        self.questionnaire = Questionnaire(
            built.questions, built.states, Reference(built.site / "reference.db")
        )
        self.sheet = built.sheet(tag)
        states = self.questionnaire.reference.by_state.values()
        longest = (max(counties, key=self.told).fips for counties in states)
        self.options: Mapping[str, list[list[str]]] = {
            question.id: [[], *([option.id] for option in question.options)]
            + ([[option.id for option in question.options]] if question.many else [])
            for question in built.questions
        } | {"place": [[], *([code] for code in built.states), *([fips] for fips in longest)]}
        self.gzip = self.plain = 0

    def told(self, county: County) -> int:
        return len(self.sheet.place(Posted({}, {}, {}, {}, county.state, county)))

    def try_out(self, form: Form) -> int:
        """The length of the result, with gzip; the page that asks again is measured along the way."""
        posted = self.questionnaire.read(sent(form))
        result = self.sheet.results(posted).encode()
        self.plain = max(self.plain, len(result))
        length = packed(result, QUICK)
        self.gzip = max(self.gzip, length)
        return length

    def ask_again(self, form: Form) -> None:
        page = self.sheet.app(self.questionnaire.read(sent(form))).encode()
        self.plain = max(self.plain, len(page))
        self.gzip = max(self.gzip, packed(page, THOROUGH))

    def climb(self, form: Form) -> None:
        """Change one answer at a time for as long as the result gets longer."""
        longest, best = 0, self.try_out(form)
        while best > longest:
            longest = best
            for key, choices in self.options.items():
                best, form = max(
                    ((self.try_out({**form, key: choice}), {**form, key: choice}) for choice in choices),
                    key=lambda found: found[0],
                )


def sizes(built: Built, tag: str) -> tuple[int, int]:
    """(gzip, plain): bytes that every answer to a form in this language fits into, with room to spare."""
    # No secret: the same forms each time.
    answers, chance = Answers(built, tag), random.Random(0)  # noqa: S311 # nosec B311

    def forms(count: int) -> Iterable[Form]:
        for _ in range(count):
            yield {key: chance.choice(choices) for key, choices in answers.options.items()}

    found = sorted(forms(FORMS), key=answers.try_out)
    for form in found[-CLIMBS:]:
        answers.climb(form)
    for form in found:
        answers.ask_again({key: chosen if chance.random() < 0.5 else [WRONG] for key, chosen in form.items()})
    wrong = {key: [WRONG] for key in answers.options if key != "place"}
    for state in ["", *built.states]:  # with its counties to choose from
        answers.ask_again(wrong | {"state": [state or WRONG], "county": [WRONG]})
    return stepped(answers.gzip), stepped(answers.plain)
