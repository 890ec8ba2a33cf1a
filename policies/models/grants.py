"""Lists of who gets paid without applying (免申即享), their rows, what is objected, and what is paid.

A run and its rows keep what they were made of, frozen; `grants` makes them and takes every step, `frozen`
says what follows. Money is whole yuan. Nothing is deleted: a run is cancelled, a payment has a counter entry.
"""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from simple_history.models import HistoricalRecords

from enterprises.codes import normalize_name
from enterprises.models import Enterprise, Region

from .instruments import Instrument


class Step(models.TextChoices):
    """Where a run stands. 比对 → 公示 → 意愿确认 → 拨付 → 完成, or cancelled before anybody was paid."""

    CHECKING = "checking", "比对"
    NOTICE = "notice", "公示"
    CONFIRMING = "confirming", "意愿确认"
    PAYING = "paying", "拨付"
    DONE = "done", "已完成"
    CANCELLED = "cancelled", "已取消"


def person(label: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,
        **more,
    )


class GrantRunQuerySet(models.QuerySet):
    def public(self) -> "GrantRunQuerySet":
        """Runs whose list has been put to the public and not been taken back."""
        return self.filter(step__in=[Step.NOTICE, Step.CONFIRMING, Step.PAYING, Step.DONE])


class GrantRun(models.Model):
    """One list: the rule as it was, the day, the firms of a place, and how far it has come.

    `drill` lists hold nobody but fictitious firms, all others nobody but real ones. `digests` are those of
    the rows in their order, 32 bytes each; `hash` is that of the rule, the counts and the digests.
    """

    instrument = models.ForeignKey(
        Instrument, models.PROTECT, related_name="grant_runs", verbose_name="惠企事项"
    )
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="地区")
    on = models.DateField("按哪一天的数据")
    drill = models.BooleanField("演练（只列虚构样例）", default=False)
    step = models.CharField("步骤", max_length=10, choices=Step, default=Step.CHECKING)
    rule = models.JSONField("当时的规则", editable=False)
    judged = models.PositiveIntegerField("判断的企业数")
    unknown = models.PositiveIntegerField("还差信息的企业数")
    digests = models.BinaryField(editable=False)
    hash = models.CharField("校验值", max_length=64, editable=False)
    started_on = models.DateField("生成日期")
    started_by = person("生成人")
    notice_from = models.DateField("公示开始", null=True, blank=True)
    notice_until = models.DateField("公示截止（含当日）", null=True, blank=True)
    notice_days = models.PositiveSmallIntegerField("公示工作日数", null=True, blank=True)
    objections_to = models.CharField("怎么提出异议", max_length=300, blank=True)
    noticed_by = person("公示批准人")
    approved_on = models.DateField("批准拨付日期", null=True, blank=True)
    approved_by = person("拨付批准人")
    finished_on = models.DateField("拨付完成日期", null=True, blank=True)
    reason = models.CharField("取消或退回原因", max_length=300, blank=True)
    history = HistoricalRecords(excluded_fields=["rule", "digests"])
    objects = GrantRunQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "免申即享名单"
        ordering = ["-pk"]
        permissions = [
            ("start_grantrun", "生成和比对"),
            ("approve_grantrun", "批准公示和拨付"),
            ("pay_grantrun", "登记拨付"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(notice_until__isnull=True) | Q(notice_until__gte=F("notice_from")),
                name="notice_ends_after_it_starts",
                violation_error_message="公示截止不能早于公示开始。",
            ),
        ]

    def __str__(self) -> str:
        return f"第{self.pk}号 {self.instrument}（{self.on}）"

    def get_absolute_url(self) -> str:
        return reverse("grant", args=[self.pk])

    def open_for_objections(self, on: date) -> bool:
        return self.step == Step.NOTICE and bool(self.notice_until) and on <= self.notice_until


class GrantRowQuerySet(models.QuerySet):
    def kept(self) -> "GrantRowQuerySet":
        """Rows that are on the list: neither taken off nor still to be settled."""
        return self.filter(status=GrantRow.Status.KEPT)

    def called(self, text: str) -> "GrantRowQuerySet":
        """Rows whose name contains the text, brackets and spaces aside, or whose code or city it is."""
        name = Q(name__contains=text) | Q(enterprise__name_norm__contains=normalize_name(text) or text)
        return self.filter(name | Q(uscc=text.upper()) | Q(city=text)) if text else self

    def agreed(self) -> "GrantRowQuerySet":
        return self.kept().filter(wish=GrantRow.Wish.AGREED)

    def to_pay(self) -> "GrantRowQuerySet":
        """Rows that were agreed to and whose payments and counter entries add up to nothing."""
        return self.agreed().alias(paid=Coalesce(Sum("payouts__amount"), 0)).filter(paid=0)


