"""Languages: which there are, which one a visitor gets, and every text in each of them.

A text is looked up by its key and its English together, so an edited English sentence can never show an
outdated translation. What is missing shows in English and says so in the markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.catalog import Catalog as Messages
from babel.messages.pofile import read_po, write_po
from babel.numbers import format_decimal
from babel.units import format_unit
from markupsafe import Markup, escape

from app.model import LANGUAGES, NAMES, SOURCE, Catalog, Text

TRANSLATIONS = Path(__file__).parent.parent / "translations"
#: Codes of legal_help.csv that CLDR knows under another name.
SPOKEN = {"prs": "fa_AF"}

#: Numbers stand as on every other paper that a reader in the US gets.
US = "en_US"
#: What CLDR has no words for.
MONTHS = {
    "ht": (
        "janvye", "fevriye", "mas", "avril", "me", "jen",
        "jiyè", "out", "septanm", "oktòb", "novanm", "desanm",
    ),
}  # fmt: skip
LENGTHS = {"ht": {"minute": "minit", "day": "jou", "month": "mwa", "year": "an"}}
UNITS = {"D": "day", "M": "month", "Y": "year"}

#: Header lines that would change without a word having changed, or name nobody.
UNKEPT = tuple(f'"{name}' for name in ("POT-", "PO-Rev", "Last-T", "Language-T", "Report"))
NOTHING = Markup("")

Translations = Mapping[tuple[str, str], str]


def messages_file(tag: str, folder: Path = TRANSLATIONS) -> Path:
    return folder / tag / "LC_MESSAGES" / "messages.po"


def read_translations(tag: str, folder: Path = TRANSLATIONS) -> dict[tuple[str, str], str]:
    """(key, English) → translation. Fuzzy and empty entries are left out."""
    if tag == SOURCE:
        return {}
    with messages_file(tag, folder).open("rb") as file:
        return {
            (message.context, str(message.id)): str(message.string)
            for message in read_po(file)
            if message.context and message.string and not message.fuzzy
        }


def ledger(folder: Path = TRANSLATIONS) -> dict[str, dict[str, str]]:
    """Tag → what was done for a translation, and when or by whom; the source is not in it."""
    text = (folder / "review.yaml").read_text("utf-8")
    # BaseLoader builds text, lists and mappings, no objects.
    made: dict[str, dict[str, str]] = yaml.load(text, yaml.BaseLoader)  # noqa: S506 # nosec B506
    return made


def reviewers(folder: Path = TRANSLATIONS) -> dict[str, str]:
    """Tag → the role of whoever has read the translation; a language nobody has read is not in it."""
    return {tag: entry["reviewed_by"] for tag, entry in ledger(folder).items() if entry["reviewed_by"]}


def iso(value: str) -> tuple[date, int]:
    """``2025-08`` → (date(2025, 8, 1), 2): the date and how many of its parts are known."""
    parts = [int(part) for part in value.split("-")]
    return date(*(parts + [1, 1])[:3]), len(parts)


def phone(value: str) -> str:
    """``+18002557688`` → ``800-255-7688``."""
    digits = value.removeprefix("+1")
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"


@dataclass(frozen=True)
class Words:
    """Every text of one language. Calling it gives markup, ``plain`` gives text for attributes."""

    tag: str
    catalog: Catalog
    translations: Translations
    reviewed: bool = True
    cache: dict[str, Markup] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """What stands for the language in addresses."""
        return self.tag

    @property
    def name(self) -> str:
        return LANGUAGES[self.tag][0]

    @cached_property
    def locale(self) -> Locale:
        return Locale.parse(LANGUAGES[self.tag][1])

    @property
    def dir(self) -> str:
        return str(self.locale.text_direction)

    def __call__(self, key: str, **values: object) -> Markup:
        """The text under a key, its values formatted for the language; missing ones marked as English."""
        if values or key not in self.cache:
            made = self._markup(key, values)
            if values:
                return made
            self.cache[key] = made
        return self.cache[key]

    def _markup(self, key: str, values: Mapping[str, object]) -> Markup:
        text = self.catalog.texts[key]
        found, message = self._message(text)
        made = self._fill(escape(message), text, values, found)
        return made if found else self._english(made, Markup(' data-untranslated=""'))

    def has(self, key: str) -> bool:
        """Whether the text under a key is in this language."""
        return self._message(self.catalog.texts[key])[0]

    def _message(self, text: Text) -> tuple[bool, str]:
        if self.tag == SOURCE:
            return True, text.msgid
        message = self.translations.get((text.key, text.msgid))
        return message is not None, message or text.msgid

    def _english(self, inner: object, extra: Markup = NOTHING) -> Markup:
        side = Markup(' dir="ltr"') if self.dir == "rtl" else NOTHING
        return Markup('<span lang="{}"{}{}>{}</span>').format(SOURCE, side, extra, inner)

    def _fill(self, message: Markup, text: Text, values: Mapping[str, object], local: bool) -> Markup:
        words = self if local else _english_of(self)
        made = {name: words.value(name, value) for name, value in text.values.items()}
        made |= {
            name: value if isinstance(value, Markup) else words.value(name, str(value))
            for name, value in values.items()
        }
        return message.format(**made)

    def value(self, name: str, value: str) -> Markup:
        """A placeholder's value as markup: ``date1``, ``2025-08`` → ``August 2025``."""
        match name.rstrip("0123456789"):
            case "date":
                return escape(self.date(value))
            case "number":
                return escape(format_decimal(value, locale=US))
            case "money":
                return escape("$" + format_decimal(value, locale=US))
            case "time":
                return escape(self.time(value))
            case "phone":
                return self.phone(value)
            case "site":
                return self.link("https://" + value, value)
            case "name":
                return self.foreign(value)
            case _:
                return escape(value)

    def plain(self, key: str, **values: object) -> str:
        """The text without markup, for titles and attributes."""
        return self(key, **values).striptags()

    def part(self, part: str) -> str:
        """What a part of the content is called: a system's name, or a page's title."""
        return self.plain(f"{part}.title" if f"{part}.title" in self.catalog.texts else f"{part}.name")

    def date(self, value: str) -> str:
        """An ISO date at the precision it has: ``2026`` · ``August 2025`` · ``August 7, 2025``."""
        day, known = iso(value)
        if self.tag in MONTHS:
            parts = [f"{day.day}", MONTHS[self.tag][day.month - 1], f"{day.year}"]
            return " ".join(parts[3 - known :])
        if known < 3:
            return format_skeleton("y" if known == 1 else "yMMMM", day, locale=self.locale)
        return format_date(day, "long", locale=self.locale)

    def time(self, value: str) -> str:
        """An ISO length of time with one unit: ``P21D`` → ``21 days``, ``PT3M`` → ``3 minutes``."""
        unit = "minute" if value.startswith("PT") else UNITS[value[-1]]
        number = int(value.strip("PTDMY"))
        if self.tag in LENGTHS:
            return f"{number} {LENGTHS[self.tag][unit]}"
        made = (
            format_unit(number, f"duration-{unit}", length, locale=self.locale)
            for length in ("long", "short")
        )
        return next(text for text in made if unit not in text or self.tag == SOURCE)

    def foreign(self, text: str) -> Markup:
        """A name or title that stays English: isolated and marked, on pages in other languages."""
        if self.tag == SOURCE:
            return escape(text)
        return Markup('<bdi lang="{}">{}</bdi>').format(SOURCE, text)

    def phone(self, number: str) -> Markup:
        return Markup('<a href="tel:{}"><bdi>{}</bdi></a>').format(number, phone(number))

    def watched(self, url: str) -> bool:
        host = urlsplit(url).hostname or ""
        return any(host == known or host.endswith("." + known) for known in self.catalog.watched)

    def link(self, url: str, text: str = "") -> Markup:
        """A link that leaves our pages: says where it goes, and who can see the visit."""
        shown = text or url.removeprefix("https://").removeprefix("http://").rstrip("/")
        inner = self.foreign(shown) if self.tag != SOURCE else Markup("<bdi>{}</bdi>").format(shown)
        made = Markup('<a rel="noopener noreferrer" target="_blank" href="{}">{}</a>').format(url, inner)
        return made + (Markup(" ({})").format(self("standing.visited")) if self.watched(url) else "")

    def spoken(self, codes: tuple[str, ...]) -> str:
        """Language codes as names in this language: ``("es", "ht")`` → ``Spanish, Haitian Creole``."""
        names = [self.locale.languages.get(SPOKEN.get(code, code), code) for code in codes]
        return ", ".join(names)


