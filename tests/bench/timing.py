"""`make bench-timing`: whether the time to an answer tells what was answered.

The same forms again and again, in another order each round, so that whatever else the machine does falls on
all alike. CPU is taken in this process, the time on the line from a server of its own. What one form differs
from itself, its odd rounds against its even ones, is the noise to see every other difference against.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable
from io import BytesIO
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from app import BUILD, assess, create_app
from app.built import Built
from app.forms import Questionnaire
from app.reference import Reference
from tests.bench.fuzz import Line, await_server
from tests.bench.grammar import FORM
from tests.bench.load import Server

#: Options that say that something is not so, best first.
NOES = ("no", "never", "none")


def forms(built: Built) -> dict[str, bytes]:
    """Forms as unlike each other as there are, by what they say."""
    ids = {question.id: [option.id for option in question.options] for question in built.questions}
    noes = {name: next((no for no in NOES if no in options), "not_sure") for name, options in ids.items()}
    first = {name: options[0] for name, options in ids.items()}
    unsure = dict.fromkeys(ids, "not_sure")
    likely = most_likely(built, ids)
    made: dict[str, dict[str, str]] = {
        "nothing": {},
        "nothing, once more": {},
        "one thing": {"tax": likely["tax"]},
        "all “I don't know”": unsure,
        "all “no”": noes,
        "the first option of each": first,
        "what makes most records likely": likely,
        "that, and a state": {**likely, "state": "TX"},
        "that, and a county": {**likely, "state": "TX", "county": "48201"},
        "that, and a value that is none": {**likely, "tax": "moon"},
    }
    return {name: urlencode(form).encode() for name, form in made.items()}


def most_likely(built: Built, ids: dict[str, list[str]]) -> dict[str, str]:
    """The answers, found question by question, that make most records likely."""
    asked = Questionnaire(built.questions, built.states, Reference(BUILD / "site" / "reference.db"))

    def likely(form: dict[str, str]) -> int:
        found = assess.assess(asked.read(MultiDict(form)).answers, built.systems)
        return sum(finding.level == "likely" for finding in found)

    form: dict[str, str] = {}
    for _ in range(2):
        for name, options in ids.items():
            form[name] = max(options, key=lambda option: likely({**form, name: option}))  # noqa: B023
    return form


def in_process() -> Callable[[bytes], float]:
    """Microseconds of CPU for a form, handed to the app as a server would."""
    app = create_app(BUILD)

    def ask(body: bytes) -> float:
        environ = {
            "REQUEST_METHOD": "POST", "PATH_INFO": "/en/results", "SCRIPT_NAME": "", "QUERY_STRING": "",
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1", "HTTP_ACCEPT_ENCODING": "gzip, deflate, br",
            "CONTENT_TYPE": FORM.decode(), "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body), "wsgi.url_scheme": "http",
            "wsgi.errors": None, "wsgi.version": (1, 0), "wsgi.multithread": True, "wsgi.run_once": False,
        }  # fmt: skip
        begun = time.thread_time_ns()
        answer = b"".join(app.wsgi_app(environ, lambda *_: lambda _: None))
        used = time.thread_time_ns() - begun
        assert answer
        return used / 1000

    return ask


def over_the_line(port: int) -> Callable[[bytes], float]:
    """Microseconds from the last byte sent to the last one read, on a kept connection."""
    line = Line(("127.0.0.1", port))
    head = b"POST /en/results HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip, deflate, br\r\n"
    head += b"Content-Type: " + FORM + b"\r\nContent-Length: %d\r\n\r\n"

    def ask(body: bytes) -> float:
        begun = time.perf_counter_ns()
        line.socket.sendall(head % len(body) + body)
        answer = line.answer(b"POST")
        used = time.perf_counter_ns() - begun
        assert answer and answer.status in (200, 400)
        return used / 1000

    return ask


def rounds(bodies: dict[str, bytes], ask: Callable[[bytes], float], many: int) -> dict[str, list[float]]:
    chance = random.Random(1)  # noqa: S311
    times: dict[str, list[float]] = {name: [] for name in bodies}
    names = list(bodies)
    for turn in range(many + 20):
        chance.shuffle(names)
        for name in names:
            used = ask(bodies[name])
            if turn >= 20:
                times[name].append(used)
    return times


def apart(one: float, other: float) -> float:
    return abs(one / other - 1)


def table(title: str, times: dict[str, list[float]]) -> None:
    """Medians beside what each form differs from itself."""
    base = statistics.median(times["nothing"])
    print(f"| {title} | median, µs | middle half, µs | share of the first | odd rounds against even |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, all_of_it in times.items():
        low, median, high = statistics.quantiles(all_of_it, n=4)
        own = apart(statistics.median(all_of_it[::2]), statistics.median(all_of_it[1::2]))
        print(f"| {name} | {median:.0f} | {low:.0f}–{high:.0f} | {median / base:.2f} | {own:.1%} |")
    right = {name: statistics.median(all_of_it) for name, all_of_it in times.items() if "none" not in name}
    slowest, fastest = max(right, key=right.__getitem__), min(right, key=right.__getitem__)
    spread = statistics.median(
        (q[2] - q[0]) / q[1] for q in (statistics.quantiles(one, n=4) for one in times.values())
    )
    print(
        f"\nRight forms: slowest ({slowest}) / fastest ({fastest}) = {right[slowest] / right[fastest]:.2f}, "
        f"{right[slowest] - right[fastest]:.0f} µs. "
        f"The middle half of one form's own times spreads over {spread:.0%} of its median.\n"
    )


def main() -> None:
    words = argparse.ArgumentParser(prog="make bench-timing", description="Does time tell what was answered?")
    words.add_argument("--rounds", type=int, default=1500)
    many = words.parse_args().rounds
    if not (BUILD / "site").exists():
        words.error("there is nothing to serve yet: run make build")
    bodies = forms(Built(BUILD))
    table("CPU", rounds(bodies, in_process(), many))
    server = Server()
    try:
        await_server(server)
        table("loopback", rounds(bodies, over_the_line(server.port), many))
    finally:
        server.kill()


if __name__ == "__main__":
    main()
