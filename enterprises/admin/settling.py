"""The form by which an official settles a correction: what is to be written, checked, not yet saved."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from .. import rights
from ..facts import Vocabulary
from ..kinds import CertificateList, Refused
from ..models import Certification, Correction, Enterprise, FormerName, Origin, Statement, Tier
from .statements import FactField, written

WAYS = {
    "fact": "更正一项事实",
    "end": "终止一条认定",
    "add": "补记一条认定",
    "rename": "更正企业名称",
    "refuse": "不采纳",
}
NEEDS = {
    "fact": ("fact", "value"),
    "end": ("certification", "ended_on", "end_reason"),
    "add": ("tier",),
    "rename": ("name",),
    "refuse": ("reason",),
}
OWN = {"region": "region_id", "industry": "industry_id", "zone": "zone", "founded_on": "founded_on"}
"""Facts that the firm's own row holds as well, for lists and for whose firm it is."""


def day(label: str) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}))


class SettleForm(forms.Form):
    way = forms.ChoiceField(label="怎么处理", choices=WAYS.items(), widget=forms.RadioSelect)
    reason = forms.CharField(
        label="处理说明", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="给提交人看；不采纳时必填。",
    )  # fmt: skip
    source = forms.CharField(
        label="依据", max_length=300, required=False, help_text="采纳时必填：文件名和文号。"
    )
    source_url = forms.URLField(label="依据的网址", max_length=600, required=False, assume_scheme="https")
    fact = FactField(label="事实", required=False)
    value = forms.CharField(
        label="值", max_length=500, required=False, help_text="例如 120、300万元、是、2020-01-01。"
    )
    year = forms.IntegerField(
        label="年度", min_value=1990, max_value=2100, required=False, help_text="按年填的事实填哪一年。"
    )
    certification = forms.ModelChoiceField(
        Certification.objects.none(), label="哪条认定", required=False, empty_label="请选择"
    )
    ended_on = day("终止日期")
    end_reason = forms.ChoiceField(
        label="终止原因", required=False, choices=[("", "请选择"), *Certification.EndReason.choices]
    )
    tier = forms.ModelChoiceField(Tier.objects.current(), label="称号", required=False, empty_label="请选择")
    act = forms.ChoiceField(label="行为", choices=CertificateList.ACTS.items(), required=False)
    batch = forms.CharField(label="批次", max_length=60, required=False)
    recognized_on, valid_from, valid_until = day("认定日期"), day("有效期起"), day("有效期止（含当日）")
    name = forms.CharField(label="企业名称", max_length=120, required=False)

    def __init__(
        self, *args: Any, correction: Correction, words: Vocabulary, on: Any, by: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.firm, self.words, self.on, self.by = correction.enterprise, words, on, by
        rows = self.firm.certifications.filter(ended_on__isnull=True).select_related("tier")
        self.fields["certification"].queryset = rows
        facts = [fact for fact in words.stated() if fact.kind != "certifications"]
        self.fields["fact"].offer(facts, "")
        self.remedy: list[models.Model] = []

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        way = given.get("way")
        needs = (*NEEDS[way], *(() if way == "refuse" else ("source",))) if way else ()
        for name in needs:
            if not given.get(name) and name not in self.errors:
                self.add_error(name, f"请填“{self.fields[name].label}”。")
        if way and way != "refuse" and not self.errors:
            self._build(way)
        return given

    def _build(self, way: str) -> None:
        """The rows to be written; what a row refuses is said beside its field."""
        try:
            self.remedy = list(getattr(self, f"_{way}")())
            for row in self.remedy:
                row.full_clean(exclude=None if row.pk else ["name_norm"])
        except Refused as why:
            self.add_error("value", str(why))
        except ValidationError as why:
            for message in why.messages:
                self.add_error(None, message)

    def _cited(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"source": given["source"], "source_url": given["source_url"], "checked_on": self.on}

    def _fact(self) -> Any:
        given, name = self.cleaned_data, self.cleaned_data["fact"]
        fact = self.words[name]
        value = written(fact, given["value"])
        if name == "region" and not rights.may_touch(self.by, value):
            raise Refused("企业迁到了您负责的地区以外，请交省里办理。", "elsewhere")
        if fact.years:
            value = {str(given["year"] or self.on.year - 1): value}
        said = {"fact": name, "value": value, "origin": Origin.CORRECTED, "stated_on": self.on}
        yield Statement(enterprise=self.firm, **said, **self._cited())
        if name in OWN:
            setattr(self.firm, OWN[name], fact.parse(value, wire=True))
            yield self.firm

    def _end(self) -> Any:
        given, row = self.cleaned_data, self.cleaned_data["certification"]
        row.ended_on, row.end_reason = given["ended_on"], given["end_reason"]
        row.end_source, row.end_source_url = given["source"], given["source_url"]
        yield row

    def _add(self) -> Any:
        names = ("tier", "batch", "recognized_on", "valid_from", "valid_until")
        given = {name: self.cleaned_data[name] for name in names}
        act = self.cleaned_data["act"] or "recognition"
        yield Certification(enterprise=self.firm, act=act, **given, **self._cited())

    def _rename(self) -> Any:
        old = Enterprise.objects.get(pk=self.firm.pk)
        self.firm.name = self.cleaned_data["name"]
        self.firm.clean()
        yield self.firm
        held = FormerName.objects.filter(enterprise=self.firm, name_norm=old.name_norm)
        if old.name_norm != self.firm.name_norm and not held.exists():
            known = {"name": old.name, "name_norm": old.name_norm, "until": self.on}
            yield FormerName(enterprise=self.firm, **known, **self._cited())
