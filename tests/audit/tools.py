"""Where the checkers are, and what one says in the end."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
#: Everything from npm lies here; `make clean` takes it away.
TOOLS = ROOT / ".venv" / "audit"
MODULES = TOOLS / "node_modules"
WANTED = Path(__file__).with_name("package.json")
PASSED, FAILED, NOT_RUN = "passed", "FAILED", "NOT RUN"


class MissingError(Exception):
    """A checker cannot be had or cannot run here: why."""


@dataclass
class Verdict:
    """One line of the audit, and what to read if it is a bad one."""

    tool: str
    version: str
    verdict: str
    said: str = ""
    details: str = ""

    def __str__(self) -> str:
        return f"{self.tool:22} {self.version:14} {self.verdict:8} {self.said}"


def program(name: str, package: str = "") -> str:
    """The path of a program; one of the Python environment comes first."""
    folder = str(Path(sys.executable).parent)
    if found := shutil.which(name, path=folder) or shutil.which(name):
        return found
    raise MissingError(f"{name} is not installed" + (f" (Debian: {package})" if package else ""))


def run(command: list[str], timeout: int = 300, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, **more)


def last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "it said nothing")


def versions() -> dict[str, str]:
    wanted: dict[str, str] = json.loads(WANTED.read_text("utf-8"))["dependencies"]
    return wanted


def module(name: str) -> Path:
    """The folder of an npm package, in the version that is pinned."""
    path = MODULES / name
    made = json.loads((path / "package.json").read_text("utf-8")) if path.is_dir() else {}
    if made.get("version") != versions()[name]:
        raise MissingError(f"{name} {versions()[name]} could not be installed")
    return path


def install() -> None:
    """Install what is pinned and not there yet. What cannot be had is named by ``module``."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    kept = TOOLS / "package.json"
    npm = shutil.which("npm")
    if not npm or (kept.is_file() and kept.read_bytes() == WANTED.read_bytes()):
        return
    shutil.copy(WANTED, kept)
    # Their own install scripts would ask the network for lists that no check here needs.
    flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
    if run([npm, "install", *flags], cwd=TOOLS, timeout=900).returncode:
        kept.unlink()
