from datetime import date
from fractions import Fraction

import pytest

from enterprises.facts import DECLARED, GROUPS, Fact, Facts, Source, Vocabulary
from enterprises.kinds import Certificates, Interval, Members, Refused
from enterprises.vocabulary import FACTS
from tests.cast import CAST, NAMES, ON, facts_of

WORDS = Vocabulary(
    [
        Fact("staff", "从业人数", "count", GROUPS[0], unit="人", low=1, high=100),
        Fact("income", "收入", "money", GROUPS[1], unit="万元", low=0, years=3),
        Fact("title", "称号", "labels", GROUPS[3], choices={"g:n": "小巨人"}),
        Fact("words", "荣誉", "labels", GROUPS[3], choices={"g:n": "小巨人"}, open=True),
        Fact("share", "占比", "percent", GROUPS[1], unit="%", needs=("income@-1", "staff"), derive=Fraction),
        Fact("age", "年份", "count", GROUPS[0], needs=("on",), derive=lambda on: on.year),
        Fact(
            "twice", "两倍占比", "percent", GROUPS[1], needs=("share", "income@-2"), derive=lambda a, b: a * 2
        ),
        Fact(
            "known",
            "有无",
            "flag",
            GROUPS[0],
            needs=("staff", "title"),
            derive=lambda a, b: a or b,
            partial=True,
        ),
    ]
)


def read(raw, words=WORDS, wire=False):
    return words.read(raw, on=ON, wire=wire)


def refusal(raw, words=WORDS, wire=False):
    values, refused = read(raw, words, wire)
    assert not values
    ((name, why),) = refused
    assert name == str(next(iter(raw)))
    assert str(why).endswith(("。", "？"))
    return why


def known(stated, sources=None):
    return Facts(stated, on=ON, vocabulary=WORDS, sources=sources)


def test_it_works():
    facts = facts_of("沈阳精工")
    assert facts.get("employees") == 180
    assert facts.get("revenue") == 98_000_000
    assert facts.get("size") == "small"
    assert "little_giant:national" in facts.get("tiers").has


# -- one fact ----------------------------------------------------------------------------------------------


def test_a_bare_number_is_in_the_facts_unit_when_typed_and_in_yuan_when_sent():
    assert WORDS["income"].parse("3") == 30_000
    assert WORDS["income"].parse("3", wire=True) == 3
    assert WORDS["income"].parse("3万元", wire=True) == WORDS["income"].parse("3万元") == 30_000
    assert WORDS["staff"].parse("3人", wire=True) == 3


@pytest.mark.parametrize(
    ("raw", "code", "sentence"),
    [
        ("0", "too_small", "“从业人数”不能小于1人。"),
        ("101", "too_large", "“从业人数”不能大于100人。"),
    ],
)
def test_bounds_are_part_of_a_fact(raw, code, sentence):
    with pytest.raises(Refused) as caught:
        WORDS["staff"].parse(raw)
    assert (caught.value.code, str(caught.value)) == (code, sentence)


def test_the_bounds_themselves_are_allowed():
    assert [WORDS["staff"].parse(raw) for raw in ("1", "100")] == [1, 100]
    assert WORDS["income"].parse("0") == 0
    with pytest.raises(Refused, match="“收入”不能小于0元。"):
        WORDS["income"].parse("-0.0001")


def test_an_open_set_takes_any_word_and_a_closed_one_does_not():
    assert WORDS["words"].parse("独角兽").has == {"独角兽"}
    assert WORDS["title"].parse("小巨人").has == {"g:n"}
    with pytest.raises(Refused, match="没有“独角兽”"):
        WORDS["title"].parse("独角兽")


def test_a_fact_shows_what_is_unknown_as_unknown():
    assert WORDS["staff"].show(None) == "未知"
    assert WORDS["staff"].show(8) == "8人"
    assert WORDS["title"].show(Members(frozenset({"g:n"}))) == "小巨人"


# -- the vocabulary ----------------------------------------------------------------------------------------


