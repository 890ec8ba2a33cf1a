"""Blocks judged by Spark, on a real cluster of two workers: skipped without PySpark or Java, and it says so.

SPARK_TESTS=required makes a failure of that. What needs no Spark is tested whether or not it is there.
"""

import os
import signal
import stat
import sys
import traceback
import warnings
from concurrent.futures import Future
from contextlib import nullcontext
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from enterprises.columns import Columns, files
from enterprises.keeping import KEPT, kinds_of
from enterprises.models import Enterprise, Statement
from enterprises.vocabulary import FACTS
from policies import catalogue, spark
from policies.criteria import Answer, Clause, Condition, Criteria
from policies.judging import Rule, judge
from policies.models import MatchRun
from policies.spark import jobs
from tests import proof

ON = date(2026, 5, 4)
STAFF = Rule("A", Criteria((Clause(((Condition("employees", "gte", 100),),)),)))
DALIAN = Rule("B", Criteria(), local="210200")
ROWS = [
    (11, {"region": "210112", "employees": 180}),
    (12, {"region": "210211", "employees": 96}),
    (13, {"region": "210200", "employees": 120}),
    (14, {"region": "210211"}),
    (15, {"region": "210000", "employees": 300}),
]


@pytest.fixture(scope="module")
def cluster():
    lack = spark.missing()
    if lack and os.environ.get("SPARK_TESTS") == "required":
        pytest.fail(lack)
    if lack:
        pytest.skip(lack)
    before = signal.getsignal(signal.SIGINT), sys.path[:], dict(os.environ)
    with proof.cluster() as context:
        java = context._gateway.proc
        yield context
    assert java.poll() is not None
    assert (signal.getsignal(signal.SIGINT), sys.path, dict(os.environ)) == before


@pytest.fixture
def columns(tmp_path):
    made = Columns.build(ROWS, kinds=kinds_of(FACTS), on=ON, block=2)
    files.save(made, tmp_path)
    return made


def judged(cluster, folder, rules, **how):
    return spark.judge_files(cluster, folder, files.index(folder).blocks, rules, **how)


def test_it_works(cluster, columns, tmp_path):
    found = judged(cluster, tmp_path, [STAFF, DALIAN])
    assert found == [judge(block, [STAFF, DALIAN]) for block in columns.blocks]
    assert [firm for one in found for firm in one.reached["A"].yes] == [11, 13, 15]
    assert sum(one.reached["A"].unknown for one in found) == 1


def test_four_ways_to_judge_give_one_answer(cluster):
    found = proof.Proof()
    proof.prove(cluster, 0, found)
    assert found.disagreements == []
    assert found.pairs > 3_000
    assert min(found.answers[answer] for answer in Answer) > 100


def test_a_way_that_answers_otherwise_is_found_out(columns):
    facts, _ = proof.draw(0)
    (block,) = [Columns.build([(0, facts[0].known)], kinds=kinds_of(FACTS), on=ON).blocks[0]]
    true, false = judge(block, [DALIAN, STAFF]), judge(block, [STAFF])
    rules = [Rule("A", Criteria())]
    assert list(proof.compare(block, rules, facts, judge(block, rules), proof.Proof().answers)) == []
    assert true.reached["A"] == false.reached["A"]
    assert len(list(proof.compare(block, rules, facts, false, proof.Proof().answers))) == 1


