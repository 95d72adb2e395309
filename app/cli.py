"""The commands: build, check, export, import, catalogs, languages, schema, sizes, serve.

Each imports what it needs by itself: a worker that serves a build reads no content and renders nothing.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.model import LANGUAGES, NAMES, SOURCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from waitress.server import BaseWSGIServer

    from app.importers.writing import Report
    from app.pages import Pages

#: What an operator sets, so that people know who runs the copy they use.
SIGNATURE = ("OPERATOR_NAME", "OPERATOR_CONTACT", "PUBLIC_URL")
#: A connection that sends nothing is let go after this many seconds.
IDLE = 30
#: Waitress would write a larger answer to a temporary file first; the largest, reference.db, has about 1 MB.
MEMORY_FOR_ANSWER = 1 << 30
#: Longer headers are refused: browsers send a tenth of it, and work grows with what is to be read.
MAX_HEADER = 24 * 1024


def register(app: Flask) -> None:
    for command in (build, check, catalogs, languages, export, importing, schema, sizes, serve):
        app.cli.add_command(command)


def build_folder() -> Path:
    from app import BUILD

    return BUILD


def pages(
    today: date | None = None, root: str = "", *, static: bool = False, one_file: bool = False
) -> Pages:
    """The pages, from content that has been checked; bad content ends the process.

    With ``today`` they read as on that day, and a date that lies ahead of it is bad content too.
    """
    from app import catalog, language
    from app.entries import ContentError
    from app.pages import Pages

    try:
        content = catalog.load(today=today.isoformat() if today else "")
    except ContentError as error:
        raise SystemExit(str(error)) from None
    return Pages(
        content, language.load(content), today or date.today(), root, static=static, one_file=one_file
    )


def stop_on_faults(made: Pages) -> Pages:
    """End with every hard word left unexplained and every unfair phrase, in any language."""
    from app import wording

    languages = made.words.values()
    faults = [*wording.unexplained(made.catalog), *wording.idle(languages)]
    for words in languages:
        faults += wording.unfair(words)
    for name, such in (("LEAVE_URL", "https://weather.example/"), ("PUBLIC_URL", "https://on-file.example")):
        if not re.match(r"https?://\S+$|$", os.environ.get(name, "")):
            faults.append(f"{name}: must be a whole web address, such as {such}")
    if faults:
        raise SystemExit("\n".join(faults))
    return made


@click.command()
@click.option("--deploy", is_flag=True, help="Fail unless someone has signed this copy.")
@click.option("--strict", is_flag=True, help="Fail if a statement is overdue for another look.")
@click.option("--stale", type=click.IntRange(0), metavar="DAYS", help="List what falls due within DAYS.")
@click.option("--ics", type=click.Path(path_type=Path, dir_okay=False), help="Write that list as a calendar.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="Look from another day than today.")
def check(deploy: bool, strict: bool, stale: int | None, ics: Path | None, today: datetime | None) -> None:
    """Read all content and say what is wrong with it, and what is overdue for another look."""
    if ics and stale is None:
        raise click.UsageError("--ics needs --stale DAYS.")
    from app import reference, review
    from app.catalog import DATA

    day = today.date() if today else date.today()
    made = stop_on_faults(pages(day))
    content = made.catalog
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
            ics.write_bytes(review.calendar(made.words[SOURCE], soon))
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
    for name, listed in reference.dates(DATA):
        click.echo(f"{name}: {listed}, {(day - first_day(listed)).days} days old")
    if strict and overdue:
        raise SystemExit(1)


def first_day(written: str) -> date:
    """The day that a date begins with, which may stop at the month or year."""
    return date.fromisoformat((written + "-01-01")[:10])


@click.command()
def build() -> None:
    """Check the content, bake reference.db, render and compress every page."""
    from app import site

    site.write(stop_on_faults(pages()), build_folder())


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option("--root", default="", help="The path the site will stand under, such as /on-file.")
@click.option("--one-file", type=click.Path(path_type=Path, dir_okay=False), help="Write one HTML file.")
@click.option("--language", type=click.Choice(list(NAMES)), default=SOURCE, help="The one file's language.")
def export(folder: Path | None, root: str, one_file: Path | None, language: str) -> None:
    """Write the whole site into FOLDER as files for any host: no server of ours, answers only on the phone.

    With --one-file, write the app and what it links to as one page to hand on, for phones without a network.
    """
    from app import export, onefile

    if one_file and not folder and not root:
        size, packed = onefile.write(stop_on_faults(pages(one_file=True)), language, one_file)
        click.echo(f"{one_file}: {size:,} bytes, {packed:,} with gzip")
        return
    if one_file or not folder:
        raise click.UsageError("Give either FOLDER, or --one-file and no --root.")
    if root and not re.fullmatch(r"(/[a-z0-9_-]+)+", root):
        raise click.UsageError("--root must look like /on-file: small letters, digits, - and _.")
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty.")
    export.write(stop_on_faults(pages(root=root, static=True)), folder, build_folder() / "site", root)
    click.echo(f"{folder}: {sum(1 for path in folder.rglob('*') if path.is_file())} files")


@click.group("import")
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Lists to renew, if not ours.",
)
@click.pass_context
def importing(context: click.Context, data: Path | None) -> None:
    """Renew a list in app/data from a file, all of it or nothing. Read the report, then `make build`."""
    from app.catalog import DATA

    context.obj = data or DATA


def imported(run: Callable[[], Report]) -> None:
    """Print what an import did, or why it did nothing."""
    from app.importers.reading import RefusedError

    try:
        click.echo(run())
    except RefusedError as error:
        raise SystemExit(str(error)) from None


FILE = click.argument("file", type=click.Path(path_type=Path))
SHRINK = click.option(
    "--accept-shrink", "shrink", is_flag=True, help="Take a list half as long as the one before."
)
AS_OF = click.option(
    "--as-of", default="", metavar="DATE", help="The list's date, if the file does not say it."
)


@importing.command("ice-287g")
@FILE
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The list's day, if the file's name is wrong."
)
@click.option("--sheet", default="", help="The sheet to read, if several hold agreements.")
@click.option("--accept-older", "older", is_flag=True, help="Take a list older than the one here.")
@SHRINK
@click.pass_obj
def ice_287g(data: Path, file: Path, as_of: datetime | None, sheet: str, older: bool, shrink: bool) -> None:
    """ICE's list of 287(g) agreements (.xlsx)."""
    from app.importers import ice

    day, today = as_of.date() if as_of else None, date.today()
    imported(lambda: ice.run(file, data, as_of=day, sheet=sheet, shrink=shrink, older=older, today=today))


