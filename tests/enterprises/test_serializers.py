"""What the API says of a row: keys only grow, and nothing is said that isn't known."""

import pytest

from enterprises.models import Certification, Enterprise, Industry, Region, Tier
from enterprises.serializers import (
    CertificationSerializer,
    EnterpriseSerializer,
    IndustrySerializer,
    RegionSerializer,
    TierSerializer,
)

pytestmark = pytest.mark.django_db
CITED = {"source", "source_url", "grade", "checked_on"}


def test_it_works():
    data = EnterpriseSerializer(Enterprise.objects.get(uscc="91210213YTJC00041A")).data
    assert data["name"] == "大连精创机械有限公司（虚构）"
    assert (data["region"], data["industry"], data["founded_on"]) == ("210213", "3484", "2014-08-08")
    assert (data["zone"], data["fictitious"], data["url"]) == ("none", True, "/firms/91210213YTJC00041A/")
    (title,) = data["certifications"]
    assert title["tier"] == "srdi_sme:provincial"
    assert title["label"] == "专精特新中小企业"
    assert (title["valid_from"], title["valid_until"]) == ("2025-07-01", "2028-06-30")


def test_of_a_real_firm_what_no_notice_printed_is_null():
    firm = Enterprise.objects.get(name="大连美恒电气有限公司")
    data = EnterpriseSerializer(firm).data
    assert (data["uscc"], data["industry"], data["founded_on"]) == (None, None, None)
    assert (data["zone"], data["fictitious"]) == ("大连高新区", False)
    assert data["url"] == f"/firms/{firm.pk}/"
    (title,) = data["certifications"]
    assert (title["stage"], title["recognized_on"], title["recognized_in"]) == ("public_notice", None, 2023)


def test_tiers_name_the_rung_below():
    giant = TierSerializer(Tier.objects.get(name="little_giant", level="national")).data
    assert giant["after"] == "srdi_sme:provincial"
    assert giant["grade"] == "B"
    assert TierSerializer(Tier.objects.get(name="hnte")).data["after"] is None


def test_places_and_industries_name_what_contains_them():
    assert RegionSerializer(Region.objects.get(code="210213")).data == {
        "code": "210213", "name": "金州区", "level": "county", "parent": "210200",
        "pinyin": "jinzhouqu", "initials": "jzq",
    }  # fmt: skip
    assert IndustrySerializer(Industry.objects.get(code="3421")).data == {
        "code": "3421", "name": "金属切削机床制造", "level": "class", "parent": "342",
    }  # fmt: skip


# Within a version nothing is renamed or taken away: a key stands here from the day it was published.
@pytest.mark.parametrize(
    ("serializer", "model", "published"),
    [
        (RegionSerializer, Region, {"code", "name", "level", "parent", "pinyin", "initials"}),
        (IndustrySerializer, Industry, {"code", "name", "level", "parent"}),
        (
            TierSerializer,
            Tier,
            CITED
            | {"key", "name", "level", "label", "ladder", "rank", "after"}
            | {"valid_from", "valid_until", "criteria_verified", "note"},
        ),
        (
            CertificationSerializer,
            Certification,
            CITED
            | {"tier", "label", "act", "stage", "batch", "recognized_on", "recognized_in"}
            | {"valid_from", "valid_until", "ended_on", "end_reason", "note"},
        ),
        (
            EnterpriseSerializer,
            Enterprise,
            CITED
            | {"uscc", "name", "name_is_short", "region", "zone", "industry", "founded_on"}
            | {"fictitious", "certifications", "url"},
        ),
    ],
)
def test_published_keys_stay(serializer, model, published):
    assert serializer(model.objects.first()).data.keys() == published
