"""A Spark for the command line, and for whoever has none yet."""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from align.errors import OptionError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["local_or_cluster", "spark_errors"]

# Errors only: what Spark says of its own well-being is no message of ours.
_LOGGING = Path(__file__).with_name("log4j2.properties")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def pyspark() -> Any:
    """The module.

    Raises
    ------
    OptionError
        It is not installed.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # about versions of pandas, which are of no concern here
            import pyspark.sql
    except ImportError as error:
        raise OptionError("PySpark is not installed", cure="install it with: pip install 'align-tm[spark]'") from error
    return pyspark


def _is_here(master: str) -> bool:
    return master.startswith("local") or urlsplit(master).hostname in _LOOPBACK


def _settings(master: str | None) -> dict[str, str]:
    """What Spark needs to be told."""
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={_LOGGING.as_uri()}",
    }
    if master is None:
        return settings
    if _is_here(master):
        # Else the driver binds to what the host's name resolves to, which on a laptop or in a container may be nothing.
        settings |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
    if os.environ.get("PYTHONPATH"):
        settings["spark.executorEnv.PYTHONPATH"] = os.environ["PYTHONPATH"]
    return settings


def local_or_cluster(master: str | None = None) -> SparkSession:
    """A session, with settings of ours where the environment says nothing else.

    Parameters
    ----------
    master : ``local[*]``, ``spark://HOST:7077``, ``yarn``; None: as ``spark-submit`` was told, else all cores of this
        machine.

    Raises
    ------
    OptionError
        PySpark or Java is missing, or the master cannot be reached.
    """
    module = pyspark()
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    if not submitted and shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise OptionError(
            "Spark needs Java, which was not found", cure="install a JRE of version 17 or newer, or set JAVA_HOME"
        )
    if not submitted:
        # Workers must run the same Python as the driver; by default they take what "python3" is to them.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    chosen = master if submitted else master or "local[*]"
    if chosen is not None and _is_here(chosen):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = module.sql.SparkSession.builder.appName("align-tm")
    if chosen is not None:
        builder = builder.master(chosen)
    for key, value in _settings(chosen).items():
        builder = builder.config(key, value)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # about pandas again: starting imports what Spark tests itself with
            session: SparkSession = builder.getOrCreate()
    except spark_errors() as error:
        what = (str(error).strip().splitlines() or ["no reason given"])[-1].strip()
        raise OptionError(f"Spark cannot be started: {what}", cure="check --master and the installation of Java") from error
    return session


def spark_errors() -> tuple[type[Exception], ...]:
    """What Spark raises: its own errors, and what comes from Java as it is."""
    from py4j.protocol import Py4JError

    return pyspark().errors.PySparkException, Py4JError
