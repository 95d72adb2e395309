"""Pages with every text named, for ``app.pair`` to join: rendered by the build, read by workers.

A run of texts that stand in one line is one text, so that a language reads whole sentences.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from markupsafe import Markup

from app.language import Words
from app.pair import END, FLAT, START, WAY, bare, mark, pieces

#: Said as it is in every language: shown once.
NAME = "app.name"
#: Said only in a language that nobody has read.
UNREAD = "standing.unreviewed"
#: Begins the name of a text that is a name, and stands once unless a sentence holds it.
ALONE = "*"
VOID = {"!doctype", "br", "hr", "input", "meta"}
#: Elements that stand within a sentence, if they say nothing of their own but a language.
WITHIN = re.compile(r'<(b|bdi|br|cite|i|q|small|span)( (lang|dir)="[^"]*")*>$')
#: Elements that hold text and no markup.
TEXT_ONLY = {"option", "text", "title"}
#: A gap in a page, or in a piece of one (``app.sheet``).
GAP = re.compile(r"(\ue000.*?\ue001|%\([^)]*\)s)")
TOKEN = re.compile(r"(<(?:script|style)>.*?</(?:script|style)>|<[^>]*>)", re.DOTALL)


def named(*parts: object) -> str:
    """A short name for a text: by its key and values, never by its words."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def skeleton(text: str) -> list[str]:
    """A text as names, and what stands between them, in no order: the same in every language."""
    return sorted(part for before, _, name in pieces(text) for part in (before, name))


@dataclass(frozen=True)
class Marked(Words):
    """Words of one language that name every text they give."""

    @classmethod
    def of(cls, words: Words) -> Marked:
        made = {part.name: getattr(words, part.name) for part in fields(Words) if part.name != "cache"}
        return cls(**made)

    @property
    def path(self) -> str:
        return WAY

    def _named(self, text: str, *parts: object) -> Markup:
        # Texts come from Words as markup.
        return Markup(mark(bare(text), named(*parts)))  # noqa: S704 # nosec B704

    def _markup(self, key: str, values: Mapping[str, object]) -> Markup:
        made = super()._markup(key, values)
        said = [(name, skeleton(str(value))) for name, value in sorted(values.items())]
        if key == NAME:
            return made
        if key == UNREAD and self.reviewed:  # the other language may not be
            made = Markup()
        return self._named(made, key, said)

    def date(self, value: str) -> str:
        return self._named(super().date(value), value)

    def spoken(self, codes: tuple[str, ...]) -> str:
        return self._named(Markup.escape(super().spoken(codes)), codes)

    def foreign(self, text: str) -> Markup:
        # As above.
        return Markup(mark(bare(super().foreign(text)), ALONE + named(text)))  # noqa: S704 # nosec B704


# --- texts in one line ---------------------------------------------------------------------------------


@dataclass
class Node:
    """An element, or text if it has no tag."""

    start: str
    tag: str = ""
    inside: list[Node] = field(default_factory=list)
    end: str = ""

    def __str__(self) -> str:
        return self.start + "".join(map(str, self.inside)) + self.end

    @property
    def says(self) -> bool:
        """Whether words stand in it that differ by language."""
        return START in (str(self) if self.within else "")

    @property
    def within(self) -> bool:
        """Whether it can stand in a sentence, and so once in each language."""
        if self.tag:
            return bool(WITHIN.match(self.start)) and all(node.within for node in self.inside)
        return not GAP.match(self.start)


def texts(part: str) -> list[Node]:
    """What stands between two tags: named texts, and gaps, and the rest."""
    made = []
    for before, text, name in pieces(part):
        made += [Node(piece) for piece in GAP.split(before) if piece]
        if name:
            made.append(Node(mark(text, name)))
    return made


def tree(html: str) -> Node:
    """Our own markup, whose elements all have their ends, as a tree."""
    holders: list[str] = []

    def hold(found: re.Match[str]) -> str:
        holders.append(found[0])
        return f"\ue014{len(holders) - 1}\ue015"

    def back(text: str) -> str:
        return re.sub("\ue014(\\d+)\ue015", lambda found: back(holders[int(found[1])]), text)

    # Markup in a text is no part of the tree; a text in a tag, no text.
    html = re.sub(f"{START}[^{START}]*?{END}", hold, html)
    opened = [Node("")]
    for part in TOKEN.split(html):
        shown = back(part)
        if not part.startswith("<"):
            opened[-1].inside += texts(shown)
        elif part.startswith("</"):
            opened[-1].end = shown
            opened.pop()
        else:
            tag = part[1:].split(" ", 1)[0].rstrip(">/")
            node = Node(shown if tag in ("script", "style") else flattened(shown), tag)
            opened[-1].inside.append(node)
            if tag not in VOID and not part.endswith(("/>", "</script>", "</style>")):
                opened.append(node)
    return opened[0]


def flattened(part: str) -> str:
    """The texts in a tag, or in an element that holds no markup, as such."""
    return "".join(before + (mark(text, FLAT + name) if name else "") for before, text, name in pieces(part))


def join(node: Node) -> None:
    """Make one text of each run of texts that stand in one line."""
    if node.tag in TEXT_ONLY:
        node.inside = [Node(flattened("".join(map(str, node.inside))))]
        return
    made: list[Node] = []
    run: list[Node] = []
    for inner in [*node.inside, None]:
        if inner and inner.within:
            run.append(inner)
            continue
        made += together(run)
        run = []
        if inner:
            join(inner)
            made.append(inner)
    node.inside = made


def together(run: list[Node]) -> list[Node]:
    """A run with its texts as one. Elements at its ends that say nothing of their own stay outside."""
    said = [n for n, node in enumerate(run) if node.says]
    if not said:
        return run
    quiet = [n for n, node in enumerate(run) if node.tag and node.tag != "br" and not node.says]
    begin = max((n + 1 for n in quiet if n < said[0]), default=0)
    end = min((n for n in quiet if n > said[-1]), default=len(run))
    inner = run[begin:end]
    if len(inner) == 1 and inner[0].tag:
        join(inner[0])
        return run
    text = "".join(map(str, inner))
    names = {name for _, _, name in pieces(text) if name}
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    text = text.strip()
    if all(name.startswith(ALONE) for name in names):
        whole = bare(text)
    else:
        whole = mark(bare(text), named(skeleton(text)))
    return [*run[:begin], Node(lead + whole + tail), *run[end:]]


def lined(made: Any) -> Any:
    """Markup, or whatever holds it, with its texts joined where they stand in one line."""
    if isinstance(made, dict):
        return {key: lined(value) for key, value in made.items()}
    if isinstance(made, list | tuple):
        return [lined(value) for value in made]
    if not isinstance(made, str) or START not in made:
        return made
    whole = tree(made)
    join(whole)
    return str(whole)
