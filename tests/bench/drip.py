"""How long those who are slow on purpose keep a connection, at the app and at nginx: part of ``make fuzz``.

Nothing here is a fault or fails: it says after how many seconds the other end hangs up.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from app import BUILD
from tests.deployed import NGINX, await_port, free_ports, proxy, serve, stop

#: Who is still there after this many seconds is not cut off.
PATIENCE = 75
GET = b"GET /en/ HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /en/results HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n"
LARGE = b"GET /reference.db HTTP/1.1\r\nHost: localhost\r\n\r\n"

#: Who sends what: at once, and then a byte each time. None: nothing more.
SENDERS: dict[str, tuple[bytes, bytes]] = {
    "sends nothing": (b"", b""),
    "sends a header, a byte a second": (GET, b"A: " + b"x" * 10_000),
    "sends a form, a byte a second": (POST, b"x" * 5000),
    "sends half a form, then nothing": (POST + b"x" * 2500, b""),
    "asks for 10 MB and takes none": (LARGE * 10, b""),
    "asks for 10 MB and takes 1 kB a second": (LARGE * 10, b""),
}


def gone(line: socket.socket) -> bool:
    """Whether the other end has closed; the kernel may still hold bytes for us then."""
    ours, theirs = f":{line.getsockname()[1]:04X}", f":{line.getpeername()[1]:04X}"
    for row in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]:
        _, local, remote, state, *_ = row.split()
        if local.endswith(theirs) and remote.endswith(ours):
            return state != "01"
    return True


def held(line: socket.socket, who: str, pause: float = 1, patience: float = PATIENCE) -> float | None:
    """Seconds until the other end hangs up; None if it does not."""
    at_once, drops = SENDERS[who]
    begun = time.monotonic()
    try:
        line.sendall(at_once)
        for n in count():
            if gone(line):
                break
            if time.monotonic() - begun > patience:
                return None
            line.sendall(drops[n : n + 1])
            if "takes 1 kB" in who:
                line.recv(1024)
            time.sleep(pause)
    except OSError:
        pass
    return time.monotonic() - begun


def connect(port: int) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.connect(("127.0.0.1", port))
    return made


def measure(opens: list[Callable[[], socket.socket]]) -> list[list[str]]:
    """All of them at once; a row for each."""

    def one(who: str, opened: Callable[[], socket.socket]) -> str:
        with opened() as line:
            after = held(line, who)
        return f"{after:.0f} s" if after else f"not within {PATIENCE} s"

    with ThreadPoolExecutor(len(SENDERS) * len(opens)) as threads:
        rows = [[threads.submit(one, who, opened) for opened in opens] for who in SENDERS]
        return [[cell.result() for cell in row] for row in rows]


def main() -> None:
    with ExitStack() as stack:
        ports = free_ports(2)
        for port in ports:
            process = serve(BUILD, port)
            stack.callback(stop, process)
            await_port(port, process)
        opens: dict[str, Callable[[], socket.socket]] = {"the app": lambda: connect(ports[0])}
        if NGINX:
            front = stack.enter_context(proxy(Path(stack.enter_context(TemporaryDirectory())), ports))
            opens["nginx"] = lambda: front.trust.wrap_socket(connect(front.port), server_hostname="localhost")
        print(f"| who | cut off by {' | by '.join(opens)} |\n| --- |{' ---: |' * len(opens)}", flush=True)
        for who, ends in zip(SENDERS, measure(list(opens.values())), strict=True):
            print(f"| {who} | {' | '.join(ends)} |")


if __name__ == "__main__":
    main()
