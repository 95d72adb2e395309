"""What a watcher of the wire can learn from an answer: nothing."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.model import Catalog
from app.privacy import PLAIN_STEP, STEP, one_size, plain_size
from tests.conftest import LANGUAGES, Client


@given(st.binary(max_size=5000))
def test_one_size(body: bytes) -> None:
    assert gzip.decompress(one_size(body)) == body
    assert len(one_size(body)) == STEP
    assert plain_size(body).rstrip(b" ") == body.rstrip(b" ")
    assert len(plain_size(body)) % PLAIN_STEP == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("encoding", ["gzip", "gzip, br", "br", ""])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_answer_of_a_language_has_one_size(
    client: Client, catalog: Catalog, language: str, encoding: str, data: st.DataObject
) -> None:
    """Headers included; right answers and wrong ones, every state."""
    form = {
        question.id: data.draw(st.sampled_from([*(o.id for o in question.options), "", "moon"]), question.id)
        for question in catalog.questions
    }
    form["state"] = data.draw(st.sampled_from(["", *catalog.states]), "state")
    path = data.draw(st.sampled_from([f"/{language}/", f"/{language}/results"]), "path")
    response = client.client.post(path, data=form, headers={"Accept-Encoding": encoding})
    assert len(response.data) == (STEP if "gzip" in encoding else PLAIN_STEP)
    assert response.headers.get("Content-Encoding") == ("gzip" if "gzip" in encoding else None)
    assert response.headers["Vary"] == "Accept-Encoding"
    assert "ETag" not in response.headers
