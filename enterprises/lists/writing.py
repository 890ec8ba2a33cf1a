"""Rows out as CSV (with BOM, for office software) or XLSX. Nothing in a cell is ever a formula or a number.

What stands in the files is read back by `read` as it was.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from .values import FORMULA, NUMBERLIKE

Table = Iterable[Sequence[str]]


def as_csv(rows: Table) -> bytes:
    """A code of digits gets a quote too, or else a spreadsheet would cut it to 15 digits."""
    text = io.StringIO(newline="")
    written = csv.writer(text)
    for row in rows:
        written.writerow([_plain(cell, number=True) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Table, title: str = "名单") -> bytes:
    """Every cell is a text, so digits stay."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append([_plain(ILLEGAL_CHARACTERS_RE.sub("", cell)) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _plain(cell: str, number: bool = False) -> str:
    risky = cell.startswith(FORMULA) or (number and NUMBERLIKE.fullmatch(cell))
    return f"'{cell}" if risky else cell


FORMATS: dict[str, tuple[Callable[[Table], bytes], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
"""Extension → what writes it and its media type."""