def test_machines_need_nothing_of_ours_nor_any_package(cluster, columns, tmp_path, monkeypatch):
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n', encoding="utf-8")
    bare.chmod(bare.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(cluster, "pythonExec", str(bare))
    assert cluster.parallelize(["django", "stdnum"], 1).map(find_spec).map(bool).collect() == [False, True]
    assert judged(cluster, tmp_path, [STAFF]) == [judge(block, [STAFF]) for block in columns.blocks]


def test_firms_that_have_changed_since_are_left_out(cluster, columns, tmp_path):
    found = judged(cluster, tmp_path, [STAFF], without=frozenset({13, 99}))
    assert [firm for one in found for firm in one.reached["A"].yes] == [11, 15]
    assert sum(one.firms for one in found) == 4


def test_no_block_is_no_job(cluster, tmp_path):
    files.save(Columns([], kinds={}, on=ON), tmp_path)
    assert judged(cluster, tmp_path, [STAFF]) == []


def test_progress_counts_blocks(cluster, columns, tmp_path):
    seen = []

    def watch(done, total):
        for one in done:
            seen.append(total)
            yield one

    judged(cluster, tmp_path, [STAFF], watch=watch)
    assert seen == [3, 3, 3]


def test_a_torn_block_is_named_and_how_to_mend_it_said(cluster, columns, tmp_path):
    torn = sorted(tmp_path.glob("*.block"))[1]
    torn.write_bytes(torn.read_bytes()[:-1])
    with pytest.raises(spark.Failed, match=f"1 个块文件读不出来：{torn.name}。.*{tmp_path}.*rebuild_columns"):
        judged(cluster, tmp_path, [STAFF])


def test_what_breaks_on_a_machine_is_told_in_one_line(cluster, columns, tmp_path):
    wrong = Rule("A", Criteria((Clause(((Condition("employees", "resembles", 1),),)),)))
    with pytest.raises(spark.Failed, match="^Spark 没有做完，什么都没有保存：KeyError: 'resembles'$"):
        judged(cluster, tmp_path, [wrong])


@pytest.mark.skipif(not Path("/proc/net/tcp6").exists(), reason="reads Linux's list of sockets")
def test_nothing_listens_beyond_this_machine(cluster, columns, tmp_path):
    judged(cluster, tmp_path, [STAFF])
    found = list(listening(cluster._gateway.proc.pid))
    assert len(found) > 3
    assert {address for address in found if address not in LOOPBACK} == set()


LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}


def listening(process):
    """The addresses, as Linux writes them, at which a process and its children listen."""
    held = {os.readlink(one) for pid in family(process) for one in Path(f"/proc/{pid}/fd").iterdir()}
    for table in ("tcp", "tcp6"):
        for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, here, _, state, *_, inode = row.split()[:10]
            if state == "0A" and f"socket:[{inode}]" in held:
                yield here.partition(":")[0]


def family(process):
    children = Path(f"/proc/{process}/task").glob("*/children")
    return [process, *(one for row in children for child in row.read_text().split() for one in family(child))]


# -- the command -------------------------------------------------------------------------------------------


@pytest.fixture
def command(cluster, db, monkeypatch, capsys):
    """Runs match_all on the cluster that is already there."""
    monkeypatch.setattr(spark, "cluster", lambda master, quiet: nullcontext(cluster))

    def run(*words):
        call_command("match_all", *words)
        return capsys.readouterr().out

    words = catalogue.load()
    KEPT.rebuild(on=timezone.localdate(), vocabulary=words.vocabulary)
    KEPT.save()
    return run


def state(name, **said):
    firm = Enterprise.objects.get(name__startswith=name)
    for fact, value in said.items():
        row = {"origin": "declared", "stated_on": timezone.localdate()}
        Statement.objects.update_or_create(enterprise=firm, fact=fact, defaults={"value": value, **row})
    return firm


def kept(run):
    return {row.instrument_id: (row.yes, row.unknown, row.numbers) for row in run.lists.all()}


def test_a_run_on_spark_is_kept_as_one_in_this_process_is(command):
    text = command("--engine", "spark")
    assert f"{Enterprise.objects.count():,} 家企业 × {MatchRun.objects.get().lists.count()} 项" in text
    assert "（首次运行）" in text
    again = command("--changed")
    assert len(again.splitlines()) == 1
    here, there = MatchRun.objects.all()
    assert kept(here) == kept(there)
    assert any(yes for yes, _, _ in kept(there).values())
    assert (here.firms, here.on) == (there.firms, there.on)


def test_firms_changed_since_the_files_were_written_are_judged_as_they_are_now(command):
    command("--engine", "spark")
    firm = state("阜新小作坊", taxpayer="small_scale")
    Enterprise.objects.create(name="鞍山新厂（虚构）", name_norm="鞍山新厂(虚构)", region_id="210302")
    Enterprise.objects.filter(name__startswith="大连启航").delete()
    text = command("--engine", "spark", "--changed")
    assert "CN-T2" in text
    assert "新增 1，减少 0" in text
    there = MatchRun.objects.first()
    assert firm.pk in there.lists.get(instrument__code="CN-T2").numbers
    command()
    assert kept(MatchRun.objects.first()) == kept(there)
    assert MatchRun.objects.first().firms == there.firms == Enterprise.objects.count()


