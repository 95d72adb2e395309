"""The words of the trade as frozen data. Knows nobody; everything else knows it.

Texts are held once, in ``Catalog.texts``, under a stable key; the other classes hold ids and facts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

SOURCE = "en"
#: Tag → (native name, locale for dates and numbers). The first is what ``/`` falls back to.
NAMES = {"en": ("English", "en_US"), "es": ("Español", "es_US")}
#: Languages that have a catalog and are not published yet; a copy shows those that PREVIEW names.
DRAFTS = {
    "pt-BR": ("Português", "pt_BR"),
    "ht": ("Kreyòl ayisyen", "fr_HT"),
    "zh-Hans": ("简体中文", "zh_Hans"),
    "pa": ("ਪੰਜਾਬੀ", "pa_Guru"),
    "ru": ("Русский", "ru"),
    "ar": ("العربية", "ar"),
    "fr": ("Français", "fr"),
    "vi": ("Tiếng Việt", "vi"),
    "ko": ("한국어", "ko"),
    "fa-AF": ("دری", "fa_AF"),
    "ps": ("پښتو", "ps"),
    "fil": ("Filipino", "fil"),
    "am": ("አማርኛ", "am"),
    "uk": ("Українська", "uk"),
}
NAMES |= {tag: DRAFTS[tag] for tag in os.environ.get("PREVIEW", "").split(",") if tag in DRAFTS}
LANGUAGES = NAMES | DRAFTS

#: The GET pages of a language beside the app.
PAGES = (
    "systems", "help", "rights", "letters", "place", "training", "poster", "paper", "zine", "sources",
    "privacy", "changes", "keep", "languages", "tools",
)  # fmt: skip

LEVELS = ("likely", "possible", "unclear", "unlikely")
RULE_LEVELS = ("likely", "possible")
KINDS = (
    "direct", "on_request", "buys", "limited_by_court",
    "blocked_in_some_states", "planned", "ended", "not_shown",
)  # fmt: skip
#: The sections that may carry an arrow of the picture: into a system, and from there to ICE.
ARROWS = (("holds", "arrives"), ("reach",))
SECTIONS = ("about", "holds", "arrives", "reach", "do", "article")
STEPS = ("check", "correct", "protect")
#: What to know before asking for a record; ``lawyer`` stands only where one can help first.
FACTS = ("who", "how", "cost", "time", "learns", "lawyer")
#: Where rights are told place by place.
PLACES = ("stop", "jail", "door", "office")
STRENGTHS = ("law", "court", "record", "reporting", "company", "inference")
VERDICTS = ("right", "out_of_date", "exaggerated", "wrong", "unconfirmed", "omitted")
READINGS = ("excerpt", "page", "mirror", "repost", "dataset")

#: The set of values a chosen county gives. It is a rule key beside the questions, not a question.
COUNTY_RULE = "county_287g"
COUNTY_OPTIONS = ("jail", "street", "barred")
NOT_SURE = "not_sure"
NONE = "none"

#: What a state's law does about agreements between ICE and local officers.
AGREEMENT_LAWS = ("barred", "conditions", "court_ruling", "changing", "required", "none_found")

#: What a placeholder may hold: ``{date:2025-08}``, ``{number1:47289}``, ``{time:P21D}`` …
VALUE_KINDS = ("date", "number", "money", "time", "name", "phone", "site")
PLACEHOLDER = re.compile(r"\{([a-z]+)(\d*)(?::([^{}]*))?\}")
APOSTROPHE = re.compile(r"(?<=\w)'")

Answers = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Text:
    """One message: a stable key, the English with bare placeholders, and the values that go in them."""

    key: str
    msgid: str
    values: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""

    @classmethod
    def parse(cls, key: str, source: str, origin: str = "") -> Text:
        """Split ``In {date:2025-08}, …`` into the msgid ``In {date}, …`` and ``{"date": "2025-08"}``."""
        source = APOSTROPHE.sub("’", source)
        values = {m[1] + m[2]: m[3] for m in PLACEHOLDER.finditer(source) if m[3] is not None}
        return cls(key, PLACEHOLDER.sub(r"{\1\2}", source), values, origin)


@dataclass(frozen=True)
class Option:
    """An answer. ``key`` names its text; options such as yes and no share one."""

    id: str
    key: str


@dataclass(frozen=True)
class Question:
    """A question and its options in the order shown; ``many`` makes it a set of checkboxes."""

    id: str
    topic: str
    options: tuple[Option, ...]
    many: bool = False
    hint: bool = False

    @property
    def allowed(self) -> frozenset[str]:
        return frozenset(option.id for option in self.options)


@dataclass(frozen=True)
class Rule:
    """A row of a system's table: all of its questions, any of the options of each."""

    level: str
    when: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Claim:
    """A statement of fact. Dates are ISO and may stop at the month or year.

    ``checked`` is the day its sources were last read. After ``until``, the text under ``key.then`` holds.
    ``open`` ones are still before a court or lawmakers.
    ``origin`` is the file and line of its ``review_by``.
    """

    id: str
    key: str
    section: str
    sources: tuple[str, ...]
    as_of: str
    strength: str
    review_by: str
    checked: str
    step: str = ""
    caution: bool = False
    quote: str = ""
    verdict: str = ""
    until: str = ""
    open: bool = False
    origin: str = ""


