"""Ask whether the documents' sources still answer: `check_sources [--days 7] [--region CODE] [--limit N]`."""

from argparse import ArgumentParser
from collections import Counter
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from enterprises.codes import prefix
from enterprises.management import progress
from enterprises.models import Region
from policies import sources
from policies.models import Document, SourceCheck


class Command(BaseCommand):
    help = "检查政策文件的来源网址还能不能打开；打不开的由人在管理后台核对，不会自动撤下任何内容"

    def add_arguments(self, parser: ArgumentParser) -> None:
        days = sources.AGAIN_AFTER.days
        parser.add_argument("--days", type=int, default=days, help=f"几天内查过的不再查，默认 {days}")
        parser.add_argument("--region", help="只查这个行政区划的文件，例如 210200")
        parser.add_argument("--limit", type=int, help="最多查几个网址；最久没查的先查")

    def handle(self, *args: Any, **options: Any) -> None:
        documents = _documents(options["region"])
        before = timezone.now() - timedelta(days=max(0, options["days"]))
        urls = sources.due(documents, before=before)[: options["limit"]]
        found: Counter[str] = Counter()
        asked = progress.shown(sources.ask_all(urls), len(urls), "网址", self.stdout.write, unit="个")
        for url, answer in asked:
            if answer is None:
                found["网站一直不答复，改天再查"] += 1
                continue
            sources.keep(url, answer, at=timezone.now())
            found[SourceCheck.Outcome(answer.outcome).label] += 1
            if answer.outcome != SourceCheck.Outcome.ALIVE:
                self.stdout.write(f"  {url} {answer.said}")
        told = "，".join(f"{label} {count} 个" for label, count in found.most_common()) or "没有到期要查的"
        dead = SourceCheck.objects.dead().filter(document__in=documents).count()
        self.stdout.write(f"来源网址：{told}。现在共有 {dead} 个等人核对。")


def _documents(region: str | None) -> Any:
    documents = Document.objects.current()
    if not region:
        return documents
    if not Region.objects.filter(code=region).exists():
        raise CommandError(f"没有这个地区：{region}。请写六位行政区划代码，例如 210200。")
    return documents.filter(region__code__startswith=prefix(region))
