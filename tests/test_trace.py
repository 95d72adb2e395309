"""Nothing of what people send is left: not on the disk, not in a log, not in the memory of the server.

The real command runs under strace in an empty folder through whole journeys, valid and hostile. Words that
stand nowhere else, the canaries, are looked for afterwards. One that leaks shows that they would be found.
"""

from __future__ import annotations

import gzip
import platform
import re
import time
from pathlib import Path

import pytest
from flask import Flask

from app import cli
from app.privacy import MAX_BODY
from tests.conftest import LANGUAGES
from tests.deployed import DEPLOY
from tests.traced import OVERWRITE, SETTLE, Run, running, send, untraceable

CANARY = "canary7141"
VALID = (
    "pay_form=yes&tax=itin&ssn=yes&fingerprints_police=adult&held=no&car=often&plate_cameras=not_sure&photos=past"
    "&fingerprints_government=visa&fingerprints_government=uscis&medicaid=family&state=AL&county=01003"
)
#: What a server says at its start, and all that it says.
SAYS = "On File is at http://127.0.0.1:{}\n"

needs_strace = pytest.mark.skipif(bool(untraceable()), reason=untraceable())


def ask(method: str, path: str, body: bytes | None = None, /, **headers: str) -> bytes:
    """One request and the end of the connection; underscores in the names of headers stand for dashes."""
    more = {"Host": "on-file.example", "Connection": "close"}
    if body is not None:
        more |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
    more |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in more.items())
    return head.encode() + b"\r\n" + (body or b"")


def chunked(path: str, body: bytes) -> bytes:
    pieces = (body[start : start + 4000] for start in range(0, len(body), 4000))
    sent = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    head = ask("POST", path, Content_Type="application/x-www-form-urlencoded", Transfer_Encoding="chunked")
    return head + sent


def visit(language: str) -> list[tuple[str, bytes]]:
    """Everything that our own pages ask for, with the status it must get."""
    at = f"/{language}/"
    return [
        *(("200", ask("GET", at + page)) for page in ("", "help", "rights", "sources", "privacy", "bye")),
        ("200", ask("GET", "/reference.db")),
        ("200", ask("GET", at, Accept_Encoding="gzip, br")),
        ("200", ask("POST", at + "results", VALID.encode(), Accept_Encoding="gzip")),
        ("200", ask("POST", at + "results", VALID.encode())),
        ("200", ask("POST", at, VALID.encode())),
        ("400", ask("POST", at + "results", b"tax=moon&county=01003&ssn=yes")),
        ("200", ask("GET", "/healthz")),
        ("302", ask("GET", at + "results")),
        ("404", ask("GET", at + "nowhere")),
        ("405", ask("PUT", at)),
        ("413", ask("POST", at, b"x" * 20_000)),
    ]  # fmt: skip


