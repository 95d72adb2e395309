"""Routes: files that the build wrote, and answers worked out once."""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import parse_qsl

from flask import Flask, Request, Response, abort, redirect, request
from werkzeug.datastructures import LanguageAccept, MultiDict
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound
from werkzeug.http import parse_accept_header
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as Answer

from app.built import Built
from app.files import MOST_READ, Files, takes_gzip
from app.forms import MOST_FIELDS, Posted, Questionnaire
from app.model import NAMES, SOURCE
from app.privacy import QUICK, THOROUGH, headers, one_size, plain_size, protect, quiet
from app.reference import Reference

HTML = "text/html; charset=utf-8"
FORM = "application/x-www-form-urlencoded"
#: What decoding makes of bytes that are no UTF-8, plain or escaped, and what no field of ours holds.
BROKEN = {"\ufffd", "\x00"}
#: No name and no value of ours needs an escape; more of them than this take long to read.
MOST_ESCAPES = 1000


def wanted() -> str:
    """The language that the browser asks for first, of those there are."""
    listed = request.headers.get("Accept-Language", "")[:MOST_READ]
    return parse_accept_header(listed, LanguageAccept).best_match(list(NAMES), SOURCE)


def register(app: Flask, built: Built) -> None:
    """Add every route, the headers and the error pages."""
    questionnaire = Questionnaire(built.questions, built.states, Reference(built.site / "reference.db"))
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # Flask's own answer knows nothing of the files
    tags = ",".join(f'"{tag}"' for tag in NAMES)  # in quotes, for tags such as pt-BR
    lang = f"<any({tags}):lang>"
    protect(app, built.policy)
    files = Files(app.wsgi_app, built, headers(built.policy).items())
    app.wsgi_app = files  # type: ignore[method-assign, assignment]

    def posted() -> Posted:
        """The form that was sent, checked; one that cannot be read at all ends here."""
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        if kind not in ("", FORM) or request.content_encoding:
            abort(400)
        sent = request.get_data(cache=False)
        if sent.count(b"&") >= MOST_FIELDS or sent.count(b"%") > MOST_ESCAPES:
            abort(400)
        fields = parse_qsl(sent.decode("utf-8", "replace"), keep_blank_values=True)
        if sent and not fields:  # bytes that are no form at all
            abort(400)
        if not BROKEN.isdisjoint("".join(name + value for name, value in fields)):
            abort(400)
        return questionnaire.read(MultiDict(fields))

    @app.get("/")
    def root() -> Answer:
        answer = redirect(f"/{wanted()}/")
        answer.vary.add("Accept-Language")
        return answer

    @app.post(f"/{lang}/")
    def app_again(lang: str) -> Answer:
        return sealed(built.sheet(lang).app(posted()), lang)

    @app.post(f"/{lang}/results")
    def results(lang: str) -> Answer:
        form = posted()
        if form.errors:
            return sealed(built.sheet(lang).app(form), lang, 400)
        return sealed(built.sheet(lang).results(form), lang, level=QUICK)

    @app.get(f"/{lang}/results")
    @app.get(f"/{lang}")
    def start(lang: str) -> Answer:
        return redirect(f"/{lang}/")

    @app.get("/healthz")
    def healthz() -> Answer:
        return answer("ok", kind="text/plain; charset=utf-8")

    def answer(body: str, status: int = 200, kind: str = HTML) -> Answer:
        return Response(body, status, content_type=kind)

    def sealed(page: str, tag: str, status: int = 200, level: int = THOROUGH) -> Answer:
        """An answer to a form, of one size whatever was answered."""
        gzip = takes_gzip(request.headers.get("Accept-Encoding", ""))
        body, size = page.encode(), built.size(tag, gzip)
        sent = one_size(body, size, level) if gzip else plain_size(body, size)
        made = Response(sent, status, content_type=HTML)
        made.headers["Vary"] = "Accept-Encoding"
        if gzip:
            made.headers["Content-Encoding"] = "gzip"
        return made

    def page_language() -> str:
        first = request.path.split("/")[1]
        if first in NAMES:
            return first
        return wanted()

    @app.errorhandler(HTTPException)
    def error(failure: HTTPException) -> Answer:
        status = failure.code or 500
        built_here = request.path in files.names
        if status == 404 and built_here:  # there, but not to be sent a form
            return error(MethodNotAllowed(()))
        shown = status if status in (400, 404, 405, 413) else 500 if status >= 500 else 400
        tag = page_language()
        page = built.error(tag, "400_form" if shown == 400 else str(shown))
        made = sealed(page, tag, shown) if request.method == "POST" else answer(page, shown)
        if shown == 405:
            known = {
                *(getattr(failure, "valid_methods", None) or ()),
                *(("GET", "HEAD") if built_here else ()),
            }
            made.headers["Allow"] = ", ".join(sorted(known))
        return made

    def lost(request: Request) -> NoReturn:
        """Flask's own redirects name the Host they were sent, and hand on the query: there are none."""
        failure = request.routing_exception or NotFound()
        raise NotFound() if isinstance(failure, RequestRedirect) else failure

    app.raise_routing_exception = lost  # type: ignore[method-assign]

    @app.errorhandler(Exception)
    def broken(failure: Exception) -> Answer:
        quiet(request.endpoint, failure)
        return error(InternalServerError())
