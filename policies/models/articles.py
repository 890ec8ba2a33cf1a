"""The original of a document, article by article, so that a condition can be led to the words it rests on."""

from django.core.validators import RegexValidator
from django.db import models
from simple_history.models import HistoricalRecords

NUMBER = RegexValidator(r"^\S+$", "条号中间不要有空格，例如“第六条”“附件1”。")


class Article(models.Model):
    """One article: its number as the original prints it, which is its anchor on the page, and its words."""

    document = models.ForeignKey(
        "policies.Document", models.CASCADE, related_name="articles", verbose_name="政策文件"
    )
    order = models.PositiveSmallIntegerField("顺序", default=1)
    number = models.CharField(
        "条号", max_length=40, validators=[NUMBER], help_text="照原文写，例如“第六条”“二、”“附件1”。"
    )
    text = models.TextField("原文", help_text="照录原文；不便照录的不要摘抄，留原文链接即可。")
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "原文条款"
        ordering = ["document", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "number"],
                name="article_once_a_document",
                violation_error_message="这份文件里已有同样条号的一条。",
            ),
        ]

    def __str__(self) -> str:
        return self.number
