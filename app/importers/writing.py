"""Lists written all together or not at all, and what an import has to say."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.importers.reading import RefusedError

#: So many rows that a person must look at are printed; the files hold all.
SHOWN = 60


def packed(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    """Rows as CSV, with the line ends that the file at ``path`` has, so that a diff shows what changed."""
    old = path.read_bytes() if path.exists() else b""
    made = io.StringIO()
    ends = "\r\n" if old.partition(b"\n")[0].endswith(b"\r") else "\n"
    writer = csv.DictWriter(made, columns, lineterminator=ends)
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue().encode()


def put(files: Mapping[Path, bytes]) -> None:
    """Write all files or none: each beside its place, then into it; a failure puts the old ones back."""
    ready: dict[Path, Path] = {}
    done: dict[Path, bytes | None] = {}
    try:
        for path, content in files.items():
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            ready[path] = Path(name)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            ready[path].chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        for path, new in ready.items():
            old = path.read_bytes() if path.exists() else None
            new.replace(path)
            done[path] = old
    except BaseException as error:
        for path, old in done.items():
            if old is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(old)
        if isinstance(error, OSError):
            raise RefusedError(f"Nothing was changed: {error.strerror} ({error.filename}).") from None
        raise
    finally:
        for new in ready.values():
            with suppress(FileNotFoundError):
                new.unlink()


@dataclass
class Report:
    """A table of what an import did: counts, and lists of what a person should look at."""

    title: str
    counts: list[tuple[str, str]] = field(default_factory=list)
    lists: list[tuple[str, list[str]]] = field(default_factory=list)

    def count(self, what: str, number: int | str) -> None:
        self.counts.append((what, f"{number:,}" if isinstance(number, int) else number))

    def list(self, title: str, lines: Iterable[str]) -> None:
        if found := [*lines]:
            self.lists.append((title, found))

    def __str__(self) -> str:
        wide = max((len(what) for what, _ in self.counts), default=0)
        right = max((len(number) for _, number in self.counts), default=0)
        lines = [self.title, *(f"  {what:{wide}}  {number:>{right}}" for what, number in self.counts)]
        for title, found in self.lists:
            lines += [f"{title} ({len(found)}):", *(f"  {line}" for line in found[:SHOWN])]
            if len(found) > SHOWN:
                lines.append(f"  … and {len(found) - SHOWN} more")
        return "\n".join(lines)
