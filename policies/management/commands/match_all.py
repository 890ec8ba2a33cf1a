"""Match the whole catalogue against the whole register, keep the lists, and print what has changed."""

import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from enterprises.keeping import KEPT, Unfit
from enterprises.management.progress import shown
from policies import catalogue, runs, spark
from policies.catalogue import Catalogue
from policies.models import MatchRun


class Command(BaseCommand):
    help = "全库匹配：每一项政策对每一家企业判断一次，保存名单，印出比上次多了谁、少了谁"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--changed", action="store_true", help="只印有变化的")
        parser.add_argument(
            "--engine",
            choices=("process", "spark"),
            default="process",
            help="由谁判断：process 是本进程，spark 把名录列的块文件交给 Spark（默认 process）",
        )
        parser.add_argument(
            "--master",
            help="Spark 的主节点，例如 spark://主机:7077；不写就是本机的全部核（local[*]）",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["master"] and options["engine"] != "spark":
            raise CommandError("--master 要和 --engine spark 一起用。")
        words, on, start = catalogue.load(), timezone.localdate(), time.monotonic()
        found = self._apart(words, on, options) if options["engine"] == "spark" else self._here(words, on)
        seconds = time.monotonic() - start
        for change in found:
            if change.gained or change.lost or change.gained is None or not options["changed"]:
                self.stdout.write(change.sentence())
        firms = MatchRun.objects.values_list("firms", flat=True).first()
        self.stdout.write(
            f"按 {on} 的政策：{firms:,} 家企业 × {len(found)} 项，判断和保存用 {seconds:.1f} 秒"
        )

    def _here(self, words: Catalogue, on: date) -> list[runs.Change]:
        with KEPT.reading(on=on, vocabulary=words.vocabulary) as columns:
            return runs.run(columns, words, watch=self._watch)

    def _apart(self, words: Catalogue, on: date, options: dict[str, Any]) -> list[runs.Change]:
        master, told = options["master"] or "local[*]", {"watch": self._watch, "say": self.stdout.write}
        try:
            return runs.run_on_spark(master, KEPT, words, on=on, quiet=options["verbosity"] < 2, **told)
        except Unfit as why:
            raise CommandError(
                f"{KEPT.folder} 里的名录列文件{why}。请先运行 manage.py rebuild_columns。"
            ) from why
        except spark.Failed as why:
            raise CommandError(str(why)) from why

    def _watch(self, blocks: Any, total: int) -> Any:
        return shown(blocks, total, "判断", self.stdout.write, unit="块")
