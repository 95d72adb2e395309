"""The picture: how what people do may reach ICE, by way of who holds the record, as one SVG.

Drawn from the content alone: a strip for each system, its arrows from the rules, ``kind`` and ``drawn``.
Lengths are user units, which are pixels on a phone of 360. Everything stands in rows with a ``data-tall``,
and each row draws its own piece of the lines that run through it: the phone takes rows out and closes the
gaps (``static/picture.js``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from markupsafe import Markup, escape

from app.language import Words
from app.model import COUNTY_RULE, KINDS, RULE_LEVELS, System
from app.pen import EDGE, ICE, LINES, NAME, PLAIN, RAILS, TITLE, WIDTH, Pen, Row, attributes, stacked, wrapped

#: Where words begin beside the lines of levels.
WORDS = 40
#: How much wider bold letters are.
BOLD = 1.08
#: How far a note stands in, and its line from the system it is about.
IN, STEM = 28, 14
#: From a row's top to the middle of its first line, and the room below a box.
MIDDLE, GAP = 12, 14
#: From a row's top to the box in it, and to that of a note.
TOP = (18, 4)


@dataclass(frozen=True)
class Act:
    """What people do that leads to a system: questions (all of them), and the rows of the rules by level."""

    keys: tuple[str, ...]
    rows: Mapping[str, tuple[int, ...]]


def acts(system: System, keys: Iterable[str] | None = None) -> list[Act]:
    """A system's acts, the surest first; with ``keys``, those in which one of these questions stands."""
    wanted = None if keys is None else {*keys}
    found: dict[tuple[str, ...], dict[str, list[int]]] = {}
    for number, rule in enumerate(system.rules):
        asked = tuple(rule.when)
        if wanted is None or not wanted.isdisjoint(asked) or asked == (COUNTY_RULE,):
            found.setdefault(asked, {}).setdefault(rule.level, []).append(number)
    made = [Act(asked, {level: tuple(rows) for level, rows in by.items()}) for asked, by in found.items()]
    return sorted(made, key=lambda act: min(map(RULE_LEVELS.index, act.rows)))


def topics(t: Words) -> dict[str, list[System]]:
    """Topic → the systems its questions lead to first, each followed by the notes that are about it."""
    catalog = t.catalog
    topic = {question.id: question.topic for question in catalog.questions}
    made: dict[str, list[System]] = {name: [] for name in catalog.topics}
    for system in catalog.systems:
        if not system.about:
            home = next(topic[key] for key in system.keys if key in topic)
            made[home] += [system, *(note for note in catalog.systems if note.about[:1] == (system.id,))]
    return made


def asked(t: Words, act: Act) -> str:
    """``Your county + Held in jail or prison``."""
    names = (f"option.{key}" if key == COUNTY_RULE else f"question.{key}.short" for key in act.keys)
    return " + ".join(map(t.plain, names))


