"""Files made to hurt, or merely wrong: each refused with a sentence, within a second and a few megabytes."""

import io
import time
import tracemalloc
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from enterprises.lists import Unreadable, read
from enterprises.lists.books import COMPOUND, MOST_BYTES, MOST_ROWS
from enterprises.models import ListImport
from tests import lists
from tests.desk import address, sit_down
from tests.lists import csv, sample, xlsx

pytestmark = pytest.mark.django_db
HEAD = ["企业名称", "统一社会信用代码"]
ROW = ["沈阳某某（虚构）有限公司", "91210102YYYYY00183"]
SHEET = "xl/worksheets/sheet1.xml"


def changed(change, name=SHEET, **more):
    """A good workbook with one part written anew, or further parts."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx(HEAD, ROW))) as good,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for part in good.infolist():
            content = good.read(part)
            bad.writestr(part.filename, change(content) if part.filename == name else content)
        for path, content in more.items():
            bad.writestr(path.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


def cells(text):
    return changed(lambda sheet: sheet.replace(b"</sheetData>", text + b"</sheetData>"))


def formula():
    return xlsx(HEAD, ['=HYPERLINK("http://example.com")', ROW[1]])


def entities():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    return changed(lambda sheet: bomb + sheet)


def external():
    return changed(lambda sheet: b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + sheet)


def lying_bomb():
    """A part that says it is small; its stream goes on."""
    data = bytearray(changed(lambda sheet: sheet + b" " * 5_000_000))
    real = (len(zipfile.ZipFile(io.BytesIO(data)).read(SHEET))).to_bytes(4, "little")
    return bytes(data.replace(real, (100).to_bytes(4, "little")))


def zipped(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


FAR = b'<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row>'
HOSTILE = {
    "nothing": (lambda: b"", "文件是空的"),
    "100 MB": (lambda: bytes(MOST_BYTES + 1), "最大收 10 MB"),
    "zip bomb": (lambda: changed(lambda sheet: sheet + b" " * 70_000_000), "解开后超过 64 MB"),
    "zip bomb that lies": (lying_bomb, "不完整或已损坏"),
    "formula": (formula, "工作表里有公式"),
    "macro": (lambda: changed(bytes, xl__vbaProject_bin=b"x"), "工作簿里有宏"),
    "blank rows": (lambda: cells(b"<row/>" * 1_000_000), f"超过 {MOST_ROWS:,} 行"),
    "one cell far away": (lambda: cells(FAR), f"超过 {MOST_ROWS:,} 行"),
    "one cell far right": (lambda: cells(FAR.replace(b"1048576", b"9")), "超过 60 列"),
    "cells without a place": (lambda: cells(b"<row>" + b"<c><v>1</v></c>" * 9 + b"</row>"), "不完整或已损坏"),
    "entities": (entities, "外部实体"),
    "external entity": (external, "外部实体"),
    "truncated": (lambda: sample(lists.A)[:3000], "不完整或已损坏"),
    "no xml": (lambda: changed(lambda sheet: b"\xff\xfe<\0"), "不完整或已损坏"),
    "no sheet": (lambda: zipped(xl__workbook_xml=b"<workbook/>"), "不完整或已损坏"),
    "word": (lambda: zipped(word__document_xml=b"<w/>"), "这是 Word 文档"),
    "zip": (lambda: zipped(a_txt=b"x"), "不是 Excel 工作簿"),
    "binary workbook": (lambda: zipped(xl__workbook_bin=b"x"), "二进制工作簿"),
    "encrypted": (lambda: COMPOUND + bytes(512) + "EncryptedPackage".encode("utf-16-le"), "有打开密码"),
    "old workbook": (lambda: COMPOUND + bytes(512), "旧版 Office 文件"),
    "web page": (lambda: "<html><table>企业名称</table>".encode(), "这是网页"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "这是图片"),
    "noise": (lambda: bytes(range(256)) * 40, "不是表格文件"),
    "blank lines": (lambda: b"\n" * 1_000_000, f"超过 {MOST_ROWS:,} 行"),
    "many columns": (lambda: b"a," * 1000, "超过 60 列"),
    "open quote": (lambda: b'"' + b"a" * 200_000, "没有收尾的引号"),
}
NAMES = {"blank lines": "a.csv", "many columns": "a.csv", "open quote": "a.csv", "noise": "a.csv"}


@pytest.mark.parametrize("what", HOSTILE)
def test_it_is_refused_at_no_cost(what):
    make, said = HOSTILE[what]
    data = make()
    tracemalloc.start()
    start = time.process_time()
    with pytest.raises(Unreadable, match=said):
        read(data, NAMES.get(what, "a.xlsx"))
    spent, (_, peak) = time.process_time() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert spent < 2
    assert peak < 60_000_000


@pytest.mark.parametrize("what", ["100 MB", "zip bomb", "formula", "macro", "blank rows", "encrypted"])
def test_it_is_refused_through_the_desk_too(client, what):
    """A page with the sentence beside the file, and nothing kept."""
    make, said = HOSTILE[what]
    file = SimpleUploadedFile("a.xlsx", make())
    form = {"title": "公告", "decided_on": "2026-01-05", "grade": "A", "file": file}
    start = time.process_time()
    answer = sit_down(client).post(address(ListImport, "add"), form)
    assert time.process_time() - start < 4
    assert answer.status_code == 200
    assert said in str(answer.context["form"].errors["file"])
    assert not ListImport.objects.exists()


def test_a_list_of_policies_is_sent_to_the_right_door():
    with pytest.raises(Unreadable, match="请在管理后台的“政策清单导入”里上传"):
        read(sample(lists.C), lists.C)


def test_the_good_one_is_read():
    assert [row.entry.name for row in read(changed(bytes), "a.xlsx").lists[0].rows] == [ROW[0]]


@pytest.mark.parametrize(
    ("name", "data"), [("a.csv", "xlsx"), ("a.xlsx", "csv"), ("a.xlsm", "xlsx"), ("a.XLSB", "xlsx")]
)
def test_a_name_that_says_otherwise_is_refused(name, data):
    with pytest.raises(Unreadable, match="扩展名|不收"):
        read(xlsx(HEAD, ROW) if data == "xlsx" else csv(HEAD, ROW), name)


def test_every_truncation_is_refused_or_read_as_before():
    data = sample(lists.A)
    for size in range(0, len(data), 97):
        with pytest.raises(Unreadable):
            read(data[:size], lists.A)


def test_a_workbook_of_ten_thousand_rows_is_taken():
    rows = ([f"沈阳第{number}号（虚构）有限公司", ""] for number in range(10_000))
    assert len(read(csv(HEAD, *rows), "a.csv").lists[0].rows) == 10_000
