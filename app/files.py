"""Built files, answered before the app is asked: a shared link is nearly all of the load.

Takes GET and HEAD for what the build wrote, with the headers of every answer; hands on the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.http import parse_accept_header, parse_etags

from app.built import ENCODINGS, Built
from app.pair import PAIRS
from app.privacy import CLEAR, LEAVING, headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HTML = "text/html; charset=utf-8"
KINDS = {
    ".html": HTML,
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".xml": "application/atom+xml",
    ".ics": "text/calendar; charset=utf-8",
    ".db": "application/vnd.sqlite3",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
#: What is read of a list of languages, encodings or tags: reading a long one takes longer than answering.
MOST_READ = 500


CLEARING = tuple(f"/{name}.html" for name in LEAVING)


def quality(accepted: str, name: str) -> float:
    """How much an Accept-Encoding header wants an encoding. No cache: it would keep what people sent."""
    if ";" not in accepted:  # as browsers send it; taking it apart in full costs twenty times as much
        plain = accepted.replace(" ", "").split(",")
        return float(name in plain or "*" in plain)
    wanted = dict(parse_accept_header(accepted[:MOST_READ]))
    return float(wanted.get(name, wanted.get("*", 0)))


def takes_gzip(accepted: str) -> bool:
    return quality(accepted, "gzip") > 0


def address(name: str) -> str:
    """The path under which a built file is found: ``en/index.html`` is ``/en/``."""
    return "/" + name.removesuffix("index.html").removesuffix(".html")


class Files:
    """A WSGI app in front of another."""

    def __init__(self, app: WSGIApplication, built: Built) -> None:
        self.app = app
        self.built = built
        self.names = {address(name): name for name in built.prints}
        own = [("Cache-Control", "no-cache"), ("Vary", "Accept-Encoding")]
        self.headers = [[*headers(policy).items(), *own] for policy in built.policies]

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        name = self.find(environ["PATH_INFO"])
        if name is None or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.app(environ, start)
        pair = name not in self.built.prints
        chosen = self.encoding(name, environ.get("HTTP_ACCEPT_ENCODING", ""))
        body, known_as = self.built.joined(name, chosen) if pair else (b"", self.built.prints[name])
        etag = f"{known_as}{'-' if chosen else ''}{chosen}"
        named = [*self.headers[pair], ("ETag", f'"{etag}"')]
        if name.endswith(CLEARING):
            named.append(("Clear-Site-Data", CLEAR))
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known and parse_etags(known[:MOST_READ]).contains_weak(etag):
            start("304 NOT MODIFIED", named)
            return []
        body = body or self.built.read(name, chosen)
        named += [("Content-Type", KINDS[name[name.rindex(".") :]]), ("Content-Length", str(len(body)))]
        if chosen:
            named.append(("Content-Encoding", chosen))
        start("200 OK", named)
        return [body] if environ["REQUEST_METHOD"] == "GET" else []

    def find(self, path: str) -> str | None:
        """The built file under a path; a page in two languages is none yet: ``es+en/help.html``."""
        if found := self.names.get(path):
            return found
        pair, slash, page = path[1:].partition("/")
        first, _ = PAIRS.get(pair, ("", ""))
        name = self.names.get(f"/{first}/{page}") if first and slash else None
        return f"{pair}/{name.partition('/')[2]}" if name and name.endswith(".html") else None

    def encoding(self, name: str, accepted: str) -> str:
        """The best encoding that the client takes; the database has one, two languages at once no brotli."""
        if name not in self.built.prints:
            return "gzip" if takes_gzip(accepted) else ""
        if name.endswith(".db"):
            return ""
        return next(found for found in ENCODINGS if not found or quality(accepted, found) > 0)
