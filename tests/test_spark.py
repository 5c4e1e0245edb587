"""The export on a cluster: a real master and two workers on this machine; equal to one process, to the last entry.

Skipped, with the reason, without PySpark or Java (``pip install -e '.[test-spark]'``).
"""

from __future__ import annotations

import functools
import importlib.util
import itertools
import os
import pickle
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import pytest
from clients import page, put, unit
from hypothesis import example, given, settings
from hypothesis import strategies as st

from align.corpus import Narrowing, Reading, find_pages, narrow
from align.curate import Rules
from align.digest import MemoryDigest
from align.errors import MissingPathError, NoPagesError, OptionError, OutputError, UnreadablePageError
from align.export import ExportReport, Job, Plan, export_files
from align.formats import tmx
from align.model import Problem

pa = pytest.importorskip("pyarrow", reason="pip install 'align-tm[spark]'")

from align.cluster import ClusterReport, Options, export, find  # noqa: E402
from align.cluster.gather import Gather  # noqa: E402
from align.cluster.remote import file_system  # noqa: E402
from align.cluster.report import Part, summed  # noqa: E402
from align.cluster.spread import Spread  # noqa: E402
from align.cluster.store import MARKER, Store  # noqa: E402

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOOPBACK = "127.0.0.1"


def alone(paths: list[Path], out: Path, options: Options) -> ExportReport:
    """What one process makes of it."""
    plan = Plan(formats=("tmx",), rules=options.rules, digest=True)
    job = Job(files=find_pages(paths), plan=plan, reading=options.reading, narrowing=options.narrowing)
    return export_files(job, out)


class Account(NamedTuple):
    """Digests, and what became of every unit, as both kinds of report tell it."""

    read: tuple[int, int, int]
    digests: dict[str, MemoryDigest]
    memories: dict[str, tuple[int, dict[str, int], dict[str, int], dict[str, int]]]


def of_cluster(report: ClusterReport) -> Account:
    counts = {memory.name: (memory.exported, memory.merged, memory.dropped, memory.changed) for memory in report.memories}
    return Account((report.pages, report.units, report.problems), report.digests, counts)


def of_one(report: ExportReport) -> Account:
    counts = {file.path.removesuffix(".tmx"): (file.exported, file.merged, file.dropped, file.changed) for file in report.files}
    return Account((report.pages, report.units, report.problems), report.digests, counts)


def result(out: Path) -> dict[str, bytes]:
    """All files, by name."""
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


# ---------------------------------------------------------------------------------------------------------------------
# Without Spark: what the executors do, one after another


class Held(NamedTuple):
    """Stands where Spark's broadcast value stands."""

    value: bytes


def by_hand(folder: Path, out: Path, options: Options, cuts: list[int]) -> ClusterReport:
    """The stages in this process: pages cut at these places, rows shuffled by sorting, parts committed."""
    files = find_pages([folder])
    pages = narrow(files, options.narrowing)
    edges = sorted({0, len(pages), *(cut % (len(pages) + 1) for cut in cuts)})
    stretches = [(begin, pickle.dumps(pages[begin:end])) for begin, end in itertools.pairwise(edges)]
    spread = Spread(Held(pickle.dumps(files)), options.rules, options.reading, options.narrowing, options.parts or 1)
    read = pa.RecordBatch.from_arrays([pa.array(column) for column in zip(*stretches, strict=True)], names=["first", "files"])
    table = pa.Table.from_batches(spread([read])).sort_by([(name, "ascending") for name in ("memory", "bucket", "source")])
    with Store(str(out), "by-hand") as store:
        gather = Gather(store.attempt, options.rules, options.formats)
        parts = [decoded(row) for batch in gather(table.to_batches(3)) for row in batch.column(0).to_pylist()]
        said = [store.attempt.read(part.files["problems.jsonl"]).read() for part in parts if part.note]
        store.commit({name: written for part in parts for name, written in part.files.items()})
    return summed(parts, sum(len(data.splitlines()) for data in said))


def decoded(data: bytes) -> Part:
    import msgspec

    return msgspec.msgpack.decode(data, type=Part)


