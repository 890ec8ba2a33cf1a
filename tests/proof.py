"""`python -m tests.proof`: random rules × random firms with holes, judged in five ways that have to agree.

The ways: the oracle, one firm and one rule at a time, one firm and all rules at once, all firms over columns,
and the same columns as block files on Spark. Firms lie in blocks of one, of few and of many. Of whom Spark
says "unknown" it brings back the number alone, so there a block's lists of yes and its numbers are compared,
in blocks of one each firm's own answer.
"""

import argparse
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from enterprises.columns import Block, Columns, files
from enterprises.facts import Facts
from enterprises.vocabulary import FACTS
from policies import criteria, spark
from policies.criteria import Answer, Criteria
from policies.judging import Judged, Rule, of_block
from policies.sheets import Sheet
from tests import strategies
from tests.oracle import SPOKEN, truth_of

KINDS = {name: fact.kind for name, fact in FACTS.items() if fact.kind != "certifications"}
BATCH = 30
"""Rules a batch; each comes with two firms, as they are and as they are known, and all meet all."""

SIZES = (1, 2, 1, 60)
QUICKLY = {
    "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "PYSPARK_SUBMIT_ARGS": "--conf spark.task.maxFailures=1 pyspark-shell",
}
"""Java does next to nothing here, so it needn't compile well; and what fails fails again."""

SHOWN = 10


@contextmanager
def cluster() -> Iterator[Any]:
    """Two workers with a Python each, on this machine; what they leave behind is removed."""
    with mock.patch.dict(os.environ, QUICKLY), spark.cluster("local-cluster[2,1,1024]") as context:
        left = Path(context._jvm.System.getenv("SPARK_HOME"), "work", context.applicationId)
        try:
            yield context
        finally:
            context.stop()
            shutil.rmtree(left, ignore_errors=True)


@dataclass
class Proof:
    """How many pairs of each answer, and the pairs of whom not all say the same, as sentences."""

    answers: Counter[Answer] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)

    @property
    def pairs(self) -> int:
        return self.answers.total()


def draw(number: int) -> tuple[list[Facts], list[Criteria]]:
    """The batch of that number: always the same one."""
    facts: list[Facts] = []
    rules: list[Criteria] = []

    @seed(number)
    @settings(
        max_examples=BATCH, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck)
    )
    @given(strategies.criteria, st.lists(strategies.firms(), min_size=2, max_size=2))
    def drawn(rule, firms):
        rules.append(rule)
        facts.extend(one for pair in firms for one in pair)

    drawn()
    return facts, rules


def cut(facts: Iterable[Facts]) -> list[Block]:
    """Blocks of one, of few and of many, the firms numbered from 0."""
    rows, sizes = list(enumerate(one.known for one in facts)), cycle(SIZES)
    blocks = []
    while rows:
        size = next(sizes)
        blocks.append(Block.of(rows[:size], KINDS))
        rows = rows[size:]
    return blocks


def prove(context: Any, number: int, proof: Proof) -> None:
    """Judge a batch in all five ways and add to the proof what has been found."""
    facts, drawn = draw(number)
    blocks, rules = cut(facts), [Rule(str(at), rule) for at, rule in enumerate(drawn)]
    with TemporaryDirectory() as folder:
        files.save(Columns(blocks, kinds=KINDS, on=strategies.ON), Path(folder))
        apart = spark.judge_files(context, Path(folder), files.index(Path(folder)).blocks, rules)
    for block, judged in zip(blocks, apart, strict=True):
        for said in compare(block, rules, facts, judged, proof.answers):
            proof.disagreements.append(f"batch {number}, {said}")


def compare(
    block: Block, rules: list[Rule], facts: list[Facts], judged: Judged, answers: Counter[Answer]
) -> Iterator[str]:
    """Counts each pair's answer by the oracle, and says where another way answers otherwise."""
    together, sheet = of_block(block, rules), Sheet([rule.criteria for rule in rules])
    sheets = {firm: sheet.planes(facts[firm]) for firm in block.firms}
    for at, rule in enumerate(rules):
        sure, may = together[rule.code]
        wanted = {firm: SPOKEN[truth_of(rule.criteria, facts[firm])] for firm in block.firms}
        answers.update(wanted.values())
        for place, (firm, answer) in enumerate(wanted.items()):
            alone = criteria.judge(rule.criteria, facts[firm]).answer
            column = criteria.answer_of((sure >> place & 1, may >> place & 1))
            asked = criteria.answer_of((sheets[firm][0] >> at & 1, sheets[firm][1] >> at & 1))
            if not answer == alone == column == asked:
                yield f"firm {firm}, {rule}: oracle {answer}, alone {alone}, columns {column}, sheet {asked}"
        reached = judged.reached[rule.code]
        yes = sorted(firm for firm, answer in wanted.items() if answer is Answer.YES)
        unknown = [*wanted.values()].count(Answer.UNKNOWN)
        if (list(reached.yes), reached.unknown) != (yes, unknown):
            yield f"firms {[*wanted]}, {rule}: oracle {yes} and {unknown} unknown, Spark {reached}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.proof", description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first batch")
    given = parser.parse_args()
    proof, start, number = Proof(), time.monotonic(), given.first
    with cluster() as context:
        while proof.pairs < given.pairs:
            prove(context, number, proof)
            number += 1
            seconds = time.monotonic() - start
            print(f"{proof.pairs:,} pairs, {seconds:.0f} s, {len(proof.disagreements)} disagree", flush=True)
    print(*proof.disagreements[:SHOWN], sep="\n")
    print(f"batches {given.first} to {number - 1}: {dict(proof.answers)}")
    return 1 if proof.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