@dataclass(frozen=True)
class Source:
    """Where a claim was read. ``read`` says how much of it."""

    id: str
    title: str
    publisher: str
    read: str
    date: str = ""
    url: str = ""


@dataclass(frozen=True)
class System:
    """A surveillance system, or a note (``about`` names the systems it speaks of; no rules).

    ``follow_ups`` are the text keys of what a lawyer may ask; the answers are for a lawyer alone.
    ``drawn`` are the claims that carry its arrows in the picture: how a record comes about, ICE's way to it.
    """

    id: str
    kind: str
    as_of: str
    claims: tuple[Claim, ...]
    rules: tuple[Rule, ...] = ()
    about: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()
    drawn: tuple[Claim, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The questions its rules use, in the order they first appear."""
        return tuple(dict.fromkeys(key for rule in self.rules for key in rule.when))


@dataclass(frozen=True)
class Letter:
    """A way to ask an office for records on ``systems``. The section of each claim is one of ``FACTS``.

    ``lines`` are the text keys of the letter itself; none where the office has its own form or page.
    """

    id: str
    key: str
    systems: tuple[str, ...]
    claims: tuple[Claim, ...]
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Remark:
    """A line for a trainer: a text key, and the claim that carries it as part.id, if it tells a fact."""

    key: str
    claim: str = ""


@dataclass(frozen=True)
class Case:
    """A practice case: nobody's answers, and the accepted result as system → (level, rows).

    What the room is told stands under ``key``.hears; ``prompts`` are text keys.
    """

    id: str
    key: str
    answers: Answers
    expected: Mapping[str, tuple[str, tuple[int, ...]]]
    prompts: tuple[str, ...]
    notes: tuple[Remark, ...]


@dataclass(frozen=True)
class Step:
    """A part of a session: how long, and the text keys of what to say and what to leave out."""

    key: str
    minutes: int
    say: tuple[str, ...]
    leave: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """Something for a show of hands, whether it is true, and the claim that says so as part.id."""

    key: str
    true: bool
    claim: str


@dataclass(frozen=True)
class Session:
    """A plan for a room: text keys of its aims and of what comes before it, its steps, and the statements."""

    aims: tuple[str, ...]
    ready: tuple[str, ...]
    steps: tuple[Step, ...]
    check: tuple[Statement, ...]

    @property
    def minutes(self) -> int:
        return sum(step.minutes for step in self.steps)


@dataclass(frozen=True)
class Finding:
    """What the answers say of one system: level, the rows that gave it, the keys it still depends on."""

    system: str
    level: str
    rows: tuple[int, ...] = ()
    depends: tuple[str, ...] = ()


@dataclass(frozen=True)
class Provider:
    """A place to get help, as a list printed it. ``phone`` is E.164, ``languages`` are codes.

    ``state`` is empty for national lines; ``note`` and ``warning`` are text keys, or empty.
    """

    id: str
    name: str
    state: str
    city: str
    kind: str
    phone: str
    url: str
    languages: tuple[str, ...]
    cost: str
    note: str
    listed_by: str
    listed_on: str
    warning: str


@dataclass(frozen=True)
class StateLaw:
    """What a state's law says, in codes: a row of state_laws.csv, where ``shapes.STATE_LAW`` lists the codes.

    ``alpr_kept`` is how long plate records may be kept (``P21D``), by ``alpr_kept_by``: the law or a rule.
    ``alpr_broken`` says that police have not kept to the law, or did what it forbids ``before`` it was one.
    ``alpr_read`` is what of it we have read. ``summary`` is English, for the sources page only.
    """

    alpr_has_law: str
    alpr_limits_sharing: str
    alpr_names_immigration: str
    alpr_kept: str
    alpr_kept_by: str
    alpr_broken: str
    alpr_source_url: str
    alpr_as_of: str
    alpr_read: tuple[str, ...]
    summary: str
    license_regardless: str
    license_source_url: str
    nlets_blocked: str
    nlets_source_url: str
    dmv_as_of: str
    clearview_access: str
    clearview_delete: str
    clearview_opt_out: str
    clearview_source_url: str
    clearview_as_of: str


@dataclass(frozen=True)
class State:
    """A state or territory: what ICE's list of the day ``listed`` counts there, and what its law says.

    ``counties_listed`` are those with an agency on the list; ``statewide`` agencies are in none of them.
    ``agreement_law`` is one of AGREEMENT_LAWS, as of ``agreement_law_as_of``. Territories have no ``law``.
    """

    code: str
    listed: str
    agreements: int
    agencies: int
    statewide: int
    counties: int
    counties_listed: int
    agreement_law: str
    agreement_law_as_of: str
    law: StateLaw | None = None


@dataclass(frozen=True)
class HelpLine:
    """A national line: a provider and what it is for; ``in_app``, or on the help page only."""

    provider: str
    key: str
    run_by: str = ""
    in_app: bool = True


@dataclass(frozen=True)
class HelpGroup:
    """National lines of one topic; ``systems`` are those it helps with."""

    id: str
    systems: tuple[str, ...]
    lines: tuple[HelpLine, ...]
    claim: Claim | None = None


@dataclass(frozen=True)
class Term:
    """A hard word: the English ``forms`` that show it is used, and what explains it on a short card."""

    id: str
    forms: tuple[str, ...]
    said: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"glossary.{self.id}"


@dataclass(frozen=True)
class Change:
    """A change of the facts: the day, the text under ``key``, the claims it touched as part.id."""

    id: str
    key: str
    date: str
    claims: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wording:
    """What keeps the words plain and fair.

    ``never`` are phrases by language; ``allowed`` are (text key, phrase) where one stands with reason.
    """

    names: tuple[str, ...]
    glossary: tuple[Term, ...]
    never: Mapping[str, tuple[str, ...]]
    allowed: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Catalog:
    """All content, checked. ``version`` changes whenever a fact does.

    ``places`` are rights by place (their section); ``card`` the text keys of what fits in a wallet.
    """

    topics: tuple[str, ...]
    questions: tuple[Question, ...]
    systems: tuple[System, ...]
    rights: tuple[Claim, ...]
    places: tuple[Claim, ...]
    card: tuple[str, ...]
    letters: tuple[Letter, ...]
    cases: tuple[Case, ...]
    session: Session
    unknown: tuple[Claim, ...]
    cautions: tuple[Claim, ...]
    help: tuple[HelpGroup, ...]
    providers: Mapping[str, Provider]
    states: Mapping[str, State]
    place: tuple[Claim, ...]
    sources: Mapping[str, Source]
    texts: Mapping[str, Text]
    watched: tuple[str, ...]
    wording: Wording
    changes: tuple[Change, ...]
    version: str

    @property
    def claims(self) -> Iterator[tuple[str, Claim]]:
        """Every claim, with the id of the part it stands in."""
        for system in self.systems:
            yield from ((system.id, claim) for claim in system.claims)
        yield from (("rights", claim) for claim in self.rights)
        yield from (("places", claim) for claim in self.places)
        yield from (("letters", claim) for letter in self.letters for claim in letter.claims)
        yield from (("unknown", claim) for claim in self.unknown)
        yield from (("place", claim) for claim in self.place)
        yield from (("help", claim) for claim in self.cautions)
        yield from (("help", group.claim) for group in self.help if group.claim)
