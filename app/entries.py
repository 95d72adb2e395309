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

DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


class ContentError(Exception):
    """All problems found in the content, one a line."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class Entry(dict[str, Any]):
    """A mapping that remembers the file and the line each key stood on."""

    file: str
    lines: dict[str, int]


class Reader:
    """Reads one folder of content, collecting problems instead of stopping at the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[str] = []
        self.texts: dict[str, Text] = {}

    def problem(self, entry: Entry, key: str, reason: str) -> None:
        self.problems.append(f"{entry.file}:{entry.lines.get(key, 1)}: {key}: {reason}")

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

    def take(self, entry: Entry, required: str, optional: str = "") -> None:
        """Refuse unknown keys and miss required ones."""
        needed, known = required.split(), {*required.split(), *optional.split()}
        for key in entry:
            if key not in known:
                self.problem(entry, key, f"is not a known key (known: {', '.join(sorted(known))})")
        for key in needed:
            if not entry.get(key):
                self.problem(entry, key, "is missing or empty")

    def entries(self, entry: Entry, key: str) -> list[Entry]:
        value = entry.get(key, [])
        if not isinstance(value, list) or any(not isinstance(item, Entry) for item in value):
            self.problem(entry, key, "must be a list of entries")
            return []
        ids = [item.get("id") for item in value]
        for item in value:
            if "id" in item and ids.count(item["id"]) > 1:
                self.problem(item, "id", f"{item['id']} stands twice")
        return value

    def strings(self, entry: Entry, key: str) -> tuple[str, ...]:
        value = entry.get(key, [])
        if not isinstance(value, list) or any(not isinstance(item, str) for item in value):
            self.problem(entry, key, "must be a list of words")
            return ()
        return tuple(value)

    def one_of(self, entry: Entry, key: str, known: Iterable[str]) -> str:
        value = str(entry.get(key, ""))
        if value and value not in known:
            self.problem(entry, key, f"{value} is not one of {', '.join(known)}")
        return value

    def date(self, entry: Entry, key: str) -> str:
        value = str(entry.get(key, ""))
        if value and not DATE.fullmatch(value):
            self.problem(entry, key, f"{value} is not a date (YYYY, YYYY-MM or YYYY-MM-DD)")
        return value

    def text(self, entry: Entry, field: str, key: str) -> str:
        """Register ``entry[field]`` as the message ``key``; placeholders are checked."""
        source = entry.get(field)
        if source is None:
            return key
        if not isinstance(source, str) or not source.strip():
            self.problem(entry, field, "must be a text")
            return key
        text = Text.parse(key, source, entry.file)
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
        "date": (DATE.pattern, "is not a date"),
        "number": (r"\d+(\.\d+)?", "is not a number"),
        "money": (r"\d+(\.\d\d)?", "is not an amount"),
        "phone": (r"\+1\d{10}", "is not a phone number (+1 and ten digits)"),
        "site": (r"[a-z0-9.-]+\.[a-z]{2,}(/\S*)?", "is not a web address (without https://)"),
        "name": (r"\S.*", "is empty"),
    }
    pattern, reason = patterns[kind]
    return "" if re.fullmatch(pattern, value) else reason
