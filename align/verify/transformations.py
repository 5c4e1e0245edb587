"""The known transformations of the bilingual build, one rule each.

Every rule knows which side may have the extra thing and looks at no more than the line of the difference.
A rule for a unit never applies in a gap: code fences and link targets stand in gaps.
"""

from __future__ import annotations

import re

from align.verify import frontmatter
from align.verify.noloc import wrapped_at
from align.verify.rebuilt import line_span
from align.verify.walk import Place, Step

_MARKERS = "*_`"
_PATH = re.compile(r"[A-Za-z]:\\|\\[0-9A-Za-z]|^\\\\|://|%\Z|\b[A-Za-z]:\Z")
_SENTENCE_END = re.compile(r"[.!?\u2026\u061f\u3002\uff01\uff1f](?:\s?[\u00bb\u201d\u2019\"')\u300d\u300f])*")
DEFINITION = re.compile(r" {0,3}\[(?P<label>(?:[^\[\]\\]|\\.)+)\]:[ \t]*(?P<target>\S[^\r]*)\r?")
_ALT_OR_TITLE = re.compile(r"!\[|\]\([^()\n]*[ \t][\"'(]")
_QUOTED_KEYS = frozenset({"title", "description"})


def escaped_marker(place: Place) -> Step | None:
    r"""The bilingual page has a backslash before `*`, `_` or a backtick of a unit's prose; the real page has the bare marker.

    The markers that a translation leaves unpaired were escaped when the unit was written. Not in code, and not in what
    looks like a path, where a backslash is text.
    """
    text, at = place.rebuilt.text, place.at
    following = text[at + 1 : at + 2]
    if not text.startswith("\\", at) or following == "" or following not in _MARKERS:
        return None
    if not place.real.startswith(following, place.real_at) or text[at - 1 : at] == "\\" or _in_path(place):
        return None
    return (at + 1, place.real_at) if place.rebuilt.is_prose(at) else None


def escaped_letter(place: Place) -> Step | None:
    r"""The bilingual page has a backslash before a letter outside ASCII of a unit's prose, as in `\分`; the real page has none.

    Markdown knows no such escape, so the backslash was text that the build put there; met once in 4,919 pages, where the
    escape of a marker that the translation had moved stood one letter early (`\分\*`).
    """
    text, at = place.rebuilt.text, place.at
    letter = text[at + 1 : at + 2]
    if not text.startswith("\\", at) or letter.isascii() or not letter.isalpha() or text[at - 1 : at] == "\\":
        return None
    if not place.real.startswith(letter, place.real_at) or _in_path(place):
        return None
    return (at + 1, place.real_at) if place.rebuilt.is_prose(at) else None


def doubled_at_end(place: Place) -> Step | None:
    r"""A table cell's unit ends in `\` in the real page and in `\\` in the bilingual one (else it would escape the tag)."""
    text, at = place.rebuilt.text, place.at
    unit = place.rebuilt.unit_at(at)
    if unit is None or text[at - 1 : at + 1] != "\\\\" or text[at - 2 : at - 1] == "\\":
        return None
    start, end = line_span(text, at)
    cell_ends = text[at + 1 : end].lstrip(" ").startswith("|")
    if text[at + 1 : unit[1]].strip(" ") or not cell_ends or not text[start:end].lstrip().startswith("|"):
        return None
    return (at + 1, place.real_at) if place.rebuilt.is_prose(at) else None


def english_definition(place: Place) -> Step | None:
    """Below a reference definition with a translated label the bilingual page repeats it under the English label.

    Only a whole line of the bilingual page is skipped, only when the line above it defines the same target, and only when
    its label is used in the English text. (No real page of 4,919 defines the same target twice in adjacent lines.)
    """
    text = place.rebuilt.text
    start, real_start = _line_starts(place)
    end = line_span(text, start)[1]
    extra = DEFINITION.fullmatch(text, start, end)
    above = DEFINITION.fullmatch(text, *line_span(text, start - 1)) if start > 0 else None
    if (
        extra is None
        or above is None
        or extra["target"].rstrip() != above["target"].rstrip()
        or extra["label"] == above["label"]
    ):
        return None
    if f"[{extra['label']}]" not in place.rebuilt.sources:
        return None
    if end == len(text):
        return (end, real_start) if real_start == len(place.real) else None
    return end + 1, real_start


