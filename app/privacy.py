"""What every answer of ours carries, and what is never written down."""

from __future__ import annotations

import base64
import hashlib
import logging
import struct
from collections.abc import Iterable

from flask import Flask, Response, request
from isal import isal_zlib

#: What the page behind "Erase and leave" asks the browser to forget.
CLEAR = '"cache", "cookies", "storage"'
#: Larger bodies are refused; no form of ours comes near it, and none may spill to disk.
MAX_BODY = 16 * 1024
#: Answers to forms have one size, gzip or plain, so that a watcher of the wire learns nothing from it.
STEP = 16 * 1024
PLAIN_STEP = 64 * 1024


def one_size(body: bytes, level: int = 3) -> bytes:
    """Gzip whose length tells nothing of the body: filler stands in the header's comment field.

    The length is a whole number of ``STEP``; every answer of ours fits in one.
    """
    packer = isal_zlib.compressobj(level, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)
    packed = packer.compress(body) + packer.flush()
    end = struct.pack("<II", isal_zlib.crc32(body), len(body) & 0xFFFFFFFF)
    filler = b" " * (-(10 + 1 + len(packed) + len(end)) % STEP)
    return b"\x1f\x8b\x08\x10\0\0\0\0\x02\xff" + filler + b"\0" + packed + end


def plain_size(body: bytes) -> bytes:
    """The same for a client that takes no gzip: spaces at the end, up to a whole number of ``PLAIN_STEP``."""
    return body + b" " * (-len(body) % PLAIN_STEP)


def integrity(source: str) -> str:
    """The hash that allows a style or script: ``sha256-…``."""
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}"


def hashes(sources: Iterable[str]) -> str:
    return " ".join(f"'{integrity(source)}'" for source in sources)


def content_security_policy(styles: Iterable[str], scripts: Iterable[str]) -> str:
    """The policy for pages with these styles and scripts, each allowed by its SHA-256."""
    return "; ".join(
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


def protect(app: Flask, policy: str) -> None:
    """Set the headers on every answer, bound the body, and keep logs free of what people sent."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    fixed = list(headers(policy).items())

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.extend(fixed)
        if request.method == "POST" or response.status_code >= 400:
            response.headers["Cache-Control"] = "no-store"
        else:
            response.headers.setdefault("Cache-Control", "no-cache")
        return response

    # Flask's own way would print a traceback, and with it what was sent.
    app.log_exception = lambda exc_info: quiet(request.endpoint, exc_info[1])  # type: ignore[method-assign]


def quiet(endpoint: str | None, failure: BaseException | None) -> None:
    """Log a failure by endpoint and type, never by what was sent."""
    logging.getLogger("on_file").error("%s: %s", endpoint, type(failure).__name__)
