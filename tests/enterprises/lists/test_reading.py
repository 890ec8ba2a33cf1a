"""The six samples and what else officials publish, read as they are."""

from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from enterprises.lists import Unreadable, read
from tests import lists
from tests.lists import csv, sample, xlsx

pytestmark = pytest.mark.django_db
HEAD = ["序号", "企业名称", "统一社会信用代码"]
CODE = "91210102YYYYY00183"


def only(data, name="名单.csv"):
    (one,) = read(data, name).lists
    return one


def entries(data, name="名单.csv"):
    return [row.entry for row in only(data, name).rows]


def problems(data, name="名单.csv"):
    return [row.problems for row in only(data, name).rows]


def test_it_works():
    """A: title, subtitle and header on the third row, a merged city column, a footnote."""
    one = only(sample(lists.A), lists.A)
    assert (len(one.rows), one.section.counted) == (32, 32)
    assert (one.event, one.stage, one.tier) == ("recognition", "announced", "srdi_sme:provincial")
    assert one.validity == (date(2026, 1, 1), date(2028, 12, 31))
    last = one.rows[-1]
    assert (last.number, last.entry.name) == (35, "示例沈抚第32号制造（虚构）有限公司")
    assert (last.entry.uscc, last.entry.region) == ("91211500YYYYY03250", "211500")
    assert not any(row.problems for row in one.rows)
    assert [row.entry.region for row in one.rows[:5]] == ["210100"] * 3 + ["210200"] * 2


def test_one_sheet_a_batch_with_headings_that_differ_and_dirty_names():
    """B."""
    found = read(sample(lists.B), lists.B).lists
    assert [one.batch for one in found] == ["第一批", "第二批", "第六批"]
    assert [one.section.headings[2] for one in found] == ["示范企业名称", "企业名称", "企业名称"]
    names = [row.entry.name for row in found[0].rows]
    assert names[1:4] == [
        "示例沈阳第02号制造（虚构）有限公司",
        "示例沈阳第03号制造（虚构）有限公司",
        "示例大连第04号制造（虚构）有限公司",
    ]
    assert {row.entry.region for row in found[0].rows} == {"210000", "210200"}


def test_one_notice_with_three_attachments_is_three_lists():
    """D."""
    found = read(sample(lists.D), lists.D).lists
    assert [one.event for one in found] == ["recognition", "review", "renaming"]
    renamed = found[2].rows[0].entry
    assert renamed.former_name == "示例沈阳第01号制造（虚构）有限公司"
    assert renamed.name == "示例沈阳第01号制造（虚构）股份有限公司"


def test_a_csv_in_gb18030():
    """E."""
    reading = read(sample(lists.E), lists.E)
    assert reading.encoding == "GB18030"
    assert [row.entry.uscc for row in reading.lists[0].rows][0] == CODE


def test_a_code_kept_as_a_number_is_refused_by_its_type():
    """F: 15 digits are left of it, and a check digit may still be right by chance."""
    found = problems(sample(lists.F), lists.F)
    assert len(found) == 3
    assert all("存成了数字" in one for (one,) in found)
    whole = xlsx(HEAD, [1, "沈阳某某（虚构）有限公司", 912101021000000000])
    assert "存成了数字" in problems(whole, "a.xlsx")[0][0]


@pytest.mark.parametrize("text", ["9.12102E+17", "9.12E17"])
def test_a_code_that_csv_kept_as_a_number_is_refused_too(text):
    assert "存成了数字" in problems(csv(HEAD, ["1", "沈阳某某（虚构）有限公司", text]))[0][0]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"]
)
def test_any_encoding(encoding):
    (entry,) = entries(csv(HEAD, ["1", "沈阳某某（虚构）有限公司", CODE], encoding=encoding))
    assert (entry.name, entry.uscc) == ("沈阳某某（虚构）有限公司", CODE)


@pytest.mark.parametrize("separator", ["\t", ";", "，"])
def test_any_separator(separator):
    text = "\n".join(separator.join(row) for row in (HEAD, ["1", "沈阳某某（虚构）有限公司", CODE]))
    assert entries(text.encode("utf-16"))[0].uscc == CODE


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("2024-05-01", date(2024, 5, 1)),
        ("2024/5/1", date(2024, 5, 1)),
        ("２０２４．５．１", date(2024, 5, 1)),
        ("20240501", date(2024, 5, 1)),
        (" 2024年5月1日 ", date(2024, 5, 1)),
        (45413, date(2024, 5, 1)),
        ("45413", date(2024, 5, 1)),
        (datetime(2024, 5, 1), date(2024, 5, 1)),
        ("2024年5月", date(2024, 5, 31)),
        ("2024", date(2024, 12, 31)),
        ("2024年度", date(2024, 12, 31)),
        ("2024年2月", date(2024, 2, 29)),
    ],
)
def test_days_as_people_and_spreadsheets_write_them(written, found):
    (entry,) = entries(xlsx(["企业名称", "有效期至"], ["沈阳某某（虚构）有限公司", written]), "a.xlsx")
    assert entry.valid_until == found


@pytest.mark.parametrize("written", ["2024年2月30日", "明年", "12", "2024-13-01", "99999"])
def test_what_is_no_day_is_said(written):
    (found,) = problems(csv(["企业名称", "有效期至"], ["沈阳某某（虚构）有限公司", written]))
    assert f"“{written}”，不是日期" in found[0]


def test_a_decision_known_by_its_month_keeps_the_year():
    (entry,) = entries(csv(["企业名称", "认定时间"], ["沈阳某某（虚构）有限公司", "2024年5月"]))
    assert (entry.recognized_on, entry.recognized_in) == (None, 2024)


