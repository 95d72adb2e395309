"""What a build writes: every GET page rendered and compressed, data, and the pieces of answers."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from app import measure, reference, review, training
from app.assets import STATIC
from app.built import Built
from app.catalog import DATA
from app.county_map import PICTURES
from app.marked import lined
from app.model import SOURCE
from app.open_data import assessment, claims, places, sheet_schema
from app.pages import Pages
from app.pieces import pieces
from app.privacy import content_security_policy
from app.reference import Reference

ICON = STATIC / "icon.svg"
#: Pages about mistakes, by their status; a form that cannot be read has its own.
ERRORS = ("400_form", "404", "405", "413", "500")


def every(pages: Pages) -> Iterator[tuple[str, str]]:
    """(file, HTML) of every page in every language, practice cases among them."""
    yield from pages.all()
    yield from training.cases(pages)


def files(pages: Pages, lists: Path) -> Iterator[tuple[str, bytes]]:
    """(path below the site, bytes) of everything that a GET may ask for, beside the ``lists`` themselves."""
    for name, page in every(pages):
        yield name, page.encode()
    for tag, words in pages.words.items():
        yield f"{tag}/claims.json", json.dumps(claims(words), ensure_ascii=False).encode()
        yield f"{tag}/manifest.webmanifest", json.dumps(pages.manifest(tag), ensure_ascii=False).encode()
    yield "later.js", pages.assets.later.encode()
    yield "worker.js", pages.assets.worker.encode()
    yield "icon.svg", ICON.read_bytes()
    for picture in PICTURES:
        yield f"map-{picture}.svg", pages.county_map.svg(picture).encode()
    yield "places.json", packed(places(Reference(lists).counties.values()))
    yield "assessment.json", json.dumps(assessment(pages.catalog), indent=1).encode()
    yield "sheet.schema.json", json.dumps(sheet_schema(pages.catalog), indent=1).encode()
    yield "changes.xml", pages.feed().encode()
    yield "review.ics", review.calendar(pages.words[SOURCE], review.due(pages.catalog))


def policy(pages: Pages) -> str:
    return content_security_policy(pages.assets.styles, pages.assets.scripts)


def settings(pages: Pages, prints: dict[str, str]) -> dict[str, Any]:
    """``app.json``: what a worker needs besides the pages."""
    many = {question.id: question.many for question in pages.catalog.questions}
    data = assessment(pages.catalog)
    return {
        "policy": policy(pages),
        "pair_policy": policy(pages.marked()),
        "states": list(pages.catalog.states),
        "questions": [question | {"many": many[question["id"]]} for question in data["questions"]],
        "systems": data["systems"],
        "prints": prints,
        "sizes": {},
        "longest": {},
    }


def packed(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def write(pages: Pages, folder: Path) -> None:
    """Write the build into ``folder``, whole or not at all. What has not changed is not compressed again."""
    fresh, old = folder / "new", folder / "site"
    shutil.rmtree(fresh, ignore_errors=True)
    lists = fresh / "site" / "reference.db"
    lists.parent.mkdir(parents=True)
    reference.bake(pages.words[SOURCE], DATA, lists)
    prints = {lists.name: hashlib.sha256(lists.read_bytes()).hexdigest()[:16]}
    with ThreadPoolExecutor(os.cpu_count()) as packers:
        waiting = []
        for name, body in files(pages, lists):
            waiting.append(packers.submit(compress, fresh / "site" / name, body, old / name))
            prints[name] = hashlib.sha256(body).hexdigest()[:16]
        lay(pages, fresh, prints)
        for one in waiting:
            one.result()
    for part in fresh.iterdir():
        if part.is_dir():
            shutil.rmtree(folder / part.name, ignore_errors=True)
        part.replace(folder / part.name)
    fresh.rmdir()


def lay(pages: Pages, fresh: Path, prints: dict[str, str]) -> None:
    """Write what a worker makes answers of, and pages in two languages: pieces, errors, settings."""
    for tag in pages.words:
        save(fresh / "sheets" / f"{tag}.json", json.dumps(pieces(pages, tag), ensure_ascii=False).encode())
        for name in ERRORS:
            save(fresh / "errors" / tag / f"{name}.html", pages.error(tag, name).encode())
    named = pages.marked()
    for name, page in every(named):
        save(fresh / "pairs" / name, lined(page).encode())
    for tag in pages.words:
        made_of = json.dumps(lined(pieces(named, tag)), ensure_ascii=False)
        save(fresh / "pairs" / f"{tag}.json", made_of.encode())
        for name in ERRORS:
            save(fresh / "pairs" / tag / "errors" / f"{name}.html", lined(named.error(tag, name)).encode())
    made = settings(pages, prints)
    sheets = Built(fresh, made)
    for tag in pages.words:
        made["sizes"][tag], made["longest"][tag] = measure.sizes(sheets, tag)
    save(fresh / "app.json", json.dumps(made).encode())


def save(path: Path, body: bytes) -> None:
    """Write a file that nobody is to write again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    path.chmod(0o444)


def compress(path: Path, body: bytes, old: Path) -> None:
    """Write a file and its ``.br`` and ``.gz`` siblings, those of ``old`` if its bytes are the same."""
    import brotli  # only a build needs it

    same = old.is_file() and old.read_bytes() == body
    save(path, body)
    for end, pack in (
        (".br", lambda: brotli.compress(body, quality=11)),
        (".gz", lambda: gzip.compress(body, 9, mtime=0)),
    ):
        before = old.with_name(old.name + end)
        save(path.with_name(path.name + end), before.read_bytes() if same and before.is_file() else pack())
