"""The day that a window's money is used up."""

from importlib import import_module

from django.db import migrations, models

DESK = import_module("policies.migrations.0009_desk")
DAY = {"blank": True, "null": True, "verbose_name": "额度用完日期", "help_text": "从这一天起不再受理；依据写进“来源原文”。"}


class Migration(migrations.Migration):
    dependencies = [("policies", "0011_drafts_of_documents")]

    operations = [
        migrations.AddField("historicalwindow", "exhausted_on", models.DateField(**DAY)),
        migrations.AddField("window", "exhausted_on", models.DateField(**DAY)),
        migrations.RunPython(DESK.stamp_anew, migrations.RunPython.noop),
    ]
