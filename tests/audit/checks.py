"""The checks of `make audit`: each asks one tool and says what came of it."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.audit import pages
from tests.audit.tools import (
    FAILED,
    NOT_RUN,
    PASSED,
    ROOT,
    MissingError,
    Verdict,
    last_line,
    module,
    program,
    run,
)
from tests.browser.conftest import NAMES
from tests.deployed import DEPLOY, NGINX

#: What must be reached: the Observatory's points, Lighthouse's of 100, systemd's exposure in tenths.
POINTS, OF_100, EXPOSURE = 125, 100, 15
MUST, SHOWN = ("accessibility",), ("accessibility", "best-practices", "performance")


def html(built: Path) -> Iterator[Verdict]:
    """vnu, over a page of every kind in every language; what it only advises is counted."""
    name = "vnu"
    version = json.loads((module("vnu-jar") / "package.json").read_text("utf-8"))["version"]
    jar = module("vnu-jar") / "build" / "dist" / "vnu.jar"
    with TemporaryDirectory() as folder:
        files = pages.write(built, Path(folder))
        java = program("java", "default-jre-headless")
        done = run([java, "-jar", str(jar), "--format", "json", *map(str, files)])
        if not done.stderr.startswith("{"):
            raise MissingError(f"it gave no list: {last_line(done.stderr)}")
        found = json.loads(done.stderr)["messages"]
    kinds = Counter(message["type"] for message in found)
    faults = [message for message in found if message["type"] != "info"]
    yield Verdict(
        name, version, FAILED if faults else PASSED,
        f"{len(files)} pages: {len(faults)} errors, {kinds['info']} remarks",
        "\n".join(sorted({f"{Path(m['url']).name}: {m['message']}" for m in faults})),
    )  # fmt: skip


def served(built: Path) -> Iterator[Verdict]:
    """Mozilla's Observatory and Lighthouse, in a network of their own with nothing but the site."""
    if not NGINX:
        raise MissingError("nginx is not installed (Debian: nginx-light)")
    if os.geteuid():
        raise MissingError("a network of its own needs root")
    node, chromium = program("node", "nodejs"), next(filter(None, map(found_path, NAMES)), "")
    with TemporaryDirectory() as name:
        folder = Path(name)
        tools = {tool: where(tool) for tool in ("observatory", "lighthouse")}
        for tool, path in tools.items():
            if isinstance(path, MissingError):
                yield Verdict(tool, "", NOT_RUN, str(path))
        paths = ["" if isinstance(path, MissingError) else str(path) for path in tools.values()]
        alone = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
        inside = [sys.executable, "-m", "tests.audit.inside", str(built), name, node, *paths, chromium]
        done = run([program("unshare"), *alone, *inside], cwd=ROOT)
        if done.returncode:
            raise MissingError(f"no network of its own: {last_line(done.stderr)}")
        if paths[0]:
            yield observatory(json.loads((folder / "observatory.json").read_text("utf-8")))
        if paths[1]:
            yield from map(lighthouse, sorted(folder.glob("lighthouse*.json")))


def found_path(name: str) -> str:
    try:
        return program(name)
    except MissingError:
        return ""


def where(tool: str) -> Path | MissingError:
    """The script of an npm tool that node is to run."""
    try:
        if tool == "lighthouse":
            return module("lighthouse") / "cli" / "index.js"
        folder = module("@mdn/mdn-http-observatory")
    except MissingError as failure:
        return failure
    # The list of hosts that browsers know to need TLS: nobody's site is on it, least of all on-file.example.
    (folder / "conf" / "hsts-preload.json").write_text("{}", "utf-8")
    return folder / "src" / "scan.js"


def observatory(said: dict[str, Any]) -> Verdict:
    version = version_of("@mdn/mdn-http-observatory")
    if "scan" not in said:
        return Verdict("observatory", version, FAILED, str(said.get("error"))[:200])
    scan = said["scan"]
    good = scan["grade"] == "A+" and scan["score"] >= POINTS and not scan["testsFailed"]
    lost = [f"{name}: {test['result']} ({test['scoreModifier']:+})" for name, test in said["tests"].items()]
    return Verdict(
        "observatory", version, PASSED if good else FAILED,
        f"{scan['grade']}, {scan['score']} points, {scan['testsPassed']} of {scan['testsQuantity']} tests",
        "\n".join(lost),
    )  # fmt: skip


