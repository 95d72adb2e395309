"""The way through the questions that several tests go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app import assess
from app.pages import Pages
from tests.browser.conftest import Phone

SOME = {
    "car": ("often",), "plate_cameras": ("no",), "license": ("yes",), "photos": ("past",), "tagged": ("no",),
    "tax": ("itin",), "pay_form": ("yes",), "ssn": ("no",), "medicaid": ("family",),
    "fingerprints_police": ("ticket",), "held": ("no",), "fingerprints_government": ("visa", "border"),
}  # fmt: skip


def expected(pages: Pages, answers: Mapping[str, tuple[str, ...]]) -> dict[str, list[Any]]:
    """What the rules say of these answers: level, dependencies and rows by system."""
    found = assess.assess({key: frozenset(ids) for key, ids in answers.items()}, pages.catalog.systems)
    return {f.system: [f.level, " ".join(f.depends), list(f.rows)] for f in found}


def go_through(phone: Phone, pages: Pages, language: str, answers: dict[str, tuple[str, ...]]) -> None:
    """Start, answer every question in turn, see the result."""
    t = pages.words[language]
    phone.open(f"/{language}/").tap(t.plain("app.start"))
    for number, question in enumerate(pages.catalog.questions, 1):
        legend = phone.page.locator("legend:visible")
        assert legend.count() == 1 and legend.inner_text() == t.plain(f"question.{question.id}.text")
        assert phone.page.evaluate("document.activeElement.tagName") == "LEGEND"
        assert str(number) in phone.page.locator("#progress span").inner_text()
        phone.answer(question.id, *answers.get(question.id, ()))
        phone.tap(t.plain("form.next"))
    assert phone.page.locator("#state").is_visible()
    phone.tap(t.plain("form.results"))
