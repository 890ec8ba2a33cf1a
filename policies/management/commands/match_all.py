"""Match the whole catalogue against the whole register, keep the lists, and print what has changed."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from enterprises.keeping import KEPT
from policies import catalogue, runs


class Command(BaseCommand):
    help = "全库匹配：每一项政策对每一家企业判断一次，保存名单，印出比上次多了谁、少了谁"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--changed", action="store_true", help="只印有变化的")

    def handle(self, *args: Any, **options: Any) -> None:
        words, on = catalogue.load(), timezone.localdate()
        with KEPT.reading(on=on, vocabulary=words.vocabulary) as columns:
            start = time.monotonic()
            found = runs.run(columns, words, write=lambda text: None)
            seconds = time.monotonic() - start
            firms = len(columns)
        for change in found:
            if change.gained or change.lost or change.gained is None or not options["changed"]:
                self.stdout.write(change.sentence())
        self.stdout.write(
            f"按 {on} 的政策：{firms:,} 家企业 × {len(found)} 项，判断和保存用 {seconds:.1f} 秒"
        )
