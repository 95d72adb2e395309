"""Hostile clients against our own server, on loopback only: ``make fuzz`` (``COUNT=200000 SEED=1``).

Fails on a 5xx, on anything sent that comes back, on an answer or a header that should not be, on an answer
that does not come, on one that takes twenty times the median again and again, and on any line in the log.
What failed is printed with its seed and number, which make it again.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import heapq
import os
import re
import socket
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from app import BUILD
from app.built import Built
from app.privacy import REFUSED
from tests.bench.grammar import Grammar, Sent
from tests.bench.load import Server

STATUSES = {200, 302, 304, 400, 404, 405, 413, 431}
NAMES = {
    "allow", "cache-control", "clear-site-data", "connection", "content-encoding", "content-length",
    "content-type", "date", "etag", "location", "vary",
}  # fmt: skip
#: What every answer carries, the policy aside.
FIXED = {
    name.lower(): value
    for name, value in REFUSED.items()
    if name not in ("Cache-Control", "Content-Security-Policy")
}
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) [A-Za-z ]+")
FIELD = re.compile(rb"([A-Za-z-]+): ([\x20-\x7e]*)")
MARKED = re.compile(rb"zq[0-9a-f]{8}")
LANGUAGE = re.compile(rb'<!doctype html>\s*<html lang="([\w-]+)"')
#: No answer may take this many times the median, not even the quickest of some tries.
SLOW = 20
TRIES = 7
PATIENCE = 20


class FaultError(Exception):
    """Something that must not be, in words."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Line:
    """A connection that parses what comes back to the letter."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.held = b""
        self.reset = False

    def more(self) -> bool:
        """Read on; false once nothing more comes."""
        try:
            part = self.socket.recv(262_144)
        except TimeoutError:
            raise FaultError(f"no answer within {PATIENCE} s") from None
        except ConnectionError:  # it closed with bytes of ours unread, which takes away what it had said
            part, self.reset = b"", True
        self.held += part
        return bool(part)

    def answer(self, method: bytes) -> Answer | None:
        """The next answer, whole; None where the connection ends before one begins."""
        while b"\r\n\r\n" not in self.held:
            if not self.more():
                if self.held and not self.reset:
                    raise FaultError("half a header")
                return None
        head, _, self.held = self.held.partition(b"\r\n\r\n")
        if head == b"HTTP/1.1 100 Continue":
            return self.answer(method)
        first, *lines = head.split(b"\r\n")
        status = STATUS.fullmatch(first)
        fields = [FIELD.fullmatch(line) for line in lines]
        if not status or not all(fields):
            raise FaultError("no header at all")
        pairs = [(one[1].decode().lower(), one[2].decode()) for one in fields if one]
        headers = dict(pairs)
        if len(headers) != len(pairs):
            raise FaultError("a header twice")
        made = Answer(int(status[1]), headers, b"")
        if made.status == 304 or "content-length" not in headers:
            if made.status != 304 or "content-length" in headers:
                raise FaultError("a length too few or too many")
            return made
        length = 0 if method == b"HEAD" else int(headers["content-length"])
        while len(self.held) < length:
            if not self.more():
                if self.reset:
                    return None
                raise FaultError("half a body")
        body, self.held = self.held[:length], self.held[length:]
        return Answer(made.status, headers, body)

    def close(self) -> None:
        self.socket.close()


@dataclass
class Fuzz:
    """One run against one server."""

    address: tuple[str, int]
    built: Built
    seed: int
    line: Line | None = None
    requests: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    silent: int = 0
    times: list[float] = field(default_factory=list)
    slowest: list[tuple[float, int]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    sizes: dict[tuple[bytes, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.grammar = Grammar(self.built, self.seed)
        known = [path.read_bytes() for path in self.built.site.rglob("*") if path.is_file()]
        self.known = {hashlib.sha256(body).digest() for body in [*known, b"ok"]}

    def run(self, count: int, said: Callable[[int], None] = lambda _: None) -> None:
        """Try the first ``count`` requests of this seed; stop at the tenth fault."""
        for number in range(count):
            sent = self.grammar.make(number)
            self.requests[sent.kind] += 1
            try:
                took = self.whole(sent) if sent.methods else self.broken(sent)
            except (FaultError, OSError) as fault:
                self.found(sent, str(fault))
                if len(self.faults) >= 10:
                    return
                continue
            self.times.append(took)
            if len(self.slowest) < 300:
                heapq.heappush(self.slowest, (took, number))
            else:
                heapq.heappushpop(self.slowest, (took, number))
            said(number)
        self.slow()
        self.hang_up()

    def slow(self) -> None:
        """Ask again for what took long: it is slow if it always is, beside what others take at that time."""
        limit = SLOW * statistics.median(self.times)
        for took, number in sorted(self.slowest, reverse=True):
            if took <= limit:
                return
            now = statistics.median(self.again(other) for other in range(9))
            tries = [self.again(number) for _ in range(TRIES)]
            if min(tries) > max(limit, SLOW * now):
                text = f"{took * 1000:.1f} ms, and each time more than {min(tries) * 1000:.1f}"
                self.found(self.grammar.make(number), text)

    def again(self, number: int) -> float:
        sent = self.grammar.make(number)
        try:
            return self.whole(sent) if sent.methods else self.broken(sent)
        except (FaultError, OSError):  # it has been told of already
            self.hang_up()
            return 0

    def found(self, sent: Sent, what: str) -> None:
        raw = repr(sent.raw[:3000]) + ("…" if len(sent.raw) > 3000 else "")
        self.faults.append(f"SEED={self.seed} number {sent.number} ({sent.kind}): {what}\n{raw}")
        self.hang_up()

    def hang_up(self) -> None:
        if self.line:
            self.line.close()
        self.line = None

    def whole(self, sent: Sent, tries: int = 20) -> float:
        """Requests that are clear about where they end: an answer to each, in order, on a kept connection.

        A refusal ends the connection. If more had come in by then, the kernel may drop what we have not read
        yet of the answers before: then once more.
        """
        line = self.line = self.line or Line(self.address)
        begun = time.perf_counter()
        line.socket.sendall(sent.raw)
        answers: list[Answer] = []
        while len(answers) < len(sent.methods):
            answer = line.answer(sent.methods[len(answers)])
            if not answer and line.reset and len(sent.raw) > 8192 and tries:
                self.hang_up()
                return self.whole(sent, tries - 1)
            if not answer:
                raise FaultError("the connection ended without an answer")
            answers.append(answer)
            if answer.headers.get("connection") == "close":
                break
        took = (time.perf_counter() - begun) / len(answers)
        for answer, method in zip(answers, sent.methods, strict=False):
            self.look(answer, method)
        if answers[-1].headers.get("connection") == "close":
            if line.held or line.more():
                raise FaultError("more after the end")
            if len(answers) < len(sent.methods) and answers[-1].status < 400:
                raise FaultError("the connection ended with requests unanswered")
            self.hang_up()
        elif line.held:
            raise FaultError("more than one answer to a request")
        return took

    def broken(self, sent: Sent) -> float:
        """On a connection of its own, and nothing after: any answers, or none, and then the end."""
        line = Line(self.address)
        try:
            begun = time.perf_counter()
            with suppress(OSError):  # it may have closed meanwhile; what it said is read all the same
                line.socket.sendall(sent.raw)
                line.socket.shutdown(socket.SHUT_WR)
            answers: list[Answer] = []
            while answer := line.answer(b""):
                if answers and answers[-1].headers.get("connection") == "close":
                    raise FaultError("more after the end")
                answers.append(answer)
            took = time.perf_counter() - begun
        finally:
            line.close()
        for answer in answers:
            self.look(answer, b"")
        self.silent += not answers
        return took

    def look(self, answer: Answer, method: bytes) -> None:
        """Hold one answer to all that every answer of ours is."""
        self.statuses[answer.status] += 1
        headers, status = answer.headers, answer.status
        if status not in STATUSES:
            raise FaultError(f"status {status}")
        if set(headers) - NAMES - set(FIXED) != {"content-security-policy"}:
            raise FaultError(f"headers {sorted(headers)}")
        if any(headers.get(name) != value for name, value in FIXED.items()):
            raise FaultError("a header of every answer is another, or missing")
        if headers["content-security-policy"] not in (
            *self.built.policies,
            REFUSED["Content-Security-Policy"],
        ):
            raise FaultError("another policy")
        kept = headers["cache-control"]
        if (
            kept not in ("no-store", "no-cache")
            or kept != "no-store"
            and (status >= 400 or method == b"POST")
        ):
            raise FaultError(f"Cache-Control: {kept}")
        if MARKED.search(repr(headers).encode()) or MARKED.search(answer.body):
            raise FaultError("something sent came back")
        if status == 200 and kept == "no-cache" and method != b"HEAD":
            if hashlib.sha256(answer.body).digest() not in self.known:
                raise FaultError("a page that the build did not write")
        elif kept == "no-store" and answer.body:
            self.page(answer, method)

    def page(self, answer: Answer, method: bytes) -> None:
        """A page made for one request: whole, of the one size of its language, and without what was sent."""
        packed = answer.headers.get("content-encoding", "")
        body = gzip.decompress(answer.body) if packed == "gzip" else answer.body
        language = LANGUAGE.match(body)
        if not language or not body.rstrip(b" ").endswith(b"</html>") or MARKED.search(body):
            raise FaultError("no page of ours, or with something sent in it")
        if method == b"POST":
            size = self.sizes.setdefault((language[1], packed), len(answer.body))
            if size != len(answer.body):
                raise FaultError(f"{len(answer.body)} bytes, and {size} before")

    def report(self) -> str:
        """A table in Markdown."""
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.requests.items()))
        statuses = ", ".join(f"{status}: {count:,}" for status, count in sorted(self.statuses.items()))
        times = sorted(self.times)
        parts = [times[int((len(times) - 1) * share)] * 1000 for share in (0.5, 0.99, 0.999, 1)]
        rows = {
            "seed": str(self.seed),
            "tried": f"{self.requests.total():,} ({kinds})",
            "answers by status": statuses,
            "without an answer, as they were not whole": f"{self.silent:,}",
            "ms to the answer: median, 99 %, 99.9 %, slowest": " / ".join(f"{part:.1f}" for part in parts),
            "faults": str(len(self.faults)),
        }  # fmt: skip
        return "\n".join(["| what | number |", "| --- | --- |", *(f"| {k} | {v} |" for k, v in rows.items())])


def main() -> None:
    words = argparse.ArgumentParser(prog="make fuzz", description="Hostile clients against our own server.")
    words.add_argument(
        "--count", type=int, default=200_000, help="how many requests (COUNT=; default 200,000)"
    )
    words.add_argument("--seed", type=int, default=1, help="what they are made from (SEED=; default 1)")
    words.add_argument("--show", type=int, metavar="N", help="print request number N of the seed, and stop")
    options = words.parse_args()
    if not (BUILD / "site").exists():
        words.error("there is nothing to serve yet: run make build")
    built = Built(BUILD)
    if options.show is not None:
        sys.stdout.buffer.write(Grammar(built, options.seed).make(options.show).raw)
        return
    with tempfile.TemporaryFile() as log:
        server = Server(log)
        try:
            await_server(server)
            before = server.memory()
            fuzz = Fuzz(("127.0.0.1", server.port), built, options.seed)
            fuzz.run(options.count, progress)
            after = server.memory()
        finally:
            server.kill()
        log.seek(0)
        said = [line for line in log.read().decode().splitlines() if not line.startswith("On File is at ")]
    print(fuzz.report())
    print(f"| memory of the server, MiB | {before:.1f} → {after:.1f} |\n| lines in its log | {len(said)} |")
    faults = [*fuzz.faults, *(f"log: {line}" for line in said[:10])]
    sys.exit("\n\n".join(["", *faults]) if faults else None)


def await_server(server: Server) -> None:
    for _ in range(600):
        try:
            return Line(("127.0.0.1", server.port)).close()
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"Nobody answers on port {server.port}.")


def progress(number: int) -> None:
    if number % 20_000 == 19_999 and os.isatty(2):
        print(f"{number + 1:,}", file=sys.stderr)


if __name__ == "__main__":
    main()
