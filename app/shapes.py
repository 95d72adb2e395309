"""What each content file holds, key by key: the loader checks it, and editors get it as JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app import model

#: An ISO date that may stop at the year or month.
DATE = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
#: An ISO length of time with one unit.
TIME = r"P\d+[DMY]|PT\d+M"
PROVIDER_KINDS = ("immigration", "detention", "hotline", "tax", "privacy", "lawyer_search", "records")
COSTS = ("free", "low", "unknown")

#: Coded columns of state_laws.csv and what may stand in each. ``other_law``: another law of the state limits
#: help with immigration work. ``results``: a request blocks search results, and deletes nothing.
STATE_LAW = {
    "alpr_has_law": ("yes", "no", "unknown"),
    "alpr_limits_sharing": ("yes", "partial", "no", "unknown"),
    "alpr_names_immigration": ("yes", "other_law", "no", "unknown"),
    "alpr_kept_by": ("", "law", "rule"),
    "alpr_broken": ("", "yes", "before"),
    "license_regardless": ("yes", "no", "unknown"),
    "nlets_blocked": ("yes", "in_process", "no", "unknown"),
    "clearview_access": ("", "yes"),
    "clearview_delete": ("", "yes"),
    "clearview_opt_out": ("", "yes", "results"),
}
#: What of a plate law was read: its text or a bill's, what others wrote of it, a survey of all states' laws.
READ = ("statute", "bill", "press", "vendor", "survey")

Shape = Mapping[str, "Field"]


@dataclass(frozen=True)
class Field:
    """What stands under a key.

    ``kind`` is text (people read it), word, date, past (a date that is not ahead of us), day (a whole date),
    words (a list), entries (a list of ``shape``), lists (keys to lists of words) or tree (texts under keys of
    any depth). ``choices`` bounds a word. ``only`` names another key and the value it must have for this one
    to stand here; where it has, a required key is required.
    """

    kind: str
    help: str
    required: bool = True
    choices: tuple[str, ...] = ()
    shape: Shape = field(default_factory=dict)
    only: tuple[str, str] = ("", "")

    def optional(self) -> Field:
        return replace(self, required=False)


def text(help: str) -> Field:
    return Field("text", help)


def word(help: str, *choices: str) -> Field:
    return Field("word", help, choices=choices)


def date(help: str) -> Field:
    return Field("date", help)


def past(help: str) -> Field:
    return Field("past", help)


def words(help: str) -> Field:
    return Field("words", help)


def entries(help: str, shape: Shape) -> Field:
    return Field("entries", help, shape=shape)


CHECKED = past("The day every claim of this file was last read against its sources.")

STATEMENT: Shape = {
    "id": word("Names the claim in links and catalogs. Never reuse one."),
    "text": text("One or two short sentences. Say “may” where it is “may”."),
    "sources": words("Ids from the sources folder: where this was read."),
    "as_of": past("The date that the newest source speaks of."),
    "strength": word("How it is known.", *model.STRENGTHS),
    "review_by": date("When somebody should read the sources again."),
    "checked": past("The day this claim was read again, if later than the file's.").optional(),
    "until": Field("day", "The last day on which `text` is true as it stands.").optional(),
    "then": text("What is true after `until`.").optional(),
    "open": word("Still before a court or lawmakers.", "yes").optional(),
}
CLAIM: Shape = {
    **STATEMENT,
    "section": word("The part of the card.", *model.SECTIONS),
    "step": replace(word("What the step is for.", *model.STEPS), only=("section", "do")),
    "caution": text("What to know before taking the step.").optional(),
    "quote": word("The news story's own words.").optional(),
    "verdict": replace(word("How the story did.", *model.VERDICTS), only=("section", "article")),
}
PLACE: Shape = {**STATEMENT, "section": word("Where it helps.", *model.PLACES)}
FACT: Shape = {
    **{key: value for key, value in STATEMENT.items() if key != "id"},
    "section": word("What it tells about asking; lawyer only where one can help first.", *model.FACTS),
}
LINE_TEXT: Shape = {"text": text("A line of it. In a letter, {blank} is a blank to fill in by pen.")}
LETTER: Shape = {
    "id": word("Names the letter in links and catalogs. Never reuse one."),
    "for": words("The systems it asks about."),
    "name": text("The office and the record."),
    "claims": entries("What to know before asking: each fact once.", FACT),
    "letter": entries(
        "The letter, line by line. Left out where the office has its own form.", LINE_TEXT
    ).optional(),
}
REMARK: Shape = {
    "text": text("A line for the trainer."),
    "claim": word("The statement that carries it, as part.id, if it tells a fact.").optional(),
}
CASE: Shape = {
    "id": word("Names the case in links: small letters, digits, - and _. Never reuse one."),
    "name": text("What the case is called."),
    "hears": text("What the room is told, in a few short sentences without a name."),
    "answers": Field("lists", "Options by question; county_287g is what a made-up county would give."),
    "expected": Field("lists", "The accepted result by system: the level, then the rows that give it."),
    "prompts": entries("Questions for the room.", LINE_TEXT),
    "notes": entries("For the trainer alone.", REMARK),
}
STEP: Shape = {
    "id": word("Names the step in catalogs."),
    "minutes": word("How many minutes it takes."),
    "name": text("What it is."),
    "say": entries("What to say.", LINE_TEXT),
    "leave": entries("What to leave out.", LINE_TEXT),
}
HANDS: Shape = {
    "id": word("Names the statement in catalogs."),
    "text": text("A statement that is true or not, in one or two short sentences."),
    "answer": word("Whether it is true.", "yes", "no"),
    "claim": word("The statement that says so, as part.id."),
}
CARD: Shape = {
    "text": text("A short sentence for a card to show."),
    "claim": word("The statement that carries it, as part.id."),
}
FOLLOW_UP: Shape = {"text": text("A question that a lawyer may ask.")}
RULE: Shape = {
    "level": word("Likely rows stand before possible ones.", *model.RULE_LEVELS),
    "when": Field("lists", "Every question named here must have one of the answers named."),
    "because": text("Why these answers put it here, in 11 words or fewer."),
}
NOTE: Shape = {
    "name": text("The name people read."),
    "kind": word("How ICE gets to it.", *model.KINDS),
    "as_of": past("The date that `reach` speaks of."),
    "checked": CHECKED,
    "what": text("What it is, in 15 words or fewer."),
    "reach": text("How ICE could reach it, in two or three short sentences."),
    "drawn": words("The claims that carry its arrows in the picture: of holds or arrives, then of reach."),
    "claims": entries("Every statement of the long card.", CLAIM),
    "about": words("The systems this note speaks of. Only a note has it."),
    "follow_ups": entries("What a lawyer may ask about it: one to four questions.", FOLLOW_UP),
}
SYSTEM: Shape = {
    **{key: value for key, value in NOTE.items() if key != "about"},
    "step": text("A first step, in two or three short sentences."),
    "rules": entries("Rows of the table, strongest first.", RULE),
}
SOURCE: Shape = {
    "title": word("As printed, in its own language."),
    "publisher": word("Who published it."),
    "read": word("How much of it we have read, and in what form.", *model.READINGS),
    "date": past("When it was published.").optional(),
    "url": word("Where it can be read.").optional(),
}
TOPIC: Shape = {"id": word("Names the topic."), "name": text("The heading.")}
OPTION: Shape = {
    "id": word("The value that is sent and that rules name."),
    "text": text("Left out where the option shares its text.").optional(),
}
QUESTION: Shape = {
    "id": word("The name of the field."),
    "topic": word("One of the topics above."),
    "short": text("Names the question where its answer is read back."),
    "text": text("The question."),
    "why": text("Why we ask."),
    "options": entries("The answers, besides “I don't know”.", OPTION),
    "hint": text("What people stumble over.").optional(),
    "many": word("Any number of answers may be given.", "yes").optional(),
}
LINE: Shape = {
    "id": word("A provider of app/data/legal_help.csv."),
    "text": text("What the line is for."),
    "run_by": word("Said beside the line: not confidential.", "ice", "government").optional(),
    "in_app": word("Keeps the line to the help page.", "no").optional(),
}
GROUP: Shape = {
    "id": word("Names the group in catalogs."),
    "name": text("The heading."),
    "providers": entries("National lines.", LINE).optional(),
    "for": words("The systems it helps with; it stands first where one of them came up.").optional(),
    **{key: value.optional() for key, value in STATEMENT.items() if key != "id"},
}
TERM: Shape = {
    "id": word("Names the term in catalogs."),
    "term": text("The word, as the list of hard words shows it."),
    "forms": words("How it shows in the English text, if not only as `term`.").optional(),
    "meaning": text("What it means, in one short sentence."),
    "said": words("What explains it on a short card.").optional(),
}
EXCEPTION: Shape = {
    "key": word("The key of the text."),
    "phrase": word("The phrase it may use."),
    "reason": word("Why it may."),
    "claim": word("The statement that carries it, as part.id.").optional(),
}
CHANGE: Shape = {
    "id": word("Names the change in links and in the feed."),
    "date": past("The day of the change."),
    "text": text("What changed for people, in one or two sentences."),
    "claims": words("The claims that changed, as part.id.").optional(),
}
#: File (without its ending) or folder → what it holds.
FILES: Mapping[str, Shape] = {
    "questions": {
        "topics": entries("Headings over the questions, in order.", TOPIC),
        "questions": entries("In the order asked.", QUESTION),
        "place": Field("tree", "The words around state and county."),
        "shared": Field("tree", "Answers that several questions share."),
    },
    "systems": {
        "order": words("Ids of the files in systems/, in the order shown."),
        "watched": words("Hosts whose links say that the other side can see the visit."),
    },
    "rights": {"checked": CHECKED, "claims": entries("The short page for emergencies.", STATEMENT)},
    "place": {
        "checked": CHECKED,
        "claims": entries("Where police have not kept to a state's law (broken_ and its code).", STATEMENT),
        "lines": Field("tree", "Sentences that the codes of the lists are put into."),
    },
    "places": {
        "checked": CHECKED,
        "claims": entries("Rights, place by place.", PLACE),
        "card": entries("What fits on a card for a wallet.", CARD),
    },
    "letters": {"checked": CHECKED, "letters": entries("Ways to ask for a record.", LETTER)},
    "cases": {"cases": entries("Practice cases, in the order shown.", CASE)},
    "training": {
        "aims": entries("What the session is for.", LINE_TEXT),
        "ready": entries("What to see to before it.", LINE_TEXT),
        "steps": entries("Its parts, in order.", STEP),
        "check": entries("Statements for a show of hands.", HANDS),
    },
    "unknown": {"checked": CHECKED, "claims": entries("The gaps we know of.", STATEMENT)},
    "changes": {"changes": entries("What changed in the facts, newest first.", CHANGE)},
    "wording": {
        "names": words("Names that count as one familiar word in the reading grade."),
        "glossary": entries("Hard words and what they mean.", TERM),
        "never": Field("lists", "Phrases that advise, frighten or comfort, by language."),
        "exceptions": entries("Where such a phrase stands with reason.", EXCEPTION),
    },
    "help": {
        "checked": CHECKED,
        "claims": entries("Warnings above every list.", STATEMENT),
        "groups": entries("National lines by topic.", GROUP),
    },
}


def schemas() -> dict[str, dict[str, Any]]:
    """Kind of content file → JSON Schema (draft 7), for editors that complete and check as one types."""
    texts = {"$ref": "#/definitions/texts"}
    tree = {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": texts}]}
    made = {name: _object(shape) for name, shape in FILES.items()} | {
        "system": {"anyOf": [_object(SYSTEM), _object(NOTE)]},
        "sources": {"type": "object", "additionalProperties": _object(SOURCE)},
        "interface": {"type": "object", "additionalProperties": texts, "definitions": {"texts": tree}},
    }
    draft = {"$schema": "http://json-schema.org/draft-07/schema#"}
    return {name: draft | made[name] for name in sorted(made)}


def _object(shape: Shape) -> dict[str, Any]:
    bound = [
        {
            "if": {"properties": {key: {"const": value}}},
            "then": {"required": [name]} if field.required else {},
            "else": {"properties": {name: False}},
        }
        for name, field in shape.items()
        for key, value in [field.only]
        if key
    ]
    made: dict[str, Any] = {
        "type": "object",
        "properties": {name: _value(field) for name, field in shape.items()},
        "required": [name for name, field in shape.items() if field.required and not field.only[0]],
        "additionalProperties": False,
    }
    return made | ({"allOf": bound} if bound else {})


def _value(field: Field) -> dict[str, Any]:
    plain: dict[str, Any] = {"type": "string", "minLength": 1}
    listed: dict[str, Any] = {"type": "array", "items": plain, "minItems": 1}
    match field.kind:
        case "date" | "past":  # an editor reads 2026 as a number
            made = {"type": ["string", "integer"], "pattern": f"^{DATE}$", "minimum": 1900, "maximum": 2200}
        case "day":
            made = {"type": "string", "pattern": f"^{DAY}$"}
        case "words":
            made = listed
        case "entries":
            made = {"type": "array", "items": _object(field.shape), "minItems": 1}
        case "lists":
            made = {"type": "object", "additionalProperties": listed, "minProperties": 1}
        case "tree":
            made = {"type": "object"}
        case _:
            made = {"enum": list(field.choices)} if field.choices else plain
    return {**made, "description": field.help}
