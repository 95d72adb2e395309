"""`make bench`: the app beside a bare Flask hello on the same server, in one run.

Rounds are interleaved, so that whatever else the machine does falls on all alike; what counts is the median
of each round's ratio to hello. Nothing here fails on absolute time. Prints Markdown.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from app import BUILD
from app.built import Built
from app.model import NAMES

ROOT = Path(__file__).parent.parent.parent
ROUNDS = 7
SECONDS = 1
CONNECTIONS = 16
TICK = os.sysconf("SC_CLK_TCK")
POST = """
local bodies = {%s}
local n = 0
request = function()
  n = n %% #bodies + 1
  return wrk.format("POST", nil, {["Content-Type"] = "application/x-www-form-urlencoded",
    ["Accept-Encoding"] = "gzip", ["Host"] = "127.0.0.1"}, bodies[n])
end
"""
GET = 'wrk.headers["Accept-Encoding"] = "br"\n'


@dataclass(frozen=True)
class Target:
    """What is asked for: a name, a port's path, a wrk script, the least share of hello it may reach."""

    name: str
    path: str
    script: str
    least: float | None = None
    hello: bool = False


@dataclass(frozen=True)
class Run:
    """Requests a second, and milliseconds of the server's CPU for each request."""

    rate: float
    cpu: float


def forms(built: Built, seed: int = 7) -> tuple[list[str], list[str]]:
    """Bodies of forms with random answers, all questions answered: valid ones, and ones with a mistake."""
    chance = random.Random(seed)  # noqa: S311
    valid, invalid = [], []
    for _ in range(200):
        pairs = [(q.id, chance.choice(sorted(q.allowed))) for q in built.questions]
        pairs.append(("state", chance.choice(built.states)))
        valid.append(urlencode(pairs))
        invalid.append(urlencode([*pairs[1:], ("car", "plane")]))
    return valid, invalid


def free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def served(*command: str) -> Iterator[tuple[int, int, float]]:
    """Runs a server; gives its port, its process and the seconds from its start to its first answer."""
    port = free_port()
    environment = {**os.environ, "PORT": str(port), "PYTHONDONTWRITEBYTECODE": "1"}
    began = time.monotonic()
    server = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        while True:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").read()  # noqa: S310
                break
            if server.poll() is not None:
                raise RuntimeError(f"{' '.join(command)} ended with {server.returncode} before it answered")
            time.sleep(0.005)
        yield port, server.pid, time.monotonic() - began
    finally:
        server.terminate()
        server.wait()


def cpu(process: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def resident(process: int) -> float:
    """Megabytes of memory that a process holds."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    assert found
    return int(found[1]) / 1024


def ask(port: int, process: int, target: Target, folder: Path, connections: int = CONNECTIONS) -> Run:
    """One run of wrk against a server."""
    script = folder / "script.lua"
    script.write_text(target.script)
    before = cpu(process)
    said = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "-s", script, f"http://127.0.0.1:{port}{target.path}"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    used = cpu(process) - before
    count, rate = re.search(r"(\d+) requests in", said), re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert count and rate, said
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    assert not bad or "mistake" in target.name, said
    return Run(float(rate[1]), used / int(count[1]) * 1000)


def targets(built: Built) -> list[Target]:
    valid, invalid = (POST % ",".join(f'"{body}"' for body in bodies) for bodies in forms(built))
    return [
        Target("hello, Flask and nothing else", "/", "", hello=True),
        *(Target(f"GET the app, {tag}", f"/{tag}/", GET, 0.95) for tag in NAMES),
        Target("GET a page from disk", "/en/help", GET),
        Target("POST a form", "/en/results", valid, 0.30),
        Target("POST a form with a mistake", "/en/results", invalid, 0.25),
    ]


def spread(values: list[float], digits: int = 2) -> str:
    """Median and range."""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def verdict(value: float, bound: float | None, *, most: bool = False) -> str:
    """A goal and whether it was met."""
    if bound is None:
        return ""
    met = value <= bound if most else value >= bound
    return f"{'≤' if most else '≥'} {bound:g}: {'met' if met else 'missed'}"


def table(*rows: tuple[str, ...]) -> None:
    """Print Markdown; the first row is the head."""
    for number, row in enumerate(rows):
        print(f"| {' | '.join(row)} |")
        if not number:
            print("| --- " * len(row) + "|")
    print()


def main(folder: Path) -> None:
    built = Built(BUILD)
    wanted = targets(built)
    runs: dict[str, list[Run]] = {target.name: [] for target in wanted}
    serve = ("-m", "flask", "--app", "app", "serve")
    with served("-m", "tests.bench.hello") as hello, served(*serve) as app:
        for tag in NAMES:  # a worker keeps what each language needs
            urllib.request.urlopen(f"http://127.0.0.1:{app[0]}/{tag}/results", b"tax=itin").read()  # noqa: S310
        for _ in range(ROUNDS):
            for target in wanted:
                port, process, _ = hello if target.hello else app
                runs[target.name].append(ask(port, process, target, folder))
        memory = resident(app[1])
        alone = ask(hello[0], hello[1], wanted[0], folder).rate
        crowd = [
            (str(n), *(f"{ask(app[0], app[1], target, folder, n).rate / alone:.2f}" for target in wanted[1:]))
            for n in (1, 4, 16, 64, 256)
        ]
    starts = []
    for _ in range(ROUNDS):
        with served(*serve) as (_, _, seconds):
            starts.append(seconds)
    rows = []
    for target in wanted:
        pairs = zip(runs[target.name], runs[wanted[0].name], strict=True)
        ratios = [run.rate / other.rate for run, other in pairs]
        cost = spread([run.cpu for run in runs[target.name]])
        rows.append((target.name, spread(ratios), verdict(statistics.median(ratios), target.least), cost))
    table(("request", "share of hello: median (range)", "goal", "CPU each, ms"), *rows)
    used = statistics.median(run.cpu for run in runs["POST a form"])
    table(
        ("what", "measured", "goal"),
        ("CPU for a finished questionnaire, ms", f"{used:.2f}", verdict(used, 2, most=True)),
        ("memory of a worker, all languages, MB", f"{memory:.0f}", verdict(memory, 60, most=True)),
        ("start to first answer, s", spread(starts), verdict(statistics.median(starts), 0.6, most=True)),
    )
    table(("connections at once", *(f"{target.name}, share of hello" for target in wanted[1:])), *crowd)


if __name__ == "__main__":
    import tempfile

    if not shutil.which("wrk"):
        raise SystemExit("make bench needs wrk. On Debian or Ubuntu: apt-get install wrk")
    with tempfile.TemporaryDirectory() as made:
        main(Path(made))
