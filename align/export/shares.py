"""Share pages out, by their bytes: among processes, or in stretches."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from heapq import heapreplace
from operator import itemgetter

__all__ = ["cut", "divide"]

# A group of pages that stay together is at most such a part of a process's share, so that all get about the same.
_GROUPS_A_SHARE = 16


def cut(sizes: Sequence[int], parts: int) -> list[range]:
    """Cut a list of pages into at most so many stretches of about the same number of bytes; none is empty."""
    total, begin, done = sum(sizes), 0, 0
    stretches: list[range] = []
    for index, size in enumerate(sizes):
        done += size
        if done * parts >= total * (len(stretches) + 1) and len(stretches) < parts - 1:
            stretches.append(range(begin, index + 1))
            begin = index + 1
    stretches.append(range(begin, len(sizes)))
    return [stretch for stretch in stretches if stretch]


def divide(files: Sequence[tuple[str, int]], parts: int) -> list[array[int]]:
    """Divide pages among at most so many processes, by bytes: the places of those that each takes, none empty.

    Pages of one file name stay together as far as the shares stay even: they are likely to be versions of one another, and
    a text that one process meets alone need not be told to another.

    Parameters
    ----------
    files : name and size of each page.
    """
    parts = max(1, min(parts, len(files)))
    names: dict[str, list[int]] = {}
    for place, (name, _) in enumerate(files):
        names.setdefault(name.rpartition("/")[2], []).append(place)
    largest = sum(size for _, size in files) // (parts * _GROUPS_A_SHARE)
    groups = [group for places in names.values() for group in _groups(files, places, largest)]
    groups.sort(key=itemgetter(0), reverse=True)
    shares = [(0, part) for part in range(parts)]
    taken: list[list[int]] = [[] for _ in shares]
    for size, places in groups:
        load, part = shares[0]
        heapreplace(shares, (load + max(size, 1), part))
        taken[part] += places
    return [array("I", sorted(places)) for places in taken if places]


def _groups(files: Sequence[tuple[str, int]], places: list[int], largest: int) -> Iterator[tuple[int, list[int]]]:
    """Pages in groups that are hardly larger than so many bytes, each with its size."""
    group: list[int] = []
    size = 0
    for place in places:
        group.append(place)
        size += files[place][1]
        if size >= largest:
            yield size, group
            group, size = [], 0
    if group:
        yield size, group
