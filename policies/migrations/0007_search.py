"""The entries of the full-text search, and over them the index of each database, which follows them by itself."""

import django.db.models.deletion
from django.db import migrations, models

INDEX = {
    "sqlite": (
        "CREATE VIRTUAL TABLE policies_searchindex USING fts5(title, body, tokenize='unicode61', "
        "content='policies_searchentry', content_rowid='id')",
        "CREATE TRIGGER policies_searchentry_added AFTER INSERT ON policies_searchentry BEGIN "
        "INSERT INTO policies_searchindex(rowid, title, body) VALUES (new.id, new.title, new.body); END",
        "CREATE TRIGGER policies_searchentry_gone AFTER DELETE ON policies_searchentry BEGIN "
        "INSERT INTO policies_searchindex(policies_searchindex, rowid, title, body) "
        "VALUES ('delete', old.id, old.title, old.body); END",
        "CREATE TRIGGER policies_searchentry_changed AFTER UPDATE ON policies_searchentry BEGIN "
        "INSERT INTO policies_searchindex(policies_searchindex, rowid, title, body) "
        "VALUES ('delete', old.id, old.title, old.body); "
        "INSERT INTO policies_searchindex(rowid, title, body) VALUES (new.id, new.title, new.body); END",
    ),
    "postgresql": (
        "ALTER TABLE policies_searchentry ADD COLUMN words tsvector GENERATED ALWAYS AS "
        "(setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', body), 'D')) STORED",
        "CREATE INDEX policies_searchentry_words ON policies_searchentry USING gin (words)",
    ),
}
WITHOUT = {
    "sqlite": (
        "DROP TRIGGER policies_searchentry_changed",
        "DROP TRIGGER policies_searchentry_gone",
        "DROP TRIGGER policies_searchentry_added",
        "DROP TABLE policies_searchindex",
    ),
    "postgresql": ("DROP INDEX policies_searchentry_words", "ALTER TABLE policies_searchentry DROP COLUMN words"),
}


def index(apps, schema_editor):
    for statement in INDEX[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop_index(apps, schema_editor):
    for statement in WITHOUT[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [("policies", "0006_grants")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.TextField(verbose_name="标题")),
                ("body", models.TextField(verbose_name="正文")),
                (
                    "document",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entry",
                        to="policies.document",
                        verbose_name="政策文件",
                    ),
                ),
                (
                    "instrument",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entry",
                        to="policies.instrument",
                        verbose_name="惠企事项",
                    ),
                ),
            ],
            options={
                "verbose_name": "检索条目",
                "verbose_name_plural": "检索条目",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("instrument__isnull", True), ("document__isnull", True), _connector="XOR"
                        ),
                        name="entry_of_one_thing",
                        violation_error_message="一个检索条目只能对应一个事项或一份文件。",
                    )
                ],
            },
        ),
        migrations.RunPython(index, drop_index),
    ]
