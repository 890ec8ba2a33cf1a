from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enterprises.kinds import (
    KINDS,
    Certificate,
    Certificates,
    Interval,
    Members,
    Refused,
    plain,
    yuan,
)
from enterprises.kinds.base import clean, number
from enterprises.kinds.sets import MAX_MEMBERS
from tests.strategies import TIERS, partly, subsets, whole_firms

ON = date(2026, 5, 4)
CITIES = {
    "210000": "辽宁省",
    "210100": "沈阳市",
    "210106": "沈阳市铁西区",
    "210200": "大连市",
    "210211": "大连市甘井子区",
    "210303": "鞍山市铁西区",
}
TITLES = {
    "srdi_sme:provincial": "专精特新中小企业",
    "little_giant:national": "国家级专精特新“小巨人”企业",
    "little_giant:provincial": "省级专精特新“小巨人”企业（旧称号）",
}


def parse(kind, raw, **how):
    return KINDS[kind].parse(raw, label="某项", **how)


def refusal(kind, raw, **how):
    """The refusal of a value; every one names the field and ends as a sentence."""
    with pytest.raises(Refused) as caught:
        parse(kind, raw, **how)
    assert "某项" in str(caught.value) or caught.value.code == "unknown_industry"
    assert str(caught.value).endswith("。")
    return caught.value


def test_it_works():
    assert parse("money", "3,200", unit="万元") == 32_000_000
    assert parse("percent", "6.1%") == Fraction(61, 10)
    assert parse("date", "2019年5月4日") == date(2019, 5, 4)
    assert set(KINDS) == {kind.name for kind in KINDS.values()}


# -- numbers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("3200", "万元", 32_000_000),
        ("3200", "元", 3_200),
        ("3200", "", 3_200),
        ("3,200万", "元", 32_000_000),
        ("３，２００万元", "元", 32_000_000),
        ("３２００．５", "万元", 32_005_000),
        (" 1.5 亿 ", "万元", 150_000_000),
        ("1.5亿元", "万元", 150_000_000),
        ("800元", "万元", 800),
        ("0.0001", "万元", 1),
        ("-12.5", "万元", -125_000),
        ("+3", "万元", 30_000),
        ("－３", "万元", -30_000),
        ("1_000", "元", 1_000),
        (0, "万元", 0),
        (3200, "万元", 32_000_000),
        (0.5, "万元", 5_000),
    ],
)
def test_money_is_read_in_any_usual_spelling_and_is_whole_yuan(text, unit, value):
    found = parse("money", text, unit=unit)
    assert (found, type(found)) == (value, int)


@pytest.mark.parametrize(
    "text", ["", "很多", "1e5", "nan", "Infinity", "1.2.3", ".5", "三千", True, "9" * 19]
)
def test_money_must_be_a_number(text):
    why = refusal("money", text, unit="万元")
    assert why.code == "not_a_number"
    assert "例如 3200 或 3200万元" in str(why)


@pytest.mark.parametrize("text", ["5美元", "5%", "5人", "5.", "5-", "5千"])
def test_money_in_a_strange_unit_is_refused_with_the_known_ones(text):
    why = refusal("money", text, unit="万元")
    assert why.code == "unknown_unit"
    assert f"“{clean(text)[1:]}”不认识，请用元、万元或亿元" in str(why)


@pytest.mark.parametrize(("text", "unit"), [("0.5", "元"), ("0.00005", "万元"), ("12.345元", "万元")])
def test_money_below_a_yuan_is_refused(text, unit):
    why = refusal("money", text, unit=unit)
    assert (why.code, "精确到元" in str(why)) == ("too_precise", True)


def test_eighteen_characters_are_the_longest_number():
    assert parse("money", "9" * 18, unit="元") == 10**18 - 1
    assert refusal("money", "-" + "9" * 18, unit="元").code == "not_a_number"


