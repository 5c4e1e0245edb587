"""Findings in the forms that continuous integration reads: GitHub's workflow commands, and JUnit's XML. Pure functions.

GitHub's form is that of "Workflow commands for GitHub Actions": ``::error file=...,line=...,title=...::message``.
JUnit has no standard; written is what the schema ``junit-10.xsd`` of Jenkins' xUnit plugin allows, without times, so
that the same pages give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from align.legal import without_illegal
from align.model import Problem, Severity
from align.verify import Verdict

__all__ = ["Annotation", "Case", "github", "junit", "of_problem", "of_verdict"]

_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}
_NOT_COMPARED = {"other_handoff": "the real page is of another hand-off", "missing": "there is no real page"}


class Annotation(NamedTuple):
    """A finding and the file it is shown at."""

    path: str | None
    """The page's file as the user named it, with slashes; None for standard input."""
    line: int | None
    """Line from 1; None when the finding is about the whole page."""
    severity: Severity
    """``error``, ``warning`` or ``info``."""
    rule: str
    """What found it, in kebab case."""
    message: str
    """What is wrong, and what to do; may hold line breaks."""


class Case(NamedTuple):
    """What was checked, as JUnit has it: one page, or one side of it."""

    name: str
    """Name of the page."""
    group: str
    """What was done with it, such as ``align-tm.verify.target``; JUnit's ``classname``."""
    annotations: tuple[Annotation, ...] = ()
    """Its findings; an error is a failure, the others are output."""
    skipped: str | None = None
    """Why nothing was checked; None when it was."""


def of_problem(problem: Problem, path: str | None) -> Annotation:
    """The annotation of a problem of the page at this path."""
    return Annotation(path, problem.line, problem.severity, problem.rule, problem.message)


def of_verdict(verdict: Verdict, path: str | None) -> Case:
    """The case of a comparison: ``different`` is an error at the line of the rebuilt page, with what was expected and found.

    Another hand-off and a missing twin are skipped, for nothing was compared.
    """
    group = f"align-tm.verify.{verdict.side}"
    if verdict.verdict != "different":
        return Case(verdict.page, group, skipped=_NOT_COMPARED.get(verdict.verdict))
    message = f"the {verdict.side} differs\nexpected: {verdict.expected!r}\nfound: {verdict.found!r}"
    return Case(verdict.page, group, (Annotation(path, verdict.line, "error", f"{verdict.side}-differs", message),))


def _place(annotation: Annotation, page: str) -> str:
    place = annotation.path or page
    return place if annotation.line is None else f"{place}:{annotation.line}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def github(annotation: Annotation, page: str) -> str:
    """The finding as a workflow command, a line with its line feed. Shown in the run's log, and beside the line in its file.

    Where there is no file (standard input, a page in a commit), the message begins with the page's name and the line.
    """
    places = {
        "file": annotation.path,
        "line": None if annotation.line is None or annotation.path is None else str(annotation.line),
        "title": annotation.rule,
    }
    properties = ",".join(f"{name}={_property(value)}" for name, value in places.items() if value is not None)
    message = annotation.message if annotation.path is not None else f"{_place(annotation, page)}: {annotation.message}"
    return f"::{_COMMANDS[annotation.severity]} {properties}::{_data(message)}\n"


def _text(text: str) -> str:
    return escape(without_illegal(text), quote=False).replace("\r", "&#13;")


def _attribute(text: str) -> str:
    return escape(without_illegal(text)).replace("\r", "&#13;").replace("\n", "&#10;").replace("\t", "&#9;")


def _told(annotation: Annotation, name: str) -> str:
    return f"{_place(annotation, name)}: {annotation.severity}: {annotation.message} [{annotation.rule}]"


def _case(case: Case) -> str:
    parts = []
    if case.skipped is not None:
        parts.append(f'<skipped message="{_attribute(case.skipped)}"/>')
    errors = [one for one in case.annotations if one.severity == "error"]
    others = [one for one in case.annotations if one.severity != "error"]
    if errors:
        # One failure per case: programs that count failures count cases, and some show the first only.
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        head = f'<failure type="{_attribute(errors[0].rule)}" message="{_attribute(errors[0].message + more)}">'
        parts.append(head + _text("\n".join(_told(one, case.name) for one in errors)) + "</failure>")
    if others:
        parts.append(f"<system-out>{_text(chr(10).join(_told(one, case.name) for one in others))}</system-out>")
    begin = f'  <testcase classname="{_attribute(case.group)}" name="{_attribute(case.name)}"'
    return f"{begin}>{''.join(parts)}</testcase>\n" if parts else f"{begin}/>\n"


def junit(name: str, cases: Iterable[Case]) -> str:
    """The cases as a JUnit document with one test suite of this name. Holds them all, for the head counts them.

    Characters that XML 1.0 does not allow are left out.
    """
    held: Sequence[Case] = list(cases)
    failures = sum(any(one.severity == "error" for one in case.annotations) for case in held)
    skipped = sum(case.skipped is not None for case in held)
    counts = f'tests="{len(held)}" failures="{failures}" errors="0" skipped="{skipped}"'
    body = "".join(map(_case, held))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="{_attribute(name)}" {counts}>\n{body}</testsuite>\n'
