"""PostgreSQL with indexes, on this machine: one backend, whose CPU the kernel tells."""

import io
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import psycopg2

from policies.criteria import Criteria

from . import shape
from .ours import Counts
from .sql import Sql, place, quoted
from .table import Table

BATCH = 20
"""Instruments a scan: more make each row's work no cheaper, and a statement has at most 1,664 columns."""

TYPES = {
    "i1": "smallint", "i2": "smallint", "i4": "integer", "i8": "bigint",
    "f8": "double precision", "b1": "boolean",
}  # fmt: skip


class Postgres:
    name = "PostgreSQL"

    def __init__(self, table: Table, dsn: str) -> None:
        self.table = table
        self.db = psycopg2.connect(dsn)
        self.cursor = self.db.cursor()
        names = list(table.columns)
        types = (f"{quoted(name)} {TYPES[table.columns[name][0].dtype.str[1:]]}" for name in names)
        self.cursor.execute(f"CREATE TEMP TABLE firms ({', '.join(types)})")
        self.cursor.copy_expert("COPY firms FROM STDIN WITH (FORMAT csv)", io.StringIO(written(table)))
        for name in names:
            self.cursor.execute(f"CREATE INDEX ON firms ({quoted(name)})")
        self.cursor.execute("ANALYZE firms")
        self.cursor.execute("SET max_parallel_workers_per_gather = 0")

    def cpu(self) -> float:
        """Seconds of user and system time that our backend has used."""
        parts = Path(f"/proc/{self.db.get_backend_pid()}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")

    def counts(self, rules: Sequence[Criteria]) -> Counts:
        found: Counts = []
        for start in range(0, len(rules), BATCH):
            found += self._scanned(rules[start : start + BATCH])
        return found

    def _scanned(self, rules: Sequence[Criteria]) -> Counts:
        """Counts by one scan, or for a single instrument by the index of its place."""
        made = [shape.of_criteria(rule, Sql(self.table)) for rule in rules]
        counts = ", ".join(f"count(*) FILTER (WHERE {x}), count(*) FILTER (WHERE {x} IS NULL)" for x in made)
        where = place(rules[0], self.table) if len(rules) == 1 else "true"
        self.cursor.execute(f"SELECT {counts} FROM firms WHERE {where}")
        found = self.cursor.fetchone()
        return list(zip(found[::2], found[1::2], strict=True))


def written(table: Table) -> str:
    """The table as CSV, an unknown value as nothing."""
    texts = [np.where(known, values.astype(str), "") for values, known in table.columns.values()]
    return "\n".join(map(",".join, zip(*texts, strict=True)))
