"""`make bench-growth`: what more languages, more systems and more places to get help would cost.

The bigger catalogs are made of the real one, in memory; no file of the repository is touched. Every case is
built in a process of its own and served by a fresh worker. Prints Markdown: each figure, and its ratio to
the catalog as it is. Nothing here fails on a figure.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
import timeit
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from unittest import mock
from urllib.parse import parse_qsl

import brotli
from werkzeug.datastructures import MultiDict

from app import cli, model, site
from app.built import Built
from app.forms import Posted, Questionnaire
from app.language import Words
from app.model import COUNTY_OPTIONS, COUNTY_RULE, NOT_SURE, Catalog, Provider, Question, Rule, System, Text
from app.pages import Pages
from app.privacy import QUICK, packed
from app.reference import Reference
from tests.bench.server import forms, resident, served, table

#: The language that others are copies of, and whose files are weighed.
TAG = "es"
#: A worker of a build (first argument) whose other languages have these tags (the rest).
WORKER = """
import os, sys
from pathlib import Path
from app import cli, create_app, model
model.NAMES.update(dict.fromkeys(sys.argv[2:], model.NAMES["%s"]))
cli.server(create_app(Path(sys.argv[1])), "127.0.0.1", int(os.environ["PORT"])).run()
"""
FORMS = 20
TRIES = 50
STARTS = 3


@dataclass(frozen=True)
class Case:
    """How many times as many there are of each; ``packed`` is whether the pages are compressed too."""

    name: str
    languages: int = 1
    systems: int = 1
    providers: int = 1
    packed: bool = True


CASES = (
    Case("×1"),
    Case("languages ×4", languages=4, packed=False),
    Case("languages ×16", languages=16, packed=False),
    Case("systems ×4", systems=4),
    Case("providers ×10", providers=10),
)
#: What is measured, by the name that ``measure`` gives it, and the digits shown.
SHOWN = {
    "render": ("build: rendering and pieces, s of CPU", 1),
    "pack": ("build: compressing, s of CPU", 1),
    "page": ("app page, brotli, bytes", 0),
    "sheet": ("sheet file, bytes", 0),
    "answer": ("putting one answer together, ms", 3),
    "least": ("smallest answer as sent, bytes", 0),
    "most": ("largest answer as sent, bytes", 0),
    "memory": ("memory of a worker with all sheets, MB", 0),
    "start": ("start to first answer, s", 2),
    "form": ("first form after that, s", 2),
}

Figures = dict[str, float]


# --- a bigger catalog ------------------------------------------------------------------------------------


def mixed(text: str, turn: int) -> str:
    """The same words and placeholders in another order, so that brotli finds no copy of the original."""
    words = text.split(" ")
    random.Random(turn).shuffle(words)  # noqa: S311
    return " ".join(words)


def renamed(key: str, turn: int) -> str:
    """The key of a system's text as its copy has it: ``irs.name`` → ``irs_1.name``."""
    ident, dot, rest = key.partition(".")
    return f"{ident}_{turn}{dot}{rest}"


def turned(
    key: str, options: tuple[str, ...], turn: int, questions: Mapping[str, Question]
) -> tuple[str, ...]:
    """Other options of the same question, as many as before: each is the one ``turn`` places on."""
    known = (
        list(COUNTY_OPTIONS)
        if key == COUNTY_RULE
        else [option.id for option in questions[key].options if option.id != NOT_SURE]
    )
    return tuple(known[(known.index(option) + turn) % len(known)] for option in options)


def copied(system: System, turn: int, questions: Mapping[str, Question]) -> System:
    """A system with an id, texts and rules of its own."""
    rules = [
        Rule(rule.level, {key: turned(key, ids, turn, questions) for key, ids in rule.when.items()})
        for rule in system.rules
    ]
    return replace(
        system,
        id=renamed(system.id, turn),
        claims=tuple(replace(claim, key=renamed(claim.key, turn)) for claim in system.claims),
        rules=tuple(rules),
        about=tuple(renamed(about, turn) for about in system.about),
    )


def more_systems(catalog: Catalog, times: int) -> Catalog:
    """``times`` as many systems, the real ones first."""
    questions = {question.id: question for question in catalog.questions}
    turns = range(1, times)
    systems = [*catalog.systems, *(copied(s, turn, questions) for turn in turns for s in catalog.systems)]
    texts = dict(catalog.texts)
    for turn in turns:
        for key, text in of_systems(catalog).items():
            new = renamed(key, turn)
            texts[new] = replace(text, key=new, msgid=mixed(text.msgid, turn))
    return replace(catalog, systems=tuple(systems), texts=texts)


def of_systems(catalog: Catalog) -> dict[str, Text]:
    """The texts of systems alone."""
    ids = {system.id for system in catalog.systems}
    return {key: text for key, text in catalog.texts.items() if key.partition(".")[0] in ids}


def more_translations(words: Words, times: int) -> dict[tuple[str, str], str]:
    """A language's translations, with those of the systems that ``more_systems`` adds."""
    made = dict(words.translations)
    for key, text in of_systems(words.catalog).items():
        if translation := words.translations.get((text.key, text.msgid)):
            made |= {
                (renamed(key, turn), mixed(text.msgid, turn)): mixed(translation, turn)
                for turn in range(1, times)
            }
    return made


