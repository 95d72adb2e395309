"""A copy of the lists to write into."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.catalog import DATA


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Our lists as they are shipped, in a folder of their own."""
    shipped = ("states.csv", "state_laws.csv", "counties_287g.csv", "counties_alpr_osm.csv", "legal_help.csv")
    folder = tmp_path / "data"
    folder.mkdir()
    for name in shipped:
        shutil.copy(DATA / name, folder)
    return folder
