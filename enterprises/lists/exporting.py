"""What goes out: decisions as a list that `read` takes back unchanged, and the wrong rows of an import."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, QuerySet

from ..models import Certification, FormerName, ListImport, ListRow
from .verdicts import Verdict

UNKNOWN, NONE = "未知", "无"
HEADINGS = (
    *(
        "企业名称",
        "原企业名称",
        "统一社会信用代码",
        "所属市",
        "园区",
        "称号",
        "事项",
        "阶段",
        "批次",
        "认定日期",
    ),
    *("有效期起", "有效期止", "终止日期", "终止原因", "备注", "来源", "来源网址", "来源等级", "校验日期"),
)
CHUNK = 2_000


def certifications(rows: QuerySet[Certification]) -> Iterator[list[str]]:
    """The heading row, then a row for each decision; what isn't known is written 未知."""
    former = Prefetch("enterprise__former_names", FormerName.objects.order_by("until", "id"))
    related = rows.select_related("tier", "enterprise__region__parent").prefetch_related(former)
    yield [*HEADINGS]
    for row in related.iterator(CHUNK):
        yield [str(cell or "") for cell in _cells(row)]


def _cells(row: Certification) -> tuple[Any, ...]:
    firm = row.enterprise
    names = [*firm.former_names.all()] if row.act == "renaming" else []
    year = f"{row.recognized_in}年" if row.recognized_in else UNKNOWN
    return (
        *(firm.name, names[-1].name if names else "", firm.uscc),
        *(firm.region and firm.region.full_name, firm.zone, row.tier.label),
        *(row.get_act_display(), row.get_stage_display(), row.batch or NONE, row.recognized_on or year),
        *(row.valid_from or UNKNOWN, row.valid_until or UNKNOWN),
        *(row.ended_on, row.end_reason and row.get_end_reason_display(), row.note),
        *(row.source or NONE, row.source_url or NONE, row.grade or NONE, row.checked_on or UNKNOWN),
    )


def wrong_rows(made: ListImport) -> Iterator[list[str]]:
    """The wrong rows as they came, list by list under its headings, the reason in the last column."""
    for section in made.sections.all():
        rows = ListRow.objects.filter(section=section, verdict=Verdict.WRONG).order_by("id")
        width = len(section.headings)
        for number, row in enumerate(rows.iterator(CHUNK)):
            if not number:
                yield [*section.headings, "有误原因"]
            yield [*(row.texts + [""] * width)[:width], row.sentence]
