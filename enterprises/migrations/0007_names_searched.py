"""An index over the pairs of characters of firms' names, in the words of each database, which follows by itself.

PostgreSQL: an index over a function of the name. SQLite: FTS5, kept by triggers on the table of firms, which
go with the table when a later migration makes it anew.
"""

from django.db import migrations

AT = "WITH RECURSIVE at(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM at WHERE i < length({name}) - 1)"
LETTER = "unicode(substr({name}, i%s, 1))"
PAIRS = (
    f"({AT} SELECT group_concat(printf('%05x%05x', {LETTER % ''}, {LETTER % ' + 1'}), ' ') FROM at "
    "WHERE i < length({name}))"
)
NEW, OLD = (PAIRS.format(name=f"{row}.name_norm") for row in ("new", "enterprises_enterprise"))
INDEX = {
    "sqlite": (
        "CREATE VIRTUAL TABLE enterprises_nameindex USING fts5(pairs, tokenize='unicode61')",
        "CREATE TRIGGER enterprises_enterprise_insert_named AFTER INSERT ON enterprises_enterprise BEGIN "
        f"INSERT INTO enterprises_nameindex(rowid, pairs) VALUES (new.id, {NEW}); END",
        "CREATE TRIGGER enterprises_enterprise_update_named AFTER UPDATE OF name_norm ON enterprises_enterprise "
        f"BEGIN UPDATE enterprises_nameindex SET pairs = {NEW} WHERE rowid = new.id; END",
        "CREATE TRIGGER enterprises_enterprise_delete_named AFTER DELETE ON enterprises_enterprise BEGIN "
        "DELETE FROM enterprises_nameindex WHERE rowid = old.id; END",
        f"INSERT INTO enterprises_nameindex(rowid, pairs) SELECT id, {OLD} FROM enterprises_enterprise",
    ),
    "postgresql": (
        "CREATE FUNCTION enterprises_pairs(name text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE "
        "AS $$ SELECT array_agg(substr(name, i, 2)) FROM generate_series(1, length(name) - 1) AS i $$",
        "CREATE INDEX enterprises_names ON enterprises_enterprise USING gin (enterprises_pairs(name_norm))",
    ),
}
WITHOUT = {
    "sqlite": (
        *(f"DROP TRIGGER enterprises_enterprise_{event}_named" for event in ("insert", "update", "delete")),
        "DROP TABLE enterprises_nameindex",
    ),
    "postgresql": ("DROP INDEX enterprises_names", "DROP FUNCTION enterprises_pairs(text)"),
}


def index(apps, schema_editor):
    for statement in INDEX[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop_index(apps, schema_editor):
    for statement in WITHOUT[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0006_officials")]

    operations = [migrations.RunPython(index, drop_index)]
