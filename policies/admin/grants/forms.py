"""What a person fills in for each step of a list. Holds no rule: `grants` refuses what can't be done."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms

from enterprises.codes import normalize_name
from enterprises.models import Region

from ...models import GrantRow, GrantRun, Step

USCC = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{18}(?![0-9A-Za-z])")
SEPARATOR = re.compile(r"[,，\t;；]")
HEADING = ("企业名称", "统一社会信用代码", "单位名称")
MOST_FILE = 2_000_000
NAMED = 5


class Dated(forms.Form):
    """A form with a day that isn't ahead of today."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        if "on" in self.fields:
            self.fields["on"].initial = today

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError("日期不能晚于今天。")
        return on


def day(label: str) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def words(label: str, most: int = 300, rows: int = 2) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows, "cols": 60})
    )


class StartForm(Dated):
    on = day("按哪一天的数据")
    region = forms.ModelChoiceField(
        Region.objects.none(), label="地区", required=False, empty_label="事项的适用地区"
    )
    drill = forms.BooleanField(
        label="演练：只列虚构样例企业", required=False, help_text="真实企业和虚构样例从不在同一份名单里。"
    )


class NoticeForm(Dated):
    on = day("公示开始")
    days = forms.IntegerField(label="公示几个工作日", min_value=1, max_value=60, initial=5)
    objections_to = words("怎么提出异议（电话、地址或邮箱）")


class DayForm(Dated):
    on = day("日期")


class ReasonForm(Dated):
    reason = words("原因")


class ReverseForm(ReasonForm, DayForm):
    field_order = ("on", "reason")


class ObjectionForm(Dated):
    number = forms.IntegerField(
        label="针对第几号企业", required=False, min_value=1, help_text="空着就是针对整份名单。"
    )
    on = day("收到日期")
    objector = forms.CharField(label="提出人（可以写“匿名”）", max_length=60)
    text = words("异议内容", 2_000, 3)


class AnswerForm(Dated):
    OUTCOMES = (("no", "不成立"), ("yes", "成立，不列入"))

    objection = forms.IntegerField(widget=forms.HiddenInput)
    on = day("答复日期")
    upheld = forms.ChoiceField(label="结论", choices=OUTCOMES)
    answer = words("答复内容", 2_000, 3)


# -- many firms at once ------------------------------------------------------------------------------------


class RowsForm(Dated):
    """Which firms: those ticked on this page, those of a pasted or uploaded list, or all that are shown."""

    WHICH = (("ticked", "本页勾选的"), ("listed", "下面粘贴或上传的"), ("all", "符合当前筛选的全部"))

    which = forms.ChoiceField(label="哪些企业", choices=WHICH, initial="ticked", widget=forms.RadioSelect)
    codes = forms.CharField(
        label="粘贴统一社会信用代码或企业全称，一行一家",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 40}),
    )
    file = forms.FileField(label="或上传文本或 CSV 文件", required=False)
    amount = forms.IntegerField(
        label="核定的金额（元，只在核定时填）", required=False, min_value=1, max_value=10**12
    )
    text = forms.CharField(
        label="说明",
        required=False,
        max_length=200,
        help_text="信用在哪里、哪一天查的；核定金额依据的条款；不列入或恢复的原因。",
        widget=forms.TextInput(attrs={"size": 60}),
    )
    on = day("日期")
    ASKED = {
        Step.CHECKING: ("amount", "text"),
        Step.NOTICE: ("text",),
        Step.CONFIRMING: ("on", "text"),
        Step.PAYING: ("on",),
    }

    def __init__(self, *args: Any, run: GrantRun, shown: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.run, self.shown = run, shown
        for name in {"amount", "text", "on"} - {*self.ASKED.get(Step(run.step), ())}:
            del self.fields[name]

    @property
    def ticked(self) -> list[int]:
        """The rows ticked on the page, which stay ticked where something is refused."""
        sent = self.data.getlist("row") if self.is_bound else []
        return [int(one) for one in sent if one.isdecimal() and len(one) < 19]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        ways = {"ticked": self._ticked, "listed": self._listed, "all": lambda: list(self.shown)}
        data["rows"] = ways[data["which"]]() if "which" in data else []
        return data

    def _ticked(self) -> list[GrantRow]:
        return list(self.run.rows.defer("frozen", "found").filter(pk__in=self.ticked))

    def _listed(self) -> list[GrantRow]:
        asked = list(self._asked())
        if not asked:
            raise forms.ValidationError("没有读到企业。请一行写一家的统一社会信用代码或全称。")
        rows = list(self.run.rows.defer("frozen", "found"))
        by_code = {row.uscc: row for row in rows if row.uscc}
        by_name = {normalize_name(row.name): row for row in rows}
        found = [by_code.get(one.upper()) or by_name.get(normalize_name(one)) for one in asked]
        lost = [one for one, row in zip(asked, found, strict=True) if row is None]
        if lost:
            more = f"等 {len(lost)} 家" if len(lost) > NAMED else ""
            listed = "、".join(one[:30] for one in lost[:NAMED])
            raise forms.ValidationError(f"名单里没有：{listed}{more}。请改正或删去，其余也没有改动。")
        return [row for row in found if row]

    def _asked(self) -> Iterator[str]:
        """The code, or else the name, that each line gives; a heading gives none."""
        text = self.cleaned_data.get("codes", "")
        file = self.cleaned_data.get("file")
        for line in (text + ("\n" + _text(file) if file else "")).splitlines():
            code, name = USCC.search(line), SEPARATOR.split(line)[0].strip().strip('"')
            if code or (name and not any(word in line for word in HEADING)):
                yield code[0] if code else name


def _text(file: Any) -> str:
    if file.size > MOST_FILE:
        raise forms.ValidationError("文件太大，名单文件请不超过 2 MB。")
    data = file.read()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            if b"\0" not in data:
                return str(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise forms.ValidationError("读不懂这个文件。请另存为 CSV 或文本文件再上传。")
