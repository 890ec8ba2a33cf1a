"""Documents go through drafts as instruments do; what a row is linked to many-to-many is in its history."""

from importlib import import_module
from typing import Any, ClassVar

import simple_history.models
from django.conf import settings
from django.db import migrations, models


STAMP_ANEW = import_module("policies.migrations.0009_desk").stamp_anew
LINKS = (
    ("document", "issued_by", "authority", "policies"),
    ("instrument", "authorities", "authority", "policies"),
    ("instrument", "exclusion_groups", "exclusiongroup", "policies"),
    ("instrument", "tiers", "tier", "enterprises"),
)
"""Model, its many-to-many field, and the model at the other end with its app."""


def kept_along(owner, field, other, app):
    """The table of what each version was linked to."""

    def pointing(to, **more):
        return models.ForeignKey(db_constraint=False, on_delete=models.DO_NOTHING, to=to, **more)

    loose = {"blank": True, "null": True, "db_tablespace": "", "related_name": "+"}
    return migrations.CreateModel(
        name=f"Historical{owner.title()}_{field}",
        fields=[
            ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
            ("m2m_history_id", models.AutoField(primary_key=True, serialize=False)),
            (owner, pointing(f"policies.{owner}", **loose)),
            (other, pointing(f"{app}.{other}", **loose)),
            ("history", pointing(f"policies.historical{owner}")),
        ],
        options={"verbose_name": f"Historical{owner.title()}_{field}"},
        bases=(simple_history.models.HistoricalChanges, models.Model),
    )


def fill_in(apps, schema_editor):
    """Older versions had nothing of it on record: they are given what stands now, so that none seems changed."""
    for owner, field, other, _ in LINKS:
        through = getattr(apps.get_model("policies", owner), field).through
        kept = apps.get_model("policies", f"Historical{owner}_{field}")
        versions = {}
        history = apps.get_model("policies", f"historical{owner}")
        for version, row in history.objects.values_list("history_id", "id"):
            versions.setdefault(row, []).append(version)
        kept.objects.bulk_create(
            [
                kept(history_id=version, **row)
                for row in through.objects.values("id", f"{owner}_id", f"{other}_id")
                for version in versions.get(row[f"{owner}_id"], ())
            ],
            batch_size=500,
        )


RETIRED_FOR: dict[str, Any] = {
    "name": "retired_for",
    "field": models.CharField(blank=True, max_length=200, verbose_name="撤下原因"),
}
KIND: dict[str, Any] = {
    "name": "kind",
    "field": models.CharField(
        choices=[("instrument", "惠企事项"), ("document", "政策文件")],
        default="instrument",
        max_length=10,
        verbose_name="种类",
    ),
    "preserve_default": False,
}
TITLE: dict[str, Any] = {"name": "title", "field": models.CharField(max_length=200, verbose_name="名称")}


def pointing_loosely(to, label):
    return models.ForeignKey(
        blank=True, db_constraint=False, null=True, on_delete=models.DO_NOTHING, related_name="+", to=to,
        verbose_name=label,
    )


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [
        ("enterprises", "0006_officials"),
        ("policies", "0010_guides"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar[list[Any]] = [
        *(kept_along(*link) for link in LINKS),
        migrations.AlterModelOptions(
            name="document",
            options={
                "ordering": ["-written_on", "code"],
                "permissions": [("withdraw_document", "撤下和恢复政策文件")],
                "verbose_name": "政策文件",
                "verbose_name_plural": "政策文件",
            },
        ),
        migrations.AddField(model_name="document", **RETIRED_FOR),
        migrations.AddField(model_name="historicaldocument", **RETIRED_FOR),
        migrations.RemoveConstraint(model_name="draft", name="one_open_draft_an_instrument"),
        migrations.AddField(
            model_name="draft",
            name="document",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=models.CASCADE, related_name="drafts",
                to="policies.document", verbose_name="政策文件",
            ),
        ),
        migrations.AddField(
            model_name="historicaldraft", name="document", field=pointing_loosely("policies.document", "政策文件")
        ),
        migrations.AddField(model_name="draft", **KIND),
        migrations.AddField(model_name="historicaldraft", **KIND),
        migrations.AlterField(
            model_name="draft",
            name="region",
            field=models.ForeignKey(
                on_delete=models.PROTECT, related_name="+", to="enterprises.region", verbose_name="地区"
            ),
        ),
        migrations.AlterField(
            model_name="historicaldraft", name="region", field=pointing_loosely("enterprises.region", "地区")
        ),
        migrations.AlterField(model_name="draft", **TITLE),
        migrations.AlterField(model_name="historicaldraft", **TITLE),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(
                condition=models.Q(state__in=["entered", "submitted", "checked", "returned"]),
                fields=("kind", "code"),
                name="one_open_draft_a_row",
                violation_error_message="它已有一份没办完的草稿，请在那份上修改。",
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("document__isnull", True), ("kind", "instrument")),
                    models.Q(("instrument__isnull", True), ("kind", "document")),
                    _connector="OR",
                ),
                name="draft_is_of_its_kind",
                violation_error_message="草稿的种类和它所改的对不上。",
            ),
        ),
        migrations.RunPython(STAMP_ANEW, migrations.RunPython.noop),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
    ]