def test_with_a_torn_block_nothing_is_kept(command):
    (torn,) = KEPT.folder.glob("*.block")
    torn.write_bytes(b"torn")
    with pytest.raises(CommandError, match=f"块文件读不出来：{torn.name}。什么都没有保存。"):
        command("--engine", "spark")
    assert not MatchRun.objects.exists()


# -- what can be wanting, without Spark --------------------------------------------------------------------


def test_without_pyspark_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(spark.Failed, match=r"没有装 PySpark。.*pip install -e '.\[spark\]'"):
        spark.cluster("local[1]").__enter__()


@pytest.fixture
def pyspark():
    return pytest.importorskip("pyspark", reason="没有装 PySpark")


def test_without_java_it_says_what_to_install(monkeypatch, pyspark, tmp_path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert spark.missing().startswith(f"{tmp_path} 里没有能用的 Java。Spark 要 Java 17")
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "apt install openjdk-17-jre-headless" in spark.missing()


@pytest.mark.parametrize(
    ("said", "fit"), [("11.0.2", False), ("1.8.0_292", False), ("17.0.1", True), ("21", True)]
)
def test_java_must_be_new_enough(monkeypatch, pyspark, tmp_path, said, fit):
    java = tmp_path / "java"
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{said}\"' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert (spark.missing() == "") is fit
    assert fit or f"是 Java {said.split('.')[0]}，太旧" in spark.missing()


@pytest.mark.parametrize(
    "master", ["", "here", "local[x]", "local-cluster", "spark://", "spark://host", "http://x:1"]
)
def test_a_master_that_is_none_is_refused_with_examples(master):
    with pytest.raises(
        spark.Failed, match=r"不认识的 --master .*可以写 local\[\*\]、spark://主机:7077、yarn"
    ):
        spark.cluster(master).__enter__()


@pytest.mark.parametrize(
    "master", ["spark://127.0.0.1:9", "spark://127.0.0.1:9,localhost:9", "spark://a..b:9"]
)
def test_a_master_that_is_not_there_is_told_at_once(master):
    with pytest.raises(spark.Failed, match=f"连不上 Spark 的主节点 {master}。"):
        spark.cluster(master).__enter__()


@pytest.mark.parametrize("quiet", [True, False])
def test_why_spark_does_not_start_is_told(monkeypatch, pyspark, tmp_path, quiet, capfd):
    submit = tmp_path / "bin" / "spark-submit"
    submit.parent.mkdir()
    submit.write_text(
        "#!/bin/sh\necho 'at x\na.b.SparkException: no room\n\tat y' >&2\nexit 1\n", encoding="utf-8"
    )
    submit.chmod(0o755)
    monkeypatch.setenv("SPARK_HOME", str(tmp_path))
    monkeypatch.setattr("policies.spark.driver.missing", str)
    before = dict(os.environ)
    with pytest.raises(spark.Failed) as failed:
        spark.cluster("local[1]", quiet=quiet).__enter__()
    assert str(failed.value) == "Spark 起不来：" + (
        "SparkException: no room" if quiet else "原因见上面的输出。"
    )
    assert ("no room" in capfd.readouterr().err) is not quiet
    assert dict(os.environ) == before
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        traceback.clear_frames(failed.value.__cause__.__traceback__)  # PySpark leaves its pipe open


def test_that_no_machine_takes_the_work_is_told_while_it_waits(monkeypatch):
    monkeypatch.setattr(jobs, "WAITING_SECONDS", 0)
    job, said = Future(), []

    class Idle:
        """A cluster without a free core."""

        def statusTracker(self):  # noqa: N802
            return self

        def getActiveStageIds(self):  # noqa: N802
            return []

    def say(text):
        said.append(text)
        job.set_result([])

    assert list(jobs._done(Idle(), job, say)) == []
    assert said == [jobs.NOBODY]
