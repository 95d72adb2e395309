"""The commands: build, check, catalogs, schema, sizes, serve."""

from __future__ import annotations

import json
import os
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app import catalog, language, review, shapes, site, wording
from app.catalog import CONTENT
from app.entries import ContentError
from app.pages import BUILD, ROOT, Pages

#: What an operator sets, so that people know who runs the copy they use.
SIGNATURE = ("OPERATOR_NAME", "OPERATOR_CONTACT", "PUBLIC_URL")
#: A connection that sends nothing is let go after this many seconds.
IDLE = 30


def register(app: Flask) -> None:
    for command in (build, check, catalogs, schema, sizes, serve):
        app.cli.add_command(command)


def pages() -> Pages:
    """The pages of the app that the command was started with; its content has been checked."""
    return current_app.extensions["pages"]  # type: ignore[no-any-return]


@click.command()
@click.option("--deploy", is_flag=True, help="Fail unless someone has signed this copy.")
@click.option("--strict", is_flag=True, help="Fail if a statement is overdue for another look.")
@click.option("--stale", type=click.IntRange(0), metavar="DAYS", help="List what falls due within DAYS.")
@click.option("--ics", type=click.Path(path_type=Path, dir_okay=False), help="Write that list as a calendar.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="Look from another day than today.")
@with_appcontext
def check(deploy: bool, strict: bool, stale: int | None, ics: Path | None, today: datetime | None) -> None:
    """Read all content and say what is wrong with it, and what is overdue for another look."""
    if ics and stale is None:
        raise click.UsageError("--ics needs --stale DAYS.")
    day = today.date() if today else date.today()
    try:
        content = catalog.load(today=day.isoformat())
    except ContentError as error:
        raise SystemExit(str(error)) from None
    stop_on_faults()
    unset = [name for name in SIGNATURE if deploy and not os.environ.get(name)]
    if unset:
        raise SystemExit(f"Nobody has signed this copy. Set {', '.join(unset)}.")
    if stale is not None:
        soon = review.due(content, day + timedelta(stale))
        late = review.overdue(soon, day)
        for item in soon:
            what = "changes its meaning" if item.changes else f"last read {item.claim.checked}"
            mark = " OVERDUE" if item in late else ""
            click.echo(f"{item.day}  {item.claim.origin:32} {item.claim.key}: {what}{mark}")
        if ics:
            ics.write_bytes(review.calendar(pages().words[language.SOURCE], soon))
        return
    overdue = review.overdue(review.due(content), day)
    for item in overdue:
        click.echo(
            f"{item.claim.origin}: review_by: {item.claim.review_by} has passed;"
            f" {item.claim.key} was last read {item.claim.checked}"
        )
    click.echo(
        f"{len(list(content.claims))} claims, {len(content.sources)} sources,"
        f" {len(content.texts)} texts, {len(content.providers)} providers:"
        f" no problem found, {len(overdue)} overdue"
    )
    if strict and overdue:
        raise SystemExit(1)


def stop_on_faults() -> None:
    """End with every hard word left unexplained and every unfair phrase, in any language."""
    languages = pages().words.values()
    faults = [*wording.unexplained(pages().catalog), *wording.idle(languages)]
    for words in languages:
        faults += wording.unfair(words)
    if faults:
        raise SystemExit("\n".join(faults))


@click.command()
@with_appcontext
def build() -> None:
    """Check the content, bake reference.db, render and compress every page."""
    stop_on_faults()
    site.write(pages(), BUILD)


@click.command()
@with_appcontext
def catalogs() -> None:
    """Bring translations/ up to the content; untouched files stay as they are."""
    for tag in language.NAMES:
        if tag != language.SOURCE and language.update_messages(pages().catalog, tag):
            click.echo(f"{language.messages_file(tag).relative_to(ROOT)} written")


@click.command()
def schema() -> None:
    """Write app/content/schema/, which lets editors complete and check the YAML as one types."""
    for name, made in shapes.schemas().items():
        text = json.dumps(made, indent=1, ensure_ascii=False) + "\n"
        (CONTENT / "schema" / f"{name}.json").write_text(text, "utf-8")


@click.command()
@with_appcontext
def sizes() -> None:
    """Bytes of the app page per language: as it is, gzip, brotli."""
    for tag in language.NAMES:
        page = BUILD / "site" / tag / "index.html"
        plain, gz, br = (page.with_name(page.name + end).stat().st_size for end in ("", ".gz", ".br"))
        click.echo(f"{tag:8} plain {plain:>7,}  gzip {gz:>6,}  brotli {br:>6,}")


@click.command()
@with_appcontext
def serve() -> None:
    """Serve the built site with waitress on HOST and PORT."""
    from waitress.server import create_server

    from app.privacy import MAX_BODY

    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    if not (BUILD / "site").exists():
        raise SystemExit("There is nothing to serve yet: run `make run`, or `flask --app app build`.")
    if not port.isdigit() or int(port) > 65535:
        raise SystemExit(f"PORT must be a number from 0 to 65535, not {port}.")
    try:
        server = create_server(
            current_app._get_current_object(),  # type: ignore[attr-defined]
            host=host, port=int(port), max_request_body_size=MAX_BODY,
            ident=None, channel_timeout=IDLE, threads=4,
        )  # fmt: skip
    except OSError as error:
        raise SystemExit(
            f"Cannot serve on {host}:{port}: {error.strerror}. Try another: make run PORT=8001"
        ) from None
    click.echo(f"On File is at http://{host}:{port}", file=sys.stderr)
    server.run()
