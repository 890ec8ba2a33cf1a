"""Who is told by e-mail of what changes, and the changes there are to tell.

Of a person there is only an address and what it follows, and no history, so that what is deleted is gone.
"""

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from .instruments import Instrument


class NewsQuerySet(models.QuerySet["News"]):
    def newest(self) -> int:
        """The number of the last one; 0 where there is none."""
        return int(self.aggregate(last=models.Max("pk"))["last"] or 0)


class News(models.Model):
    """One change of one published instrument, found once for everybody; numbers grow in the order found.

    `day` is when it was found, of what a window does the day of that. `content` is what a new or an edited
    instrument said then, to be compared with.
    """

    class Kind(models.TextChoices):
        NEW = "new", "新发布"
        EDITED = "edited", "有修改"
        OPENING = "opening", "开始申报"
        CLOSING = "closing", "快要截止"
        GONE = "gone", "额度用完"

    WINDOWS = (Kind.OPENING, Kind.CLOSING, Kind.GONE)

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="news", verbose_name="惠企事项")
    kind = models.CharField("变化", max_length=7, choices=Kind)
    day = models.DateField("哪一天")
    said = models.CharField("改了什么", max_length=300, blank=True)
    content = models.JSONField("当时的内容", null=True, blank=True)
    objects = NewsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "政策变动"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "kind", "day"],
                condition=Q(kind__in=["opening", "closing", "gone"]),
                name="news_of_a_window_once",
                violation_error_message="这个变动已经记过了。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument}：{self.get_kind_display()}（{self.day}）"


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def going(self) -> "SubscriptionQuerySet":
        """Confirmed, and not stopped."""
        return self.filter(confirmed_at__isnull=False, stopped_at__isnull=True)

    def late(self, at: datetime) -> "SubscriptionQuerySet":
        """Not confirmed in time."""
        asked = self.filter(confirmed_at__isnull=True, stopped_at__isnull=True)
        return asked.filter(made_at__lt=at - Subscription.PATIENCE)

    def due(self, on: date) -> "SubscriptionQuerySet":
        """Those that may get a mail on the day: none yet on it, or where weekly none since its Monday."""
        monday = on - timedelta(days=on.weekday())
        late = Q(every="daily", sent_on__lt=on) | Q(every="weekly", sent_on__lt=monday)
        return self.going().filter(Q(sent_on__isnull=True) | late)


class Subscription(models.Model):
    """One address that follows one search or instrument. Stopped ones keep no address.

    `followed` is the query of the page's address. `told` is the number of the last news told; while a mail is
    under way, `sending` is the last it tells and `sending_at` since when.
    """

    PATIENCE = timedelta(days=3)

    class Every(models.TextChoices):
        DAILY = "daily", "每天最多一封"
        WEEKLY = "weekly", "每周最多一封"

    address = models.EmailField("邮箱地址", blank=True)
    followed = models.CharField("关注的内容", max_length=1000, blank=True)
    every = models.CharField("多久一次", max_length=6, choices=Every, default=Every.WEEKLY)
    made_at = models.DateTimeField("申请时间")
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    stopped_at = models.DateTimeField("停止时间", null=True, blank=True)
    told = models.PositiveBigIntegerField("已告诉到第几条变动", default=0)
    sent_on = models.DateField("最近一封", null=True, blank=True)
    sending = models.PositiveBigIntegerField("正在发的告诉到第几条", null=True, blank=True)
    sending_at = models.DateTimeField("从什么时候开始发", null=True, blank=True)
    refused = models.PositiveSmallIntegerField("连续退回的次数", default=0)
    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "邮件提醒"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("address"),
                "followed",
                condition=~Q(address=""),
                name="one_alert_an_address_and_search",
                violation_error_message="这个地址已经关注了同样的内容。",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(address=""),
                name="stopped_alert_keeps_no_address",
                violation_error_message="停止以后不能保留地址。",
            ),
        ]

    def __str__(self) -> str:
        return f"邮件提醒{self.pk}"


class SubscriptionKey(models.Model):
    """What a link in a mail is known by: the hash of it. Every mail has one of its own."""

    subscription = models.ForeignKey(
        Subscription, models.CASCADE, related_name="keys", verbose_name="邮件提醒"
    )
    digest = models.CharField("指纹", max_length=64, unique=True)
    made_at = models.DateTimeField("生成时间")

    class Meta:
        verbose_name = verbose_name_plural = "邮件提醒的链接"

    def __str__(self) -> str:
        return f"{self.subscription}的链接"
