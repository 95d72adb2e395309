"""The sheet for the file: made on the device, sent nowhere, and silent about what must not stand on paper."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import jsonschema
import pytest

from app.open_data import SHEET_COLUMNS
from app.pages import Pages
from tests.browser.conftest import Opener, Phone
from tests.browser.journey import SOME, expected, go_through

TELLING = SOME | {"ssn": ("yes",), "fingerprints_government": ("border", "ice")}


def saved(made: Phone, kind: str) -> str:
    with made.page.expect_download() as found:
        made.page.locator(f"[data-kind={kind}]").tap()
    ends = {"text": "txt"}
    assert found.value.suggested_filename == f"on-file.{ends.get(kind, kind)}", "it tells nothing"
    return Path(found.value.path()).read_text("utf-8")


def opened(phone: Opener, pages: Pages, language: str, answers: dict[str, tuple[str, ...]]) -> Phone:
    made = phone()
    if "+" in language:
        made.open(f"/{language}/").page.locator("#start .main").tap()
        for question in pages.catalog.questions:
            made.answer(question.id, *answers[question.id])
            made.page.locator("#next").tap()
        made.page.locator("#done").tap()
    else:
        go_through(made, pages, language, answers)
    made.page.locator("[data-act=extras]").tap()
    made.page.locator("#extras [data-kind]").first.wait_for()
    return made


def schema(made: Phone) -> Any:
    with urlopen(f"{made.server}/sheet.schema.json") as answer:
        return json.load(answer)


@pytest.mark.parametrize("language", ["en", "es", "es+en"])
def test_every_form_of_it_tells_what_came_up(phone: Opener, pages: Pages, language: str) -> None:
    made = opened(phone, pages, language, SOME)
    made.axe("sheet")
    made.fits("sheet")
    tags = language.split("+")
    sheet = json.loads(saved(made, "json"))
    jsonschema.validate(sheet, schema(made), format_checker=jsonschema.FormatChecker())
    assert sheet["version"] == pages.catalog.version
    assert sheet["languages"] == tags
    levels = {found["system"]: found["level"] for found in sheet["findings"]}
    assert levels == {id: level for id, (level, _, _) in expected(pages, SOME).items() if level != "note"}
    text = saved(made, "text")
    rows = list(csv.DictReader(io.StringIO(saved(made, "csv").removeprefix("\ufeff"))))
    assert {row["system"]: row["level"] for row in rows} == levels
    assert tuple(rows[0]) == SHEET_COLUMNS
    for tag in tags:
        t = pages.words[tag]
        assert t.plain("standing.legal") in text
        for found in sheet["findings"]:
            system = next(s for s in pages.catalog.systems if s.id == found["system"])
            assert found["name"][tag] == t.plain(f"{system.id}.name") and found["name"][tag] in text
            asked = [t.plain(key) for key in system.follow_ups]
            assert [question[tag] for question in found["follow_ups"]] == asked
            if found["level"] != "unlikely":
                assert all(question in text for question in asked)
            assert found["sources"], system.id
    fetched = {urlsplit(url).path for _, url in made.requests if not url.endswith("later.js")}
    assert fetched <= {f"/{language}/", f"/{language}/tools", f"/{language}/systems"}
    assert all(method == "GET" for method, _ in made.requests)


def test_no_answer_stands_in_it_unless_it_is_asked_for(phone: Opener, pages: Pages) -> None:
    t = pages.words["en"]
    made = opened(phone, pages, "en", TELLING)
    text, sheet = saved(made, "text"), json.loads(saved(made, "json"))
    assert "answers" not in sheet and t.plain("results.answers") not in text
    short = [t.plain(f"question.{question.id}.short") + ":" for question in pages.catalog.questions]
    assert not [name for name in short if name in text]
    assert t.plain("file.taken") in made.page.locator("#extras").inner_text()
    made.page.locator("#with-answers").tap()
    text, sheet = saved(made, "text"), json.loads(saved(made, "json"))
    jsonschema.validate(sheet, schema(made))
    given = {answer["question"]: tuple(answer["options"]) for answer in sheet["answers"] if answer["options"]}
    assert given == TELLING
    assert all(name in text for name in short) and t.plain("file.taken") in text


def test_reasons_never_tell_of_pay_a_number_the_border_or_an_arrest(phone: Opener, pages: Pages) -> None:
    made = opened(phone, pages, "en", TELLING)
    made.page.locator("#with-answers").tap()
    reasons = {found["system"]: found["reasons"] for found in json.loads(saved(made, "json"))["findings"]}
    t = pages.words["en"]
    withheld = {"en": t.plain("file.withheld")}
    for system in pages.catalog.systems:
        for number, rule in enumerate(system.rules):
            said = {"en": t.plain(f"{system.id}.because.{number}")}
            telling = {"pay_form", "ssn"} & rule.when.keys() or any(
                set(ids) <= {"border", "ice"} for ids in rule.when.values()
            )
            if telling:
                assert said not in reasons[system.id]
    assert withheld in reasons["ssa"], "a number from Social Security gave this level"


def test_it_prints_alone_and_goes_with_the_result(phone: Opener, pages: Pages) -> None:
    t = pages.words["en"]
    made = opened(phone, pages, "en", SOME)
    made.page.evaluate("window.print = () => 0")
    made.page.locator("[data-kind=print]").tap()
    made.page.locator("#sheet").wait_for(state="attached")
    assert not made.page.locator("#sheet").is_visible(), "it is for paper"
    made.page.emulate_media(media="print")
    paper = made.page.locator("body").inner_text()
    assert paper.startswith(t.plain("file.title"))
    assert f"{t.plain('file.person')}: ____" in paper and f"{t.plain('file.number')}: ____" in paper
    assert t.plain("results.caveat") not in paper
    made.page.emulate_media(media="screen")
    made.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert made.page.locator("#results").is_visible()
    made.page.locator("#answers summary").tap()
    made.page.locator("#answers [data-go=tax]").tap()
    made.answer("tax", "no")
    made.tap(t.plain("form.results"))
    assert not made.page.locator("#sheet").count(), "another answer, another sheet"


def test_the_text_can_be_copied(phone: Opener, pages: Pages) -> None:
    made = opened(phone, pages, "en", SOME)
    made.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    made.page.locator("[data-kind=copy]").tap()
    made.page.locator("#extras [role=status]", has_text=pages.words["en"].plain("file.copied")).wait_for()
    assert made.page.evaluate("navigator.clipboard.readText()") == saved(made, "text")


def test_the_next_person_has_a_button(phone: Opener, pages: Pages) -> None:
    made = opened(phone, pages, "en", SOME)
    made.page.locator("[data-act=nextPerson]").tap()
    made.page.locator("#status", has_text=pages.words["en"].plain("intake.again")).wait_for()
    with made.page.expect_navigation():
        made.page.locator("[data-act=nextPerson]").tap()
    assert made.page.url.endswith("/en/languages#emptied")
