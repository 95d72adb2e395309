"""The load that a radio mention brings, against our own server, on loopback only: ``make bench-load``.

256 connections at once, slow ones among them; two server processes, one of which is killed midway and
started again. First the clients choose between the two ports themselves, then nginx does it for them.
Fails on a wrong answer, on one that never comes, on a 5xx or a broken connection outside of the kill, and
if memory grows; never on a time, for a busy machine is no fault of ours.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from app import BUILD, ROOT, assess, catalog
from app.built import Built
from app.forms import Questionnaire
from app.model import NAMES
from app.reference import Reference

#: Connections at once, by how they behave: the idle keep their line open a while after each answer.
CROWD = {"fast": 192, "slow reader": 24, "slow writer": 24, "idle": 16}
#: How often each kind of request is sent.
MIX = {"app": 6, "again": 3, "help": 2, "systems": 2, "form": 6, "wrong form": 2}
#: The other process stands alone for this many seconds before the killed one is started again.
ALONE = 3
#: Who waits longer than this after the end has been forgotten: far beyond what any queue here explains.
FORGOTTEN = 45
#: What the surviving process may grow by once it is warm.
GROWTH = 1.05
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/log crit;
events {{ worker_connections 2048; }}
http {{
  access_log off; client_max_body_size 16k; client_body_buffer_size 16k; client_body_in_single_buffer on;
  client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
  upstream on_file {{ {servers} }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://on_file; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $host; proxy_max_temp_file_size 0; proxy_buffers 8 32k; gzip off;
      proxy_next_upstream error timeout non_idempotent;  # a form changes nothing: it may be sent again
    }}
  }}
}}
"""


