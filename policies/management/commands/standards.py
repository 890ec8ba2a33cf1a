"""Which recognition standard applies to each tier on a day: `standards [--on DATE]`."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from enterprises.kinds import Day, Refused
from policies import standards
from policies.standards import RECOGNITION, REVIEW, Regime

GRADES = {
    standards.VERIFIED: "已核（二手来源）",
    standards.OWN_KNOWLEDGE: "编者所知，待核",
    standards.NOT_FOUND: "认定条件未核实，不作判断",
}
ACTS = {RECOGNITION: "认定", REVIEW: "复核"}


class Command(BaseCommand):
    help = "列出各层级某一天适用的认定标准、核实程度和来源"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", help="哪一天，例如 2026-04-01；不写就是今天")

    def handle(self, *args: Any, **options: Any) -> None:
        on = _day(options["on"])
        self.stdout.write(self.style.MIGRATE_HEADING(f"{on} 适用的认定标准（以官方原文为准）"))
        for tier in dict.fromkeys(regime.tier for regime in standards.regimes()):
            self._one(tier, on)

    def _one(self, tier: str, on: date) -> None:
        """A line for each act, or one for both where the same text rules them."""
        found = {act: standards.applicable(tier, on=on, act=act) for act in ACTS}
        same = found[RECOGNITION] == found[REVIEW]
        for act, regime in list(found.items())[: 1 if same else None]:
            whose = tier if same else f"{tier}（{ACTS[act]}）"
            if regime is None:
                self.stdout.write(f"  {whose}：这一天没有收录适用的标准")
            else:
                self._text(whose, regime)

    def _text(self, whose: str, regime: Regime) -> None:
        standard = regime.standard
        until = f"，适用至{regime.valid_until}" if regime.valid_until else ""
        self.stdout.write(f"  {whose}：{standard.title}（{standard.number or '文号未取得'}）{until}")
        notes = [GRADES[standard.confidence], standard.source, regime.note]
        self.stdout.write("      " + "；".join(note for note in notes if note))


def _day(text: str | None) -> date:
    if not text:
        return timezone.localdate()
    try:
        return Day().parse(text, label="--on")
    except Refused as why:
        raise CommandError(str(why)) from None
