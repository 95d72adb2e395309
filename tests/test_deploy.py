"""The files in app/deploy, really run: two processes of the app behind nginx, as an operator runs them."""

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
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.privacy import PLAIN_STEP, STEP
from tests.conftest import HEADERS

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "app" / "deploy"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
ANALYZE = shutil.which("systemd-analyze")
#: Headers of one connection, not of an answer.
HOP = {"date", "connection", "keep-alive"}
QUIET = subprocess.DEVNULL
ENCODINGS = ("br", "gzip", "identity")
#: One address of each kind that the app knows, and two that it does not.
PATHS = (
    "/", "/en/", "/es/sources", "/en/help/TX", "/en/bye", "/en/claims.json", "/later.js", "/assessment.json",
    "/changes.xml", "/review.ics", "/reference.db", "/healthz", "/en/results", "/nowhere", "/en//x/../y%2e?z",
)  # fmt: skip
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

needs_nginx = pytest.mark.skipif(
    not (NGINX and shutil.which("openssl")), reason="nginx or openssl is missing"
)
needs_systemd = pytest.mark.skipif(not ANALYZE, reason="systemd-analyze is missing")


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
def proxy(folder: Path, upstreams: Sequence[int]) -> Iterator[Proxy]:
    """Start nginx before these ports."""
    assert NGINX
    port, plain = free_ports(2)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-keyout", "on-file.key", "-out", "on-file.pem", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
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


