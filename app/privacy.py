"""What every answer of ours carries, and what is never written down."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Iterable

from flask import Flask, Response, request

#: Larger bodies are refused; no form of ours comes near it, and none may spill to disk.
MAX_BODY = 16 * 1024


def integrity(source: str) -> str:
    """The hash that allows a style or script: ``sha256-…``."""
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}"


def content_security_policy(styles: Iterable[str], scripts: Iterable[str]) -> str:
    """The policy for pages with these styles and scripts, each allowed by its SHA-256."""

    def hashes(sources: Iterable[str]) -> str:
        return " ".join(f"'{integrity(source)}'" for source in sources)

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
            "trusted-types later",
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


def protect(app: Flask, policy: str) -> None:
    """Set the headers on every answer, bound the body, and keep logs free of what people sent."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    fixed = headers(policy)

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.update(fixed)
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
