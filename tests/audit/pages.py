"""One page of every kind in every language, as files: built ones, answers, pages about mistakes."""

from __future__ import annotations

from pathlib import Path

from app import create_app
from app.model import NAMES
from app.site import ERRORS

#: What is sent to get an answer or a page about a mistake: name, form.
FORMS: tuple[tuple[str, dict[str, str]], ...] = (
    ("some", {"tax": "itin", "car": "sometimes", "held": "no", "state": "TX", "county": "48201"}),
    ("nothing", {}),
    ("wrong", {"tax": "moon", "ssn": "yes"}),
)


def write(built: Path, folder: Path) -> list[Path]:
    """Write them into ``folder``; of the pages of states, one is enough."""
    made: dict[str, str] = {}
    client = create_app(built).test_client()
    for tag in NAMES:
        for page in (built / "site" / tag).glob("*.html"):
            made[f"{tag}-{page.name}"] = page.read_text("utf-8")
        made[f"{tag}-state.html"] = (built / "site" / tag / "help" / "TX.html").read_text("utf-8")
        for name in ERRORS:
            made[f"{tag}-{name}.html"] = (built / "errors" / tag / f"{name}.html").read_text("utf-8")
        for name, form in FORMS:
            made[f"{tag}-answer-{name}.html"] = client.post(f"/{tag}/results", data=form).text
            made[f"{tag}-app-{name}.html"] = client.post(f"/{tag}/", data=form).text
    for file, html in made.items():
        (folder / file).write_text(html, "utf-8")
    return [folder / file for file in sorted(made)]
