"""The lists beside the words: states and places to get help, from CSV into the model."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from app import shapes
from app.entries import Entry, Reader, misfit
from app.model import Provider, Text

#: A remark behind a list's title: " (July 2026)", " (copy)".
BRACKETS = re.compile(r" \([^)]*\)$")


class Lists(Reader):
    """Reads the lists in the data folder, beside a folder of content."""

    def __init__(self, folder: Path, data: Path, today: str) -> None:
        super().__init__(folder, today)
        self.data = data

    def rows(self, name: str) -> Iterator[Entry]:
        """The rows of a list in the data folder, each with its line."""
        with (self.data / name).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            for row in reader:
                entry = Entry({key: value or "" for key, value in row.items() if key})
                entry.file, entry.lines = name, dict.fromkeys(row, reader.line_num)
                yield entry

    def remark(self, entry: Entry, field: str) -> str:
        """A list's note as a message; the same note of many providers is one message."""
        if not entry[field]:
            return ""
        msgid = Text.parse("", entry[field]).msgid
        key = f"remark.{hashlib.sha256(msgid.encode()).hexdigest()[:8]}"
        values = Text.parse(key, entry[field]).values
        name = key if not values else f"{key}.{hashlib.sha256(repr(values).encode()).hexdigest()[:4]}"
        if name not in self.texts:
            self.text(entry, field, name)
            self.texts[name] = replace(self.texts[name], key=key)
        return name

    def lists(self) -> tuple[tuple[str, ...], dict[str, Provider]]:
        """States by code, and the providers of legal help."""
        states = []
        for entry in self.rows("states.csv"):
            states.append(entry["state"])
            self.text(entry, "state_name", f"state.{entry['state']}")
        providers: dict[str, Provider] = {}
        for entry in self.rows("legal_help.csv"):
            self.one_of(entry, "kind", shapes.PROVIDER_KINDS)
            self.one_of(entry, "cost", shapes.COSTS)
            self.date(entry, "source_date")
            self.one_of(entry, "state", states)
            if entry["id"] in providers:
                self.problem(entry, "id", f"{entry['id']} stands twice")
            if entry["phone"] and (reason := misfit("phone", entry["phone"])):
                self.problem(entry, "phone", f"{entry['phone']} {reason}")
            if (entry["scope"] == "state") != bool(entry["state"]):
                self.problem(entry, "scope", "is state exactly where a state is named")
            providers[entry["id"]] = Provider(
                entry["id"], entry["name"], entry["state"], entry["city"], entry["kind"], entry["phone"],
                entry["url"], tuple(filter(None, entry["languages"].split(";"))), entry["cost"],
                self.remark(entry, "notes"), BRACKETS.sub("", entry["source_title"].partition(";")[0]),
                entry["source_date"], self.remark(entry, "warning"),
            )  # fmt: skip
        return tuple(states), providers
