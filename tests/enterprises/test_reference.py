"""The project's data files in the tables: whole, once, with sources, and holding what people have changed."""

import re
from datetime import date
from pathlib import Path

import pytest

import enterprises
from enterprises import reference
from enterprises.codes import clean_uscc
from enterprises.models import Certification, Enterprise, Industry, LapseRule, Region, Tier

pytestmark = pytest.mark.django_db
ROOT = Path(enterprises.__file__).parent.parent
DATA = ROOT / "enterprises" / "data"
LOADED = (Region, Industry, Tier, Enterprise, Certification, LapseRule)


def load(on=date(2026, 5, 4)):
    lines = []
    reference.load(on=on, write=lines.append)
    return lines


def counts():
    return [(model.objects.count(), model.history.count()) for model in LOADED]


def real():
    return Certification.objects.filter(enterprise__fictitious=False)


def change_file(monkeypatch, name, change):
    """One CSV file with its rows changed by a function; the others as they are."""
    whole = reference.rows_of
    monkeypatch.setattr(
        reference, "rows_of", lambda asked: change(whole(asked)) if asked == name else whole(asked)
    )


def more(**known):
    """Adds a row to the certifications found."""
    blank = dict.fromkeys(reference.rows_of("certifications_found.csv")[0], "")
    row = {**blank, "是否全称": "是", "年份": "2024", "阶段": "公布", "来源": "http://example.org/", **known}
    return lambda rows: [*rows, row]


def test_it_works():
    assert Region.objects.filter(parent_id="210000").count() == 15
    assert Region.objects.get(code="210213").parent.name == "大连市"
    assert Industry.objects.get(code="3421").parent.parent.parent.name == "制造业"
    assert Tier.objects.get(name="little_giant", level="national").after.key == "srdi_sme:provincial"


def test_a_second_load_changes_nothing_and_says_so():
    before = counts()
    lines = load()
    assert [re.sub(r"\d+$", "N", line) for line in lines] == [
        "行政区划：新增 0，修改 0，停用 0，不变 N",
        "行业分类：新增 0，修改 0，停用 0，不变 N",
        "称号：新增 0，修改 0，停用 0，不变 N",
        "公开名单中的认定记录：新增 0，修改 0，停用 0，不变 N",
        "失效规则：新增 0，修改 0，停用 0，不变 N",
    ]
    unchanged = [int(re.search(r"\d+$", line)[0]) for line in lines]
    assert unchanged == [Region.objects.count(), Industry.objects.count(), Tier.objects.count(), 38, 3]
    assert counts() == before


def test_a_bad_file_leaves_nothing_half_written(monkeypatch):
    before = counts()
    change_file(monkeypatch, "divisions.csv", lambda rows: [row for row in rows if row["code"] != "210213"])
    change_file(monkeypatch, "certifications_found.csv", more(企业名称="某厂", 称号="没有的称号"))
    with pytest.raises(KeyError, match="没有的称号"):
        load()
    assert counts() == before
    assert Region.objects.get(code="210213").retired_on is None


def test_a_place_that_is_gone_from_the_file_is_retired_and_firms_there_stay(monkeypatch):
    change_file(monkeypatch, "divisions.csv", lambda rows: [row for row in rows if row["code"] != "210213"])
    assert load()[0].startswith("行政区划：新增 0，修改 0，停用 1")
    assert Region.objects.get(code="210213").retired_on == date(2026, 5, 4)
    assert Enterprise.objects.filter(region="210213").exists()


# Tiers


