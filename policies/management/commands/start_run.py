"""Make the list of who gets paid without applying: `start_run CODE [--on DAY] [--region CODE] --by NAME`."""

import time
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from enterprises.keeping import KEPT
from enterprises.kinds import Day, Refused
from enterprises.models import Region
from policies import catalogue, grants
from policies.models import Instrument


class Command(BaseCommand):
    help = "生成免申即享名单：列出确定符合的企业，保存当时的规则、数据和校验值"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="惠企事项代码")
        parser.add_argument("--on", help="按哪一天的数据，例如 2026-05-04；不写就是今天")
        parser.add_argument("--region", help="只列这个行政区划里的企业，例如 210200；不写就是事项的适用地区")
        parser.add_argument("--by", required=True, help="谁生成的（后台账号）")
        parser.add_argument("--drill", action="store_true", help="演练：只列虚构样例企业")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        on = _day(options["on"]) if options["on"] else today
        if on > today:
            raise CommandError("不能按将来的日子生成名单。")
        instrument = _find(Instrument, "惠企事项", code=options["code"])
        region = _find(Region, "地区", code=options["region"]) if options["region"] else None
        by, start, words = _find(User, "账号", username=options["by"]), time.monotonic(), catalogue.load()
        try:
            with KEPT.reading(on=on, vocabulary=words.vocabulary) as columns:
                run = grants.start(
                    instrument,
                    columns=columns,
                    catalogue=words,
                    today=today,
                    by=by,
                    region=region,
                    drill=options["drill"],
                    write=self.stdout.write,
                )
        except grants.NotNow as why:
            raise CommandError(str(why)) from None
        self.stdout.write(
            f"{run}：列入名单 {run.rows.count():,} 家，还差信息 {run.unknown:,} 家，"
            f"用时 {time.monotonic() - start:.1f} 秒"
        )
        self.stdout.write(f"校验值 {run.hash}")


def _day(text: str) -> Any:
    try:
        return Day().parse(text, label="on")
    except Refused as why:
        raise CommandError(str(why)) from None


def _find(model: Any, label: str, **wanted: Any) -> Any:
    found = model.objects.filter(**wanted).first()
    if found is None:
        raise CommandError(f"没有这个{label}：{next(iter(wanted.values()))}。")
    return found