def lighthouse(path: Path) -> Verdict:
    said = json.loads(path.read_text("utf-8"))
    scores = {name: round(100 * (said["categories"][name]["score"] or 0)) for name in SHOWN}
    good = all(scores[name] >= OF_100 for name in MUST)
    lost = [
        audit["id"]
        for category in SHOWN
        for ref in said["categories"][category]["auditRefs"]
        if (audit := said["audits"][ref["id"]])["score"] is not None
        and audit["score"] < 0.9
        and ref["weight"]
    ]
    shown = ", ".join(f"{name} {score}" for name, score in scores.items())
    where = re.sub("https://[^/]+", "", said["finalDisplayedUrl"])
    return Verdict(
        "lighthouse",
        said["lighthouseVersion"],
        PASSED if good else FAILED,
        f"{where}: {shown}",
        "\n".join(lost),
    )


def version_of(name: str) -> str:
    version: str = json.loads((module(name) / "package.json").read_text("utf-8"))["version"]
    return version


def unit(built: Path) -> Iterator[Verdict]:
    """systemd's own score of what the unit may do: 0 is nothing, 10 is all."""
    analyze = program("systemd-analyze", "systemd")
    version = run([analyze, "--version"]).stdout.split()[1]
    files = str(DEPLOY / "on-file@.service")
    flags = ["--offline=true", f"--threshold={EXPOSURE}", "--no-pager"]
    done = run([analyze, "security", *flags, files])
    score = re.search(r"exposure level for .*?: ([\d.]+)", done.stdout)
    if not score:
        raise MissingError(last_line(done.stderr))
    said = f"exposure {score[1]}, at most {EXPOSURE / 10}"
    yield Verdict("systemd-analyze", version, FAILED if done.returncode else PASSED, said, done.stdout)


def rules(built: Path) -> Iterator[Verdict]:
    """ruff's rules from bandit; each exception is answered where it stands."""
    ruff = program("ruff")
    version = run([ruff, "--version"]).stdout.split()[1]
    done = run([ruff, "check", "--select", "S", "--output-format", "concise", "app"], cwd=ROOT)
    answered = run(
        [ruff, "check", "--select", "S", "--ignore-noqa", "--output-format", "json", "app"], cwd=ROOT
    )
    said = f"S rules: {last_line(done.stdout)} {len(json.loads(answered.stdout))} answered on their lines"
    yield Verdict("ruff", version, FAILED if done.returncode else PASSED, said, done.stdout)


def bandit(built: Path) -> Iterator[Verdict]:
    tool = program("bandit")
    version = run([tool, "--version"]).stdout.split()[1]
    said = json.loads(run([tool, "-q", "-r", "app", "-f", "json"], cwd=ROOT).stdout)
    found = [f"{r['filename']}:{r['line_number']} {r['test_id']} {r['issue_text']}" for r in said["results"]]
    bad = found or said["errors"]
    totals = said["metrics"]["_totals"]
    shown = f"{len(found)} findings, {totals['skipped_tests']} answered on their lines, {totals['loc']} lines"
    yield Verdict("bandit", version, FAILED if bad else PASSED, shown, "\n".join(found))


def vulnerabilities(built: Path) -> Iterator[Verdict]:
    """pip-audit; where its database is not reached, or does not know a package, nothing was found out."""
    tool = program("pip-audit")
    version = run([tool, "--version"]).stdout.split()[1]
    flags = ["--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json"]
    done = run([tool, "-r", "requirements.txt", *flags], cwd=ROOT)
    if not done.stdout.startswith("{"):
        yield Verdict("pip-audit", version, NOT_RUN, f"could not be run here: {last_line(done.stderr)}"[:200])
        return
    known = json.loads(done.stdout)["dependencies"]
    skipped = [one["name"] for one in known if "skip_reason" in one]
    found = [f"{one['name']} {one['version']}: {v['id']}" for one in known for v in one.get("vulns", ())]
    if skipped and not found:
        said = f"could not be run here: the database told nothing of {len(skipped)} of {len(known)} packages"
        yield Verdict("pip-audit", version, NOT_RUN, said, ", ".join(skipped))
        return
    said = f"{len(found)} known vulnerabilities in {len(known)} packages"
    yield Verdict("pip-audit", version, FAILED if found else PASSED, said, "\n".join(found))


#: What is shown if a check cannot even start, and the check.
CHECKS: tuple[tuple[str, Callable[[Path], Iterator[Verdict]]], ...] = (
    ("vnu", html),
    ("observatory, lighthouse", served),
    ("systemd-analyze", unit),
    ("ruff", rules),
    ("bandit", bandit),
    ("pip-audit", vulnerabilities),
)
