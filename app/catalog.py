"""The content, checked: YAML and lists into the model.

Refuses what it does not know, checks every reference, and reports every problem at once.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from app import model
from app.assess import assess_one
from app.entries import ContentError, Entry, Reader, misfit
from app.model import (
    Catalog,
    Claim,
    HelpGroup,
    HelpLine,
    Option,
    Provider,
    Question,
    Rule,
    Source,
    System,
    Text,
)

CONTENT = Path(__file__).parent / "content"
DATA = Path(__file__).parent / "data"
PROVIDER_KINDS = ("immigration", "detention", "hotline", "tax", "privacy", "lawyer_search", "records")
#: A remark behind a list's title: " (July 2026)", " (copy)".
BRACKETS = re.compile(r" \([^)]*\)$")
COSTS = ("free", "low", "unknown")


class Loader(Reader):
    """Reads every part of the content."""

    def __init__(self, folder: Path, data: Path) -> None:
        super().__init__(folder)
        self.data = data
        self.cited: set[str] = set()
        self.order: tuple[str, ...] = ()

    def interface(self) -> None:
        def walk(entry: Entry, prefix: str) -> None:
            for key, value in entry.items():
                if isinstance(value, Entry):
                    walk(value, f"{prefix}{key}.")
                else:
                    self.text(entry, key, prefix + key)

        walk(self.read(self.folder / "interface.yaml"), "")

    def questions(self) -> tuple[tuple[str, ...], tuple[Question, ...]]:
        file = self.read(self.folder / "questions.yaml")
        self.take(file, "topics questions place shared")
        topics = []
        for topic in self.entries(file, "topics"):
            self.take(topic, "id name")
            topics.append(str(topic.get("id")))
            self.text(topic, "name", f"topic.{topic.get('id')}")
        shared = file.get("shared", Entry())
        for key in shared:
            self.text(shared, key, f"option.{key}")
        place = file.get("place", Entry())
        for key in place:
            self.text(place, key, f"place.{key}")
        questions = []
        for entry in self.entries(file, "questions"):
            self.take(entry, "id topic short text why options", "hint many")
            self.one_of(entry, "topic", topics)
            ident = str(entry.get("id"))
            for part in ("short", "text", "why", "hint"):
                self.text(entry, part, f"question.{ident}.{part}")
            options = []
            for option in self.entries(entry, "options"):
                self.take(option, "id", "text")
                name = str(option.get("id"))
                key = f"option.{ident}.{name}" if "text" in option else f"option.{name}"
                self.text(option, "text", key)
                if "text" not in option and name not in shared:
                    self.problem(option, "id", f"{name} has no text and none to share")
                options.append(Option(name, key))
            options.append(Option(model.NOT_SURE, f"option.{model.NOT_SURE}"))
            questions.append(
                Question(ident, str(entry.get("topic")), tuple(options), "many" in entry, "hint" in entry)
            )
        return tuple(topics), tuple(questions)

    def sources(self) -> dict[str, Source]:
        found: dict[str, Source] = {}
        for path in sorted((self.folder / "sources").glob("*.yaml")):
            file = self.read(path)
            for ident, entry in file.items():
                if not isinstance(entry, Entry):
                    self.problem(file, ident, "must be an entry")
                    continue
                self.take(entry, "title publisher read", "date url")
                self.one_of(entry, "read", model.READINGS)
                if ident in found:
                    self.problem(file, ident, "stands in another file too")
                if (url := entry.get("url")) and not re.fullmatch(r"https?://\S+", url):
                    self.problem(entry, "url", f"{url} is not a web address")
                found[ident] = Source(
                    ident, str(entry.get("title")), str(entry.get("publisher")),
                    str(entry.get("read")), self.date(entry, "date"), str(entry.get("url", "")),
                )  # fmt: skip
        return found

    def claim(self, entry: Entry, prefix: str, section: str = "") -> Claim:
        extra = "section " if not section else ""
        self.take(entry, f"id {extra}text sources as_of strength review_by", "step caution quote verdict")
        ident = str(entry.get("id"))
        key = self.text(entry, "text", f"{prefix}.{ident}")
        self.text(entry, "caution", f"{key}.caution")
        if not section:
            section = self.one_of(entry, "section", model.SECTIONS)
        for part, wanted, known in (
            ("step", section == "do", model.STEPS),
            ("verdict", section == "article", model.VERDICTS),
        ):
            self.one_of(entry, part, known)
            if wanted != (part in entry):
                self.problem(entry, part, "is missing" if wanted else f"does not belong in {section}")
        cited = self.strings(entry, "sources")
        self.cited.update(cited)
        return Claim(
            ident, key, section, cited, self.date(entry, "as_of"),
            self.one_of(entry, "strength", model.STRENGTHS), self.date(entry, "review_by"),
            str(entry.get("step", "")), "caution" in entry,
            str(entry.get("quote", "")), str(entry.get("verdict", "")),
        )  # fmt: skip

    def system(self, ident: str, questions: Mapping[str, Question]) -> System:
        entry = self.read(self.folder / "systems" / f"{ident}.yaml")
        note = "about" in entry
        self.take(entry, "name kind as_of what reach claims " + ("about" if note else "step rules"))
        for part in ("name", "what", "reach", "step"):
            self.text(entry, part, f"{ident}.{part}")
        rules: list[Rule] = []
        for number, row in enumerate(self.entries(entry, "rules")):
            self.take(row, "level when because")
            self.text(row, "because", f"{ident}.because.{number}")
            when = row.get("when")
            if not isinstance(when, Entry):
                self.problem(row, "when", "must name questions and options")
                continue
            for key in when:
                known: Iterable[str] = (
                    model.COUNTY_OPTIONS if key == model.COUNTY_RULE
                    else questions[key].allowed - {model.NOT_SURE} if key in questions else ()
                )  # fmt: skip
                if not known:
                    self.problem(when, key, "is not a question")
                for option in set(self.strings(when, key)) - set(known) if known else ():
                    self.problem(when, key, f"{option} is not an option of it")
            level = self.one_of(row, "level", model.RULE_LEVELS)
            if rules and level == "likely" and rules[-1].level == "possible":
                self.problem(row, "level", "stands below a weaker row")
            rules.append(Rule(level, {key: self.strings(when, key) for key in when}))
        for about in self.strings(entry, "about"):
            if about not in self.order:
                self.problem(entry, "about", f"{about} is not a system")
        claims = tuple(self.claim(claim, f"{ident}.claim") for claim in self.entries(entry, "claims"))
        for section in model.SECTIONS:
            if claims and not any(claim.section == section for claim in claims):
                self.problem(entry, "claims", f"none stands in the section {section}")
        system = System(
            ident, self.one_of(entry, "kind", model.KINDS), self.date(entry, "as_of"), claims,
            tuple(rules), self.strings(entry, "about"),
        )  # fmt: skip
        if not self.problems:
            for number in unreachable(system, questions):
                self.problem(entry, "rules", f"no answer reaches row {number}")
        return system

    def rights(self) -> tuple[Claim, ...]:
        file = self.read(self.folder / "rights.yaml")
        self.take(file, "claims")
        return tuple(self.claim(entry, "rights.claim", "rights") for entry in self.entries(file, "claims"))

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
            self.one_of(entry, "kind", PROVIDER_KINDS)
            self.one_of(entry, "cost", COSTS)
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
                self.date(entry, "source_date"), self.remark(entry, "warning"),
            )  # fmt: skip
        return tuple(states), providers

    def help(self, providers: Mapping[str, Provider]) -> tuple[HelpGroup, ...]:
        file = self.read(self.folder / "help.yaml")
        self.take(file, "groups")
        groups = []
        for entry in self.entries(file, "groups"):
            self.take(entry, "id name", "providers for text sources as_of strength review_by")
            ident = str(entry.get("id"))
            self.text(entry, "name", f"help.group.{ident}")
            for system in self.strings(entry, "for"):
                if system not in self.order:
                    self.problem(entry, "for", f"{system} is not a system")
            claim = None
            if "text" in entry:
                inner = Entry({k: v for k, v in entry.items() if k not in ("name", "providers", "for")})
                inner.file, inner.lines = entry.file, entry.lines
                claim = self.claim(inner, "help.claim", "help")
            lines = []
            for line in self.entries(entry, "providers"):
                self.take(line, "id text", "run_by in_app")
                self.one_of(line, "in_app", ("no",))
                name = str(line.get("id"))
                if name not in providers:
                    self.problem(line, "id", f"{name} is not in legal_help.csv")
                self.one_of(line, "run_by", ("ice", "government"))
                key = self.text(line, "text", f"help.line.{name}")
                lines.append(HelpLine(name, key, str(line.get("run_by", "")), "in_app" not in line))
            groups.append(HelpGroup(ident, self.strings(entry, "for"), tuple(lines), claim))
        return tuple(groups)

    def load(self) -> Catalog:
        self.interface()
        topics, questions = self.questions()
        by_id = {question.id: question for question in questions}
        index = self.read(self.folder / "systems.yaml")
        self.take(index, "order watched")
        self.order = self.strings(index, "order")
        systems = tuple(self.system(ident, by_id) for ident in self.order)
        for path in (self.folder / "systems").glob("*.yaml"):
            if path.stem not in self.order:
                self.problems.append(f"systems/{path.name}:1: file: is not named in systems.yaml")
        states, providers = self.lists()
        catalog = Catalog(
            topics, questions, systems, self.rights(), self.help(providers), providers, states,
            self.sources(), self.texts, self.strings(index, "watched"),
        )  # fmt: skip
        for part, claim in catalog.claims:
            for source in claim.sources:
                if source not in catalog.sources:
                    self.problems.append(f"{part}: {claim.id}: the source {source} is in no sources file")
        for source in catalog.sources.keys() - self.cited:
            self.problems.append(f"sources: {source}: is cited by no claim")
        if self.problems:
            raise ContentError(sorted(self.problems))
        return catalog


def combinations(system: System, questions: Mapping[str, Question]) -> Iterator[dict[str, frozenset[str]]]:
    """Every combination of answers to the questions a system uses, skipped ones included."""
    choices = [
        [frozenset[str](), *(frozenset({option}) for option in options)]
        for key in system.keys
        for options in [
            model.COUNTY_OPTIONS if key == model.COUNTY_RULE
            else [o.id for o in questions[key].options]
        ]
    ]  # fmt: skip
    for chosen in itertools.product(*choices):
        yield dict(zip(system.keys, chosen, strict=True))


def unreachable(system: System, questions: Mapping[str, Question]) -> list[int]:
    """Rows that give the level for no combination of answers."""
    reached = {n for answers in combinations(system, questions) for n in assess_one(answers, system).rows}
    return [number for number in range(len(system.rules)) if number not in reached]


def load(folder: Path = CONTENT, data: Path = DATA) -> Catalog:
    """Read and check all content and the lists beside it. Raises ContentError with every problem found."""
    return Loader(folder, data).load()
