"""Build the register's columns anew from its tables and keep them in files; the site serves meanwhile."""

import os
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from enterprises.keeping import KEPT
from policies import catalogue


class Command(BaseCommand):
    help = "重建名录列（按列存放的企业事实），供全库匹配和“谁符合”使用；网站照常运行"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--workers", type=int, default=os.cpu_count() or 1, help="用几个进程，默认每核一个"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["workers"] < 1:
            raise CommandError("进程数请填 1 或更大的整数。")
        on, start = timezone.localdate(), time.monotonic()
        columns = KEPT.rebuild(
            on=on,
            vocabulary=catalogue.vocabulary(),
            write=self.stdout.write,
            workers=options["workers"],
        )
        KEPT.save()
        seconds = time.monotonic() - start
        size = sum(path.stat().st_size for path in KEPT.folder.glob("*.block"))
        self.stdout.write(
            f"名录列（{on}）：{len(columns):,} 家企业，{len(columns.blocks)} 块，"
            f"{size / 1e6:.1f} MB，用 {seconds:.1f} 秒"
        )