@importing.command("atlas")
@FILE
@AS_OF
@SHRINK
@click.pass_obj
def import_atlas(data: Path, file: Path, as_of: str, shrink: bool) -> None:
    """EFF's Atlas of Surveillance (.csv)."""
    from app.importers import atlas

    imported(lambda: atlas.run(file, data, as_of=as_of, shrink=shrink, today=date.today()))


@importing.command("osm-alpr")
@FILE
@click.option("--shapes", type=click.Path(path_type=Path), help="us-atlas's counties-10m.json, for points.")
@AS_OF
@SHRINK
@click.pass_obj
def import_cameras(data: Path, file: Path, shapes: Path | None, as_of: str, shrink: bool) -> None:
    """Plate cameras that people mapped (.json, .csv)."""
    from app.importers import osm

    imported(lambda: osm.run(file, data, shapes=shapes, as_of=as_of, shrink=shrink, today=date.today()))


@importing.command("places")
@FILE
@click.pass_obj
def import_places(data: Path, file: Path) -> None:
    """What a local group knows (.csv)."""
    from app.importers import places

    imported(lambda: places.run(file, data, today=date.today()))


@importing.command("legal-help")
@FILE
@SHRINK
@click.pass_obj
def import_legal_help(data: Path, file: Path, shrink: bool) -> None:
    """A new legal_help.csv, as a whole."""
    from app.importers import legal_help

    imported(lambda: legal_help.run(file, data, shrink=shrink, today=date.today()))


