"""Those who mean harm: a slice of `make fuzz`, forms made by Hypothesis, the slow and the oversized."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from waitress.server import BaseWSGIServer

from app import cli, wire
from app.built import Built
from app.privacy import MAX_BODY
from tests.bench.drip import connect, held
from tests.bench.fuzz import Fuzz, Line
from tests.bench.grammar import BOMB
from tests.conftest import LANGUAGES
from tests.deployed import Site, deployed
from tests.test_deploy import needs_nginx
from tests.test_wire import raw

#: Two thousand requests of the 200,000 of `make fuzz`, always the same.
SEED, COUNT = 7141, 2000


def place(server: str) -> tuple[str, int]:
    parts = urlsplit(server)
    return str(parts.hostname), parts.port or 0


def test_hostile_requests(server: str, built: Path, caplog: pytest.LogCaptureFixture) -> None:
    fuzz = Fuzz(place(server), Built(built), SEED)
    fuzz.run(COUNT)
    assert not fuzz.faults, "\n".join(fuzz.faults)
    assert fuzz.requests.total() == COUNT
    assert {200, 302, 400, 404, 405, 413, 431} <= set(fuzz.statuses)
    assert not caplog.records


def test_the_same_seed_makes_the_same_requests(built: Path) -> None:
    one, other, third = (Fuzz(("", 0), Built(built), seed).grammar for seed in (1, 1, 2))
    assert [one.make(n) for n in (5, 3)] == [other.make(n) for n in (5, 3)]
    assert one.make(5) != third.make(5)


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 500 X\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: \x01\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: b\r\nA: b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok",
        b"",
    ],
)
def test_the_fuzz_finds_a_wrong_answer(built: Path, said: bytes) -> None:
    """What says that nothing is wrong has to be able to say that something is."""

    def serve() -> None:
        with suppress(OSError):
            while True:
                line = listener.accept()[0]
                line.recv(65_536)
                line.sendall(said)
                line.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        fuzz = Fuzz(listener.getsockname(), Built(built), SEED)
        number = next(n for n in range(99) if fuzz.grammar.make(n).methods == (b"POST",))
        fuzz.times.append(1)
        with pytest.raises(Exception, match=r"status|header|body|ended|length"):
            fuzz.whole(fuzz.grammar.make(number))


anything = st.one_of(st.binary(max_size=300), st.text(max_size=100).map(str.encode))
known = st.sampled_from(["/", "/en/", "/es/results", "/en/help"])
fields = st.sampled_from(
    [
        "Accept-Language",
        "Accept-Encoding",
        "Host",
        "Content-Encoding",
        "Content-Type",
        "If-None-Match",
        "Referer",
    ]
)
latin = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=anything,
    more=st.lists(st.tuples(fields, latin), max_size=4),
    path=st.one_of(known, st.text(max_size=30).map("/{}".format)),
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "OPTIONS", "BREW"]),
)
def test_any_bytes_get_an_answer_of_ours(
    app: Flask, body: bytes, more: list[tuple[str, str]], path: str, method: str
) -> None:
    """Straight to the app, without a server before it: what it does not survive raises here."""
    got: list[str] = []

    def start(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
        got.append(status)
        names = [name for name, _ in headers]
        assert len(set(names)) == len(names) and "Set-Cookie" not in names
        assert all(value.isprintable() for _, value in headers)
        return got.append  # type: ignore[return-value]

    environ = environment(method, path, body, more)
    answer = b"".join(app.wsgi_app(environ, start))
    assert got[0][:3] in ("200", "302", "304", "400", "404", "405", "413")
    assert (answer == b"") >= (method == "HEAD")


def environment(method: str, path: str, body: bytes, more: list[tuple[str, str]]) -> dict[str, object]:
    from werkzeug.test import EnvironBuilder

    builder = EnvironBuilder(method=method, data=body)
    try:
        made: dict[str, object] = dict(builder.get_environ())
    finally:
        builder.close()
    made["PATH_INFO"] = path.encode("utf-8", "replace").decode("latin-1")
    for name, value in more:
        key = name.upper().replace("-", "_")
        made[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return made


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip", "x-gzip", "nonsense"])
def test_nothing_packed_is_unpacked(server: str, language: str, encoding: str) -> None:
    head = f"POST /{language}/results HTTP/1.1\r\nHost: x\r\nContent-Length: {len(BOMB)}\r\n"
    head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Encoding: {encoding}\r\n\r\n"
    assert len(gzip.decompress(BOMB)) > 600 * MAX_BODY > len(BOMB)
    status, _, _ = raw(server, head.encode() + BOMB)
    assert status == "400 BAD REQUEST"


@pytest.mark.parametrize("kind", ["form-data", "form-data; boundary=x", "mixed; boundary=x", "x" * 5000])
@pytest.mark.parametrize("page", ["", "results"])
def test_forms_in_parts_are_refused_unread(server: str, page: str, kind: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="tax"\r\n\r\nitin\r\n' * 100 + b"--x--\r\n"
    head = f"POST /en/{page} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    head += f"Content-Type: multipart/{kind}\r\n\r\n"
    assert raw(server, head.encode() + body)[0] == "400 BAD REQUEST"


@pytest.fixture
def hasty(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[BaseWSGIServer]:
    """The server with less patience than it has: a second for a request, two for taking an answer."""
    monkeypatch.setattr(wire, "WHOLE", 1)
    monkeypatch.setattr(wire, "TAKEN", 2)
    made = cli.server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    yield made
    made.close()


def test_the_app_cuts_off_who_is_slow_on_purpose(hasty: BaseWSGIServer) -> None:
    """However steadily the drops come. Who is merely slow is answered meanwhile."""
    limits = {
        "sends a header, a byte a second": 1,
        "sends a form, a byte a second": 1,
        "sends half a form, then nothing": 1,
        "asks for 10 MB and takes none": 2,
        "asks for 10 MB and takes 1 kB a second": 2,
    }

    def one(who: str) -> float | None:
        with connect(int(hasty.effective_port)) as line:
            return held(line, who, pause=0.1, patience=10)

    with ThreadPoolExecutor() as threads:
        ends = [threads.submit(one, who) for who in limits]
        slow = Line(("127.0.0.1", int(hasty.effective_port)))
        for part in (b"GET /healthz", b" HTTP/1.1\r\n", b"Host: x\r\n\r\n"):
            slow.socket.sendall(part)
            time.sleep(0.2)
        answer = slow.answer(b"GET")
        slow.close()
        for who, end in zip(limits, ends, strict=True):
            after = end.result()
            assert after is not None and limits[who] <= after < limits[who] + 4, (who, after)
    assert answer and answer.body == b"ok"


@needs_nginx
def test_nginx_cuts_off_who_is_slow_on_purpose(built: Path, tmp_path: Path) -> None:
    """With the file as it is shipped: ten seconds for a header, however steadily the drops come."""

    def one(site: Site, who: str) -> float | None:
        with site.proxy.trust.wrap_socket(connect(site.proxy.port), server_hostname="localhost") as line:
            return held(line, who, patience=25)

    slow = ("sends a header, a byte a second", "sends half a form, then nothing")
    with deployed(built, tmp_path) as site, ThreadPoolExecutor() as threads:
        for end in [threads.submit(one, site, who) for who in slow]:
            after = end.result()
            assert after is not None and 9 < after < 20
