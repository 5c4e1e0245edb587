"""A page's rebuilt text against the real page: identical, equivalent after known transformations, or different."""

from align.verify.source import verify_source
from align.verify.target import verify_target
from align.verify.verdict import Outcome, Verdict

__all__ = ["Outcome", "Verdict", "verify_source", "verify_target"]
