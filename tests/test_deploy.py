"""The files in app/deploy, really run: two processes of the app behind nginx, as an operator runs them."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import socketserver
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from app.built import Built
from app.privacy import REFUSED
from tests.conftest import HEADERS
from tests.deployed import DEPLOY, NGINX, Answer, Site, deployed, fetch, proxy, two

ANALYZE = shutil.which("systemd-analyze")
#: Headers of one connection, not of an answer.
HOP = {"date", "connection", "keep-alive"}
ENCODINGS = ("br", "gzip", "identity")
#: One address of each kind that the app knows, and two that it does not.
PATHS = (
    "/", "/en/", "/es/sources", "/en/help/TX", "/en/bye", "/en/claims.json", "/later.js", "/assessment.json",
    "/changes.xml", "/review.ics", "/reference.db", "/healthz", "/en/results", "/nowhere", "/en//x/../y%2e?z",
)  # fmt: skip

needs_nginx = pytest.mark.skipif(
    not (NGINX and shutil.which("openssl")), reason="nginx or openssl is missing"
)
needs_systemd = pytest.mark.skipif(not ANALYZE, reason="systemd-analyze is missing")


@pytest.fixture(scope="module")
def site(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two processes of the app on a fresh build, behind nginx."""
    with deployed(built, tmp_path_factory.mktemp("nginx")) as made:
        yield made


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
@pytest.mark.parametrize("encoding", ["gzip, br", "br"])
def test_answers_keep_their_size_and_are_not_stored(site: Site, built: Path, encoding: str) -> None:
    size = Built(built).size("en", "gzip" in encoding)
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
    """The same headers as what waitress refuses; a header is refused before the app would have to."""
    table = {name.lower(): value for name, value in REFUSED.items()}
    table |= {"strict-transport-security": "max-age=63072000", "server": "nginx"}
    table |= {"content-type": "text/plain; charset=utf-8"}
    for refused, status in (
        (site.proxy.ask("/en/results", "POST", "a=" + "x" * 17_000), 413),
        (site.proxy.ask("/en/", One="x" * 9_000), 400),
        (site.proxy.ask("/en/", One="x" * 8_000, Two="x" * 8_000, Three="x" * 8_000), 400),
        (site.proxy.ask("/" + "x" * 9_000), 414),
        (site.proxy.ask("/en/results", "POST", "0\r\n\r\n", Transfer_Encoding="chunked"), 411),
        (site.proxy.ask("/en/", "TRACE"), 405),
        (site.proxy.ask("/.refused"), 404),
        (site.proxy.ask("/..x/../.."), 400),
    ):
        assert refused.status == status
        own = ended(refused)
        assert own == table | {"content-length": own["content-length"]}
        assert b"xx" not in refused.body


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