def hostile(language: str) -> list[tuple[str, bytes]]:
    """A canary in every place that a request has, with the status it must get: "" if none may get through."""
    at, results = f"/{language}/", f"/{language}/results"

    def bird(place: str) -> str:
        return f"{CANARY}-{place}"

    def form(*names: str) -> bytes:
        return "&".join(f"{name}={bird(name)}" for name in names).encode()

    named = {
        name: bird(name.lower())
        for name in (
            "User_Agent", "Referer", "Cookie", "X_Forwarded_For", "Forwarded", "Origin", "Authorization",
            "Accept_Language", "Accept_Encoding", "If_None_Match", "Range", "X_" + CANARY,
        )
    }  # fmt: skip
    file = (
        f'--b\r\nContent-Disposition: form-data; name="tax"; filename="{bird("file")}"\r\n'
        f"Content-Type: text/plain\r\n\r\n{bird('content')}\r\n--b--\r\n"
    )
    multipart = "multipart/form-data; boundary=b"
    large = form("large") * 1000
    assert len(large) < 4 * MAX_BODY
    return [
        ("200", ask("GET", at, **named)),
        ("200", ask("GET", f"{at}?q={bird('query')}", **named)),
        ("200", ask("POST", results, VALID.encode(), **named)),
        ("302", ask("GET", f"/{language}?{bird('redirected')}", **named)),
        ("302", ask("GET", "/", **named | {"Accept_Language": f"{language}, {bird('language')}"})),
        ("404", ask("GET", at + bird("path"))),
        ("404", ask("GET", f"/{language}//results?q={bird('slashes')}")),
        ("404", ask("GET", f"{at}%63%61nary7141-escaped%ff")),
        ("404", ask("POST", at + bird("posted"), form("tax"), **named)),
        ("200", ask("GET", f"http://{bird('host')}{at}", Host=bird("host"))),
        ("200", ask("POST", results, VALID.encode() + b"&" + form(bird("name")))),
        ("400", ask("POST", results, VALID.encode() + b"&" + form("tax", "county", "held"), **named)),
        ("200", ask("POST", at, form("tax", "state", "county", "fingerprints_government"))),
        ("400", ask("POST", results, f"tax=€ñ{bird('wide')}&county={bird('wide')}%E2%82%AC".encode())),
        ("400", ask("POST", results, form("tax") + b"%ff")),
        ("400", ask("POST", results, b"\xff\xfe" + form("tax"))),
        ("400", ask("POST", results, b"&".join([form("tax")] * 100))),
        ("400", ask("POST", results, file.encode(), Content_Type=multipart)),
        ("400", ask("POST", results, file.encode() * 100, Content_Type=multipart)),
        ("400", ask("POST", results, gzip.compress(form("tax")), Content_Encoding="gzip")),
        ("400", ask("POST", results, form("tax"), Content_Type=bird("type") + "/plain")),
        ("413", ask("POST", results, large[:20_000])),
        ("413", ask("POST", results, large)),
        ("400", chunked(results, large)),
        ("", ask("POST", results, form("huge") * 40_000)),
        ("", chunked(results, form("huge") * 40_000)),
        ("200", ask("POST", results, VALID.encode(), Expect="100-continue", **named)),
        ("400", ask("POST", results, form("length"), Content_Length=bird("length"))),
        ("400", ask("POST", results, form("coding"), Transfer_Encoding=bird("coding"))),
        ("400", ask("POST", results, form("chunk") + b"\r\n", Transfer_Encoding="chunked")),
        ("405", ask(CANARY.upper(), at)),
        ("405", ask("DELETE", results, form("tax"))),
        ("405", ask("TRACE", at, **named)),
        ("200", ask("HEAD", f"{at}?{bird('head')}", **named)),
        ("405", ask("OPTIONS", results, **named)),
        ("400", ask(bird("method"), at)),
        ("400", f"GET {bird('line')} of four words\r\n\r\n".encode()),
        ("400", ask("GET", at)[:-2] + f"{bird('header')} without a colon\r\n\r\n".encode()),
        ("400", f"\x16\x03\x01{bird('tls')}\r\n\r\n".encode()),
        ("400", f"GET {at}{bird('old')}\r\n\r\n".encode()),
        ("", ask("GET", at, X_Large=bird("header") * 30_000)),
        ("200", ask("POST", at, VALID.encode(), Connection="keep-alive") + ask("GET", at, **named)),
    ]  # fmt: skip


def half_sent(language: str) -> list[bytes]:
    """Requests that break off."""
    whole = ask("POST", f"/{language}/results?{CANARY}-half", f"tax={CANARY}-half&".encode() * 100)
    return [whole[:20], whole[:60], whole[:-1000], whole, ask("GET", f"/{language}/?{CANARY}-gone")]


def take(run: Run, *, birds: bool) -> None:
    """The journey through both languages, each answer as it must be."""
    for language in LANGUAGES:
        for status, request in visit(language) + (hostile(language) if birds else []):
            got = run.send(request)
            found = got.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")[9:12].decode()
            assert status in ("", found), (request[:400], got[:400])
        for request in half_sent(language) if birds else []:
            run.send(request, hang_up=True)
    assert run.send(ask("GET", "/healthz")).endswith(b"ok")


