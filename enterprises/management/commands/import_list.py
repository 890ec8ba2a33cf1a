"""Read an official list and say what it would do; with --apply, by another account, do it.

`import_list FILE --source 公告标题 --on 2026-01-05 [--tier srdi_sme:provincial] …`; `import_list --undo N`.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from enterprises import lists
from enterprises.kinds import Refused
from enterprises.kinds.scalars import Day
from enterprises.lists import summary
from enterprises.lists.books import check_size
from enterprises.models import ListImport, Tier

LIAONING = "210000"


class Command(BaseCommand):
    help = "读一份官方名单，逐行核对并说明会做什么；加 --apply 才生效，--undo 撤销"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", help="XLSX 或 CSV 文件")
        parser.add_argument("--source", default="", help="公告标题和文号")
        parser.add_argument("--on", default="", help="公告日期，如 2026-01-05")
        parser.add_argument("--tier", default="", help="称号，如 srdi_sme:provincial；不写按标题或“称号”一列")
        parser.add_argument("--batch", default="", help="批次")
        parser.add_argument("--valid-from", default="", help="有效期起")
        parser.add_argument("--valid-until", default="", help="有效期止（含当日）")
        parser.add_argument("--area", default=LIAONING, help="导入范围的行政区划代码")
        parser.add_argument("--by", default="", help="录入人的账号")
        parser.add_argument(
            "--apply", default="", metavar="账号", help="让无误的行生效；要用录入人以外的账号"
        )
        parser.add_argument("--undo", type=int, metavar="次数", help="撤销第几次导入")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._undo(**options) if options["undo"] else self._bring_in(**options)
        except (lists.Unable, lists.Unreadable, Refused) as why:
            raise CommandError(str(why)) from None

    def _bring_in(self, file: str | None, source: str, on: str, area: str, **options: Any) -> None:
        path = Path(file or "")
        if not path.is_file():
            raise CommandError(f"没有文件“{file or ''}”。请写 XLSX 或 CSV 文件的路径。")
        if not source or not on:
            raise CommandError("请用 --source 写明公告标题和文号，用 --on 写明公告日期。")
        check_size(path.stat().st_size)
        notice = lists.Notice(
            source=source,
            decided_on=Day().parse(on, label="公告日期"),
            tier=_tier(options["tier"]),
            batch=options["batch"],
            **{name: _day(options[name]) for name in ("valid_from", "valid_until")},
        )
        by, write = _account(options["by"]), self.stdout.write
        made = lists.plan(
            path.read_bytes(),
            path.name,
            notice=notice,
            by=by,
            area=area,
            on=timezone.localdate(),
            write=write,
        )
        write(f"{made}，编码 {made.encoding}，校验值 {made.file_hash}")
        for one in summary.of(made):
            write(f"  {one.section}：{one.sentence()}{one.doubt()}")
        if options["apply"]:
            self._apply(made, area, options["apply"])

    def _apply(self, made: ListImport, area: str, name: str) -> None:
        lists.apply(made, by=_account(name), area=area, at=timezone.now())
        self.stdout.write(f"已生效；要撤销：import_list --undo {made.pk} --by {name}")

    def _undo(self, undo: int, area: str, by: str, **options: Any) -> None:
        made = ListImport.objects.filter(pk=undo).first()
        if made is None:
            raise CommandError(f"没有第 {undo} 次导入。")
        lists.undo(made, by=_account(by), area=area, at=timezone.now())
        self.stdout.write(f"{made}：已撤销，名录恢复到它生效之前。")


def _account(name: str) -> Any:
    found = get_user_model().objects.filter(username=name).first() if name else None
    if name and found is None:
        raise CommandError(f"没有账号“{name}”。")
    return found


def _tier(key: str) -> Tier | None:
    name, _, level = key.partition(":")
    found = Tier.objects.filter(name=name, level=level).first() if key else None
    if key and found is None:
        raise CommandError(f"没有称号“{key}”。请写成 srdi_sme:provincial 这样。")
    return found


def _day(text: str) -> Any:
    return Day().parse(text, label="有效期") if text else None