@given(st.integers(-(10**14), 10**14))
def test_money_is_shown_exactly_and_reads_back(value):
    assert parse("money", yuan(value)) == value
    assert parse("money", KINDS["money"].encode(value), unit="") == value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0元"),
        (800, "800元"),
        (9_999, "9,999元"),
        (10_000, "1万元"),
        (200_000, "20万元"),
        (15_000, "1.5万元"),
        (12_345, "1.2345万元"),
        (32_000_000, "3,200万元"),
        (99_999_999, "9,999.9999万元"),
        (100_000_000, "1亿元"),
        (150_000_000, "1.5亿元"),
        (123_450_000, "1.2345亿元"),
        (100_000_001, "10,000.0001万元"),
        (100_001_000, "10,000.1万元"),
        (-200_000, "-20万元"),
    ],
)
def test_money_for_a_person(value, shown):
    assert yuan(value) == shown
    assert KINDS["money"].show(value) == shown


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (Fraction(1, 3), 2, "0.33"),
        (Fraction(2, 3), 2, "0.67"),
        (Fraction(1, 200), 2, "0.01"),
        (Fraction(-1, 200), 2, "-0.01"),
        (Fraction(-1, 201), 2, "0"),
        (Fraction(49, 10_000), 2, "0"),
        (1_234_567, 2, "1,234,567"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(5, 2), 2, "2.5"),
        (Fraction(1, 8), 4, "0.125"),
    ],
)
def test_a_plain_number_is_rounded_half_up_without_trailing_zeros(value, places, shown):
    assert plain(value, places) == shown


@given(st.fractions(), st.integers(0, 6))
def test_a_plain_number_is_never_more_than_half_a_place_off(value, places):
    assert abs(Fraction(plain(value, places).replace(",", "")) - value) <= Fraction(1, 2 * 10**places)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("40", "人", 40),
        ("４０人", "人", 40),
        ("1,200 人", "人", 1_200),
        ("1.2万", "人", 12_000),
        ("1.2万人", "人", 12_000),
        ("12月", "个月", 12),
        ("12个月", "个月", 12),
        ("2025年", "年度", 2_025),
        ("3.0", "项", 3),
        (0, "人", 0),
        ("-2", "年", -2),
    ],
)
def test_a_count_is_a_whole_number_in_its_own_unit(text, unit, value):
    found = parse("count", text, unit=unit)
    assert (found, type(found)) == (value, int)


@pytest.mark.parametrize(
    ("text", "unit"),
    [("2年", "个月"), ("6个月", "年"), ("40%", "人"), ("40万元", "人"), ("3亿", "人"), ("3人", "")],
)
def test_a_count_in_another_unit_is_never_taken_for_its_own(text, unit):
    why = refusal("count", text, unit=unit)
    assert why.code == "unknown_unit"
    assert "请只填数字，例如 40" in str(why)
    assert unit == "" or f"40{unit}。" in str(why)


@pytest.mark.parametrize(
    ("text", "code"), [("2.5", "not_whole"), (True, "not_a_number"), ("许多", "not_a_number")]
)
def test_a_count_must_be_whole(text, code):
    why = refusal("count", text, unit="人")
    assert why.code == code
    assert "例如 40" in str(why)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [(180, "人", "180人"), (12_000, "人", "12,000人"), (2_025, "年度", "2025年度"), (2_025, "", "2025")],
)
def test_years_are_shown_without_commas(value, unit, shown):
    assert KINDS["count"].show(value, unit=unit) == shown


@pytest.mark.parametrize(
    ("text", "value"), [("6", 6), ("6%", 6), ("６．５％", Fraction(13, 2)), ("-50%", -50), (0, 0)]
)
def test_a_percent_is_exact(text, value):
    found = parse("percent", text)
    assert (found, type(found)) == (value, Fraction)


@pytest.mark.parametrize(
    ("text", "code"), [("6‰", "unknown_unit"), ("6万", "unknown_unit"), ("百分之六", "not_a_number")]
)
def test_a_percent_is_a_percent(text, code):
    why = refusal("percent", text)
    assert why.code == code
    assert "例如 6 或 6%" in str(why)