def test_a_validity_in_one_cell():
    row = ["沈阳某某（虚构）有限公司", "2024年1月1日至2026年12月31日"]
    (entry,) = entries(csv(["企业名称", "有效期"], row))
    assert (entry.valid_from, entry.valid_until) == (date(2024, 1, 1), date(2026, 12, 31))


def test_full_width_digits_stray_spaces_and_brackets():
    row = ["１", " 沈阳　某某( 虚构 )有限公司\n", "９１２１０１０２ ＹＹＹＹＹ００１８３"]
    (entry,) = entries(xlsx(HEAD, row), "a.xlsx")
    assert (entry.name, entry.uscc) == ("沈阳某某(虚构)有限公司", CODE)


def test_cities_and_titles_as_headings_between_the_rows():
    data = xlsx(
        ["2026年名单", None, None],
        ["序号", "企业名称", "备注"],
        ["一、沈阳市（共2家）"],
        [1, "沈阳甲（虚构）有限公司"],
        [2, "沈阳乙（虚构）有限公司"],
        ["（二）大连市（共１家）"],
        ["瞪羚企业（共1家）"],
        [3, "大连丙（虚构）有限公司"],
        ["合计", "3家"],
        ["注：排名不分先后"],
    )
    found = entries(data, "a.xlsx")
    assert [entry.region for entry in found] == ["210100", "210100", "210200"]
    assert [entry.tier for entry in found] == ["", "", "gazelle:provincial"]


def test_several_lists_in_one_sheet_and_a_heading_row_repeated_by_a_page_break():
    data = xlsx(
        ["附件1 新认定名单"],
        ["序号", "企业名称"],
        [1, "沈阳甲（虚构）有限公司"],
        ["序号", "企业名称"],
        [2, "沈阳乙（虚构）有限公司"],
        [],
        ["附件2 复核通过名单"],
        ["序号", "企业名称"],
        [1, "大连丙（虚构）有限公司"],
    )
    found = read(data, "a.xlsx").lists
    assert [(one.event, len(one.rows)) for one in found] == [("recognition", 2), ("review", 1)]


def test_a_list_of_names_alone():
    found = entries(csv(["企业名称"], ["沈阳甲（虚构）有限公司"], ["沈阳乙（虚构）有限公司"]))
    assert len(found) == 2


def test_a_class_a_row():
    rows = [["沈阳甲（虚构）有限公司", "雏鹰企业"], ["沈阳乙（虚构）有限公司", "潜在独角兽企业"]]
    found = entries(csv(["企业名称", "企业类别"], *rows))
    assert [entry.tier for entry in found] == ["young_eagle:provincial", "potential_unicorn:provincial"]


@pytest.mark.parametrize(
    ("city", "county", "code"),
    [
        ("沈阳", "", "210100"),
        ("大连市金州区", "", "210213"),
        ("辽宁省鞍山市", "铁西区", "210303"),
        ("沈抚新区", "", "211500"),
        ("", "金州区", "210213"),
    ],
)
def test_places_as_they_are_written(city, county, code):
    (entry,) = entries(csv(["企业名称", "所属市", "区县"], ["某某（虚构）有限公司", city, county]))
    assert entry.region == code


@pytest.mark.parametrize(
    ("heading", "written", "said"),
    [
        ("统一社会信用代码", "9121", "应为18位"),
        ("统一社会信用代码", "91210102YYYYY00184", "校验码不对"),
        ("所属市", "纽约", "不认识地区“纽约”"),
        ("区县", "铁西区", "不止一个“铁西区”"),
        ("称号", "最佳企业", "不认识称号“最佳企业”"),
        ("事项", "其他", "不认识“其他”"),
        ("终止原因", "不想要了", "不认识终止原因"),
        ("来源网址", "javascript:alert(1)", "要以 http"),
        ("批次", "=1+1", "像公式"),
        ("备注", "字" * 301, "最多300个字"),
    ],
)
def test_what_is_wrong_with_a_cell_is_said(heading, written, said):
    (found,) = problems(csv(["企业名称", heading], ["某某（虚构）有限公司", written]))
    assert len(found) == 1
    assert said in found[0]


@pytest.mark.parametrize("written", ["", "=cmd|' /C calc'!A0", "@SUM(A1)", "有"])
def test_what_is_no_name(written):
    (found,) = problems(csv(["序号", "企业名称", "备注"], ["1", written, "x"]))
    assert len(found) == 1


def test_every_problem_of_a_row_is_said():
    (found,) = problems(csv([*HEAD, "所属市"], ["1", "某某（虚构）有限公司", "9121", "纽约"]))
    assert len(found) == 2


def test_two_columns_for_one_thing_are_refused():
    with pytest.raises(Unreadable, match="两列都像“企业名称”"):
        read(csv(["企业名称", "序号", "企业名称"], ["甲", "1", "乙"]), "a.csv")


@pytest.mark.parametrize(
    "data",
    [csv(["甲", "乙"], ["1", "2"]), csv(["企业名称", "序号"]), xlsx()],
    ids=["words", "heading", "empty"],
)
def test_what_has_no_list_in_it(data):
    name = "a.xlsx" if data.startswith(b"PK") else "a.csv"
    with pytest.raises(Unreadable, match="没有找到企业名单"):
        read(data, name)


def test_what_somebody_hid_is_left_out_and_said():
    data = xlsx(["企业名称"], ["沈阳甲（虚构）有限公司"], 草稿=[["企业名称"], ["沈阳乙（虚构）有限公司"]])
    book = load_workbook(BytesIO(data))
    book["草稿"].sheet_state = "hidden"
    file = BytesIO()
    book.save(file)
    reading = read(file.getvalue(), "a.xlsx")
    assert (len(reading.lists), reading.left_out) == (1, "隐藏的工作表“草稿”没有读。")
