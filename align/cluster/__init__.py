"""The export of ``align.export``, on a cluster: PySpark spreads the pages, and brings together what has one source.

``spread`` is what an executor does with a stretch of the pages, ``gather`` what another does with all pairs of a source;
both are the collector and the rule of ``align.curate``. ``remote`` are pages on object stores and HDFS, ``store`` is
where files are written and committed, ``job`` the whole, ``session`` a Spark for the command line.

Needs the extra ``align-tm[spark]``. ``docs/scale.md`` says what it costs and when something smaller is enough.
"""

from __future__ import annotations

from align.cluster.job import Options, export
from align.cluster.remote import find
from align.cluster.report import ClusterReport, MemoryReport
from align.cluster.session import local_or_cluster

__all__ = ["ClusterReport", "MemoryReport", "Options", "export", "find", "local_or_cluster"]
