"""What the build left, as a worker reads it: pages as files, and what answers are put together from.

A worker knows no words and no templates; a file that is not there ends in FileNotFoundError.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections.abc import Mapping
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from werkzeug.datastructures import MultiDict

from app.assess import Outcomes
from app.forms import Posted, Questionnaire
from app.model import NAMES, Option, Question, Rule, System
from app.pair import PAIRS, both
from app.privacy import QUICK, THOROUGH, packed
from app.reference import Reference
from app.sheet import Sheet

#: Encodings the build writes, best first, with the ending of their files.
ENCODINGS = {"br": ".br", "gzip": ".gz", "": ""}
#: Of pages in two languages, how many are kept, and of how many languages what their answers are made from.
KEPT, SPOKEN = 8, 4
#: What is added to the longest answer that was found, and the steps that sizes go in, bytes. An answer in two
#: languages is made of two; more room, as the longest of it was looked for among the longest of each.
ROOM, PAIR_ROOM, STEP = 1.02, 1.04, 512

Form = dict[str, list[str]]


def stepped(length: float, room: float = ROOM) -> int:
    return STEP * math.ceil(length * room / STEP)


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


class PairSheet:
    """The answer pages of two languages at once, each page joined of two."""

    def __init__(self, pair: str, first: Sheet, second: Sheet) -> None:
        self.pair, self.sheets = pair, (first, second)

    def app(self, posted: Posted) -> str:
        first, second = (sheet.app(posted) for sheet in self.sheets)
        return both(first, second, self.pair)

    def results(self, posted: Posted) -> str:
        first, second = (sheet.results(posted) for sheet in self.sheets)
        return both(first, second, self.pair)


class Built:
    """One build, read as it is needed; kept are the app pages, a sheet for each language posted in, and a
    handful of what two languages at once were asked for."""

    def __init__(self, folder: Path, made: dict[str, Any] | None = None) -> None:
        """Read ``folder``; while it is being made, ``made`` is what its app.json will hold."""
        self.site = folder / "site"
        self.folder = folder
        made = made or json.loads((folder / "app.json").read_text("utf-8"))
        self.policies: tuple[str, str] = (made["policy"], made["pair_policy"])
        self.states: list[str] = made["states"]
        self.prints: dict[str, str] = made["prints"]
        self.sizes: dict[str, list[int]] = made["sizes"]
        self.longest: Mapping[str, list[Form]] = made["longest"]
        self.questions = [question(data) for data in made["questions"]]
        self.systems = [system(data) for data in made["systems"]]
        self.kept = lru_cache(maxsize=len(ENCODINGS) * len(NAMES))(self._read)
        self.joined = lru_cache(maxsize=KEPT)(self._joined)
        self.single = cache(self._sheet)
        self.named = lru_cache(maxsize=SPOKEN)(self._named)
        self.pair_sizes = cache(self._pair_sizes)

    @cached_property
    def outcomes(self) -> dict[str, Outcomes]:
        return {system.id: Outcomes(system, self.questions) for system in self.systems if not system.about}

    def policy(self, path: str) -> str:
        """The policy of what stands under an address: pages in two languages have scripts of their own."""
        return self.policies[path[1:].partition("/")[0] in PAIRS]

    def sheet(self, tag: str) -> Sheet | PairSheet:
        """The answers of a language, or of two (``es+en``)."""
        return PairSheet(tag, *map(self.named, PAIRS[tag])) if tag in PAIRS else self.single(tag)

    def _sheet(self, tag: str, folder: str = "sheets") -> Sheet:
        notes = [system for system in self.systems if system.about]
        made = json.loads((self.folder / folder / f"{tag}.json").read_text("utf-8"))
        return Sheet(made, self.outcomes, notes)

    def _named(self, tag: str) -> Sheet:
        return self._sheet(tag, "pairs")

    def size(self, tag: str, gzip: bool) -> int:
        """Bytes of every answer to a form in a language, or in two."""
        sizes = self.pair_sizes(tag) if tag in PAIRS else self.sizes[tag]
        return sizes[0 if gzip else 1]

    def _pair_sizes(self, tag: str) -> tuple[int, int]:
        """(gzip, plain), from the longest answers in each language: the same in every worker."""
        sheet = self.sheet(tag)
        read = Questionnaire(self.questions, self.states, Reference(self.site / "reference.db")).read
        posted = [read(MultiDict(form)) for one in PAIRS[tag] for form in self.longest[one]]
        results = [sheet.results(form).encode() for form in posted]
        again = [sheet.app(form).encode() for form in posted]
        lengths = [packed(page, QUICK) for page in results] + [packed(page, THOROUGH) for page in again]
        plain = max(map(len, [*results, *again]))
        return stepped(max(lengths), PAIR_ROOM), stepped(plain, PAIR_ROOM)

    def _joined(self, name: str, encoding: str) -> tuple[bytes, str]:
        """A page in two languages (``es+en/help.html``), with gzip or as it is, and its print."""
        pair, _, page = name.partition("/")
        body = self.pair(pair, page).encode()
        etag = hashlib.sha256(body).hexdigest()[:16]
        return gzip.compress(body, 6, mtime=0) if encoding else body, etag

    def pair(self, tag: str, page: str) -> str:
        """A page that the build named the texts of, in two languages."""
        first, second = ((self.folder / "pairs" / one / page).read_text("utf-8") for one in PAIRS[tag])
        return both(first, second, tag)

    def read(self, name: str, encoding: str = "") -> bytes:
        """A file of the site, as it is or compressed; the app pages are kept."""
        return self.kept(name, encoding) if name.endswith("/index.html") else self._read(name, encoding)

    def _read(self, name: str, encoding: str) -> bytes:
        return (self.site / (name + ENCODINGS[encoding])).read_bytes()

    def error(self, tag: str, name: str) -> str:
        """The page that says what went wrong: ``404``, ``400_form`` …"""
        if tag in PAIRS:
            return self.pair(tag, f"errors/{name}.html")
        return (self.folder / "errors" / tag / f"{name}.html").read_text("utf-8")