# An executor asks Spark which try of its task it is.
WITH_SPARK = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None, reason="PySpark is not installed: pip install -e '.[test-spark]'"
)
texts = st.sampled_from(["Fern", "Fern ", "Moss", "Moss\nand fern", "<br>", "", "\u2028Leaf", "𝄞"])
kinds = st.sampled_from(["HT", "MT", None])
locales = st.sampled_from(["fr-FR", "de-DE", None])
days = st.sampled_from(["01/02/2020", "03/04/2021", None])
sheets = st.lists(
    st.tuples(st.lists(st.tuples(texts, texts), min_size=1, max_size=5), kinds, locales, days), min_size=1, max_size=7
)
rule_sets = st.builds(
    Rules,
    mt=st.sampled_from(["keep", "fuzzy", "skip", "split"]),
    variants=st.sampled_from(["best", "all"]),
    drop_identical=st.booleans(),
)


# The second page's unit stands for the third's, though the third is the first of its stretch.
FIRST_OF_TWO = [([(text, text)], "HT", "fr-FR", None) for text in ("Moss", "Fern", "Fern")]


@WITH_SPARK
@settings(max_examples=60)
@example(made=FIRST_OF_TWO, rules=Rules(), cuts=[2], parts=1)
@given(made=sheets, rules=rule_sets, cuts=st.lists(st.integers(0, 6), max_size=3), parts=st.integers(1, 3))
def test_however_the_pages_are_cut_the_memories_are_those_of_one_process(
    tmp_path_factory: pytest.TempPathFactory, made: list[Any], rules: Rules, cuts: list[int], parts: int
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    pages = {
        f"{'abc'[number % 3]}/{number}.md": page(
            *(unit(target, source, f"abd60-{101 + place}") for place, (source, target) in enumerate(units)),
            kind=kind,
            locale=locale,
            handoff=day,
        )
        for number, (units, kind, locale, day) in enumerate(made)
    }
    put(folder / "in", cast("dict[str, str | bytes]", pages))
    options = Options(rules=rules, parts=parts)
    one = alone([folder / "in"], folder / "one", options)
    assert of_cluster(by_hand(folder / "in", folder / "cluster", options, cuts)) == of_one(one)
    shutil.rmtree(folder)


@WITH_SPARK
def test_a_part_is_a_memory_in_the_order_of_its_sources(tmp_path: Path, corpora: Path) -> None:
    report = by_hand(corpora / "bilingual" / "fr-FR", tmp_path / "out", Options(parts=2), [3])
    assert [memory.files for memory in report.memories] == [
        [
            "parquet/fr-FR/fr-FR.0001.parquet",
            "parquet/fr-FR/fr-FR.0002.parquet",
            "tmx/fr-FR/fr-FR.0001.tmx",
            "tmx/fr-FR/fr-FR.0002.tmx",
        ]
    ]
    alone([corpora / "bilingual" / "fr-FR"], tmp_path / "one", Options())
    with (tmp_path / "one" / "fr-FR.tmx").open("rb") as stream:
        wanted = {(entry.source, entry.target) for entry in tmx.read(stream)}
    found: list[tuple[str, str]] = []
    for number in (1, 2):
        with (tmp_path / "out" / "tmx" / "fr-FR" / f"fr-FR.000{number}.tmx").open("rb") as stream:
            part = [(entry.source, entry.target) for entry in tmx.read(stream)]
        assert part
        assert part == sorted(part)
        found += part
    assert len(found) == len(wanted)
    assert set(found) == wanted


@WITH_SPARK
def test_the_parts_in_parquet_hold_what_the_parts_in_tmx_hold(tmp_path: Path, corpora: Path) -> None:
    from align.formats import parquet

    by_hand(corpora / "bilingual" / "th-TH", tmp_path, Options(), [])
    with (tmp_path / "parquet/th-TH/th-TH.0001.parquet").open("rb") as stream:
        columns = [(entry.source, entry.target) for entry in parquet.read(stream)]
    with (tmp_path / "tmx/th-TH/th-TH.0001.tmx").open("rb") as stream:
        assert [(entry.source, entry.target) for entry in tmx.read(stream)] == columns


# ---------------------------------------------------------------------------------------------------------------------
# OUT


def staged(out: Path, files: dict[str, bytes], name: str = "one") -> None:
    with Store(str(out), name) as store:
        for path, data in files.items():
            with store.attempt.open(path.replace("/", "-")) as stream:
                stream.write(data)
        store.commit({path: path.replace("/", "-") for path in files})


def test_a_result_replaces_the_last_one_and_leaves_other_files_alone(tmp_path: Path) -> None:
    put(tmp_path, {"notes.txt": "mine"})
    staged(tmp_path, {"tmx/a": b"1", "tmx/b": b"2"})
    staged(tmp_path, {"tmx/a": b"3"})
    assert result(tmp_path) == {"notes.txt": b"mine", "tmx/a": b"3", MARKER: b'["tmx/a"]\n'}


def test_a_commit_cut_short_leaves_no_marker_and_the_next_one_clears_up(tmp_path: Path) -> None:
    staged(tmp_path, {"tmx/a": b"1", "tmx/z": b"1"})
    put(tmp_path, {"report/in/the/way": ""})
    with pytest.raises(OutputError, match="cannot be written"):
        staged(tmp_path, {"parquet/a": b"2", "report": b"2", "tmx/a": b"2"})
    left = result(tmp_path)
    assert MARKER not in left
    shutil.rmtree(tmp_path / "report")
    staged(tmp_path, {"tmx/a": b"3"})
    assert result(tmp_path) == {"tmx/a": b"3", MARKER: b'["tmx/a"]\n'}


def test_without_a_commit_the_last_result_stays(tmp_path: Path) -> None:
    staged(tmp_path, {"tmx/a": b"1"})
    before = result(tmp_path)
    store = Store(str(tmp_path), "two")
    with store, store.attempt.open("half") as stream:
        stream.write(b"half")
    assert result(tmp_path) == before


# ---------------------------------------------------------------------------------------------------------------------
# URIs: pyarrow's own file system in memory, which lives as long as it is remembered


@pytest.fixture
def store_of_objects() -> Iterator[Any]:
    file_system.cache_clear()
    yield file_system("mock:///docs.fr-fr")[0]
    file_system.cache_clear()


def test_pages_behind_a_uri_are_found_by_the_rules_of_a_folder(store_of_objects: Any) -> None:
    for name in ("b.md", "_a.md", "sub/c.html", ".hidden/d.md", "sub/picture.png", "LICENSE"):
        folder = f"docs.fr-fr/{name}".rpartition("/")[0]
        store_of_objects.create_dir(folder, recursive=True)
        with store_of_objects.open_output_stream(f"docs.fr-fr/{name}") as stream:
            stream.write(b"MIT License" if name == "LICENSE" else page(unit("Fougère", "Fern")).encode())
    found = find(["mock:///docs.fr-fr"])
    assert [file.name for file in found] == ["_a.md", "b.md", "sub/c.html"]
    from align.corpus import read_file

    read = read_file(found[0])
    assert [(one.source, one.target, one.origin.licence) for one in read.units] == [("Fern", "Fougère", "MIT")]


def test_a_file_uri_is_a_path(tmp_path: Path) -> None:
    put(tmp_path / "a b", {"c.md": page()})
    assert find([(tmp_path / "a b").as_uri()]) == find_pages([tmp_path / "a b"])


@pytest.mark.parametrize(
    ("path", "error", "said"),
    [
        ("-", OptionError, "no worker can read it"),
        ("git:here@main", OptionError, "no worker can read it"),
        ("mock:///nothing.here", MissingPathError, "does not exist"),
        ("gopher://hole", OptionError, "use file, hdfs, s3a, abfs and gs"),
    ],
)
def test_what_cannot_be_spread_is_said(path: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        find([path])


# ---------------------------------------------------------------------------------------------------------------------
# A master and two workers


class Cluster(NamedTuple):
    """Processes on this machine, and a session with them."""

    url: str
    workers: list[subprocess.Popen[bytes]]
    spark: SparkSession


def started(command: list[str], log: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    with log.open("wb") as stream:
        return subprocess.Popen(command, stdout=stream, stderr=stream, env=environment)


def wait_for(what: Callable[[], object], seconds: float, log: Path) -> None:
    """Poll until it is so; never more than this long."""
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            pytest.fail(f"waited {seconds} s; the log ends: {log.read_text('utf-8', 'replace')[-2000:]}")
        time.sleep(0.1)


def says(log: Path, text: str) -> bool:
    return text in log.read_text("utf-8", "replace")


def answers(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex((LOOPBACK, port)) == 0


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind((LOOPBACK, 0))
        return int(asked.getsockname()[1])


@pytest.fixture(scope="session")
def java() -> None:
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("PySpark is not installed: pip install -e '.[test-spark]'")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not installed")


@pytest.fixture(scope="session")
def cluster(java: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    import pyspark

    home, folder = Path(pyspark.__file__).parent, tmp_path_factory.mktemp("cluster")
    repository = str(Path(__file__).resolve().parents[1])
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": LOOPBACK,
        "SPARK_DAEMON_MEMORY": "256m",
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": repository,
    }
    launch, port = [str(home / "bin" / "spark-class")], free_port()
    url = f"spark://{LOOPBACK}:{port}"
    master = started(
        [*launch, "org.apache.spark.deploy.master.Master", "--host", LOOPBACK, "--port", str(port), "--webui-port", "0"],
        folder / "master",
        environment,
    )
    workers: list[subprocess.Popen[bytes]] = []
    session: SparkSession | None = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", repository)
        try:
            wait_for(lambda: answers(port), 60, folder / "master")
            for number in range(2):
                what = [*launch, "org.apache.spark.deploy.worker.Worker", "--host", LOOPBACK, "-c", "1", "-m", "1g"]
                what += ["--webui-port", "0", "-d", str(folder / f"work-{number}"), url]
                workers.append(started(what, folder / f"worker-{number}", environment))
            for number in range(2):
                log = folder / f"worker-{number}"
                wait_for(functools.partial(says, log, "Successfully registered"), 60, log)
            from align.cluster import local_or_cluster

            session = local_or_cluster(url)
            yield Cluster(url, workers, session)
        finally:
            if session is not None:
                session.stop()
            for process in [*workers, master]:
                for pid in (*descendants(process.pid), process.pid):
                    kill(pid)
                process.wait()


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def descendants(pid: int) -> list[int]:
    """The processes that it started, and those that they started."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [pid]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def copies(corpora: Path, folder: Path, count: int) -> Path:
    for number in range(count):
        shutil.copytree(corpora / "bilingual", folder / f"{number:02}")
    return folder


def test_a_cluster_makes_the_memories_that_one_process_makes(cluster: Cluster, tmp_path: Path, corpora: Path) -> None:
    paths = [corpora / "bilingual", corpora / "anomalies"]
    options = Options(rules=Rules(mt="split", variants="all"), stretch=8000, parts=2)
    told: list[Problem] = []
    report = export(cluster.spark, paths, tmp_path / "out", options, told=told.append)
    assert of_cluster(report) == of_one(alone(paths, tmp_path / "one", options))
    assert (tmp_path / "out/problems.jsonl").read_bytes() == (tmp_path / "one/problems.jsonl").read_bytes()
    assert len(told) == len((tmp_path / "one/problems.jsonl").read_bytes().splitlines())
    assert not (tmp_path / "out/_temporary").exists()


def test_a_second_run_replaces_the_first_with_the_same_bytes(cluster: Cluster, tmp_path: Path, corpora: Path) -> None:
    paths, out = [corpora / "bilingual" / "th-TH"], tmp_path / "out"
    export(cluster.spark, paths, out, Options(stretch=4000))
    first = result(out)
    export(cluster.spark, [paths[0].as_uri()], out.as_uri())
    assert result(out) == first
    export(cluster.spark, paths, out, Options(formats=("tmx",), narrowing=Narrowing(include=("overview.md",))))
    assert set(result(out)) == {"_SUCCESS", "problems.jsonl", "report.json", "tmx/th-TH/th-TH.0001.tmx"}


def test_what_stops_an_export_stops_one_on_a_cluster(cluster: Cluster, tmp_path: Path) -> None:
    folder, out = put(tmp_path / "in", {"a.md": b"\xff", "sub/b.md": page(kind="MT")}), tmp_path / "out"
    with pytest.raises(UnreadablePageError, match="UTF-8"):
        export(cluster.spark, [folder / "a.md"], out)
    with pytest.raises(NoPagesError, match="no page is left"):
        export(cluster.spark, [folder / "sub"], out, Options(narrowing=Narrowing(only="HT")))
    with pytest.raises(OptionError, match="BCP 47"):
        export(cluster.spark, [folder], out, Options(reading=Reading(locale="fr_FR")))
    assert result(out) == {}


def in_midst(spark: SparkSession, before: set[int]) -> bool:
    """Whether a stage that was not there before has done some of its tasks and has more to do."""
    tracker = spark.sparkContext.statusTracker()
    stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds() if stage not in before]
    return any(stage is not None and 2 <= stage.numCompletedTasks < stage.numTasks // 2 for stage in stages)


def disturbed(cluster: Cluster, work: Callable[[], Any], disturb: Callable[[], None]) -> list[Any]:
    """Do the work in a thread, and disturb it in its midst; what it returned or raised."""
    ended: list[Any] = []
    before = set(cluster.spark.sparkContext.statusTracker().getActiveStageIds())

    def run() -> None:
        try:
            ended.append(work())
        except OutputError as error:
            ended.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    while not in_midst(cluster.spark, before):
        assert thread.is_alive(), f"it ended before it could be disturbed: {ended}"
        time.sleep(0.02)
    disturb()
    assert thread.is_alive()
    thread.join(240)
    return ended


def test_a_job_that_fails_leaves_the_last_result_and_nothing_else(cluster: Cluster, tmp_path: Path, corpora: Path) -> None:
    out = tmp_path / "out"
    export(cluster.spark, [corpora / "bilingual" / "fr-FR"], out)
    before = result(out)
    many = Options(stretch=1)
    context = cluster.spark.sparkContext
    folder = copies(corpora, tmp_path / "in", 3)
    (error,) = disturbed(cluster, lambda: export(cluster.spark, [folder], out, many), context.cancelAllJobs)
    assert isinstance(error, OutputError)
    assert "\n" not in str(error)
    assert "is not written, for the Spark job failed" in str(error)
    assert result(out) == before


def command(*arguments: object) -> list[str]:
    program = "import sys; from align.cli import main; main(sys.argv[1:])"
    return [sys.executable, "-c", program, "spark-export", *map(str, arguments), "--master", "local[2]"]


def test_the_command_prints_the_digests_and_a_killed_one_leaves_the_last_result(
    java: None, tmp_path: Path, corpora: Path
) -> None:
    folder, out = corpora / "bilingual", tmp_path / "out"
    done = subprocess.run(command(folder, "-o", out, "--digest", "-q"), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr  # Python's; Java has its own, in capitals
    one = alone([folder], tmp_path / "one", Options())
    assert done.stdout == "".join(f"{name} {digest}\n" for name, digest in sorted(one.digests.items()))
    before = result(out)
    log = tmp_path / "log"
    killed = started(command(copies(corpora, tmp_path / "in", 3), "-o", out), log, dict(os.environ))
    wait_for(lambda: (out / "_temporary").exists() or killed.poll() is not None, 60, log)
    for pid in (*descendants(killed.pid), killed.pid):
        kill(pid)
    assert killed.wait() == -signal.SIGKILL
    shutil.rmtree(out / "_temporary")
    assert result(out) == before


def test_real_pages_give_the_digests_of_one_process(cluster: Cluster, tmp_path: Path, real_pages: Path) -> None:
    paths = [real_pages / "bilingual" / name for name in ("office-scripts.de-de", "dynamics-damaged.ar-sa", "dynamics.ar-sa")]
    report = export(cluster.spark, paths, tmp_path / "out", Options(stretch=2 << 20, parts=3))
    assert of_cluster(report) == of_one(alone(paths, tmp_path / "one", Options()))


# The last one: the cluster has one worker less when it is done.
def test_a_worker_that_is_killed_in_mid_job_changes_nothing(cluster: Cluster, tmp_path: Path, corpora: Path) -> None:
    folder = copies(corpora, tmp_path / "in", 3)
    options = Options(stretch=1, parts=2)
    victim = cluster.workers[0].pid

    def kill_worker() -> None:
        executors = descendants(victim)
        assert executors
        for pid in (*executors, victim):
            kill(pid)

    (report,) = disturbed(cluster, lambda: export(cluster.spark, [folder], tmp_path / "out", options), kill_worker)
    assert isinstance(report, ClusterReport), report
    assert of_cluster(report) == of_one(alone([folder], tmp_path / "one", options))
    assert (tmp_path / "out" / MARKER).exists()
