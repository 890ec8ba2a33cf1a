import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as stdnum_uscc

import enterprises
from enterprises.codes import (
    NATIONAL,
    SECTION_OF_DIVISION,
    USCC_ALPHABET,
    clean_uscc,
    industry_path,
    industry_within,
    normalize_industry,
    normalize_name,
    organization_check_digit,
    prefix,
    region_chain,
    region_within,
)

DATA = Path(enterprises.__file__).parent / "data"
FIRM = "91210112YT00000115"
region_codes = st.from_regex("[0-9]{6}", fullmatch=True)
class_codes = st.builds("{}{:02}".format, st.sampled_from(sorted(SECTION_OF_DIVISION)), st.integers(0, 99))


def rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def with_check_digit(seventeen):
    return seventeen + stdnum_uscc.calc_check_digit(seventeen)


def test_it_works():
    assert region_within("210212", "210200")
    assert industry_path(normalize_industry("C3670")) == "C/36/367/3670"
    assert normalize_name("沈阳（虚构） 机械") == "沈阳(虚构)机械"
    assert clean_uscc(f" {FIRM.lower()} ") == FIRM


@pytest.mark.parametrize(
    ("code", "chain"),
    [
        ("000000", ("000000",)),
        ("210000", ("000000", "210000")),
        ("210200", ("000000", "210000", "210200")),
        ("210212", ("000000", "210000", "210200", "210212")),
        ("211500", ("000000", "210000", "211500")),
    ],
)
def test_a_chain_ends_at_its_own_level(code, chain):
    assert region_chain(code) == chain


@pytest.mark.parametrize("code", ["", "2102", "2102123", "21021a", "２１０２１２", "大连市"])
def test_a_region_code_has_six_digits(code):
    with pytest.raises(ValueError, match="请填6位数字"):
        region_chain(code)


@pytest.mark.parametrize(
    ("code", "area", "within"),
    [
        ("210212", NATIONAL, True),
        ("210212", "210212", True),
        ("210212", "210100", False),
        ("210200", "210212", False),
        ("210200", "110000", False),
    ],
)
def test_a_region_lies_within_what_contains_it(code, area, within):
    assert region_within(code, area) is within


@given(region_codes)
def test_every_region_lies_within_its_whole_chain(code):
    chain = region_chain(code)
    assert chain[0] == NATIONAL
    assert chain[-1] == code
    assert len(set(chain)) == len(chain)
    assert all(region_within(code, area) for area in chain)


def test_the_chain_agrees_with_the_official_table():
    for row in rows("divisions.csv"):
        assert region_chain(row["code"])[-2] == (row["parent"] or NATIONAL)


def test_the_sections_and_paths_agree_with_the_official_table():
    table = rows("industries.csv")
    divisions = {row["code"]: row["parent"] for row in table if row["level"] == "division"}
    assert divisions == SECTION_OF_DIVISION
    for row in table:
        steps = industry_path(row["code"]).split("/")
        assert steps[-1] == row["code"]
        assert steps[:-1][-1:] == ([row["parent"]] if row["parent"] else [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("C3670", "3670"),
        ("c3670", "3670"),
        ("3670", "3670"),
        ("Ｃ３６７０", "3670"),
        ("C 36\u300070 ", "3670"),
        ("\ufeff0111", "0111"),
        ("C367", "367"),
        ("C36", "36"),
        ("C", "C"),
        ("t", "T"),
    ],
)
def test_an_industry_code_is_read_in_every_usual_spelling(text, code):
    assert normalize_industry(text) == code


@pytest.mark.parametrize("text", ["", "3", "C3", "U", "U36", "36701", "CC36", "制造业", "3６7x", "٣٦"])
def test_what_is_no_industry_code_is_named_with_the_way_out(text):
    with pytest.raises(ValueError, match=f"“{text}”不是国民经济行业代码.*如 3670 或 C3670"):
        normalize_industry(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("C5110", "行业代码“C5110”有误：大类51属于门类F，请改为 F5110 或核对数字。"),
        ("00", "行业代码“00”有误：没有大类00，大类为01至97，请核对前两位。"),
        ("C9800", "行业代码“9800”有误：没有大类98，大类为01至97，请核对前两位。"),
    ],
)
def test_letter_and_division_must_agree(text, sentence):
    with pytest.raises(ValueError, match="有误") as error:
        normalize_industry(text)
    assert str(error.value) == sentence