def cut_alt_text(place: Place) -> Step | None:
    """The alt text of an image ends after its first sentence in the bilingual page and goes on in the real page.

    What the real page has more begins with white space, after a sentence end, and is followed by the same link target. And
    the English page has more segments there than the gap has alt texts and titles: every sentence of an alt text has a
    number, so the numbers of the units before and behind tell that something was cut.
    """
    text, at, real, real_at = place.rebuilt.text, place.at, place.real, place.real_at
    start, end = line_span(text, at)
    opening = text.rfind("![", start, at)
    target_end = text.find(")", at, end) + 1
    if opening < 0 or not text.startswith("](", at) or not target_end or place.rebuilt.unit_at(at) is not None:
        return None
    alt = text[opening + 2 : at]
    real_end = real.find(text[at:target_end], real_at, line_span(real, real_at)[1])
    more = real[real_at:real_end] if real_end >= 0 else ""
    if any(bracket in alt + more for bracket in "[]`") or not more[:1].isspace() or not more.strip():
        return None
    return (at, real_end) if _is_first_sentence(alt) and _has_lost_segments(place) else None


def _has_lost_segments(place: Place) -> bool:
    gap = place.rebuilt.text[slice(*place.rebuilt.gap_at(place.at))]
    return place.rebuilt.missing_numbers(place.at) > len(_ALT_OR_TITLE.findall(gap))


def unwrapped_name(place: Place) -> Step | None:
    """One page has `:::no-loc(X):::` where the other has `X`, the very same characters.

    The wrapper was put around names before translation and taken out again, not on both branches at the same time.
    """
    ours = wrapped_at(place.rebuilt.text, place.at)
    if ours is not None and place.real.startswith(ours[0], place.real_at):
        return ours[1], place.real_at + len(ours[0])
    theirs = wrapped_at(place.real, place.real_at)
    if theirs is not None and place.rebuilt.text.startswith(theirs[0], place.at):
        return place.at + len(theirs[0]), theirs[1]
    return None


def quoted_scalar(place: Place) -> Step | None:
    """In the front matter the bilingual page quotes a title, a description or a `no-loc` name that the real page does not.

    Both lines must mean the same text.
    """
    text, real = place.rebuilt.text, place.real
    (start, end), (real_start, real_end) = line_span(text, place.at), line_span(real, place.real_at)
    line, real_line = text[start:end], real[real_start:real_end]
    if not frontmatter.is_quoted(line) or not frontmatter.same_scalar(line, real_line, _QUOTED_KEYS):
        return None
    if end > frontmatter.end_of_front_matter(text) or real_end > frontmatter.end_of_front_matter(real):
        return None
    if line.lstrip().startswith("-") and frontmatter.key_above(text, start) != "no-loc":
        return None
    return end, real_end


def entity_for_quote(place: Place) -> Step | None:
    """The bilingual page has `&quot;` where the real page has `"`.

    Producer damage: every quote between two literal quotes was turned into an entity, in prose and in code. So the step is
    from one literal quote to the next, and every entity between them must be a quote in the real page.
    """
    text, at = place.rebuilt.text, place.at
    before, after = text.rfind('"', 0, at), text.find('"', at)
    if not text.startswith("&quot;", at) or before < 0 or after < 0:
        return None
    stretch = text[before + 1 : after].replace("&quot;", '"')
    real_start = place.real_at - (at - before - 1)
    if real_start < 0 or not place.real.startswith(stretch + '"', real_start):
        return None
    return after, real_start + len(stretch)


def space_before_url(place: Place) -> Step | None:
    """The bilingual page has white space before a bare URL of a unit, the real page has none there."""
    text, at = place.rebuilt.text, place.at
    match = re.compile(r"[ \u00a0]+(https?://)").match(text, at)
    if match is None or not place.real.startswith(match[1], place.real_at) or not place.rebuilt.is_prose(match.start(1)):
        return None
    return match.start(1), place.real_at


def _in_path(place: Place) -> bool:
    """Whether the word before this place looks like the beginning of a path or a URL."""
    text, at = place.rebuilt.text, place.at
    words = text[max(0, at - 200) : at].split()
    return bool(words) and not text[at - 1 : at].isspace() and _PATH.search(words[-1]) is not None


def _is_first_sentence(alt: str) -> bool:
    """Whether the text is one sentence with its end mark."""
    ends = list(_SENTENCE_END.finditer(alt))
    if not ends or ends[-1].end() != len(alt):
        return False
    inner = [alt[match.end() :].lstrip() for match in ends[:-1] if alt[match.end() : match.end() + 1].isspace()]
    return not any(rest[:1].isupper() for rest in inner)


def _line_starts(place: Place) -> Step:
    """Starts of the lines that differ; when one text is at the end of a line, its next line."""
    text, real = place.rebuilt.text, place.real
    if place.real_at == len(real) and text.startswith(("\n", "\r\n"), place.at):
        return text.find("\n", place.at) + 1, place.real_at
    return line_span(text, place.at)[0], line_span(real, place.real_at)[0]
