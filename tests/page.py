"""A page as a test sees it: parsed once, linted always."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
SVG = {"path", "rect", "use", "circle"}


class Page(HTMLParser):
    """Elements in order as (tag, attributes, text so far); raises on markup a browser would have to mend.

    ``loads`` are the elements that fetch something by themselves: those with a ``src``, outside templates.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.elements: list[tuple[str, dict[str, str], list[str]]] = []
        self.open: list[tuple[str, list[str]]] = []
        self.loads: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = Counter(name for name, _ in attrs)
        assert max(names.values(), default=1) == 1, f"<{tag}> says something twice: {names}"
        text: list[str] = []
        self.elements.append((tag, {name: value or "" for name, value in attrs}, text))
        if "src" in names and all(opened != "template" for opened, _ in self.open):
            self.loads.append(tag)
        if tag not in VOID and not (self.get_starttag_text() or "").endswith("/>"):
            self.open.append((tag, text))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in SVG, f"<{tag}/> is no element of SVG"
        self.elements.append((tag, {name: value or "" for name, value in attrs}, []))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        opened, _ = self.open.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"

    def handle_data(self, data: str) -> None:
        for _, text in self.open:
            text.append(data)

    def all(self, tag: str = "", **attributes: str) -> list[tuple[dict[str, str], str]]:
        """Elements of a kind: their attributes and their text."""
        wanted = {name.strip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            (attrs, " ".join("".join(text).split()))
            for name, attrs, text in self.elements
            if (not tag or tag == name) and all(attrs.get(k) == v for k, v in wanted.items())
        ]

    def findings(self) -> dict[str, tuple[str, str]]:
        """System → (level, depends) of every card."""
        return {
            attrs["id"].removeprefix("system-"): (attrs["data-level"], attrs["data-depends"])
            for attrs, _ in self.all("article")
            if "data-level" in attrs
        }

    @property
    def text(self) -> str:
        return " ".join("".join(self.elements[0][2]).split())

    def lint(self, language: str | None = None) -> None:
        """What holds for every page of ours."""
        first = self.elements[0]
        assert first[0] == "html"
        assert re.match(r'<!doctype html>\s*<html lang="[^"]+" dir="(ltr|rtl)">', self.html)
        assert language is None or first[1]["lang"] == language
        (_, heading), *more = self.all("h1")
        assert not more, "two h1"
        (_, title), *_ = self.all("title")
        assert title.startswith(heading), (title, heading)
        ids = Counter(attrs["id"] for _, attrs, _ in self.elements if "id" in attrs)
        assert max(ids.values(), default=1) == 1, f"ids twice: {[i for i, n in ids.items() if n > 1]}"
        assert not self.loads, f"{self.loads} load by themselves"
        for tag, attrs, text in self.elements:
            assert not any(name.startswith("on") or name == "style" for name in attrs), (tag, attrs)
            assert attrs.get("src", "/later.js") == "/later.js", attrs
            assert tag not in ("img", "iframe", "link", "object", "embed", "audio", "video"), tag
            if tag == "a" and attrs.get("href", "").startswith("http"):
                assert attrs["rel"] == "noopener noreferrer", attrs
            if tag == "label":
                assert "for" not in attrs or attrs["for"] in ids, attrs
            if tag in ("select", "textarea"):
                assert any(a.get("for") == attrs["id"] for t, a, _ in self.elements if t == "label"), attrs
            if "aria-hidden" not in attrs and tag in (
                "a",
                "button",
                "summary",
                "legend",
                "option",
                "h1",
                "h2",
                "h3",
            ):
                assert "".join(text).strip() or "aria-label" in attrs, f"empty {tag} {attrs}"
            for name in ("aria-describedby", "aria-labelledby"):
                assert attrs.get(name, "html") in {*ids, "html"}, attrs
        assert "866-347-2423" not in self.html and "8663472423" not in self.html