def tiers_file(monkeypatch, tmp_path, change):
    text = change((DATA / "tiers.yaml").read_text(encoding="utf-8"))
    (tmp_path / "tiers.yaml").write_text(text, encoding="utf-8")
    for file in (*DATA.glob("*.csv"), DATA / "lapses.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(reference, "DATA", tmp_path)


def test_a_tier_is_changed_retired_and_brought_back(monkeypatch, tmp_path):
    line = "- {name: young_eagle, level: provincial, label: 雏鹰企业"
    tiers_file(monkeypatch, tmp_path, lambda text: text.replace(line, line.replace("young_eagle", "eaglet")))
    with pytest.raises(KeyError, match="young_eagle:provincial"):
        load()
    tiers_file(
        monkeypatch,
        tmp_path,
        lambda text: text.replace(
            line, line.replace("young_eagle", "eaglet").replace("label: 雏鹰", "label: 小鹰")
        ).replace("young_eagle:", "eaglet:"),
    )
    assert load()[2].startswith("称号：新增 1，修改 1，停用 1，")
    assert Tier.objects.get(name="young_eagle").retired_on == date(2026, 5, 4)
    assert Tier.objects.get(name="gazelle").after.label == "小鹰企业"
    tiers_file(monkeypatch, tmp_path, lambda text: text)
    assert load()[2].startswith("称号：新增 0，修改 2，停用 1，")
    assert Tier.objects.get(name="young_eagle").retired_on is None
    assert Tier.objects.get(name="gazelle").after.name == "young_eagle"


def test_what_is_no_longer_said_of_a_tier_goes(monkeypatch, tmp_path):
    tiers_file(monkeypatch, tmp_path, lambda text: text.replace(", note: 认定条件未取得", ""))
    assert load()[2].startswith("称号：新增 0，修改 5，")
    assert not Tier.objects.filter(note="认定条件未取得")


def test_every_tier_has_a_source_a_grade_and_a_day_somebody_looked():
    for tier in Tier.objects.all():
        assert tier.source
        assert tier.grade in "ABCDE"
        assert tier.checked_on == reference.COLLECTED_ON
        assert re.search(r"[\u4e00-\u9fff]", tier.label)


# What public lists say of real firms


def test_the_certifications_found_are_all_there_each_with_its_source():
    assert real().count() == len(reference.rows_of("certifications_found.csv")) == 38
    for row in real():
        assert row.source_url.startswith("http")
        assert row.source == "公开报道或通知"
        assert row.grade == "B"
        assert row.checked_on == reference.COLLECTED_ON
        assert row.year
        assert row.note


def test_a_public_notice_is_not_an_announcement():
    noticed = real().filter(stage="public_notice").values_list("enterprise__name", flat=True)
    assert len(noticed) == 4
    assert "新源动力股份有限公司" in noticed
    assert not Enterprise.objects.certified().filter(name="新源动力股份有限公司")


def test_no_real_firm_is_given_what_no_source_says():
    """No source printed a code, an industry, a size or a day of founding; nor is anybody's verdict kept."""
    for firm in Enterprise.objects.filter(fictitious=False):
        assert firm.uscc is None
        assert firm.industry is None
        assert firm.founded_on is None
        assert not firm.statements.exists()
        assert not firm.figures.exists()
        assert firm.source_url.startswith("http")


def test_the_files_hold_no_code_of_a_real_firm():
    text = (DATA / "certifications_found.csv").read_text(encoding="utf-8-sig")
    for word in re.findall(r"[0-9A-Z]{18}", text):
        with pytest.raises(ValueError, match="统一社会信用代码"):
            clean_uscc(word)


def test_a_shortened_name_is_said_to_be_one():
    assert Enterprise.objects.get(name="金辰机械").name_is_short
    assert not Enterprise.objects.get(name="抚顺特殊钢股份有限公司").name_is_short


def test_a_firm_that_an_official_has_renamed_is_not_loaded_again():
    firm = Enterprise.objects.get(name="金辰机械")
    firm.name, firm.name_norm, firm.name_is_short = "营口金辰（全称）", "营口金辰(全称)", False
    firm.save()
    assert load()[3].endswith("新增 0，修改 0，停用 0，不变 38")
    assert not Enterprise.objects.filter(name="金辰机械")


def test_what_an_official_has_ended_or_deleted_stays_so():
    ended, gone = real()[:2]
    ended.ended_on, ended.end_reason = date(2026, 1, 1), "revoked"
    ended.save()
    gone.enterprise.delete()
    assert load()[3].endswith("新增 0，修改 0，停用 0，不变 38")
    ended.refresh_from_db()
    assert ended.ended_on == date(2026, 1, 1)
    assert real().count() == 37


def test_a_new_row_goes_to_the_firm_that_is_there_in_any_brackets(monkeypatch):
    firms = Enterprise.objects.count()
    row = more(企业名称="北方实验室（沈阳）股份有限公司", 称号="专精特新中小企业", 市="沈阳市", 批次="某批")
    change_file(monkeypatch, "certifications_found.csv", row)
    assert load()[3].endswith("新增 1，修改 0，停用 0，不变 38")
    assert Enterprise.objects.count() == firms
    assert Enterprise.objects.get(name="北方实验室(沈阳)股份有限公司").certifications.count() == 2
    assert load()[3].endswith("新增 0，修改 0，停用 0，不变 39")


def test_a_sample_firm_is_never_taken_for_a_real_one(monkeypatch):
    name = "大连精创机械有限公司（虚构）"
    change_file(monkeypatch, "certifications_found.csv", more(企业名称=name, 称号="专精特新中小企业"))
    load()
    assert Enterprise.objects.filter(name=name, fictitious=False).exists()
    assert Enterprise.objects.get(name=name, fictitious=True).certifications.count() == 1


def test_a_city_that_is_not_one_is_no_guess(monkeypatch):
    change_file(
        monkeypatch, "certifications_found.csv", more(企业名称="某厂", 称号="专精特新中小企业", 市="大边市")
    )
    with pytest.raises(Region.DoesNotExist):
        load()


# The house


def readers(name):
    """The modules and tests that name a file or a folder of the data."""
    modules = [one for folder in ("enterprises", "lnsme", "tests") for one in (ROOT / folder).rglob("*.py")]
    return [
        one for one in modules if one != Path(__file__) and f'"{name}"' in one.read_text(encoding="utf-8")
    ]


@pytest.mark.parametrize("path", sorted(DATA.iterdir()), ids=lambda path: path.name)
def test_every_data_file_is_read_by_something(path):
    assert readers(path.name)
