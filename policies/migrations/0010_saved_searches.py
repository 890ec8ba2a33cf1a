"""Saved searches and what was told of them."""

from typing import Any, ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("policies", "0009_desk")]

    operations: ClassVar[list[Any]] = []
