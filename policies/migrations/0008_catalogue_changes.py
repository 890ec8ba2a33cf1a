"""The log of changes to the catalogue and the triggers that write it, in the words of each database."""

from django.db import migrations, models

TABLES = (
    "enterprises_industry",
    "enterprises_lapserule",
    "enterprises_region",
    "enterprises_tier",
    "policies_authority",
    "policies_condition",
    "policies_document",
    "policies_document_issued_by",
    "policies_documentlink",
    "policies_exclusiongroup",
    "policies_instrument",
    "policies_instrument_authorities",
    "policies_instrument_exclusion_groups",
    "policies_instrument_tiers",
    "policies_question",
    "policies_window",
)
EVENTS = ("INSERT", "UPDATE", "DELETE")


def sqlite():
    """A row at a time, as SQLite has no other way: one short write beside each."""
    for table in TABLES:
        for event in EVENTS:
            yield (
                f"CREATE TRIGGER IF NOT EXISTS {table}_{event.lower()}_stamped AFTER {event} ON {table} BEGIN "
                f'INSERT OR REPLACE INTO policies_cataloguechange ("transaction", stamp) '
                f"VALUES (0, random() / 4096); END"
            )


def postgresql():
    """Once a statement; a transaction has one row, however many statements."""
    yield (
        "CREATE FUNCTION policies_catalogue_stamped() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        'INSERT INTO policies_cataloguechange ("transaction", stamp) '
        "VALUES (pg_current_xact_id()::text::bigint, ((random() - 0.5) * 4e15)::bigint) "
        'ON CONFLICT ("transaction") DO UPDATE SET stamp = excluded.stamp; '
        "RETURN NULL; END $$"
    )
    for table in TABLES:
        yield (
            f"CREATE TRIGGER {table}_stamped AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION policies_catalogue_stamped()"
        )


def stamp(apps, schema_editor):
    for statement in postgresql() if schema_editor.connection.vendor == "postgresql" else sqlite():
        schema_editor.execute(statement)


def stop_stamping(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION policies_catalogue_stamped() CASCADE")
        return
    for table in TABLES:
        for event in EVENTS:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_{event.lower()}_stamped")


class Migration(migrations.Migration):
    dependencies = [("policies", "0007_search"), ("enterprises", "0006_officials")]

    operations = [
        migrations.CreateModel(
            name="CatalogueChange",
            fields=[
                ("transaction", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="事务号")),
                ("stamp", models.BigIntegerField(verbose_name="印记")),
            ],
            options={"verbose_name": "政策库变动", "verbose_name_plural": "政策库变动"},
        ),
        migrations.RunPython(stamp, stop_stamping),
    ]
