"""A CSV text in any of the encodings that office software writes."""

import codecs
import csv
import io
import unicodedata

from .books import MOST_COLUMNS, MOST_ROWS, Book, Sheet, Unreadable, too_many_rows

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8（带BOM）"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
GUESSES = (("utf-8", "UTF-8"), ("gb18030", "GB18030"))
SEPARATORS = ",\t;，"
NOT_TEXT = "这不是表格文件，或文字编码认不出来。请在 Excel 或 WPS 里打开，另存为 .xlsx 再上传。"


def read(data: bytes) -> Book:
    if max(data.count(b"\n"), data.count(b"\r")) > MOST_ROWS * 2:
        raise too_many_rows("")
    text, encoding = _decoded(data)
    if any(unicodedata.category(one) == "Cc" and one not in "\t\r\n" for one in set(text)):
        raise Unreadable(NOT_TEXT)
    head = text[:10_000]
    separator = max(SEPARATORS, key=head.count)
    try:
        rows = [*csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
    except csv.Error:
        raise Unreadable("CSV 里有没有收尾的引号，读不出来。请在 Excel 或 WPS 里另存为 .xlsx。") from None
    if len(rows) > MOST_ROWS:
        raise too_many_rows("")
    if any(len(row) > MOST_COLUMNS for row in rows):
        raise Unreadable(f"有的行超过 {MOST_COLUMNS} 列。请核对分隔符，或另存为 .xlsx 再上传。")
    return Book("CSV", encoding, [Sheet("", rows)])


def _decoded(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: by its mark, else the first that fits without a single error."""
    marked = [(codec, label) for mark, codec, label in MARKS if data.startswith(mark)]
    for codec, label in marked or (*_unmarked_utf16(data), *GUESSES):
        try:
            return data.decode(codec), label
        except UnicodeDecodeError:
            continue
    raise Unreadable(NOT_TEXT)


def _unmarked_utf16(data: bytes) -> tuple[tuple[str, str], ...]:
    """Commas, digits and line ends of a list have a zero byte beside them in UTF-16."""
    head = data[:2000]
    if b"\0" not in head:
        return ()
    little = head[1::2].count(0) >= head[::2].count(0)
    return (("utf-16-le" if little else "utf-16-be", "UTF-16"),)
