"""Load the collected policy documents and instruments; prints what changes and writes it in one go."""

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from policies import exchange, search


class Command(BaseCommand):
    help = "载入政策文件和惠企事项（可重复运行，只写有变化的，不删除）"

    @transaction.atomic
    def handle(self, *args: object, **options: object) -> None:
        exchange.load(on=timezone.localdate(), write=self.stdout.write)
        search.refresh(search.stale())
