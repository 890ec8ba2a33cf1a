"""How rows of the register look in the API. No rule; sources and dates come along."""

from typing import Any

from rest_framework import serializers

from .models import Certification, Enterprise, Industry, Region, Tier


class RegionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Region
        fields = ["code", "name", "level", "parent", "pinyin", "initials"]


class IndustrySerializer(serializers.ModelSerializer):
    class Meta:
        model = Industry
        fields = ["code", "name", "level", "parent"]


class TierSerializer(serializers.ModelSerializer):
    after = serializers.CharField(source="after.key", default=None)

    class Meta:
        model = Tier
        fields = [
            "key", "name", "level", "label", "ladder", "rank", "after", "valid_from", "valid_until",
            "criteria_verified", "note", "source", "source_url", "grade", "checked_on",
        ]  # fmt: skip


class CertificationSerializer(serializers.ModelSerializer):
    tier = serializers.CharField(source="tier.key")
    label = serializers.CharField(source="tier.label")

    class Meta:
        model = Certification
        fields = [
            "tier", "label", "act", "stage", "batch", "recognized_on", "recognized_in",
            "valid_from", "valid_until", "ended_on", "end_reason", "note",
            "source", "source_url", "grade", "checked_on",
        ]  # fmt: skip


class EnterpriseSerializer(serializers.ModelSerializer):
    """`uscc` is null where the notice printed none; `zone` is empty where unknown, `none` outside of any.

    `name_is_short` says that the source gave less than the whole name; `fictitious` marks samples.
    """

    certifications = CertificationSerializer(many=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = Enterprise
        fields = [
            "uscc", "name", "name_is_short", "region", "zone", "industry", "founded_on", "fictitious",
            "certifications", "url",
            "source", "source_url", "grade", "checked_on",
        ]  # fmt: skip

    def get_url(self, firm: Enterprise) -> Any:
        return firm.get_absolute_url()
