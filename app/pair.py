"""Two languages at once: one page in each language, joined text by text.

The build renders pages once more with every text named (``app.marked``). The words of two such pages are
laid side by side here; a worker needs no catalog for it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import permutations

from app.model import NAMES

#: A named text: ``START text NAMED name END``; others may stand within it. In addresses, ``WAY`` is the pair.
START, NAMED, END, WAY = "\ue010", "\ue011", "\ue012", "\ue013"
#: A name that starts so belongs to a text with no room for markup: an attribute, an option, a title.
FLAT = "="
#: What stands between two languages in one line.
BETWEEN = " · "
PAIRS = {f"{first}+{second}": (first, second) for first, second in permutations(NAMES, 2)}

SIGN = re.compile(f"([{START}{NAMED}{END}])")
SIDE = re.compile('<html lang="([^"]+)" dir="([^"]+)">')


def mark(text: str, name: str) -> str:
    return f"{START}{text}{NAMED}{name}{END}"


def pieces(page: str) -> Iterator[tuple[str, str, str]]:
    """(what stands before, text, name) of every outermost text; after the last, no text and no name."""
    before: list[str] = []
    texts: list[list[str]] = []
    name = None
    for part in SIGN.split(page):
        if part == START:
            texts.append([])
        elif part == NAMED:
            name = ""
        elif part == END:
            inner = "".join(texts.pop())
            if texts:
                texts[-1].append(inner)
            else:
                yield "".join(before), inner, name or ""
                before = []
            name = None
        elif name is not None:
            name += part
        else:
            (texts[-1] if texts else before).append(part)
    yield "".join(before), "", ""


def bare(page: str) -> str:
    """A page without the names of its texts."""
    return "".join(before + text for before, text, _ in pieces(page))


def side(page: str) -> str:
    """The attributes that say which language a page is in."""
    found = SIDE.search(page)
    return f'lang="{found[1]}" dir="{found[2]}"' if found else ""


def flat(first: str, second: str, isolate: bool) -> str:
    """Two texts in one line, as attributes and options have them; set apart if they run different ways."""
    if first == second:
        return first
    return BETWEEN.join(f"\u2068{text}\u2069" if isolate else text for text in (first, second))


def both(first: str, second: str, pair: str) -> str:
    """One page out of the same page in two languages; its order and its own language are the first's.

    ``pair`` stands in its addresses. A text that only the first page has stands alone.
    """
    others: dict[str, list[str]] = defaultdict(list)
    for _, text, name in pieces(second):
        others[name].append(text)
    heads = [f"<span {side(page)}>" for page in (first, second)]
    isolate = heads[0][-5:] != heads[1][-5:]  # the end of their dir
    made = []
    seen: dict[str, int] = defaultdict(int)
    for before, text, name in pieces(first):
        known = others.get(name)
        # A text in which answers stand comes again with others in it, in the order of the questions.
        other = known[min(seen[name], len(known) - 1)] if known else text
        seen[name] += 1
        made.append(before)
        if name.startswith(FLAT):
            made.append(flat(text, other, isolate))
        elif name:
            sides = zip(heads, (text, other if known else ""), strict=True)
            said = [f"{head}{words}</span>" for head, words in sides if words]
            made.append(f'<span class="two">{f"<i>{BETWEEN}</i>".join(said)}</span>' if said else "")
    return "".join(made).replace(WAY, pair)
