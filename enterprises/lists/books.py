"""A file as somebody sent it → its sheets as rows of raw cells, or one sentence why not.

What the file is is told by its content; its name only has to agree. Nothing is written to disk, nothing in it
is run, and what it may cost is bounded before it is unpacked. What the cells mean is read in `sections.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

MOST_BYTES = 10_000_000
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 30_000, 60, 50

Cell = str | float | bool | date | datetime | time | timedelta | None
Row = Sequence[Cell]


class Unreadable(ValueError):
    """A file that can't be taken; `str()` says what it is and what to do."""


@dataclass(frozen=True)
class Sheet:
    title: str
    rows: Sequence[Row]
    hidden: bool = False


@dataclass(frozen=True)
class Book:
    """`kind` is what the file is (XLSX or CSV), `encoding` how its letters were written."""

    kind: str
    encoding: str
    sheets: Sequence[Sheet]

    @property
    def left_out(self) -> str:
        """What of it isn't read, as sentences."""
        return "".join(f"隐藏的工作表“{sheet.title}”没有读。" for sheet in self.sheets if sheet.hidden)


def open_book(data: bytes, name: str) -> Book:
    """The sheets of an .xlsx workbook or of a CSV text; Unreadable for everything else."""
    from . import texts, workbooks  # both are made of what stands above

    check_size(len(data))
    kind = _kind(data)
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension in ("xlsm", "xltm", "xlsb"):
        raise Unreadable(f"“.{extension}”文件可以带宏，不收。请打开后另存为 .xlsx 再上传。")
    if extension in ("xlsx", "csv", "txt") and (extension == "xlsx") != (kind == "xlsx"):
        raise Unreadable(
            f"文件名以 .{extension} 结尾，内容却是{'Excel 工作簿' if kind == 'xlsx' else '文本'}。"
            "请核对是不是传错了文件，或改用正确的扩展名。"
        )
    return workbooks.read(data) if kind == "xlsx" else texts.read(data)


def check_size(size: int) -> None:
    if not size:
        raise Unreadable("文件是空的。请核对是不是选错了文件。")
    if size > MOST_BYTES:
        raise Unreadable(
            f"文件有 {size / 1e6:.0f} MB，最大收 {MOST_BYTES // 1_000_000} MB。"
            "请删掉图片和多余的工作表，或分成几个文件。"
        )


def too_many_rows(title: str) -> Unreadable:
    where = f"工作表“{title}”" if title else "文件"
    return Unreadable(
        f"{where}超过 {MOST_ROWS:,} 行（空行也算）。请删掉表格下面的空行，或分成几个文件再上传。"
    )


FOREIGN = (
    (b"%PDF", "这是 PDF 文件。请从中复制名单到表格，另存为 .xlsx 或 .csv。"),
    (b"{\\rtf", "这是 Word 文档。请把其中的名单复制到表格，另存为 .xlsx。"),
    (b"\x89PNG", "这是图片。请把名单录入表格，另存为 .xlsx 或 .csv。"),
    (b"\xff\xd8\xff", "这是图片。请把名单录入表格，另存为 .xlsx 或 .csv。"),
    (b"Rar!", "这是压缩包。请解压后上传里面的 .xlsx 或 .csv。"),
    (b"7z\xbc\xaf", "这是压缩包。请解压后上传里面的 .xlsx 或 .csv。"),
    (b"\x1f\x8b", "这是压缩包。请解压后上传里面的 .xlsx 或 .csv。"),
)
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _kind(data: bytes) -> str:
    if data.startswith(COMPOUND):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Unreadable("工作簿有打开密码，读不了。请在 Excel 或 WPS 里取消密码，另存后再上传。")
        raise Unreadable(
            "这是旧版 Office 文件（.xls 或 .doc）。请在 Excel 或 WPS 里打开，另存为 .xlsx 再上传。"
        )
    for start, sentence in FOREIGN:
        if data.startswith(start):
            raise Unreadable(sentence)
    if data.lstrip()[:200].lower().startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise Unreadable(
            "这是网页或 XML，不是工作簿（有的系统把它存成 .xls）。请在 Excel 或 WPS 里打开，另存为 .xlsx。"
        )
    return "xlsx" if data.startswith((b"PK\x03\x04", b"PK\x05\x06")) else "csv"
