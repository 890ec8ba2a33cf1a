"""The history of many rows in one statement a few thousand, copied by the database itself.

The library's own way takes a third of an import's time, for records that say what the rows already say.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

CHUNK = 5_000


def chunks(keys: list[int]) -> Iterator[list[int]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))


def record(model: type[Model], keys: list[int], kind: str, *, by: Any, reason: str, at: datetime) -> None:
    """A record of history (`+` made, `-` deleted) for each row as it stands in the table."""
    history = model.history.model  # type: ignore[attr-defined]
    quote = connection.ops.quote_name
    copied = [field.column for field in history.tracked_fields]
    added = ("history_date", "history_change_reason", "history_type", "history_user_id")
    said = (connection.ops.adapt_datetimefield_value(at), reason, kind, by and by.pk)
    into = ", ".join(map(quote, (*copied, *added)))
    values = ", ".join((*map(quote, copied), *("%s" for _ in added)))
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    for some in chunks(keys):
        marks = ", ".join("%s" for _ in some)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {quote(history._meta.db_table)} ({into}) "
                f"SELECT {values} FROM {table} WHERE {key} IN ({marks}) ORDER BY {key}",
                (*said, *some),
            )