@given(class_codes)
def test_the_letter_changes_nothing_if_it_is_right(code):
    assert normalize_industry(SECTION_OF_DIVISION[code[:2]] + code) == normalize_industry(code) == code


@given(class_codes)
def test_an_industry_lies_within_each_step_of_its_path(code):
    steps = industry_path(code).split("/")
    assert all(industry_within(code, area) for area in steps)
    assert not any(industry_within(area, code) for area in steps[:-1])


@pytest.mark.parametrize(
    ("code", "area"), [("3670", "F"), ("3670", "37"), ("36", "367"), ("C", "36"), ("C", "F")]
)
def test_an_industry_does_not_lie_within_others(code, area):
    assert not industry_within(code, area)


def test_a_section_lies_within_itself():
    assert industry_within("C", "C")


@pytest.mark.parametrize(
    "spelling",
    [
        "沈阳Abc（虚构）有限公司",
        "沈阳ＡＢＣ(虚构)有限公司",
        "沈阳 abc 【虚构】有限公司",
        "\ufeff沈阳ABC〔虚构〕有限公司\n",
    ],
)
def test_spellings_of_one_name_are_equal(spelling):
    assert normalize_name(spelling) == "沈阳abc(虚构)有限公司"


def test_different_names_stay_different():
    assert normalize_name("沈阳甲有限公司") != normalize_name("沈阳乙有限公司")
    assert normalize_name("〇〇七") == "〇〇七"


@given(st.text(st.characters(categories=("L", "N", "P", "Zs", "Cf"))))
def test_normalizing_a_name_twice_changes_nothing(name):
    assert normalize_name(normalize_name(name)) == normalize_name(name)


@pytest.mark.parametrize(
    "text",
    [
        FIRM,
        FIRM.lower(),
        "９１２１０１１２ＹＴ０００００１１５",
        "91210112 YT000001 15",
        "91-210112-YT000001-15",
    ],
)
def test_a_code_is_cleaned_of_its_typing(text):
    assert clean_uscc(text) == FIRM


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ["应为18位", "填了0位"]),
        (FIRM[:-1], ["应为18位", "填了17位", "营业执照"]),
        (FIRM + "0", ["填了19位"]),
        (FIRM[:10] + "OI" + FIRM[12:], ["不会出现“O、I”", "看成了字母"]),
        (FIRM[:10] + "某某" + FIRM[12:], ["不会出现“某”"]),
        ("12210112YT00000115", ["91、92 或 93", "以 12 开头"]),
        ("912101A2YT00000115", ["第3至8位", "“2101A2”"]),
        (FIRM[:-1] + "0", ["校验码不对", "末位应为“5”", "您填的是“0”"]),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_to_do(text, parts):
    with pytest.raises(ValueError, match="统一社会信用代码") as error:
        clean_uscc(text)
    assert all(part in str(error.value) for part in parts)


@given(st.sampled_from(["91", "92", "93"]), region_codes, st.text(USCC_ALPHABET, min_size=9, max_size=9))
def test_every_firm_code_with_its_check_digit_is_accepted(prefix, region, organization):
    code = with_check_digit(prefix + region + organization)
    assert clean_uscc(code) == code


@given(st.text(USCC_ALPHABET, min_size=9, max_size=9), st.integers(8, 17), st.sampled_from(USCC_ALPHABET))
def test_one_wrong_character_is_always_noticed(organization, place, other):
    code = with_check_digit("91210112" + organization)
    wrong = code[:place] + other + code[place + 1 :]
    if wrong != code:
        with pytest.raises(ValueError, match="校验码不对"):
            clean_uscc(wrong)


@pytest.mark.parametrize(("body", "digit"), [("D2143569", "X"), ("60003734", "1"), ("00000000", "0")])
def test_the_organization_check_digit(body, digit):
    """The first is the example of GB 11714, the second the code in the documentation of stdnum."""
    assert organization_check_digit(body) == digit


@pytest.mark.parametrize("area", [row["code"] for row in rows("divisions.csv")])
def test_the_prefix_of_an_area_begins_the_codes_within_it_and_no_others(area):
    codes = [row["code"] for row in rows("divisions.csv")]
    assert [code for code in codes if code.startswith(prefix(area))] == [
        code for code in codes if region_within(code, area)
    ]


@pytest.mark.parametrize(
    ("area", "begins"), [("000000", ""), ("210000", "21"), ("211000", "2110"), ("210302", "210302")]
)
def test_prefix(area, begins):
    assert prefix(area) == begins
