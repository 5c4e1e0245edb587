"""The whole: pages are cut into stretches, spread, read, brought together by source, written, committed."""

from __future__ import annotations

import json
import os
import pickle
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from align.cluster.gather import FORMATS, PROBLEMS, ClusterFormat, Gather
from align.cluster.remote import find, is_remote, local
from align.cluster.report import ClusterReport, Part, summed
from align.cluster.rows import RESULT_SCHEMA, ROW_SCHEMA, STRETCH_SCHEMA
from align.cluster.session import spark_errors
from align.cluster.spread import Spread
from align.cluster.store import Attempt, Store
from align.corpus import Folder, Narrowing, PageFile, Reading, narrow
from align.curate import Rules
from align.errors import NoPagesError, OutputError, UnreadablePageError
from align.export.shares import cut
from align.locales import canonical
from align.model import Problem

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["Options", "export"]

REPORT = "report.json"
# Bytes of pages that go into one part of each memory: some hundred MB of TMX.
_BYTES_A_PART = 4 << 30
# The last line of a traceback.
_PYTHON_ERROR = re.compile(r"[A-Za-z_][\w.]*(?:Error|Exception|Interrupt): ", re.ASCII)
_PART = msgspec.msgpack.Decoder(Part)
_PROBLEM = msgspec.json.Decoder(Problem)


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What an export on a cluster writes, and how the work is cut."""

    formats: tuple[ClusterFormat, ...] = FORMATS
    """What is written, of :data:`align.cluster.gather.FORMATS`."""
    rules: Rules = Rules()
    """Which units get into a memory."""
    reading: Reading = Reading()
    """How pages are read."""
    narrowing: Narrowing = Narrowing()
    """Which pages are taken."""
    stretch: int = 32 << 20
    """Bytes of pages that a task reads. A task holds what is distinct in them."""
    parts: int | None = None
    """Parts of each memory; None: one for every 4 GB of pages."""

    def parts_for(self, size: int) -> int:
        """In how many parts so many bytes of pages are written; the cluster has no say, so that the files have none."""
        return self.parts or -(-size // _BYTES_A_PART) or 1


def _stretches(files: list[PageFile], size: int) -> list[tuple[int, bytes]]:
    """Stretches of about so many bytes: number of the first page, and the pages, pickled."""
    sizes = [file.size for file in files]
    wanted = max(1, -(-sum(sizes) // size))
    return [(stretch.start, pickle.dumps(files[stretch.start : stretch.stop])) for stretch in cut(sizes, wanted)]


def _run(spark: SparkSession, files: list[PageFile], attempt: Attempt, options: Options) -> list[Part]:
    """Let the cluster write all parts."""
    narrowed = narrow(files, options.narrowing)
    stretches = _stretches(narrowed, options.stretch)
    context = spark.sparkContext
    everywhere = context.broadcast(pickle.dumps(files))
    parts = options.parts_for(sum(file.size for file in narrowed))
    spread = Spread(everywhere, options.rules, options.reading, options.narrowing, parts)
    gather = Gather(attempt, options.rules, options.formats)
    try:
        with warnings.catch_warnings():
            # mapInArrow asks for pandas, warns about its versions, and then hands on nothing but Arrow.
            warnings.simplefilter("ignore", FutureWarning)
            read = spark.createDataFrame(context.parallelize(stretches, len(stretches)), STRETCH_SCHEMA)
            rows = read.mapInArrow(_function(spread), ROW_SCHEMA)
            together = rows.repartition("memory", "bucket").sortWithinPartitions("memory", "bucket", "source")
            written = together.mapInArrow(_function(gather), RESULT_SCHEMA).collect()
    finally:
        everywhere.destroy()
    return [_PART.decode(bytes(row.data)) for row in written]


def _function(work: Callable[[Any], Iterator[Any]]) -> Callable[[Any], Iterator[Any]]:
    """A plain function, which is what Spark takes."""
    return lambda batches: work(batches)


def _problems(attempt: Attempt, parts: Sequence[Part]) -> Iterator[Problem]:
    for part in parts:
        if part.note is not None:
            with attempt.read(part.files[PROBLEMS]) as stream:
                for line in stream.read().splitlines():
                    yield _PROBLEM.decode(line)


def _absolute(files: Sequence[PageFile]) -> list[PageFile]:
    """The pages, as a worker that was started in another folder finds them."""
    places = {file.place: file.place for file in files}
    for place in places:
        if isinstance(place, Folder):
            places[place] = Folder(place.root.absolute())
    return [msgspec.structs.replace(file, place=places[file.place]) for file in files]


def _failed(error: Exception, out: str) -> OutputError:
    """The error of a job, with the last line of what Spark says, which is Python's own where Python failed."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip() and not line.lstrip().startswith(("at ", "..."))]
    python = [line for line in lines if _PYTHON_ERROR.match(line)]
    what = (python or lines or ["no reason given"])[-1 if python else 0]
    return OutputError(
        f"is not written, for the Spark job failed: {what}", path=out, cure="see the workers' logs; run it again"
    )


def _committed(
    store: Store, parts: list[Part], files: Sequence[PageFile], told: Callable[[Problem], None] | None
) -> ClusterReport:
    """Put everything in place, if there is anything."""
    count = 0
    for problem in _problems(store.attempt, parts):
        count += 1
        if len(files) == 1 and problem.rule == "unreadable-page":
            raise UnreadablePageError(problem.message, path=problem.page, line=problem.line)
        if told is not None:
            told(problem)
    report = summed(parts, count)
    if not report.pages and not count:
        raise NoPagesError("no page is left", cure="--only and --since leave none of them")
    with store.attempt.open(REPORT) as stream:
        stream.write(json.dumps(msgspec.to_builtins(report), ensure_ascii=False, indent=2).encode() + b"\n")
    store.commit({REPORT: REPORT, **{name: written for part in parts for name, written in part.files.items()}})
    return report


def export(
    spark: SparkSession,
    paths: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    options: Options | None = None,
    *,
    told: Callable[[Problem], None] | None = None,
) -> ClusterReport:
    """Write the memories of these pages in parts, by the rules of :func:`align.export.export_files`.

    ``OUT/parquet/fr-FR/fr-FR.0001.parquet``, ``OUT/tmx/fr-FR/fr-FR.0001.tmx``, ``OUT/problems.jsonl``,
    ``OUT/report.json``; ``OUT/_SUCCESS`` last. Nothing is in place before all is written. A source is in one part only;
    in a part, entries stand in the order of their sources (code points).

    Parameters
    ----------
    spark : a session with a ``sparkContext`` (not Spark Connect), whose workers can import ``align``.
    paths : pages, folders, or URIs that pyarrow opens; every worker must see them under the same names.
    out : folder or URI that driver and workers can write.
    told : called with every problem, when all pages are read.

    Raises
    ------
    AlignError
        As :func:`align.export.export_files`; OutputError when the job failed. What was in OUT is then as it was.
    """
    options = options or Options()
    if options.reading.locale is not None:
        canonical(options.reading.locale)  # wrong for all pages or for none
    files = find(paths)
    given = os.fspath(out)
    target = given if is_remote(given) else str(Path(local(given)).absolute())
    with Store(target, spark.sparkContext.applicationId) as store:
        try:
            parts = _run(spark, _absolute(files), store.attempt, options)
        except spark_errors() as error:
            raise _failed(error, target) from error
        return _committed(store, parts, files, told)
