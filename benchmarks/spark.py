"""Measure what the export on Spark costs, stage by stage, against one process on the same pages.

CPU is user and system time of all processes; for Spark that of the driver, Java, and the Python workers. The stages are
also run in this process without Spark: what our part of them costs, and how large a row of the shuffle is. Only ratios
carry over to another machine. Results are written to a memory file system where there is one.

usage: spark.py FOLDER... [--master URL] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from align.cluster import Options
from align.cluster.gather import Gather
from align.cluster.job import _stretches
from align.cluster.remote import find
from align.cluster.spread import Spread
from align.cluster.store import Store

SHUFFLE = "Shuffle Write Metrics"
ON_SPARK = """
import json, sys, time
import psutil  # comes with ipykernel
from align.cluster import export, local_or_cluster, Options
began = time.monotonic()
spark = local_or_cluster(sys.argv[1])
spark.sparkContext.parallelize([1]).count()
up = time.monotonic() - began
def cpu():
    here = psutil.Process()
    return sum(sum(process.cpu_times()[:4]) for process in (here, *here.children(recursive=True)))
before = cpu()
began = time.monotonic()
report = export(spark, sys.argv[4:], sys.argv[3], Options(formats=tuple(sys.argv[2].split(","))))
print(json.dumps({"up": up, "before": before, "cpu": cpu() - before, "seconds": time.monotonic() - began,
    "units": report.units, "entries": sum(memory.exported for memory in report.memories)}))
"""


class Held(NamedTuple):
    """Stands where Spark's broadcast value stands."""

    value: bytes


def used() -> float:
    """CPU seconds of this process."""
    now = resource.getrusage(resource.RUSAGE_SELF)
    return now.ru_utime + now.ru_stime


def alone(paths: list[str], out: Path) -> dict[str, float]:
    """One process, with its start."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    script = str(Path(sys.executable).with_name("align-tm"))
    subprocess.run(
        [script, "export", *paths, "-o", str(out), "-q", "--jobs", "1", "--to", "tmx", "--fail-on", "never"], check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return {"cpu": cpu, "seconds": time.monotonic() - began}


def stages(paths: list[str], out: Path) -> dict[str, float]:
    """What executors do, here and without Spark."""
    files, options = find(paths), Options(formats=("tmx",))
    stretches = _stretches(files, options.stretch)
    batch = pa.RecordBatch.from_arrays([pa.array(column) for column in zip(*stretches, strict=True)], names=["first", "files"])
    packed = pickle.dumps(files)
    before = used()
    rows = list(Spread(Held(packed), options.rules, options.reading, options.narrowing, 1)([batch]))
    read = used()
    table = pa.Table.from_batches(rows).sort_by([(name, "ascending") for name in ("memory", "bucket", "source")])
    ordered = used()
    with Store(str(out), "stages") as store:
        parts = list(Gather(store.attempt, options.rules, options.formats)(table.to_batches(10_000)))
        written = sum(path.stat().st_size for path in out.rglob("*.tmx"))
    return {
        "spread": read - before,
        "gather": used() - ordered,
        "rows": float(table.num_rows),
        "row bytes": float(table.nbytes),
        "bytes": float(sum(file.size for file in files)),
        "pages": float(len(files)),
        "listing bytes": float(len(packed)),
        "parts": float(len(parts)),
        "written": float(written),
        "stretches": float(len(stretches)),
    }


def logged(folder: Path) -> dict[str, float]:
    """What Spark's own record says of the shuffle."""
    found = {"shuffle bytes": 0.0, "shuffle rows": 0.0, "tasks": 0.0}
    for path in folder.rglob("events_*"):  # "rolling", as Spark 4 has it
        for line in path.read_text("utf-8").splitlines():
            event: dict[str, Any] = json.loads(line)
            if event.get("Event") == "SparkListenerTaskEnd" and "Task Metrics" in event:
                wrote = event["Task Metrics"][SHUFFLE]
                found["tasks"] += 1
                found["shuffle bytes"] += wrote["Shuffle Bytes Written"]
                found["shuffle rows"] += wrote["Shuffle Records Written"]
    return found


def on_spark(paths: list[str], out: Path, master: str, formats: str) -> dict[str, float]:
    """A job with a session of its own."""
    log = out / "log"
    log.mkdir(parents=True)
    settings = {"spark.eventLog.enabled": "true", "spark.eventLog.dir": log.as_uri(), "spark.eventLog.compress": "false"}
    submit = " ".join(f"--conf {key}={value}" for key, value in settings.items()) + " pyspark-shell"
    environment = {**os.environ, "PYSPARK_SUBMIT_ARGS": submit}
    command = [sys.executable, "-W", "ignore", "-c", ON_SPARK, master, formats, str(out / "out"), *paths]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures | logged(log)


def table(figures: dict[str, dict[str, float]]) -> list[tuple[str, str]]:
    """What is measured, and the figure."""
    one, own, spark = figures["alone"], figures["stages"], figures["spark"]
    millions = spark["units"] / 1e6
    return [
        ("pages", f"{own['pages']:,.0f}"),
        ("units", f"{spark['units']:,.0f}"),
        ("entries (sources)", f"{spark['entries']:,.0f}"),
        ("bytes a page", f"{own['bytes'] / own['pages']:,.0f}"),
        ("bytes of pages a unit", f"{own['bytes'] / spark['units']:,.0f}"),
        ("bytes of TMX an entry", f"{own['written'] / spark['entries']:,.0f}"),
        ("rows of the shuffle a unit", f"{own['rows'] / spark['units']:.2f}"),
        ("bytes a row, Arrow", f"{own['row bytes'] / own['rows']:,.0f}"),
        ("bytes a row, on disk as Spark compresses it", f"{spark['shuffle bytes'] / spark['shuffle rows']:,.0f}"),
        ("bytes of the listing a page, in the broadcast", f"{own['listing bytes'] / own['pages']:,.0f}"),
        ("CPU s, spread, a million units", f"{own['spread'] / millions:.1f}"),
        ("CPU s, gather to TMX, a million units", f"{own['gather'] / millions:.1f}"),
        ("CPU s, one process, TMX, with decisions", f"{one['cpu']:.1f}"),
        ("CPU s, Spark, TMX, session up already", f"{spark['cpu']:.1f}"),
        ("CPU s, Spark, TMX and Parquet", f"{figures['both']['cpu']:.1f}"),
        ("CPU s, the session's start", f"{spark['before']:.1f}"),
        ("Spark, times one process (CPU)", f"{spark['cpu'] / one['cpu']:.1f}"),
        ("seconds, one process", f"{one['seconds']:.1f}"),
        ("seconds, Spark: start, job", f"{spark['up']:.1f}, {spark['seconds']:.1f}"),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", help="bilingual pages, such as clones of live-sxs branches")
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--json", type=Path, help="keep the figures there")
    given = parser.parse_args()
    memory = Path("/dev/shm")
    scratch = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() and os.access(memory, os.W_OK) else None))
    try:
        figures = {
            "alone": alone(given.folders, scratch / "alone"),
            "stages": stages(given.folders, scratch / "stages"),
            "spark": on_spark(given.folders, scratch / "spark", given.master, "tmx"),
            "both": on_spark(given.folders, scratch / "both", given.master, "parquet,tmx"),
        }
    finally:
        shutil.rmtree(scratch)
    cores, load = os.cpu_count(), os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {cores} cores, load {load:.1f}, master {given.master}")
    for name, value in table(figures):
        print(f"{name:48} {value:>12}")
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
