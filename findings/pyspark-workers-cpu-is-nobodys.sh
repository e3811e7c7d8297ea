#!/bin/sh
# Subject: Spark (pyspark), its Python workers
# Version: 4.3.0
# Behaviour: The daemon that forks the Python workers ignores SIGCHLD, so that the kernel gives the CPU time of a worker that has ended to nobody: the daemon has none of it, and so have neither Java above it nor whoever started the job (`time`, RUSAGE_CHILDREN, an accounting by process tree).
# For a user of odkit: What a job of docs/scale.md costs cannot be read from `time`: look at the workers while they live, as benchmarks/watch.py does, or at a cgroup.
# Date: 2026-11-28
# Seen:
#   a worker took at least 1 s of CPU, and has ended
#   its daemon ignores SIGCHLD: True
#   CPU of ended children that the daemon has: 0.00 s

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/spark.sh
. "$here/lib/spark.sh"

PYSPARK_SUBMIT_ARGS="--conf spark.python.worker.reuse=false pyspark-shell"
export PYSPARK_SUBMIT_ARGS

cat > cpu.py << 'END'
import os
import signal
import time
from pathlib import Path

from spark_session import spark

def busy(batches):
    import os, time
    import pyarrow
    while time.process_time() < 1:
        pass
    for _ in batches:
        yield pyarrow.RecordBatch.from_pydict({"worker": [os.getpid()], "daemon": [os.getppid()], "seconds": [time.process_time()]})

(row,) = spark.createDataFrame([("ann",)], "name string").mapInArrow(busy, "worker long, daemon long, seconds double").collect()
while Path(f"/proc/{row.worker}").exists():
    time.sleep(0.05)
print(f"a worker took at least {int(row.seconds)} s of CPU, and has ended")
status = dict(line.split(":\t") for line in Path(f"/proc/{row.daemon}/status").read_text().splitlines())
print(f"its daemon ignores SIGCHLD: {bool(int(status['SigIgn'], 16) >> (signal.SIGCHLD - 1) & 1)}")
behind_name = Path(f"/proc/{row.daemon}/stat").read_text().rpartition(")")[2].split()
of_children = sum(map(int, behind_name[13:15])) / os.sysconf("SC_CLK_TCK")
print(f"CPU of ended children that the daemon has: {of_children:.2f} s")
END

observe() {
    "$python" cpu.py 2> log
}

compare observe