@given(st.decimals(-1_000_000, 1_000_000, places=6))
def test_a_percent_travels_exactly_to_six_places(value):
    exact = Fraction(value)
    assert parse("percent", KINDS["percent"].encode(exact)) == exact


def test_a_percent_for_a_person():
    assert KINDS["percent"].show(Fraction(20, 3)) == "6.67%"
    assert KINDS["percent"].show(Fraction(1_500), unit="") == "1,500%"
    assert KINDS["percent"].encode(Fraction(20_000, 3)) == "6666.666667"


@pytest.mark.parametrize(
    ("text", "value"), [("62", 62), ("62.5分", Fraction(125, 2)), (0, 0), ("１．875", Fraction(15, 8))]
)
def test_points_may_have_decimals(text, value):
    assert parse("points", text, unit="分") == value


@pytest.mark.parametrize("text", ["62%", "62级", "六十"])
def test_points_in_another_unit_are_refused(text):
    assert refusal("points", text, unit="分").code in ("unknown_unit", "not_a_number")


def test_points_for_a_person_and_over_a_wire():
    assert KINDS["points"].show(Fraction(15, 8), unit="分") == "1.875分"
    assert KINDS["points"].show(60) == "60分"
    assert KINDS["points"].encode(Fraction(125, 2)) == "62.5"


@pytest.mark.parametrize(
    ("kind", "low", "high", "shown", "sent"),
    [
        ("points", 55, Fraction(141, 2), "55分至70.5分", {"low": "55", "high": "70.5"}),
        ("count", 3, 8, "3个至8个", {"low": 3, "high": 8}),
        ("money", 0, 3_000_000, "0元至300万元", {"low": "0", "high": "3000000"}),
        ("percent", Fraction(1, 2), Fraction(3), "0.5%至3%", {"low": "0.5", "high": "3"}),
    ],
)
def test_a_number_known_between_two_bounds_shows_and_sends_both(kind, low, high, shown, sent):
    unit = {"count": "个", "points": "分", "percent": "%", "money": "万元"}[kind]
    assert KINDS[kind].show(Interval(low, high), unit=unit) == shown
    assert KINDS[kind].encode(Interval(low, high)) == sent


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("start", ["", "5"])
def test_a_refusal_never_repeats_a_whole_page(kind, start):
    text = start + "未知" * 500
    raw = [text] if kind in ("labels", "certifications") else text
    assert len(str(refusal(kind, raw, choices={"C": "甲"}))) < 120


def test_a_number_comes_with_its_unit():
    assert number("3,200万", "营业收入", "3200") == (3_200, "万")


# -- days, flags, choices ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2019-05-04",
        "2019-5-4",
        "2019/5/4",
        "2019.05.04",
        "20190504",
        "2019年5月4日",
        "2019 年 5 月 4 日",
        "２０１９年５月４日",
        "2019年5月4",
        date(2019, 5, 4),
        datetime(2019, 5, 4, 13, 30),
    ],
)
def test_a_day_is_read_in_every_usual_spelling(text):
    found = parse("date", text)
    assert (found, type(found)) == (date(2019, 5, 4), date)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2019",
        "201911",
        "2019111",
        "2019-11",
        "2019.11",
        "2019年11",
        "2019年5月",
        "2019-02-29",
        "2019-13-01",
    ]
    + ["19-5-4", "4.5.2019", "五月四日", "2019-05-04 13:30", True, [], "0000-01-01"],
)
def test_what_is_no_whole_day_is_not_guessed(text):
    why = refusal("date", text)
    assert why.code == "not_a_date"
    assert "例如 2019-05-04 或 2019年5月4日" in str(why)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_reads_back_as_shown_and_as_sent(day):
    kind = KINDS["date"]
    assert parse("date", kind.show(day)) == parse("date", kind.encode(day)) == day
    assert parse("date", f"{day:%Y%m%d}") == day


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("是", True),
        ("有", True),
        ("TRUE", True),
        ("ｙｅｓ", True),
        (1, True),
        (True, True),
        ("否", False),
        ("没有", False),
        ("无", False),
        ("0", False),
        (" No ", False),
        (False, False),
    ],
)
def test_a_flag_is_yes_or_no(text, value):
    assert parse("flag", text) is value


