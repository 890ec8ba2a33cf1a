"""Make fictitious firms, seeded and marked 虚构: `make_firms N [--seed S]`. Real firms are never made up."""

from argparse import ArgumentParser
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from enterprises import samples, synthetic
from enterprises.management.arguments import whole
from enterprises.management.progress import shown

MOST = 2_000_000


class Command(BaseCommand):
    help = "生成虚构样例企业（同一 seed 结果相同，已有的不重复生成）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("count", help="生成多少家")
        parser.add_argument("--seed", default=1, help="随机种子，整数")

    def handle(self, *args: Any, **options: Any) -> None:
        count, seed = whole(options["count"], "数量", 1, MOST), whole(options["seed"], "seed", 0, 10**9)
        on = timezone.localdate()
        firms = iter(shown(synthetic.firms(count, seed, on=on), count, "虚构企业", self.stdout.write))
        made = 0
        while batch := list(islice(firms, samples.BATCH)):
            made += samples.write(batch, on=on)
        self.stdout.write(f"虚构企业：新增 {made}，已有 {count - made}")
