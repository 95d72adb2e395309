"""Pages and bad input, through the client that lints every answer."""

from __future__ import annotations

import gzip
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import brotli
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.http import parse_accept_header

from app.built import Built
from app.files import quality
from app.forms import Questionnaire
from app.model import PAGES, Catalog
from app.reference import Reference
from tests.conftest import LANGUAGES, Client

GETS = ["", *PAGES, "training/booked", "help/TX", "help/PR", "help/GU"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", GETS)
def test_every_page(client: Client, language: str, page: str) -> None:
    made = client.page(f"/{language}/{page}")
    legal = {"en": "This is information, not legal advice.", "es": "Esto es información, no consejo legal."}
    assert legal[language] in made.text
    assert made.all("a", href=f"/{language}/bye")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["bye", "kitchen"])
def test_the_way_out_is_bland_and_clears(client: Client, language: str, name: str) -> None:
    page = client.page(f"/{language}/{name}")
    assert "On File" not in page.html and "ICE" not in page.text
    assert client.open(f"/{language}/{name}").headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert "Clear-Site-Data" not in client.open(f"/{language}/").headers


@pytest.mark.parametrize(
    ("accepts", "language"),
    [
        ("es-419,es;q=0.9", "es"),
        ("fr,es;q=0.5", "es"),
        ("de", "en"),
        ("", "en"),
        ("%%;q=x", "en"),
        ("*", "en"),
        ("es," + "a," * 10_000, "es"),
        ("a," * 10_000 + "es", "en"),  # nobody reads that far
    ],
)
def test_the_root_leads_to_a_language(client: Client, accepts: str, language: str) -> None:
    response = client.open("/", 302, headers={"Accept-Language": accepts})
    assert response.headers["Location"] == f"/{language}/"
    assert response.headers["Vary"] == "Accept-Language"


def test_results_by_get_lead_to_the_app(client: Client) -> None:
    assert client.open("/es/results", 302).headers["Location"] == "/es/"


