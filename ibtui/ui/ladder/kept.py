"""Values that are made again only when something they are made of is another."""

from __future__ import annotations

from collections.abc import Callable
from operator import is_
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """The newest value, and what it was made of: compared by identity, or as `same` says."""

    def __init__(self, same: Callable[[object, object], bool] = is_) -> None:
        self._same = same
        self._made_of: tuple[object, ...] | None = None
        self._value: T

    def of(self, made_of: tuple[object, ...], make: Callable[[], T]) -> T:
        """The value of these; they are held, so that no other object can pass for one of them."""
        before = self._made_of
        if before is None or len(before) != len(made_of) or not all(map(self._same, before, made_of)):
            self._value = make()
            self._made_of = made_of
        return self._value
