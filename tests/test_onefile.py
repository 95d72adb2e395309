"""The edition in one file: small, whole, and with nothing in it that a browser would fetch or send."""

from __future__ import annotations

import gzip
import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from app import cli, onefile
from app.model import Source
from app.pages import Pages
from app.privacy import integrity
from tests.conftest import LANGUAGES, TODAY
from tests.page import Page

MOST, MOST_PACKED = 400_000, 100_000


def sources(pages: Pages) -> list[Source]:
    """Those of the claims that stand in the file."""
    return pages.cited(claim for part, claim in pages.catalog.claims if part not in onefile.LEFT_OUT)


def words(html: str) -> str:
    """What a reader sees of it, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


@pytest.fixture(scope="module")
def whole() -> Pages:
    return cli.pages(date.fromisoformat(TODAY), one_file=True)


@pytest.fixture(scope="module", params=LANGUAGES)
def copy(request: pytest.FixtureRequest, whole: Pages) -> Page:
    return Page(onefile.whole(whole, request.param))


def test_it_is_small(whole: Pages, tmp_path: Path) -> None:
    for tag in LANGUAGES:
        path = tmp_path / f"{tag}.html"
        size, packed = onefile.write(whole, tag, path)
        assert size == path.stat().st_size <= MOST
        assert packed == len(gzip.compress(path.read_bytes(), 9)) <= MOST_PACKED


def test_the_markup_is_clean(copy: Page) -> None:
    copy.lint(copy.elements[0][1]["lang"])
    assert "data-untranslated" not in copy.html


def test_nothing_in_it_can_be_fetched_or_sent(copy: Page) -> None:
    ids = {attrs["id"] for _, attrs, _ in copy.elements if "id" in attrs} | {"level-likely"}
    ids |= {f"level-{level}" for level in ("likely", "possible", "unclear", "unlikely")}
    for tag, attrs, _ in copy.elements:
        assert not attrs.keys() & {"src", "srcset", "action", "formaction", "method", "ping"}, (tag, attrs)
        href = attrs.get("href", "#main")
        assert re.match(r"#|tel:\+|https?://|about:blank$", href), href
        assert not href.startswith("#") or href[1:] in ids, href
        if attrs.get("data-go"):
            assert {attrs["data-go"], f"q-{attrs['data-go']}"} & ids, attrs
    assert "url(" not in copy.html and "@import" not in copy.html


def test_its_policy_allows_its_own_style_and_scripts_alone(copy: Page) -> None:
    (meta,) = (a for a, _ in copy.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    policy = dict(part.split(" ", 1) for part in meta["content"].split("; "))
    assert policy["default-src"] == policy["form-action"] == policy["base-uri"] == "'none'"
    assert "self" not in meta["content"] and "frame-ancestors" not in policy
    for tag in ("style", "script"):
        inside = re.findall(rf"<{tag}>(.*?)</{tag}>", copy.html, re.S)
        assert inside and policy[f"{tag}-src"].split() == [f"'{integrity(text)}'" for text in inside]
    assert copy.html.index(meta["content"]) < copy.html.index("<style>"), "it stands before what it governs"


def test_every_claim_is_there_as_it_stands(copy: Page, whole: Pages) -> None:
    """With its date, its strength, what it says of the story, and the numbers of its sources."""
    t, text = whole.words[copy.elements[0][1]["lang"]], words(copy.html)
    order = [source.id for source in sources(whole)]
    for part, claim in whole.catalog.claims:
        if part in onefile.LEFT_OUT:
            continue
        said = words(str(t(claim.key)))
        assert said in text, claim.key
        if part in ("rights", "help"):
            continue
        numbers = ", ".join(str(order.index(id) + 1) for id in claim.sources)
        as_of = t.plain("claims.as_of", date=claim.as_of)
        standing = f"{t.plain(f'strengths.{claim.strength}')}, {as_of}. {numbers}"
        assert unescape(standing) in text[text.index(said) :], claim.key
        assert not claim.verdict or f"{t.plain(f'verdicts.{claim.verdict}')}. {said}" in text, claim.key


def test_every_source_is_there_once(copy: Page, whole: Pages) -> None:
    listed = copy.html.split('<ol class="cited">')[1].split("</ol>")[0]
    entries = [unescape(entry) for entry in listed.split("<li id=")[1:]]
    for n, (entry, source) in enumerate(zip(entries, sources(whole), strict=True), 1):
        assert entry.startswith(f'"s{n}"') and source.title in entry and source.publisher in entry
        assert f'href="{source.url}"' in entry or not source.url


def test_every_helper_is_there(copy: Page, whole: Pages, pages: Pages) -> None:
    served = Page(pages.page(copy.elements[0][1]["lang"], "help"))
    states = words(copy.html.split('<section id="states"')[1])
    calls = {attrs["href"] for attrs, _ in copy.all("a") if attrs["href"].startswith("tel:")}
    for attrs, _ in served.all("li"):
        if "data-provider" in attrs:
            provider = whole.catalog.providers[attrs["data-provider"]]
            assert provider.name in states, provider.id
            assert not provider.phone or f"tel:{provider.phone}" in calls, provider.id


def test_the_served_pages_stay_as_they_are(pages: Pages) -> None:
    for tag in LANGUAGES:
        page = pages.app(tag)
        assert "http-equiv" not in page and 'id="systems"' not in page
        assert f'action="/{tag}/results"' in page and f'href="/{tag}/systems" target="_blank"' in page


def test_the_command(tmp_path: Path) -> None:
    from click.testing import CliRunner

    path = tmp_path / "es.html"
    done = CliRunner().invoke(cli.export, ["--one-file", str(path), "--language", "es"])
    assert done.exit_code == 0, done.output
    assert f"{path.stat().st_size:,} bytes" in done.output and "with gzip" in done.output
    for wrong in ([], ["--one-file", str(path), str(tmp_path / "x")]):
        done = CliRunner().invoke(cli.export, wrong)
        assert done.exit_code == 2 and "--one-file" in done.output
