"""Tell by e-mail what has changed: `send_alerts [--limit 500]`, once a day or as often as one likes."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from enterprises.management.arguments import whole
from enterprises.management.progress import shown
from policies import alerts, letters, news
from policies.alerts import Outcome
from policies.models import Subscription

LABELS = {
    Outcome.SENT: "发出",
    Outcome.QUIET: "没有变化不发",
    Outcome.TAKEN: "另一个进程在发",
    Outcome.FAILED: "没发成，下次再发",
    Outcome.GIVEN_UP: "地址一直不收，已停止并删除",
}


class Command(BaseCommand):
    help = "发邮件提醒：记下政策的变动，告诉订阅的人，每个变动只说一次；可以随时重复运行"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", default=500, help="这一次最多发几封，默认 500；没轮到的下次发")

    def handle(self, *args: Any, **options: Any) -> None:
        limit, on = whole(options["limit"], "limit", 1, 1_000_000), timezone.localdate()
        forgotten = alerts.forget(at=timezone.now())
        last = news.find(on)
        if forgotten:
            self.stdout.write(f"删除没有确认的地址：{forgotten} 个")
        if not settings.ALERTS:
            raise CommandError("没有设置 EMAIL_URL，变动已经记下，邮件没有发。设置的写法见 README。")
        counts = self._send(alerts.Issue.of(on, last), limit)
        told = "，".join(f"{label} {counts[one]}" for one, label in LABELS.items() if counts[one])
        self.stdout.write(f"邮件提醒（{on}）：{told or '没有要告诉的人'}")
        if counts[Outcome.SENT] == limit:
            self.stdout.write(f"已到 {limit} 封，其余的下次运行时发。")

    def _send(self, issue: alerts.Issue, limit: int) -> Counter[Outcome]:
        connection, counts = get_connection(), Counter[Outcome]()
        outcomes = alerts.send(issue, at=timezone.now, connection=connection)
        due = Subscription.objects.due(issue.on).count()
        try:
            for outcome in shown(outcomes, due, "订阅", self.stdout.write, unit="个"):
                counts[outcome] += 1
                if counts[Outcome.SENT] == limit:
                    break
        except letters.FAILURES as why:
            raise CommandError(
                f"邮件服务器连不上（{why}），已发出 {counts[Outcome.SENT]} 封，其余的下次发。"
            ) from why
        finally:
            connection.close()
        return counts
