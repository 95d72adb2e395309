"""The app as the files in app/deploy run it: processes behind nginx with TLS, in folders of their own."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "app" / "deploy"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
QUIET = subprocess.DEVNULL
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def fetch(
    connection: http.client.HTTPConnection, method: str, path: str, body: str | None, headers: dict[str, str]
) -> Answer:
    """One request on a connection of its own."""
    try:
        connection.request(method, path, body, {**(FORM if body else {}), **headers})
        got = connection.getresponse()
        pairs = [(name.lower(), value) for name, value in got.getheaders()]
        assert len(dict(pairs)) == len(pairs), "a header came twice"
        return Answer(got.status, dict(pairs), got.read())
    finally:
        connection.close()


class Proxy:
    """nginx with the shipped configuration, in a folder of its own."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes], port: int, plain: int) -> None:
        self.folder, self.process, self.port, self.plain = folder, process, port, plain
        self.trust = ssl.create_default_context(cafile=folder / "on-file.pem")

    def ask(self, path: str, method: str = "GET", body: str | None = None, **headers: str) -> Answer:
        """An answer through TLS; underscores in the names of headers stand for dashes."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=self.trust)
        return fetch(connection, method, path, body, {n.replace("_", "-"): v for n, v in headers.items()})

    def handshake(self) -> ssl.SSLSocket:
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        return self.trust.wrap_socket(raw, server_hostname="localhost")

    def dawdle(self, path: str) -> None:
        """Ask for a page and read one byte of it, as a phone on a bad line does."""
        with socket.socket() as raw:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            raw.connect(("127.0.0.1", self.port))
            with self.trust.wrap_socket(raw, server_hostname="localhost") as wire:
                wire.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
                assert wire.recv(1) == b"H"
                time.sleep(0.3)

    def files(self) -> dict[str, int]:
        """Every file and folder with the time of its last change: one made and removed again shows too."""
        return {str(path): path.stat().st_mtime_ns for path in (self.folder, *self.folder.rglob("*"))}

    def open_files(self) -> list[str]:
        """The regular files that nginx and its workers hold open."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        assert children
        links = [link for pid in (self.process.pid, *children) for link in Path(f"/proc/{pid}/fd").iterdir()]
        return [str(link.readlink()) for link in links if link.is_file()]


@dataclass
class Site:
    """The proxy with two processes of the app behind it."""

    proxy: Proxy
    built: Path
    ports: list[int]
    processes: list[subprocess.Popen[bytes]]

    def start(self, index: int) -> None:
        self.processes[index] = serve(self.built, self.ports[index])
        await_port(self.ports[index], self.processes[index])

    def direct(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """The app's own answer, without nginx."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[0], timeout=20)
        return fetch(connection, method, path, None, {n.replace("_", "-"): v for n, v in headers.items()})


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        taken = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in taken:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in taken]


def await_port(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        assert process.poll() is None, f"{process.args!r} ended"
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(port)


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(10)


def serve(built: Path, port: int) -> subprocess.Popen[bytes]:
    """A process of the app, as the unit starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", f"app:create_app('{built}')", "serve"],
        cwd=ROOT, env={**os.environ, "PORT": str(port)}, stdout=QUIET, stderr=QUIET,
    )  # fmt: skip


def rewritten(folder: Path, port: int, plain: int, upstreams: Sequence[int]) -> str:
    """The shipped configuration with ports, paths and user of the test; each of them must be there."""
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    text = re.sub(r"\n *listen \[::\].*", "", text)
    for old, new in {
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "127.0.0.1:8001": f"127.0.0.1:{upstreams[0]}",
        "127.0.0.1:8002": f"127.0.0.1:{upstreams[1]}",
        "user www-data;": "user root;" if os.geteuid() == 0 else "",
        " /etc/ssl/": f" {folder}/",
        " /run/": f" {folder}/",
    }.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@contextmanager
def proxy(folder: Path, upstreams: Sequence[int], ports: tuple[int, int] | None = None) -> Iterator[Proxy]:
    """Start nginx before these ports, on free ones of its own or on ``ports`` for TLS and without."""
    assert NGINX
    port, plain = ports or free_ports(2)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-keyout", "on-file.key", "-out", "on-file.pem", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,DNS:on-file.example,IP:127.0.0.1"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    (folder / "nginx.conf").write_text(rewritten(folder, port, plain, upstreams), "utf-8")
    command = [NGINX, "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    process = subprocess.Popen([*command, "-g", "daemon off;"], stdout=QUIET, stderr=QUIET)
    try:
        await_port(port, process)
        yield Proxy(folder, process, port, plain)
    finally:
        stop(process)


@contextmanager
def deployed(built: Path, folder: Path, ports: tuple[int, int] | None = None) -> Iterator[Site]:
    """Two processes of the app on a build, behind nginx; ``ports`` are nginx's."""
    behind = free_ports(2)
    processes = [serve(built, port) for port in behind]
    try:
        for port, process in zip(behind, processes, strict=True):
            await_port(port, process)
        with proxy(folder, behind, ports) as front:
            yield Site(front, built, behind, processes)
    finally:
        for process in processes:
            stop(process)


@contextmanager
def two(handler: type[socketserver.BaseRequestHandler]) -> Iterator[list[int]]:
    """Two stand-ins for processes of the app that do what the real ones do not."""
    with ExitStack() as stack:
        servers = [
            stack.enter_context(socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)) for _ in range(2)
        ]
        for server in servers:
            threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
            stack.callback(server.shutdown)
        yield [server.server_address[1] for server in servers]
