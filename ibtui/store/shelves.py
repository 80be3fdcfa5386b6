"""Keys kept in groups and in order while they come, so that no frame of the screen has to walk through all of them."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Hashable, Mapping
from types import MappingProxyType
from typing import Any, Generic, TypeVar

G = TypeVar("G", bound=Hashable)
K = TypeVar("K", int, str)
V = TypeVar("V")


class Shelves(Generic[G, K, V]):
    """Values by key, those of each group by themselves, in the order in which they came to it."""

    def __init__(self) -> None:
        self._groups: dict[G, dict[K, V]] = {}

    def put(self, group: G, key: K, value: V) -> None:
        """Keep a value, in place of the one of the same key."""
        self._groups.setdefault(group, {})[key] = value

    def drop(self, group: G, key: K) -> None:
        """Take a value out of a group, if it is there."""
        members = self._groups.get(group)
        if members is not None and members.pop(key, None) is not None and not members:
            del self._groups[group]

    def of(self, group: G) -> Mapping[K, V]:
        """All of a group, to be looked at."""
        return MappingProxyType(self._groups[group]) if group in self._groups else _EMPTY


class Ranks(Generic[K]):
    """Keys sorted by a number and then by themselves, those of each holder by themselves; a move costs no walk."""

    def __init__(self) -> None:
        self._places: dict[K, tuple[str, int]] = {}
        self._sorted: dict[str, list[tuple[int, K]]] = {}

    def put(self, key: K, holder: str, rank: int) -> None:
        """Give a key its place."""
        if self._places.get(key) == (holder, rank):
            return
        self.drop(key)
        self._places[key] = (holder, rank)
        insort(self._sorted.setdefault(holder, []), (rank, key))

    def drop(self, key: K) -> None:
        """Take a key out, if it is there."""
        if (place := self._places.pop(key, None)) is not None:
            holder, rank = place
            entries = self._sorted[holder]
            del entries[bisect_left(entries, (rank, key))]

    def newest(self, shown: Callable[[str], bool]) -> list[K]:
        """Keys of the holders shown, the highest rank first."""
        lists = [entries for holder, entries in self._sorted.items() if entries and shown(holder)]
        entries = lists[0] if len(lists) == 1 else sorted(entry for each in lists for entry in each)
        return [key for _, key in reversed(entries)]

    def __len__(self) -> int:
        return len(self._places)


_EMPTY: Mapping[Any, Any] = MappingProxyType({})
