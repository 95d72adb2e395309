"""The form, built from the questions: WTForms checks every answer, the templates draw it.

Answers that are right are kept beside ones that are wrong; messages are keys of the content.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict
from wtforms import Form, RadioField, SelectField, SelectMultipleField
from wtforms.validators import ValidationError

from app import assess
from app.model import COUNTY_RULE, NOT_SURE, Answers, Catalog
from app.reference import CAMERAS_KNOWN, County, Reference

#: More fields than a whole form with every box ticked could send.
MOST_FIELDS = 64


class Once:
    """Refuses a field that was sent twice; an empty one counts as skipped."""

    errors: list[str]

    def pre_validate(self, form: Form) -> None:
        if len(self.raw_data or ()) > 1:  # type: ignore[attr-defined]
            raise ValidationError("errors.repeated")
        if self.data:  # type: ignore[has-type]
            super().pre_validate(form)  # type: ignore[misc]
        else:
            self.data = None


class Answer(Once, RadioField):  # type: ignore[misc]
    """One of the options, or nothing."""


class Place(Once, SelectField):  # type: ignore[misc]
    """A state or county, or nothing."""


class Ticks(SelectMultipleField):  # type: ignore[misc]
    """Any of the options; the same one twice is no mistake."""


@dataclass(frozen=True)
class Posted:
    """What a form held: ``ticked`` as it came, as far as valid; ``chosen`` without what was dropped;
    ``answers`` with the place worked in; ``errors`` by field."""

    ticked: Answers
    chosen: Answers
    answers: Answers
    errors: Mapping[str, str]
    state: str = ""
    county: County | None = None
    dropped: bool = False
    cameras: int = 0


class Questionnaire:
    """Reads posted forms against the catalog's questions."""

    def __init__(self, catalog: Catalog, reference: Reference) -> None:
        self.catalog = catalog
        self.reference = reference
        fields: dict[str, object] = {"Meta": type("Meta", (), {"locales": False})}
        for question in catalog.questions:
            fields[question.id] = (Ticks if question.many else Answer)(
                choices={option.id: option.key for option in question.options},
                invalid_choice_message="errors.unknown_option",
            )
        fields["state"] = Place(
            choices={state: state for state in catalog.states}, invalid_choice_message="errors.unknown_state"
        )
        fields["county"] = Place(validate_choice=False)
        self.form: type[Form] = type("Answers", (Form,), fields)

    def read(self, posted: MultiDict[str, str]) -> Posted:
        """Check what was posted. ``errors`` maps a field to the key of its message."""
        form = self.form(posted)
        form.validate()
        errors = {name: str(found[0]) for name, found in form.errors.items() if name}
        ticked: dict[str, frozenset[str]] = {}
        chosen: dict[str, frozenset[str]] = {}
        dropped = False
        for question in self.catalog.questions:
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
        cameras = 0
        if county:  # not being on the list is not a "no"
            answers[COUNTY_RULE] = county.agreements or frozenset({NOT_SURE})
        if (
            county
            and county.cameras >= CAMERAS_KNOWN
            and chosen.get("plate_cameras") == frozenset({NOT_SURE})
        ):
            answers["plate_cameras"] = frozenset({"yes"})
            cameras = county.cameras
        return Posted({**chosen, **ticked}, chosen, answers, errors, state, county, dropped, cameras)

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
