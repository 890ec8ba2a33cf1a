"""What an import would do or has done, in sentences with counts."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from .. import codes
from ..models import ListImport, ListRow, ListSection
from .verdicts import Verdict


@dataclass(frozen=True)
class Summary:
    section: ListSection
    counts: Counter[str]

    @property
    def listed(self) -> int:
        return sum(self.counts.values()) - self.counts[Verdict.ABSENT]

    def sentence(self) -> str:
        """共 32 行：新认定 30，无变化 2。"""
        labels = dict(Verdict.choices)
        parts = [f"{labels[one]} {self.counts[one]}" for one in VERDICTS if self.counts[one]]
        absent = self.counts[Verdict.ABSENT]
        missing = f"应复核而名单上没有的 {absent} 家，只作提示。" if absent else ""
        return f"共 {self.listed} 行：{'，'.join(parts) or '没有内容'}。{missing}"

    def doubt(self) -> str:
        """The heading's own count against the rows."""
        said = self.section.counted
        if said is None or said == self.listed:
            return ""
        return f"标题写共 {said} 家，实际读到 {self.listed} 行，请核对有没有漏行。"


VERDICTS = [one for one in Verdict.values if one != Verdict.ABSENT]


def of(made: ListImport) -> list[Summary]:
    """One for each list of the file, in two queries."""
    rows = ListRow.objects.filter(section__list_import=made).order_by()
    counts: dict[int, Counter[str]] = {}
    for section, verdict, number in rows.values_list("section", "verdict").annotate(Count("pk")):
        counts.setdefault(section, Counter())[verdict] = number
    sections = made.sections.select_related("tier")
    return [Summary(section, counts.get(section.pk, Counter())) for section in sections]


def total(summaries: list[Summary]) -> Counter[str]:
    return sum((one.counts for one in summaries), Counter[str]())


def earlier(made: ListImport) -> str:
    """Whether this very file has come in before, for the same area or a part of it."""
    alike = ListImport.objects.filter(file_hash=made.file_hash, pk__lt=made.pk)
    before = alike.filter(area__code__startswith=codes.prefix(made.area_id)).order_by("-pk").first()
    if not before:
        return ""
    who = before.entered_by or "终端"
    return (
        f"同一个文件 {before.entered_at:%Y-%m-%d} 由{who}导入过（{before}，{before.get_state_display()}）。"
    )
