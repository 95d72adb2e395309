"""The site as plain files: the same bytes as the app serves, the same headers, under any path."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app import cli, export
from app.files import address
from app.pages import Pages
from app.privacy import CLEAR, LEAVING, headers
from tests.conftest import LANGUAGES, TODAY, Client

NOSCRIPT = re.compile(r"<noscript><p class=\"mark\">[^<]+</p></noscript>")
TWO = re.compile('<section id="two">.*?</section>', re.S)


def exported(folder: Path, built: Path, root: str = "") -> Path:
    from datetime import date

    made = cli.pages(date.fromisoformat(TODAY), root, static=True)
    export.write(made, folder, built / "site", root)
    return folder


@pytest.fixture(scope="session")
def copy(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(tmp_path_factory.mktemp("export") / "site", built)


def test_every_byte_is_what_the_app_serves(copy: Path, built: Path, client: Client) -> None:
    """But for a sentence to people without JavaScript, and the ways to two languages at once."""
    ours, served = (
        {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        for folder in (copy, built / "site")
    )
    own = {"_headers", "Caddyfile", "headers.nginx.conf"}
    own |= {f"{name}.html{end}" for name in ("index", "404") for end in ("", ".br", ".gz")}
    assert ours == served | own
    for name in served - {"reference.db"}:
        mine = (copy / name).read_bytes()
        if "/languages.html" in name:  # two at once are made when asked for
            assert name.endswith((".br", ".gz")) or not re.search(b"[+]e[ns]/", mine)
            continue
        if name.endswith((".br", ".gz")):
            continue
        if name.endswith("/tools.html"):
            said, count = TWO.subn("", client.open(address(name)).text)
            assert count == 1 and mine.decode().split() == said.split()
            continue
        if name.endswith("/index.html"):
            plain, count = NOSCRIPT.subn("", mine.decode())
            assert count == 1
            mine = plain.encode()
        assert mine == client.open(address(name)).data, name
        for end in (".br", ".gz"):
            same = (copy / (name + end)).read_bytes() == (built / "site" / (name + end)).read_bytes()
            assert same is not name.endswith("/index.html"), name


def test_the_headers_are_the_app_s_own(copy: Path, pages: Pages) -> None:
    """The whole table and no more, for every address; what the way out has on top stands there alone."""
    table = {**headers(export.policy(pages)), "Cache-Control": "no-cache"}
    nginx = (copy / "headers.nginx.conf").read_text("utf-8")
    top, leave = nginx.split("/[^/]+/(bye|kitchen)$ ")
    sent = re.compile(r"add_header (\S+) (?:\"([^\"]*)\"|'([^']*)') always;")
    assert {name: value for name, value, _ in sent.findall(top)} == table
    assert {name: a or b for name, a, b in sent.findall(leave)} == table | {"Clear-Site-Data": CLEAR}
    assert "add_header" not in top.partition("\nlocation")[2], "one there would undo those above"
    caddy = (copy / "Caddyfile").read_text("utf-8")
    (block,) = re.findall(r"^header \{\n(.*?)\n\}", caddy, re.DOTALL | re.MULTILINE)
    assert dict(re.findall(r"^  (\S+) `(.*)`$", block, re.MULTILINE)) == table
    assert re.findall(r"^header (?!\{)(.*)$", caddy, re.MULTILINE) == [
        f"/*/{name} Clear-Site-Data `{CLEAR}`" for name in LEAVING
    ]
    blocks = re.findall(r"^(/\S*)\n((?:  .*\n)+)", (copy / "_headers").read_text("utf-8"), re.MULTILINE)
    assert {path: dict(re.findall(r"  (\S+): (.*)\n", lines)) for path, lines in blocks} == {
        "/*": table,
        **{f"/{tag}/{name}": {"Clear-Site-Data": CLEAR} for tag in LANGUAGES for name in LEAVING},
    }  # fmt: skip


def test_under_a_path(copy: Path, built: Path, tmp_path: Path) -> None:
    """Every address of ours starts with the path; nothing else differs."""
    below = exported(tmp_path / "below", built, "/on-file")
    for path in below.rglob("*.html"):
        text = path.read_text("utf-8")
        for found in re.findall(r'(?:href|action|formaction|src)="(/[^"]*)"', text):
            assert found.startswith("/on-file/"), (path, found)
        other = (copy / path.relative_to(below)).read_text("utf-8")
        assert text.replace("/on-file", "") == other, path


@pytest.mark.parametrize("root", ["on-file", "/", "/On File", "/a//b"])
def test_a_wrong_path_is_said_plainly(root: str, tmp_path: Path) -> None:
    from click.testing import CliRunner

    done = CliRunner().invoke(cli.export, [str(tmp_path / "x"), "--root", root])
    assert done.exit_code == 2 and "--root must look like /on-file" in done.output


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    from click.testing import CliRunner

    (tmp_path / "mine").write_text("mine")
    done = CliRunner().invoke(cli.export, [str(tmp_path)])
    assert done.exit_code == 2 and "is not empty" in done.output
