"""Answers to forms, worked out before Flask is asked: its routing and wrappers cost more than an answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict
from werkzeug.http import HTTP_STATUS_CODES

from app.built import Built
from app.files import HTML, takes_gzip
from app.forms import MOST_FIELDS, Posted, Questionnaire
from app.model import NAMES
from app.pair import PAIRS
from app.privacy import MAX_BODY, QUICK, THOROUGH, headers, one_size, plain_size, quiet
from app.reference import Reference

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FORM = "application/x-www-form-urlencoded"
#: What decoding makes of bytes that are no UTF-8, plain or escaped, and what no field of ours holds.
BROKEN = {"\ufffd", "\x00"}
#: No name and no value of ours needs an escape; more of them than this take long to read.
MOST_ESCAPES = 1000

Headers = list[tuple[str, str]]


class UnreadableError(Exception):
    """What was sent is no form of ours, or too long for one: the status."""


def sealed(
    built: Built, page: str, tag: str, environ: WSGIEnvironment, level: int = THOROUGH
) -> tuple[bytes, Headers]:
    """An answer to a form, of one size whatever was answered: body, and the headers that go with it."""
    gzip = takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    body, size = page.encode(), built.size(tag, gzip)
    sent = one_size(body, size, level) if gzip else plain_size(body, size)
    return sent, [
        ("Content-Type", HTML),
        ("Content-Length", str(len(sent))),
        ("Vary", "Accept-Encoding"),
        *([("Content-Encoding", "gzip")] if gzip else []),
    ]


class Answers:
    """A WSGI app in front of another: takes every POST to a language's app and its results."""

    def __init__(self, app: WSGIApplication, built: Built) -> None:
        self.app, self.built = app, built
        self.questionnaire = Questionnaire(
            built.questions, built.states, Reference(built.site / "reference.db")
        )
        self.headers = [
            [*headers(policy).items(), ("Cache-Control", "no-store")] for policy in built.policies
        ]
        tags = (*NAMES, *PAIRS)
        self.paths = {f"/{tag}/{name}": (tag, name or "app") for tag in tags for name in ("", "results")}

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        found = self.paths.get(environ["PATH_INFO"])
        if not found or environ["REQUEST_METHOD"] != "POST":
            return self.app(environ, start)
        tag, name = found
        level = THOROUGH
        try:
            form = self.read(environ)
            sheet, status = self.built.sheet(tag), 200
            if name == "app":
                page = sheet.app(form)
            elif form.errors:
                page, status = sheet.app(form), 400
            else:
                page, level = sheet.results(form), QUICK
        except UnreadableError as refused:
            (status,) = refused.args
            page = self.built.error(tag, "400_form" if status == 400 else str(status))
        except Exception as failure:
            quiet(name, failure)
            page, status, level = self.built.error(tag, "500"), 500, THOROUGH
        body, named = sealed(self.built, page, tag, environ, level)
        start(f"{status} {HTTP_STATUS_CODES[status].upper()}", [*named, *self.headers[tag in PAIRS]])
        return [body]

    def read(self, environ: WSGIEnvironment) -> Posted:
        """The form that was sent, checked."""
        kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        length = environ.get("CONTENT_LENGTH") or "0"
        if kind not in ("", FORM) or environ.get("HTTP_CONTENT_ENCODING") or not length.isdigit():
            raise UnreadableError(400)
        if int(length) > MAX_BODY:
            raise UnreadableError(413)
        sent = environ["wsgi.input"].read(int(length))
        if sent.count(b"&") >= MOST_FIELDS or sent.count(b"%") > MOST_ESCAPES:
            raise UnreadableError(400)
        fields = parse_qsl(sent.decode("utf-8", "replace"), keep_blank_values=True)
        if sent and not fields:  # bytes that are no form at all
            raise UnreadableError(400)
        if not BROKEN.isdisjoint("".join(name + value for name, value in fields)):
            raise UnreadableError(400)
        return self.questionnaire.read(MultiDict(fields))
