"""What a watcher of the wire can learn from an answer: nothing."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import measure
from app.built import Built
from app.model import Catalog
from app.pages import Pages
from app.privacy import one_size, plain_size
from app.reference import Reference
from tests.conftest import LANGUAGES, Client


@given(st.binary(min_size=1, max_size=5000), st.integers(1, 3))
def test_one_size(body: bytes, level: int) -> None:
    assert gzip.decompress(one_size(body, 6000, level)) == body
    assert len(one_size(body, 6000, level)) == 6000
    assert len(one_size(body, 100, level)) % 100 == 0, "what does not fit takes twice the room, or more"
    assert plain_size(body, 6000).rstrip(b" ") == body.rstrip(b" ")
    assert len(plain_size(body, 6000)) == 6000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("encoding", ["gzip", "gzip, br", "br", ""])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_answer_of_a_language_has_one_size(
    client: Client, built: Path, catalog: Catalog, language: str, encoding: str, data: st.DataObject
) -> None:
    """Headers included; right answers and wrong ones, every state; answers about no form at all, too."""
    form = {
        question.id: data.draw(st.sampled_from([*(o.id for o in question.options), "", "moon"]), question.id)
        for question in catalog.questions
    }
    form["state"] = data.draw(st.sampled_from(["", *catalog.states]), "state")
    nearby = Reference(built / "site" / "reference.db").by_state.get(form["state"], ())
    form["county"] = data.draw(st.sampled_from(["", *(county.fips for county in nearby)]), "county")
    path = data.draw(st.sampled_from([f"/{language}/", f"/{language}/results"]), "path")
    response = client.client.post(path, data=form, headers={"Accept-Encoding": encoding})
    assert len(response.data) == Built(built).size(language, "gzip" in encoding)
    asked = {"Accept-Encoding": encoding}
    refused = client.client.post(path, data=b"\xff", headers=asked, content_type="text/plain")
    others = {"Content-Encoding", "Content-Length", "Content-Type", "Vary", "Cache-Control"}
    assert {n: response.headers.get(n) for n in others} == {n: refused.headers.get(n) for n in others}
    assert len(str(response.headers)) == len(str(refused.headers))
    assert response.headers.get("Content-Encoding") == ("gzip" if "gzip" in encoding else None)
    assert response.headers["Vary"] == "Accept-Encoding"
    assert "ETag" not in response.headers


def test_the_size_of_answers_has_room_but_not_much(built: Path, pages: Pages) -> None:
    """Every result of many random forms fits at the first try, and no whole step is wasted."""
    known = Built(built)
    for tag in LANGUAGES:
        answers = measure.Answers(known, tag)
        chance = random.Random(7)  # noqa: S311
        for _ in range(300):
            answers.try_out({key: chance.choice(choices) for key, choices in answers.options.items()})
        size = known.size(tag, gzip=True)
        assert answers.gzip < size
        wrong = {key: ["-"] for key in answers.options if key != "place"}
        answers.ask_again(wrong | {"state": ["TX"], "county": ["-"]})
        assert size - 0.08 * size < answers.gzip < size
        assert answers.plain < known.size(tag, gzip=False)
