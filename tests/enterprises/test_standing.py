"""How decisions stand on a day in words, and the timeline made of them."""

from datetime import date

import pytest

from enterprises.models import Certification, Enterprise, LapseRule, Tier
from enterprises.standing import standings, timeline, today
from tests.page import read

pytestmark = pytest.mark.django_db
ON = date(2026, 5, 4)
SRDI = "srdi_sme:provincial"


@pytest.fixture
def firm():
    return Enterprise.objects.create(name="甲厂（虚构）", name_norm="甲厂(虚构)", fictitious=True)


def decide(firm, key=SRDI, **known):
    name, level = key.split(":")
    tier = Tier.objects.get(name=name, level=level)
    return Certification.objects.create(enterprise=firm, tier=tier, **{"source": "某公告", **known})


def stand(firm, on=ON):
    return standings(firm, on=on, lapses=LapseRule.objects.as_lapses())


def long_story(firm):
    """Recognised in 2021, reviewed in 2024, renamed in 2025, and another title revoked by another notice."""
    decide(firm, recognized_on=date(2021, 3, 1), valid_from=date(2021, 3, 1), valid_until=date(2024, 2, 29))
    decide(
        firm, recognized_on=date(2024, 3, 1), act="review", valid_until=date(2027, 2, 28), batch="2024年复核"
    )
    decide(firm, act="renaming", recognized_in=2025, valid_until=date(2027, 2, 28))
    revoked = {"ended_on": date(2023, 6, 1), "end_reason": "revoked", "end_source": "撤销通知〔2023〕9号"}
    decide(firm, "gazelle:provincial", recognized_in=2021, end_source_url="https://example.org/9", **revoked)


def test_it_works(firm):
    long_story(firm)
    texts = [(one.row.act, one.text) for one in stand(firm)]
    assert sorted(texts) == [
        ("recognition", "2023年6月1日撤销"),
        ("recognition", "2024年2月29日期满，已续期"),
        ("renaming", "有效至2027年2月28日"),
        ("review", "有效至2027年2月28日"),
    ]


def test_the_timeline_tells_what_happened_in_order_and_who_says_so(firm):
    long_story(firm)
    events = timeline(stand(firm), on=ON)
    assert [(event.on, event.year, event.text, event.ends) for event in events] == [
        (None, 2021, "认定", False),
        (date(2021, 3, 1), 2021, "认定", False),
        (date(2023, 6, 1), 2023, "撤销", True),
        (date(2024, 3, 1), 2024, "复核", False),
        (None, 2025, "更名", False),
    ]
    assert [(one.source, one.source_url) for one in events if one.ends] == [
        ("撤销通知〔2023〕9号", "https://example.org/9")
    ]


def test_a_term_that_ran_out_is_an_end_the_day_after(firm):
    decide(firm, valid_until=date(2026, 5, 3), recognized_in=2023)
    (_, end) = timeline(stand(firm), on=ON)
    assert (end.on, end.text, end.source) == (ON, "有效期满", "某公告")
    assert len(timeline(stand(firm, date(2026, 5, 3)), on=date(2026, 5, 3))) == 1


def test_a_rule_is_named_as_the_source_of_the_end_it_makes(firm):
    decide(firm, "little_giant:provincial", recognized_in=2020)
    end = timeline(stand(firm), on=ON)[-1]
    assert (end.on, end.text, end.source) == (date(2024, 1, 15), "未复核失效", "辽工信改革〔2024〕6号")
    assert end.source_url


def test_an_end_without_a_source_of_its_own_has_the_decisions(firm):
    decide(firm, recognized_in=2021, ended_on=date(2022, 1, 1), end_reason="revoked")
    assert timeline(stand(firm), on=ON)[-1].source == "某公告"


@pytest.mark.parametrize(
    ("known", "held", "unsure"),
    [
        ({"valid_until": ON}, [SRDI], []),
        ({"valid_until": date(2026, 5, 3)}, [], []),
        ({"valid_from": ON, "valid_until": date(2027, 1, 1)}, [SRDI], []),
        ({"valid_from": date(2026, 5, 5), "valid_until": date(2027, 1, 1)}, [], []),
        ({"recognized_in": 2025}, [], [SRDI]),
        ({"recognized_in": 2025, "stage": "public_notice"}, [], []),
        ({"ended_on": ON, "end_reason": "revoked"}, [], []),
        ({"ended_on": date(2026, 5, 5), "end_reason": "revoked"}, [], [SRDI]),
    ],
)
def test_what_is_valid_today(firm, known, held, unsure):
    decide(firm, **known)
    found = today(stand(firm))
    assert [one.row.tier.key for one in found["held"]] == held
    assert [one.row.tier.key for one in found["unsure"]] == unsure


def test_a_title_held_by_one_decision_is_not_unsure_by_another(firm):
    decide(firm, recognized_in=2022)
    decide(firm, act="review", valid_until=date(2027, 1, 1))
    found = today(stand(firm))
    assert (len(found["held"]), found["unsure"]) == (1, [])


def test_the_page_tells_the_whole_story(client, firm):
    long_story(firm)
    Certification.objects.filter(act="review").update(note="换发证书")
    page = read(client.get(firm.get_absolute_url()))
    assert [one["text"] for one in page.all("h2")][:2] == ["今天有效的称号", "认定时间线"]
    told = page.one("ol", class_="time")["text"]
    days = ("2021年认定", "2021年3月1日认定", "2023年6月1日撤销", "2024年3月1日复核", "2025年更名")
    assert [told.index(one) for one in days] == sorted(told.index(one) for one in days)
    assert told.count("2023年6月1日撤销") == 1
    for said in ("换发证书", "2024年复核",
                 "有效期 2021年3月1日至2024年2月29日", "撤销通知〔2023〕9号"):  # fmt: skip
        assert said in told
    assert "https://example.org/9" in {one["href"] for one in page.all("a")}


def test_a_firm_without_a_valid_title_is_told_so(client, firm):
    decide(firm, "little_giant:provincial", recognized_in=2020)
    page = read(client.get(firm.get_absolute_url()))
    assert "没有见到仍然有效的称号" in page.text
    assert "2024年1月15日未复核失效" in page.text
