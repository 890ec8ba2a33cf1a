"""The page of an instrument: its amount, its rule row by row, and the whole rule read back in words."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from enterprises.admin.areas import shown
from enterprises.admin.base import lines, link, said
from enterprises.admin.statements import FactField, Worded, WordedForm

from .. import goldens, lint, wording
from ..models import Instrument
from . import reading
from .citing import Cited
from .conditions import ConditionInline, GoldenInline, GuideInline, WindowInline
from .documents import LifeAdmin, LifeFilter
from .entry import Entered
from .reach import Reaching
from .sources import InstrumentSourceFilter, told
from .withdrawal import Withdrawn

MOST_LISTS = 10


class InstrumentForm(WordedForm):
    base_fact = FactField(
        label="计算基数对应的事实", required=False, help_text="按比例计算时，基数是哪个金额；没有就留空。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "base_fact" in self.fields:
            money = (fact for fact in self.words.values() if fact.kind == "money")
            self.fields["base_fact"].offer(money, self.instance.base_fact)

    def clean_terms(self) -> dict[str, Any]:
        terms = self.cleaned_data["terms"] or {}
        if not isinstance(terms, dict):
            raise forms.ValidationError('请填一组“名称: 内容”，例如 {"期限（月）": "12"}。')
        return terms


@admin.register(Instrument)
class InstrumentAdmin(Withdrawn, Cited, Entered, Reaching, Worded, LifeAdmin):
    area, above = "region", {"published": True}
    form = InstrumentForm
    change_form_template = "admin/policies/instrument/change_form.html"
    list_display = ("code", "title", "shown", "sure", "region", "kind", "life", "window")
    list_display_links = ("code", "title")
    list_filter = (
        *("published", LifeFilter, InstrumentSourceFilter, "kind", "mode", "confidence", "document__level"),
        ("region", admin.RelatedOnlyFieldListFilter),
        *("tiers", ("criteria_checked_on", admin.EmptyFieldListFilter)),
        ("retired_on", admin.EmptyFieldListFilter),
    )
    list_select_related = ("document", "region")
    date_hierarchy = "effective_from"
    search_fields = ("code", "title", "document__title", "document__number", "region__name", "note", "how")
    search_help_text = "按代码、名称、依据文件、发文字号、地区或说明查找"
    autocomplete_fields = (
        *("document", "region", "tiers", "authorities", "local_of", "replaces", "exclusion_groups"),
    )
    readonly_fields = (
        *("life", "reading", "golden", "lists", "answers"),
        *("published_said", "criteria_checked_on", "retired_on", "retired_for"),
    )
    inlines = (ConditionInline, WindowInline, GuideInline, GoldenInline)
    fieldsets = (
        (
            "基本",
            {
                "fields": (
                    *("code", "title", "document", "kind", "family", "region", "zone", "tiers", "event"),
                    *("mode", "lists", "how", "authorities", "authority_note"),
                )
            },
        ),
        (
            "金额",
            {
                "fields": (
                    *("shape", "gives", "value", "rate", "base", "base_fact", ("cap", "cap_scope")),
                    *(("cap_2", "cap_2_scope"), ("low", "high"), "step", "bands", "at_most", "indirect"),
                    *("period", "amount_note"),
                ),
                "description": "金额一律以元为单位；来源没有写的留空，不要填 0。",
            },
        ),
        (
            "预算",
            {
                "fields": ("budget", ("budget_year", "budget_source")),
                "description": "试算影响时拿预计费用和它比。",
            },
        ),
        (
            "生效",
            {"fields": (*("life", "effective_from", "effective_until", "stated", "checked_on"),)},
        ),
        (
            "条件核对与发布",
            {
                "fields": (
                    *("reading", "golden", "confidence", "source", "answers", "note"),
                    *("published_said", "criteria_checked_on", "retired_on", "retired_for"),
                )
            },
        ),
        ("关系", {"fields": ("local_of", "replaces", "exclusion_groups", "stacking", "terms")}),
    )
    shown = said("published", "对外发布", "已发布", "未发布")
    published_said = said("published", "对外发布", "已发布", "未发布")

    def named(self, row: Instrument) -> str:
        return f"{row.code} {row.title}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Instrument]:
        return super().get_queryset(request).prefetch_related("windows", "conditions")

    @admin.display(description="可信度", ordering="confidence")
    def sure(self, row: Instrument) -> str:
        return row.get_confidence_display().partition("：")[0]

    @admin.display(description="申报时间")
    def window(self, row: Instrument) -> str:
        return wording.standing(row.standing(timezone.localdate()))

    @admin.display(description="读出来")
    def reading(self, row: Instrument) -> str:
        """The saved rows as sentences, and below them what looks wrong."""
        if not row.pk:
            return "保存后显示。"
        on = timezone.localdate()
        found = lint.check(row, row.words, lint.around(on, lint.known_facts(on, row.words)))
        return format_html(
            "{}{}",
            lines(reading.sentences(row, row.words)),
            format_html("<br><br>{}", lines(flaw.said for flaw in found)) if found else "",
        )

    @admin.display(description="依据文件的网址能不能打开")
    def answers(self, row: Instrument) -> str:
        return told([row.document_id]) if row.document_id else "保存后可以检查。"

    @admin.display(description="免申即享名单")
    def lists(self, row: Instrument) -> str:
        """Its lists, and where the next one is made."""
        if row.mode != Instrument.Mode.NO_APPLICATION or not row.pk:
            return "兑现方式是“免申即享”的，在这里生成名单。"
        runs = shown(self, row, row.grant_runs.defer("rule", "digests"))
        made = lines(link(one) for one in runs[:MOST_LISTS])
        if not row.reader.has_perm("policies.start_grantrun"):
            return made
        start = reverse("admin:policies_grantrun_start", args=[row.pk])
        return format_html('<a class="button" href="{}">生成免申即享名单</a><br>{}', start, made)

    @admin.display(description="对照企业的结论")
    def golden(self, row: Instrument) -> str:
        found = goldens.run(row, row.goldens.all(), row.words) if row.pk else []
        return lines(
            f"{'对' if one.right else '不对'}：{one.text if not one.right else one.golden}" for one in found
        )
