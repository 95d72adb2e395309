"""A slow line with the kernel's own TCP: real handshakes, a real first window, real slow start.

Two programs run in namespaces of their own, each with one network device. This process carries the packets
from one device to the other, late and slowly. Nothing of the machine's network changes or is reached.

Started as a program, this module is one end: it makes the device, hands it over, and runs the command.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import shutil
import socket
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SERVER, CLIENT = "10.0.0.1", "10.0.0.2"
DEVICE = "slow"
TUN = Path("/dev/net/tun")
TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
#: Packets a way holds, on the line and before it; what comes on top is lost.
QUEUE = 200
#: Longer than any packet of the device.
PACKET = 2048
#: The kernel ends all that runs in the inner namespace when its first process ends, and that when we end.
PRIVATE = (
    "setpriv", "--pdeathsig", "KILL",
    "unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc",
)  # fmt: skip
#: The slow start that every kernel has and every namespace may choose, whatever this machine prefers; and no
#: memory of earlier connections, as the losses of one would shape the next.
SETTINGS = {"tcp_congestion_control": "reno", "tcp_no_metrics_save": "1"}


class RefusedError(Exception):
    """This machine does not allow such a line; the text says why, in one line."""


@dataclass(frozen=True)
class Line:
    """A line's name, its round trip in seconds, and the bits a second of each way."""

    name: str
    rtt: float
    rate: float


@dataclass
class Way:
    """One direction: packets leave ``source`` at the line's rate, and arrive half a round trip later."""

    line: Line
    source: int
    target: int
    #: When the line will have sent all it was given.
    free: float = 0
    held: deque[tuple[float, bytes]] = field(default_factory=deque)

    def take(self) -> None:
        packet = os.read(self.source, PACKET)
        if len(self.held) < QUEUE:
            self.free = max(time.monotonic(), self.free) + len(packet) * 8 / self.line.rate
            self.held.append((self.free + self.line.rtt / 2, packet))

    def deliver(self) -> None:
        """Hand over what is due."""
        while self.held and self.held[0][0] <= time.monotonic():
            os.write(self.target, self.held.popleft()[1])


def run(line: Line, server: Sequence[str], client: Sequence[str]) -> bytes:
    """What ``client`` printed, with ``server`` at the other end of the line.

    ``server`` prints a line once it is ready, and is ended after the client. They reach each other at
    ``SERVER`` and ``CLIENT``, and nobody else. ``RefusedError`` if there can be no such line here,
    ``CalledProcessError`` if a command fails.
    """
    refuse()
    with end(SERVER, CLIENT, server) as (serving, near):
        assert serving.stdout
        if not serving.stdout.readline():
            raise subprocess.CalledProcessError(serving.wait(), list(server))
        with end(CLIENT, SERVER, client) as (asking, far):
            assert asking.stdout
            printed = carry((Way(line, near, far), Way(line, far, near)), asking.stdout.fileno())
            if asking.wait():
                raise subprocess.CalledProcessError(asking.returncode, list(client))
    return printed


def refuse() -> None:
    """Try what an end needs; ``RefusedError`` if it fails."""
    for tool in ("setpriv", "unshare", "ip"):
        if not shutil.which(tool):
            raise RefusedError(f"{tool} is missing")
    trial = [*PRIVATE, "ip", "tuntap", "add", DEVICE, "mode", "tun"]
    tried = subprocess.run(trial, capture_output=True, text=True)
    if tried.returncode:
        raise RefusedError(tried.stderr.strip().partition("\n")[0] or f"{TUN} cannot be used")


@contextlib.contextmanager
def end(me: str, peer: str, command: Sequence[str]) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A command in namespaces of its own, and the descriptor of its device; nothing of it stays."""
    ours, theirs = socket.socketpair()
    this = [sys.executable, "-B", "-m", "tests.bench.slow", str(theirs.fileno()), me, peer]
    process = subprocess.Popen(
        [*PRIVATE, *this, *command], stdout=subprocess.PIPE, pass_fds=[theirs.fileno()]
    )
    device = -1
    try:
        theirs.close()
        [device] = socket.recv_fds(ours, 1, 1)[1]
        yield process, device
    finally:
        process.kill()
        process.wait()
        ours.close()
        if device >= 0:
            os.close(device)


def carry(ways: Sequence[Way], output: int) -> bytes:
    """Carry packets until ``output`` ends; what came out of it."""
    sources = {way.source: way for way in ways}
    printed = b""
    while True:
        due = min((way.held[0][0] for way in ways if way.held), default=None)
        patience = None if due is None else max(0, due - time.monotonic())
        for ready in select.select([*sources, output], [], [], patience)[0]:
            if ready in sources:
                sources[ready].take()
            elif part := os.read(ready, select.PIPE_BUF):
                printed += part
            else:
                return printed
        for way in ways:
            way.deliver()


def attach(me: str, peer: str) -> int:
    """Make this namespace's device and the way to the peer; its descriptor."""
    device = os.open(TUN, os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", DEVICE.encode(), IFF_TUN | IFF_NO_PI))
    for words in (
        "link set lo up",
        f"addr add {me} peer {peer} dev {DEVICE}",
        f"link set {DEVICE} mtu 1500 txqueuelen 1000 up",
    ):
        subprocess.run(["ip", *words.split()], check=True)
    for name, value in SETTINGS.items():
        Path("/proc/sys/net/ipv4", name).write_text(value)
    return device


def main(channel: str, me: str, peer: str, *command: str) -> int:
    """Be the end at ``me``: hand the device over on ``channel``, then run the command."""
    with socket.socket(fileno=int(channel)) as theirs:
        socket.send_fds(theirs, [b"."], [attach(me, peer)])
    return subprocess.run(command).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
