"""The form a list comes in by: the file, and what its notice says of all its rows."""

import re
from typing import Any

from django import forms
from django.db.models import QuerySet

from .. import lists
from ..kinds import CertificateList
from ..lists.books import MOST_BYTES, MOST_ROWS, Unreadable, check_size
from ..models import Grade, Region, Tier

YEAR_IN_BRACKETS = re.compile(r"[〔【\[(（]\s*(\d{4})\s*[〕】\])）]")


def day(label: str, help_text: str = "", required: bool = False) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, required=required, widget=picker)


def wide(size: int) -> forms.TextInput:
    return forms.TextInput(attrs={"size": size})


class FileForm(forms.Form):
    """A file that a bureau has published, and where."""

    required_css_class = "required"

    file = forms.FileField(
        label="文件",
        help_text=f"XLSX 工作簿或 CSV 文本（UTF-8、UTF-16、GB18030），最大 {MOST_BYTES // 1_000_000} MB、"
        f"{MOST_ROWS:,} 行。含公式、宏或密码的不收。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
    title = forms.CharField(label="公告标题", max_length=200, widget=wide(60))
    number = forms.CharField(
        label="公告文号",
        max_length=60,
        required=False,
        help_text="例如 辽工信改革〔2024〕6号。",
        widget=wide(30),
    )
    source_url = forms.URLField(
        label="公告网址", required=False, assume_scheme="https", max_length=600, widget=wide(60)
    )
    grade = forms.ChoiceField(label="来源等级", choices=Grade.choices, initial=Grade.A)

    def clean_file(self) -> Any:
        """Before anything of it is read."""
        file = self.cleaned_data["file"]
        try:
            check_size(file.size)
        except Unreadable as why:
            raise forms.ValidationError(str(why)) from None
        return file

    def clean_number(self) -> str:
        """However its brackets are typed, 辽工信改革〔2024〕6号."""
        return YEAR_IN_BRACKETS.sub(r"〔\1〕", "".join(self.cleaned_data["number"].split()))

    def source(self) -> str:
        """The notice by its title and number."""
        given = self.cleaned_data
        return f"{given['title']}（{given['number']}）" if given["number"] else given["title"]


class UploadForm(FileForm):
    """What is left empty is taken from the file's own words, and shown before anything takes effect."""

    field_order = ("file", "title", "number", "decided_on")
    decided_on = day("公告日期", "认定、复核、更名或终止的日期；表里有日期列的以列为准。", required=True)
    stage = forms.ChoiceField(
        label="阶段",
        choices=[("", "按标题判断"), *CertificateList.STAGES.items()],
        required=False,
        help_text="公示不等于公布：公示期的名单不算已认定。",
    )
    tier = forms.ModelChoiceField(
        Tier.objects.current(), label="称号", required=False, empty_label="按标题或“称号”一列判断"
    )
    batch = forms.CharField(label="批次", max_length=60, required=False, help_text="例如 第六批。")
    region = forms.ModelChoiceField(
        Region.objects.none(), label="地区", required=False, empty_label="按“所属市”一列判断",
        help_text="表里没有所属市、又都是一个市的企业时选。",
    )  # fmt: skip
    valid_from = day("有效期起")
    valid_until = day("有效期止（含当日）")

    def __init__(self, *args: Any, regions: QuerySet[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = regions  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        start, end = found.get("valid_from"), found.get("valid_until")
        if start and end and end < start:
            self.add_error("valid_until", "有效期止不能早于有效期起。")
        return found

    def notice(self) -> lists.Notice:
        given = self.cleaned_data
        names = ("decided_on", "source_url", "grade", "stage", "tier", "batch", "region")
        rest = {name: given[name] for name in (*names, "valid_from", "valid_until")}
        return lists.Notice(source=self.source(), **rest)