class Drawing(Pen):
    """The picture in one language, row by row."""

    def __init__(self, t: Words) -> None:
        super().__init__(rtl=t.dir == "rtl")
        self.t = t

    # --- rows ---

    def row(self, tall: float, inside: str, more: str = "") -> Row:
        """A row, with its piece of the line that stands for ICE; pieces overlap, so that no seam shows."""
        line = self.path((ICE, 0), (ICE, tall + 1), stroke_width=4)
        return Row(tall, line + inside, more)

    def title(self, key: str) -> Row:
        lines = wrapped(self.t.plain(key), TITLE[0] * BOLD, ICE - 8)
        tall = 38 + (len(lines) - 1) * TITLE[1]
        return Row(tall, self.group(self.text(lines, 0, 20, TITLE), font_weight=700))

    def topic(self, topic: str, strips: Iterable[Row]) -> Row:
        """A topic's name and its strips."""
        title = self.title(f"topic.{topic}")
        made = stacked([self.row(title.tall, title.inside), *strips])
        return replace(made, more=attributes({"data-topic": topic}))

    def act(self, act: Act, passing: Iterable[str]) -> Row:
        """A line of words beside its dots; ``passing`` are levels whose lines come down from acts above."""
        lines = wrapped(asked(self.t, act), PLAIN[0], ICE - WORDS - 6)
        tall = 6 + len(lines) * PLAIN[1]
        down = [self.group(self.rail(level, MIDDLE, tall + MIDDLE), class_=level) for level in passing]
        dots = [
            self.group(
                self.rail(level, MIDDLE, tall + MIDDLE) + self.dot(level, RAILS[level], MIDDLE), class_=level
            )
            for level in act.rows
        ]
        rows = " ".join(str(number) for level in RULE_LEVELS for number in act.rows.get(level, ()))
        inside = "".join([*down, *dots]) + self.text(lines, WORDS, MIDDLE, PLAIN)
        return self.row(tall, inside, attributes({"data-from": " ".join(act.keys), "data-rows": rows}))

    def says(self, inset: float, levels: Iterable[str]) -> Row:
        """Between acts and box: that a company says so, and nobody else."""
        lines = wrapped(self.t.plain("picture.company"), PLAIN[0], ICE - WORDS - 6 - inset)
        tall = 6 + len(lines) * PLAIN[1]
        down = [self.group(self.rail(level, MIDDLE, tall + MIDDLE), class_=level) for level in levels]
        words = self.text(lines, WORDS + inset, MIDDLE, PLAIN)
        return self.row(tall, "".join(down) + self.bubble(6 + inset, MIDDLE + 1) + words)

    def holder(self, system: System, levels: Iterable[str]) -> Row:
        """The box of who holds the record, what came down into it, and ICE's way to it."""
        t, inset = self.t, IN if system.about else 0
        top = TOP[bool(system.about)]
        room = EDGE - inset - 18
        name = wrapped(t.plain(f"{system.id}.name"), NAME[0] * BOLD, room)
        kind = wrapped(t.plain(f"kinds.{system.kind}"), PLAIN[0], room)
        tall = 12 + len(name) * NAME[1] + len(kind) * PLAIN[1]
        middle = top + tall / 2
        dashes = {"stroke_dasharray": "0 6", "stroke_width": 3} if system.kind == "planned" else {}
        words = self.group(self.text(name, inset + 10, top + 16, NAME), font_weight=700)
        words += self.text(kind, inset + 10, top + 14 + len(name) * NAME[1], PLAIN)
        inside = "".join(
            self.group(self.rail(level, MIDDLE, top - 4) + self.inlet(level, top - 1), class_=level)
            for level in levels
        )
        inside += (
            self.rect(inset, top, EDGE - inset, tall, rx=10 if not system.about else 4, **dashes) + words
        )
        way = self.way(system.kind, middle)
        inside += self.group(way, stroke="var(--focus)", color="var(--focus)", data_kind=system.kind)
        if system.kind not in ("not_shown", "ended"):
            inside += self.group(self.text(["ICE"], ICE + 6, middle, PLAIN), font_weight=700)
        return self.row(top + tall + GAP, inside)

    def strip(self, system: System, found: list[Act], more: bool) -> Row:
        """A system: what leads to it, who holds it, how ICE gets there. A note hangs on the one above it."""
        above: list[str] = []
        rows = []
        for act in found:
            rows.append(self.act(act, [level for level in above if level not in act.rows]))
            above += [level for level in act.rows if level not in above]
        inset = IN if system.about else 0
        if system.drawn[0].strength == "company":
            rows.append(self.says(inset, above))
        box = self.holder(system, above)
        made = stacked([*rows, box])
        named: dict[str, object] = {"data-system": system.id}
        inside = made.inside
        if system.about:
            named["data-about"] = " ".join(system.about)
            branch = made.tall - (box.tall + GAP - TOP[True]) / 2
            stem = self.path((STEM, -GAP), (STEM, branch), (IN, branch))
            on = {} if more else {"display": "none"}  # a phone may hang another below it
            inside = stem + self.path((STEM, branch), (STEM, made.tall), **on) + inside
        return Row(made.tall, inside, attributes(named))

    def strips(self, systems: list[System], keys: Iterable[str] | None = None) -> Iterator[Row]:
        for system, after in pairwise([*systems, None]):
            if system:
                yield self.strip(system, acts(system, keys), bool(after and after.about))

    def legend(self, systems: Iterable[System]) -> Row:
        """What each sign means, of those that are drawn."""
        t, seen = self.t, list(systems)
        signs = [
            (
                self.path((0, MIDDLE), (56, MIDDLE), **LINES[level]) + self.dot(level, 28, MIDDLE),
                f"levels.{level}.tab",
            )
            for level in RULE_LEVELS
        ]
        if any(system.drawn[0].strength == "company" for system in seen):
            signs.append((self.bubble(6, MIDDLE + 1), "picture.company"))
        for kind in KINDS:
            if any(system.kind == kind for system in seen):
                way = self.way(kind, MIDDLE, 0, 56)
                signs.append((self.group(way, stroke="var(--focus)", color="var(--focus)"), f"kinds.{kind}"))
        if any(system.about for system in seen):
            stem = self.path((STEM, 0), (STEM, MIDDLE), (IN, MIDDLE))
            signs.append((stem + self.rect(IN, 3, 28, 18, rx=4), "card.note"))
        rows = [self.title("picture.signs")]
        for sign, key in signs:
            lines = wrapped(t.plain(key), PLAIN[0], WIDTH - 70)
            rows.append(Row(10 + len(lines) * PLAIN[1], sign + self.text(lines, 66, MIDDLE, PLAIN)))
        return stacked(rows)

    def svg(self, name: str, title: str, columns: Iterable[Row]) -> Markup:
        """The drawing, in one column. On paper its parts stand side by side (``static/picture.css``)."""
        drawn = stacked(columns)
        side = ' direction="rtl"' if self.rtl else ""
        corner = "xMaxYMin" if side else "xMinYMin"
        # Our own markup; every text in it is escaped.
        return Markup(  # noqa: S704 # nosec B704
            f'<svg data-picture="{name}" role="img" aria-label="{escape(title)}"{side} font-size="{PLAIN[0]}"'
            f' viewBox="-2 0 {WIDTH + 4} {drawn.tall:g}" preserveAspectRatio="{corner}">{drawn.inside}</svg>'
        )


