"""Write anew every entry of the full-text search that is missing or outdated; the site serves meanwhile."""

from typing import Any

from django.core.management.base import BaseCommand

from policies import search


class Command(BaseCommand):
    help = "更新全文检索的条目（地区、称号、部门改名之后用；可重复运行）"

    def handle(self, *args: Any, **options: Any) -> None:
        outdated = search.stale()
        search.refresh(outdated)
        self.stdout.write(f"检索条目缺失或过时：{len(outdated)}，已更新")
