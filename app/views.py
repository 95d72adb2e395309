"""Routes: files that the build wrote, and answers worked out once."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, abort, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as Answer

from app.forms import MOST_FIELDS, Posted, Questionnaire
from app.language import NAMES, SOURCE
from app.pages import PAGES, Pages
from app.privacy import one_size, plain_size, quiet

FORM = "application/x-www-form-urlencoded"
#: What Werkzeug makes of bytes that are no UTF-8, and what no field of ours holds.
BROKEN = {"\ufffd", "\x00"}
#: Encodings the build writes, best first, with the ending of their files.
ENCODINGS = {"br": ".br", "gzip": ".gz"}


def register(app: Flask, pages: Pages, questionnaire: Questionnaire, build: Path) -> None:
    """Add every route and the error pages."""
    site = build / "site"
    lang = f"<any({','.join(pages.words)}):lang>"

    def file(path: Path, kind: str = "text/html; charset=utf-8") -> Response:
        """A built file in the best encoding the client takes, or 304."""
        accepted = request.accept_encodings
        encoding = next((name for name in ENCODINGS if accepted.quality(name) > 0), "")
        suffix = ENCODINGS.get(encoding, "")
        try:
            body = read(path.with_name(path.name + suffix))
        except FileNotFoundError:
            abort(404)
        response = Response(body, content_type=kind)
        if encoding:
            response.headers["Content-Encoding"] = encoding
        response.vary.add("Accept-Encoding")
        response.set_etag(hashlib.sha256(body).hexdigest()[:16])
        return conditional(response)

    def conditional(response: Response) -> Response:
        response.make_conditional(request)
        return response

    @lru_cache(maxsize=2 * len(ENCODINGS) * len(NAMES))
    def read(path: Path) -> bytes:
        return path.read_bytes()

    def posted(lang: str) -> Posted:
        """The form that was sent, checked; one that cannot be read at all ends here."""
        if request.mimetype not in ("", FORM) or request.content_encoding:
            abort(400)
        fields: MultiDict[str, str] = request.form
        items = list(fields.items(multi=True))
        if request.content_length and not items:  # bytes that are no form at all
            abort(400)
        if len(items) > MOST_FIELDS or any(BROKEN & set(name + value) for name, value in items):
            abort(400)
        return questionnaire.read(fields)

    @app.get("/")
    def root() -> Answer:
        tag = request.accept_languages.best_match(list(NAMES), SOURCE)
        answer = redirect(url_for("app_page", lang=tag))
        answer.vary.add("Accept-Language")
        return answer

    @app.get(f"/{lang}/")
    def app_page(lang: str) -> Response:
        return file(site / lang / "index.html")

    @app.post(f"/{lang}/")
    def app_again(lang: str) -> Answer:
        return sealed(pages.app(lang, posted(lang)))

    @app.post(f"/{lang}/results")
    def results(lang: str) -> Answer:
        form = posted(lang)
        if form.errors:
            return sealed(pages.app(lang, form), 400)
        return sealed(pages.results(lang, form))

    @app.get(f"/{lang}/results")
    def results_again(lang: str) -> Answer:
        return redirect(url_for("app_page", lang=lang))

    @app.get(f"/{lang}/<any({','.join(PAGES)}):name>")
    def page(lang: str, name: str) -> Response:
        return file(site / lang / f"{name}.html")

    @app.get(f"/{lang}/help/<state>")
    def state_help(lang: str, state: str) -> Response:
        if state not in pages.catalog.states:
            abort(404)
        return file(site / lang / "help" / f"{state}.html")

    @app.get(f"/{lang}/bye")
    def bye(lang: str) -> Response:
        response = file(site / lang / "bye.html")
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return response

    @app.get(f"/{lang}/claims.json")
    def claims(lang: str) -> Response:
        return file(site / lang / "claims.json", "application/json")

    @app.get("/later.js")
    def later() -> Response:
        return file(site / "later.js", "text/javascript; charset=utf-8")

    @app.get("/assessment.json")
    def assessment() -> Response:
        return file(site / "assessment.json", "application/json")

    @app.get("/changes.xml")
    def changes() -> Response:
        return file(site / "changes.xml", "application/atom+xml")

    @app.get("/review.ics")
    def review() -> Response:
        return file(site / "review.ics", "text/calendar; charset=utf-8")

    @app.get("/reference.db")
    def reference() -> Response:
        response = Response((build / "reference.db").read_bytes(), content_type="application/vnd.sqlite3")
        response.set_etag(hashlib.sha256(response.data).hexdigest()[:16])
        return conditional(response)

    @app.get("/healthz")
    def healthz() -> Answer:
        return answer("ok", kind="text/plain; charset=utf-8")

    def answer(body: str, status: int = 200, kind: str = "text/html; charset=utf-8") -> Answer:
        return Response(body, status, content_type=kind)

    def sealed(page: str, status: int = 200) -> Answer:
        """An answer to a form, of one size whatever was answered."""
        body = page.encode()
        gzip = request.accept_encodings.quality("gzip") > 0
        made = Response(one_size(body) if gzip else plain_size(body), status)
        made.content_type = "text/html; charset=utf-8"
        if gzip:
            made.headers["Content-Encoding"] = "gzip"
        made.vary.add("Accept-Encoding")
        return made

    def page_language() -> str:
        first = request.path.split("/")[1]
        if first in pages.words:
            return first
        return request.accept_languages.best_match(list(NAMES), SOURCE) or SOURCE

    @app.errorhandler(HTTPException)
    def error(failure: HTTPException) -> Answer:
        status = failure.code or 500
        if status < 400:
            return failure.get_response()
        shown = status if status in (400, 404, 405, 413) else 500 if status >= 500 else 400
        text = "errors.400_form" if shown == 400 else ""
        made = answer(pages.error(page_language(), shown, text), shown)
        if shown == 405:
            made.headers["Allow"] = ", ".join(getattr(failure, "valid_methods", None) or ("GET",))
        return made

    @app.errorhandler(Exception)
    def broken(failure: Exception) -> Answer:
        quiet(request.endpoint, failure)
        return error(InternalServerError())