@pytest.mark.parametrize("text", ["", "不清楚", "maybe", 2, None, []])
def test_an_unclear_flag_is_refused_and_never_a_no(text):
    why = refusal("flag", text)
    assert why.code == "not_a_flag"
    assert "“是”或“否”；不清楚就不填" in str(why)


def test_a_flag_is_shown_in_a_word_and_sent_as_it_is():
    assert KINDS["flag"].encode(True) is True
    assert [KINDS["flag"].show(value) for value in (True, False)] == ["是", "否"]


OWNERS = {"private": "民营", "state": "国有"}


def test_a_choice_is_named_by_key_or_by_name():
    assert (
        parse("choice", "private", choices=OWNERS) == parse("choice", " 民营 ", choices=OWNERS) == "private"
    )
    assert KINDS["choice"].show("private", choices=OWNERS) == "民营"
    assert KINDS["choice"].show("private") == "private"


@pytest.mark.parametrize("text", ["私营", "", "Private", 7])
def test_a_strange_choice_is_refused_with_the_known_ones(text):
    why = refusal("choice", text, choices=OWNERS)
    assert why.code == "not_a_choice"
    assert f"没有“{text}”这一项，请从这些里选：民营、国有。" in str(why)


def test_a_refusal_names_eight_choices_at_most():
    many = {str(key): f"第{key}项" for key in range(9)}
    assert "第7项等。" in str(refusal("choice", "x", choices=many))
    del many["8"]
    assert "第7项。" in str(refusal("choice", "x", choices=many))


@pytest.mark.parametrize("text", ["企业（公司）", "企业(公司)"])
def test_a_name_with_brackets_is_known_in_either_width(text):
    named = {"company": "企业（公司）", "hall": "hall(半角)"}
    assert parse("choice", text, choices=named) == "company"
    assert parse("labels", [text, "hall（半角）"], choices=named).has == {"company", "hall"}


def test_without_a_table_any_word_is_a_choice():
    assert parse("choice", "大连高新区") == "大连高新区"
    assert refusal("choice", " ").code == "not_a_choice"


# -- regions and industries --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("210211", "210211"),
        ("２１０２１１", "210211"),
        (210211, "210211"),
        ("000000", "000000"),
        ("大连市", "210200"),
        ("大连", "210200"),
        ("辽宁", "210000"),
        ("甘井子区", "210211"),
        ("大连市甘井子区", "210211"),
        ("鞍山市铁西区", "210303"),
    ],
)
def test_a_region_is_named_by_code_or_by_name(text, code):
    assert parse("region", text, choices=CITIES) == code


@pytest.mark.parametrize("text", ["", "210299", "21021", "上海市", "大连市金州区"])
def test_a_strange_region_is_refused_with_an_example(text):
    why = refusal("region", text, choices=CITIES)
    assert why.code == "unknown_region"
    assert f"里没有“{text}”，请填六位行政区划代码或全称，例如 210200 或 大连市。" in str(why)


def test_a_name_that_two_cities_share_must_be_written_out():
    why = refusal("region", "铁西区", choices=CITIES)
    assert why.code == "unknown_region"
    assert "有几个“铁西区”：沈阳市铁西区 210106、鞍山市铁西区 210303，请写全。" in str(why)


def test_without_a_table_any_six_digits_are_a_region():
    assert parse("region", "210299") == "210299"
    assert refusal("region", "大连市").code == "unknown_region"
    assert refusal("region", "٢١٠٢١١").code == "unknown_region"


def test_a_region_for_a_person():
    show = KINDS["region"].show
    assert (show("210200", choices=CITIES), show("000000", choices=CITIES)) == ("大连市", "全国")
    assert show("210299") == "210299"


CLASSES = {"C": "制造业", "34": "通用设备制造业", "3421": "金属切削机床制造"}


