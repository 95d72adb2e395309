"""The address of this copy, and the code that leads to it, for a poster."""

from __future__ import annotations

import os
from itertools import groupby
from typing import NamedTuple

import segno

#: White around a code, in modules: scanners want four.
QUIET = 4


class Code(NamedTuple):
    """A QR code as a path of an SVG picture: ``side`` is its width and height in modules, white included."""

    path: str
    side: int


def ready() -> bool:
    """Whether somebody has set the address that people know this copy by."""
    return bool(os.environ.get("PUBLIC_URL"))


def site() -> str:
    """The address of this copy; while none is set, on this computer."""
    local = f"http://{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
    return (os.environ.get("PUBLIC_URL") or local).rstrip("/")


def address(tag: str) -> str:
    """The app in a language, at the address of this copy."""
    return f"{site()}/{tag}/"


def code(url: str) -> Code:
    """A QR code that can still be read when a quarter of it is torn or soiled."""
    rows = segno.make_qr(url, error="q").matrix
    path = ""
    for y, row in enumerate(rows, QUIET):
        x = QUIET
        for dark, run in groupby(row):
            width = len(list(run))
            if dark:
                path += f"M{x} {y}h{width}v1h-{width}z"
            x += width
    return Code(path, len(rows) + 2 * QUIET)