@dataclass(frozen=True)
class Ask:
    """A request, and what its answer must be: a page's very bytes, or a form's size, language and levels."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    status: int = 200
    page: bytes = b""
    size: int = 0
    levels: Mapping[str, str] = field(default_factory=dict)

    @property
    def head(self) -> bytes:
        fields = {"Host": "127.0.0.1", "Content-Length": str(len(self.body)), **self.headers}
        lines = [
            f"{self.method} {self.path} HTTP/1.1",
            *(f"{name}: {value}" for name, value in fields.items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode()

    def fault(self, status: int, headers: Mapping[str, str], body: bytes) -> str:
        """What is wrong with an answer; empty if it is right."""
        if status != self.status:
            return f"status {status}, not {self.status}"
        if self.method == "GET":
            return "" if body == self.page else f"{len(body)} bytes that are not the page"
        if len(body) != self.size or headers.get("cache-control") != "no-store":
            return f"{len(body)} bytes, not {self.size}, or no word that nobody may keep them"
        try:
            html = (gzip.decompress(body) if "content-encoding" in headers else body).decode()
        except (OSError, EOFError, zlib.error, UnicodeDecodeError):
            return "cannot be unpacked"
        if not re.match(f'<!doctype html>\\s*<html lang="{self.path.split("/")[1]}"', html):
            return "another language"
        if status == 400:
            return "" if '<section id="errors"' in html else "no word of what was wrong"
        found = dict(re.findall(r'<article id="system-(\w+)" data-level="(\w+)"', html))
        return "" if found == self.levels else f"levels {found}, not {self.levels}"


class Asks:
    """Every request there is, made before the load, so that it leaves the clients nothing to work out."""

    def __init__(self, seed: int, forms: int = 500) -> None:
        self.chance = random.Random(seed)  # noqa: S311  no secrets here
        self.catalog = catalog.load()
        self.built = Built(BUILD)
        lists = BUILD / "site" / "reference.db"
        self.questionnaire = Questionnaire(self.catalog.questions, self.catalog.states, Reference(lists))
        with sqlite3.connect(lists) as db:
            self.counties: list[tuple[str, str]] = db.execute("select state, fips from counties").fetchall()
        tags = list(NAMES)
        self.kinds = {name: [self.get(tag, name) for tag in tags] for name in ("app", "help", "systems")}
        self.kinds["form"] = [self.post(tag, self.answers()) for tag in tags * (forms // len(tags))]
        self.kinds["wrong form"] = [self.post(tag, self.answers(), self.slip()) for tag in tags * 20]

    def pick(self) -> Ask:
        (kind,) = self.chance.choices(list(MIX), list(MIX.values()))
        return self.chance.choice(self.kinds[kind])

    def get(self, tag: str, name: str) -> Ask:
        path, file = (f"/{tag}/", "index") if name == "app" else (f"/{tag}/{name}", name)
        return Ask("GET", path, BROWSER, page=(BUILD / "site" / tag / f"{file}.html.br").read_bytes())

    def revalidate(self, etags: Mapping[str, str]) -> None:
        """What a second visit asks: is my copy of the app page still good?"""
        self.kinds["again"] = [
            Ask("GET", path, {**BROWSER, "If-None-Match": etag}, status=304) for path, etag in etags.items()
        ]

    def answers(self) -> dict[str, list[str]]:
        """Valid answers, some questions left out, with or without a place."""
        given = {}
        for question in self.catalog.questions:
            ids = [option.id for option in question.options]
            if self.chance.random() < 0.8:
                given[question.id] = self.chance.sample(
                    ids, k=self.chance.randint(1, len(ids) if question.many else 1)
                )
        state, county = self.chance.choice(self.counties)
        return given | self.chance.choice([{}, {"state": [state]}, {"state": [state], "county": [county]}])

    def slip(self) -> dict[str, list[str]]:
        """An option that is none, a radio sent twice, a county that is nowhere."""
        return self.chance.choice([{"tax": ["moon"]}, {"ssn": ["yes", "no"]}, {"county": ["99999"]}])

    def post(self, tag: str, given: dict[str, list[str]], slip: dict[str, list[str]] | None = None) -> Ask:
        """A form; few clients take no gzip, and their answer has a size of its own."""
        encoding: dict[str, str] = BROWSER if self.chance.random() < 0.9 else {}
        size = self.built.size(tag, bool(encoding))
        found = assess.assess(self.questionnaire.read(MultiDict(given)).answers, self.catalog.systems)
        return Ask(
            "POST", f"/{tag}/results", {"Content-Type": "application/x-www-form-urlencoded", **encoding},
            urlencode(given | (slip or {}), doseq=True).encode(), 400 if slip else 200, size=size,
            levels={finding.system: finding.level for finding in found},
        )  # fmt: skip


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Server:
    """One ``flask serve``, as it is deployed."""

    def __init__(self, log: IO[bytes] | int = subprocess.DEVNULL) -> None:
        self.log = log
        self.port = free_port()
        self.start()

    def start(self) -> None:
        environment = {**os.environ, "HOST": "127.0.0.1", "PORT": str(self.port)}
        command = [sys.executable, "-m", "flask", "--app", "app", "serve"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=self.log)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def memory(self) -> float:
        """Resident memory in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1024


@contextmanager
def nginx(servers: Iterable[Server]) -> Iterator[int]:
    """The port of an nginx in front of the servers: one process, its files in a folder that goes with it."""
    port = free_port()
    named = " ".join(f"server 127.0.0.1:{server.port};" for server in servers)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "nginx.conf"
        path.write_text(NGINX.format(folder=folder, port=port, servers=named), "ascii")
        process = subprocess.Popen([nginx_program(), "-p", folder, "-c", path, "-e", f"{folder}/log"])
        try:
            yield port
        finally:
            process.kill()
            process.wait()


def nginx_program() -> str:
    return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or ""


