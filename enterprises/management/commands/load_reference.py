"""Load regions, industries, tiers and the certifications found in public lists; prints what changes."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from enterprises import reference


class Command(BaseCommand):
    help = "载入行政区划、行业分类、称号和公开名单中的认定记录（可重复运行）"

    def handle(self, *args: object, **options: object) -> None:
        reference.load(on=timezone.localdate(), write=self.stdout.write)
