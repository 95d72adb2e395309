"""What the build left, as a worker reads it: pages as files, and what answers are put together from.

A worker knows no words and no templates; a file that is not there ends in FileNotFoundError.
"""

from __future__ import annotations

import json
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from app.assess import Outcomes
from app.model import NAMES, Option, Question, Rule, System
from app.sheet import Sheet

#: Encodings the build writes, best first, with the ending of their files.
ENCODINGS = {"br": ".br", "gzip": ".gz", "": ""}


def question(data: dict[str, Any]) -> Question:
    """A question without its words."""
    options = tuple(Option(id, "") for id in data["options"])
    return Question(data["id"], "", options, data["many"])


def system(data: dict[str, Any]) -> System:
    """A system's rules, or what a note is about."""
    rules = tuple(
        Rule(row["level"], {key: tuple(ids) for key, ids in row["when"].items()})
        for row in data.get("rules", ())
    )
    return System(data["id"], "", "", (), rules, tuple(data.get("note_about", ())))


class Built:
    """One build, read as it is needed; kept are the app pages, and a sheet for each language posted in."""

    def __init__(self, folder: Path, made: dict[str, Any] | None = None) -> None:
        """Read ``folder``; while it is being made, ``made`` is what its app.json will hold."""
        self.site = folder / "site"
        self.folder = folder
        made = made or json.loads((folder / "app.json").read_text("utf-8"))
        self.policy: str = made["policy"]
        self.states: list[str] = made["states"]
        self.prints: dict[str, str] = made["prints"]
        self.sizes: dict[str, list[int]] = made["sizes"]
        self.questions = [question(data) for data in made["questions"]]
        self.systems = [system(data) for data in made["systems"]]
        self.kept = lru_cache(maxsize=len(ENCODINGS) * len(NAMES))(self._read)
        self.sheet = cache(self._sheet)

    @cached_property
    def outcomes(self) -> dict[str, Outcomes]:
        return {system.id: Outcomes(system, self.questions) for system in self.systems if not system.about}

    def _sheet(self, tag: str) -> Sheet:
        notes = [system for system in self.systems if system.about]
        made = json.loads((self.folder / "sheets" / f"{tag}.json").read_text("utf-8"))
        return Sheet(made, self.outcomes, notes)

    def size(self, tag: str, gzip: bool) -> int:
        """Bytes of every answer to a form in a language."""
        return self.sizes[tag][0 if gzip else 1]

    def read(self, name: str, encoding: str = "") -> bytes:
        """A file of the site, as it is or compressed; the app pages are kept."""
        return self.kept(name, encoding) if name.endswith("/index.html") else self._read(name, encoding)

    def _read(self, name: str, encoding: str) -> bytes:
        return (self.site / (name + ENCODINGS[encoding])).read_bytes()

    def error(self, tag: str, name: str) -> str:
        """The page that says what went wrong: ``404``, ``400_form`` …"""
        return (self.folder / "errors" / tag / f"{name}.html").read_text("utf-8")
