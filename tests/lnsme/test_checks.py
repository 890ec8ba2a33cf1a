import pytest
from django.core.checks import Tags, run_checks
from django.db import connection

from lnsme import checks


@pytest.mark.django_db
def test_it_works(monkeypatch):
    """Nothing to say of this database, made for Chinese; something of one that takes no Han for a letter."""
    monkeypatch.setattr(checks, "_ctype", lambda name: "C.UTF-8")
    assert ours() == []
    monkeypatch.setattr(checks, "_ctype", lambda name: "C")
    found = ours()
    if connection.vendor == "sqlite":
        assert found == []
    else:
        (warning,) = found
        assert "LC_CTYPE 是 C" in warning.msg
        assert "createdb" in warning.hint


def ours():
    return [one for one in run_checks(tags=[Tags.database], databases=["default"]) if one.id == "lnsme.W001"]


@pytest.mark.django_db
def test_the_database_is_asked_how_it_was_made():
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT datctype FROM pg_database WHERE datname = current_database()")
            assert checks._ctype("default") == cursor.fetchone()[0]
    assert checks.database_knows_chinese(databases=None) == []
