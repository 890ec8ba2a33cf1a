"""What the system check says about the place the site runs in. Settings that make no sense are refused in
`settings.py`; here stands what can only be asked of a running database.
"""

from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

BLIND = ("C", "POSIX")


@register(Tags.database)
def database_knows_chinese(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """A PostgreSQL database of LC_CTYPE=C takes no Han character for a letter: text search sees none."""
    large = (name for name in databases or () if connections[name].vendor == "postgresql")
    found = [name for name in large if _ctype(name) in BLIND]
    return [
        Warning(
            f"数据库“{name}”的 LC_CTYPE 是 C，不认识汉字，检索会漏。",
            hint="用 createdb -T template0 --locale=C.UTF-8 建一个新库，再把数据导过去。",
            id="lnsme.W001",
        )
        for name in found
    ]


def _ctype(name: str) -> str:
    with connections[name].cursor() as cursor:
        cursor.execute("SELECT datctype FROM pg_database WHERE datname = current_database()")
        return str(cursor.fetchone()[0])