def whole(t: Words) -> Markup:
    """Every system, topic by topic."""
    drawing = Drawing(t)
    blocks = [drawing.legend(t.catalog.systems)]
    for topic, systems in topics(t).items():
        blocks.append(drawing.topic(topic, drawing.strips(systems)))

    def columns(first: int, second: int) -> list[Row]:
        return [stacked(part) for part in (blocks[:first], blocks[first:second], blocks[second:])]

    cuts = combinations(range(1, len(blocks)), 2)
    even = min(cuts, key=lambda cut: max(column.tall for column in columns(*cut)))
    return drawing.svg("whole", t.plain("picture.label"), columns(*even))


def one(t: Words, topic: str) -> Markup:
    """The systems that the questions of one topic lead to, and how."""
    drawing = Drawing(t)
    keys = {question.id for question in t.catalog.questions if question.topic == topic}
    led = {system.id for system in t.catalog.systems if not keys.isdisjoint(system.keys)}
    every = [system for found in topics(t).values() for system in found]
    systems = [system for system in every if {system.id, *system.about[:1]} & led]
    return drawing.svg(
        topic, f"{t.plain(f'topic.{topic}')}. {t.plain('picture.label')}",
        [drawing.topic(topic, drawing.strips(systems, keys)), drawing.legend(systems)],
    )  # fmt: skip


@dataclass(frozen=True)
class Said:
    """The same in words: a system, its acts with the keys of their levels' names, and its two claims."""

    system: System
    acts: tuple[tuple[tuple[str, ...], str], ...]


def said(t: Words) -> dict[str, list[Said]]:
    """Topic → what the drawing shows of each system."""

    def level(act: Act) -> str:
        return f"levels.{next(iter(act.rows))}.name" if len(act.rows) == 1 else "picture.either"

    return {
        topic: [Said(s, tuple((act.keys, level(act)) for act in acts(s))) for s in systems]
        for topic, systems in topics(t).items()
    }
