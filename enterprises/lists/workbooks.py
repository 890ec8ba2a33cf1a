"""An .xlsx workbook, first checked and repacked, then read.

The reader (calamine) makes a dense table as wide and high as the outermost cell and would end the process for
want of memory over a single cell in XFD1048576. So every part is unpacked here within bounds, looked at as
bytes, and only the plain parts are handed on, stored anew: what is checked is what is read.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from .books import MOST_COLUMNS, MOST_ROWS, MOST_SHEETS, Book, Cell, Sheet, Unreadable, too_many_rows

MOST_UNPACKED = 64_000_000
MOST_PARTS = 2_000
BROKEN = "工作簿不完整或已损坏，读不出来。请在 Excel 或 WPS 里打开，另存为新的 .xlsx 再上传。"
REFERENCE = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]{1,9})(\d{1,20})\s*["']""")
SHEET_DATA = re.compile(rb"<((?:\w+:)?)sheetData[\s>/]")


def read(data: bytes) -> Book:
    try:
        safe = _repacked(data)
        with CalamineWorkbook.from_filelike(safe) as book:
            return Book("XLSX", "XLSX", [*_sheets(book)])
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, CalamineError, OSError):
        raise Unreadable(BROKEN) from None
    except RuntimeError:  # a part of the archive is encrypted
        raise Unreadable("工作簿加了密，读不了。请取消密码，另存后再上传。") from None


def _sheets(book: CalamineWorkbook) -> Iterator[Sheet]:
    tables = [one for one in book.sheets_metadata if one.typ is SheetTypeEnum.WorkSheet]
    if len(tables) > MOST_SHEETS:
        raise Unreadable(f"工作簿有 {len(tables)} 张工作表，最多收 {MOST_SHEETS} 张。请分成几个文件。")
    for one in tables:
        hidden = one.visible is not SheetVisibleEnum.Visible
        yield Sheet(one.name, [] if hidden else _rows(book.get_sheet_by_name(one.name)), hidden)


def _rows(sheet: CalamineSheet) -> list[list[Cell]]:
    """From the first row and column on; what is merged downwards stands in each of its rows."""
    rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
    budget = MOST_ROWS * MOST_COLUMNS
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        below = rows[top + 1 : bottom + 1]
        budget -= len(below)
        if budget < 0:
            raise Unreadable(BROKEN)
        for row in below:
            if left < len(row):
                row[left] = rows[top][left]
    return rows


def _repacked(data: bytes) -> io.BytesIO:
    """The workbook's plain parts in an archive of our own, each of them looked at."""
    safe = io.BytesIO()
    rows = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(safe, "w") as copy:
        parts = archive.infolist()
        _check_parts(parts)
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                content = archive.read(part)
                rows += _check(content)
                copy.writestr(zipfile.ZipInfo(part.filename), content)
            if rows > MOST_ROWS:
                raise too_many_rows("")
    safe.seek(0)
    return safe


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename for part in parts}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Unreadable("工作簿里有宏，不收。请打开后另存为不带宏的 .xlsx 再上传。")
    if "xl/workbook.bin" in names:
        raise Unreadable("这是二进制工作簿（.xlsb）。请打开后另存为 .xlsx 再上传。")
    if "word/document.xml" in names:
        raise Unreadable("这是 Word 文档。请把其中的名单复制到表格，另存为 .xlsx 再上传。")
    if "xl/workbook.xml" not in names:
        raise Unreadable("这个压缩包不是 Excel 工作簿。请上传里面的 .xlsx 或 .csv。")
    if len(names) < len(parts) or len(parts) > MOST_PARTS:
        raise Unreadable(BROKEN)
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable(
            f"工作簿解开后超过 {MOST_UNPACKED // 1_000_000} MB，不收。请只保留名单，另存后再上传。"
        )


def _check(content: bytes) -> int:
    """How many rows the part's table has; Unreadable for what no list needs."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(BROKEN)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Unreadable("工作簿里定义了外部实体，可能有害，不收。请在 Excel 或 WPS 里另存后再上传。")
    table = SHEET_DATA.search(content)
    return _check_table(content, table[1]) if table else 0


def _check_table(content: bytes, prefix: bytes) -> int:
    rows = content.count(b"<" + prefix + b"row")
    if rows > MOST_ROWS:
        raise too_many_rows("")
    if re.search(rb"<" + prefix + rb"f[\s>/]", content):
        raise Unreadable(
            "工作表里有公式，不收：公式的结果会变。请全选、复制、选择性粘贴为数值，另存后再上传。"
        )
    cells = len(re.findall(rb"<" + prefix + rb"c[\s>/]", content))
    places = set(REFERENCE.findall(content))
    if cells > len(places):
        raise Unreadable(BROKEN)
    height = max((int(row) for _, row in places), default=0)
    if height > MOST_ROWS:
        raise too_many_rows("")
    if any(_column(letters) > MOST_COLUMNS for letters in {letters for letters, _ in places}):
        raise Unreadable(f"工作表超过 {MOST_COLUMNS} 列。请删掉右边多余的列，另存后再上传。")
    return max(rows, height)


def _column(letters: bytes) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for one in letters.upper():
        number = number * 26 + one - 64
    return number