def test_an_industry_is_named_by_code_or_by_name():
    for text in ("3421", "C3421", "Ｃ３４２１", "金属切削机床制造", 3421):
        assert parse("industry", text, choices=CLASSES) == "3421"
    assert parse("industry", "c", choices=CLASSES) == "C"
    assert parse("industry", "6513") == "6513"


@pytest.mark.parametrize(
    ("text", "part"), [("机床", "国民经济行业代码"), ("F3421", "属于门类C"), ("3422", "没有代码“3422”，例如")]
)
def test_a_strange_industry_is_refused_with_the_way_out(text, part):
    why = refusal("industry", text, choices=CLASSES)
    assert why.code == "unknown_industry"
    assert part in str(why)


def test_an_industry_for_a_person():
    assert KINDS["industry"].show("3421", choices=CLASSES) == "金属切削机床制造（3421）"
    assert KINDS["industry"].show("3422", choices=CLASSES) == KINDS["industry"].show("3422") == "3422"


# -- sets --------------------------------------------------------------------------------------------------


def test_a_stated_set_is_complete():
    expected = Members(frozenset({"绿色工厂", "质量奖"}))
    for raw in (
        "绿色工厂、质量奖",
        "绿色工厂，质量奖；",
        "质量奖\n绿色工厂",
        "绿色工厂|质量奖",
        ["质量奖", " 绿色工厂 ", ""],
    ):
        assert parse("labels", raw) == expected
    assert parse("labels", []) == Members(frozenset(), complete=True)


def test_a_set_can_be_stated_in_part():
    found = parse("labels", {"has": ["甲"], "lacks": ["乙", "甲"], "complete": False})
    assert found == Members(frozenset({"甲"}), False, frozenset({"乙"}))
    assert [found.may_have(key) for key in "甲乙丙"] == [True, False, True]
    assert [parse("labels", ["甲"]).may_have(key) for key in "甲乙"] == [True, False]
    assert not found.settled
    assert parse("labels", ["甲"]).settled


def test_a_whole_set_can_have_a_doubtful_member():
    found = Members(frozenset({"甲"}), maybe=frozenset({"乙"}))
    assert [found.may_have(key) for key in "甲乙丙"] == [True, True, False]
    assert not found.settled
    assert KINDS["labels"].encode(found) == {"has": ["甲"], "complete": True, "maybe": ["乙"]}


@pytest.mark.parametrize(
    ("raw", "code", "part"),
    [
        (7, "not_a_list", "一项也没有就填空列表"),
        (True, "not_a_list", "请填一个列表"),
        ({"has": 7}, "not_a_list", "请填一个列表"),
        ({"have": ["甲"]}, "unknown_key", "不认识“have”，可用：has、lacks、complete。"),
        ({"has": ["甲"], "complete": "也许"}, "not_a_flag", "“某项 complete”请填“是”或“否”"),
    ],
)
def test_what_is_no_set_is_refused(raw, code, part):
    why = refusal("labels", raw)
    assert why.code == code
    assert part in str(why)


def test_completeness_is_read_as_any_flag():
    assert parse("labels", {"has": ["甲"], "complete": "false"}).complete is False
    assert parse("certifications", {"items": [], "complete": "否"}).complete is False


@pytest.mark.parametrize("kind", ["labels", "certifications"])
def test_a_set_has_a_largest_size(kind):
    rows = [f"项{index}" for index in range(MAX_MEMBERS)]
    parse(kind, rows)
    why = refusal(kind, [*rows, "再一项"])
    assert (why.code, str(why)) == ("too_many", "“某项”最多填 200 项。")


