"""Two languages at once: every text in both, one form, one size, and no more kept than a handful."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import brotli
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import measure, pair
from app.built import KEPT, SPOKEN, Built
from app.files import Files
from app.language import Words
from app.marked import lined
from app.model import NAMES, PAGES, Catalog
from app.pages import Pages
from app.pair import PAIRS, both, mark
from tests.conftest import LANGUAGES, Client
from tests.page import VOID

MOST = 26_000
PRIVATE = re.compile("[\ue000-\uf8ff]")
ANSWERS = {"tax": "itin", "car": "often", "held": "not_sure", "state": "TX", "county": "48201"}


#: Pages that are not twice the same: one lists languages, the codes on the others lead to the first.
SINGLE = ("languages", "poster", "zine")


class Said(HTMLParser):
    """What a page says in one language, word by word; outside the parts that are there for two only."""

    def __init__(self, html: str, tag: str) -> None:
        super().__init__()
        self.tag, self.words, self.silent = tag, Counter[str](), 0
        self.open: list[tuple[str, bool, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        within = bool(self.open) and self.open[-1][2]
        other = within and named.get("lang") != self.tag
        own = named.get("id") in ("aloud", "wallet") or named.get("class") in ("read", "mail")
        own = own or "data-picture" in named  # the first language's; the list below it has both
        own = own or "hreflang" in named or (tag == "ul" and "dir" in named)  # the second: headers
        silent = own or other or tag in ("script", "style", "header", "title", "option")
        if tag not in VOID:
            self.open.append((tag, silent, named.get("class") == "two"))
            self.silent += silent

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Of a drawing."""

    def handle_endtag(self, tag: str) -> None:
        self.silent -= self.open.pop()[1]

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.update(data.split())


def findings(html: str) -> list[tuple[str, ...]]:
    return re.findall(r'<article id="system-(\w+)" data-level="(\w+)"(?: data-depends="([^"]*)")?', html)


@pytest.mark.parametrize("two", PAIRS)
@pytest.mark.parametrize("name", ["", *(name for name in PAGES if name not in SINGLE), "help/TX", "nowhere"])
def test_every_text_stands_in_both(client: Client, two: str, name: str) -> None:
    status = 404 if name == "nowhere" else 200
    page = client.page(f"/{two}/{name}", status)
    assert not PRIVATE.search(page.html)
    for tag in PAIRS[two]:
        alone = client.page(f"/{tag}/{name}", status).html
        said, wanted = Said(page.html, tag).words, Said(alone, tag).words
        missing, more = wanted - said, said - wanted
        assert not missing, (tag, list(missing)[:10])
        assert not more, (tag, list(more)[:10])


@pytest.mark.parametrize("two", PAIRS)
def test_an_answer_stands_in_both(client: Client, two: str) -> None:
    page = client.post(f"/{two}/results", ANSWERS)
    assert not PRIVATE.search(page.html)
    for tag in PAIRS[two]:
        alone = client.post(f"/{tag}/results", ANSWERS)
        assert findings(page.html) == findings(alone.html)
        assert Said(page.html, tag).words == Said(alone.html, tag).words
    addresses = re.findall(r'(?:href|action)="(/[^"]*)"', page.html)
    assert {address.split("/")[1] for address in addresses} == {two, *LANGUAGES}
    again = client.post(f"/{two}/", ANSWERS)
    assert "checked" in again.all("input", name="tax", value="itin")[0][0]


@pytest.mark.parametrize("two", PAIRS)
def test_each_text_names_its_language(client: Client, two: str) -> None:
    page = client.page(f"/{two}/")
    first, second = PAIRS[two]
    assert page.elements[0][1] == {"lang": first, "dir": "ltr"}
    unread = '<p><b><span class="two"><span lang="es" dir="ltr">Una computadora redactó'
    sides = re.findall(r'<span class="two"><span ([^>]*)>', page.html.replace(unread, ""))
    assert len(sides) > 300 and set(sides) == {f'lang="{first}" dir="ltr"'}
    assert page.html.count(f'</span><i> · </i><span lang="{second}" dir="ltr">') == len(sides)
    assert len(page.all("input", name="tax", value="itin")) == 1, "one set of inputs"
    (field,) = page.all("fieldset", id="q-tax")
    assert " · " in field[0]["data-short"]


