"""The pieces that answers are put together from, rendered once a language."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from app import place, reference, sheet
from app.catalog import DATA
from app.model import COUNTY_RULE, LEVELS
from app.pages import NEW_TAB, Pages, default, squeeze


def gap(name: str, otherwise: str = "") -> Markup:
    """Where a worker will fill it, the gap itself."""
    # Names of gaps stand in our templates.
    return Markup(sheet.gap(name))  # noqa: S704 # nosec B704


def cut(html: object) -> str:
    """Markup as a piece."""
    return sheet.piece(squeeze(str(html)))


def read_back(pages: Pages, tag: str, action: str) -> dict[str, str]:
    """How answers are read back: as buttons that lead to their question, or as words if no ``action``."""
    t, parts = pages.words[tag], pages.parts
    return {
        "said": cut(parts.line(t, True, gap("question"), gap("text"), action)),
        "unsaid": cut(parts.line(t, False, gap("question"), gap("text"), action)),
        "asked": cut(parts.item(parts.ask(t, gap("question"), gap("text"), action))),
    }


def pieces(pages: Pages, tag: str) -> dict[str, Any]:
    """Everything that a worker puts answers in this language together from (``app.sheet``)."""
    t, catalog = pages.words[tag], pages.catalog
    parts = pages.parts

    def plain(key: str, **values: str) -> Markup:
        return escape(t.plain(key, **values))

    def results(empty: bool) -> str:
        title = t.plain("results.title")
        return cut(
            pages.render(
                "results.html", tag, "/", title, app_style=True, new_tab=NEW_TAB, gap=gap, empty=empty
            )
        )

    def local(state: str) -> dict[str, Any]:
        groups = pages.local(state)
        return {
            "around": cut(parts.around(t, state, groups, gap("groups"))),
            "groups": [(group[1], squeeze(parts.local_group(t, *group))) for group in groups],
        }

    errors = [key for key in catalog.texts if key.startswith("errors.") and not key[7].isdigit()]
    shown = reference.shown(DATA)
    gaps = {name: gap(name) for name in ("date", "number", "name")}
    return {
        "app": cut(pages.app(tag, gap)),
        "results": results(empty=False),
        "empty": results(empty=True),
        "cards": {
            s.id: cut(parts.card(t, s, gap if not s.about else default, True)) for s in catalog.systems
        },
        "levels": {
            level: {
                "section": cut(parts.section(t, level, gap("cards"))),
                "tab": squeeze(parts.tab(t, level)),
                "meaning": squeeze(parts.meaning(t, level)),
                "name": plain(f"levels.{level}.tab"),
            }
            for level in LEVELS
        },
        "because": {
            s.id: [cut(parts.because(n, t(f"{s.id}.because.{n}"), gap("lines"))) for n in range(len(s.rules))]
            for s in catalog.systems
        },
        "reason": cut(parts.item(gap("lines"))),
        **read_back(pages, tag, f"{pages.environment.globals['root']}/{t.path}/"),
        "answer": cut(plain("card.answer", question=gap("question"), answer=gap("answer"))),
        "skipped": plain("results.skipped"),
        "change": cut(parts.changes(t, False, gap("lines"))),
        "depends": cut(parts.changes(t, True, gap("lines"))),
        "would": cut(
            parts.item(
                plain("card.would", question=gap("question"), answer=gap("answer"), level=gap("level"))
            )
        ),
        "short": {q.id: plain(f"question.{q.id}.short") for q in catalog.questions}
        | {COUNTY_RULE: plain("option.county_287g"), "state": plain("place.state")},
        "asking": [q.id for q in catalog.questions],
        "labels": {q.id: {o.id: plain(o.key) for o in q.options} for q in catalog.questions}
        | {"state": {code: plain(f"state.{code}") for code in catalog.states}},
        "county_list": cut(parts.remark(plain("results.county_list", date=gap("date")))),
        "county_cameras": cut(
            parts.remark(plain("results.county_cameras", number=gap("number"), date=gap("date")))
        ),
        "dates": {date: escape(t.date(date)) for date in shown.days},
        "numbers": {number: t.value("number", number) for number in shown.counts},
        "names": {name: t.foreign(name) for name in shown.offices},
        "county": cut(parts.county(t, gap("options"))),
        "county_facts": cut(parts.county_facts(t, gap("facts"))),
        "county_fact": {
            name: cut(parts.remark(t(f"place.county.{name}", **gaps))) for name in reference.COUNTY_FACTS
        },
        "place": cut(parts.place(t, gap("heading"), gap("facts"), gap("state"))),
        "states": {
            code: squeeze(parts.state_parts(t, place.state_lines(state, t, pages.today)))
            for code, state in catalog.states.items()
        },
        "field": cut(parts.field(gap("name"), gap("value"))),
        "mistakes": cut(parts.mistakes(t, gap("lines"))),
        "mistake": {key: cut(parts.mistake(t, gap("question"), key)) for key in errors},
        "note": cut(parts.note(gap("question"), gap("lines"))),
        "wrong": {key: squeeze(parts.remark(t(key))) for key in errors},
        "groups": [
            (group.systems, squeeze(parts.group(t, group, catalog.providers, True))) for group in catalog.help
        ],
        "local": {state: local(state) for state in catalog.states},
    }