@pytest.fixture(scope="module")
def site(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two processes of the app on a fresh build, behind nginx."""
    ports = free_ports(2)
    processes = [serve(built, port) for port in ports]
    try:
        for port, process in zip(ports, processes, strict=True):
            await_port(port, process)
        with proxy(tmp_path_factory.mktemp("nginx"), ports) as front:
            yield Site(front, built, ports, processes)
    finally:
        for process in processes:
            stop(process)


def ended(answer: Answer) -> dict[str, str]:
    """Headers that reach the other end, without those of one connection; methods in one order."""
    headers = {name: value for name, value in answer.headers.items() if name not in HOP}
    if "allow" in headers:
        headers["allow"] = ", ".join(sorted(headers["allow"].split(", ")))
    return headers


@needs_nginx
def test_only_tls_1_3(site: Site) -> None:
    old = ssl.create_default_context(cafile=site.proxy.folder / "on-file.pem")
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection(("127.0.0.1", site.proxy.port)) as raw, pytest.raises(ssl.SSLError):
        old.wrap_socket(raw, server_hostname="localhost")


@needs_nginx
def test_http_2_and_nothing_to_resume_by(site: Site) -> None:
    site.proxy.trust.set_alpn_protocols(["h2", "http/1.1"])
    try:
        with site.proxy.handshake() as wire:
            assert (wire.version(), wire.selected_alpn_protocol()) == ("TLSv1.3", "h2")
            assert wire.recv(9)  # the server's settings; a ticket would have come before them
            assert wire.session and not wire.session.has_ticket
    finally:
        site.proxy.trust.set_alpn_protocols(["http/1.1"])


@needs_nginx
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_nginx_changes_nothing(site: Site, encoding: str) -> None:
    """Status, headers and body are the app's own, on every kind of page; HSTS and a name come on top."""
    more = {"strict-transport-security": "max-age=63072000", "server": "nginx"}
    for path in PATHS:
        for method in ("GET", "HEAD", "PUT"):
            own = site.direct(path, method, Accept_Encoding=encoding)
            got = site.proxy.ask(path, method, Accept_Encoding=encoding)
            assert (got.status, got.body) == (own.status, own.body), (path, method)
            assert ended(got) == ended(own) | more, (path, method)


@needs_nginx
def test_pages_come_compressed_and_only_once(site: Site) -> None:
    tags = set()
    for encoding in ENCODINGS:
        page = site.proxy.ask("/en/", Accept_Encoding=encoding)
        assert {name.lower() for name in HEADERS} <= set(page.headers)
        assert page.headers["vary"] == "Accept-Encoding"
        assert page.headers.get("content-encoding", "identity") == encoding
        assert re.fullmatch(r'"[0-9a-f]{16}(-br|-gzip)?"', tag := page.headers["etag"])
        again = site.proxy.ask("/en/", Accept_Encoding=encoding, If_None_Match=tag)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
        tags.add(tag)
    assert len(tags) == len(ENCODINGS)


@needs_nginx
@pytest.mark.parametrize(("encoding", "size"), [("gzip, br", STEP), ("br", PLAIN_STEP)])
def test_answers_keep_their_size_and_are_not_stored(site: Site, encoding: str, size: int) -> None:
    for form in ("tax=itin", "tax=no&state=TX", "", "tax=moon"):
        answer = site.proxy.ask("/en/results", "POST", form, Accept_Encoding=encoding)
        assert answer.status == (400 if "moon" in form else 200)
        assert len(answer.body) == int(answer.headers["content-length"]) == size
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers


@needs_nginx
def test_no_request_makes_a_file(site: Site) -> None:
    site.proxy.ask("/en/")
    before = site.proxy.files()
    assert len([name for name in before if Path(name).name.startswith("on-file-")]) == 5
    assert site.proxy.ask("/en/results", "POST", "tax=itin").status == 200
    assert site.proxy.ask("/en/results", "POST", "a=" + "x" * 16_000).status == 200
    assert site.proxy.ask("/en/results", "POST", "a=" + "x" * 17_000).status == 413
    pieces = "1\r\nx\r\n" * 16_000 + "0\r\n\r\n"
    assert site.proxy.ask("/en/results", "POST", pieces, Transfer_Encoding="chunked").status == 411
    assert site.proxy.files() == before


@needs_nginx
def test_a_refusal_of_nginx_is_as_careful_as_the_app(site: Site) -> None:
    refused = site.proxy.ask("/en/results", "POST", "a=" + "x" * 17_000)
    own = site.direct("/nowhere").headers
    assert refused.status == 413
    assert refused.headers["content-security-policy"].startswith("default-src 'none'")
    assert "strict-transport-security" in refused.headers
    for name in {name.lower() for name in HEADERS} - {"content-security-policy"}:
        assert refused.headers[name] == own[name]


@needs_nginx
def test_plain_http_only_points_to_tls(site: Site) -> None:
    plain = http.client.HTTPConnection("127.0.0.1", site.proxy.plain, timeout=20)
    answer = fetch(plain, "GET", "/es/help", None, {})
    assert (answer.status, answer.headers["location"]) == (301, "https://on-file.example/es/help")


@needs_nginx
def test_one_process_is_enough(site: Site) -> None:
    for index in (0, 1):
        site.proxy.ask("/en/")  # so that nginx holds a connection to the one that goes
        site.processes[index].kill()
        site.processes[index].wait()
        try:
            for _ in range(5):
                assert site.proxy.ask("/en/").status == 200
                assert site.proxy.ask("/en/results", "POST", "tax=itin").status == 200
        finally:
            site.start(index)


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


@needs_nginx
@pytest.mark.parametrize(("method", "body", "times"), [("GET", None, 2), ("POST", "tax=itin", 1)])
def test_no_answers_reach_two_processes(tmp_path: Path, method: str, body: str | None, times: int) -> None:
    """Both processes die over what they read: a page is asked for once more, a form never."""
    seen: list[bytes] = []

    class Dies(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            seen.append(self.request.recv(65_536))

    with two(Dies) as ports, proxy(tmp_path, ports) as front:
        answer = front.ask("/en/results", method, body)
    assert (answer.status, answer.headers["cache-control"]) == (502, "no-store")
    assert len([one for one in seen if one.startswith(method.encode())]) == times


@needs_nginx
def test_a_slow_phone_makes_no_file(tmp_path: Path) -> None:
    """Not even by an answer larger than all of nginx's and the system's buffers."""

    class Floods(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65_536)
            with suppress(OSError):  # nginx hangs up once the phone has
                self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 9_000_000)

    with two(Floods) as ports, proxy(tmp_path, ports) as front:
        before = front.files()
        front.dawdle("/en/")
        assert front.files() == before


@needs_nginx
def test_no_log_is_kept(site: Site) -> None:
    site.proxy.ask("/nowhere")
    names = {path.name for path in site.proxy.folder.iterdir()}
    assert names == {"nginx.conf", "nginx.pid", "on-file.pem", "on-file.key"} | {
        f"on-file-{kind}" for kind in ("body", "proxy", "fastcgi", "uwsgi", "scgi")
    }
    assert site.proxy.open_files() == []


@needs_systemd
def test_the_unit_may_do_next_to_nothing() -> None:
    assert ANALYZE
    unit = str(DEPLOY / "on-file@.service")
    done = subprocess.run(
        [ANALYZE, "security", "--offline=true", "--threshold=15", "--no-pager", unit],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-200:]


@needs_systemd
def test_the_unit_has_no_slip(tmp_path: Path) -> None:
    assert ANALYZE
    text = (DEPLOY / "on-file@.service").read_text("utf-8")
    copy = tmp_path / "on-file@1.service"
    copy.write_text(text.replace("/opt/on-file/.venv/bin/flask", sys.executable), "utf-8")
    done = subprocess.run([ANALYZE, "verify", str(copy)], capture_output=True, text=True)
    assert [line for line in done.stderr.splitlines() if "on-file@" in line] == []