@pytest.mark.parametrize("two", PAIRS)
def test_the_app_in_two_languages_is_small(client: Client, two: str) -> None:
    html = client.open(f"/{two}/").data
    assert len(brotli.compress(html, quality=11)) <= MOST
    assert len(client.open(f"/{two}/", headers={"Accept-Encoding": "gzip"}).data) <= MOST


def test_the_list_of_languages_leads_to_both(client: Client) -> None:
    for tag in LANGUAGES:
        linked = {attrs["href"] for attrs, _ in client.page(f"/{tag}/languages").all("a")}
        assert linked >= {f"/{one}/" for one in (*NAMES, *PAIRS)}
        assert client.page(f"/{tag}/help").all("a", href=f"/{tag}/languages")


@pytest.mark.parametrize(
    ("path", "home"),
    [
        ("/es+es/", "/es/"),
        ("/es+xx/", "/es/"),
        ("/xx+es/", "/en/"),
        ("/en+es+es/", "/en/"),
        ("/es+/", "/es/"),
    ],
)
def test_two_that_do_not_go_together_are_not_there(client: Client, path: str, home: str) -> None:
    for method in ("GET", "POST"):
        page = client.page(path, 404, method=method)
        assert page.all("a", href=home) and page.elements[0][1]["lang"] == home.strip("/")
    assert client.open("/es+en", 302).headers["Location"] == "/es+en/"
    assert client.open("/es+en/results", 302).headers["Location"] == "/es+en/"


@pytest.mark.parametrize("two", PAIRS)
@pytest.mark.parametrize("encoding", ["gzip", ""])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_answer_of_two_languages_has_one_size(
    client: Client, catalog: Catalog, app: Flask, two: str, encoding: str, data: st.DataObject
) -> None:
    form = {
        question.id: data.draw(st.sampled_from([*(o.id for o in question.options), "", "moon"]), question.id)
        for question in catalog.questions
    }
    form["state"] = data.draw(st.sampled_from(["", *catalog.states]), "state")
    path = data.draw(st.sampled_from([f"/{two}/", f"/{two}/results"]), "path")
    asked = {"Accept-Encoding": encoding}
    answer = client.client.post(path, data=form, headers=asked)
    refused = client.client.post(path, data=b"\xff", headers=asked, content_type="text/plain")
    assert isinstance(app.wsgi_app, Files)
    assert len(answer.data) == len(refused.data) == app.wsgi_app.built.size(two, bool(encoding))
    assert len(str(answer.headers)) == len(str(refused.headers))


@pytest.mark.parametrize("two", PAIRS)
def test_the_size_for_two_languages_has_room_but_not_much(built: Path, two: str) -> None:
    known = Built(built)
    answers = measure.Answers(known, two)
    answers.try_out({})
    size = known.size(two, gzip=True)
    for one in PAIRS[two]:
        other = measure.Answers(known, one)
        for form in known.longest[one]:
            answers.try_out(form)
            answers.ask_again(form)
            other.try_out(form)
    assert answers.gzip < size < 1.08 * answers.gzip
    assert answers.plain < known.size(two, gzip=False)


def test_no_more_than_a_handful_is_kept(app: Flask, client: Client, catalog: Catalog) -> None:
    """And nothing of it is what anybody sent: the keys are names of public pages."""
    files = app.wsgi_app
    assert isinstance(files, Files)
    for state in list(catalog.states)[: 2 * KEPT]:
        client.open(f"/es+en/help/{state}")
        client.open(f"/es+en/help/{state}x", 404)
    assert files.built.joined.cache_info().currsize <= KEPT
    assert files.built.named.cache_info().maxsize == SPOKEN


