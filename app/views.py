"""Routes: what is neither a built file nor an answer to a form, such as redirects, mistakes and failures."""

from __future__ import annotations

from typing import NoReturn

from flask import Flask, Request, Response, redirect, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound
from werkzeug.http import parse_accept_header
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as Answer

from app.answers import Answers, sealed
from app.built import Built
from app.files import HTML, MOST_READ, Files
from app.model import NAMES, SOURCE
from app.pair import PAIRS
from app.privacy import protect, quiet


def wanted() -> str:
    """The language that the browser asks for first, of those there are."""
    listed = request.headers.get("Accept-Language", "")[:MOST_READ]
    return parse_accept_header(listed, LanguageAccept).best_match(list(NAMES), SOURCE)


def register(app: Flask, built: Built) -> None:
    """Add every route, the headers and the error pages."""
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # Flask's own answer knows nothing of the files
    app.url_map.merge_slashes = False
    tags = ",".join(f'"{tag}"' for tag in (*NAMES, *PAIRS))  # in quotes, for tags such as pt-BR
    lang = f"<any({tags}):lang>"
    protect(app, built.policy)
    answers = Answers(app.wsgi_app, built)
    files = Files(answers, built)
    app.wsgi_app = files  # type: ignore[method-assign, assignment]

    @app.get("/")
    def root() -> Answer:
        answer = redirect(f"/{wanted()}/")
        answer.vary.add("Accept-Language")
        return answer

    @app.get(f"/{lang}/results")
    @app.get(f"/{lang}")
    def start(lang: str) -> Answer:
        return redirect(f"/{lang}/")

    @app.get("/healthz")
    def healthz() -> Answer:
        return answer("ok", kind="text/plain; charset=utf-8")

    def answer(body: str, status: int = 200, kind: str = HTML) -> Answer:
        return Response(body, status, content_type=kind)

    def page_language() -> str:
        """The language of the path, or the two; the first of two that do not go together."""
        first = request.path.split("/")[1]
        if first not in PAIRS:
            first = first.partition("+")[0]
        return first if first in NAMES or first in PAIRS else wanted()

    @app.errorhandler(HTTPException)
    def error(failure: HTTPException) -> Answer:
        status = failure.code or 500
        built_here = files.find(request.path) is not None
        if status == 404 and built_here:  # there, but not to be sent a form
            return error(MethodNotAllowed(()))
        shown = status if status in (400, 404, 405, 413) else 500 if status >= 500 else 400
        tag = page_language()
        page = built.error(tag, "400_form" if shown == 400 else str(shown))
        made = answer(page, shown)
        if request.method == "POST":
            body, named = sealed(built, page, tag, request.environ)
            made = Response(body, shown, named)
        if shown == 405:
            known = {
                *(getattr(failure, "valid_methods", None) or ()),
                *(("GET", "HEAD") if built_here else ()),
                *(("POST",) if request.path in answers.paths else ()),
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