class GrantRow(models.Model):
    """One firm of a run. `frozen` is what was known of it, `found` what followed; neither is ever changed.

    `doubts` are those of `found` that nobody has settled yet, by their kinds. `verified` is a figure that a
    person set with the clause it rests on; it counts before the computed one.
    """

    class Status(models.TextChoices):
        KEPT = "kept", "列入"
        OPEN = "open", "待核实"
        EXCLUDED = "excluded", "未列入"

    class Wish(models.TextChoices):
        NONE = "", "未答复"
        AGREED = "agreed", "同意"
        DECLINED = "declined", "放弃"

    run = models.ForeignKey(GrantRun, models.PROTECT, related_name="rows", verbose_name="名单")
    number = models.PositiveIntegerField("序号")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="grant_rows", verbose_name="企业")
    name = models.CharField("企业名称", max_length=120)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    city = models.CharField("城市", max_length=50, blank=True)
    frozen = models.JSONField("当时的数据", editable=False)
    found = models.JSONField("当时的结果", editable=False)
    computed = models.BigIntegerField("算出的金额（元）", null=True, blank=True)
    status = models.CharField("状态", max_length=8, choices=Status)
    doubts = models.CharField("待核实的", max_length=40, blank=True)
    verified = models.BigIntegerField("核定的金额（元）", null=True, blank=True)
    clause = models.CharField("核定依据条款", max_length=200, blank=True)
    reason = models.CharField("说明", max_length=300, blank=True)
    decided_by = person("处理人")
    wish = models.CharField("意愿", max_length=8, choices=Wish, blank=True, default="")
    wish_on = models.DateField("答复日期", null=True, blank=True)
    history = HistoricalRecords(excluded_fields=["frozen", "found"])
    objects = GrantRowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "免申即享名单中的企业"
        ordering = ["run", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "number"], name="row_number_once", violation_error_message="序号重复。"
            ),
            models.UniqueConstraint(
                fields=["run", "enterprise"],
                name="firm_once_a_run",
                violation_error_message="这家企业已在名单里。",
            ),
            models.CheckConstraint(
                condition=Q(verified__isnull=True) | Q(verified__gt=0) & ~Q(clause=""),
                name="verified_with_clause",
                violation_error_message="核定的金额要大于0，并写明依据条款。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"

    @property
    def payable(self) -> int | None:
        """What is paid: the verified figure, or else the computed one where it was exact."""
        return self.computed if self.verified is None else self.verified

    @property
    def payable_said(self) -> str:
        return "待核定" if self.payable is None else f"{self.payable:,}元"

    @property
    def shown_uscc(self) -> str:
        """The code as the public sees it; that of a person in business (个体工商户, 92…) in part only."""
        return f"{self.uscc[:6]}********{self.uscc[-4:]}" if self.uscc.startswith("92") else self.uscc

    @property
    def unsettled(self) -> list[str]:
        return self.doubts.split(",") if self.doubts else []


class Objection(models.Model):
    """What somebody has to say against a row, or against the whole list, and what was answered."""

    class Outcome(models.TextChoices):
        OPEN = "", "待答复"
        UPHELD = "upheld", "成立"
        REJECTED = "rejected", "不成立"

    run = models.ForeignKey(GrantRun, models.PROTECT, related_name="objections", verbose_name="名单")
    row = models.ForeignKey(
        GrantRow, models.PROTECT, null=True, blank=True, related_name="objections", verbose_name="企业"
    )
    text = models.TextField("异议内容")
    objector = models.CharField("提出人", max_length=60)
    received_on = models.DateField("收到日期")
    recorded_by = person("登记人")
    outcome = models.CharField("结论", max_length=8, choices=Outcome, blank=True, default="")
    answer = models.TextField("答复", blank=True)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    answered_by = person("答复人")
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "异议"
        ordering = ["run", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="") | ~Q(answer="") & Q(answered_on__isnull=False),
                name="outcome_with_answer",
                violation_error_message="写明结论时要有答复内容和日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.row or self.run}：{self.text[:20]}"
