"""Which neighbours tell a page's locale, and how few of them are read for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from pathlib import PurePosixPath

import msgspec
from clients import page, unit
from hypothesis import given
from hypothesis import strategies as st

from align.corpus import PageFile, Surroundings, read_file, read_pages
from align.git_process import Blobs
from align.pages import Page


class Shelf(msgspec.Struct, frozen=True):
    """A place in memory that counts what is read."""

    pages: tuple[tuple[str, bytes], ...]
    reads: tuple[list[str]] = ([],)

    def where(self, inside: str) -> str:
        return inside

    def path_of(self, inside: str) -> None:
        return None

    def identity(self, inside: str) -> Hashable:
        return inside

    def folders_above(self, *, exactly: bool = False) -> tuple[str, ...]:
        return ()

    def read(self, inside: str, stamp: str, blobs: Blobs) -> bytes:
        self.reads[0].append(inside)
        return dict(self.pages)[inside]

    def beginning(self, inside: str, blobs: Blobs) -> bytes | None:
        return None

    def __hash__(self) -> int:
        return hash(self.pages)

    def files(self) -> list[PageFile]:
        return [PageFile(name, self, name) for name, _ in self.pages]


def shelf(locales: dict[str, str | None]) -> Shelf:
    pages = {name: page(unit("Farn", "Fern"), locale=locale).encode() for name, locale in locales.items()}
    return Shelf(tuple(sorted(pages.items())), ([],))


def expected(locales: dict[str, str | None], name: str) -> str | None:
    """The rule, word for word: the single locale of the pages in the nearest folder above that has one."""
    if locales[name] is not None:
        return locales[name]
    for folder in PurePosixPath(name).parents:
        found = {locale for other, locale in locales.items() if folder in PurePosixPath(other).parents} - {None}
        if len(found) == 1:
            return found.pop()
    return None


NAMES = st.lists(st.sampled_from(["a", "b", "a.b", "a b", "a!"]), min_size=1, max_size=4).map(
    lambda parts: "/".join(parts) + ".md"
)


@given(st.dictionaries(NAMES, st.sampled_from([None, None, "fr-FR", "de-DE"]), min_size=1, max_size=12))
def test_the_locale_is_that_of_the_rule_and_no_neighbour_is_read_twice(locales: dict[str, str | None]) -> None:
    place = shelf(locales)
    found = {one.name: one.origin.target_locale for one in read_pages(place.files()) if isinstance(one, Page)}
    assert found == {name: expected(locales, name) for name in locales}
    assert all(count <= 2 for count in Counter(place.reads[0]).values())  # as a page, and as a neighbour


def test_the_nearest_folders_are_read_first_and_no_others_when_they_tell() -> None:
    far = {f"far/{number}.md": "de-DE" for number in range(50)}
    place = shelf({"near/silent.md": None, "near/a.md": "fr-FR", "near/b/c.md": "fr-FR", **far})
    files = place.files()
    with Surroundings(files) as surroundings:
        (silent,) = (file for file in files if file.name == "near/silent.md")
        assert read_file(silent, surroundings=surroundings).origin.target_locale == "fr-FR"
    assert sorted(place.reads[0]) == ["near/a.md", "near/b/c.md", "near/silent.md"]


def test_two_locales_are_enough_to_know_that_there_is_no_single_one() -> None:
    place = shelf({"silent.md": None, "a.md": "fr-FR", "b.md": "de-DE", **{f"c{number}.md": "fr-FR" for number in range(50)}})
    files = place.files()
    with Surroundings(files) as surroundings:
        assert read_file(files[-1], surroundings=surroundings).origin.target_locale is None
    assert place.reads[0] == ["silent.md", "a.md", "b.md"]


def test_pages_that_name_their_locale_cost_no_look_at_others() -> None:
    place = shelf({"a.md": "fr-FR", "b.md": "de-DE"})
    assert len(list(read_pages(place.files()))) == 2
    assert place.reads[0] == ["a.md", "b.md"]


def test_a_page_read_alone_has_no_neighbours() -> None:
    place = shelf({"silent.md": None, "a.md": "fr-FR"})
    assert read_file(place.files()[1]).origin.target_locale is None
