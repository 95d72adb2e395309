"""The content, checked: YAML and lists into the model.

Refuses what it does not know, checks every reference, and reports every problem at once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from app import model, shapes
from app.assess import Outcomes
from app.entries import ContentError, Entry
from app.lists import Lists
from app.model import (
    Case,
    Catalog,
    Change,
    Claim,
    HelpGroup,
    HelpLine,
    Letter,
    Option,
    Provider,
    Question,
    Remark,
    Rule,
    Session,
    Source,
    State,
    Statement,
    Step,
    System,
    Term,
    Wording,
)

CONTENT = Path(__file__).parent / "content"
DATA = Path(__file__).parent / "data"
#: A lawyer's questions on one system; more would be an interrogation.
MOST_QUESTIONS = 4
#: Files whose words tell no fact of their own.
NO_FACTS = ("interface", "changes", "wording", "cases", "training")
#: A line of a problem: its file, line number and the rest.
PLACE = re.compile(r"(.*?):(\d+):(.*)")


class Loader(Lists):
    """Reads every part of the content."""

    def __init__(self, folder: Path, data: Path, today: str) -> None:
        super().__init__(folder, data, today)
        self.order: tuple[str, ...] = ()
        self.cited: list[tuple[str, Entry]] = []
        self.used: set[str] = set()
        self.named: list[tuple[str, Entry, str]] = []

    def interface(self) -> None:
        self.tree(self.read(self.folder / "interface.yaml"))

    def file(self, name: str) -> Entry:
        """A file that has one shape."""
        file = self.read(self.folder / f"{name}.yaml")
        self.take(file, shapes.FILES[name])
        return file

    def shaped(self, entry: Entry, key: str, shape: shapes.Shape) -> list[Entry]:
        """A list of entries, each held to its shape, no id twice."""
        found = self.entries(entry, key)
        for item in found:
            self.take(item, shape)
        if "id" in shape:
            self.once(found)
        return found

    def questions(self) -> tuple[tuple[str, ...], dict[str, Question], Entry]:
        file = self.file("questions")
        topics = []
        for topic in self.shaped(file, "topics", shapes.TOPIC):
            topics.append(str(topic.get("id")))
            self.text(topic, "name", f"topic.{topic.get('id')}")
        for name, prefix in (("shared", "option"), ("place", "place")):
            entry = file.get(name, Entry())
            for key in entry:
                self.text(entry, key, f"{prefix}.{key}")
        lines = Entry()
        lines.file, lines.lines = "questions.yaml", {}
        questions = {}
        for entry in self.shaped(file, "questions", shapes.QUESTION):
            self.one_of(entry, "topic", topics)
            ident = str(entry.get("id"))
            lines.lines[ident] = entry.lines.get("id", 1)
            for part in ("short", "text", "why", "hint"):
                self.text(entry, part, f"question.{ident}.{part}")
            options = []
            for option in self.shaped(entry, "options", shapes.OPTION):
                name = str(option.get("id"))
                key = f"option.{ident}.{name}" if "text" in option else f"option.{name}"
                self.text(option, "text", key)
                if "text" not in option and name not in file.get("shared", ()):
                    self.problem(option, "id", f"{name} has no text and none to share")
                options.append(Option(name, key))
            options.append(Option(model.NOT_SURE, f"option.{model.NOT_SURE}"))
            questions[ident] = Question(
                ident, str(entry.get("topic")), tuple(options), "many" in entry, "hint" in entry
            )
        return tuple(topics), questions, lines

    def sources(self) -> dict[str, Source]:
        found: dict[str, Source] = {}
        cited = {name for name, _ in self.cited}
        for path in sorted((self.folder / "sources").glob("*.yaml")):
            file = self.read(path)
            for ident, entry in file.items():
                if not isinstance(entry, Entry):
                    self.problem(file, ident, "must be an entry")
                    continue
                self.take(entry, shapes.SOURCE)
                if ident in found:
                    self.problem(file, ident, "stands in another file too")
                if ident not in cited:
                    self.problem(file, ident, "is cited by no claim")
                if (url := entry.get("url")) and not re.fullmatch(r"https?://\S+", url):
                    self.problem(entry, "url", f"{url} is not a web address")
                found[ident] = Source(
                    ident, *(str(entry.get(key, "")) for key in ("title", "publisher", "read", "date", "url"))
                )
        for ident, entry in self.cited:
            if ident not in found:
                self.problem(entry, "sources", f"{ident} is in no sources file")
        return found

    def claims(self, file: Entry, prefix: str, shape: shapes.Shape, section: str = "") -> tuple[Claim, ...]:
        return tuple(self.claim(entry, prefix, file, section) for entry in self.shaped(file, "claims", shape))

    def claim(self, entry: Entry, prefix: str, file: Entry, section: str = "") -> Claim:
        """A statement with its texts; ``section`` is given where the entry does not name one."""
        key = self.text(entry, "text", f"{prefix}.{entry.get('id')}")
        self.text(entry, "caution", f"{key}.caution")
        self.text(entry, "then", f"{key}.then")
        if ("until" in entry) != ("then" in entry):
            self.problem(entry, "until" if "until" in entry else "then", "until and then go together")
        cited = self.strings(entry, "sources")
        self.cited += [(ident, entry) for ident in cited]

        def value(name: str) -> str:
            return str(entry.get(name, ""))

        return Claim(
            value("id"), key, section or value("section"), cited, value("as_of"), value("strength"),
            value("review_by"), value("checked") or str(file.get("checked", "")), value("step"),
            "caution" in entry, value("quote"), value("verdict"), value("until"), "open" in entry,
            entry.where("review_by"),
        )  # fmt: skip

    def options(
        self, entry: Entry, questions: Mapping[str, Question], without: frozenset[str]
    ) -> dict[str, tuple[str, ...]]:
        """Options by question, all of them known, but for those that may not be named here."""
        counties = frozenset(model.COUNTY_OPTIONS)
        for key in entry:
            known = counties if key == model.COUNTY_RULE else frozenset()
            known = questions[key].allowed - without if key in questions else known
            if not known:
                self.problem(entry, key, "is not a question")
            for option in set(self.strings(entry, key)) - known if known else ():
                self.problem(entry, key, f"{option} is not an option of it")
        return {key: self.strings(entry, key) for key in entry}

    def system(self, ident: str, questions: Mapping[str, Question]) -> System:
        entry = self.read(self.folder / "systems" / f"{ident}.yaml")
        self.take(entry, shapes.NOTE if "about" in entry else shapes.SYSTEM)
        for part in ("name", "what", "reach", "step"):
            self.text(entry, part, f"{ident}.{part}")
        rules: list[Rule] = []
        for number, row in enumerate(self.shaped(entry, "rules", shapes.RULE)):
            self.text(row, "because", f"{ident}.because.{number}")
            if not isinstance(when := row.get("when"), Entry):
                continue
            self.used.update(when)
            answers = self.options(when, questions, frozenset({model.NOT_SURE}))
            level = str(row.get("level"))
            if rules and level == "likely" and rules[-1].level == "possible":
                self.problem(row, "level", "stands below a weaker row")
            rules.append(Rule(level, answers))
        for about in self.strings(entry, "about"):
            if about not in self.order:
                self.problem(entry, "about", f"{about} is not a system")
        claims = self.claims(entry, f"{ident}.claim", shapes.CLAIM)
        for section in model.SECTIONS:
            if claims and not any(claim.section == section for claim in claims):
                self.problem(entry, "claims", f"none stands in the section {section}")
        follow_ups = self.lines(entry, "follow_ups", f"{ident}.follow_up", shapes.FOLLOW_UP)
        if len(follow_ups) > MOST_QUESTIONS:
            self.problem(entry, "follow_ups", f"holds more than {MOST_QUESTIONS} questions")
        system = System(
            ident, str(entry.get("kind")), str(entry.get("as_of")), claims, tuple(rules),
            self.strings(entry, "about"), follow_ups, self.drawn(entry, claims),
        )  # fmt: skip
        if not self.problems:
            missed = unreachable(system, questions)
            for number in missed:
                self.problem(self.entries(entry, "rules")[number], "level", f"no answer reaches row {number}")
            if rules and len(missed) == len(rules):
                self.problem(entry, "rules", "no answer can reach this system")
        return system

    def drawn(self, entry: Entry, claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
        """The claims that carry the two arrows of the picture, each of a section that can."""
        known, named = {claim.id: claim for claim in claims}, self.strings(entry, "drawn")
        if len(named) != len(model.ARROWS):
            self.problem(entry, "drawn", "must name two claims")
        for name, sections in zip(named, model.ARROWS, strict=False):
            if name not in known:
                self.problem(entry, "drawn", f"{name} is no claim of this file")
            elif known[name].section not in sections:
                self.problem(
                    entry, "drawn", f"{name} stands in {known[name].section}, not {' or '.join(sections)}"
                )
        return tuple(known[name] for name in named if name in known)

    def lines(self, entry: Entry, key: str, prefix: str, shape: shapes.Shape) -> tuple[str, ...]:
        """The keys of texts that stand one below the other, numbered from 0."""
        found = enumerate(self.shaped(entry, key, shape))
        return tuple(self.text(line, "text", f"{prefix}.{number}") for number, line in found)

    def places(self) -> tuple[tuple[Claim, ...], tuple[str, ...]]:
        """Rights by place, and the lines of the card; every place is told of."""
        file = self.file("places")
        claims = self.claims(file, "places.claim", shapes.PLACE)
        for place in model.PLACES:
            if not any(claim.section == place for claim in claims):
                self.problem(file, "claims", f"none stands in the section {place}")
        self.named += [(str(line.get("claim")), line, "claim") for line in self.entries(file, "card")]
        return claims, self.lines(file, "card", "places.card", shapes.CARD)

    def letters(self) -> tuple[Letter, ...]:
        """Ways to ask for records; each tells every fact once, ``lawyer`` only where one can help first."""
        file, made = self.file("letters"), []
        for entry in self.shaped(file, "letters", shapes.LETTER):
            ident = str(entry.get("id"))
            key = f"letter.{ident}"
            self.text(entry, "name", f"{key}.name")
            for system in self.strings(entry, "for"):
                if system not in self.order:
                    self.problem(entry, "for", f"{system} is not a system")
            claims = []
            for fact in self.shaped(entry, "claims", shapes.FACT):
                fact["id"] = f"{ident}_{fact.get('section')}"
                claims.append(self.claim(fact, "letters.claim", file))
            told = {claim.section for claim in claims}
            for section in model.FACTS:
                if section not in {*told, "lawyer"}:
                    self.problem(entry, "claims", f"none tells {section}")
            lines = self.lines(entry, "letter", key, shapes.LINE_TEXT)
            made.append(Letter(ident, key, self.strings(entry, "for"), tuple(claims), lines))
        return tuple(made)

    def cases(self, questions: Mapping[str, Question]) -> tuple[Case, ...]:
        """Practice cases. The tests compare what is expected with what the rules give."""
        found = self.shaped(self.file("cases"), "cases", shapes.CASE)
        return tuple(self.case(entry, questions) for entry in found)

    def case(self, entry: Entry, questions: Mapping[str, Question]) -> Case:
        ident = str(entry.get("id"))
        key = f"case.{ident}"
        if not re.fullmatch(r"[a-z0-9_-]+", ident):
            self.problem(entry, "id", f"{ident} holds more than small letters, digits, - and _")
        for part in ("name", "hears"):
            self.text(entry, part, f"{key}.{part}")
        chosen = self.options(entry.get("answers", Entry()), questions, frozenset())
        answers = {question: frozenset(ids) for question, ids in chosen.items()}
        told, expected = entry.get("expected", Entry()), {}
        for system in told:
            level, *rows = self.strings(told, system) or ("",)
            if system not in self.order:
                self.problem(told, system, "is not a system")
            if level not in model.LEVELS or not all(map(str.isdecimal, rows)):
                self.problem(told, system, "must be a level and the numbers of rows")
                continue
            expected[system] = (level, tuple(map(int, rows)))
        prompts = self.lines(entry, "prompts", f"{key}.prompt", shapes.LINE_TEXT)
        keys = self.lines(entry, "notes", f"{key}.note", shapes.REMARK)
        notes = zip(keys, self.entries(entry, "notes"), strict=True)
        remarks = tuple(Remark(note, self.carried(line)) for note, line in notes)
        return Case(ident, key, answers, expected, prompts, remarks)

    def carried(self, entry: Entry) -> str:
        """The claim that carries a line, as part.id, or nothing; it is looked up once all are read."""
        if "claim" in entry:
            self.named.append((str(entry["claim"]), entry, "claim"))
        return str(entry.get("claim", ""))

    def session(self) -> Session:
        """The plan of a session, and the statements for a show of hands."""
        file, steps, check = self.file("training"), [], []
        for entry in self.shaped(file, "steps", shapes.STEP):
            key = f"plan.{entry.get('id')}"
            self.text(entry, "name", f"{key}.name")
            if not (minutes := str(entry.get("minutes", ""))).isdecimal():
                self.problem(entry, "minutes", f"{minutes} is not a number of minutes")
                minutes = "0"
            told = (self.lines(entry, part, f"{key}.{part}", shapes.LINE_TEXT) for part in ("say", "leave"))
            steps.append(Step(key, int(minutes), *told))
        for entry in self.shaped(file, "check", shapes.HANDS):
            key = self.text(entry, "text", f"hands.{entry.get('id')}")
            check.append(Statement(key, entry.get("answer") == "yes", self.carried(entry)))
        aims, ready = (self.lines(file, part, f"plan.{part}", shapes.LINE_TEXT) for part in ("aims", "ready"))
        return Session(aims, ready, tuple(steps), tuple(check))

    def statements(self, name: str) -> tuple[Claim, ...]:
        """The claims of a file that holds nothing else."""
        return self.claims(self.file(name), f"{name}.claim", shapes.STATEMENT, name)

    def place(self, states: Mapping[str, State]) -> tuple[Claim, ...]:
        """The sentences about states, and the claims that their codes call for."""
        file = self.file("place")
        self.tree(file.get("lines", Entry()), "place.")
        claims = self.claims(file, "place.claim", shapes.STATEMENT, "place")
        broken = {f"broken_{code}" for code, state in states.items() if state.law and state.law.alpr_broken}
        for missed in sorted(broken ^ {claim.id for claim in claims}):
            self.problem(file, "claims", f"{missed} stands exactly where state_laws.csv has alpr_broken")
        return claims

    def changes(self) -> tuple[Change, ...]:
        made = []
        for entry in self.shaped(self.file("changes"), "changes", shapes.CHANGE):
            key = self.text(entry, "text", f"changes.{entry.get('id')}")
            claims = self.strings(entry, "claims")
            made.append(Change(str(entry.get("id")), key, str(entry.get("date")), claims))
            self.named += [(claim, entry, "claims") for claim in claims]
        return tuple(made)

    def help(self, file: Entry, providers: Mapping[str, Provider]) -> tuple[HelpGroup, ...]:
        groups = []
        for entry in self.shaped(file, "groups", shapes.GROUP):
            ident = str(entry.get("id"))
            self.text(entry, "name", f"help.group.{ident}")
            for system in self.strings(entry, "for"):
                if system not in self.order:
                    self.problem(entry, "for", f"{system} is not a system")
            claim = None
            if "text" in entry:
                inner = Entry({k: v for k, v in entry.items() if k in shapes.STATEMENT})
                inner.file, inner.lines = entry.file, entry.lines
                self.take(inner, shapes.STATEMENT)
                claim = self.claim(inner, "help.claim", file, "help")
            lines = []
            for line in self.shaped(entry, "providers", shapes.LINE):
                name = str(line.get("id"))
                if name not in providers:
                    self.problem(line, "id", f"{name} is not in legal_help.csv")
                key = self.text(line, "text", f"help.line.{name}")
                lines.append(HelpLine(name, key, str(line.get("run_by", "")), "in_app" not in line))
            groups.append(HelpGroup(ident, self.strings(entry, "for"), tuple(lines), claim))
        return tuple(groups)

    def wording(self) -> Wording:
        file = self.file("wording")
        terms = []
        for entry in self.shaped(file, "glossary", shapes.TERM):
            ident = str(entry.get("id"))
            self.text(entry, "term", f"glossary.{ident}.term")
            self.text(entry, "meaning", f"glossary.{ident}.meaning")
            forms = self.strings(entry, "forms") or (str(entry.get("term")),)
            terms.append(Term(ident, forms, self.strings(entry, "said")))
        never = file.get("never", Entry())
        exceptions = self.shaped(file, "exceptions", shapes.EXCEPTION)
        allowed = frozenset((str(e.get("key")), str(e.get("phrase"))) for e in exceptions)
        phrases = {tag: self.strings(never, tag) for tag in never}
        for entry in exceptions:
            if entry.get("key") not in self.texts:
                self.problem(entry, "key", f"{entry.get('key')} is no text")
            self.named += [(str(entry["claim"]), entry, "claim")] if "claim" in entry else []
        return Wording(self.strings(file, "names"), tuple(terms), phrases, allowed)

    def load(self) -> Catalog:
        self.interface()
        topics, questions, lines = self.questions()
        index = self.file("systems")
        self.order = self.strings(index, "order")
        systems = tuple(self.system(ident, questions) for ident in self.order)
        for path in (self.folder / "systems").glob("*.yaml"):
            if path.stem not in self.order:
                self.problems.append(f"systems/{path.name}:1: file: is not named in systems.yaml")
        for ident in questions.keys() - self.used:
            self.problem(lines, ident, "no rule uses this question")
        states = self.states()
        providers = self.providers(states)
        help = self.file("help")
        places, card = self.places()
        catalog = Catalog(
            topics, tuple(questions.values()), systems, self.statements("rights"), places, card,
            self.letters(), self.cases(questions), self.session(), self.statements("unknown"),
            self.claims(help, "help.claim", shapes.STATEMENT, "help"), self.help(help, providers), providers,
            states, self.place(states), self.sources(), self.texts, self.strings(index, "watched"),
            self.wording(), self.changes(), "",
        )  # fmt: skip
        known = {f"{part}.{claim.id}" for part, claim in catalog.claims}
        for name, entry, key in self.named:
            if name not in known:
                self.problem(entry, key, f"{name} is no claim")
        if self.problems:
            raise ContentError(sorted(set(self.problems), key=place))
        return replace(catalog, version=version(catalog))


def version(catalog: Catalog) -> str:
    """Six letters and digits that change whenever a fact does: a claim, a card, a source, a helper."""
    texts = [text for text in catalog.texts.values() if not text.origin.startswith(NO_FACTS)]
    facts = [
        sorted((t.key, t.msgid, sorted(t.values.items())) for t in texts),
        [(part, replace(claim, origin="")) for part, claim in catalog.claims],
        sorted(catalog.sources.items()),
        list(catalog.providers.values()),
        list(catalog.states.values()),
    ]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:6]


def place(problem: str) -> tuple[str, int, str]:
    """A problem's file, line and reason, to sort by."""
    match = PLACE.match(problem)
    return (match[1], int(match[2]), match[3]) if match else (problem, 0, "")


def unreachable(system: System, questions: Mapping[str, Question]) -> list[int]:
    """Rows that give the level for no combination of answers."""
    outcomes = Outcomes(system, questions.values()).table.values()
    reached = {n for outcome in outcomes for n in outcome.finding.rows}
    return [number for number in range(len(system.rules)) if number not in reached]


def load(folder: Path = CONTENT, data: Path = DATA, today: str = "") -> Catalog:
    """Read and check all content and the lists beside it.

    With ``today`` (an ISO date), dates that lie ahead of it are refused too. Raises ContentError with every
    problem found, each as ``file:line: key: reason``.
    """
    return Loader(folder, data, today).load()
