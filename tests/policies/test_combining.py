from dataclasses import replace
from datetime import date

import pytest

from policies import bundles, catalogue, combining, matching
from policies.bundles import Bundle, Item, Rule
from policies.models import ExclusionGroup, Instrument
from tests.cast import facts_of

pytestmark = pytest.mark.django_db
WAN = 10_000
TITLED = [
    {"tier": "srdi_sme:provincial", "recognized_on": "2025-06-20", "valid_until": "2028-06-30"},
    {"tier": "little_giant:national", "recognized_on": "2025-09-01", "valid_until": "2028-06-30"},
]


def result_of(name="大连精创", **changes):
    read = catalogue.load()
    return matching.match(facts_of(name, vocabulary=read.vocabulary, **changes), read)


def bundle_of(name="大连精创", **changes):
    return combining.best(result_of(name, **changes))


def data_of(name="大连精创", **changes):
    return combining.data(result_of(name, **changes))


def codes(rows):
    return [row["code"] for row in rows]


def test_it_works():
    found = data_of(recommended_by_dalian=True)
    assert codes(found["chosen"]) == ["DL-06b", "DL-11"]
    assert [row["amount"] for row in found["chosen"]] == ["300000", "30000"]
    assert [row["amount_text"] for row in found["chosen"]] == ["30万元", "3万元"]
    assert (found["total"], found["bound"], found["possible"], found["proven"]) == (*["330000"] * 3, True)
    assert found["text"] == "能确定的资金按不重复的规则合计33万元，是能同时享受的最高合计。"
    assert found["note"] == "没有填写已享受的政策，按都没有享受过计算。"


def test_who_meets_nothing_gets_no_sum():
    found = data_of("阜新小作坊")
    assert (found["total"], found["chosen"]) == ("0", [])
    assert found["text"] == "还没有能确定数额的资金可以合计。"


# -- the forms in which the real instruments exclude each other --------------------------------------------


@pytest.mark.parametrize(("rule", "label"), [("highest", "就高不重复"), ("choose", "择一享受")])
def test_the_national_award_shuts_out_the_provincial_one(rule, label):
    """DL-2023-134: whoever gets both titles in a year gets the higher award, not 800,000元."""
    ExclusionGroup.objects.filter(code="dl-zjtx").update(rule=rule)
    found = data_of(recommended_by_dalian=True, certifications=TITLED)
    assert codes(found["chosen"]) == ["DL-06a", "DL-11"]
    (out,) = [row for row in found["left_out"] if row["code"] == "DL-06b"]
    assert out["reasons"] == [f"与“国家级专精特新“小巨人”奖励”{label}：同年获国家级和省级的就高，不相加"]
    assert (out["instead_of"], out["total"], out["less"]) == (["DL-06a"], "330000", "200000")
    assert out["less_text"] == "换成它，能确定的合计33万元，少20万元"


def test_a_retired_group_excludes_nothing():
    ExclusionGroup.objects.filter(code="dl-zjtx").update(retired_on=date(2026, 1, 1))
    assert bundle_of(recommended_by_dalian=True, certifications=TITLED).total == 83 * WAN


def test_what_was_received_shuts_out_its_group():
    received = {"benefits_received": ["DL-06a"], "recommended_by_dalian": True, "certifications": TITLED}
    found = data_of(**received)
    assert codes(found["chosen"]) == ["DL-11"]
    (out,) = [row for row in found["left_out"] if row["code"] == "DL-06b"]
    assert out["reasons"] == [
        "已享受“国家级专精特新“小巨人”奖励”，就高不重复：同年获国家级和省级的就高，不相加"
    ]
    assert (out["total"], out["less_text"], found["note"]) == (None, "", "")


def test_the_same_project_as_before_has_to_be_checked():
    """DL-2023-134: interest or subsidy for one project, not both; which project it was isn't known."""
    found = data_of(benefits_received=["DL-02"])
    (doubt,) = found["uncertain"]
    assert doubt["code"] == "DL-01"
    assert doubt["instead_of"] == ["DL-02"]
    assert (
        "已享受“中小企业技术改造贷款贴息”，若是同一项目或同一笔款项不重复：同一项目补助与贴息不可兼得"
        in (doubt["reasons"])
    )
    assert found["text"].endswith("另有1项能否兼得须核实，没有计入。")


def test_whether_two_subsidies_for_one_investment_go_together_is_unwritten():
    """DL-01 and DL-15 both pay 20% of the investment; no source says whether both can be had."""
    found = data_of(spending=["新型技术改造"])
    assert "DL-15" in codes(found["chosen"])
    (doubt,) = found["uncertain"]
    assert (doubt["code"], doubt["text"]) == ("DL-01", "最高60万元")
    assert doubt["reasons"] == [
        "与“新型技术改造项目补助”能否兼得来源没有写：都按项目投资额计算，来源没有写能不能兼得"
    ]
    assert found["total"] == found["possible"]


def test_unwritten_money_is_shown_and_not_summed():
    Instrument.objects.filter(code="DL-01").update(at_most=False)
    found = data_of(spending=["新型技术改造"])
    assert (found["total"], found["possible"]) == ("630000", "1230000")
    assert found["text"].endswith("另有1项能否兼得须核实，没有计入；若都可以兼得，最多再得60万元。")
    (doubt,) = found["uncertain"]
    assert doubt["less_text"] == "换成它，能确定的合计一样"


