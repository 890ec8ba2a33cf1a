"""What the desk needs of instruments beyond drafts."""

from typing import Any, ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("policies", "0008_catalogue_changes")]

    operations: ClassVar[list[Any]] = []
