"""One self-contained HTML file that shows pages: totals, plots, problems, and every unit with search and filters.

``write_report`` is the library's twin of ``align-tm report``.
"""

from align.report.document import LIMIT, Summary, write_report

__all__ = ["LIMIT", "Summary", "write_report"]