def test_a_vocabulary_is_a_mapping_in_the_tables_order():
    assert list(WORDS) == ["staff", "income", "title", "words", "share", "age", "twice", "known"]
    assert len(WORDS) == 8
    assert [fact.name for fact in WORDS.stated()] == ["staff", "income", "title", "words"]
    assert "staff" in WORDS
    assert "rumour" not in WORDS


def test_a_vocabulary_grows_by_questions_and_choices():
    more = WORDS.extended([Fact("asked", "问题", "flag", GROUPS[6])], {"title": {"x:p": "新称号"}})
    assert more["asked"].label == "问题"
    assert more["title"].choices == {"x:p": "新称号"}
    assert more["words"].choices == {"g:n": "小巨人"}
    assert "asked" not in WORDS
    assert dict(WORDS.extended()) == dict(WORDS)


def test_what_a_derived_fact_is_made_of():
    assert WORDS.leaves("twice") == {"income", "staff"}
    assert WORDS.leaves("staff") == {"staff"}
    assert WORDS.leaves("age") == set()


@pytest.mark.parametrize(("typed", "meant"), [("incme", "income"), ("stafff", "staff"), ("zzzzzz", None)])
def test_the_nearest_name(typed, meant):
    assert WORDS.nearest(typed) == meant


# -- reading -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("empty", [None, "", "  ", "\u3000"])
def test_what_is_left_empty_is_unknown(empty):
    assert read({"staff": empty, "words": empty, "income": empty}) == ({}, [])
    assert read({"income": {"2025": empty, "2024": "0"}}) == ({"income": {2024: 0}}, [])


def test_nothing_listed_is_known_to_be_nothing():
    assert read({"words": []}) == ({"words": Members(frozenset(), complete=True)}, [])


def test_zero_is_a_value_and_not_a_hole():
    assert read({"income": "0"}) == ({"income": {2025: 0}}, [])
    assert known({"income": {2025: 0}}).get("income") == 0


def test_a_bare_value_of_a_yearly_fact_is_of_the_last_full_year():
    assert read({"income": "3"})[0] == {"income": {2025: 30_000}}
    given = {"income": {"2024": "3", 2023: "2万", "2022": None, "2021": ""}}
    assert read(given)[0] == {"income": {2024: 30_000, 2023: 20_000}}


@pytest.mark.parametrize("year", ["1989", "2101", "去年", "", "2025.0", None])
def test_a_year_must_be_a_year(year):
    why = refusal({"income": {year: "3"}})
    assert why.code == "not_a_year"
    assert str(why) == f'“收入”按年份填，例如 {{"2025": …}}，没有“{year}”年。'


def test_a_long_refusal_quotes_only_the_beginning():
    assert "没有“" + "九" * 20 + "”年" in str(refusal({"income": {"九" * 30: "3"}}))


def test_what_is_read_was_typed_unless_it_was_sent():
    assert WORDS.read({"income": "3"}, on=ON)[0] == {"income": {2025: 30_000}}
    assert WORDS.read({"income": "3"}, on=ON, wire=True)[0] == {"income": {2025: 3}}


def test_the_first_and_the_last_year_are_years():
    assert read({"income": {"1990": "1", "2100": "1"}})[0] == {"income": {1990: 10_000, 2100: 10_000}}


def test_a_mistyped_name_is_refused_with_the_one_meant():
    why = refusal({"incom": "3"})
    assert (why.code, str(why)) == ("unknown_fact", "不认识事实“incom”，是不是“income”（收入）？")
    assert "“" + "z" * 40 + "”" in str(refusal({"z" * 50: "3"}))
    why = refusal({"zzzzzz": "3"})
    assert (why.code, str(why)) == ("unknown_fact", "不认识事实“zzzzzz”；可用的事实名见事实清单。")


def test_a_derived_fact_is_refused_with_its_inputs():
    why = refusal({"twice": "3"})
    assert why.code == "derived_fact"
    assert str(why) == "“两倍占比”由系统按别的数据算出，请改填：收入、从业人数。"