def more_providers(catalog: Catalog, times: int) -> dict[str, Provider]:
    """``times`` as many places to get help, as many in each state."""
    made = dict(catalog.providers)
    for turn in range(1, times):
        for ident, provider in catalog.providers.items():
            made[f"{ident}-{turn}"] = replace(provider, id=f"{ident}-{turn}", name=f"{provider.name} {turn}")
    return made


def more_tags(times: int) -> list[str]:
    """The tags to add for ``times`` as many languages."""
    return [f"{TAG}{number}" for number in range(len(model.NAMES) * (times - 1))]


def grown(case: Case, real: Pages) -> Pages:
    """The pages of a case. Its languages are in ``model.NAMES`` from then on, in this process."""
    catalog = replace(
        more_systems(real.catalog, case.systems), providers=more_providers(real.catalog, case.providers)
    )
    words = {
        tag: Words(tag, catalog, more_translations(found, case.systems), found.reviewed)
        for tag, found in real.words.items()
    }
    for tag in more_tags(case.languages):
        model.NAMES[tag] = model.NAMES[TAG]
        words[tag] = replace(words[TAG], tag=tag, cache={})
    return Pages(catalog, words, real.today)


# --- measuring -------------------------------------------------------------------------------------------


class Packer:
    """Stands in for ``site.compress`` and sums its seconds of CPU, or writes the page alone."""

    def __init__(self, packed: bool) -> None:
        self.compress = site.compress if packed else lambda path, body, old: site.save(path, body)
        self.seconds = 0.0

    def __call__(self, path: Path, body: bytes, old: Path) -> None:
        began = time.process_time()
        self.compress(path, body, old)
        self.seconds += time.process_time() - began


def building(pages: Pages, folder: Path, packed: bool) -> Figures:
    """Builds into a folder; the seconds of CPU it took. Without ``packed`` none are given for compressing."""
    packer = Packer(packed)
    began = time.process_time()
    with mock.patch.object(site, "compress", packer):
        site.write(pages, folder)
    seconds = time.process_time() - began
    return {"render": seconds - packer.seconds} | ({"pack": packer.seconds} if packed else {})


def answering(built: Built, bodies: list[str]) -> Figures:
    """Full forms answered: the mean over forms of each one's best time, and the sizes sent."""
    questionnaire = Questionnaire(built.questions, built.states, Reference(built.site / "reference.db"))
    sheet = built.sheet(TAG)

    def best(form: Posted) -> float:
        return min(timeit.repeat(lambda: sheet.results(form), number=1, repeat=TRIES))

    posted = [questionnaire.read(MultiDict(parse_qsl(body))) for body in bodies]
    sizes = [packed(sheet.results(form).encode(), QUICK) for form in posted]
    milliseconds = statistics.mean(map(best, posted)) * 1000
    return {"answer": milliseconds, "least": min(sizes), "most": max(sizes)}


def posting(port: int, tag: str, body: str) -> float:
    """Seconds until a form is answered."""
    began = time.perf_counter()
    urllib.request.urlopen(f"http://127.0.0.1:{port}/{tag}/results", body.encode()).read()
    return time.perf_counter() - began


def serving(folder: Path, case: Case, body: str) -> Figures:
    """Fresh workers: the median of their starts and first forms, and the memory of one with all sheets."""
    tags = more_tags(case.languages)
    starts, first, memory = list[float](), list[float](), list[float]()
    for _ in range(STARTS):
        with served("-c", WORKER % TAG, str(folder), *tags) as (port, process, start):
            starts.append(start)
            seconds = [posting(port, tag, body) for tag in (TAG, *model.NAMES)]
            first.append(seconds[0])
            memory.append(resident(process))
    median = statistics.median
    return {"start": median(starts), "form": median(first), "memory": median(memory)}


def measure(case: Case) -> Figures:
    """All figures of a case. To be called once in a process."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        pages = grown(case, cli.pages())
        figures = building(pages, folder, case.packed)
        built = Built(folder)
        bodies = forms(built)[0][:FORMS]
        page, sheet = built.read(f"{TAG}/index.html"), folder / "sheets" / f"{TAG}.json"
        figures |= {"page": len(brotli.compress(page, quality=11)), "sheet": sheet.stat().st_size}
        return figures | answering(built, bodies) | serving(folder, case, bodies[0])


def cell(figures: Figures, now: Figures, key: str) -> str:
    """A figure and its ratio to ×1, or a dash where it was not measured."""
    if key not in figures:
        return "–"
    shown = f"{figures[key]:,.{SHOWN[key][1]}f}"
    return shown if figures is now else f"{shown} (×{figures[key] / now[key]:.2f})"


def main() -> None:
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as processes:
        found = list(processes.map(measure, CASES))
    table(
        ("what", *(case.name for case in CASES)),
        *((name, *(cell(figures, found[0], key) for figures in found)) for key, (name, _) in SHOWN.items()),
    )
    left = ", ".join(case.name for case in CASES if not case.packed)
    print(f"For {left}, pages were written uncompressed, to save time. Pages and sheets are those in {TAG}.")


if __name__ == "__main__":
    main()
