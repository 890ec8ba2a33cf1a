"""The list as the treasury takes it: those who agreed, the sum below, yuan with two decimals."""

import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from enterprises.lists import writing
from enterprises.lists.values import FORMULA

from ..models import GrantRow, GrantRun
from .paying import basis

HEADINGS = [
    *("序号", "企业名称", "统一社会信用代码", "城市", "惠企事项", "依据"),
    *("金额（元）", "意愿", "答复日期", "备注"),
]
MONEY = HEADINGS.index("金额（元）")
CENT = Decimal("0.01")


def treasury(run: GrantRun) -> Iterator[list[Any]]:
    """The heading, a row for each firm that agreed, and the sum; money as Decimal, all else as text."""
    yield [*HEADINGS]
    total = 0
    for row in run.rows.agreed().defer("frozen").order_by("number").iterator(chunk_size=1_000):
        total += row.payable or 0
        yield _cells(run, row)
    yield ["合计", *[""] * (MONEY - 1), Decimal(total).quantize(CENT), *[""] * (len(HEADINGS) - MONEY - 1)]


def _cells(run: GrantRun, row: GrantRow) -> list[Any]:
    rule = run.rule
    return [
        *(str(row.number), row.name, row.uscc, row.city),
        *(f"{rule['code']} {rule['about']['title']}", row.clause or basis(run, row.found)),
        Decimal(row.payable or 0).quantize(CENT),
        *(row.get_wish_display(), row.wish_on.isoformat() if row.wish_on else ""),
        "虚构样例" if run.drill else "",
    ]


def as_csv(run: GrantRun) -> bytes:
    return writing.as_csv([str(cell) for cell in row] for row in treasury(run))


def as_xlsx(run: GrantRun) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("拨付表")
    for row in treasury(run):
        sheet.append([_cell(sheet, cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(sheet: Any, value: Any) -> WriteOnlyCell:
    """Money is a number that can be summed; a text is never a formula."""
    if isinstance(value, str):
        text = ILLEGAL_CHARACTERS_RE.sub("", value)
        value = f"'{text}" if text.startswith(FORMULA) else text
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = "0.00" if isinstance(value, Decimal) else "@"
    return cell


FORMATS: dict[str, tuple[Callable[[GrantRun], bytes], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
"""Ending → what writes it, and its media type."""