def command(built: Path) -> list[str]:
    return ["-m", "flask", "--app", f"app:create_app('{built}')", "serve"]


@needs_strace
def test_a_journey_leaves_nothing(built: Path, tmp_path: Path) -> None:
    """No file made or written, nothing sent but to clients, and no word said after the first line."""
    with running(tmp_path, *command(built)) as run:
        take(run, birds=False)
        run.look_from_here()
        take(run, birds=True)
        calls, traces = run.calls(), run.traces()
        limits = (Path("/proc") / str(run.process.pid) / "limits").read_text()
    assert len([call for call in calls if call.startswith("sendto(")]) > 100, "nothing was traced"
    assert traces == []
    assert not [call for call in calls if CANARY in call.lower() and not call.startswith("sendto(")]
    assert run.said.read_text("utf-8") == SAYS.format(run.port)
    assert list(run.folder.rglob("*")) == []
    assert re.search(r"Max core file size +0 +0 ", limits), "a crash would write its memory down"


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc overwrites what is freed")
def test_nothing_holds_on_to_what_was_sent(built: Path, tmp_path: Path) -> None:
    """With all that is freed overwritten, the memory of the server holds no canary, no form and no answer.

    So no cache, no connection and no log record keeps them, and, as nothing looks for cycles here, no cycle
    of objects. What a server that overwrites nothing still has is freed memory, until later requests take it.
    """
    program = (
        f"import flask.cli, gc, sys; gc.disable(); sys.argv[1:] = {command(built)[2:]}; flask.cli.main()"
    )
    with running(tmp_path, "-c", program, trace=False, **OVERWRITE) as run:
        take(run, birds=False)
        take(run, birds=True)
        with run.connect() as stays, run.connect() as goes:
            page = b""
            stays.sendall(ask("POST", "/en/results", VALID.encode(), Connection="keep-alive"))
            while not page.rstrip(b" ").endswith(b"</html>"):
                page += stays.recv(65_536)
            goes.sendall(ask("GET", "/healthz", Connection="keep-alive") + half_sent("en")[2])
            assert goes.recv(65_536).endswith(b"ok")
            goes.close()
            time.sleep(SETTLE)
            answer = re.search('(?:<input type="hidden"[^>]*>){5}', page.decode())
            assert answer
            found = run.readable(CANARY, VALID[:60], answer[0])
    assert found.keys() <= {CANARY.upper()}  # a method, in a cycle of Werkzeug's own


@pytest.mark.parametrize("name", ["on-file@.service", "Containerfile"])
def test_a_deployed_server_overwrites_what_it_frees(name: str) -> None:
    setting = " ".join(f"{key}={value}" for key, value in OVERWRITE.items())
    assert setting in (DEPLOY / name).read_text("utf-8")


def test_waitress_keeps_bodies_and_answers_in_memory(app: Flask, built: Path) -> None:
    """It writes larger ones to temporary files; the trace of a journey shows that none is."""
    made = cli.server(app, "127.0.0.1", 0)
    made.close()
    largest = max(path.stat().st_size for path in (built / "site").rglob("*"))
    assert MAX_BODY < made.adj.max_request_body_size + made.adj.recv_bytes < made.adj.inbuf_overflow
    assert 100 * largest < made.adj.outbuf_overflow


