"""The assessment on paper: the printed key, followed as a person would, gives the levels of the app."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import paper
from app.assess import Outcomes, assess_one, tidy
from app.language import Words
from app.model import COUNTY_RULE, LEVELS, NONE, NOT_SURE, Answers, Catalog, Question
from app.pages import Pages
from tests.conftest import LANGUAGES, Client
from tests.page import Page

Sides = list[set[str]]


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", html).split())


class Paper:
    """The sheets as they are printed: what stands at each box, and the lines of the key."""

    def __init__(self, pages: Pages, language: str) -> None:
        html, t = pages.page(language, "paper"), pages.words[language]
        self.text = Page(html).text
        #: (question, option) → the label printed at its box.
        self.boxes: dict[tuple[str, str], str] = {}
        for question, block in re.findall(r'<li id="paper-(\w+)" data-question="\1">(.*?)</ul></li>', html):
            for option, inside in re.findall(r'<li data-option="(\w+)">(.*?)</li>', block):
                (printed,) = re.findall(r'<bdi class="box" data-box="[^"]*">(.*?)</bdi>', inside)
                assert f'data-box="{question}:{option}"' in inside
                self.boxes[question, option] = printed
        named = {t.plain(f"levels.{level}.name"): level for level in LEVELS}
        #: System → lines as (level, sides by label, sides by data).
        self.key: dict[str, list[tuple[str, Sides, Sides]]] = {}
        for part in html.split('<li id="key-')[1:]:
            system = part.split('"')[0]
            self.key[system] = []
            for data, level, said in re.findall(
                r'<li data-level="(\w+)"><span class="tab">(.*?)</span>(.*?)</li>', part.split("</ul>")[0]
            ):
                assert named[text(level)] == data
                said, _, _ = said.partition("<small>")
                printed = [] if text(said) == t.plain("paper.otherwise") else self.sides(t, text(said))
                groups = [
                    set(re.findall(r'data-box="([^"]*)"', side)) for side in said.split('class="any"')[1:]
                ]
                self.key[system].append((data, printed, groups))

    @staticmethod
    def sides(t: Words, said: str) -> Sides:
        """``13a and 10a or 10b`` → [{13a}, {10a, 10b}]."""
        both, either = f" {t.plain('paper.and')} ", f" {t.plain('paper.or')} "
        return [set(side.split(either)) for side in said.split(both)]

    def checked(self, answers: Answers) -> set[str]:
        """The boxes that carry a check, once a person has done what the paper asks for."""
        checks = {
            question: {self.boxes[question, option] for option in chosen}
            for question, chosen in answers.items()
        }
        for question in {question for question, _ in self.boxes}:
            unsure, none = self.boxes[question, NOT_SURE], self.boxes.get((question, NONE))
            marked = checks.setdefault(question, set())
            if none and marked - {none, unsure}:  # beside other checks, cross out both
                marked -= {none, unsure}
            elif none and unsure in marked:  # of these two, keep the second
                marked -= {none}
            elif not marked:
                marked.add(unsure)
        return set().union(*checks.values())

    def levels(self, answers: Answers) -> dict[str, str]:
        """System → level, by the words on the paper."""
        checked = self.checked(answers)
        return {
            system: next(level for level, sides, _ in lines if all(side & checked for side in sides))
            for system, lines in self.key.items()
        }


@pytest.fixture(scope="module", params=LANGUAGES)
def sheet(request: pytest.FixtureRequest, pages: Pages) -> Paper:
    return Paper(pages, request.param)


def wanted(catalog: Catalog, answers: Answers) -> dict[str, str]:
    firm = {key: tidy(chosen) for key, chosen in answers.items()}
    return {system.id: assess_one(firm, system).level for system in catalog.systems if not system.about}


def choices(question: Question) -> list[frozenset[str]]:
    """Everything that can be checked at a question."""
    options = sorted(question.allowed)
    if question.id == COUNTY_RULE:
        jail, street, barred = ("jail", "street", "barred")
        found: Iterable[tuple[str, ...]] = ((), (jail,), (street,), (jail, street), (barred,), (NOT_SURE,))
    elif question.many:
        found = (some for n in range(len(options) + 1) for some in combinations(options, n))
    else:
        found = ((), *((option,) for option in options))
    return [frozenset(some) for some in found]


def test_the_key_gives_every_practice_case_its_levels(sheet: Paper, catalog: Catalog) -> None:
    for case in catalog.cases:
        assert sheet.levels(case.answers) == {id: level for id, (level, _) in case.expected.items()}, case.id


def test_the_key_gives_the_levels_of_the_app_whatever_is_checked(sheet: Paper, catalog: Catalog) -> None:
    """Every answer that there is, to the questions a card rests on."""
    asked = {question.id: question for question in paper.asked(catalog.questions)}
    for system in catalog.systems:
        if not system.about:
            for chosen in product(*(choices(asked[key]) for key in system.keys)):
                answers = dict(zip(system.keys, chosen, strict=True))
                assert sheet.levels(answers)[system.id] == wanted(catalog, answers)[system.id], answers


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_whole_sheets_agree_with_the_app(sheet: Paper, catalog: Catalog, data: st.DataObject) -> None:
    asked = paper.asked(catalog.questions)
    answers = {question.id: data.draw(st.sampled_from(choices(question))) for question in asked}
    assert sheet.levels(answers) == wanted(catalog, answers)
    spare = {key: chosen for key, chosen in answers.items() if chosen}
    assert sheet.levels(spare) == sheet.levels(answers)


def test_labels_and_data_say_the_same(sheet: Paper, catalog: Catalog) -> None:
    """Each question has its number, each box a label of its own; the key names no other."""
    asked = paper.asked(catalog.questions)
    assert list(sheet.boxes) == [
        (question.id, option.id) for question in asked for option in question.options
    ]
    assert len(set(sheet.boxes.values())) == len(sheet.boxes)
    for number, question in enumerate(asked, 1):
        assert all(re.fullmatch(rf"{number}[a-z?]", sheet.boxes[question.id, o.id]) for o in question.options)
    by_data = {f"{question}:{option}": label for (question, option), label in sheet.boxes.items()}
    assert set(sheet.key) == {system.id for system in catalog.systems if not system.about}
    for lines in sheet.key.values():
        assert [line[0] for line in lines] == sorted((line[0] for line in lines), key=LEVELS.index)
        assert lines[-1] == ("unlikely", [], []) and all(sides for _, sides, _ in lines[:-1])
        for _, printed, data in lines:
            assert printed == [{by_data[box] for box in side} for side in data]


def lettered(html: str, opening: str) -> Iterator[tuple[str, str]]:
    return iter(re.findall(rf'<{opening}-(\w+)".*?<b class="sign">(\w)</b>', html))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_leads_from_the_key_to_a_whole_card(pages: Pages, client: Client, language: str) -> None:
    t, catalog = pages.words[language], pages.catalog
    page = client.page(f"/{language}/paper")
    assert "data-untranslated" not in page.html
    cards = dict(lettered(page.html, 'article id="card'))
    assert list(cards) == [system.id for system in paper.ordered(catalog.systems)]
    assert len(set(cards.values())) == len(catalog.systems)
    keys = dict(lettered(page.html, 'li id="key'))
    assert keys == {system.id: cards[system.id] for system in catalog.systems if not system.about}
    texts = {attrs["id"]: text for attrs, text in page.all("article")}
    for system in catalog.systems:
        parts = ("name", "what", "reach") if system.about else ("name", "what", "reach", "step")
        assert all(t.plain(f"{system.id}.{part}") in texts[f"card-{system.id}"] for part in parts)
        assert all(t.plain(f"{system.id}.because.{n}") in page.text for n in range(len(system.rules)))
        assert (t.plain("card.note") in texts[f"card-{system.id}"]) is bool(system.about)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_says_what_it_is_and_cannot(pages: Pages, sheet: Paper, language: str) -> None:
    t = pages.words[language]
    page = Page(pages.page(language, "paper"))
    labels = paper.labels(pages.catalog.questions)
    many = [question.id for question in pages.catalog.questions if paper.alone(question)]
    assert many == [question.id for question in pages.catalog.questions if question.many]
    for id in many:
        none, unsure = labels[id, NONE], labels[id, NOT_SURE]
        assert t.plain("paper.how_many", n=none[:-1], none=none, unsure=unsure) in page.text
    kept = (
        "paper.taken",
        "results.print",
        "results.caveat",
        "results.everyone",
        "standing.legal",
        "app.urgent",
    )
    keys = [
        *kept,
        "paper.how_check",
        "paper.how_unsure",
        "paper.how_key",
        "paper.how_fits",
        "paper.county.why",
    ]
    assert all(t.plain(key) in page.text for key in keys)
    for code in (code for code, state in pages.catalog.states.items() if state.agreement_law == "barred"):
        (said,) = [text for attrs, text in page.all("li") if attrs.get("data-option") == "barred"]
        assert t.plain(f"state.{code}") in said
    assert not page.all("input") and not page.all("form") and not page.all("textarea")


def test_a_key_names_what_is_unknown_once(catalog: Catalog) -> None:
    """No line that an earlier one, or another of its level, says already; and none that no answer reaches."""
    for system in catalog.systems:
        if not system.about:
            shown = [line.level for line in paper.key(system)]
            reached = {
                outcome.finding.level for outcome in Outcomes(system, catalog.questions).table.values()
            }
            assert set(shown) | {"unlikely"} == reached
            assert len(set(paper.key(system))) == len(shown)
            assert shown.count("unclear") <= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_trainers_find_it_and_the_app_has_no_room(pages: Pages, language: str) -> None:
    training, app = pages.page(language, "training"), pages.app(language)
    for name in ("paper", "zine"):
        link = f'href="/{language}/{name}"'
        assert link in training and link not in app
    assert f'href="/{language}/paper"' in pages.page(language, "help")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_address_stands_on_it_once_there_is_one(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    t = pages.words[language]
    monkeypatch.setenv("PUBLIC_URL", "https://on-file.example/")
    assert (
        Page(pages.page(language, "paper")).text.count(t.plain("paper.site", address="on-file.example")) == 2
    )
    monkeypatch.delenv("PUBLIC_URL")
    page = Page(pages.page(language, "paper"))
    assert "127.0.0.1" not in page.text and page.text.count(t.plain("paper.unset")) == 2


# --- the booklet ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_booklet_reads_in_order_and_holds_the_gist(
    client: Client, pages: Pages, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://on-file.example")
    t, catalog = pages.words[language], pages.catalog
    client.page(f"/{language}/zine")
    page = Page(pages.page(language, "zine"))
    assert "data-untranslated" not in page.html
    panels = [(attrs["data-page"], text) for attrs, text in page.all("section") if "data-page" in attrs]
    assert [number for number, _ in panels] == [str(n) for n in range(1, 9)]
    whole = " ".join(text for _, text in panels)
    for system in catalog.systems:
        said = t.plain(f"{system.id}.name") in whole and t.plain(f"{system.id}.what") in whole
        assert said is not bool(system.about), system.id
    lines = [line for group in catalog.help for line in group.lines if line.in_app and not line.run_by]
    assert all(catalog.providers[line.provider].name in panels[6][1] for line in lines)
    assert all(t.plain(key) in panels[5][1] for key in catalog.card)
    for key in ("standing.legal", "standing.unsigned"):
        assert t.plain(key) in panels[7][1]
    assert catalog.version in panels[7][1] and f"on-file.example/{language}/" in panels[7][1]
    assert t.plain("poster.unset") not in whole
