"""The audit tells what was found from what could not be looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.audit import __main__ as audit
from tests.audit.checks import observatory
from tests.audit.tools import FAILED, NOT_RUN, PASSED, MissingError, Verdict


def finds(*verdicts: str) -> list[tuple[str, object]]:
    def check(built: Path) -> Iterator[Verdict]:
        for verdict in verdicts:
            yield Verdict("tool", "1", verdict, "said", "a detail")

    def missing(built: Path) -> Iterator[Verdict]:
        raise MissingError("java is not installed")

    return [("tool", check), *([("other", missing)] if NOT_RUN in verdicts else [])]


@pytest.mark.parametrize(
    ("verdicts", "allowed", "code"),
    [
        ((PASSED, PASSED), "", 0),
        ((PASSED, FAILED), "1", 1),
        ((FAILED, NOT_RUN), "1", 1),
        ((PASSED, NOT_RUN), "", 2),
        ((PASSED, NOT_RUN), "1", 0),
    ],
)
def test_a_tool_that_did_not_run_is_no_pass(
    verdicts: tuple[str, ...],
    allowed: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(audit, "install", lambda: None)
    monkeypatch.setattr(audit, "CHECKS", finds(*verdicts))
    monkeypatch.setenv("AUDIT_ALLOW_MISSING", allowed)
    assert audit.main() == code
    said = capsys.readouterr().out
    assert ("    a detail" in said) == (FAILED in verdicts)
    assert ("java is not installed" in said) == (NOT_RUN in verdicts)


@pytest.mark.parametrize(
    ("grade", "score", "failed", "verdict"),
    [("A+", 125, 0, PASSED), ("A+", 120, 0, FAILED), ("A", 130, 0, FAILED), ("A+", 130, 1, FAILED)],
)
def test_the_observatory_must_give_its_best_grade(
    grade: str, score: int, failed: int, verdict: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.audit.checks.version_of", lambda name: "1")
    scan = {"grade": grade, "score": score, "testsFailed": failed, "testsPassed": 10, "testsQuantity": 10}
    assert observatory({"scan": scan, "tests": {}}).verdict == verdict
    assert observatory({"error": "the site seems to be down"}).verdict == FAILED