def test_joining() -> None:
    def page(tag: str, *texts: str) -> str:
        return f'<!doctype html><html lang="{tag}" dir="ltr"><p>{"</p><p>".join(texts)}</p></html>'

    inner = mark("tax", "t")
    first = page("en", mark("Yes", "a"), mark(f"You said: {inner}", "b"), mark("Alone", "c"), mark("", "d"))
    second = page("es", mark("Sí", "a"), mark("Usted dijo: renta", "b"), mark("Nadie lo leyó", "d"))
    assert both(first, second, "en+es") == page(
        "en",
        '<span class="two"><span lang="en" dir="ltr">Yes</span><i> · </i>'
        '<span lang="es" dir="ltr">Sí</span></span>',
        '<span class="two"><span lang="en" dir="ltr">You said: tax</span><i> · </i>'
        '<span lang="es" dir="ltr">Usted dijo: renta</span></span>',
        '<span class="two"><span lang="en" dir="ltr">Alone</span></span>',
        '<span class="two"><span lang="es" dir="ltr">Nadie lo leyó</span></span>',
    )
    flat = '<html lang="{}" dir="ltr"><option label="{}">{}</option></html>'
    yes, si = (
        flat.format(tag, mark(text, "=a"), mark("Texas", "=b")) for tag, text in (("en", "Yes"), ("es", "Sí"))
    )
    assert both(yes, si, "en+es") == flat.format("en", "Yes · Sí", "Texas")


def test_what_stands_in_one_line_is_one_text() -> None:
    why, text, name = mark("Why:", "w"), mark("It <b>holds</b> it.", "x"), mark("IRS", "*n")
    cases = {
        f"<p><b>{why}</b> {text}</p>": 1,
        f"<p>{why} <a href='/'>{text}</a></p>": 2,
        f"<label><input name='a'>{text}</label>": 1,
        f"<li><b>{name}</b></li>": 0,
        f"<p>{text} <bdi>{name}</bdi>.</p>": 1,
        f"<p>{text}%(gap)s{why}</p>": 2,
    }
    for html, count in cases.items():
        made = lined(html)
        assert len([name for _, _, name in pair.pieces(made) if name]) == count, html
        assert pair.bare(made) == pair.bare(html)


def arabic(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> Words:
    """A language that runs from right to left, with a word of it for every text of ours."""
    monkeypatch.setitem(NAMES, "ar", ("العربية", "ar"))
    made = {
        (text.key, text.msgid): " ".join(["كلمة", *re.findall(r"{\w+}", text.msgid)])
        for text in catalog.texts.values()
    }
    return Words("ar", catalog, made)


def in_two(pages: Pages, monkeypatch: pytest.MonkeyPatch, order: tuple[str, str]) -> str:
    """The app in English and in that language."""
    words = {"en": pages.alone["en"], "ar": arabic(pages.catalog, monkeypatch)}
    named = Pages(pages.catalog, words, pages.today, pair=True)
    first, second = (lined(named.app(tag)) for tag in order)
    return both(first, second, "+".join(order))


@pytest.mark.parametrize("order", [("ar", "en"), ("en", "ar")])
def test_right_to_left_beside_left_to_right(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, order: tuple[str, str]
) -> None:
    html = in_two(pages, monkeypatch, order)
    side = {"ar": 'lang="ar" dir="rtl"', "en": 'lang="en" dir="ltr"'}
    assert f"<html {side[order[0]]}>" in html
    question = {"ar": "كلمة", "en": "Have you ever filed a US tax return, or asked for an ITIN?"}
    sides = "<i> · </i>".join(f"<span {side[tag]}>{question[tag]}</span>" for tag in order)
    assert f'<legend><span class="two">{sides}</span></legend>' in html
    assert not PRIVATE.search(html)
    short = [{"ar": "كلمة", "en": "Car"}[tag] for tag in order]
    assert f'data-short="\u2068{short[0]}\u2069 · \u2068{short[1]}\u2069"' in html
