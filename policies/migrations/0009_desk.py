"""What the desk needs of instruments beyond drafts."""

from importlib import import_module
from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


CHANGES = import_module("policies.migrations.0008_catalogue_changes")


def stamp_anew(apps, schema_editor):
    """SQLite changes a table by making it anew, and the triggers of the old one go with it."""
    if schema_editor.connection.vendor == "sqlite":
        CHANGES.stamp(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [
        ("policies", "0008_catalogue_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

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
        migrations.CreateModel(
            name='SourceCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.URLField(max_length=900, verbose_name='网址')),
                ('asked_at', models.DateTimeField(verbose_name='最近一次检查')),
                ('outcome', models.CharField(choices=[('alive', '能打开'), ('gone', '没有了'), ('unreachable', '连不上'), ('refused', '不让程序看'), ('barred', '不能去问')], max_length=11, verbose_name='结果')),
                ('status', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='网站的答复代码')),
                ('said', models.CharField(max_length=100, verbose_name='说明')),
                ('failures', models.PositiveIntegerField(default=0, verbose_name='连续打不开的次数')),
                ('failing_since', models.DateTimeField(blank=True, null=True, verbose_name='从什么时候起')),
                ('cleared_at', models.DateTimeField(blank=True, null=True, verbose_name='人工核对时间')),
                ('cleared_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='人工打开过')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='source_checks', to='policies.document', verbose_name='政策文件')),
            ],
            options={
                'verbose_name': '来源网址检查',
                'verbose_name_plural': '来源网址检查',
                'ordering': ['-failing_since', 'document'],
                'permissions': [('settle_sourcecheck', '检查和核对来源网址')],
                'constraints': [models.UniqueConstraint(fields=('document', 'url'), name='address_once_a_document', violation_error_message='这份文件的这个网址已有记录。')],
            },
        ),
        migrations.RunPython(stamp_anew, migrations.RunPython.noop),
    ]
