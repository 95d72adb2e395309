"""On File: which records may hold your information, worked out without anyone learning your answers."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from app import cli, views
from app.built import Built

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build"


def create_app(build: str | Path = BUILD) -> Flask:
    """Wire the parts: the commands, and what ``flask build`` wrote into ``build``.

    A build that is not there, or that other code wrote, is served as nothing, so that it can be made anew.
    """
    app = Flask(__name__, static_folder=None)
    cli.register(app)
    try:
        built = Built(Path(build))
    except (OSError, ValueError, LookupError):
        return app
    views.register(app, built)
    return app
