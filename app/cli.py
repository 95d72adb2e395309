"""The commands: build, check, catalogs, sizes, serve."""

from __future__ import annotations

import os
import sys

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app import language, site
from app.pages import BUILD, ROOT, Pages

#: What an operator sets, so that people know who runs the copy they use.
SIGNATURE = ("OPERATOR_NAME", "OPERATOR_CONTACT", "PUBLIC_URL")
#: A connection that sends nothing is let go after this many seconds.
IDLE = 30


def register(app: Flask) -> None:
    for command in (build, check, catalogs, sizes, serve):
        app.cli.add_command(command)


def pages() -> Pages:
    """The pages of the app that the command was started with; its content has been checked."""
    return current_app.extensions["pages"]  # type: ignore[no-any-return]


@click.command()
@click.option("--deploy", is_flag=True, help="Fail unless someone has signed this copy.")
@with_appcontext
def check(deploy: bool) -> None:
    """Read all content and say what is wrong with it."""
    content = pages().catalog
    unset = [name for name in SIGNATURE if deploy and not os.environ.get(name)]
    if unset:
        raise SystemExit(f"Nobody has signed this copy. Set {', '.join(unset)}.")
    click.echo(
        f"{len(list(content.claims))} claims, {len(content.sources)} sources,"
        f" {len(content.texts)} texts, {len(content.providers)} providers: no problem found"
    )


@click.command()
@with_appcontext
def build() -> None:
    """Check the content, bake reference.db, render and compress every page."""
    site.write(pages(), BUILD)


@click.command()
@with_appcontext
def catalogs() -> None:
    """Bring translations/ up to the content; untouched files stay as they are."""
    for tag in language.NAMES:
        if tag != language.SOURCE and language.update_messages(pages().catalog, tag):
            click.echo(f"{language.messages_file(tag).relative_to(ROOT)} written")


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
