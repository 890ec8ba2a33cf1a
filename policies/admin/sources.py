"""Sources that no longer answer: the list of them for a person to look at, and how documents and instruments
tell of theirs. Nothing here unpublishes anything.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html

from enterprises import rights
from enterprises.admin.areas import Placed
from enterprises.admin.base import Made, Named, lines, link
from enterprises.waiting import Waiting

from .. import sources
from ..models import Document, SourceCheck

SETTLE = "policies.settle_sourcecheck"
DEAD, UNASKED = "dead", "unasked"


def told(documents: Any) -> str:
    """What is known of the addresses that documents cite, a line an address."""
    checks = SourceCheck.objects.cited().filter(document__in=documents)
    dead = set(checks.dead().values_list("pk", flat=True))
    rows = checks.select_related("cleared_by")
    return lines((_line(row, row.pk in dead) for row in rows), "还没有检查过")


def _line(row: SourceCheck, dead: bool) -> str:
    cleared = f"；{row.cleared_by}人工打开过，没有问题" if row.cleared_at and row.cleared_by else ""
    return format_html(
        '{}{}：{}（{} 检查{}）<br><span class="help">{}</span>',
        *("请核对：" if dead else "", link(row, row.get_outcome_display()), row.said),
        *(timezone.localtime(row.asked_at).strftime("%Y-%m-%d"), cleared, row.url),
    )


class SourceFilter(admin.SimpleListFilter):
    """Rows by whether their document's addresses still answer. `document` leads from the row to it."""

    title, parameter_name, document = "来源网址", "source_check", "pk"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(DEAD, "打不开，等人核对"), (UNASKED, "还没有检查过")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        cited = SourceCheck.objects.cited()
        if self.value() == DEAD:
            return queryset.filter(**{f"{self.document}__in": cited.dead().values("document")})
        if self.value() == UNASKED:
            return queryset.exclude(**{f"{self.document}__in": cited.values("document")})
        return queryset


class InstrumentSourceFilter(SourceFilter):
    document = "document"


class Sourced:
    """For the page of documents: what became of their addresses, and asking them now."""

    actions = ("ask_sources",)

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(SETTLE)

    @admin.display(description="网址能不能打开")
    def answers(self, row: Document) -> str:
        return told([row.pk]) if row.pk else "保存后可以检查。"

    @admin.action(
        description=f"检查来源网址能不能打开（一次最多 {sources.MOST_AT_ONCE} 份）", permissions=["settle"]
    )
    def ask_sources(self, request: HttpRequest, queryset: QuerySet) -> None:
        _ask(self, request, rights.within(request.user, queryset, self.area))


def _ask(page: Any, request: HttpRequest, documents: QuerySet[Document]) -> None:
    some = Document.objects.filter(pk__in=documents.values("pk")[: sources.MOST_AT_ONCE + 1])
    if len(some) > sources.MOST_AT_ONCE:
        page.message_user(
            request, f"一次最多检查 {sources.MOST_AT_ONCE} 份文件，请少选一些。", messages.ERROR
        )
        return
    answers = [answer for _, answer in sources.ask_for(some, at=timezone.now()) if answer]
    alive = sum(answer.outcome == SourceCheck.Outcome.ALIVE for answer in answers)
    page.message_user(request, f"检查了 {len(answers)} 个网址，{alive} 个能打开。")


@admin.register(SourceCheck)
class SourceCheckAdmin(Made, Placed, Named, admin.ModelAdmin):
    area = "document__region"
    empty_value_display = "没有"
    list_display = ("document", "outcome", "said", "failures", "failing_since", "asked_at", "cleared_by")
    list_filter = ("outcome", ("cleared_at", admin.EmptyFieldListFilter))
    list_select_related = ("document", "cleared_by")
    search_fields = ("document__code", "document__title", "url")
    search_help_text = "按文件代码、标题或网址查找"
    actions = ("ask_again", "found_alive")
    fields = (
        *("document", "url", "outcome", "said", "failures", "failing_since", "asked_at"),
        *("cleared_by", "cleared_at"),
    )
    waiting = (
        Waiting(
            "打不开的来源网址",
            "打开网址看看：搬走了就在文件里改，没有问题就选中后点“人工打开过，没有问题”。",
            SETTLE,
            lambda rows, user, on: SourceCheck.objects.dead().filter(pk__in=rows.values("pk")),
            "cleared_at__isempty=1",
        ),
    )

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(SETTLE)

    @admin.action(description="再检查一次", permissions=["settle"])
    def ask_again(self, request: HttpRequest, queryset: QuerySet) -> None:
        own = rights.within(request.user, queryset, self.area)
        _ask(self, request, Document.objects.filter(pk__in=own.values("document")))

    @admin.action(description="人工打开过，没有问题", permissions=["settle"])
    def found_alive(self, request: HttpRequest, queryset: QuerySet) -> None:
        own = rights.within(request.user, queryset, self.area)
        done = sources.clear(own.order_by("pk"), by=request.user, at=timezone.now())
        self.message_user(request, f"已记下 {done} 个网址由您打开看过。")
