"""The main job end to end on this machine: migrate, load, match a sample firm, print addresses, serve.

Can be run again at any time. Makes no account and no password.
"""

import socket
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.servers.basehttp import get_internal_wsgi_application, run
from django.utils import timezone

from enterprises import register, samples
from enterprises.management.arguments import whole
from policies import answers, catalogue, matching
from policies.management import terminal

HOST = "127.0.0.1"
SAMPLE = "91210213YTJC00041A"
FIRMS = 300
PAGES = (
    ("网站", ""),
    ("样例企业的匹配结果", f"check/results/?firm={SAMPLE}"),
    ("企业自测", "check/"),
    ("查政策", "policies/"),
    ("认定企业", "firms/"),
    ("开放接口", "api/v1/"),
    ("管理后台（先运行 manage.py createsuperuser 建账号）", "admin/"),
)


class Command(BaseCommand):
    help = "一条命令看到主要功能：建库、载入真实政策、匹配一家样例企业、启动网站"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="做完就退出，不启动网站")
        parser.add_argument("--port", default=8000, help="网站的端口")

    def handle(self, *args: Any, **options: Any) -> None:
        port, serve = whole(options["port"], "port", 1, 65535), not options["no_serve"]
        if serve:
            _check_port(port)
        self._load()
        self._match()
        self.stdout.write("")
        for label, path in PAGES:
            self.stdout.write(f"  {label}：http://{HOST}:{port}/{path}")
        if serve:
            self.stdout.write("\n  按 Ctrl+C 停止。\n")
            self.stdout.flush()
            self._serve(port)

    def _serve(self, port: int) -> None:
        try:
            run(HOST, port, get_internal_wsgi_application(), threading=True)
        except KeyboardInterrupt:
            self.stdout.write("已停止。")

    def _load(self) -> None:
        self.stdout.write(self.style.MIGRATE_HEADING("建库和载入数据"))
        call_command("migrate", verbosity=0, stdout=self.stdout)
        for command, *args in (("load_reference",), ("load_policies",), ("make_firms", FIRMS)):
            call_command(command, *args, stdout=self.stdout)
        self.stdout.write(f"样例角色（虚构）：新增 {samples.write_cast()}")

    def _match(self) -> None:
        words, on = catalogue.load(), timezone.localdate()
        firm = register.find(SAMPLE)
        assert firm is not None
        facts = register.facts(firm, on=on, vocabulary=words.vocabulary)
        self.stdout.write("\n" + self.style.MIGRATE_HEADING(f"样例：{firm.name}，{firm.uscc}"))
        terminal.show(
            answers.of_result(matching.match(facts, words)),
            answers.of_facts(facts),
            self.stdout.write,
            self.style,
        )


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            other = port + 1 if port < 65535 else 8000
            raise CommandError(f"端口 {port} 不能用（可能已被占用），请换一个，例如 --port {other}") from None
