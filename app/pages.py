"""Every page: what goes into it, and how it is rendered. ``app.site`` writes them.

``build/site`` mirrors the URLs: ``en/index.html`` is ``/en/``, ``en/systems.html`` is ``/en/systems``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app import language, model, paper, picture, place, poster, reference, review, wording
from app.assets import Assets
from app.catalog import DATA
from app.county_map import CountyMap
from app.language import Words
from app.marked import Marked
from app.model import LEVELS, PAGES, SOURCE, Catalog, Provider, Rule
from app.open_data import SHEET_COLUMNS
from app.privacy import LEAVING, content_security_policy, headers, integrity
from app.reference import CAMERAS_KNOWN, COUNTY_FACTS

STORY = "s0"
#: Kinds of providers in the order shown, and the systems that move a kind to the top.
KINDS = {
    "immigration": ("ident", "uscis_prints", "mobile_fortify", "ice_ai"),
    "detention": ("jail_prints", "cap", "287g"),
    "tax": ("irs", "ssa", "medicaid"),
    "privacy": ("alpr", "plate_data", "dmv", "clearview"),
    "hotline": (),
    "lawyer_search": (),
    "records": (),
}


def spelled(rule: Rule) -> str:
    """A rule as the phone reads it: ``likely car:sometimes plate_cameras:yes``."""
    return " ".join([rule.level, *(f"{key}:{','.join(options)}" for key, options in rule.when.items())])


Gap = Callable[..., Markup]
NEW_TAB = Markup(' target="_blank"')


def default(name: str, otherwise: str = "") -> Markup:
    """Where nothing was posted, what stands in a gap."""
    # Only our templates call it, with markup of their own.
    return Markup(otherwise)  # noqa: S704 # nosec B704


def squeeze(html: str) -> str:
    """Markup without the white space between its lines."""
    return re.sub(r"\s*\n\s*", "\n", re.sub(r">\s*\n\s*<", "><", html)).strip()


def section(page: str) -> str:
    """Where the edition in one file has a page: a section of its own; behind "Erase and leave" is nothing."""
    return {"": "#start", "help": "#states", "bye": "about:blank"}.get(page, f"#{page}")


class Pages:
    """Renders every page of every language from one catalog, as it reads on one day."""

    def __init__(
        self,
        catalog: Catalog,
        words: Mapping[str, Words],
        today: date,
        root: str = "",
        *,
        static: bool = False,
        one_file: bool = False,
        pair: bool = False,
    ) -> None:
        """``root`` is the path the site stands under; ``static`` is for a host that answers no forms.

        With ``one_file``, links between pages lead to sections of one page (``app.onefile``). With ``pair``,
        texts are named, for ``app.pair`` to join two pages.
        """
        self.catalog = catalog
        self.words = {tag: Marked.of(t) for tag, t in words.items()} if pair else words
        self.alone = words
        self.today = today
        self.assets = Assets.read(pair=pair)
        self.environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        self.environment.filters |= {
            "alone": paper.alone,
            "phone": language.phone,
            "host": lambda url: urlsplit(url).hostname or url,
            "spelled": spelled,
            "source": lambda id: catalog.sources[id],
            "hard_words": lambda system: wording.hard_words(catalog, system),
            "stale": lambda system: review.stale(system, today),
        }
        self.environment.tests["past"] = lambda value: review.past(value, today)
        self.environment.globals |= {
            "catalog": catalog,
            "en": words[SOURCE],
            "languages": [] if one_file else list(words.values()),
            "levels": LEVELS,
            "integrity": integrity(self.assets.later),
            "operator": {
                "name": os.environ.get("OPERATOR_NAME", ""),
                "contact": os.environ.get("OPERATOR_CONTACT", ""),
            },
            "root": root,
            "pair": pair,
            "static": static,
            "one_file": one_file,
            "needs_script": Markup(' class="js"') if one_file else "",
            "way": lambda t, page: section(page) if one_file else f"{root}/{t.path}/{page}",
            "go": lambda page: Markup(' data-go="{}"').format(section(page)[1:]) if one_file else "",
            "app_page": False,
            "app_style": False,
            "new_tab": "",
        }
        sources = {
            "css": self.assets.style,
            "pages_css": self.assets.pages_style,
            "paper_css": self.assets.paper_style,
            "js": self.assets.script,
            "beside_js": self.assets.beside,
            "own_js": self.assets.own,
            "projector_js": self.assets.projector,
            "listen_js": self.assets.listen,
            "onefile_css": self.assets.file_style,
            "onefile_js": self.assets.file_script,
        }
        self.environment.globals |= {
            "intake_rules": self.assets.intake_rules,
            "listen_rules": self.assets.listen_rules,
        }
        for name, source in sources.items():
            # These are the files in static/.
            self.environment.globals[name] = Markup(source)  # noqa: S704 # nosec B704

    def marked(self) -> Pages:
        """The same pages, with every text named."""
        root = str(self.environment.globals["root"])
        return Pages(self.catalog, self.alone, self.today, root, pair=True)

    # --- the parts of a page -----------------------------------------------------------------------

    def render(self, template: str, tag: str, path: str, title: str, **context: object) -> str:
        """A page as HTML. ``path`` is what follows the language in the URL."""
        made = self.environment.get_template(template).render(
            t=self.words[tag], title=title, path=path, **context
        )
        return squeeze(made)

    @cached_property
    def parts(self) -> Any:
        """The macros that several pages share."""
        return self.environment.get_template("parts.html").module

    def cited(self, claims: Iterable[model.Claim]) -> list[model.Source]:
        ids = dict.fromkeys(source for claim in claims for source in claim.sources)
        return [self.catalog.sources[id] for id in ids]

    def letters(self, system: str) -> list[model.Letter]:
        """Ways to ask about a system."""
        return [letter for letter in self.catalog.letters if system in letter.systems]

    def local(self, state: str) -> list[tuple[str, tuple[str, ...], list[Provider]]]:
        """A state's providers by kind: kind, the systems it fits, providers."""
        here = [p for p in self.catalog.providers.values() if p.state == state]
        groups = [(kind, fits, [p for p in here if p.kind == kind]) for kind, fits in KINDS.items()]
        return [group for group in groups if group[2]]

    def states(self, tag: str) -> list[str]:
        """State codes by the name they have in the language."""
        return sorted(self.catalog.states, key=lambda code: self.words[tag].plain(f"state.{code}").casefold())

    @cached_property
    def county_map(self) -> CountyMap:
        return CountyMap.read(DATA)

    def map(self, tag: str) -> dict[str, object]:
        """What stands around the maps by county, and the table that says the same."""
        drawn, order = self.county_map, self.states(tag)
        counts = drawn.counts()
        whole, single = drawn.shapeless()
        return {
            "listed": drawn.listed, "mapped": drawn.mapped, "known": CAMERAS_KNOWN, "single": single,
            "whole": [code for code in order if code in whole],
            "table": [(code, counts[code]) for code in order if code in counts],
        }  # fmt: skip

    def picture(self, tag: str) -> dict[str, object]:
        """The drawing, which has room for one language, and what it shows in words."""
        return {"whole": picture.whole(self.alone[tag]), "said": picture.said(self.alone[tag])}

    def on_poster(self, tag: str) -> dict[str, object]:
        """The address in words and as a code, and whether there is one."""
        address = poster.address(tag)
        return {"address": address, "code": poster.code(address), "ready": poster.ready()}

    def paper(self, tag: str) -> dict[str, object]:
        """Questions with their boxes, and the key that the rules make of them."""
        labels = paper.labels(self.catalog.questions)
        places = list(labels)
        states = [state for state in self.catalog.states.values() if state.agreement_law == "barred"]
        return {
            "asked": paper.asked(self.catalog.questions),
            "labels": labels,
            "ordered": paper.ordered(self.catalog.systems),
            "letters": paper.letters(self.catalog.systems),
            "lines": {
                system.id: [
                    (line, [sorted(group, key=places.index) for group in line.groups])
                    for line in paper.key(system)
                ]
                for system in self.catalog.systems
            },
            "nothing": model.NONE, "not_sure": model.NOT_SURE, "county": model.COUNTY_RULE,
            "cameras": CAMERAS_KNOWN,
            "listed": self.county_map.listed,
            "barred": [code for code in self.states(tag) if self.catalog.states[code] in states],
            "barred_by": max((state.agreement_law_as_of for state in states), default=""),
            "states": self.states(tag),
            "address": poster.site().partition("://")[2],
            "ready": poster.ready(),
        }  # fmt: skip

    # --- GET pages ---------------------------------------------------------------------------------

    def app(self, tag: str, gap: Gap = default) -> str:
        """The whole app. ``gap`` makes what stands where a posted form would differ."""
        return self.render(
            "app.html", tag, "/", self.words[tag].plain("app.title"), app_page=True, app_style=True,
            new_tab=NEW_TAB, states=self.states(tag), gap=gap,
        )  # fmt: skip

    def page(self, tag: str, name: str) -> str:
        """One of the pages beside the app."""
        t, story = self.words[tag], self.catalog.sources[STORY]
        extra: dict[str, object] = {"story": story}
        match name:
            case "systems":
                cited = {system.id: self.cited(system.claims) for system in self.catalog.systems}
                extra |= {
                    "sections": model.SECTIONS,
                    "letters": {system.id: self.letters(system.id) for system in self.catalog.systems},
                    "cited": cited | {"unknown": self.cited(self.catalog.unknown)},
                    "map": self.map(tag),
                    "picture": self.picture(tag),
                }
            case "help":
                extra |= {"state": "", "by_state": [(code, self.local(code)) for code in self.states(tag)]}
            case "privacy":
                extra["headers"] = headers(content_security_policy(self.assets.styles, self.assets.scripts))
            case "place":
                states = self.catalog.states
                extra["places"] = [
                    (code, place.state_lines(states[code], t, self.today)) for code in self.states(tag)
                ]
                blank = {
                    name: Markup("{{{}}}").format(name)
                    for name in ("date", "number", "name", "question", "answer")
                }
                extra |= {
                    "days": reference.shown(DATA).days,
                    "blank": blank,
                    "county_lines": [(name, t(f"place.county.{name}", **blank)) for name in COUNTY_FACTS],
                }
            case "rights":
                extra |= {
                    "places": model.PLACES,
                    "cited_here": self.cited([*self.catalog.rights, *self.catalog.places]),
                }
            case "training":
                named = {f"{part}.{claim.id}": claim for part, claim in self.catalog.claims}
                drawn = {topic: picture.one(self.alone[tag], topic) for topic in self.catalog.topics}
                extra["picture"] = self.picture(tag) | {"topics": drawn}
                extra["check"] = [(said, named[said.claim]) for said in self.catalog.session.check]
            case "poster":
                extra |= self.on_poster(tag)
            case "paper":
                extra |= self.paper(tag)
            case "zine":
                extra |= self.on_poster(tag)
            case "tools":
                extra["columns"] = SHEET_COLUMNS
            case "letters":
                asked = [(system, self.letters(system.id)) for system in self.catalog.systems]
                extra["by_system"] = [(system, letters) for system, letters in asked if letters]
            case "sources":
                parts = groupby(self.catalog.claims, key=lambda pair: pair[0])
                parts_of = [(part, t.part(part), [c for _, c in claims]) for part, claims in parts]
                extra |= {
                    "parts_of": parts_of,
                    "part_names": [(part, name) for part, name, _ in parts_of],
                    "strengths": [(id, t(f"strengths.{id}")) for id in model.STRENGTHS],
                    "verdicts": [(id, t(f"verdicts.{id}")) for id in model.VERDICTS],
                    "sections": model.SECTIONS,
                    "laws": [
                        (code, law) for code in self.states(tag) if (law := self.catalog.states[code].law)
                    ],
                }
        return self.render(f"{name}.html", tag, f"/{name}", t.plain(f"{name}.title"), **extra)

    def feed(self) -> str:
        """``/changes.xml``: what changed, as an Atom feed in English."""
        address = os.environ.get("PUBLIC_URL", "").rstrip("/")
        return self.environment.get_template("changes.xml").render(t=self.words[SOURCE], address=address)

    def state_help(self, tag: str, state: str) -> str:
        """Legal help of one state, for sharing and print."""
        t = self.words[tag]
        title = t.plain("help.state_title", name=t(f"state.{state}"))
        return self.render("help.html", tag, f"/help/{state}", title, state=state, local=self.local(state))

    def manifest(self, tag: str) -> dict[str, Any]:
        """``/<lang>/manifest.webmanifest``: how a kept copy is called and where it starts."""
        t, root = self.words[tag], self.environment.globals["root"]
        icon = {"src": f"{root}/icon.svg", "sizes": "any", "type": "image/svg+xml"}
        return {
            "name": t.plain("app.name"), "lang": tag, "dir": t.dir, "start_url": f"{root}/{tag}/",
            "scope": f"{root}/", "display": "standalone", "icons": [icon],
            "background_color": "#faf5ea", "theme_color": "#faf5ea",
        }  # fmt: skip

    def choose(self) -> str:
        """The page at the root of a host that cannot redirect: every language by its own name."""
        return self.render("choose.html", SOURCE, "/", self.words[SOURCE].plain("app.name"))

    def bye(self, tag: str, name: str) -> str:
        """A page behind "Erase and leave"; LEAVE_URL names another than ours to end on."""
        away = os.environ.get("LEAVE_URL", "")
        return self.render(
            "bye.html", tag, f"/{name}", self.words[tag].plain("bye.title"), name=name, away=away
        )

    def error(self, tag: str, name: str) -> str:
        """A page that says what went wrong (``404``, ``400_form``), without a word of what was sent."""
        title = self.words[tag].plain(f"errors.{name[:3]}_title")
        return self.render("error.html", tag, "/", title, text=f"errors.{name}")

    # --- the site ----------------------------------------------------------------------------------

    def all(self) -> Iterable[tuple[str, str]]:
        """(file, HTML) of every GET page."""
        for tag in self.words:
            yield f"{tag}/index.html", self.app(tag)
            for name in LEAVING:
                yield f"{tag}/{name}.html", self.bye(tag, name)
            for name in PAGES:
                yield f"{tag}/{name}.html", self.page(tag, name)
            for state in self.catalog.states:
                yield f"{tag}/help/{state}.html", self.state_help(tag, state)
