"""What every answer of ours carries, and what is never written down."""

from __future__ import annotations

import base64
import hashlib
import logging
import struct
import sys
import urllib.parse
from collections.abc import Callable, Iterable

import werkzeug.urls
from flask import Flask, Response, request
from isal import isal_zlib

#: What the pages behind "Erase and leave" ask the browser to forget.
CLEAR = '"cache", "cookies", "storage"'
#: Those pages. The first cannot clear the page that was just left, which enters the browser's cache for Back
#: and Forward only then: where no script has emptied that page, the first hands on to the second.
LEAVING = ("bye", "kitchen")
#: Larger bodies are refused; no form of ours comes near it, and none may spill to disk.
MAX_BODY = 16 * 1024
#: How hard gzip tries: for a result, which is worked out anew each time; for a longer page, so that it fits.
QUICK, THOROUGH = 1, 3
#: The start of gzip: a comment follows, no time, no system.
HEAD = b"\x1f\x8b\x08\x10\0\0\0\0\x02\xff"


def deflated(body: bytes, level: int) -> bytes:
    packer = isal_zlib.compressobj(level, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)
    return bytes(packer.compress(body) + packer.flush())


def packed(body: bytes, level: int) -> int:
    """Bytes of a body with gzip, before it is given its size."""
    return len(HEAD) + 1 + len(deflated(body, level)) + 8


def one_size(body: bytes, size: int, level: int = THOROUGH) -> bytes:
    """Gzip whose length tells nothing of the body: filler stands in the header's comment field.

    The length is a whole number of ``size``; the build works out one that every answer fits into.
    """
    made = deflated(body, level)
    end = struct.pack("<II", isal_zlib.crc32(body), len(body) & 0xFFFFFFFF)
    short = size - (len(HEAD) + 1 + len(made) + len(end))
    if short < 0 and level < THOROUGH:
        return one_size(body, size)
    return HEAD + b" " * (short % size) + b"\0" + made + end


def plain_size(body: bytes, size: int) -> bytes:
    """The same for a client that takes no gzip: spaces at the end, up to a whole number of ``size``."""
    return body + b" " * (-len(body) % size)


def integrity(source: str) -> str:
    """The hash that allows a style or script: ``sha256-…``."""
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}"


def hashes(sources: Iterable[str]) -> str:
    return " ".join(f"'{integrity(source)}'" for source in sources)


def content_security_policy(styles: Iterable[str], scripts: Iterable[str]) -> str:
    """The policy for pages with these styles and scripts, each allowed by its SHA-256. Every byte counts."""
    return ";".join(
        (
            "default-src 'none'",
            f"style-src {hashes(styles)}",
            f"script-src {hashes(scripts)}",
            "connect-src 'self'",
            "form-action 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types keep",
        )
    )


def file_policy(styles: Iterable[str], scripts: Iterable[str]) -> str:
    """The policy that a page in one file carries within itself: nothing is fetched, sent or framed."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {hashes(styles)}",
            f"script-src {hashes(scripts)}",
            "form-action 'none'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def headers(policy: str) -> dict[str, str]:
    """The headers of every status and method."""
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    }


#: What a refusal carries that is made before the app is asked: by waitress, or by nginx with our file.
REFUSED = {
    **headers("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    "Cache-Control": "no-store",
}


def protect(app: Flask, policy: Callable[[str], str]) -> None:
    """Set the headers on every answer, and keep logs free of what people sent; a policy goes by the path."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.extend(headers(policy(request.path)))
        if request.method == "POST" or response.status_code >= 400:
            response.headers["Cache-Control"] = "no-store"
        else:
            response.headers.setdefault("Cache-Control", "no-cache")
        if nowhere := request.routing_exception:  # it holds the request, and the request holds it
            nowhere.__traceback__ = nowhere.__context__ = None
        return response

    # Flask's own way would print a traceback, and with it what was sent.
    app.log_exception = lambda exc_info: quiet(request.endpoint, exc_info[1])  # type: ignore[method-assign]


def quiet(endpoint: str | None, failure: BaseException | None) -> None:
    """Log a failure by endpoint and type, never by what was sent."""
    logging.getLogger("on_file").error("%s: %s", endpoint, type(failure).__name__)


def terse(record: logging.LogRecord) -> bool:
    """Cut what the server logs of a failure down to where and which: the rest may hold a path, an address."""
    kind = sys.exc_info()[0]
    if kind or record.levelno >= logging.ERROR:
        failed = kind.__name__ if kind else "failed"
        record.msg, record.args = f"{record.module}.{record.funcName}: {failed}", ()
        record.exc_info = record.exc_text = record.stack_info = None
    return True


def forget_addresses() -> None:
    """Take from the standard library its cache of the last 128 addresses asked for, queries included."""
    for module in (urllib.parse, werkzeug.urls):
        module.urlsplit = getattr(module.urlsplit, "__wrapped__", module.urlsplit)  # type: ignore[attr-defined]
