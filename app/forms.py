"""The form, built from the questions: WTForms checks every answer, the templates draw it.

Answers that are right are kept beside ones that are wrong; messages are keys of the content.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form
from wtforms.validators import ValidationError

from app import assess
from app.model import COUNTY_RULE, NOT_SURE, Answers, Question
from app.reference import CAMERAS_KNOWN, County, Reference

#: More fields than a whole form with every box ticked could send.
MOST_FIELDS = 64


class Answer(Field):  # type: ignore[misc]
    """One of the allowed values (any, if none are named), sent once; an empty one counts as skipped."""

    data: str | None

    def __init__(self, allowed: frozenset[str] = frozenset(), message: str = "", **more: object) -> None:
        super().__init__(**more)
        self.allowed = allowed
        self.message = message

    def pre_validate(self, form: Form) -> None:
        if len(self.raw_data or ()) > 1:
            raise ValidationError("errors.repeated")
        if not self.data:
            self.data = None
        elif self.allowed and self.data not in self.allowed:
            raise ValidationError(self.message)


class Ticks(Answer):
    """Any of the allowed values; the same one twice is no mistake."""

    data: list[str]  # type: ignore[assignment]

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist

    def pre_validate(self, form: Form) -> None:
        if any(value not in self.allowed for value in self.data or ()):
            raise ValidationError(self.message)


@dataclass(frozen=True)
class Posted:
    """What a form held: ``ticked`` as it came, as far as valid; ``chosen`` without what was dropped;
    ``answers`` with the place worked in; ``errors`` by field; ``nearby``, all counties of the state."""

    ticked: Answers
    chosen: Answers
    answers: Answers
    errors: Mapping[str, str]
    state: str = ""
    county: County | None = None
    nearby: Sequence[County] = ()
    dropped: bool = False
    cameras: int = 0


class Questionnaire:
    """Reads posted forms against the questions."""

    def __init__(self, questions: Iterable[Question], states: Iterable[str], reference: Reference) -> None:
        self.questions = tuple(questions)
        self.reference = reference
        fields: dict[str, object] = {"Meta": type("Meta", (), {"locales": False})}
        for question in self.questions:
            kind = Ticks if question.many else Answer
            fields[question.id] = kind(question.allowed, "errors.unknown_option")
        fields["state"] = Answer(frozenset(states), "errors.unknown_state")
        fields["county"] = Answer()
        self.form: type[Form] = type("Answers", (Form,), fields)
        self.own = threading.local()  # making a form takes longer than checking one

    def read(self, posted: MultiDict[str, str]) -> Posted:
        """Check what was posted. ``errors`` maps a field to the key of its message."""
        self.reference.counties  # noqa: B018  read with the first form, whatever it holds
        form: Form = getattr(self.own, "form", None) or self.form()
        self.own.form = form
        try:
            form.process(posted)
            form.validate()
            return self._checked(form)
        finally:
            for field in form:  # nothing of it is kept
                field.data = field.raw_data = None
                field.errors = field.process_errors = ()

    def _checked(self, form: Form) -> Posted:
        errors = {name: str(found[0]) for name, found in form.errors.items() if name}
        ticked: dict[str, frozenset[str]] = {}
        chosen: dict[str, frozenset[str]] = {}
        dropped = False
        for question in self.questions:
            data = form[question.id].data
            given = frozenset(data if isinstance(data, list) else [data] if data else ())
            if question.many:
                given &= question.allowed
                ticked[question.id] = given
                kept = assess.tidy(given)
                dropped = kept != given
                given = kept
            elif question.id in errors:
                given = frozenset()
            if given:
                chosen[question.id] = given
        county = self._county(form, errors)
        state = "" if "state" in errors else form["state"].data or (county.state if county else "")
        answers = dict(chosen)
        if county:  # not being on the list is not a "no"
            answers[COUNTY_RULE] = county.agreements or frozenset({NOT_SURE})
        mapped = (county.cameras or 0) if county and NOT_SURE in chosen.get("plate_cameras", ()) else 0
        cameras = mapped if mapped >= CAMERAS_KNOWN else 0
        if cameras:
            answers["plate_cameras"] = frozenset({"yes"})
        nearby = self.reference.by_state.get(state, ())
        return Posted({**chosen, **ticked}, chosen, answers, errors, state, county, nearby, dropped, cameras)

    def _county(self, form: Form, errors: dict[str, str]) -> County | None:
        fips = form["county"].data
        if not fips or "county" in errors:
            return None
        county = self.reference.county(fips)
        if county is None:
            errors["county"] = "errors.unknown_county"
        elif form["state"].data and "state" not in errors and county.state != form["state"].data:
            errors["county"] = "errors.county_elsewhere"
            return None
        return county
