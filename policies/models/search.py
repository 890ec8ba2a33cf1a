"""What the full-text search reads: an entry an instrument or document, as `policies.search` lays it out.

The database's own index over these rows (FTS5 on SQLite, a generated tsvector on PostgreSQL) is made by the
migration and follows them by itself.
"""

from django.db import models
from django.db.models import Q

from .documents import Document
from .instruments import Instrument


class SearchEntry(models.Model):
    """The pairs of characters of what stands in the title and of all the rest."""

    instrument = models.OneToOneField(
        Instrument, models.CASCADE, null=True, related_name="entry", verbose_name="惠企事项"
    )
    document = models.OneToOneField(
        Document, models.CASCADE, null=True, related_name="entry", verbose_name="政策文件"
    )
    title = models.TextField("标题")
    body = models.TextField("正文")

    class Meta:
        verbose_name = verbose_name_plural = "检索条目"
        constraints = [
            models.CheckConstraint(
                condition=Q(instrument__isnull=True) ^ Q(document__isnull=True),
                name="entry_of_one_thing",
                violation_error_message="一个检索条目只能对应一个事项或一份文件。",
            ),
        ]

    def __str__(self) -> str:
        return str(self.instrument or self.document)
