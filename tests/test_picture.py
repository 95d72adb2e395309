"""The picture: drawn from the content, with nothing of its own; every sign tells itself without color."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from app import picture
from app.language import Words
from app.model import KINDS, RULE_LEVELS, Catalog
from app.pages import Pages
from app.pen import WIDTH, Pen, length, wrapped
from tests.conftest import LANGUAGES
from tests.page import Page


class Mirrored(Words):
    """A language that runs the other way."""

    dir = "rtl"


def mirrored(t: Words) -> Words:
    return Mirrored(t.tag, t.catalog, t.translations)


def strips(svg: str) -> dict[str, Element]:
    """System → its strip; none stands twice."""
    found = [e for e in ElementTree.fromstring(svg).iter("g") if "data-system" in e.attrib]
    made = {e.attrib["data-system"]: e for e in found}
    assert len(made) == len(found)
    for strip in found:
        del strip.attrib["transform"]  # where it stands follows from those above it
    return made


def said(element: Element) -> str:
    return " ".join(text.text or "" for text in element.iter("text"))


def arrows(strip: Element) -> Iterator[tuple[tuple[str, ...], str, set[int]]]:
    """(questions, level of a dot, rows) of each arrow into a system."""
    for act in (e for e in strip.iter("g") if "data-from" in e.attrib):
        for dot in act:
            if dot.find("circle") is not None:
                rows = set(map(int, act.attrib["data-rows"].split()))
                yield tuple(act.attrib["data-from"].split()), dot.attrib["class"], rows


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_of_the_nineteen_is_drawn_once(pages: Pages, language: str) -> None:
    t = pages.words[language]
    for name in ("systems", "training"):
        html = pages.page(language, name)
        (svg,) = re.findall(r'<svg data-picture="whole".*?</svg>', html)
        found = strips(svg)
        assert set(found) == {system.id for system in t.catalog.systems}
        assert len(found) == 19
        for id, strip in found.items():
            assert t.plain(f"{id}.name") in said(strip)
        assert f'aria-label="{t.plain("picture.label")}"' in svg and 'role="img"' in svg
        assert "<a " not in svg, "an image holds nothing to step into: the list has the links"


def test_the_arrows_are_those_of_the_rules(pages: Pages) -> None:
    catalog = pages.catalog
    found = strips(picture.whole(pages.words["en"]))
    for system in catalog.systems:
        drawn = list(arrows(found[system.id]))
        wanted = {(tuple(rule.when), rule.level) for rule in system.rules}
        assert {(keys, level) for keys, level, _ in drawn} == wanted, system.id
        assert len(drawn) == len(wanted)
        for keys, _, rows in drawn:
            assert rows == {n for n, rule in enumerate(system.rules) if tuple(rule.when) == keys}
        (kind,) = [e.attrib["data-kind"] for e in found[system.id].iter() if "data-kind" in e.attrib]
        assert kind == system.kind
        assert found[system.id].get("data-about", "").split() == list(system.about)


def test_a_rule_that_changes_changes_the_picture(pages: Pages) -> None:
    """No hand-drawn twin: another rule, kind or claim, another drawing."""
    t = pages.words["en"]
    irs = t.catalog.systems[0]
    weaker = [replace(rule, level="possible") for rule in irs.rules]
    company = (replace(irs.drawn[0], strength="company"), irs.drawn[1])
    for other in (replace(irs, rules=tuple(weaker)), replace(irs, kind="ended"), replace(irs, drawn=company)):
        changed = replace(t.catalog, systems=(other, *t.catalog.systems[1:]))
        before, after = (strips(picture.whole(Words("en", c, {}))) for c in (t.catalog, changed))
        other_drawing = {
            id for id in before if ElementTree.tostring(before[id]) != ElementTree.tostring(after[id])
        }
        assert other_drawing == {"irs"}
    assert "The company says so" in said(after["irs"]) and "The company says so" not in said(before["irs"])


def test_what_a_company_says_is_said_to_be_so(pages: Pages) -> None:
    found = strips(picture.whole(pages.words["en"]))
    by_company = {s.id for s in pages.catalog.systems if s.drawn[0].strength == "company"}
    assert {id for id, strip in found.items() if "The company says so" in said(strip)} == by_company
    assert by_company == {"alpr", "clearview", "police_searches"}


def test_notes_hang_on_what_they_are_about(catalog: Catalog, pages: Pages) -> None:
    order = list(strips(picture.whole(pages.words["en"])))
    notes = {system.id for system in catalog.systems if system.about}
    for system in catalog.systems:
        if system.about:
            before = order[: order.index(system.id)]
            assert [id for id in before if id not in notes][-1] == system.about[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_topic_alone_has_all_that_its_questions_lead_to(pages: Pages, language: str) -> None:
    t, html = pages.words[language], pages.page(language, "training")
    drawn = dict(re.findall(r'(<svg data-picture="(?!whole)(?:\w+)".*?</svg>)()', html))
    assert len(drawn) == len(t.catalog.topics)
    for svg, topic in zip(drawn, t.catalog.topics, strict=True):
        asked = {question.id for question in t.catalog.questions if question.topic == topic}
        led = {system.id for system in t.catalog.systems if not asked.isdisjoint(system.keys)}
        found = strips(svg)
        assert {id for id in found if "data-about" not in found[id].attrib} == led
        for strip in found.values():
            assert all({*keys} & asked or keys == ("county_287g",) for keys, _, _ in arrows(strip))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_says_what_the_picture_shows(pages: Pages, language: str) -> None:
    t = pages.words[language]
    for name, way in (("systems", ""), ("training", f"/{language}/systems")):
        html = pages.page(language, name)
        part = html[html.index('<section id="picture">') :].split("</section>")[0].split("</svg>")[1]
        Page(f"<p>{part.split('</div>')[1]}</p>")  # well made
        items = dict(re.findall(r'#system-(\w+)">(.*?)</ul>', part))
        assert len(items) == 19
        for system in t.catalog.systems:
            text = items[system.id]
            for rule in system.rules:
                assert str(t(f"question.{next(iter(rule.when))}.short" if "county_287g" not in rule.when
                             else "option.county_287g")) in text  # fmt: skip
            assert str(t(f"kinds.{system.kind}")) in text
            for claim in system.drawn:
                link = f'<a href="{way}#{system.id}-{claim.id}">{t(f"strengths.{claim.strength}")}, '
                assert link in text
                assert f'id="{system.id}-{claim.id}"' in pages.page(language, "systems")
            for about in system.about:
                assert str(t(f"{about}.name")) in text


def bare(svg: str) -> str:
    """A drawing without its colors."""
    return re.sub(r' (stroke|color)="[^"]*"|currentColor|var\(--card\)', "", svg)


def test_signs_differ_without_color() -> None:
    for rtl in (False, True):
        pen = Pen(rtl=rtl)
        ways = [bare(pen.way(kind, 20)) for kind in KINDS]
        lines = [bare(pen.rail(level, 0, 20)).replace("25", "11") for level in RULE_LEVELS]
        dots = [bare(pen.dot(level, 20, 20)) for level in RULE_LEVELS]
        for signs in (ways, lines, dots):
            assert all(one != other for one, other in combinations(signs, 2))


def test_the_legend_explains_every_sign_that_is_drawn(pages: Pages) -> None:
    t = pages.words["en"]
    legend = said(ElementTree.fromstring(picture.whole(t))[0][0])
    for level in RULE_LEVELS:
        assert t.plain(f"levels.{level}.tab") in legend
    for kind in {system.kind for system in t.catalog.systems}:
        assert t.plain(f"kinds.{kind}") in legend
    assert t.plain("picture.company") in legend and t.plain("card.note") in legend


def places(svg: str) -> list[tuple[str, float, float]]:
    """Boxes, dots and words: what, where on the x axis, how wide."""
    drawn = (e for e in ElementTree.fromstring(svg).iter() if e.tag in ("rect", "text", "circle"))
    return [(e.tag, float(e.get("x") or e.attrib["cx"]), float(e.get("width", 0))) for e in drawn]


def test_right_to_left_is_a_mirror_image(pages: Pages) -> None:
    t = pages.words["en"]
    there, here = (picture.whole(words) for words in (t, mirrored(t)))
    assert [(tag, WIDTH - x - wide, wide) for tag, x, wide in places(there)] == places(here)
    assert ' direction="rtl"' in here and "xMaxYMin" in here and "direction" not in there


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Tax records", ["Tax records"]),
        ("Fingerprints from jails (FBI)", ["Fingerprints", "from jails", "(FBI)"]),
        ("Donaudampfschifffahrt", ["Donaudampfs", "chifffahrt"]),
        ("指纹、照片（国土安全部）", ["指纹、照片（国", "土安全部）"]),
        ("지문 및 사진 기록 보관소", ["지문 및 사진", "기록 보관소"]),
    ],
)
def test_words_are_wrapped_where_a_reader_would(text: str, lines: list[str]) -> None:
    found = wrapped(text, 15, 120)
    assert found == lines
    assert all(length(line, 15) <= 120 for line in found)