def test_a_member_is_named_by_key_by_name_or_by_a_clear_beginning():
    for text in ("srdi_sme:provincial", "专精特新中小企业", "srdi_sme"):
        assert parse("labels", [text], choices=TITLES).has == {"srdi_sme:provincial"}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("little_giant", "“little_giant”有几种：little_giant:national、little_giant:provincial，请写全。"),
        ("瞪羚", "没有“瞪羚”，例如：专精特新中小企业、"),
    ],
)
def test_an_unclear_member_is_refused_with_what_there_is(text, part):
    for kind in ("labels", "certifications"):
        why = refusal(kind, [text], choices=TITLES)
        assert why.code == "not_a_choice"
        assert part in str(why)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Members(frozenset()), "没有"),
        (Members(frozenset({"乙", "甲"})), "乙、甲"),
        (Members(frozenset({"srdi_sme:provincial"})), "专精特新中小企业"),
        (Members(frozenset({"甲"}), complete=False), "甲（已知部分）"),
        (Members(frozenset(), complete=False), "未知"),
        (Members(frozenset({"甲"}), maybe=frozenset({"乙"})), "甲（已知部分）"),
        (Members(frozenset(), maybe=frozenset({"乙"})), "未知"),
    ],
)
def test_a_set_says_whether_it_is_the_whole(value, shown):
    assert KINDS["labels"].show(value, choices=TITLES) == shown


@given(subsets("甲乙丙"), st.booleans(), subsets("甲乙丙"))
def test_a_set_reads_back_as_sent(has, complete, lacks):
    members = Members(has, complete, lacks - has)
    sent = KINDS["labels"].encode(members)
    assert parse("labels", sent) == members
    assert ("lacks" in sent) == bool(lacks - has)


# -- certificates ------------------------------------------------------------------------------------------

GIANT = "little_giant:national"


def one(**row):
    (found,) = parse("certifications", [{"tier": GIANT, **row}]).items
    return found


def test_a_certificate_is_read_with_its_dates():
    found = one(
        recognized_on="2024年9月2日",
        valid_from=date(2024, 7, 1),
        valid_until="2027-06-30",
        act="review",
        ended_on="",
    )
    assert found == Certificate(GIANT, date(2024, 9, 2), None, date(2024, 7, 1), date(2027, 6, 30), "review")
    assert found.year == 2024
    assert one(recognized_in="2024年").year == one(recognized_in=2024).year == 2024
    assert one(act=None, stage="") == Certificate(GIANT)
    assert one().year is None


def test_a_bare_title_is_held_by_somebodys_word():
    (found,) = parse("certifications", ["little_giant:national"], choices=TITLES).items
    assert found == Certificate(GIANT, held=True)
    assert found.held_on(ON) is True
    assert one(held=True).held
    assert not one(held="true").held


def test_a_list_of_titles_is_complete_unless_it_says_otherwise():
    assert parse("certifications", []) == Certificates((), True)
    found = parse("certifications", {"items": [GIANT], "complete": False, "lacks": ["hnte:national", GIANT]})
    assert found == Certificates((Certificate(GIANT, held=True),), False, frozenset({"hnte:national"}))


@pytest.mark.parametrize(
    ("raw", "code", "part"),
    [
        ("小巨人", "not_a_list", "没有称号就填空列表"),
        (7, "not_a_list", "每项写明 tier"),
        ({"items": {"tier": GIANT}}, "not_a_list", "请填一个列表"),
        ({"tier": GIANT}, "unknown_key", "不认识“tier”，可用：items、lacks、complete。"),
        ([{"act": "review"}], "no_tier", "要写明 tier，例如 little_giant:national"),
        ([{"tier": 7}], "no_tier", "要写明 tier"),
        ([7], "no_tier", "要写明 tier"),
        ([{"tier": GIANT, "from": "2024-09-02"}], "unknown_key", "不认识“from”，可用：tier、act、"),
        (
            [{"tier": GIANT, "act": "renewal"}],
            "not_a_choice",
            "act 请从这些里选：recognition、review、renaming。",
        ),
        ([{"tier": GIANT, "act": ["review"]}], "not_a_choice", "act 请从这些里选"),
        (
            [{"tier": GIANT, "stage": "rumoured"}],
            "not_a_choice",
            "stage 请从这些里选：announced、public_notice。",
        ),
        ([{"tier": GIANT, "valid_from": "2024"}], "not_a_date", "“某项 valid_from”请填日期"),
        ([{"tier": GIANT, "recognized_in": "去年"}], "not_a_number", "“某项 recognized_in”请填数字"),
    ],
)
def test_a_list_of_titles_is_refused_for_what_is_wrong(raw, code, part):
    why = refusal("certifications", raw)
    assert why.code == code
    assert part in str(why)


