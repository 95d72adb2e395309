"""Excel workbooks, row by row: values and the links behind cells, no formulas, within bounds."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.xml.constants import REL_NS
from openpyxl.xml.functions import fromstring, iterparse

from app.importers.reading import MB, RefusedError, sized

#: ICE's list has 0.2 MB, unpacked 2, with 1,900 rows of 13 cells.
PACKED, UNPACKED, PARTS, ROWS, CELLS = 10 * MB, 60 * MB, 500, 20_000, 60


@dataclass(frozen=True)
class Row:
    """A row that is not blank: its number, its values, and web addresses by position."""

    number: int
    values: tuple[Any, ...]
    links: dict[int, str]


def sheets(path: Path) -> dict[str, list[Row]]:
    """The rows of each sheet. Raises RefusedError for what is no workbook, or too large a one."""
    sized(path, PACKED)
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            large = sum(part.file_size for part in parts) > UNPACKED or len(parts) > PARTS
    except (zipfile.BadZipFile, OSError, ValueError):
        raise RefusedError(f"{path.name} is not an Excel workbook (.xlsx).") from None
    if large:
        raise RefusedError(f"{path.name} unpacks to more than {UNPACKED // MB} MB, so it is not ICE's list.")
    try:
        with warnings.catch_warnings(action="ignore"):
            return dict(read(path))
    except RefusedError:
        raise
    except Exception as error:  # what a broken workbook raises is anybody's guess
        raise RefusedError(
            f"{path.name} is not a workbook that can be read ({type(error).__name__})."
        ) from None


def read(path: Path) -> Iterator[tuple[str, list[Row]]]:
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            # Private, but the only way to the links of a sheet that is read row by row.
            place: str = sheet._worksheet_path  # type: ignore[attr-defined]
            with zipfile.ZipFile(path) as archive:
                links = behind(archive, place)
            found = []
            sheet.reset_dimensions()
            for number, values in enumerate(
                sheet.iter_rows(max_row=ROWS + 1, max_col=CELLS, values_only=True), 1
            ):
                if any(value not in (None, "") for value in values):
                    if number > ROWS:
                        raise RefusedError(f"{path.name}, sheet {sheet.title}: more than {ROWS:,} rows.")
                    found.append(Row(number, tuple(values), links.get(number, {})))
            yield sheet.title, found
    finally:
        book.close()


def behind(archive: zipfile.ZipFile, place: str) -> dict[int, dict[int, str]]:
    """Addresses behind the cells of a sheet, by row and by position in it."""
    folder, _, name = place.rpartition("/")
    try:
        targets = {
            item.get("Id"): item.get("Target")
            for item in fromstring(archive.read(f"{folder}/_rels/{name}.rels"))
            if item.get("TargetMode") == "External"
        }
    except KeyError:
        return {}
    found: dict[int, dict[int, str]] = {}
    with archive.open(place) as file:
        for _, item in iterparse(file):
            if item.tag.endswith("}hyperlink") and (target := targets.get(item.get(f"{{{REL_NS}}}id"))):
                row, column = coordinate_to_tuple(item.get("ref", "A1").partition(":")[0].replace("$", ""))
                found.setdefault(row, {})[column - 1] = target
            elif item.tag.endswith("}row"):
                item.clear()
    return found