@pytest.mark.parametrize(
    ("place", "failure", "says"),
    [
        ("app.files.Files.encoding", RuntimeError, "channel.service: RuntimeError"),
        ("app.built.Built.read", FileNotFoundError, "channel.service: FileNotFoundError"),
        ("waitress.task.WSGITask.get_environment", RuntimeError, "channel.service: RuntimeError"),
        ("waitress.channel.HTTPChannel.service", RuntimeError, "task.handler_thread: RuntimeError"),
        ("waitress.parser.HTTPRequestParser.parse_header", RuntimeError, "wasyncore.log_info: RuntimeError"),
    ],
)
def test_a_failure_outside_the_views_is_logged_by_name_alone(
    server: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    place: str, failure: type[Exception], says: str,
) -> None:  # fmt: skip
    def broken(*_: object) -> None:
        raise failure(f"{CANARY}-failure")

    monkeypatch.setattr(place, broken)
    whole = "HTTPChannel" not in place  # else nobody is left to answer
    got = send(int(server.rpartition(":")[2]), ask("GET", f"/en/?{CANARY}-query"), hang_up=not whole)
    end = time.monotonic() + 5
    while not caplog.records and time.monotonic() < end:
        time.sleep(0.01)
    assert CANARY.encode() not in got
    assert [record.getMessage() for record in caplog.records] == [says]
    assert CANARY not in caplog.text and "127.0.0.1" not in caplog.text and "Traceback" not in caplog.text


LEAKY = """
import os, socket, sys, tempfile
from waitress import create_server
kept = []

def app(environ, start):
    sent = environ["wsgi.input"].read()
    match environ["PATH_INFO"]:
        case "/file": open("visits", "ab").write(sent)
        case "/temporary": tempfile.TemporaryFile().write(sent)
        case "/mkdir": os.mkdir("visit")
        case "/rename": os.rename("visit", "visited")
        case "/link": os.symlink(environ["QUERY_STRING"], "link")
        case "/touch": os.utime("visited")
        case "/datagram": socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(sent, ("127.0.0.1", 9))
        case "/pair": (pair := socket.socketpair())[0].send(sent)
        case "/shared": os.memfd_create("visits")
        case "/child": os.spawnlp(os.P_WAIT, "true", "true")
        case "/print": print(environ["QUERY_STRING"], file=sys.stderr)
        case "/keep": kept.append(environ["QUERY_STRING"])
    start("200 OK", [])
    return [b""]

create_server(app, host="127.0.0.1", port=int(os.environ["PORT"])).run()
"""
#: What the checker says of each of its leaks.
NAMED = {
    "file": ['"visits", O_WRONLY|O_CREAT|O_APPEND', "write("],
    "temporary": ["O_RDWR|O_EXCL", "write("],
    "mkdir": ['"visit", 0777'],
    "rename": ['"visit", ', '"visited"'],
    "link": [f'"{CANARY}-link", '],
    "touch": ['utimensat(AT_FDCWD'],
    "datagram": ["socket(AF_INET, SOCK_DGRAM", "sendto("],
    "pair": ["socketpair(", "sendto("],
    "shared": ['memfd_create("visits"'],
    "child": ["execve("],
    "spilled": ["O_RDWR|O_EXCL", "write("],
}  # fmt: skip


@needs_strace
def test_a_leak_would_be_named(tmp_path: Path) -> None:
    """The same looks at a server that leaks in each way they are for, on waitress with its own limits."""
    with running(tmp_path, "-c", LEAKY) as run:
        run.send(ask("POST", "/", b"warm-up"))
        run.send(ask("POST", "/temporary", b"warm-up"))
        for leak, calls in NAMED.items():
            run.look_from_here()
            sent = f"{CANARY}-{leak} ".encode() * (40_000 if leak == "spilled" else 1)
            run.send(ask("POST", f"/{leak}?{CANARY}-{leak}", sent))
            traces = run.traces()
            for call in calls:
                assert any(call in re.sub(r"<[^>]*>", "", trace) for trace in traces), (leak, traces)
        run.look_from_here()
        for leak in ("print", "keep", "nothing"):
            run.send(ask("GET", f"/{leak}?{CANARY}-{leak}"))
        assert run.traces() == []
        assert run.readable(CANARY)[f"{CANARY}-keep"]
    assert run.said.read_text() == f"{CANARY}-print\n"
    assert (run.folder / "visits").read_text() == f"{CANARY}-file "