def _english_of(words: Words) -> Words:
    return Words(SOURCE, words.catalog, {})


def load(catalog: Catalog, folder: Path = TRANSLATIONS) -> dict[str, Words]:
    """Every language there is, English first."""
    read_by = reviewers(folder)
    return {
        tag: Words(tag, catalog, read_translations(tag, folder), tag == SOURCE or tag in read_by)
        for tag in NAMES
    }


# --- catalogs ------------------------------------------------------------------------------------------


def note_for_translators(text: Text) -> list[str]:
    return [f"{{{name}}} is {value}" for name, value in text.values.items()]


def update_messages(catalog: Catalog, tag: str, folder: Path = TRANSLATIONS) -> bool:
    """Bring a language's PO file up to the content. Untouched files stay as they are, to the byte.

    Nothing is guessed: a sentence that changed has no translation until someone writes one. True if written.
    """
    path = messages_file(tag, folder)
    old: Messages | None = None
    if path.exists():
        with path.open("rb") as file:
            old = read_po(file, locale=tag.replace("-", "_"))
    kept = {(m.context, m.id): m for m in old or () if m.id}
    new = Messages(
        locale=tag.replace("-", "_"), project="On File", version="1", fuzzy=False, charset="utf-8",
        header_comment=f"# On File in {LANGUAGES[tag][0]}. Made by `make po` from app/content. CC BY 4.0.",
    )  # fmt: skip
    for text in {(text.key, text.msgid): text for text in catalog.texts.values()}.values():
        before = kept.get((text.key, text.msgid))
        new.add(
            text.msgid,
            before.string if before else "",
            context=text.key,
            locations=[(text.origin.partition(":")[0], None)],  # type: ignore[list-item]
            auto_comments=note_for_translators(text),
            user_comments=before.user_comments if before else (),
            flags=before.flags if before else (),
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = BytesIO()
    write_po(buffer, new, width=0, omit_header=False, include_lineno=False)
    lines = [
        line for line in buffer.getvalue().decode().splitlines(keepends=True) if not line.startswith(UNKEPT)
    ]
    made = "".join(lines)
    if path.exists() and path.read_text("utf-8") == made:
        return False
    path.write_text(made, "utf-8")
    return True
