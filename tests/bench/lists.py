"""`python -m tests.bench.lists`: one list of new firms by us and by django-import-export, in the same run.

Both read the same .xlsx, check it, show what would change (our plan, its dry run), write firms and decisions
with their history, and have to leave the same register; then the transaction is rolled back. The database is
that of DATABASE_URL, with its reference data loaded.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import django

ON = date(2026, 5, 4)
HEADINGS = ("企业名称", "统一社会信用代码", "批次", "有效期起", "有效期止")
Rows = list[tuple[str, ...]]


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


def measured(work: Callable[[bytes], None], data: bytes) -> tuple[float, list[tuple[Any, ...]], int]:
    """CPU seconds, the decisions written, and how many records of history."""
    from django.db import transaction

    from enterprises.models import Certification, Enterprise

    with transaction.atomic():
        before = Enterprise.history.count() + Certification.history.count()
        start = time.process_time()
        work(data)
        spent = time.process_time() - start
        after = Enterprise.history.count() + Certification.history.count()
        found = written()
        transaction.set_rollback(True)
    return spent, found, after - before


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=10_000)
    count = options.parse_args().rows
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lnsme.settings")
    django.setup()
    from enterprises.lists import writing

    data = writing.as_xlsx([HEADINGS, *table(count)])
    seconds, wanted, history = measured(ours, data)
    say(f"ours                  {count / seconds:10,.0f} rows/s {seconds:8.2f} s")
    try:
        import import_export as _  # noqa: F401
    except ImportError:
        say("SKIPPED django-import-export: pip install '.[bench]'")
        return 0
    theirs, found, kept = measured(import_export, data)
    same = found == wanted and kept == history
    note = f"{theirs / seconds:6.1f} times ours" if same else "DIFFERS"
    say(f"django-import-export  {count / theirs:10,.0f} rows/s {theirs:8.2f} s {note}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
