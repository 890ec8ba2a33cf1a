"""Which firms have changed, written by the database itself whenever a row about a firm is."""

from django.db import models
from django.db.models import Q


class RegisterChange(models.Model):
    """One firm of which one transaction has changed something. Triggers write it; nobody else does.

    `transaction` is PostgreSQL's number of the transaction, by which a reader can tell what it can't have
    seen yet; on SQLite, where writers take turns, the row's own number tells. The one row of firm 0 says up
    to which mark changes have been forgotten.
    """

    FORGOTTEN = 0

    enterprise = models.BigIntegerField("企业编号")
    transaction = models.BigIntegerField("事务号", null=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "名录变动"
        indexes = [models.Index(fields=["enterprise"], condition=Q(enterprise=0), name="changes_forgotten")]

    def __str__(self) -> str:
        return str(self.enterprise)
