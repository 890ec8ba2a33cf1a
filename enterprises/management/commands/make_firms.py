"""Make fictitious firms, seeded and marked 虚构: `make_firms N [--seed S]`. Real firms are never made up."""

from argparse import ArgumentParser
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from enterprises import samples, synthetic
from enterprises.management.progress import shown

MOST = 2_000_000


class Command(BaseCommand):
    help = "生成虚构样例企业（同一 seed 结果相同，已有的不重复生成）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("count", type=int, help="生成多少家")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        count, on = options["count"], timezone.localdate()
        if not 0 < count <= MOST:
            raise CommandError(f"数量请填 1 到 {MOST} 之间的整数。")
        firms = iter(
            shown(synthetic.firms(count, options["seed"], on=on), count, "虚构企业", self.stdout.write)
        )
        made = 0
        while batch := list(islice(firms, samples.BATCH)):
            made += samples.write(batch, on=on)
        self.stdout.write(f"虚构企业：新增 {made}，已有 {count - made}")
