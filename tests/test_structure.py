"""The shape of the code: who may know whom, and that no file tells where it was made."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
#: From those who know nobody up to those who know all.
LAYERS = (
    ("model", "assets", "poster"), ("assess", "shapes", "pair", "pen", "paper"),
    ("entries",), ("lists", "privacy", "language"), ("catalog",), ("reference",),
    ("forms", "county_map", "open_data", "picture"), ("sheet", "review", "wording"),
    ("built", "place", "marked"), ("pages",), ("files", "measure", "pieces", "onefile", "wire"),
    ("answers", "training"), ("site",), ("views", "export"), ("importers",), ("cli",), ("__init__",),
)  # fmt: skip


def test_no_import_runs_back_up() -> None:
    rank = {name: n for n, names in enumerate(LAYERS) for name in names}
    files = [*(ROOT / "app").glob("*.py"), *(ROOT / "app").glob("*/*.py")]
    module = {path: path.relative_to(ROOT / "app").parts[0].removesuffix(".py") for path in files}
    assert set(module.values()) == set(rank)
    for path, name in module.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("app"):
                known = [node.module[4:]] if node.module != "app" else [a.name for a in node.names]
                for other in (found.partition(".")[0] for found in known):
                    inside = other == name and path.parent.name == name  # modules of one package
                    assert inside or rank.get(other, -1) < rank[name], f"{path.name} imports {other}"


def test_locks_hold_hashes_and_no_addresses() -> None:
    for name in ("requirements.txt", "requirements-test.txt", "requirements-audit.txt"):
        text = (ROOT / name).read_text("utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text and "--index" not in text


def test_the_tree_holds_no_path_of_a_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    for name in filter(None, listed):
        path = ROOT / name
        if path.suffix in (".png", ".csv") or not path.is_file():
            continue
        assert not re.search(r"/(home|root|work)/\w", path.read_text("utf-8")), name
