"""`python -m tests.bench.cold`: from the tables of DATABASE_URL to what can be judged, by us and by Polars.

We build the register's columns: every word weighed, every fact derived, scorecards included. Polars copies
the same tables out by COPY, keeps each firm's strongest statement, and lays years and facts side by side. It
derives nothing, so its time is a lower bound of the same work. A web process starts from the files that
`rebuild_columns` has left and what has changed since (rebuild them first, or they are built anew). CPU is
this process's and its children's, and beside it that of PostgreSQL on this machine.
"""

import io
import os
import time
from collections.abc import Callable
from typing import Any

import django

TABLES = {
    "enterprises_enterprise": "id, region_id, zone, industry_id, founded_on",
    "enterprises_yearfigures": "enterprise_id, year, revenue, main_revenue, rd_expense, annual_output",
    "enterprises_statement": "enterprise_id, fact, value #>> '{}' AS value, origin, stated_on",
    "enterprises_certification": "enterprise_id, tier_id, recognized_on, valid_until, act, stage, ended_on",
}
WHOLE = "^(id|year|enterprise_id|tier_id|revenue|main_revenue|rd_expense|annual_output)$"
WEIGHT = {"corrected": 2, "official": 2, "declared": 1, "sample": 0}


def copied() -> dict[str, Any]:
    """Each table as a frame, by COPY: the quickest way out of PostgreSQL that Polars has."""
    import polars
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for name, fields in TABLES.items():
            out = io.BytesIO()
            cursor.cursor.copy_expert(
                f"COPY (SELECT {fields} FROM {name}) TO STDOUT (FORMAT csv, HEADER)", out
            )
            out.seek(0)
            texts = polars.read_csv(out, infer_schema=False)
            found[name] = texts.with_columns(
                polars.selectors.ends_with("_on").str.to_date(),
                polars.selectors.matches(WHOLE).cast(polars.Int64),
            )
    return found


def flat() -> Any:
    """One row a firm: its register row, its figures by year, and the strongest word on each fact."""
    import polars
    from polars import col

    firms, figures, stated, titles = copied().values()
    years = figures.pivot("year", index="enterprise_id", values=["revenue", "main_revenue", "rd_expense"])
    strongest = (
        stated.with_columns(weight=col("origin").replace_strict(WEIGHT, return_dtype=polars.Int8))
        .sort("weight", "stated_on")
        .group_by("enterprise_id", "fact")
        .agg(col("value").last())
        .pivot("fact", index="enterprise_id", values="value")
    )
    held = titles.filter(col("stage") == "announced").group_by("enterprise_id").agg(col("tier_id").unique())
    wide = firms.sort("region_id", "id")
    for one in (years, strongest, held):
        wide = wide.join(one, left_on="id", right_on="enterprise_id", how="left")
    return wide


def ours() -> Any:
    from django.utils import timezone

    from enterprises import keeping
    from policies import catalogue

    return keeping.build(
        on=timezone.localdate(), vocabulary=catalogue.vocabulary(), workers=os.cpu_count() or 1
    )


def filed() -> Any:
    """The columns from the files of COLUMNS_DIR, with all that has changed since in the database."""
    from django.utils import timezone

    from enterprises.keeping import KEPT, Kept
    from policies import catalogue

    with Kept(KEPT.folder).reading(on=timezone.localdate(), vocabulary=catalogue.vocabulary()) as columns:
        return columns


def backends() -> float:
    """CPU seconds that this machine's PostgreSQL has used so far, ended backends included."""
    ticks = os.sysconf("SC_CLK_TCK")
    total = 0
    for entry in filter(str.isdecimal, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat") as file:
                _, _, rest = file.read().partition("(")
            name, _, fields = rest.rpartition(")")
            if name.startswith("postgres"):
                numbers = fields.split()
                total += sum(map(int, numbers[11:15]))
        except OSError:
            continue
    return total / ticks


def timed(what: str, work: Callable[[], Any]) -> None:
    start, base, before = time.perf_counter(), backends(), os.times()
    found = work()
    after = os.times()
    used = sum(after[:4]) - sum(before[:4])
    print(
        f"{what:22} {len(found):,} firms: {time.perf_counter() - start:6.1f} s by the clock, "
        f"CPU {used:6.1f} s + PostgreSQL {backends() - base:5.1f} s",
        flush=True,
    )


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lnsme.settings")
    django.setup()
    timed("Polars", flat)
    timed("ours", ours)
    timed("ours, from its files", filed)


if __name__ == "__main__":
    main()
