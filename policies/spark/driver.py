"""A Spark driver in this process: what it needs, how it starts, what goes wrong, and that it ends."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZipFile

if TYPE_CHECKING:
    from pyspark import SparkConf, SparkContext

JAVA = 17
MASTER = r"local|local\[(\*|\d+)(,\d+)?\]|local-cluster\[\d+,\d+,\d+\]|spark://[^/]+:\d+|yarn|k8s://.+"
PACKAGES = ("enterprises", "policies", "stdnum")
"""What judging imports; stdnum is there because `enterprises.codes` checks credit codes with it."""

PATIENCE_SECONDS = 5.0


class Failed(Exception):
    """Spark couldn't start or finish. Says in Chinese why, and what to do."""


@contextmanager
def cluster(master: str, *, quiet: bool = True) -> Iterator["SparkContext"]:
    """A driver at that Spark master, to which our code has been sent; with the block its Java process ends.

    A master on this machine listens to nobody else. What Spark logs is kept back if `quiet`. Raises `Failed`.
    """
    if lack := _unreached(master) or missing():
        raise Failed(lack)
    with TemporaryDirectory(prefix="lnsme-spark-") as scratch, TemporaryFile() as log, _as_it_was():
        conf, code = _conf(master, scratch), _packed(Path(scratch) / "lnsme.zip")
        with _gateway(conf, log if quiet else None) as gateway:
            context = _context(conf, code, gateway)
            try:
                yield context
            finally:
                context.stop()


def missing() -> str:
    """What this machine lacks for being a driver, as a sentence; empty if nothing."""
    if find_spec("pyspark") is None:
        return "没有装 PySpark。请在项目目录里运行 .venv/bin/pip install -e '.[spark]' -c constraints.txt。"
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin" if home else None)
    said = subprocess.run([java, "-version"], capture_output=True, text=True).stderr if java else ""
    version = re.search(r'version "(\d+)', said)
    if version and int(version[1]) >= JAVA:
        return ""
    found = f"{java} 是 Java {version[1]}，太旧" if version else f"{home or 'PATH'} 里没有能用的 Java"
    return (
        f"{found}。Spark 要 Java {JAVA} 或更新的：Debian、Ubuntu 上运行 "
        f"apt install openjdk-{JAVA}-jre-headless；装在别处的用 JAVA_HOME 指出来。"
    )


def _unreached(master: str) -> str:
    """Why there is no such master, as a sentence, where that can be told: Spark would try for a minute."""
    if not re.fullmatch(MASTER, master):
        return f"不认识的 --master {master}。可以写 local[*]、spark://主机:7077、yarn 或 k8s://地址。"
    places = re.findall(r"([^/,]+):(\d+)", master) if master.startswith("spark://") else []
    for host, port in places:
        with suppress(OSError, UnicodeError):
            socket.create_connection((host, int(port)), PATIENCE_SECONDS).close()
            return ""
    return f"连不上 Spark 的主节点 {master}。请看地址和端口对不对，主节点开着没有。" if places else ""


def _packed(archive: Path) -> Path:
    """The packages' code as a zip, from which machines import it as from a folder."""
    with ZipFile(archive, "w") as packed:
        for name in PACKAGES:
            home = Path(import_module(name).__path__[0])
            for path in sorted(home.rglob("*.py")):
                packed.write(path, Path(name) / path.relative_to(home))
    return archive


def _here(master: str) -> bool:
    """Whether this machine does all the work."""
    return master.startswith("local")


def _conf(master: str, scratch: str) -> "SparkConf":
    from pyspark import SparkConf

    conf = SparkConf().setMaster(master).setAppName("lnsme match_all")
    conf.set("spark.ui.enabled", "false").set("spark.ui.showConsoleProgress", "false")
    conf.set("spark.driver.maxResultSize", "0")  # lists are as long as they are
    if _here(master):
        os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
        conf.set("spark.driver.host", "127.0.0.1").set("spark.driver.bindAddress", "127.0.0.1")
        conf.set("spark.local.dir", scratch)
    return conf


@contextmanager
def _gateway(conf: "SparkConf", log: IO[bytes] | None) -> Iterator[Any]:
    """A Java process, ended afterwards; PySpark would leave it to the end of this one."""
    from pyspark import SparkContext
    from pyspark.errors import PySparkRuntimeError
    from pyspark.java_gateway import launch_gateway

    try:
        gateway = launch_gateway(conf, {"stderr": log} if log else None)
    except PySparkRuntimeError as why:
        raise Failed(f"Spark 起不来：{_last(log)}") from why
    try:
        yield gateway
    finally:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait()
        SparkContext._gateway = SparkContext._jvm = None


def _context(conf: "SparkConf", code: Path, gateway: Any) -> "SparkContext":
    from pyspark import SparkContext

    with told("Spark 起不来"):
        context = SparkContext(conf=conf, pyFiles=[str(code)], gateway=gateway)
    if _here(conf.get("spark.master")):
        context.pythonExec = sys.executable
    return context


@contextmanager
def _as_it_was() -> Iterator[None]:
    """A driver takes Ctrl-C for itself, and adds to the environment and to where code is imported from."""
    handler, path, environment = signal.getsignal(signal.SIGINT), sys.path[:], dict(os.environ)
    try:
        yield
    finally:
        sys.path[:] = path
        os.environ.clear()
        os.environ.update(environment)
        if signal.getsignal(signal.SIGINT) is not handler:
            signal.signal(signal.SIGINT, handler)


@contextmanager
def told(what: str) -> Iterator[None]:
    """An error of Spark becomes `Failed`, with the one line of it that says what has happened."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException) as why:
        raise Failed(f"{what}：{_reason(str(why))}") from why


def _last(log: IO[bytes] | None) -> str:
    """The reason among what Spark has logged, where that was kept back."""
    if log is None:
        return "原因见上面的输出。"
    log.seek(0)
    return _reason(log.read().decode(errors="replace"))


def _reason(text: str) -> str:
    """Of pages of a Java error, the line that says what has happened, be it Java's or Python's behind it."""
    named = re.findall(r"\w*(?:Exception|Error): .+", text)
    lines = [line for line in named if not line.endswith("Traceback (most recent call last):")]
    return next(iter(lines or text.strip().splitlines()[-1:]), "它没有说原因。")
