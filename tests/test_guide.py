"""CONTRIBUTING.md, run: every command on a copy of the tree, its output as printed there."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOOSE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def commands(text: str) -> Iterator[tuple[str, str]]:
    """(command, what it should print) of each console block; a command may go on to the END of its input."""
    for block in re.findall(r"^```console\n(.*?)^```", text, re.S | re.M):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            found = re.match(r"[^\n]*<<'END'.*?\nEND\n|[^\n]*\n", part, re.S)
            assert found, part
            yield found[0], part[found.end() :]


def test_the_guide_works_as_written(tmp_path: Path) -> None:
    listed = ["git", "ls-files", "-coz", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    (tmp_path / ".venv" / "ready").touch()
    ran = 0
    for command, wanted in commands((ROOT / "CONTRIBUTING.md").read_text("utf-8")):
        done = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, timeout=120,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
        )  # fmt: skip
        got = "".join(
            line
            for line in (done.stdout + done.stderr).splitlines(keepends=True)
            if not line.startswith("make")
        )
        assert doctest.OutputChecker().check_output(wanted, got, LOOSE), f"$ {command}{got}\nnot\n{wanted}"
        ran += 1
    assert ran >= 15
