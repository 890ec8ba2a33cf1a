"""`python -m tests.bench.lists`: one list of new firms by us and by django-import-export, in the same run.

Both read the same .xlsx, check it, show what would change (our plan, its dry run), write firms and decisions
with their history, and have to leave the same register; then the transaction is rolled back. The database is
that of DATABASE_URL, with its reference data loaded. The peer works in a process of its own, which `--limit`
ends after so many seconds: then there is no figure, only what it can't have reached.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

import django

ON = date(2026, 5, 4)
HEADINGS = ("企业名称", "统一社会信用代码", "批次", "有效期起", "有效期止")
Rows = list[tuple[str, ...]]
PEER = "django-import-export"


def table(count: int) -> Rows:
    from enterprises import synthetic

    firms = synthetic.firms(count, 7, on=ON)
    return [(firm.name, firm.uscc, "第一批", "2026-01-05", "2028-12-31") for firm in firms]


def ours(data: bytes) -> None:
    from django.contrib.auth.models import User
    from django.utils import timezone

    from enterprises import lists
    from enterprises.models import Tier

    by, other = (User.objects.create(username=name) for name in ("录入", "复核"))
    tier = Tier.objects.get(name="srdi_sme", level="provincial")
    notice = lists.Notice(source="公告", decided_on=date(2026, 1, 5), tier=tier)
    made = lists.plan(data, "a.xlsx", notice=notice, by=by, area="210000", on=ON)
    lists.apply(made, by=other, area="210000", at=timezone.now())


def import_export(data: bytes) -> None:
    """As its documentation has it: a resource a model, validated, a dry run, then the import."""
    import tablib
    from import_export import fields, resources, widgets

    from enterprises.models import Certification, Enterprise, Tier

    class Base(resources.ModelResource):
        def import_both(self, rows: Any) -> None:
            for dry in (True, False):
                found = self.import_data(rows, dry_run=dry, raise_errors=True)
                assert not found.has_errors()

    class Firms(Base):
        name = fields.Field("name", "企业名称")
        uscc = fields.Field("uscc", "统一社会信用代码")

        class Meta:
            model = Enterprise
            import_id_fields = ("uscc",)
            fields = ("name", "uscc")
            clean_model_instances = True

    by_code = widgets.ForeignKeyWidget(Enterprise, "uscc")

    class Decisions(Base):
        enterprise = fields.Field("enterprise", "统一社会信用代码", by_code)
        batch = fields.Field("batch", "批次")
        valid_from = fields.Field("valid_from", "有效期起", widgets.DateWidget())
        valid_until = fields.Field("valid_until", "有效期止", widgets.DateWidget())

        class Meta:
            model = Certification
            import_id_fields = ("enterprise", "batch")
            fields = ("enterprise", "batch", "valid_from", "valid_until")
            clean_model_instances = True

        def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
            instance.tier, instance.recognized_on = tier, date(2026, 1, 5)

        def init_instance(self, row: Any = None) -> Any:
            return Certification(tier=tier)

    tier = Tier.objects.get(name="srdi_sme", level="provincial")
    rows = tablib.Dataset().load(data, format="xlsx")
    Firms().import_both(rows)
    Decisions().import_both(rows)


def written() -> list[tuple[Any, ...]]:
    from enterprises.models import Certification

    fields = ("enterprise__uscc", "enterprise__name", "enterprise__name_norm", "tier__name", "batch")
    found = Certification.objects.filter(
        batch="第一批", recognized_on=date(2026, 1, 5), valid_until=date(2028, 12, 31)
    )
    return sorted(found.values_list(*fields, "valid_from", "valid_until"))


@dataclass(frozen=True)
class Done:
    """CPU seconds, and what the decisions written and the records of history are known by."""

    seconds: float
    left: str


def measured(work: Callable[[bytes], None], data: bytes) -> Done:
    from django.db import transaction

    from enterprises.models import Certification, Enterprise

    with transaction.atomic():
        before = Enterprise.history.count() + Certification.history.count()
        start = time.process_time()
        work(data)
        spent = time.process_time() - start
        after = Enterprise.history.count() + Certification.history.count()
        left = sha256(repr([written(), after - before]).encode()).hexdigest()
        transaction.set_rollback(True)
    return Done(spent, left)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


# -- the peer, apart ---------------------------------------------------------------------------------------


def peer(path: Path) -> None:
    """What the peer's process does: say when it begins to work, and what came of it."""
    data = path.read_bytes()
    say(json.dumps(time.process_time()))
    say(json.dumps(vars(measured(import_export, data))))


@dataclass(frozen=True)
class Child:
    """The lines that a process has written, whether it ended by itself, and the CPU seconds it took."""

    lines: list[str]
    ended: bool
    cpu: float


def run(command: list[str], limit: float | None) -> Child:
    """The command in a process of its own, ended by its number when the limit is over."""
    before = _spent()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            out, ended = child.communicate(timeout=limit)[0], True
        except subprocess.TimeoutExpired:
            child.kill()
            out, ended = child.communicate()[0], False
    if ended and child.returncode:
        raise SystemExit(child.returncode)
    return Child(out.splitlines(), ended, _spent() - before)


def _spent() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def told(child: Child, count: int, mine: Done, limit: float | None) -> tuple[str, bool]:
    """The peer's line of the table, and whether it may stand: it left the same, or had no time to."""
    if not child.ended:
        text = f"did not end within {limit:g} s"
        worked = child.cpu - json.loads(child.lines[0]) if child.lines else 0.0
        if worked > 0:
            bound = f"under {count / worked:,.1f} rows/s, over {worked / mine.seconds:.1f} times ours"
            text += f" ({worked:.1f} s of work): {bound}"
        return text, True
    found = Done(**json.loads(child.lines[1]))
    same = found.left == mine.left
    note = f"{found.seconds / mine.seconds:6.1f} times ours" if same else "DIFFERS"
    return f"{count / found.seconds:10,.0f} rows/s {found.seconds:8.2f} s {note}", same


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=10_000)
    options.add_argument("--limit", type=float, metavar="SECONDS", help="end the peer after so long")
    options.add_argument("--peer", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lnsme.settings")
    django.setup()
    return peer(given.peer) or 0 if given.peer else compared(given.rows, given.limit)


def compared(count: int, limit: float | None) -> int:
    from enterprises.lists import writing

    data = writing.as_xlsx([HEADINGS, *table(count)])
    mine = measured(ours, data)
    say(f"ours                  {count / mine.seconds:10,.0f} rows/s {mine.seconds:8.2f} s")
    try:
        import import_export as _  # noqa: F401
    except ImportError:
        say(f"SKIPPED {PEER}: pip install '.[bench]'")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "list.xlsx"
        file.write_bytes(data)
        child = run([sys.executable, "-m", "tests.bench.lists", "--peer", str(file)], limit)
    line, stands = told(child, count, mine, limit)
    say(f"{PEER}  {line}")
    return 0 if stands else 1


if __name__ == "__main__":
    sys.exit(main())
