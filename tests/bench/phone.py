"""What a cheap phone on a slow line waits for: ``make bench-phone``.

Chromium, slowed six times, at one end of a slow line; nginx and the app at the other. Every visit is a fresh
one. Prints a Markdown table and, goal by goal, whether it is met. Times are held against the floor: a page of
1 kB with one button, opened over the same line in the same rounds.

Ends with 0 when it has measured, whatever came out: times depend on the machine. Ends with 77 and the reason
where it cannot measure.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from app.model import NAMES as LANGUAGES
from app.model import SOURCE
from tests.bench import front, slow
from tests.browser.conftest import NAMES as BROWSERS

SLOW, FAST = slow.Line("slow 3G", 0.4, 400_000), slow.Line("fast 3G", 0.15, 1_600_000)
LINES = (SLOW, FAST)
SKIPPED = 77
FLOOR = "floor.usable"
#: What is measured, by the name that ``walk`` gives it. Times that a person waits are in ``TIMES``.
TIMES = {
    FLOOR: "the floor: a page of 1 kB can be used",
    "app.first_byte": "app page: first byte",
    "app.last_byte": "app page: last byte",
    "app.paint": "app page: first paint",
    "app.usable": "app page: can be used",
    "result.time": "result on the phone, from the tap",
    "post.time": "result by POST, from the tap",
    "late_post.time": "result by POST, new connection",
}
OTHERS = {
    "app.tasks": "app page: long tasks",
    "app.tasks_sum": "app page: long tasks, ms",
    "result.tasks": "result on the phone: long tasks",
    "result.tasks_sum": "result on the phone: long tasks, ms",
    "app.requests": "app page: requests",
    "floor.down": "the floor: bytes received",
    "app.down": "app page: bytes received",
    "app.up": "app page: bytes sent",
    "post.down": "result by POST: bytes received",
}


@dataclass(frozen=True)
class Goal:
    """The most that a time may be: milliseconds, or times the floor."""

    line: slow.Line
    key: str
    most: float
    relative: bool = False


GOALS = (
    Goal(SLOW, "app.usable", 1.25, relative=True),
    Goal(SLOW, "result.time", 100),
    Goal(FAST, "result.time", 100),
    Goal(FAST, "post.time", 900),
)


class Measured:
    """The rounds of one line."""

    def __init__(self, rounds: list[dict[str, float]]) -> None:
        self.rounds = rounds

    def middle(self, key: str) -> float:
        return median(figures[key] for figures in self.rounds)

    def ratio(self, key: str) -> float:
        return self.middle(key) / self.middle(FLOOR)

    def cells(self, key: str) -> str:
        """Median, least and most, and for a time the multiple of the floor: three cells of a row."""
        figures = [figures[key] for figures in self.rounds]
        ratio = f"{self.ratio(key):.2f}" if key in TIMES else ""
        return f"{median(figures):,.0f} | {min(figures):,.0f}–{max(figures):,.0f} | {ratio}"


def table(measured: dict[slow.Line, Measured]) -> Iterator[str]:
    heads = " | ".join(f"{line.name} | from–to | × floor" for line in measured)
    yield f"| median; times in ms | {heads} |"
    yield "| --- |" + " ---: |" * 3 * len(measured)
    for key, title in (TIMES | OTHERS).items():
        yield f"| {title} | {' | '.join(rounds.cells(key) for rounds in measured.values())} |"


def judged(goal: Goal, rounds: Measured) -> str:
    """One line that says whether the goal is met."""
    now = rounds.ratio(goal.key) if goal.relative else rounds.middle(goal.key)
    found, most = (f"{n:.2f} × the floor" if goal.relative else f"{n:,.0f} ms" for n in (now, goal.most))
    word = "met" if now <= goal.most else "missed"
    return f"- {word}: {TIMES[goal.key]}, {goal.line.name}: {found} (goal: {most})"


def missing() -> str:
    """What it needs and is not here."""
    here = {
        "nginx": shutil.which("nginx"),
        "openssl": shutil.which("openssl"),
        "chromium": any(map(shutil.which, BROWSERS)),
        "libnginx-mod-http-brotli-static": front.MODULE.exists(),
    }
    return ", ".join(name for name, found in here.items() if not found)


def measure(line: slow.Line, lang: str, rounds: int) -> Measured:
    """Walk over one line. All that is written, by the browser too, lies in a folder that is removed again."""
    with tempfile.TemporaryDirectory(prefix="bench-phone-") as folder:
        key = front.certify(Path(folder))
        python = [sys.executable, "-B", "-m"]
        there = ["env", f"HOME={folder}", f"TMPDIR={folder}"]
        printed = slow.run(
            line,
            [*there, *python, "tests.bench.front", folder, lang],
            [*there, *python, "tests.bench.walk", lang, str(rounds), key],
        )
    return Measured(json.loads(printed))


def main() -> int:
    parser = argparse.ArgumentParser("bench-phone", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="visits of each kind on each line (5)")
    parser.add_argument("--lang", choices=LANGUAGES, default=SOURCE, help=f"language of the app ({SOURCE})")
    options = parser.parse_args()
    lang, rounds = options.lang, max(1, options.rounds)
    # Ended from outside, the folders are removed, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    load = os.getloadavg()[0]
    try:
        if lack := missing():
            raise slow.RefusedError(f"missing: {lack}")
        measured = {line: measure(line, lang, rounds) for line in LINES}
    except slow.RefusedError as error:
        print(f"bench-phone: not measured: {error}", file=sys.stderr)
        return SKIPPED
    print(*table(measured), "", sep="\n")
    print(*(judged(goal, measured[goal.line]) for goal in GOALS), sep="\n")
    print(f"\n/{lang}/, {rounds} rounds; {os.cpu_count()} processors, {load:.1f} of them busy before.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
