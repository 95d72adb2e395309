"""Files of others, read with suspicion: size first, then shape, then each cell cleaned."""

from __future__ import annotations

import csv
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from app.shapes import DATE

MB = 1_000_000
#: The largest public list in CSV has 9 MB, the largest in JSON about 15.
LARGEST = 60 * MB
APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4\u0060", "'"))
MAILBOX = re.compile(r"\S*@\S*")
Item = TypeVar("Item")


class RefusedError(Exception):
    """Why a file is not taken: one sentence that names file, place and reason."""


def sized(path: Path, limit: int = LARGEST) -> Path:
    """The path, if a file is there and not larger than ``limit`` bytes."""
    if not path.is_file():
        raise RefusedError(f"{path.name} is not there, or not a file.")
    if (size := path.stat().st_size) > limit:
        raise RefusedError(
            f"{path.name} has {size / MB:.0f} MB, more than the {limit // MB} MB such a list can have."
        )
    return path


def line(value: object) -> str:
    """A cell as one line: NFC, nothing hidden, no control characters, single spaces."""
    made = unicodedata.normalize("NFC", "" if value is None else str(value))
    kept = (
        " " if (kind := unicodedata.category(sign)) in ("Cc", "Zl", "Zp") else sign if kind[0] != "C" else ""
        for sign in made
    )
    return " ".join("".join(kept).split())


def text(value: object) -> str:
    """A cell as one line, its apostrophes straight."""
    return line(value).translate(APOSTROPHES)


def name(value: object) -> str:
    """A cell that holds a name: no mailbox in it, and no start that a spreadsheet takes for a formula."""
    return " ".join(MAILBOX.sub("", text(value)).split()).lstrip("=+-@| ")


def table(
    path: Path, needs: Collection[str], *, strict: bool = True, clean: Callable[[object], str] = text
) -> Iterator[tuple[int, dict[str, str]]]:
    """Lines and cleaned rows of a CSV that has the columns ``needs``.

    A row with more fields than headers is refused, or, unless ``strict``, given as an empty row.
    """
    try:
        with sized(path).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            headers = [text(header) for header in reader.fieldnames or ()]
            if missing := [column for column in needs if column not in headers]:
                raise RefusedError(f"{path.name} has no column {', '.join(missing)}.")
            if len(set(filter(None, headers))) < len([*filter(None, headers)]):
                raise RefusedError(f"{path.name} has two columns of one name.")
            reader.fieldnames = headers
            for row in reader:
                whole = None not in row and None not in row.values()
                if strict and not whole:
                    raise RefusedError(f"{path.name}, line {reader.line_num}: not as many fields as headers.")
                cells = {key: clean(value) for key, value in row.items() if key} if whole else {}
                yield reader.line_num, cells
    except UnicodeDecodeError:
        raise RefusedError(f"{path.name} is not text in UTF-8: save it again as “CSV UTF-8”.") from None
    except csv.Error as error:
        raise RefusedError(f"{path.name} is not a CSV file: {error}.") from None


def parsed(path: Path) -> Any:
    """The JSON in a file."""
    try:
        return json.loads(sized(path).read_bytes())
    except (ValueError, RecursionError):
        raise RefusedError(f"{path.name} is not JSON.") from None


def dated(value: str, where: str, *, today: date) -> str:
    """``value`` if it is an ISO date (a year or month will do) and not ahead of ``today``."""
    if not re.fullmatch(DATE, value):
        raise RefusedError(f"{where}: {value or 'nothing'} is not a date (YYYY, YYYY-MM or YYYY-MM-DD).")
    if value > today.isoformat()[: len(value)]:
        raise RefusedError(f"{where}: {value} lies ahead of today.")
    return value


def watched(
    items: Iterable[Item], label: str, length: int | None = None
) -> AbstractContextManager[Iterable[Item]]:
    """The items, with a progress bar on a terminal's stderr."""
    return click.progressbar(
        items, length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()
    )
