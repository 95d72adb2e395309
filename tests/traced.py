"""A server in a folder of its own, under strace: which calls could leave a trace, what its memory holds."""

from __future__ import annotations

import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.deployed import ROOT, await_port, free_ports, stop

STRACE = shutil.which("strace")
#: Calls that write nothing, make nothing and send nothing. Any other is listed, the unheard of included.
HARMLESS = (
    "accept", "accept4", "brk", "clock_gettime", "clock_nanosleep", "close", "fcntl", "fstat", "futex",
    "getpeername", "getpid", "getrandom", "getsockname", "getsockopt", "gettid", "ioctl", "lseek",
    "madvise", "mmap", "mprotect", "mremap", "munmap", "poll", "ppoll", "pread64", "pselect6", "read",
    "recvfrom", "restart_syscall", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sched_yield",
    "select", "setsockopt",
)  # fmt: skip
#: The server stays the child of the test (-D), and only listed calls stop it (--seccomp-bpf).
TRACER = (
    "strace", "-D", "-f", "-qq", "-yy", "-s", "200", "--seccomp-bpf",
    "-e", "trace=!" + ",".join(f"?{name}" for name in HARMLESS),
)  # fmt: skip
#: glibc overwrites all that is freed, so that only what something still holds can be read.
OVERWRITE = {
    "PYTHONMALLOC": "malloc",
    "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0:glibc.malloc.perturb=165",
}
#: Seconds that the server gets to finish with a connection, and strace to write its last line.
SETTLE = 0.1
NAME = r'"(?:[^"\\]|\\.)*"'


@cache
def untraceable() -> str:
    """Why no process can be traced here; empty if one can."""
    if not STRACE:
        return "strace is missing"
    with tempfile.NamedTemporaryFile() as log:
        command = [part for part in TRACER if part != "-D"] + ["-o", log.name, "true"]
        done = subprocess.run(command, capture_output=True, text=True)
    return "" if done.returncode == 0 else f"strace may not trace: {done.stderr.strip()[-200:]}"


def send(port: int, request: bytes, *, hang_up: bool = False) -> bytes:
    """Send bytes on a connection of their own, and read until it ends; or break it off at once."""
    answer = b""
    with suppress(ConnectionError), socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        wire.sendall(request)
        if hang_up:
            time.sleep(0.02)  # for the server to have read it
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return answer
        while more := wire.recv(65_536):
            answer += more
    return answer


@dataclass
class Run:
    """A server, the empty folder it runs in, what it said, and what it was seen to do."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path
    said: Path
    log: Path
    start: int = 0

    def send(self, request: bytes, *, hang_up: bool = False) -> bytes:
        return send(self.port, request, hang_up=hang_up)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def look_from_here(self) -> None:
        """Let what came before pass unlooked at."""
        time.sleep(SETTLE)
        self.start = self.log.stat().st_size

    def calls(self) -> list[str]:
        """The listed calls since then, without the numbers of their threads."""
        time.sleep(SETTLE)
        lines = self.log.read_bytes()[self.start :].decode("utf-8", "replace").splitlines()
        return [line.partition(" ")[2].strip() for line in lines]

    def traces(self) -> list[str]:
        """The calls that could leave a trace outside: not a read, no word to a client or to itself."""
        innocent = re.compile(
            rf"(?:openat\([^\"]*{NAME}, O_RDONLY(?:\|O_(?:CLOEXEC|NOFOLLOW|DIRECTORY|NONBLOCK))*[) ]"
            rf"|(?:newfstatat|statx|readlinkat|faccessat2?)\([^\"]*{NAME}"
            rf"|(?:stat|lstat|access|readlink|open)\({NAME}(?:, O_RDONLY(?:\|O_CLOEXEC)?[) ]|, [^O])"
            rf'|write\(\d+<pipe:\[\d+\]>, "x", 1'  # waitress wakes itself up
            rf"|write\([12]<"  # what it says is read whole
            # A client; one that hung up has only a number. A socket of any other kind is listed when made.
            rf"|sendto\(\d+<(?:TCP:\[127\.0\.0\.1:{self.port}->|(?:TCP|socket):\[\d+\]>)"
            rf"|<\.\.\. )"  # the end of a call that was listed when it began
        )
        return [call for call in self.calls() if not innocent.match(call)]

    def readable(self, *texts: str) -> Counter[str]:
        """How often texts stand in memory that the process may write, each with the word it begins.

        In bytes or in a wider string of Python's, in small letters or capitals.
        """
        found: Counter[str] = Counter()
        widths = ("utf-8", "utf-16-le", "utf-32-le")
        spelled = [re.escape(text.encode(width)) for text in texts for width in widths]
        pattern = re.compile(b"(?i:" + b"|".join(spelled) + rb")[-\w]{0,40}")
        proc = Path("/proc") / str(self.process.pid)
        try:
            memory = (proc / "mem").open("rb", buffering=0)
        except PermissionError:
            pytest.skip("the memory of another process may not be read here")
        with memory:
            for line in (proc / "maps").read_text().splitlines():
                span, rights = line.split()[:2]
                if "w" in rights:
                    start, end = (int(part, 16) for part in span.split("-"))
                    memory.seek(start)
                    with suppress(OSError):  # a page that was never used
                        held = pattern.findall(memory.read(end - start))
                        found.update(text.decode("latin-1") for text in held)
        return found


@contextmanager
def running(folder: Path, *command: str, trace: bool = True, **more: str) -> Iterator[Run]:
    """Run a command of Python's that listens on ``PORT``; what it writes of itself goes into its folder."""
    (port,) = free_ports(1)
    own, said, log = folder / "run", folder / "said", folder / "strace"
    own.mkdir()
    log.touch()
    environment = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(own), "TMPDIR": str(own), "HOST": "127.0.0.1", "PORT": str(port), **more,
    }  # fmt: skip
    tracer = [*TRACER, "-o", str(log)] if trace else []
    with said.open("wb") as out:
        process = subprocess.Popen(
            [*tracer, sys.executable, *command], cwd=own, env=environment, stdout=out, stderr=out
        )
    try:
        await_port(port, process)
        yield Run(process, port, own, said, log)
    finally:
        stop(process)