def test_every_refusal_is_reported_and_the_rest_is_read():
    values, refused = read({"staff": "8", "income": {"2025": "x"}, "nobody": 1, "title": ["小巨人"]})
    assert values == {"staff": 8, "title": Members(frozenset({"g:n"}))}
    assert [(name, why.code) for name, why in refused] == [
        ("income", "not_a_number"),
        ("nobody", "unknown_fact"),
    ]


@pytest.mark.parametrize("name", CAST)
def test_the_cast_reads_without_a_refusal(name):
    facts = facts_of(name)
    assert facts.stated.keys() == CAST[name].keys()
    for word in FACTS:
        for asked in facts.missing(word):
            stated = FACTS.get(asked) or FACTS[asked.rpartition("_")[0]]
            assert not stated.derived


# -- what is known -----------------------------------------------------------------------------------------


def test_the_year_of_a_fact_follows_the_day():
    assert [facts_of("沈阳精工", date(year, 5, 4)).get("revenue") for year in (2024, 2025, 2026, 2027)] == [
        74_000_000,
        85_000_000,
        98_000_000,
        None,
    ]
    assert facts_of("沈阳精工").in_year("revenue", 2024) == 85_000_000


def test_a_derived_fact_is_unknown_while_an_input_is():
    assert known({"income": {2025: 30}}).get("share") is None
    assert known({"income": {2025: 30}, "staff": None}).get("share") is None
    assert known({"income": None, "staff": 4}).get("share") is None
    assert known({"income": {2025: 30}, "staff": 4}).get("share") == Fraction(15, 2)
    assert known({"income": {2025: 30, 2024: 0}, "staff": 4}).get("twice") == 15
    assert known({}).get("age") == 2026


def test_nothing_is_derived_from_a_stated_interval():
    wide = Interval(10, 20)
    facts = known({"staff": wide, "income": {2025: wide}})
    assert (facts.get("staff"), facts.get("income")) == (wide, wide)
    assert (facts.get("share"), facts.get("known")) == (None, None)
    assert known({"staff": 10, "income": {2025: 20, 2024: wide}}).get("share") == 2


def test_a_partial_fact_decides_from_what_there_is():
    assert known({"staff": 8}).get("known") == 8
    assert known({"title": True}).get("known") is True
    assert known({}).get("known") is None


def test_a_derived_fact_is_derived_once():
    calls = []
    words = Vocabulary([Fact("once", "一次", "count", GROUPS[0], needs=("on",), derive=calls.append)])
    facts = Facts({}, on=ON, vocabulary=words)
    assert facts.get("once") is facts.get("once") is None
    assert calls == [ON]


def test_a_name_nobody_knows_is_a_programmers_error():
    with pytest.raises(KeyError):
        known({}).get("rumour")


@pytest.mark.parametrize(
    ("stated", "name", "missing"),
    [
        ({}, "staff", ("staff",)),
        ({"staff": 8}, "staff", ()),
        ({}, "income", ("income_2025",)),
        ({"income": {2024: 3}}, "income", ("income_2025",)),
        ({}, "share", ("income_2025", "staff")),
        ({"staff": 8}, "share", ("income_2025",)),
        ({"staff": 8, "income": {2025: 1}}, "share", ()),
        ({"staff": 8}, "twice", ("income_2025", "income_2024")),
        ({"staff": 8, "income": {2025: 1}}, "twice", ("income_2024",)),
        ({}, "age", ()),
        ({}, "known", ("staff", "title")),
        ({"staff": 8}, "known", ()),
        ({"title": Members(frozenset({"g:n"}), False)}, "title", ("title",)),
        ({"title": Members(frozenset({"g:n"}))}, "title", ()),
    ],
)
def test_what_is_missing_is_named_by_its_inputs_and_their_years(stated, name, missing):
    assert known(stated).missing(name) == missing


