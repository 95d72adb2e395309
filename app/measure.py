"""How long the answers of a language can get, so that every one of them can be given the same size."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

from werkzeug.datastructures import MultiDict

from app.built import Built, Form, stepped
from app.forms import Posted, Questionnaire
from app.privacy import QUICK, THOROUGH, packed
from app.reference import County, Reference

#: Random forms to look at, and how many of them to make longer, one answer at a time, until none gets longer.
FORMS, CLIMBS = 150, 2
#: An option that no question has: each mistake makes the page longer.
WRONG = "-"


def sent(form: Form) -> Form:
    """The fields of a form; its ``place`` is a state, or a county, which gives its state."""
    place = form.get("place", [])
    name = "county" if place and place[0].isdigit() else "state"
    return {name: place} | {key: given for key, given in form.items() if key != "place"}


class Answers:
    """Tries forms in one language and remembers the longest answers, in bytes."""

    def __init__(self, built: Built, tag: str) -> None:
        self.questionnaire = Questionnaire(
            built.questions, built.states, Reference(built.site / "reference.db")
        )
        self.sheet = built.sheet(tag)
        self.telling = built.single(tag.partition("+")[0])
        states = self.questionnaire.reference.by_state.values()
        longest = (max(counties, key=self.told).fips for counties in states)
        self.options: Mapping[str, list[list[str]]] = {
            question.id: [[], *([option.id] for option in question.options)]
            + ([[option.id for option in question.options]] if question.many else [])
            for question in built.questions
        } | {"place": [[], *([code] for code in built.states), *([fips] for fips in longest)]}
        self.gzip = self.plain = 0
        #: The forms that the longest results came from, and the longest page that asks again.
        self.longest: dict[str, Form] = {}

    def told(self, county: County) -> int:
        return len(self.telling.place(Posted({}, {}, {}, {}, county.state, county)))

    def try_out(self, form: Form) -> int:
        """The length of the result, with gzip; the page that asks again is measured along the way."""
        fields = sent(form)
        result = self.sheet.results(self.questionnaire.read(MultiDict(fields))).encode()
        length = packed(result, QUICK)
        self.keep("result", fields, length, len(result))
        return length

    def keep(self, kind: str, form: Form, gzip: int, plain: int) -> None:
        for name, length, most in (("gzip", gzip, self.gzip), ("plain", plain, self.plain)):
            if length > most:
                self.longest[f"{kind} {name}"] = form
        self.gzip, self.plain = max(self.gzip, gzip), max(self.plain, plain)

    def ask_again(self, form: Form) -> None:
        fields = sent(form)
        page = self.sheet.app(self.questionnaire.read(MultiDict(fields))).encode()
        self.keep("again", fields, packed(page, THOROUGH), len(page))

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


def sizes(built: Built, tag: str) -> tuple[tuple[int, int], list[Form]]:
    """(gzip, plain): bytes that every answer to a form in this language fits into, with room to spare; and
    the forms with the longest answers."""
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
    return (stepped(answers.gzip), stepped(answers.plain)), list(answers.longest.values())
