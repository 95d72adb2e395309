"""Answer pages: put together from pieces that the build rendered, with gaps where answers differ.

The build writes one file a language (``app.pieces``); a worker fills the gaps and knows no words. Every
text in a file is markup.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from markupsafe import escape

from app.assess import Outcome, Outcomes, arrange
from app.forms import Posted
from app.model import COUNTY_RULE, LEVELS, NOT_SURE, RULE_LEVELS, System
from app.reference import County

OPTION = '<option value="%s"%s>%s</option>'
GAP = re.compile("\ue000(.*?)\ue001")


class Values(dict[str, str]):
    """What stands in gaps; one without a value stays empty."""

    def __missing__(self, name: str) -> str:
        return ""


def gap(name: str) -> str:
    """What the build puts where a gap shall be."""
    return f"\ue000{name}\ue001"


def piece(html: str) -> str:
    """Markup with its gaps as Python's own: ``%(name)s``."""
    return GAP.sub(r"%(\1)s", html.replace("%", "%%"))


def fill(cut: str, **values: str) -> str:
    """A piece as markup."""
    return cut % values


class Told(NamedTuple):
    """An answer read back: in the list of all; in the gaps of cards, whether the question counts as answered
    or as skipped; and as the fields that send it again."""

    asked: str
    line: str
    answered: dict[str, str]
    skipped: dict[str, str]
    fields: str


NOTHING: frozenset[str] = frozenset()
UNSURE = frozenset({NOT_SURE})