@pytest.mark.parametrize("path", ["/en//results", "//en//results?tax=itin", "/en/results/", "//"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_answer_leads_to_a_host_that_was_sent(client: Client, path: str, method: str) -> None:
    page = client.page(path, 404, method=method, base_url="http://evil.example")
    assert "evil" not in page.html and not re.search(r"\bitin\b", page.html)
    client.page("/en", 405, method="POST", data={"tax": "itin"})


@pytest.mark.parametrize(
    ("path", "allow"),
    [("/en/", "GET, HEAD, POST"), ("/en/help", "GET, HEAD"), ("/es/results", "GET, HEAD, POST")],
)
@pytest.mark.parametrize("method", ["OPTIONS", "PUT"])
def test_what_an_address_takes_is_said_whole(client: Client, path: str, allow: str, method: str) -> None:
    assert client.open(path, 405, method=method).headers["Allow"] == allow


def test_encodings_and_validators(client: Client) -> None:
    plain = client.open("/en/").data
    for name, undo in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        response = client.open("/en/", headers={"Accept-Encoding": name})
        assert response.headers["Content-Encoding"] == name
        assert undo(response.data) == plain
        assert "Accept-Encoding" in response.headers["Vary"]
        tag = response.headers["ETag"]
        assert not tag.startswith("W/")
        again = {"If-None-Match": tag, "Accept-Encoding": name}
        assert client.open("/en/", 304, headers=again).data == b""
    assert client.open("/en/", headers={"Accept-Encoding": "br;q=0"}).data == plain


@given(
    st.lists(st.sampled_from(["gzip", "br", "*", "identity", "zstd", "x-br", ""])),
    st.sampled_from([",", ", "]),
)
def test_a_plain_list_of_encodings_reads_as_it_does_in_full(names: list[str], comma: str) -> None:
    accepted = comma.join(names)
    wanted = dict(parse_accept_header(accepted))
    for name in ("br", "gzip"):
        assert quality(accepted, name) == wanted.get(name, wanted.get("*", 0))


def test_data_for_others(client: Client) -> None:
    assert client.open("/healthz").data == b"ok"
    assert client.open("/assessment.json").json["languages"] == list(LANGUAGES)  # type: ignore[index]
    assert client.open("/reference.db").data.startswith(b"SQLite format 3\0")
    assert client.open("/es/claims.json").json["language"] == "es"  # type: ignore[index]
    assert client.open("/changes.xml").content_type == "application/atom+xml"
    assert client.open("/review.ics").data.startswith(b"BEGIN:VCALENDAR")
    assert client.open("/later.js").content_type == "text/javascript; charset=utf-8"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer(client: Client, language: str, catalog: Catalog) -> None:
    page = client.post(f"/{language}/results", {"tax": "itin", "car": "sometimes", "held": "no"})
    found = page.findings()
    assert len(found) == 19
    assert found["irs"] == ("likely", "")
    assert found["alpr"] == ("possible", "plate_cameras")
    assert found["doge"] == ("note", "")
    order = [attrs["id"] for attrs, _ in page.all("article")]
    assert order[:3] == ["system-irs", "system-doge", "system-alpr"]
    (irs,) = [text for attrs, text in page.all("article", id="system-irs")]
    itin = {"en": "You said: Tax return: Yes, with an ITIN", "es": "Usted dijo: Declaración de impuestos: Sí"}
    assert itin[language] in irs
    assert page.all("li", data_row="0")
    assert len(page.all("button", form="f")) > len(catalog.questions)
    assert ("tax", "itin") in [(a.get("name"), a.get("value")) for a, _ in page.all("input")]


def test_language_switch_and_change_keep_the_answers(client: Client) -> None:
    answers = {"tax": "itin", "fingerprints_government": ["visa", "uscis"], "state": "TX", "county": "48201"}
    page = client.post("/es/", answers)
    checked = {(a["name"], a["value"]) for a, _ in page.all("input") if "checked" in a}
    assert checked == {
        ("tax", "itin"),
        ("fingerprints_government", "visa"),
        ("fingerprints_government", "uscis"),
    }
    assert [a["value"] for a, _ in page.all("option") if "selected" in a] == ["TX", "48201"]
    switch = [a for a, _ in page.all("button") if a.get("formaction") == "/en/"]
    assert switch and switch[0]["form"] == "f"


def test_nothing_answered_leads_with_help_and_rights(client: Client) -> None:
    page = client.post("/en/results", {"tax": "not_sure"})
    order = [attrs["id"] for attrs, _ in page.all("section") if "id" in attrs]
    assert order.index("help") < order.index("rights") < order.index("cards")
    (said,) = page.all("p", data_when="nothing")
    assert "hidden" not in said[0]
    assert {level for level, _ in page.findings().values()} == {"unclear", "note"}
    assert not [a for a, _ in page.all("details") if "open" in a]


def test_nothing_coming_up_is_no_promise(client: Client) -> None:
    nothing = {
        "car": "never", "plate_cameras": "no", "license": "no", "photos": "no", "tagged": "no", "tax": "no",
        "pay_form": "no", "ssn": "no", "medicaid": "no", "fingerprints_police": "no", "held": "no",
        "fingerprints_government": "none", "county": "06037",
    }  # fmt: skip
    page = client.post("/en/results", nothing)
    assert "That is not a promise" in page.all("p", data_when="none_up")[0][1]
    assert "hidden" not in page.all("p", data_when="none_up")[0][0]
    assert {level for level, _ in page.findings().values()} == {"unlikely", "note"}


def test_dropped_ticks_are_said(client: Client) -> None:
    page = client.post("/en/results", {"fingerprints_government": ["none", "visa"]})
    assert "hidden" not in page.all("p", data_when="dropped")[0][0]
    assert page.findings()["ident"][0] == "likely"
    kept = [(a["name"], a["value"]) for a, _ in page.all("input") if a.get("type") == "hidden"]
    assert ("fingerprints_government", "none") in kept, "a language switch says it again"
    page = client.post("/en/results", {"fingerprints_government": ["visa"]})
    assert "hidden" in page.all("p", data_when="dropped")[0][0]


@pytest.mark.parametrize(
    ("county", "more", "system", "level", "depends"),
    [
        ("48201", {"held": "yes"}, "287g", "possible", ""),  # Harris: an agency in it has the street model
        ("01001", {"held": "yes"}, "287g", "possible", ""),  # Autauga: jail, street and warrant models
        ("06037", {}, "287g", "unlikely", ""),  # Los Angeles: California bars agreements
        ("35009", {"held": "yes"}, "287g", "possible", ""),  # Curry, New Mexico: listed, since barred
        ("01005", {}, "287g", "unclear", "county_287g fingerprints_police held"),  # not listed is not "no"
    ],
)
def test_a_county(
    client: Client, county: str, more: dict[str, str], system: str, level: str, depends: str
) -> None:
    page = client.post("/en/results", {"county": county, **more})
    assert page.findings()[system] == (level, depends)


def test_a_county_with_many_mapped_cameras_answers_for_i_dont_know(client: Client) -> None:
    answers = {"county": "01003", "car": "sometimes", "plate_cameras": "not_sure"}
    page = client.post("/en/results", answers)
    (text,) = [text for attrs, text in page.all("article", id="system-alpr")]
    assert page.findings()["alpr"] == ("likely", "")
    assert "By April 2026, people had mapped 31 plate cameras in your county" in text
    del answers["county"]
    assert client.post("/en/results", answers).findings()["alpr"] == ("possible", "plate_cameras")


def test_a_state_brings_its_help_and_what_fits_first(client: Client) -> None:
    page = client.post("/en/results", {"state": "TX", "tax": "itin"})
    (local,) = page.all("div", id="local")
    assert local[1].startswith("TexasTax clinics")
    groups = [text for _, text in page.all("h3")]
    assert groups.index("Taxes and Social Security") < groups.index("Someone is held")
    page = client.post("/en/results", {"state": "TX", "held": "yes"})
    groups = [text for _, text in page.all("h3")]
    assert groups.index("Arrested or charged") < groups.index("Taxes and Social Security")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["", "results"])
def test_no_url_and_no_link_holds_an_answer(client: Client, language: str, page: str) -> None:
    answers = {"tax": "itin", "state": "TX", "county": "48201", "photos": "past", "car": "often"}
    made = client.post(f"/{language}/{page}", answers)
    for attrs, _ in [*made.all("a"), *made.all("form"), *made.all("button")]:
        for name in ("href", "action", "formaction"):
            address = attrs.get(name, "")
            assert "?" not in address or address.startswith("https://")
            assert not re.search(r"itin|TX|48201|past|often|/help/", address.removesuffix("/help")), address


BAD = [
    ({"tax": "nonsense", "ssn": "yes"}, "tax"),
    ({"tax": ["itin", "ssn"], "ssn": "yes"}, "tax"),
    ({"fingerprints_government": ["visa", "moon"], "ssn": "yes"}, "fingerprints_government"),
    ({"state": "ZZ", "ssn": "yes"}, "state"),
    ({"state": "tx", "ssn": "yes"}, "state"),
    ({"county": "99999", "ssn": "yes"}, "state"),
    ({"county": "48201", "state": "AL", "ssn": "yes"}, "state"),
    ({"county": ["48201", "01001"], "ssn": "yes"}, "state"),
    ({"state": ["TX", "AL"], "ssn": "yes"}, "state"),
    ({"state": "ZZ", "county": "99999", "ssn": "yes"}, "state"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("data", "field"), BAD)
def test_a_wrong_answer_is_named_and_the_right_ones_kept(
    client: Client, language: str, data: dict[str, str | list[str]], field: str
) -> None:
    page = client.post(f"/{language}/results", data, 400)
    summary = page.all("section", id="errors")
    assert len(summary) == 1 and summary[0][1]
    (fieldset,) = page.all("fieldset", id=f"q-{field}")
    (beside,) = page.all(id=fieldset[0]["aria-describedby"])
    assert beside[1] and all(part in summary[0][1] for part in beside[1].split(". "))
    for link, _ in (a for a in page.all("a") if a[1] and a[1] in summary[0][1]):
        assert link["href"] == f"#q-{field}"
    assert "checked" in page.all("input", name="ssn", value="yes")[0][0]
    assert "nonsense" not in page.html and "moon" not in page.html


HTML = "<script>alert(1)</script>"
REFUSED: list[tuple[str, str, dict[str, Any], int]] = [
    ("POST", "/en/results", {"data": {f"f{n}": "x" for n in range(2000)}}, 400),
    ("POST", "/en/results", {"data": "&".join(["a=1"] * 100)}, 400),
    ("POST", "/en/results", {"data": b"&" * 16_000}, 400),
    ("POST", "/en/results", {"data": b"tax=" + b"%" * 16_000}, 400),
    ("POST", "/en/results", {"data": b"tax=" + b"x" * 1_000_000}, 413),
    ("POST", "/en/results", {"data": b"tax=%ff%fe"}, 400),
    ("POST", "/en/results", {"data": b"\xff\xfe=1"}, 400),
    ("POST", "/en/results", {"data": {"tax": (BytesIO(b"x"), "x.txt")}}, 400),
    ("POST", "/en/results", {"data": b"{}", "content_type": "application/json"}, 400),
    ("POST", "/en/results", {"data": b"x", "headers": {"Content-Encoding": "gzip"}}, 400),
    ("POST", "/en/systems", {"data": b""}, 405),
    ("PUT", "/es/", {"data": b""}, 405),
    ("DELETE", "/es/results", {}, 405),
    ("GET", "/xx/", {}, 404),
    ("GET", "/en/nothing", {}, 404),
    ("GET", "/en/help/ZZ", {}, 404),
    ("GET", "/en/help/..%2f..%2fetc", {}, 404),
    ("GET", "/%ff%fe/", {}, 404),
    ("GET", f"/en/{HTML}", {}, 404),
    ("GET", "/favicon.ico", {}, 404),
    ("POST", "/xx/results", {"data": b"tax=itin"}, 404),
]


@pytest.mark.parametrize(("method", "path", "more", "status"), REFUSED)
def test_what_cannot_be_read_is_refused_plainly(
    client: Client, method: str, path: str, more: dict[str, Any], status: int
) -> None:
    more = {"content_type": "application/x-www-form-urlencoded", **more}
    if "data" not in more:
        more.pop("content_type")
    if isinstance(more.get("data"), dict):
        more.pop("content_type", None)
    headers = {"Accept-Language": "es", **more.pop("headers", {})}
    page = client.page(path, status, method=method, headers=headers, **more)
    assert HTML not in page.html
    home = {"/en": "/en/", "/es": "/es/"}.get(path[:3], "/es/")
    assert page.all("a", href=home)
    if status == 405:
        allow = client.client.open(path, method=method).headers["Allow"]
        assert "GET" in allow


@pytest.mark.parametrize("fails", [False, True])
def test_a_form_is_forgotten_at_once(built: Path, monkeypatch: pytest.MonkeyPatch, fails: bool) -> None:
    """One form a thread serves them all; none of it holds the last answers, not even if checking breaks."""
    known = Built(built)
    reference = Reference(built / "site" / "reference.db")
    questionnaire = Questionnaire(known.questions, known.states, reference)
    posted = MultiDict({"tax": "itin", "car": "plane", "county": "canary", "fingerprints_government": "visa"})
    if fails:
        monkeypatch.setattr(questionnaire.form, "validate", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            questionnaire.read(posted)
    else:
        assert questionnaire.read(posted).errors.keys() == {"car", "county"}
    for field in questionnaire.own.form:
        held = repr(vars(field))
        assert not any(f"'{said}'" in held for said in ("plane", "canary")), held
        assert not field.data and not field.raw_data and not field.errors and not field.process_errors
    assert questionnaire.own.form.errors == {}


def test_something_broken_says_so_and_nothing_else(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError("canary-7141")

    monkeypatch.setattr("app.sheet.Sheet.results", broken)
    client.client.application.config["PROPAGATE_EXCEPTIONS"] = False
    page = client.post("/es/results", {"tax": "itin"}, 500)
    assert page.all("h1")[0][1] == "Algo falló de nuestro lado."
    assert "canary" not in page.html and "Traceback" not in page.html
    assert [record.getMessage() for record in caplog.records] == ["results: RuntimeError"]
    assert caplog.records[0].exc_info is None


option = st.sampled_from(
    ["itin", "yes", "no", "not_sure", "adult", "often", "visa", "none", "TX", "48201", "", "💥", HTML, "\x00"]
)
field = st.sampled_from(
    ["tax", "ssn", "car", "held", "fingerprints_government", "fingerprints_police", "state", "county", "x"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.lists(st.tuples(field, option), max_size=30), path=st.sampled_from(["/en/", "/es/results"]))
def test_any_form_gets_a_page(client: Client, data: list[tuple[str, str]], path: str) -> None:
    fields: dict[str, list[str]] = {}
    for name, value in data:
        fields.setdefault(name, []).append(value)
    response = client.client.post(path, data=fields)
    assert response.status_code in (200, 400)
    assert HTML not in response.text
    assert "Set-Cookie" not in response.headers
