"""Every header of every answer, by name and value: each address, built file, language, method and status."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.built import ENCODINGS, Built
from app.files import KINDS, address
from app.pair import PAIRS
from app.privacy import LEAVING, REFUSED
from tests.conftest import LANGUAGES
from tests.test_wire import raw

ROOT = Path(__file__).parent.parent
#: On every answer there is, as they reach the phone. The policy stands beside them; it changes with a build.
ALWAYS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}
POLICY = {
    "default-src": "'none'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "keep",
}
HTML = "text/html; charset=utf-8"
#: What waitress adds to any answer.
DATE = "Date: Mon, 23 Nov 2026 12:00:00 GMT\r\n"
MOST = 1300
OTHERS = ("OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "BREW")
FORMS = {
    "right": (b"tax=itin&state=TX", 200),
    "empty": (b"", 200),
    "a wrong value": (b"tax=moon", 400),
    "no form": (b"\xff\xfe", 400),
    "too long": (b"tax=" + b"x" * 20_000, 413),
}


def sources(page: str) -> tuple[set[str], set[str]]:
    """The hashes of the styles and scripts that stand in a page, and of what it may fetch."""

    def hashes(texts: Iterable[str]) -> set[str]:
        found = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
        return {f"'sha256-{one}'" for one in found}

    assert not re.search(r"<(style|script)(?! src=| type=\"application/json\")[^>]+>", page)
    fetched = re.findall(r'<script src="[^"]+" integrity="([^"]+)">', page)
    assert page.count("<script src=") == len(fetched)
    return (
        hashes(re.findall(r"<style>(.*?)</style>", page, re.DOTALL)),
        hashes(re.findall(r"<script>(.*?)</script>", page, re.DOTALL)) | {f"'{one}'" for one in fetched},
    )


@pytest.fixture
def plain(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The bare client: what it gets is looked at here, whole."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    return app.test_client()


def allowed(
    app: Flask, built: Path, folders: Iterable[str], languages: Iterable[str], known: str, *fetched: str
) -> str:
    """The policy of pages: made of exactly their styles and scripts, none of them left without; and of the
    styles of what they fetch."""
    client = app.test_client()
    texts = [path.read_text("utf-8") for folder in folders for path in (built / folder).rglob("*.html")]
    for tag in languages:
        for path in (f"/{tag}/", f"/{tag}/results"):
            texts += [client.post(path, data=body).text for body, _ in FORMS.values()]
    styles, scripts = (set[str]().union(*kind) for kind in zip(*map(sources, texts), strict=True))
    sent = client.get(known).headers["Content-Security-Policy"]
    parts = dict(part.split(" ", 1) for part in sent.split(";"))
    for page in fetched:
        styles |= sources(client.get(page).text)[0]
    assert set(parts.pop("style-src").split()) == styles
    assert set(parts.pop("script-src").split()) == scripts
    assert parts == POLICY
    later = (built / "site" / "later.js").read_text("utf-8")
    assert sources(f"<script>{later}</script>")[1] < scripts
    return sent


@pytest.fixture(scope="module")
def policy(app: Flask, built: Path) -> str:
    return allowed(app, built, ("site", "errors"), LANGUAGES, "/healthz")


@pytest.fixture(scope="module")
def pair_policy(app: Flask, built: Path) -> str:
    """The policy of pages in two languages at once, which say more."""
    return allowed(app, built, ("pairs",), PAIRS, "/es+en/", "/en/")


@pytest.mark.parametrize("pair", PAIRS)
def test_every_page_in_two_languages(plain: FlaskClient, pair_policy: str, built: Path, pair: str) -> None:
    first = PAIRS[pair][0]
    for name in [name for name in Built(built).prints if re.match(rf"{first}/.*html$", name)]:
        path = address(name.replace(first, pair, 1))
        for method, encoding in (("GET", "gzip"), ("HEAD", "gzip"), ("GET", "br"), ("GET", "")):
            asked = {"Accept-Encoding": encoding}
            tag = plain.get(path, headers=asked).headers["ETag"]
            own = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding", "ETag": tag}
            if path.endswith(LEAVING):
                own["Clear-Site-Data"] = '"cache", "cookies", "storage"'
            full = {**own, "Content-Type": HTML}
            if encoding == "gzip":
                full["Content-Encoding"] = encoding
            check(plain, pair_policy, method, path, 200, full, headers=asked)
            check(plain, pair_policy, method, path, 304, own, headers={**asked, "If-None-Match": tag})
        forbids(plain, pair_policy, "PUT", path, "GET, HEAD" + (", POST" if path == f"/{pair}/" else ""))


def test_the_privacy_page_shows_the_policy_of_two_languages(plain: FlaskClient, pair_policy: str) -> None:
    assert pair_policy in html.unescape(plain.get("/es+en/privacy").text)


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("page", ["", "results"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("encoding", ["gzip", ""])
def test_every_answer_in_two_languages(
    plain: FlaskClient, pair_policy: str, pair: str, page: str, form: str, encoding: str
) -> None:
    body, status = FORMS[form]
    if form == "a wrong value" and not page:
        status = 200  # the same questions again
    own = {"Cache-Control": "no-store", "Content-Type": HTML, "Vary": "Accept-Encoding"}
    if encoding:
        own["Content-Encoding"] = encoding
    sent = {"data": body, "content_type": "application/x-www-form-urlencoded"}
    path = f"/{pair}/{page}"
    check(plain, pair_policy, "POST", path, status, own, headers={"Accept-Encoding": encoding}, **sent)


def check(
    client: FlaskClient, policy: str, method: str, path: str, status: int, own: Mapping[str, str], **more: Any
) -> None:
    """One answer: its status, and each of its headers with its value, once."""
    answer = client.open(path, method=method, **more)
    where = (method, path, more.get("headers"))
    assert answer.status_code == status, (where, answer.status)
    pairs = list(answer.headers.items())
    want = {**ALWAYS, "Content-Security-Policy": policy, **own}
    if method != "HEAD" and status != 304:
        want["Content-Length"] = str(len(answer.data))
    elif status != 304:
        assert not answer.data
        want["Content-Length"] = client.open(path, headers=more.get("headers")).headers["Content-Length"]
    assert dict(pairs) == want, where
    assert len(pairs) == len(want), where
    assert len("".join(f"{name}: {value}\r\n" for name, value in pairs) + DATE) <= MOST, where


def forbids(client: FlaskClient, policy: str, method: str, path: str, allow: str) -> None:
    own = {"Cache-Control": "no-store", "Content-Type": HTML, "Allow": allow}
    if method == "POST":
        own["Vary"] = "Accept-Encoding"
    check(client, policy, method, path, 405, own)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_built_file(plain: FlaskClient, policy: str, built: Path, method: str, encoding: str) -> None:
    asked = {"Accept-Encoding": encoding}
    for name, sign in Built(built).prints.items():
        path = address(name)
        chosen = "" if name == "reference.db" else encoding
        tag = f'"{sign}-{chosen}"' if chosen else f'"{sign}"'
        own = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding", "ETag": tag}
        if path in [f"/{language}/{name}" for language in LANGUAGES for name in LEAVING]:
            own["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        full = {**own, "Content-Type": KINDS[Path(name).suffix]}
        if chosen:
            full["Content-Encoding"] = chosen
        check(plain, policy, method, path, 200, full, headers=asked)
        check(plain, policy, method, path, 304, own, headers={**asked, "If-None-Match": tag})


@pytest.mark.parametrize("method", ["POST", *OTHERS])
def test_every_built_file_refuses_what_it_does_not_take(
    plain: FlaskClient, policy: str, built: Path, method: str
) -> None:
    apps = [f"/{tag}/" for tag in LANGUAGES]
    for path in map(address, Built(built).prints):
        if path not in apps:
            forbids(plain, policy, method, path, "GET, HEAD")
        elif method != "POST":
            forbids(plain, policy, method, path, "GET, HEAD, POST")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_every_redirect(plain: FlaskClient, policy: str, language: str, method: str) -> None:
    own = {"Cache-Control": "no-cache", "Content-Type": HTML, "Location": f"/{language}/"}
    for path in (f"/{language}", f"/{language}/results", f"/{language}/results?tax=itin"):
        check(plain, policy, method, path, 302, own)
    asked = {"Accept-Language": language}
    check(plain, policy, method, "/", 302, {**own, "Vary": "Accept-Language"}, headers=asked)


@pytest.mark.parametrize("method", OTHERS)
def test_every_route_of_the_app_refuses_what_it_does_not_take(
    plain: FlaskClient, policy: str, method: str
) -> None:
    for path in ("/", "/healthz", *(f"/{tag}" for tag in LANGUAGES)):
        forbids(plain, policy, method, path, "GET, HEAD")
    for path in ("/", "/healthz"):
        forbids(plain, policy, "POST", path, "GET, HEAD")
    for tag in LANGUAGES:
        forbids(plain, policy, method, f"/{tag}/results", "GET, HEAD, POST")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_sign_of_life(plain: FlaskClient, policy: str, method: str) -> None:
    own = {"Cache-Control": "no-cache", "Content-Type": "text/plain; charset=utf-8"}
    check(plain, policy, method, "/healthz", 200, own)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", *OTHERS])
def test_what_is_not_there(plain: FlaskClient, policy: str, method: str) -> None:
    own = {"Cache-Control": "no-store", "Content-Type": HTML}
    if method == "POST":
        own["Vary"] = "Accept-Encoding"
    missing = ["/nowhere", "/xx/", "/xx/results", "/%ff", "/en/<i>", "/en/results/", "/healthz/"]
    for path in [*missing, *(f"/{tag}/nowhere" for tag in LANGUAGES)]:
        check(plain, policy, method, path, 404, own)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["", "results"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_answer_to_a_form(
    plain: FlaskClient, policy: str, language: str, page: str, form: str, encoding: str
) -> None:
    body, status = FORMS[form]
    if form == "a wrong value" and not page:
        status = 200  # the same questions again
    own = {"Cache-Control": "no-store", "Content-Type": HTML, "Vary": "Accept-Encoding"}
    if encoding == "gzip":
        own["Content-Encoding"] = "gzip"
    sent = {"data": body, "content_type": "application/x-www-form-urlencoded"}
    path = f"/{language}/{page}"
    check(plain, policy, "POST", path, status, own, headers={"Accept-Encoding": encoding}, **sent)


@pytest.mark.parametrize(
    ("method", "path", "broken"),
    [
        ("POST", "/en/results", "app.sheet.Sheet.results"),
        ("POST", "/es/", "app.sheet.Sheet.app"),
        ("POST", "/es/results", "app.forms.Questionnaire.read"),
        ("GET", "/", "app.views.wanted"),
        ("GET", "/es/results", "app.views.redirect"),
    ],
)
def test_every_failure_of_ours(
    plain: FlaskClient, policy: str, monkeypatch: pytest.MonkeyPatch, method: str, path: str, broken: str
) -> None:
    times = iter([True])

    def breaks(*_: object) -> str:
        if next(times, False):
            raise RuntimeError
        return "en"

    monkeypatch.setattr(broken, breaks)
    own = {"Cache-Control": "no-store", "Content-Type": HTML}
    if method == "POST":
        own["Vary"] = "Accept-Encoding"
    check(plain, policy, method, path, 500, own)


def test_a_file_that_is_gone(
    server: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even Flask sees this one: waitress says that something broke, with the headers of its refusals."""

    def gone(*_: object) -> bytes:
        raise FileNotFoundError("canary-7141")

    monkeypatch.setattr("app.built.Built.read", gone)
    status, headers, body = raw(server, b"GET /en/help HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (status, body) == ("500 Internal Server Error", b"")
    own = {"Connection": "close", "Content-Length": "0", "Date": headers["Date"]}
    assert dict(headers.items()) == REFUSED | own
    assert [record.getMessage() for record in caplog.records] == ["channel.service: FileNotFoundError"]


@pytest.mark.parametrize("path", ["/", "/en/", "/es/bye", "/healthz", "/nowhere", "/reference.db"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_the_server_adds_the_date_and_nothing_else(server: str, app: Flask, method: str, path: str) -> None:
    own = {name.title(): value for name, value in app.test_client().open(path, method=method).headers}
    request = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
    _, headers, _ = raw(server, request.encode())
    assert dict(headers.items()) == own | {"Date": headers["Date"]}
    kept = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    assert len(kept) <= MOST


def test_only_nginx_s_own_file_ties_browsers_to_tls() -> None:
    """The app runs without TLS too: on a laptop, as an onion service, as files on somebody's host."""
    kinds = {".py", ".html", ".js", ".conf", ".service", ".xml", ".yaml", ""}
    files = [path for folder in ("app", "static") for path in (ROOT / folder).rglob("*")]
    named = {
        path.relative_to(ROOT).as_posix()
        for path in files
        if path.is_file() and path.suffix in kinds and "Strict-Transport-Security" in path.read_text("utf-8")
    }
    assert named == {"app/deploy/nginx.conf"}
