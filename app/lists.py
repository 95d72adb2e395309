"""The lists beside the words: states and places to get help, from CSV into the model."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from app import shapes
from app.entries import Entry, Reader, misfit
from app.model import AGREEMENT_LAWS, Provider, State, StateLaw, Text

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

    def states(self) -> dict[str, State]:
        """States and territories by code, each with what its law says."""
        states: dict[str, State] = {}
        laws = self.laws()
        for entry in self.rows("states.csv"):
            code = entry["state"]
            self.text(entry, "state_name", f"state.{code}")
            self.one_of(entry, "law_287g", AGREEMENT_LAWS)
            self.date(entry, "as_of")
            self.date(entry, "law_287g_as_of", ahead=True)
            if (entry["law_287g"] == "none_found") == bool(entry["law_287g_as_of"]):
                self.problem(entry, "law_287g_as_of", "stands exactly where a law was found")
            states[code] = State(
                code, entry["as_of"],
                self.count(entry, "n_287g_agreements"), self.count(entry, "n_287g_agencies"),
                self.count(entry, "n_287g_state_agencies"), self.count(entry, "n_counties"),
                self.count(entry, "n_counties_with_287g"), entry["law_287g"], entry["law_287g_as_of"],
                laws.pop(code, (None, entry))[0],
            )  # fmt: skip
        for code, (_, entry) in laws.items():
            self.problem(entry, "state", f"{code} is not in states.csv")
        return states

    def count(self, entry: Entry, key: str) -> int:
        if entry[key].isdigit():
            return int(entry[key])
        self.problem(entry, key, f"{entry[key]} is not a count")
        return 0

    def laws(self) -> dict[str, tuple[StateLaw, Entry]]:
        """What states' laws say, in codes, and the row it stands in; each fact with its source and date."""
        laws: dict[str, tuple[StateLaw, Entry]] = {}
        for entry in self.rows("state_laws.csv"):
            for key, known in shapes.STATE_LAW.items():
                if entry[key] not in known:
                    self.problem(entry, key, f"{entry[key] or 'nothing'} is not one of {', '.join(known)}")
            read = tuple(entry["alpr_read"].split(";"))
            if not set(read) <= set(shapes.READ):
                self.problem(entry, "alpr_read", f"{entry['alpr_read']} is not of {', '.join(shapes.READ)}")
            if entry["alpr_kept"] and (reason := misfit("time", entry["alpr_kept"])):
                self.problem(entry, "alpr_kept", f"{entry['alpr_kept']} {reason}")
            if bool(entry["alpr_kept"]) != bool(entry["alpr_kept_by"]):
                self.problem(entry, "alpr_kept_by", "stands exactly where alpr_kept does")
            if not entry["summary"]:
                self.problem(entry, "summary", "is missing or empty")
            if bool(entry["alpr_source_url"]) != (read != ("survey",)):
                self.problem(entry, "alpr_source_url", "stands exactly where more than the survey was read")
            self.cites(entry, "alpr_as_of")
            self.cites(entry, "dmv_as_of", "license_source_url", "nlets_source_url")
            if any(entry[f"clearview_{right}"] for right in ("access", "delete", "opt_out")):
                self.cites(entry, "clearview_as_of", "clearview_source_url")
            if entry["state"] in laws:
                self.problem(entry, "state", f"{entry['state']} stands twice")
            coded = {key: value for key, value in entry.items() if key not in ("state", "alpr_read")}
            laws[entry["state"]] = StateLaw(**coded, alpr_read=read), entry
        return laws

    def cites(self, entry: Entry, as_of: str, *urls: str) -> None:
        """Check that a date and the addresses of its sources stand in a row."""
        self.date(entry, as_of)
        for key in (as_of, *urls):
            if not entry[key]:
                self.problem(entry, key, "is missing or empty")
        for key in urls or ("alpr_source_url",):
            if entry[key] and not re.fullmatch(r"https?://\S+", entry[key]):
                self.problem(entry, key, f"{entry[key]} is not a web address")

    def providers(self, states: Iterable[str]) -> dict[str, Provider]:
        """The providers of legal help, by id."""
        providers: dict[str, Provider] = {}
        for entry in self.rows("legal_help.csv"):
            self.one_of(entry, "kind", shapes.PROVIDER_KINDS)
            self.one_of(entry, "cost", shapes.COSTS)
            self.date(entry, "source_date")
            self.one_of(entry, "state", tuple(states))
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
        return providers
