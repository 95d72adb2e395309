"""Styles and scripts from ``static/``, made small."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import minify

STATIC = Path(__file__).parent.parent / "static"
#: Scripts of single pages, in one: each hash takes room in the headers. They run where their element is.
OWN = {"#echo": "echo.js", "#keep": "keep.js", "#find": "sources.js"}
#: What the app's second script does besides fetching, a file each.
LATER = ("counties.js", "picture.js", "intake.js", "sheet.js", "listen.js")


@dataclass(frozen=True)
class Assets:
    """Styles and scripts as they reach the phone: ``later`` is a file of its own, the rest stands inline."""

    style: str
    pages_style: str
    paper_style: str
    script: str
    beside: str
    own: str
    projector: str
    listen: str
    later: str
    worker: str
    file_style: str
    file_script: str
    #: Rules that the second script makes one by one: a line each.
    intake_rules: str
    listen_rules: str
    #: Styles of pages that these fetch: one language takes the place of two.
    fetched: tuple[str, ...] = ()

    @property
    def styles(self) -> tuple[str, ...]:
        return (self.style, self.pages_style, self.paper_style, *self.fetched)

    @property
    def scripts(self) -> tuple[str, ...]:
        return (self.script, self.beside, self.own, self.projector, self.listen, self.later)

    @property
    def file_scripts(self) -> tuple[str, ...]:
        """Those of the edition in one file."""
        return (self.script, self.file_script)

    @classmethod
    def read(cls, static: Path = STATIC, *, pair: bool = False) -> Assets:
        """With ``pair``, those of pages in two languages at once, which say more."""

        def text(*names: str) -> str:
            return "".join((static / name).read_text("utf-8") for name in names)

        def blocks(*names: str) -> str:
            """Scripts that share what stands before them, and keep their own names to themselves."""
            return "".join(f"{{{text(name)}}}" for name in names)

        def js(source: str) -> str:
            return str(minify.string("application/javascript", source))

        style, app, aloud = text("app.css"), text("assess.js", "app.js"), ""
        if pair:  # what app.js makes of words, pair.js makes anew
            style, aloud = style + text("pair.css"), text("aloud.js")
            app = app.replace("const ", "let ") + text("pair.js") + aloud
        pages = text("pages.css", "training.css", "picture.css", "projector.css", "listen.css")
        projector = f"(()=>{{{text('projector.js')}}})()"
        return cls(
            minify.string("text/css", style),
            minify.string("text/css", pages),
            minify.string("text/css", text("paper.css")),
            js(f"(()=>{{{app}}})()"),
            js(f"(()=>{{{text('shift.js', 'beside.js')}{aloud}}})()"),
            js("".join(f"if(document.querySelector('{css}')){{{text(name)}}}" for css, name in OWN.items())),
            js(projector),
            js(text("listen.js")),
            js(f"(()=>{{{text('shift.js', 'later.js')}{blocks(*LATER)}}})()"),
            js(text("worker.js")),
            minify.string("text/css", text("pages.css", "onefile.css", "projector.css")),
            js(f"(()=>{{{text('shift.js', 'later.js', 'onefile.js')}}})();{projector}"),
            text("intake.css"),
            text("listen.css"),
            (minify.string("text/css", text("app.css")),) if pair else (),
        )
