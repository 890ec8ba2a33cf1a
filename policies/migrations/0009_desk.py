"""What the desk needs of instruments beyond drafts."""

from typing import Any, ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("policies", "0008_catalogue_changes")]

    operations: ClassVar[list[Any]] = [
        migrations.AddField(
            model_name="historicalinstrument",
            name="budget",
            field=models.BigIntegerField(
                blank=True,
                help_text="整个事项一年的预算，例如 18300000；不知道就留空，不要填 0。",
                null=True,
                verbose_name="预算总额（元）",
            ),
        ),
        migrations.AddField(
            model_name="historicalinstrument",
            name="budget_source",
            field=models.CharField(blank=True, max_length=160, verbose_name="预算来源"),
        ),
        migrations.AddField(
            model_name="historicalinstrument",
            name="budget_year",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="预算年度"),
        ),
        migrations.AddField(
            model_name="instrument",
            name="budget",
            field=models.BigIntegerField(
                blank=True,
                help_text="整个事项一年的预算，例如 18300000；不知道就留空，不要填 0。",
                null=True,
                verbose_name="预算总额（元）",
            ),
        ),
        migrations.AddField(
            model_name="instrument",
            name="budget_source",
            field=models.CharField(blank=True, max_length=160, verbose_name="预算来源"),
        ),
        migrations.AddField(
            model_name="instrument",
            name="budget_year",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="预算年度"),
        ),
        migrations.AddConstraint(
            model_name="instrument",
            constraint=models.CheckConstraint(
                condition=models.Q(("budget__isnull", True), ("budget__gt", 0), _connector="OR"),
                name="unknown_budget_is_not_nothing",
                violation_error_message="预算总额要大于 0；不知道就留空。",
            ),
        ),
    ]
