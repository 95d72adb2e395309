"""On File: which records may hold your information, worked out without anyone learning your answers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flask import Flask

from app import catalog, cli, language, views
from app.entries import ContentError
from app.forms import Questionnaire
from app.pages import BUILD, Pages
from app.privacy import content_security_policy, protect
from app.reference import Reference


def create_app(build: Path = BUILD, today: date | None = None) -> Flask:
    """Wire the parts; serve what ``flask build`` wrote into ``build``. Bad content ends the process."""
    app = Flask(__name__, static_folder=None)
    cli.register(app)
    try:
        content = catalog.load()
    except ContentError as error:
        raise SystemExit(str(error)) from None
    pages = app.extensions["pages"] = Pages(content, language.load(content), today or date.today())
    questionnaire = Questionnaire(content, Reference(build / "reference.db"))
    assets = pages.assets
    protect(app, content_security_policy(assets.styles, assets.scripts))
    views.register(app, pages, questionnaire, build)
    return app
