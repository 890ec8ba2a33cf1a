"""Match one firm from a JSON file: `match FILE.json [--on DATE] [--json]`; the file as for the API."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from policies import answers, catalogue, matching, serializers
from policies.management import terminal


class Command(BaseCommand):
    help = "判断一家企业能享受哪些政策（文件内容同接口 /api/v1/matches/ 的请求体）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="JSON 文件；- 表示标准输入")
        parser.add_argument("--on", help="按哪一天的政策，例如 2026-05-04；不写就是今天或文件里的 on")
        parser.add_argument("--json", action="store_true", help="输出与接口相同的 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        data = _read(options["file"])
        if options["on"] and isinstance(data, dict):
            data["on"] = options["on"]
        words, now = catalogue.load(), timezone.localtime()
        asked = serializers.read_match(data, vocabulary=words.vocabulary, today=now.date())
        if asked.errors:
            raise CommandError("\n".join(row["message"] for row in asked.errors))
        facts = asked.facts(words.vocabulary)
        result = answers.of_result(
            matching.match(facts, words, now.time() if asked.on == now.date() else None)
        )
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2))
        else:
            terminal.show(result, answers.of_facts(facts), self.stdout.write, self.style)


def _read(name: str) -> Any:
    try:
        text = Path("/dev/stdin" if name == "-" else name).read_text(encoding="utf-8-sig")
    except OSError:
        raise CommandError(f"打不开文件 {name}，请检查路径。") from None
    except UnicodeDecodeError:
        raise CommandError(f"文件 {name} 不是 UTF-8 编码，请另存为 UTF-8。") from None
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as why:
        where = f"第 {why.lineno} 行" if isinstance(why, json.JSONDecodeError) else "嵌套太深"
        raise CommandError(f"文件 {name} 不是有效的 JSON（{where}），请检查引号、逗号和括号。") from None
