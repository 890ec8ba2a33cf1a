"""A copy of the filled database, beside the one the tests use, for what a test that commits leaves behind.

On SQLite in memory, on PostgreSQL as a database of its own that the tests' is made from again.
"""

import sqlite3

from django.db import connection

SUFFIX = "kept"
_kept: list[sqlite3.Connection] = []


def keep() -> None:
    if connection.vendor == "postgresql":
        connection.creation.clone_test_db(SUFFIX, verbosity=0)
    else:
        _kept.append(sqlite3.connect(":memory:"))
        connection.connection.backup(_kept[0])


def restore() -> None:
    """The database as it was kept, whatever has become of it; its connection is a new one on PostgreSQL."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        _kept[0].backup(connection.connection)
        return
    name = connection.settings_dict["NAME"]
    kept = connection.creation.get_test_db_clone_settings(SUFFIX)["NAME"]
    connection.close()
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{kept}"')


def drop() -> None:
    if connection.vendor == "postgresql":
        connection.creation.destroy_test_db(suffix=SUFFIX, verbosity=0)
    else:
        _kept.pop().close()
