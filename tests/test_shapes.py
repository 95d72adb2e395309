"""The JSON Schema for editors accepts what stands in the content, and refuses what the loader refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from app import shapes
from app.catalog import CONTENT

SCHEMAS = shapes.schemas()


def kind(name: str) -> str:
    folder, _, file = name.rpartition("/")
    return {"systems": "system", "sources": "sources"}.get(folder, file.removesuffix(".yaml"))


def read(name: str) -> Any:
    return yaml.load((CONTENT / name).read_text("utf-8"), yaml.BaseLoader)


FILES = sorted(path.relative_to(CONTENT).as_posix() for path in CONTENT.rglob("*.yaml"))


def test_the_schemas_are_written() -> None:
    written = {path.stem: json.loads(path.read_text("utf-8")) for path in (CONTENT / "schema").iterdir()}
    assert written == SCHEMAS, "run `make schema`"


@pytest.mark.parametrize("name", FILES)
def test_what_stands_in_the_content_is_accepted(name: str) -> None:
    Draft7Validator.check_schema(SCHEMAS[kind(name)])
    assert [error.message for error in Draft7Validator(SCHEMAS[kind(name)]).iter_errors(read(name))] == []
    first = (CONTENT / name).read_text("utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={'../' * name.count('/')}schema/{kind(name)}.json"


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("systems/irs.yaml", ["kind"], "magic"),
        ("systems/irs.yaml", ["knd"], "direct"),
        ("systems/irs.yaml", ["as_of"], "June"),
        ("systems/irs.yaml", ["claims", 0, "sources"], []),
        ("systems/irs.yaml", ["claims", 0, "verdict"], "right"),  # not a statement about the story
        ("systems/irs.yaml", ["claims", 0, "until"], "2026-12"),
        ("rights.yaml", ["claims", 0, "strength"], "rumor"),
        ("questions.yaml", ["questions", 0, "why"], ""),
        ("sources/tax.yaml", ["t02", "read"], "dreamt"),
        ("wording.yaml", ["never", "en"], "you should"),
    ],
)
def test_a_mistake_is_refused(name: str, path: list[str | int], value: object) -> None:
    content = at = read(name)
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    assert not Draft7Validator(SCHEMAS[kind(name)]).is_valid(content)


def test_an_editor_may_read_a_year_as_a_number() -> None:
    content = read("systems/irs.yaml")
    content["as_of"] = 2026
    assert Draft7Validator(SCHEMAS["system"]).is_valid(content)
