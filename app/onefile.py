"""The edition in one file, to hand on by memory stick or chat: no network, no server."""

from __future__ import annotations

import gzip
from collections import Counter
from itertools import groupby
from pathlib import Path

from markupsafe import Markup

from app.model import SECTIONS, SOURCE, Catalog, Provider
from app.pages import KINDS, STORY, Pages, default
from app.privacy import file_policy

#: Parts that have no room in the file: their pages are there to be printed.
LEFT_OUT = ("places", "letters", "place")


def listing(provider: Provider) -> tuple[str, str]:
    """The list that a provider stands on, and its date."""
    return provider.listed_by, provider.listed_on


def lists(catalog: Catalog) -> dict[tuple[str, str], Provider]:
    """Every list that local providers stand on, the longest first, with one of those on it."""
    local = [p for p in catalog.providers.values() if p.state]
    counts = Counter(map(listing, local))
    first = {listing(p): p for p in reversed(local)}
    return {found: first[found] for found, _ in counts.most_common()}


def whole(pages: Pages, tag: str) -> str:
    """The edition in one file: the app and what the pages beside it say, with its own policy."""
    catalog, listed = pages.catalog, lists(pages.catalog)
    numbers = {found: n for n, found in enumerate(listed, 1)}
    sources = pages.cited(claim for part, claim in catalog.claims if part not in LEFT_OUT)

    def by_list(found: list[Provider]) -> list[tuple[int, list[Provider]]]:
        def number(provider: Provider) -> int:
            return numbers[listing(provider)]

        return [(n, list(same)) for n, same in groupby(sorted(found, key=number), key=number)]

    local = {code: pages.local(code) for code in pages.states(tag)}
    styles = (pages.assets.style, pages.assets.file_style)
    # Hashes and words of the policy; its quotes must stay what they are.
    policy = Markup(file_policy(styles, pages.assets.file_scripts))  # noqa: S704 # nosec B704
    return pages.render(
        "onefile.html", tag, "/", pages.words[tag].plain("app.title"), app_page=True, app_style=True,
        gap=default, states=list(local), sections=SECTIONS, left_out=LEFT_OUT, story=catalog.sources[STORY],
        sources=sources, number={source.id: n for n, source in enumerate(sources, 1)},
        english=Markup(' lang="{}"').format(SOURCE) if tag != SOURCE else "",
        rights_sources=[source.id for source in pages.cited(catalog.rights)], lists=list(listed.values()),
        by_state=[
            (code, groups, [(kind, fits, by_list(found)) for kind, fits, found in groups])
            for code, groups in local.items()
        ],
        policy=policy, kinds=KINDS.items(),
    )  # fmt: skip


def write(pages: Pages, tag: str, path: Path) -> tuple[int, int]:
    """Write the edition in one file; its size as it lies, and with gzip."""
    body = whole(pages, tag).encode()
    path.write_bytes(body)
    return len(body), len(gzip.compress(body, 9, mtime=0))
