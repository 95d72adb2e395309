"""Practice cases as pages: the answer to a form that nobody sent, filled from its pieces by the build."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.assess import Outcomes
from app.forms import Posted
from app.model import COUNTY_RULE, Case, Remark
from app.pages import NEW_TAB, Pages
from app.pieces import cut, gap, pieces, read_back
from app.reference import County
from app.sheet import Sheet


def posted(case: Case) -> Posted:
    """The case as a form would have come; its county is on no list, and so without a date."""
    chosen = {key: given for key, given in case.answers.items() if key != COUNTY_RULE}
    agreements = case.answers.get(COUNTY_RULE)
    county = County("", "", "", agreements, (), (), 0, None, "", "", "") if agreements else None
    return Posted(chosen, chosen, case.answers, {}, county=county)


def around(pages: Pages, tag: str, case: Case) -> dict[str, Any]:
    """What differs from an answer to somebody: words say whose answers these are, and none can be changed."""
    t = pages.words[tag]
    title = t.plain("training.case", name=t(f"{case.key}.name"))
    own = (Remark("training.prompt_cards"), Remark("training.prompt_change"))
    page = pages.render(
        "case.html", tag, f"/training/{case.id}", title, new_tab=NEW_TAB, gap=gap, empty=False, practice=case,
        prompts=[*own, *map(Remark, case.prompts)], notes=case.notes,
    )  # fmt: skip
    county = [t(f"training.county_{option}") for option in sorted(case.answers.get(COUNTY_RULE, ()))]
    listed = cut("".join(pages.parts.remark(line) for line in county))
    return {"results": cut(page), "county_list": listed, "dates": {"": ""}, **read_back(pages, tag, "")}


def cases(pages: Pages) -> Iterable[tuple[str, str]]:
    """(file, HTML) of every practice case in every language."""
    catalog = pages.catalog
    outcomes = {s.id: Outcomes(s, catalog.questions) for s in catalog.systems if not s.about}
    notes = [system for system in catalog.systems if system.about]
    for tag in pages.words:
        made = pieces(pages, tag)
        for case in catalog.cases:
            sheet = Sheet(made | around(pages, tag, case), outcomes, notes)
            yield f"{tag}/training/{case.id}.html", sheet.results(posted(case))