@pytest.mark.parametrize("code", ["DL-01", "DL-15"])
def test_what_says_that_it_stacks_is_no_doubt(code):
    Instrument.objects.filter(code=code).update(stacking="可与其他技改政策叠加")
    found = data_of(spending=["新型技术改造"])
    assert found["uncertain"] == []
    assert "DL-01" in codes(found["beside"])


def test_a_written_rule_leaves_nothing_to_doubt():
    group = ExclusionGroup.objects.create(code="dl-both", rule="choose", note="两项技改补助择一")
    group.instruments.set(Instrument.objects.filter(code__in=("DL-01", "DL-15")))
    found = data_of(spending=["新型技术改造"])
    assert found["uncertain"] == []
    assert [row["reasons"] for row in found["left_out"]] == [
        ["与“新型技术改造项目补助”择一享受：两项技改补助择一"]
    ]


# -- what is summed and what only stands beside ------------------------------------------------------------


def test_a_ceiling_stands_beside():
    found = data_of(certifications=TITLED, largest_loan="6000000")
    assert [(row["code"], row["text"]) for row in found["beside"] if row["code"] == "DL-07"] == [
        ("DL-07", "最高100万元")
    ]


def test_what_may_be_over_stands_beside_and_says_so():
    """SY-HX20 doesn't say how long it lasts: certain amounts, uncertain whether they are still given."""
    titled = [{"tier": "hnte:national", "recognized_on": "2026-03-01", "valid_until": "2029-02-28"}]
    found = data_of("沈阳精工", zone="沈阳高新区", certifications=titled)
    rows = {row["code"]: row for row in found["beside"]}
    assert {"SY-17", "SY-19"} <= set(rows)
    assert rows["SY-17"]["note"] == "有效性待核实"
    assert found["total"] == "0"


def test_what_is_closed_is_not_offered():
    """DL-2023-134 takes applications from March to May; CN-F2's batch of 2026 has closed."""
    asked = {
        "fields": ["工业"], "lists": ["国家设备更新备选项目清单"], "partner_bank": True,
        "project_new_build": False, "equipment_loan": "10000000",
    }  # fmt: skip
    found = result_of(**asked)
    (match,) = [one for one in found.matches if one.instrument.code == "CN-F2"]
    assert (match.answer, match.standing.state) == ("yes", "closed")
    assert match.estimate.summable
    bundle = combining.best(found)
    assert "CN-F2" not in dict(bundle.chosen)
    assert "CN-F2" not in bundle.beside


def test_credit_is_no_money_to_speak_of():
    found = result_of("沈阳精工", **LOAN)
    assert "SY-15" in combining.best(found).beside
    assert "SY-15" not in codes(combining.data(found)["beside"])


# -- what requires what ------------------------------------------------------------------------------------


LOAN = {
    "employees": 40, "new_hires_share": "20", "labour_contract_years": 1, "social_insurance": True,
    "industry_restricted_loan": False, "revenue": {"2025": "3000000"},
}  # fmt: skip


def items_of(**changes):
    offered = [combining._item(match) for match in result_of("沈阳精工", **changes).matches]
    return {item.code: item for item in offered if item}


def test_interest_on_a_guaranteed_loan_comes_with_the_loan():
    """SY-16 is for those who have SY-15: whoever can have the one can have the other with it."""
    assert items_of(**LOAN)["SY-16"] == Item("SY-16", None, ("SY-15",))
    found = result_of("沈阳精工", **LOAN)
    assert {"SY-15", "SY-16"} <= set(combining.best(found).beside)


def test_without_the_loan_there_is_no_interest_to_speak_of():
    bundle = bundle_of("沈阳精工", **LOAN | {"social_insurance": False})
    assert "SY-16" not in {*bundle.beside, *(one.code for one in bundle.left_out)}


def test_who_has_received_the_loan_needs_no_other():
    assert items_of(benefits_received=["SY-15"])["SY-16"].requires == ()


# -- words -------------------------------------------------------------------------------------------------


def test_a_bundle_that_is_not_proven_says_so():
    found = Bundle(5 * WAN, (("a", 5 * WAN),), (), (), (), 5 * WAN, 8 * WAN, False)
    assert combining._text(found) == (
        "能确定的资金按不重复的规则合计5万元，不一定是最高的组合，最高不超过8万元。"
    )
    assert "最高合计" in combining._text(replace(found, proven=True))


def test_every_rule_has_its_words():
    assert set(combining.RULES) == set(Rule)


def test_what_a_reason_names_is_named_though_it_is_no_longer_offered():
    words = combining._Words(result_of())
    assert words.title("no-such") == "no-such"
    assert words.reason(bundles.Reason("DL-02")) == "须先享受“中小企业技术改造贷款贴息”，它不在其中"


def test_no_query(django_assert_num_queries):
    found = result_of(recommended_by_dalian=True, certifications=TITLED, spending=["新型技术改造"])
    with django_assert_num_queries(0):
        combining.data(found)