@pytest.mark.parametrize(
    ("row", "held"),
    [
        ({"valid_from": "2023-05-05", "valid_until": "2026-05-04"}, True),
        ({"valid_from": "2023-05-04", "valid_until": "2026-05-03"}, False),
        ({"valid_from": "2026-05-04", "valid_until": "2029-05-03"}, True),
        ({"valid_from": "2026-05-05", "valid_until": "2029-05-04"}, False),
        ({"recognized_on": "2026-05-04", "valid_until": "2029-05-04"}, True),
        ({"recognized_on": "2026-05-05", "valid_until": "2029-05-04"}, False),
        ({"recognized_on": "2026-05-05", "valid_from": "2026-01-01", "valid_until": "2028-12-31"}, True),
        ({"valid_until": "2026-05-04"}, True),
        ({"valid_until": "2026-05-03", "held": True}, False),
        ({"recognized_in": 2026, "valid_until": "2029-05-04"}, True),
        ({"recognized_in": 2027, "valid_until": "2029-05-04"}, False),
        ({"valid_until": "2029-05-04", "ended_on": "2026-05-04"}, False),
        ({"valid_until": "2029-05-04", "ended_on": "2026-05-05"}, True),
        ({"valid_until": "2029-05-04", "stage": "public_notice"}, False),
        ({"stage": "public_notice", "held": True}, False),
        ({"recognized_on": "2024-09-02"}, None),
        ({"recognized_in": 2024}, None),
        ({}, None),
        ({"held": True}, True),
        ({"recognized_in": 2024, "held": True}, True),
        ({"ended_on": "2026-05-04", "held": True}, False),
    ],
)
def test_a_title_is_held_when_its_dates_or_somebody_say_so(row, held):
    assert one(**row).held_on(ON) is held


@pytest.mark.parametrize("day", [date(2024, 6, 30), date(2024, 7, 1), date(2027, 6, 30), date(2027, 7, 1)])
def test_the_first_and_the_last_day_count(day):
    found = one(recognized_on="2024-09-02", valid_from="2024-07-01", valid_until="2027-06-30")
    assert found.held_on(day) is (date(2024, 7, 1) <= day <= date(2027, 6, 30))
    assert found.held_on(date(2027, 6, 30) + timedelta(365)) is False


def test_titles_for_a_person():
    show = KINDS["certifications"].show
    items = parse("certifications", [GIANT, "srdi_sme:provincial", GIANT])
    assert show(items, choices=TITLES) == "专精特新中小企业、国家级专精特新“小巨人”企业"
    assert show(Certificates(())) == "没有"
    assert show(Certificates((), complete=False)) == "未知"


@given(whole_firms.map(lambda firm: firm["certifications"]).flatmap(partly))
def test_titles_read_back_as_sent(certified):
    """Only the year is new to a row that has the day."""
    found = parse(
        "certifications", KINDS["certifications"].encode(certified), choices=dict.fromkeys(TIERS, "")
    )
    assert (found.complete, found.lacks) == (certified.complete, certified.lacks)
    for read, sent in zip(found.items, certified.items, strict=True):
        assert read.year == sent.year
        assert read == Certificate(**{**vars(sent), "recognized_in": sent.year})


@pytest.mark.parametrize("kind", ["percent", "points"])
def test_more_digits_than_can_be_compared_are_refused(kind):
    assert parse(kind, "6.000001") == Fraction(6_000_001, 10**6)
    with pytest.raises(Refused, match="最多填六位小数"):
        parse(kind, "6.0000001")


def test_a_choice_with_full_width_brackets_is_found_by_its_own_name():
    choices = {"several": "多个环节（2个及以上）"}
    assert parse("choice", "多个环节（2个及以上）", choices=choices) == "several"
    assert parse("labels", ["多个环节（2个及以上）"], choices=choices) == Members(frozenset({"several"}))
