"""The commands, run as a newcomer runs them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from app import cli, language
from app.model import LANGUAGES

ROOT = Path(__file__).parent.parent


def flask(*words: str, app: str = "app", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", app, *words],
        cwd=ROOT, capture_output=True, text=True, env={**os.environ, **environment}, timeout=60,
    )  # fmt: skip


def test_check_says_what_there_is() -> None:
    done = flask("check", "--today", "2026-11-23")
    assert done.returncode == 0, done.stderr
    assert "no problem found" in done.stdout
    for age in (
        "287(g) agreements: 2026-05-18, 189 days old", "plate cameras: 2026-04, 236 days old",
        "legal help, oldest: 2009, 6535 days old", "legal help, newest: 2026-09-19, 65 days old",
    ):  # fmt: skip
        assert age in done.stdout


def test_what_falls_due_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "review.ics"
    done = flask("check", "--stale", "40", "--today", "2026-11-23", "--ics", str(path))
    first, second = done.stdout.splitlines()
    assert first.startswith("2026-12-01  systems/287g.yaml:") and "287g.claim.texas: changes" in first
    assert second.startswith("2026-12-31  systems/irs.yaml:")
    assert path.read_text().count("BEGIN:VEVENT") == 2


def test_overdue_is_a_notice_unless_strict() -> None:
    done = flask("check", "--today", "2027-02-10")
    assert done.returncode == 0
    assert "2027-01 has passed; irs.claim.courts was last read 2026-11-23" in done.stdout
    assert flask("check", "--today", "2027-02-10", "--strict").returncode == 1
    assert flask("check", "--today", "2026-11-23", "--strict").returncode == 0


def test_a_date_in_the_future_is_named() -> None:
    done = flask("check", "--today", "2026-05-01")
    assert done.returncode == 1
    assert "systems/irs.yaml:5: as_of: 2026-06 is in the future (today is 2026-05-01)" in done.stderr


def test_an_unsigned_copy_is_not_ready_to_deploy() -> None:
    done = flask("check", "--deploy", OPERATOR_NAME="Legal Aid", OPERATOR_CONTACT="")
    assert done.returncode == 1
    assert "Set OPERATOR_CONTACT, PUBLIC_URL." in done.stderr
    done = flask("check", LEAVE_URL="weather.example")
    assert done.returncode and "LEAVE_URL: must be a whole web address" in done.stderr
    done = flask("check", PUBLIC_URL="on-file.example")
    assert done.returncode and "PUBLIC_URL: must be a whole web address" in done.stderr
    signed = {"OPERATOR_NAME": "x", "OPERATOR_CONTACT": "y", "PUBLIC_URL": "https://z"}
    assert flask("check", "--deploy", **signed).returncode == 0


def test_bad_content_is_named_without_a_traceback(tmp_path: Path) -> None:
    script = (
        "import pathlib, app.catalog as c, app\n"
        "bad = pathlib.Path(__import__('sys').argv[1])\n"
        "c.load.__defaults__ = (bad, c.DATA, '')\n"
        "app.cli.pages()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "questions.yaml:1: file:" in done.stderr
    assert "Traceback" not in done.stderr


def test_catalogs_may_be_called_from_any_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(language, "update_messages", lambda *_: True)
    done = CliRunner().invoke(cli.catalogs)
    assert done.output.startswith("translations/es/LC_MESSAGES/messages.po written\n")
    assert len(done.output.splitlines()) == len(LANGUAGES) - 1


def test_a_taken_port_is_said_plainly(built: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = flask("serve", app=f"app:create_app('{built}')", PORT=port)
    assert done.returncode == 1
    assert f"Cannot serve on 127.0.0.1:{port}: Address already in use." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_port_is_said_plainly() -> None:
    done = flask("serve", PORT="eighty")
    assert done.returncode == 1
    assert "PORT must be a number" in done.stderr or "nothing to serve" in done.stderr


def test_make_lists_its_targets() -> None:
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True)
    assert {"run", "test", "build", "po", "sizes"} <= {line.split()[0] for line in done.stdout.splitlines()}
