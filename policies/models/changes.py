"""Whether the catalogue has changed, written by the database itself whenever one of its rows is."""

from django.db import models
from django.db.models import Count, Sum


class ChangeQuerySet(models.QuerySet["CatalogueChange"]):
    def state(self) -> tuple[int, int]:
        """What the reader sees of the catalogue, as two numbers: the same ones mean the same rows.

        Every committed transaction that touched the catalogue counts, and so does what the reader's own has
        done by now; what is undone no longer does. Chance makes two states with the same numbers one case in
        some 10¹⁵.
        """
        found = self.aggregate(rows=Count("*"), stamps=Sum("stamp"))
        return found["rows"], int(found["stamps"] or 0)


class CatalogueChange(models.Model):
    """One transaction that has changed the catalogue. Triggers write it; nobody else does.

    `transaction` is PostgreSQL's number of it, so that two writers never wait for each other's row; on
    SQLite, where they take turns, one row (0) serves all. `stamp` is drawn anew at each change.
    """

    transaction = models.BigIntegerField("事务号", primary_key=True)
    stamp = models.BigIntegerField("印记")

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "政策库变动"

    def __str__(self) -> str:
        return str(self.transaction)