def test_titles_are_missing_while_the_list_or_a_date_is():
    assert facts_of("沈阳精工").missing("tiers") == ()
    assert facts_of("沈阳精工", certifications=None).missing("tiers") == ("certifications",)
    some = {"items": ["little_giant:national"], "complete": False}
    assert facts_of("沈阳精工", certifications=some).missing("tiers") == ("certifications",)
    undated = [{"tier": "little_giant:national"}]
    assert facts_of("沈阳精工", certifications=undated).missing("tiers") == ("certifications",)
    assert facts_of("沈阳精工", certifications=undated).missing("certifications") == ()


def test_of_an_interval_that_is_missing_which_could_narrow_it():
    facts = facts_of("沈阳精工", quality_marks=None, ip_class_1=0, ip_class_2=5)
    assert facts.missing("hnte_ip") == ("quality_marks",)
    assert facts_of("沈阳精工", quality_marks=[]).missing("hnte_ip") == ()


@pytest.mark.parametrize(("industry", "asked"), [("I", ("industry",)), ("6513", ()), ("65", ()), ("C", ())])
def test_an_industry_too_wide_for_a_size_is_asked_for_more_closely(industry, asked):
    """I spans information transmission (63, 64) and software (65), each with bounds of its own."""
    facts = facts_of("沈阳精工", industry=industry)
    assert facts.missing("size") == asked
    assert (facts.get("size") is None) == bool(asked)
    assert (
        facts_of("沈阳精工", industry=industry, employees=None, revenue=None).missing("size")[: len(asked)]
        == asked
    )


def test_the_small_workshop_knows_half_of_itself():
    facts = facts_of("阜新小作坊")
    assert facts.get("certifications") == Certificates(())
    assert facts.get("tiers") == Members(frozenset())
    assert facts.get("total_assets") is None
    assert facts.get("revenue_growth") is None
    assert facts.missing("revenue_growth") == ("revenue_2024",)
    assert facts.missing("rd_intensity_min_3y") == (
        "rd_expense_2025",
        "rd_expense_2024",
        "revenue_2024",
        "rd_expense_2023",
        "revenue_2023",
    )


# -- where it comes from -----------------------------------------------------------------------------------

LISTED = Source("register", "认定名单", "https://example.org/list", date(2026, 3, 31))
CORRECTED = Source("corrected", "官员更正")


def test_what_is_typed_comes_from_the_form():
    assert known({"staff": 8}).source("staff") == DECLARED
    assert known({}).source("staff") == DECLARED
    assert DECLARED.kind == "declared"


def test_a_derived_fact_names_the_least_direct_of_its_sources():
    stated = {"staff": 8, "income": {2025: 1}}
    assert known(stated, {"income": LISTED}).source("share") == LISTED
    assert known(stated, {"income": LISTED}).source("staff") == DECLARED
    assert known(stated, {"staff": CORRECTED, "income": CORRECTED}).source("share") == CORRECTED
    assert known(stated).source("share") == DECLARED
    assert known({"staff": 8}, {"income": LISTED}).source("share") == DECLARED


def asked(facts, name):
    """A fact as the table reads, by asking for each of its needs: slow, and nothing left out beforehand."""
    fact = FACTS[name]
    if not fact.derive:
        value = facts.in_year(name, facts.on.year - 1) if fact.years else facts.stated.get(name)
        return fact.settle(value) if fact.settle and value is not None else value
    inputs = [needed(facts, *need.split("@")) for need in fact.needs]
    return fact.derive(*inputs) if fact.partial or None not in inputs else None


def needed(facts, name, ago=""):
    if ago:
        return facts.in_year(name, facts.on.year + int(ago))
    return facts.on if name == "on" else asked(facts, name)


@pytest.mark.parametrize("name", NAMES)
def test_all_that_is_known_is_what_the_table_gives_need_by_need(name):
    found = facts_of(name)
    assert found.known == {fact: value for fact in FACTS if (value := asked(found, fact)) is not None}


def test_a_year_whose_figure_is_unknown_says_nothing():
    found = Facts({"revenue": {2025: None, 2024: 5}, "rd_expense": None}, on=ON, vocabulary=FACTS)
    assert found.known == {}
    assert found.missing("revenue_growth") == ("revenue_2025",)
