"""Prove that a list comes out again from what was frozen with it: `reproduce_run N [--hash HEX]`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from enterprises.management.arguments import whole
from policies import grants
from policies.models import GrantRun


class Command(BaseCommand):
    help = "重算免申即享名单：只用生成时保存的规则和数据再算一遍，逐行比对，说出每一处不同"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", help="名单编号")
        parser.add_argument("--hash", default="", help="公布过的校验值，一并核对")

    def handle(self, *args: Any, **options: Any) -> None:
        number = whole(options["number"], "名单编号", 1, 10**12)
        run = GrantRun.objects.select_related("instrument").filter(pk=number).first()
        if run is None:
            raise CommandError(f"没有第{number}号名单。")
        try:
            found = grants.reproduce(run, published=options["hash"])
        except ValueError as why:
            raise CommandError(str(why)) from None
        if found:
            raise CommandError("\n".join([f"第{number}号名单有 {len(found)} 处不同：", *found]))
        self.stdout.write(f"第{number}号名单 {run.rows.count():,} 行，重算完全一致，校验值 {run.hash}")