class Line:
    """A connection of one kind."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    async def open(self, port: int) -> None:
        made = socket.socket()
        made.setblocking(False)
        if self.kind == "slow reader":  # without room of its own, so that the server feels how slow it is
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        try:
            await asyncio.get_running_loop().sock_connect(made, ("127.0.0.1", port))
        except OSError:
            made.close()
            raise
        limit = 4096 if self.kind == "slow reader" else 2**16
        self.reader, self.writer = await asyncio.open_connection(sock=made, limit=limit)

    async def ask(self, ask: Ask) -> tuple[int, dict[str, str], bytes]:
        """Send a request; status, headers and body of the answer."""
        self.writer.write(ask.head)
        step, pause = (40, 0.2) if self.kind == "slow writer" else (2**16, 0)
        for start in range(0, len(ask.body), step):
            self.writer.write(ask.body[start : start + step])
            await self.writer.drain()
            await asyncio.sleep(pause)
        first, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        status = int(first.split()[1])
        return status, headers, await self.body(0 if status == 304 else int(headers["content-length"]))

    async def body(self, length: int) -> bytes:
        if self.kind != "slow reader":
            return await self.reader.readexactly(length)
        parts = []
        for start in range(0, length, 400):
            parts.append(await self.reader.readexactly(min(400, length - start)))
            await asyncio.sleep(0.03)
        return b"".join(parts)


@dataclass
class Run:
    """One way through: whom the clients ask, and what came of it."""

    asks: Asks
    ports: list[int]
    killed: float = float("inf")
    back: float = float("inf")
    over: bool = False
    requests: int = 0
    seconds: float = 0
    memory: tuple[float, float] = (0, 0)
    times: dict[str, list[float]] = field(default_factory=lambda: {"GET": [], "POST": []})
    faults: Counter[str] = field(default_factory=Counter)
    excused: Counter[str] = field(default_factory=Counter)

    async def client(self, kind: str) -> None:
        """A request until it is answered: over the other port if a connection is refused or breaks."""
        chance = self.asks.chance
        ask, port = self.asks.pick(), chance.choice(self.ports)
        while not self.over:
            line, since = Line(kind), time.monotonic()
            try:
                await line.open(port)
                for _ in range(chance.randint(1, 6)):
                    status, headers, body = await line.ask(ask)
                    self.count(ask, kind, since, ask.fault(status, headers, body))
                    ask = self.asks.pick()
                    if self.over or headers.get("connection") == "close":
                        break
                    await asyncio.sleep(4 if kind == "idle" else 0)
                    since = time.monotonic()
                port = chance.choice(self.ports)
            except (OSError, asyncio.IncompleteReadError) as error:
                self.failed(f"broken: {type(error).__name__}", since)
                port = next((other for other in self.ports if other != port), port)
                await asyncio.sleep(0.05)
            finally:
                if hasattr(line, "writer"):
                    line.writer.close()

    def count(self, ask: Ask, kind: str, since: float, fault: str) -> None:
        self.requests += 1
        if kind == "fast":
            self.times[ask.method].append(time.monotonic() - since)
        if fault:
            self.failed(f"{ask.method} {ask.path}: {fault}", since)

    def failed(self, what: str, since: float) -> None:
        """Count a failure, apart if it is what a kill does: no answer, while a server was away."""
        away = since <= self.back and time.monotonic() >= self.killed
        lost = what.startswith("broken") or re.search(": status 50[234],", what)
        (self.excused if away and lost else self.faults)[what] += 1

    async def crowd(self, stays: Server, dies: Server, seconds: float) -> None:
        """Everybody at once: lose a server midway, get it back, go on to the end."""
        begun = time.monotonic()
        clients = [
            asyncio.create_task(self.client(kind)) for kind, many in CROWD.items() for _ in range(many)
        ]
        await asyncio.sleep(seconds * 0.4)
        self.killed = time.monotonic()
        dies.kill()
        await asyncio.sleep(ALONE)
        dies.start()
        await ready(dies.port)
        self.back = time.monotonic()
        warm = stays.memory()  # only now: it has held everybody at once, which is a peak and no leak
        await asyncio.sleep(max(0, begun + seconds - self.back))
        self.memory = warm, stays.memory()
        self.over, self.seconds = True, time.monotonic() - begun
        done, late = await asyncio.wait(clients, timeout=FORGOTTEN)
        for client in late:
            client.cancel()
            self.faults["no answer at all"] += 1
        for client in done:
            client.result()

    def row(self, way: str) -> str:
        cells = (
            way, f"{self.requests:,}", f"{self.requests / self.seconds:,.0f}",
            percentiles(self.times["GET"]), percentiles(self.times["POST"]),
            f"{self.faults.total()} + {self.excused.total()}",
            f"{self.memory[0]:.1f} → {self.memory[1]:.1f}",
        )  # fmt: skip
        return f"| {' | '.join(cells)} |"

    def verdict(self) -> list[str]:
        """What fails the run."""
        grown = self.memory[1] / self.memory[0]
        wrong = [f"{number} x {what}" for what, number in self.faults.most_common(20)]
        return wrong + ([f"memory grew by {grown - 1:.1%}"] if grown > GROWTH else [])


def percentiles(times: Sequence[float]) -> str:
    cuts = statistics.quantiles(times, n=100)
    return f"{cuts[49] * 1000:,.0f} / {cuts[98] * 1000:,.0f}"


async def ready(port: int, path: str = "/healthz") -> dict[str, str]:
    """Wait for a server; the headers of its first answer."""
    for _ in range(600):
        line = Line("fast")
        try:
            await line.open(port)
            status, headers, _ = await line.ask(Ask("GET", path, BROWSER))
            line.writer.close()
            if status == 200:
                return headers
        except (OSError, asyncio.IncompleteReadError):
            pass
        await asyncio.sleep(0.1)
    raise SystemExit(f"Nobody answers on port {port}.")


async def load(asks: Asks, servers: tuple[Server, Server], ports: list[int], seconds: float) -> Run:
    """One way through, once everybody is there and both servers name the same ETags."""
    paths = [ask.path for ask in asks.kinds["app"]]
    one, other = [{path: (await ready(s.port, path))["etag"] for path in paths} for s in servers]
    if one != other:
        raise SystemExit(f"Two servers, two ETags for one page: {one}, {other}")
    asks.revalidate(one)
    await ready(ports[0])
    run = Run(asks, ports)
    await run.crowd(*servers, seconds)
    return run


def through(way: str, asks: Asks, seconds: float) -> Run:
    """The whole load, directly or through nginx, with servers of its own."""
    with ExitStack() as stack:
        servers = Server(), Server()
        for server in servers:
            stack.callback(server.kill)
        front = [stack.enter_context(nginx(servers))] if way == "nginx" else [s.port for s in servers]
        return asyncio.run(load(asks, servers, front, seconds))


def main() -> None:
    words = argparse.ArgumentParser(
        prog="make bench-load", description="The load that a radio mention brings."
    )
    words.add_argument("--seconds", type=int, default=100, help="of load, both ways together (default 100)")
    words.add_argument("--seed", type=int, default=1, help="of the answers and of who asks what (default 1)")
    words.add_argument("--way", choices=("direct", "nginx"), nargs="+", default=["direct", "nginx"])
    options = words.parse_args()
    if options.seconds < 40:
        words.error("a server needs a few seconds to come back: at least --seconds 40")
    if not (BUILD / "site").exists():
        words.error("there is nothing to serve yet: run make build")
    if "nginx" in options.way and not nginx_program():
        words.error("nginx is missing (Debian, Ubuntu: apt-get install nginx-light), or ask for --way direct")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers end with us
    asks = Asks(options.seed)
    print(
        "| way | requests | per s | GET p50 / p99 ms | POST p50 / p99 ms | errors + at the kill | RSS MiB |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    wrong = []
    for way in options.way:
        run = through(way, asks, options.seconds / 2)
        print(run.row(way), flush=True)
        wrong += [f"{way}: {what}" for what in run.verdict()]
    sys.exit("\n".join(wrong) or None)


if __name__ == "__main__":
    main()
