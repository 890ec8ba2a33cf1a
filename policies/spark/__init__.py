"""Beyond one machine: Spark hands each block file to a free core of a cluster and brings back what it says.

Blocks don't need each other, so Spark only schedules; judging is `judging.judge`, the same as in one process.
`driver.py` starts Spark and ends it, `jobs.py` is what it is given to do. Pure: this room is itself sent to
the machines, with the packages it imports. They need Python of the driver's version, the block files under
the same path, and nothing of ours installed. PySpark is an extra, imported only where a driver is started.
"""

from .driver import Failed, cluster, missing
from .jobs import judge_files

__all__ = ["Failed", "cluster", "judge_files", "missing"]