@importing.command("eoir")
@FILE
@SHRINK
@click.pass_obj
def import_eoir(data: Path, file: Path, shrink: bool) -> None:
    """EOIR's list of pro bono providers (.pdf)."""
    from app.importers import eoir

    imported(lambda: eoir.run(file, data, shrink=shrink, today=date.today()))


@click.command()
def catalogs() -> None:
    """Bring translations/ up to the content; untouched files stay as they are."""
    from app import ROOT, language

    content = pages().catalog
    for tag in LANGUAGES:
        if tag != SOURCE and language.update_messages(content, tag):
            click.echo(f"{language.messages_file(tag).relative_to(ROOT)} written")


@click.command()
def languages() -> None:
    """Each language: whether it is published, how much of it is translated, and what was done for it."""
    from app import language

    content = pages().catalog
    wanted = {(text.key, text.msgid) for text in content.texts.values()}
    ledger = language.ledger()
    for tag, (name, _) in LANGUAGES.items():
        done = len(wanted if tag == SOURCE else wanted & language.read_translations(tag).keys())
        shown = "published" if tag in NAMES else "draft"
        steps = ", ".join(f"{step} {entry}" for step, entry in ledger.get(tag, {}).items() if entry)
        click.echo(f"{tag:8} {shown:10} {done:>5} of {len(wanted)}  {steps or 'the source'}  {name}")


@click.command()
def schema() -> None:
    """Write app/content/schema/, which lets editors complete and check the YAML as one types."""
    from app import shapes
    from app.catalog import CONTENT

    for name, made in shapes.schemas().items():
        text = json.dumps(made, indent=1, ensure_ascii=False) + "\n"
        (CONTENT / "schema" / f"{name}.json").write_text(text, "utf-8")


@click.command()
def sizes() -> None:
    """Bytes of the app page per language: as it is, gzip, brotli."""
    for tag in NAMES:
        page = build_folder() / "site" / tag / "index.html"
        plain, gz, br = (page.with_name(page.name + end).stat().st_size for end in ("", ".gz", ".br"))
        click.echo(f"{tag:8} plain {plain:>7,}  gzip {gz:>6,}  brotli {br:>6,}")


def server(app: Flask, host: str, port: int) -> BaseWSGIServer:
    """The server that every copy runs on, ready to ``run()``. Raises OSError where the port is taken.

    With waitress's own hundred connections, a hundred idle phones would shut everybody else out. An answer is
    handed over whole: sending its first bytes while the rest was written made waitress spin, and at 64
    connections ten times slower.
    """
    from waitress.server import create_server

    from app.privacy import MAX_BODY, forget_addresses, terse
    from app.wire import Channel

    logging.getLogger("waitress").addFilter(terse)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line for every request that waits
    forget_addresses()
    made: BaseWSGIServer = create_server(
        app, host=host, port=port, max_request_body_size=4 * MAX_BODY, max_request_header_size=MAX_HEADER,
        ident=None, threads=2, connection_limit=900, asyncore_use_poll=True, send_bytes=1_000_000,
        channel_timeout=IDLE, cleanup_interval=5, outbuf_overflow=MEMORY_FOR_ANSWER,
    )  # fmt: skip
    made.channel_class = Channel
    return made


@click.command()
@with_appcontext
def serve() -> None:
    """Serve the built site with waitress on HOST and PORT."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash would write down what people sent
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    if "healthz" not in current_app.view_functions:
        raise SystemExit("There is nothing to serve yet: run `make run`, or `flask --app app build`.")
    if not port.isdigit() or int(port) > 65535:
        raise SystemExit(f"PORT must be a number from 0 to 65535, not {port}.")
    try:
        made = server(current_app._get_current_object(), host, int(port))  # type: ignore[attr-defined]
    except OSError as error:
        raise SystemExit(
            f"Cannot serve on {host}:{port}: {error.strerror}. Try another: make run PORT=8001"
        ) from None
    click.echo(f"On File is at http://{host}:{port}", file=sys.stderr)
    made.run()
