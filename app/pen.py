"""Lines, boxes, signs and words in lines: what the picture is drawn with (``app.picture``).

Lengths are user units, which are pixels on a phone of 360.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import escape

WIDTH = 328
#: Where the line of a level comes down, and what it is like.
RAILS = {"likely": 11, "possible": 25}
LINES: Mapping[str, Mapping[str, object]] = {
    "likely": {"stroke_width": 3},
    "possible": {"stroke_dasharray": "3 6"},
}
#: Where boxes end, and where ICE is.
EDGE, ICE = 242, 294
#: Sizes of text and the step from line to line.
TITLE, NAME, PLAIN = (20, 25), (16, 20), (15, 18)
#: Widths of letters in ems, the widest of common fonts; whatever is not named is 0.62, or 1 if Asian.
NARROW = {
    ".28": " ",
    ".34": "ijlI|.,;:'’!·",
    ".42": "frt()[]-/“”",
    ".78": "ABCDGHKNOQRUVXY&w+",
    ".98": "mMW%",
}
EMS = {letter: float(width) for width, letters in NARROW.items() for letter in letters}
#: A device may have a wider font than any we know.
SLACK = 1.12
#: Where a line may end: after a space or a hyphen, and between Chinese letters, never before a closing mark.
WIDE = r"[\u2e80-\ua4cf\uf900-\ufaff\uff00-\uffef]"
BREAK = re.compile(
    rf"(?<=[\s/-])|(?<={WIDE})(?=[^\s.,:;!?)。、，：；！？）」』])|(?<=[^\s(（「『])(?={WIDE})(?![。、，：；！？）」』])"
)


@dataclass(frozen=True)
class Row:
    """A piece of the drawing, ``tall`` units high; ``more`` are attributes."""

    tall: float
    inside: str
    more: str = ""


# --- words in lines -----------------------------------------------------------------------------------


def length(text: str, size: float) -> float:
    """How wide a text may be, at most, in units."""
    return SLACK * size * sum(map(em, text))


def em(letter: str) -> float:
    if unicodedata.category(letter) in ("Mn", "Cf"):
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1
    return EMS.get(letter, 0.8 if "\u1200" <= letter <= "\u137f" else 0.62)


def wrapped(text: str, size: float, room: float) -> list[str]:
    """The text in lines that fit; only a word wider than the room is broken."""
    lines = [""]
    for word in BREAK.split(text):
        if lines[-1] and length((lines[-1] + word).rstrip(), size) > room:
            lines.append("")
        for letter in word:
            if length(lines[-1] + letter, size) > room and not letter.isspace():
                lines.append("")
            lines[-1] += letter
    return [line.strip() for line in lines]


# --- shapes -------------------------------------------------------------------------------------------


def attributes(named: Mapping[str, object]) -> str:
    return "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in named.items())


def stacked(rows: Iterable[Row]) -> Row:
    """Rows one below the other, as one."""
    made, y = [], 0.0
    for row in rows:
        made.append(f'<g data-tall="{row.tall:g}" transform="translate(0 {y:g})"{row.more}>{row.inside}</g>')
        y += row.tall
    return Row(y, "".join(made))


class Pen:
    """Draws shapes and signs; x runs in the direction of the script."""

    def __init__(self, *, rtl: bool) -> None:
        self.rtl = rtl

    def x(self, x: float) -> float:
        return WIDTH - x if self.rtl else x

    def path(self, *points: tuple[float, float], **more: object) -> str:
        steps = " ".join(f"{self.x(x):g} {y:g}" for x, y in points)
        return f'<path d="M{steps}"{attributes(more)}/>'

    def rect(self, x: float, y: float, wide: float, tall: float, **more: object) -> str:
        left = min(self.x(x), self.x(x + wide))
        return f'<rect x="{left:g}" y="{y:g}" width="{wide:g}" height="{tall:g}"{attributes(more)}/>'

    def circle(self, x: float, y: float, r: float, **more: object) -> str:
        return f'<circle cx="{self.x(x):g}" cy="{y:g}" r="{r:g}"{attributes(more)}/>'

    def text(self, lines: Iterable[str], x: float, y: float, font: tuple[int, int], **more: object) -> str:
        """Lines of text, the first one's middle at ``y``."""
        size, step = font
        more = {"x": f"{self.x(x):g}"} | ({} if font == PLAIN else {"font_size": size}) | more
        return "".join(
            f'<text{attributes(more)} y="{y + n * step + size * 0.35:.0f}">{escape(line)}</text>'
            for n, line in enumerate(lines)
        )

    def group(self, inside: str, **more: object) -> str:
        return f"<g{attributes(more)}>{inside}</g>"

    # --- signs ---

    def head(self, x: float, y: float, **more: object) -> str:
        """The head of an arrow that ends at x."""
        return self.path((x - 9, y - 6), (x, y), (x - 9, y + 6), **({"fill": "currentColor"} | more))

    def dot(self, level: str, x: float, y: float) -> str:
        """A full dot for a likely record, a half one for a possible one, as the cards have them."""
        r = 6
        ring = self.circle(x, y, r, fill="var(--card)" if level == "possible" else "currentColor")
        half = f"M{self.x(x):g} {y - r:g}a{r} {r} 0 0 {int(self.rtl)} 0 {2 * r}z"
        return ring + (f'<path d="{half}" fill="currentColor"/>' if level == "possible" else "")

    def rail(self, level: str, y: float, end: float) -> str:
        return self.path((RAILS[level], y), (RAILS[level], end), **LINES[level])

    def inlet(self, level: str, y: float) -> str:
        """Where a level's line comes down into a box."""
        x = RAILS[level]
        return self.path((x - 5, y - 8), (x, y), (x + 5, y - 8), fill="currentColor")

    def bubble(self, x: float, y: float) -> str:
        """Somebody says so."""
        points = [(0, -8), (24, -8), (24, 5), (11, 5), (5, 11), (5, 5), (0, 5), (0, -8)]
        body = self.path(*((x + dx, y + dy) for dx, dy in points), fill="var(--card)")
        lines = (
            self.path((x + 5, y + dy), (x + end, y + dy), stroke_width=1.5) for dy, end in ((-4, 19), (1, 15))
        )
        return body + "".join(lines)

    def way(self, kind: str, y: float, start: float = EDGE, end: float = ICE - 3) -> str:
        """ICE's way to a record: each of ``model.KINDS`` looks different without color."""
        line, middle = ((start, y), (end - 8, y)), (start + end) / 2 - 4
        bars = [self.path((x, y - 10), (x, y + 10), stroke_width=3) for x in (middle - 4, middle + 4)]
        match kind:
            case "on_request" | "buys":
                sign = "?" if kind == "on_request" else "$"
                ring = self.circle(middle, y, 10, fill="var(--card)")
                said = self.text([sign], middle, y, PLAIN, text_anchor="middle")
                return self.path(*line) + ring + said + self.head(end, y)
            case "limited_by_court":
                after = self.path((middle + 8, y), (end - 8, y), stroke_dasharray="3 6")
                return self.path((start, y), (middle - 6, y)) + "".join(bars) + after + self.head(end, y)
            case "blocked_in_some_states":
                return self.path(*line) + bars[0] + self.head(end, y)
            case "planned":
                dots = self.path(*line, stroke_dasharray="0 6", stroke_width=3)
                return dots + self.head(end, y, fill="none")
            case "ended":
                cross = (self.path((middle - 6, y - up), (middle + 6, y + up)) for up in (6, -6))
                return self.path((start, y), (end - 8, y)) + "".join(cross)
            case "not_shown":
                ring = self.circle(middle + 4, y, 5)
                return self.path((start, y), (middle - 4, y), stroke_dasharray="3 6") + ring
        return self.path(*line, stroke_width=4) + self.head(end, y)
