"""YAML as entries that know their file and lines. Collects every problem instead of stopping at the first.

Scalars are read as text (YAML's own ``no`` would become False).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from app import model
from app.model import Text
from app.shapes import DATE, DAY, TIME, Field, Shape


class ContentError(Exception):
    """All problems found in the content, one a line."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class Entry(dict[str, Any]):
    """A mapping that remembers the file and the line each key stood on."""

    file: str
    lines: dict[str, int]

    def where(self, key: str) -> str:
        """``systems/irs.yaml:21``."""
        return f"{self.file}:{self.lines.get(key, 1)}"


class Reader:
    """Reads one folder of content, collecting problems instead of stopping at the first.

    With ``today``, an ISO date, a date that lies ahead of it is a problem where it cannot.
    """

    def __init__(self, folder: Path, today: str = "") -> None:
        self.folder = folder
        self.today = today
        self.problems: list[str] = []
        self.texts: dict[str, Text] = {}

    def problem(self, entry: Entry, key: str, reason: str) -> None:
        self.problems.append(f"{entry.where(key)}: {key}: {reason}")

    def read(self, path: Path) -> Entry:
        """The file as nested entries; an unreadable file is a problem and an empty entry."""
        name = path.relative_to(self.folder).as_posix()
        empty = Entry()
        empty.file, empty.lines = name, {}
        try:
            node = yaml.compose(path.read_text("utf-8"), Loader=yaml.CBaseLoader)
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            self.problem(empty, "file", " ".join(str(error).split()))
            return empty
        value = self._value(name, node) if node else empty
        if not isinstance(value, Entry):
            self.problem(empty, "file", "holds no keys")
            return empty
        return value

    def _value(self, file: str, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            entry = Entry()
            entry.file, entry.lines = file, {}
            for key_node, value_node in node.value:
                key = str(key_node.value)
                if key in entry:
                    entry.lines[key] = key_node.start_mark.line + 1
                    self.problem(entry, key, "stands twice")
                entry.lines[key] = key_node.start_mark.line + 1
                entry[key] = self._value(file, value_node)
            return entry
        if isinstance(node, yaml.SequenceNode):
            return [self._value(file, item) for item in node.value]
        return str(node.value)

    def take(self, entry: Entry, shape: Shape) -> None:
        """Refuse unknown keys, miss required ones, and check what every other key holds."""
        for key in entry:
            if key not in shape:
                self.problem(entry, key, f"is not a known key (known: {', '.join(sorted(shape))})")
        for key, field in shape.items():
            other, value = field.only
            belongs = not other or entry.get(other) == value
            if key in entry and not belongs:
                self.problem(entry, key, f"belongs only where {other} is {value}")
            elif entry.get(key):
                self._fits(entry, key, field)
            elif key in entry or (field.required and belongs):
                self.problem(entry, key, "is missing or empty")

    def _fits(self, entry: Entry, key: str, field: Field) -> None:
        value = entry[key]
        match field.kind:
            case "words":
                self.strings(entry, key)
            case "entries":
                self.entries(entry, key)
            case "lists" | "tree":
                if not isinstance(value, Entry):
                    self.problem(entry, key, "must hold keys")
            case _ if not isinstance(value, str):
                self.problem(entry, key, "must be one value")
            case "day" if not re.fullmatch(DAY, value):
                self.problem(entry, key, f"{value} is not a day (YYYY-MM-DD)")
            case "date" | "past":
                self.date(entry, key, ahead=field.kind == "date")
            case _ if field.choices:
                self.one_of(entry, key, field.choices)

    def entries(self, entry: Entry, key: str) -> list[Entry]:
        value = entry.get(key, [])
        if not isinstance(value, list) or any(not isinstance(item, Entry) for item in value):
            self.problem(entry, key, "must be a list of entries")
            return []
        return value

    def once(self, found: Iterable[Entry]) -> None:
        """Refuse an id that stands twice."""
        seen: set[str] = set()
        for item in found:
            if (ident := str(item.get("id"))) in seen:
                self.problem(item, "id", f"{ident} stands twice")
            seen.add(ident)

    def strings(self, entry: Entry, key: str) -> tuple[str, ...]:
        value = entry.get(key, [])
        if not isinstance(value, list) or any(not isinstance(item, str) for item in value):
            self.problem(entry, key, "must be a list of words")
            return ()
        return tuple(value)

    def one_of(self, entry: Entry, key: str, known: Iterable[str]) -> None:
        value = str(entry.get(key, ""))
        if value and value not in known:
            self.problem(entry, key, f"{value} is not one of {', '.join(known)}")

    def date(self, entry: Entry, key: str, *, ahead: bool = False) -> None:
        """Check an ISO date; unless ``ahead``, it may not lie after today."""
        value = str(entry.get(key, ""))
        if not value:
            return
        if not re.fullmatch(DATE, value):
            self.problem(entry, key, f"{value} is not a date (YYYY, YYYY-MM or YYYY-MM-DD)")
        elif not ahead and self.today and value > self.today[: len(value)]:
            self.problem(entry, key, f"{value} is in the future (today is {self.today})")

    def tree(self, entry: Entry, prefix: str = "") -> None:
        """Register every text of a tree as a message; keys are joined by dots."""
        for key, value in entry.items():
            if isinstance(value, Entry):
                self.tree(value, f"{prefix}{key}.")
            else:
                self.text(entry, key, prefix + key)

    def text(self, entry: Entry, field: str, key: str) -> str:
        """Register ``entry[field]`` as the message ``key``; placeholders are checked."""
        source = entry.get(field)
        if source is None:
            return key
        if not isinstance(source, str) or not source.strip():
            self.problem(entry, field, "must be a text")
            return key
        text = Text.parse(key, source, entry.where(field))
        rest = model.PLACEHOLDER.sub("", source)
        if "{" in rest or "}" in rest:
            self.problem(entry, field, "has a brace that is no placeholder")
        for name, value in text.values.items():
            kind = name.rstrip("0123456789")
            if kind not in model.VALUE_KINDS:
                self.problem(entry, field, f"{{{name}}} is not one of {', '.join(model.VALUE_KINDS)}")
            elif reason := misfit(kind, value):
                self.problem(entry, field, f"{{{name}:{value}}} {reason}")
        if len(text.values) < len([m for m in model.PLACEHOLDER.finditer(source) if m[3] is not None]):
            self.problem(entry, field, "uses one placeholder name for two values; number them")
        if re.search(r"\b(19|20)\d\d\b|\d{4,}", re.sub(r"\b(W-2|1099)\b", "", rest)):
            self.problem(entry, field, "holds a year or long number outside a placeholder")
        if key in self.texts:
            self.problem(entry, field, f"the key {key} is already used in {self.texts[key].origin}")
        self.texts[key] = text
        return key


def misfit(kind: str, value: str) -> str:
    """Why a placeholder's value is not of its kind, or nothing."""
    patterns = {
        "date": (DATE, "is not a date"),
        "number": (r"\d+(\.\d+)?", "is not a number"),
        "money": (r"\d+(\.\d\d)?", "is not an amount"),
        "time": (TIME, "is not a length of time (P21D, P30M, P3Y, PT3M)"),
        "phone": (r"\+1\d{10}", "is not a phone number (+1 and ten digits)"),
        "site": (r"[a-z0-9.-]+\.[a-z]{2,}(/\S*)?", "is not a web address (without https://)"),
        "name": (r"\S.*", "is empty"),
    }
    pattern, reason = patterns[kind]
    return "" if re.fullmatch(pattern, value) else reason
