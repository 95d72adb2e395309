"""Which county is meant: by its name as a list writes it, or by the name of the agency.

A county is named only where nothing else is near. Two candidates, a county of another state, or a list and an
agency's name that disagree, leave the row to a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.importers.reading import text

#: What a place of county rank calls itself, as the words after its name.
RANKS = (
    ("city", "and", "borough"), ("census", "area"), ("planning", "region"), ("county",), ("parish",),
    ("borough",), ("municipio",), ("municipality",), ("co",), ("counties",),
)  # fmt: skip
#: Elsewhere these are towns: Columbia Borough, Pennsylvania, is not in Columbia County.
ONLY_IN = {"parish": ("LA",), "borough": ("AK",), "municipio": ("PR",), "municipality": ("AK", "MP")}
#: Words in an agency's name that cannot belong to a county's name right after them.
AROUND = frozenset({
    "sheriff", "sheriffs", "office", "of", "the", "department", "dept", "police", "for", "in", "at", "board",
    "commission", "commissioners", "constable", "constables", "precinct", "detention", "center", "jail",
    "corrections", "correctional", "public", "safety", "district", "attorney",
})  # fmt: skip
#: Words that end the name of the place in the name of an agency that a county may run.
ENDS = ("sheriff", "sheriffs", "corrections", "correctional", "detention", "jail")
BLANK = frozenset({"", "n/a", "#n/a", "#na", "na", "none", "null", "tbd", "-", "#ref!", "#value!"})
WHOLE_STATE = frozenset({"statewide", "all", "all counties", "state"})
SHORT = {"saint": "st", "sainte": "ste", "ft": "fort"}
#: Names that a county had before, or goes by: state, key, FIPS.
OTHER_NAMES = (
    ("DC", "washington", "11001"), ("DC", "washingtondc", "11001"), ("FL", "dade", "12086"),
    ("SD", "shannon", "46102"), ("AK", "wadehampton", "02158"),
)  # fmt: skip
#: A state's own agency, where the list has no column that says so: these words right after the state's name.
STATE_AGENCY = (
    r"(state (police|patrol|troopers|highway)|highway (patrol|police)|department of|dept of|division of"
    r"|bureau of|office of|(army )?national guard|military|attorney general|state guard|fish and|game and"
    r"|wildlife|commission|financial services|lottery|gaming)"
)


@dataclass(frozen=True)
class County:
    """A county or its equal; ``city`` is an independent city, such as Fairfax city beside Fairfax County."""

    fips: str
    state: str
    name: str
    city: bool


@dataclass(frozen=True)
class Placement:
    """Where an agency acts: one county, the whole state, or, with the ``reason``, not known.

    ``guessed`` says that the name was misspelt and one county was clearly nearest.
    """

    fips: str = ""
    statewide: bool = False
    reason: str = ""
    guessed: bool = False


def words(value: str) -> list[str]:
    """Lower-case ASCII words: no accents, dots or apostrophes; Saint and St are one."""
    plain = unicodedata.normalize("NFKD", text(value)).encode("ascii", "ignore").decode().lower()
    found = re.findall(r"[a-z0-9]+", plain.replace("&", " and ").replace(".", " ").replace("'", ""))
    return [SHORT.get(word, word) for word in found]


def key(found: Iterable[str]) -> str:
    """Words as one, so that De Kalb is DeKalb and La Salle LaSalle."""
    return "".join(found)


def distance(a: str, b: str) -> int:
    """Letters to add, drop, change or swap with the next one."""
    before, last = list[int](), list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            row.append(min(last[j] + 1, row[-1] + 1, last[j - 1] + (x != y)))
            if i > 1 and j > 1 and x == b[j - 2] and y == a[i - 2]:
                row[-1] = min(row[-1], before[j - 2] + 1)
        before, last = last, row
    return last[-1]


def ranked(word: str, state: str) -> bool:
    """Whether a word is "county" or what the state has instead, also misspelt (Conty, Couny, Countey)."""
    if word[:1] == "c" and len(word) > 4:
        return distance(word, "county") <= 2
    return (state == "LA" and distance(word, "parish") <= 1) or (state == "AK" and word == "borough")


def apart(found: Sequence[str], state: str) -> tuple[list[str], str]:
    """The name and its rank: ``county`` (or what a state has instead), ``city``, or nothing."""
    for rank in RANKS:
        here = state in ONLY_IN.get(rank[-1], (state,))
        if here and len(found) > len(rank) and tuple(found[-len(rank) :]) == rank:
            base, inner = apart(found[: -len(rank)], state)
            return (
                base if inner == "county" else list(found[: -len(rank)])
            ), "county"  # "Iberia Parish County"
    if len(found) > 1 and found[-1] == "city":
        return list(found[:-1]), "city"
    if len(found) > 1 and ranked(found[-1], state):
        return apart([*found[:-1], "county"], state)
    return list(found), ""


class Counties:
    """The counties we have, from rows with fips, state and county; ``states`` gives names by code."""

    def __init__(self, rows: Iterable[Mapping[str, str]], states: Mapping[str, str]) -> None:
        self.by_fips: dict[str, County] = {}
        self.index: dict[str, dict[str, list[County]]] = defaultdict(lambda: defaultdict(list))
        self.states = {key(words(name)): code for code, name in states.items()} | {
            code.lower(): code for code in states
        }
        self.names = {code: words(name) for code, name in states.items()}
        for row in rows:
            county = County(row["fips"], row["state"], row["county"], row["county"].endswith(" city"))
            self.by_fips[county.fips] = county
            base = words(row["county"])
            if base != ["carson", "city"]:
                base, _ = apart(base, county.state)
            self.index[county.state][key(base)].append(county)
        for state, other, fips in OTHER_NAMES:
            if fips in self.by_fips:
                self.index[state][other].append(self.by_fips[fips])
        self.known = {name for names in self.index.values() for name in names}

    def state(self, value: str) -> str:
        """The USPS code of a state given as code or name in any case, or nothing."""
        return self.states.get(key(words(value)), "")

    def named(self, state: str, found: Sequence[str]) -> list[County]:
        """Counties of the state with exactly this name; two, where nothing tells city and county apart."""
        index = self.index[state]
        if whole := index.get(key(found)):
            return whole
        base, rank = apart(found, state)
        same = index.get(key(base), [])
        if rank == "city":
            return [county for county in same if county.city]
        if rank == "county" and not same and base[-1] == "city":  # "Norfolk (city) County"
            return [county for county in index.get(key(base[:-1]), []) if county.city]
        return [county for county in same if not county.city] or same

    def nearest(self, state: str, found: Sequence[str]) -> County | None:
        """The county whose name was misspelt: by two letters, or by one if it is short or lacks "County".

        None if the next one is not two letters farther off, or another state has a county of that very name.
        """
        base, rank = apart(found, state)
        written = key(base)
        if rank == "city" or written in self.known:
            return None
        near = sorted((distance(written, name), name) for name in self.index[state])
        if not near:
            return None
        best, name = near[0]
        allowed = 0 if len(name) < 4 else 2 if rank and len(name) > 5 else 1
        if best > allowed or (len(near) > 1 and near[1][0] < best + 2):
            return None
        same = [county for county in self.index[state][name] if not (rank and county.city)]
        return same[0] if len(same) == 1 else None

    def spoken(self, state: str, agency: str, kind: str = "") -> tuple[list[County], bool]:
        """Counties that an agency's name names, and whether its spelling had to be guessed."""
        found = words(agency)
        exact: dict[str, County] = {}
        guesses: dict[str, County] = {}
        for at, word in enumerate(found):
            if not ranked(word, state):
                continue
            groups = [*self._before(found[:at], state)]
            after = found[at + 1 :] if at == 0 or found[at - 1] in AROUND else []
            named = (same for group in groups if (same := self.named(state, [*group, "county"])))
            if same := next(named, []) or self._after(state, after):
                exact |= {county.fips: county for county in same}
            elif groups and (guess := self.nearest(state, [*groups[-1], "county"])):
                guesses[guess.fips] = guess
        if exact or guesses:
            return [*(exact or guesses).values()], not exact
        return self._of_city(state, found) or self._of_sheriff(state, found, kind), False

    @staticmethod
    def _before(found: Sequence[str], state: str) -> Iterator[Sequence[str]]:
        """Groups of words that may be the name before "County", longest first."""
        for start in range(len(found)):
            before = found[start - 1] if start else ""
            if before == "and":
                before = found[start - 2]
            if not start or before in AROUND or ranked(before, state):
                yield found[start:]

    def _after(self, state: str, found: Sequence[str]) -> list[County]:
        """``County of Autauga Sheriff``."""
        if found[:1] != ["of"]:
            return []
        names = (self.named(state, [*found[1:end], "county"]) for end in range(min(len(found), 6), 1, -1))
        return next(filter(None, names), [])

    def _of_city(self, state: str, found: Sequence[str]) -> list[County]:
        """An independent city, where the name says city, or no county shares it."""
        end = next(
            (n for n, word in enumerate(found) if word in ("police", "sheriff", "sheriffs")), len(found)
        )
        base = list(found[:end])
        said = base[:2] == ["city", "of"] or base[-1:] == ["city"]
        if base[:2] == ["city", "of"]:
            base = base[2:]
        elif base[-1:] == ["city"]:
            base = base[:-1]
        same = self.index[state].get(key(base), [])
        return [county for county in same if county.city] if said or len(same) == 1 else []

    def _of_sheriff(self, state: str, found: Sequence[str], kind: str) -> list[County]:
        """``Autauga Sheriff's Office``; of jails and the like only if the list says a county runs them."""
        ends = ENDS if kind == "county" else ENDS[:2]
        end = next((n for n, word in enumerate(found) if word in ends), 0)
        same = self.named(state, found[:end]) if end else []
        return same if len(same) == 1 else []

    def of_state(self, state: str, agency: str) -> bool:
        """Whether the name alone says that this is an agency of the state itself."""
        found = words(agency)
        if found[:2] == ["state", "of"]:
            found = found[2:]
        own, count = self.names[state], len(self.names[state])
        return found[:count] == own and bool(re.match(STATE_AGENCY + r"\b", " ".join(found[count:])))

    def place(self, state: str, agency: str, written: str, kind: str) -> Placement:
        """Where an agency acts.

        ``written`` is the county as listed, ``kind`` county, municipality, state, other, or nothing.
        """
        if kind == "state" or (not kind and self.of_state(state, agency)):
            return Placement(statewide=True)
        spoken, guessed = self.spoken(state, agency, kind)
        if written.lower() in WHOLE_STATE:
            return Placement(reason="the list says statewide, of an agency that is not the state's")
        if written.lower() in BLANK:
            if len(spoken) == 1:
                return Placement(spoken[0].fips, guessed=guessed)
            return Placement(reason=f"no county given{self._either(spoken)}")
        found = words(re.sub(r",\s*([^,]+)$", lambda m: "" if self.state(m[1]) == state else m[0], written))
        same = self.named(state, found)
        sure = [] if guessed else spoken
        if len(same) > 1:
            agreed = [c for c in same if c in sure] or [c for c in same if kind == "county" and not c.city]
            if len(agreed) != 1:
                return Placement(reason=f"{written} is a city and a county")
            same = agreed
        if same and sure and same[0] not in sure:
            return Placement(reason=f"the list says {same[0].name}{self._either(sure)}")
        if same:
            return Placement(same[0].fips)
        if len(sure) == 1:
            return Placement(sure[0].fips, guessed=True)
        if near := self.nearest(state, found):
            if spoken and near not in spoken:
                return Placement(reason=f"{written} may be {near.name}{self._either(spoken)}")
            return Placement(near.fips, guessed=True)
        return Placement(reason=f"no county of {state} is called {written}{self._either(spoken)}")

    @staticmethod
    def _either(spoken: Sequence[County]) -> str:
        names = " or ".join(county.name for county in spoken)
        return f", the agency's name says {names}" if names else ""
