"""`make audit`: the built site and the code, looked at by other people's tools; a line for each.

It fails if a tool finds a fault, and if one could not be run, unless AUDIT_ALLOW_MISSING=1.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from app import BUILD
from tests.audit.checks import CHECKS
from tests.audit.tools import FAILED, NOT_RUN, MissingError, Verdict, install


def verdicts(built: Path) -> Iterator[Verdict]:
    for name, check in CHECKS:
        try:
            yield from check(built)
        except (MissingError, OSError, subprocess.SubprocessError) as failure:
            yield Verdict(name, "", NOT_RUN, str(failure))


def main() -> int:
    install()
    count = {FAILED: 0, NOT_RUN: 0}
    for verdict in verdicts(BUILD):
        print(verdict, flush=True)
        if verdict.verdict == FAILED:
            print("\n".join(f"    {line}" for line in verdict.details.splitlines()[:40]), flush=True)
        if verdict.verdict in count:
            count[verdict.verdict] += 1
    if count[FAILED]:
        print(f"{count[FAILED]} failed.", file=sys.stderr)
        return 1
    if count[NOT_RUN] and os.environ.get("AUDIT_ALLOW_MISSING") != "1":
        print(
            f"Nothing was found, but {count[NOT_RUN]} could not be run."
            " AUDIT_ALLOW_MISSING=1 lets that pass.",
            file=sys.stderr,
        )
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