class Sheet:
    """The answer pages of one language. Every card of every outcome stands ready, but for the answers."""

    def __init__(
        self, made: dict[str, Any], outcomes: Mapping[str, Outcomes], notes: Iterable[System]
    ) -> None:
        """``made`` are the pieces, as ``app.pieces`` gives them."""
        self.made = made
        self.outcomes = outcomes
        self.notes = list(notes)
        self.cards = {
            id: {place: self.card(known.system, outcome) for place, outcome in known.table.items()}
            for id, known in outcomes.items()
        }

        self.singles = {
            (key, given): self.tell(key, given)
            for key, options in self.made["labels"].items()
            for given in (NOTHING, *(frozenset({option}) for option in options))
        }
        self.no_county = self.tell(COUNTY_RULE, NOTHING).skipped

    # --- cards, made once ----------------------------------------------------------------------------

    def card(self, system: System, outcome: Outcome) -> str:
        """A card with gaps for answers: ``line:KEY`` behind a row; ``must:KEY`` and ``may:KEY`` stand alone,
        whether or not the question was answered, or only if it was."""
        finding, changes, made = outcome.finding, outcome.changes, self.made
        level, because = made["levels"][finding.level], made["because"][system.id]
        if finding.rows:
            lines = {n: "".join(gap(f"line:{key}") for key in system.rules[n].when) for n in finding.rows}
            why = [fill(because[n], lines=lines[n]) for n in finding.rows]
        else:
            alone = "must" if finding.depends else "may"
            why = [gap(f"{alone}:{key}") for key in finding.depends or system.keys]
        tail = made["depends" if finding.level == "unclear" else "change"]
        made_of = fill(
            made["cards"][system.id],
            level=f' data-level="{finding.level}" data-depends="{" ".join(finding.depends)}"',
            open=" open" if finding.level == "likely" else "",
            tab=level["tab"],
            meaning=level["meaning"],
            why="".join(why),
            changes=fill(tail, lines="".join(self.change(*change) for change in changes)) if changes else "",
        )
        return piece(made_of)

    def change(self, question: str, level: str, options: Iterable[str]) -> str:
        """What another answer would do."""
        made = self.made
        name, answer = made["short"][question], self.labels(question, options)
        return fill(made["would"], question=name, answer=answer, level=made["levels"][level]["name"])

    def labels(self, question: str, options: Iterable[str]) -> str:
        return ", ".join(text for id, text in self.made["labels"].get(question, {}).items() if id in options)

    # --- the form, sent back -------------------------------------------------------------------------

    def app(self, posted: Posted) -> str:
        """The app page with the answers kept and the mistakes named."""
        made = self.made
        values = {f"check:{name}:{id}": " checked" for name, given in posted.ticked.items() for id in given}
        values |= {f"state:{posted.state}": " selected"}
        if posted.state:
            values["county"] = self.counties(posted)
        wrong: dict[str, list[str]] = {}
        for name, key in posted.errors.items():
            wrong.setdefault("state" if name == "county" else name, []).append(key)
        for question, keys in wrong.items():
            lines = "".join(made["wrong"][key] for key in keys)
            values[f"by:{question}"] = f' aria-describedby="e-{question}"'
            values[f"note:{question}"] = fill(made["note"], question=question, lines=lines)
        if wrong:
            pairs = [(question, key) for question, keys in wrong.items() for key in keys]
            lines = "".join(fill(made["mistake"][key], question=question) for question, key in pairs)
            values["errors"] = fill(made["mistakes"], lines=lines)
        page: str = made["app"]
        return page % Values(values, groups=self.helpers(frozenset()))

    def counties(self, posted: Posted) -> str:
        """The counties of a state to choose from, without JavaScript."""
        chosen = posted.county.fips if posted.county else ""
        options = (
            OPTION % (county.fips, " selected" if county.fips == chosen else "", escape(county.name))
            for county in posted.nearby
        )
        return fill(self.made["county"], options="".join(options))

    def field(self, name: str, value: str) -> str:
        return fill(self.made["field"], name=name, value=value)

    # --- the result ----------------------------------------------------------------------------------

    def results(self, posted: Posted) -> str:
        """The answer to a form, worked out once; nothing of it is kept."""
        made, chosen = self.made, posted.chosen
        places = {id: known.place(posted.answers) for id, known in self.outcomes.items()}
        found = [known.table[places[id]].finding for id, known in self.outcomes.items()]
        counts = Counter(finding.level for finding in found)
        up = frozenset(finding.system for finding in found if finding.level in RULE_LEVELS)
        empty = not posted.state and not any(given != UNSURE for given in chosen.values())
        told = {key: self.told(key, chosen.get(key, NOTHING)) for key in made["asking"]}
        lines = self.lines(posted, told)
        sections: dict[str, list[str]] = {}
        for finding in arrange(found, self.notes):
            if finding.system in places:
                card = self.cards[finding.system][places[finding.system]] % lines
                sections.setdefault(finding.level, []).append(card)
            else:
                sections[next(reversed(sections))].append(fill(made["cards"][finding.system]))
        values = {f"count:{level}": str(counts[level]) for level in LEVELS}
        shown = {"nothing": empty, "none_up": not empty and not up, "dropped": posted.dropped}
        values |= {f"hide:{name}": "" if seen else " hidden" for name, seen in shown.items()}
        state = self.told("state", frozenset({posted.state} - {""}))
        place = state.fields + (self.field("county", posted.county.fips) if posted.county else "")
        values |= {
            "fields": "".join(
                [*(self.told(key, given).fields for key, given in posted.ticked.items()), place]
            ),
            "answered": "".join([*(part.asked for part in told.values()), state.asked]),
            "cards": "".join(self.section(level, cards) for level, cards in sections.items()),
            "groups": self.helpers(up),
            "local": self.local(posted.state, up) if posted.state else "",
            "place": self.place(posted) if posted.state else "",
        }
        page: str = made["empty" if empty else "results"]
        return page % values

    def section(self, level: str, cards: Iterable[str]) -> str:
        return fill(self.made["levels"][level]["section"], cards="".join(cards))

    def told(self, key: str, given: frozenset[str]) -> Told:
        """How an answer is read back; single answers stand ready."""
        return self.singles.get((key, given)) or self.tell(key, given)

    def tell(self, key: str, given: frozenset[str]) -> Told:
        made = self.made
        name, text = made["short"][key], self.labels(key, given) or made["skipped"]
        answer = fill(made["answer"], question=name, answer=text)
        line = fill(made["said"], question=key, text=answer if given else name)
        skipped = self.gaps(key, fill(made["unsaid"], question=key, text=name))
        return Told(
            asked=fill(made["asked"], question=key, text=answer),
            line=line,
            answered=self.gaps(key, line),
            skipped=skipped | {f"may:{key}": ""},
            fields="".join(self.field(key, option) for option in sorted(given)),
        )

    def gaps(self, key: str, line: str) -> dict[str, str]:
        """What a line fills on cards."""
        alone = fill(self.made["reason"], lines=line)
        return {f"line:{key}": line, f"must:{key}": alone, f"may:{key}": alone}

    def lines(self, posted: Posted, told: Mapping[str, Told]) -> dict[str, str]:
        """What stands in the gaps of cards. A skipped question is named alone; a chosen county adds the date
        of ICE's list, or the cameras mapped there."""
        made, county = self.made, posted.county
        lines = dict(self.no_county)
        for key, part in told.items():
            lines |= part.answered if key in posted.answers else part.skipped
        if county:
            text = made["short"][COUNTY_RULE]
            if county.name:  # a practice case's has none
                text = fill(made["answer"], question=text, answer=self.where(county))
            listed = fill(made["county_list"], date=made["dates"][county.listed])
            lines |= self.gaps(COUNTY_RULE, fill(made["said"], question=COUNTY_RULE, text=text) + listed)
        if county and posted.cameras:
            shown, date = made["numbers"][str(posted.cameras)], made["dates"][county.mapped]
            mapped = fill(made["county_cameras"], number=shown, date=date)
            lines |= self.gaps("plate_cameras", told["plate_cameras"].line + mapped)
        return lines

    def where(self, county: County) -> str:
        return f"{escape(county.name)}, {self.made['labels']['state'][county.state]}"

    def place(self, posted: Posted) -> str:
        """What lists and laws say of the state, and of the county if one was chosen."""
        made, county = self.made, posted.county
        kinds = {"date": "dates", "number": "numbers", "name": "names"}
        facts = (
            fill(made["county_fact"][name], **{key: made[kinds[key]][value] for key, value in values.items()})
            for name, values in (county.facts if county else ())
        )
        return fill(
            made["place"],
            heading=self.where(county) if county else made["labels"]["state"][posted.state],
            facts=fill(made["county_facts"], facts="".join(facts)) if county else "",
            state=made["states"][posted.state],
        )

    def helpers(self, up: frozenset[str]) -> str:
        """National lines, those that fit the result first."""
        return "".join(fitting(self.made["groups"], up))

    def local(self, state: str, up: frozenset[str]) -> str:
        """A state's lines, those that fit the result first."""
        here = self.made["local"][state]
        return fill(here["around"], groups="".join(fitting(here["groups"], up)))


def fitting(groups: list[tuple[list[str], str]], up: frozenset[str]) -> list[str]:
    """Markup of groups, those that help with one of these systems first."""
    return [html for _, html in sorted(groups, key=lambda group: up.isdisjoint(group[0]))]
