"""What a build writes: every GET page rendered and compressed, the second script, the data."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

from app import catalog, reference, review
from app.language import SOURCE
from app.pages import Pages, assessment, claims


def write(pages: Pages, folder: Path) -> None:
    """Write the site into ``folder``, whole or not at all."""
    fresh = folder / "new"
    shutil.rmtree(fresh, ignore_errors=True)
    for name, page in pages.all():
        compress(fresh / "site" / name, page.encode())
    compress(fresh / "site" / "later.js", pages.assets.later.encode())
    compress(fresh / "site" / "assessment.json", json.dumps(assessment(pages.catalog), indent=1).encode())
    for tag, words in pages.words.items():
        compress(fresh / "site" / tag / "claims.json", json.dumps(claims(words), ensure_ascii=False).encode())
    compress(fresh / "site" / "changes.xml", pages.feed().encode())
    compress(fresh / "site" / "review.ics", review.calendar(pages.words[SOURCE], review.due(pages.catalog)))
    reference.bake(pages.words[SOURCE], catalog.DATA, fresh / "reference.db")
    shutil.rmtree(folder / "site", ignore_errors=True)
    for part in fresh.iterdir():
        part.replace(folder / part.name)
    fresh.rmdir()


def compress(path: Path, body: bytes) -> None:
    """Write a file and its ``.br`` and ``.gz`` siblings."""
    import brotli  # only a build needs it

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    path.with_name(path.name + ".br").write_bytes(brotli.compress(body, quality=11))
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(body, 9, mtime=0))
