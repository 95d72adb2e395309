"""``flask import``, as an operator runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app import cli
from tests.importers.sheets import ROWS, signed, workbook

ROOT = Path(__file__).parent.parent.parent


def run(data: Path, *words: str | Path) -> Result:
    return CliRunner().invoke(cli.importing, ["--data", str(data), *map(str, words)])


def test_a_list_and_its_report(tmp_path: Path, data: Path) -> None:
    path = workbook(tmp_path / "participatingAgencies05182026am.xlsx")
    done = run(data, "ice-287g", path, "--accept-shrink")
    assert done.exit_code == 0, done.output
    assert "ICE's list of 2026-05-18" in done.stdout and (data / "agreements_287g.csv").exists()
    assert done.stderr == ""  # a bar is for terminals


@pytest.mark.parametrize("command", ["ice-287g", "atlas", "osm-alpr", "places", "legal-help", "eoir"])
@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff\xfe", b"PK\x03\x04 and no more", b"%PDF-1.7\n", b"{", b"a,b\n1,2,3\n"]
)
def test_a_file_that_is_something_else(command: str, content: bytes, tmp_path: Path, data: Path) -> None:
    before = {path: path.read_bytes() for path in data.iterdir()}
    path = tmp_path / "list-2026-05-18"
    path.write_bytes(content)
    for wrong in (path, tmp_path / "none", tmp_path):
        done = run(data, command, wrong)
        assert done.exit_code == 1 and isinstance(done.exception, SystemExit), done.exception
        said = str(done.exception)
        assert said.startswith(wrong.name) and said.endswith(".") and "\n" not in said
    assert {path: path.read_bytes() for path in data.iterdir()} == before


def test_no_traceback_and_a_failing_exit(tmp_path: Path, data: Path) -> None:
    path = workbook(tmp_path / "participatingAgencies05182026am.xlsx", rows=signed(ROWS, None))
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "import", "--data", str(data), "ice-287g", str(path)],
        cwd=ROOT, capture_output=True, text=True, env=os.environ, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.strip() == (
        f"{path.name} has no dates of signing, so it is a list of pending agreements, not of signed ones."
    )


def test_what_make_run_installs_reads_workbooks() -> None:
    """The Excel import works after `make run` alone; only the PDF asks for more."""
    locked = (ROOT / "requirements.txt").read_text("utf-8")
    assert "\nopenpyxl==" in locked and "pdfplumber" not in locked
