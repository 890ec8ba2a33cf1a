"""How every condition landed, what looks wrong, what has no source clause, which windows close soon."""

from argparse import ArgumentParser
from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from enterprises.kinds import Day, Refused
from enterprises.vocabulary import FACTS
from policies import catalogue, lint, search, wording
from policies.models import Condition, Instrument, Question
from policies.models.rules import readable
from policies.windows import State

SOON = timedelta(days=30)


class Command(BaseCommand):
    help = "检查政策数据：每个条件如何落到事实、问题或人工判断；哪里写错了；哪些没有条款号；哪些窗口快截止"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--brief", action="store_true", help="只印合计和快截止的窗口")
        parser.add_argument("--on", help="按哪一天看窗口，例如 2026-05-04；不写就是今天")

    def handle(self, *args: Any, **options: Any) -> None:
        words, on = catalogue.vocabulary(), _day(options["on"])
        beside = lint.around(on, lint.known_facts(on, words, wait=True))
        flaws: Counter[bool] = Counter()
        for row in Instrument.objects.current().with_rules().order_by("code"):
            if not options["brief"]:
                self._one(row, words)
            flaws += self._flaws(row, lint.check(row, words, beside), options["brief"])
            if closes_soon(row, on):
                self.stdout.write(self.style.WARNING(f"  {row.code} {wording.standing(row.standing(on))}"))
        for label, count in (tally() | {"必须改的问题": flaws[True], "请核对的问题": flaws[False]}).items():
            self.stdout.write(f"{label}：{count}")
        if outdated := search.stale():
            self.stdout.write(self.style.WARNING(f"检索条目过时：{len(outdated)}，请运行 rebuild_search"))

    def _flaws(self, row: Instrument, found: list[lint.Flaw], brief: bool) -> Counter[bool]:
        """Prints what was found, errors even when brief, and counts it: True is an error."""
        for flaw in found:
            if flaw.blocks or not brief:
                paint = self.style.ERROR if flaw.blocks else self.style.WARNING
                self.stdout.write(paint(f"  {flaw.said}" + (f"（{row.code}）" if brief else "")))
        return Counter(flaw.blocks for flaw in found)

    def _one(self, row: Instrument, words: Any) -> None:
        self.stdout.write(
            self.style.MIGRATE_LABEL(f"{row.code} {row.title}") + ("" if row.published else "（不对外）")
        )
        for condition in row.conditions.all():
            sentence = wording.requirement(readable(condition, words), words)
            article = condition.article or "无条款号"
            self.stdout.write(f"  {condition.collected} → {landing(condition)}：{sentence}（{article}）")
        if not row.conditions.all():
            self.stdout.write("  没有条件")


def _day(text: str | None) -> date:
    try:
        return Day().parse(text, label="on") if text else timezone.localdate()
    except Refused as why:
        raise CommandError(str(why)) from None


def closes_soon(row: Instrument, on: date) -> bool:
    """Whether a window of an instrument alive on the day is open and closes within `SOON`."""
    standing = row.standing(on)
    open_now = standing.state is State.OPEN and standing.days_left is not None
    return row.life(on) in catalogue.ALIVE and open_now and timedelta(standing.days_left) <= SOON


def landing(condition: Condition) -> str:
    """What a row is about: a typed fact, a question, or a person's judgment."""
    if condition.operator == "manual":
        return "人工"
    return "事实" if condition.fact in FACTS else "问题"


def tally() -> dict[str, int]:
    """Counts over all instruments, published or not; a test pins them."""
    rows = list(Condition.objects.filter(instrument__retired_on__isnull=True))
    landings = Counter(landing(row) for row in rows)
    collected = {
        (row.instrument_id, row.clause, row.collected)
        for row in rows
        if not row.collected.startswith(("event", "来源没有"))
    }
    return {
        "惠企事项": Instrument.objects.current().count(),
        "其中对外发布": Instrument.objects.published().count(),
        "来源记录的条件": len(collected),
        "条件行": len(rows),
        "落到事实": landings["事实"],
        "落到问题": landings["问题"],
        "由人判断": landings["人工"],
        "没有条款号": sum(1 for row in rows if not row.article),
        "补充问题": Question.objects.current().count(),
    }
