"""Whatever changes the catalogue leaves a mark, by triggers."""

from typing import Any, ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("policies", "0007_search")]

    operations: ClassVar[list[Any]] = []
