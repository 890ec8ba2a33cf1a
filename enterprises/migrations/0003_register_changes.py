"""The log of changed firms and the triggers that write it, in the words of each database."""

from django.db import migrations, models

TABLES = {
    "enterprises_enterprise": "id",
    "enterprises_statement": "enterprise_id",
    "enterprises_yearfigures": "enterprise_id",
    "enterprises_certification": "enterprise_id",
}
EVENTS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def sqlite(table, key):
    for event, rows in EVENTS.items():
        inserts = "".join(
            f"INSERT INTO enterprises_registerchange (enterprise) VALUES ({row}.{key}); " for row in rows
        )
        yield f"CREATE TRIGGER {table}_{event.lower()}_noted AFTER {event} ON {table} BEGIN {inserts}END"


def postgresql(table, key):
    for event, rows in EVENTS.items():
        named = " ".join(f"{row} TABLE AS {row.lower()}_rows" for row in rows)
        union = " UNION ".join(f"SELECT {key} FROM {row.lower()}_rows" for row in rows)
        name = f"{table}_{event.lower()}_noted"
        yield (
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"INSERT INTO enterprises_registerchange (enterprise, transaction) "
            f"SELECT one, pg_current_xact_id()::text::bigint FROM ({union}) AS changed (one); "
            f"RETURN NULL; END $$"
        )
        yield (
            f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {named} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )


def note(apps, schema_editor):
    words = postgresql if schema_editor.connection.vendor == "postgresql" else sqlite
    for table, key in TABLES.items():
        for statement in words(table, key):
            schema_editor.execute(statement)


def stop_noting(apps, schema_editor):
    whole = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        for event in EVENTS:
            name = f"{table}_{event.lower()}_noted"
            schema_editor.execute(f"DROP FUNCTION {name}() CASCADE" if whole else f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0002_refuse_nonsense")]

    operations = [
        migrations.CreateModel(
            name="RegisterChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("enterprise", models.BigIntegerField(verbose_name="企业编号")),
                ("transaction", models.BigIntegerField(db_index=True, null=True, verbose_name="事务号")),
            ],
            options={
                "verbose_name": "名录变动",
                "verbose_name_plural": "名录变动",
                "indexes": [
                    models.Index(
                        condition=models.Q(("enterprise", 0)), fields=["enterprise"], name="changes_forgotten"
                    )
                ],
            },
        ),
        migrations.RunPython(note, stop_noting),
    ]
