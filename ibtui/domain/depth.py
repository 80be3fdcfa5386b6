"""The price ladder's rows put together: whole frames, parts by row, and what of the old rows a part proves wrong.

No recording of a real frame is known (wire-facts 4): whether the gateway sends whole ladders or changed rows, and
whether its rows are every tick of a window or the book's levels alone, is found out from the frames themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import pairwise

from msgspec import Struct, field
from msgspec.structs import replace

from ibtui.domain.market import Rung

Rows = Mapping[int, Rung]
"""Rungs by the gateway's row number."""


class RungPatch(Struct, frozen=True):
    """A row told without its price: what it tells changes, its price stays."""

    changes: Mapping[str, Decimal | bool | None]
    """Names of `Rung`'s fields to new values."""


RowTold = Rung | RungPatch | None
"""A whole row, a part of one, or None: the row holds nothing, or what cannot be read."""


class Depth(Struct, frozen=True):
    """The rows told since the ladder was pointed, and what the frames so far tell about the gateway's manner."""

    rows: Rows = field(default_factory=dict)
    sends_parts: bool = False
    """A frame came that cannot have been a whole ladder."""

    def told(self, frame: Mapping[int, RowTold], *, is_whole: bool = False) -> Depth:
        """With another frame: replaced by a whole ladder, else the rows changed that it tells.

        Old rows that a part contradicts are dropped until they are told again: no price may be there twice.
        """
        if is_whole or _is_whole(self, frame):
            return Depth({row: rung for row, rung in frame.items() if isinstance(rung, Rung)}, self.sends_parts)
        return Depth(_merged(self.rows, frame), self.sends_parts or (bool(self.rows) and not _begins(frame)))


def _merged(known: Rows, told: Mapping[int, RowTold]) -> dict[int, Rung]:
    rows = dict(known)
    for row, change in told.items():
        if isinstance(change, Rung):
            rows[row] = change
        elif change is None:
            rows.pop(row, None)
        elif row in rows:
            rows[row] = replace(rows[row], **change.changes)
    fresh = {row for row in told if row in rows}
    if any(row not in known or rows[row].price != known[row].price for row in fresh):
        rows = _in_order(rows, fresh, _order(known))
    if any(rows[row].is_last for row in fresh):
        for row in [row for row, rung in rows.items() if rung.is_last and row not in fresh]:
            rows[row] = replace(rows[row], is_last=False)
    return rows


def levels(rows: Rows) -> tuple[Rung, ...]:
    """One rung for each price, highest first, however the rows are ordered; rows of one price (by maker) are added."""
    rungs = [rows[row] for row in sorted(rows)]
    steps = [upper.price > lower.price for upper, lower in pairwise(rungs)]
    if all(steps):
        return tuple(rungs)
    found: dict[Decimal, Rung] = {}
    for rung in rungs:
        before = found.get(rung.price)
        found[rung.price] = rung if before is None else _added(before, rung)
    return tuple(found[price] for price in sorted(found, reverse=True))


def level_at(rungs: Iterable[Rung], price: Decimal) -> Rung | None:
    """The rung of this price, None where the ladder does not reach or show it."""
    return next((rung for rung in rungs if rung.price == price), None)


def _added(one: Rung, other: Rung) -> Rung:
    return Rung(
        one.price,
        _sum(one.bid_size, other.bid_size),
        _sum(one.ask_size, other.ask_size),
        one.is_last or other.is_last,
        one.last_size if one.last_size is not None else other.last_size,
    )


def _sum(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    if one is None or other is None:
        return other if one is None else one
    return one + other


def _begins(frame: Mapping[int, RowTold]) -> bool:
    """Whether the frame's rows are those from 0 on, all of them whole rows."""
    whole = all(row in frame for row in range(len(frame)))
    return whole and not any(isinstance(row, RungPatch) for row in frame.values())


def _is_whole(depth: Depth, frame: Mapping[int, RowTold]) -> bool:
    """Whether a frame is a whole ladder: it misses no row and is as long as what is known.

    Also a shorter one that is at least half as long, or that has rows which did not change: a part has no reason to
    repeat them. Of a gateway that was seen to send parts it has to be both.
    """
    if not _begins(frame):
        return False
    if len(frame) >= len(depth.rows):
        return True
    is_long = 2 * len(frame) >= len(depth.rows)
    repeated = sum(row is not None and row == depth.rows.get(number) for number, row in frame.items())
    if depth.sends_parts:
        return is_long and repeated > 0
    return is_long or 0 < repeated < len(frame)


def _order(rows: Rows) -> int:
    """−1 where prices fall from row to row, 1 where they rise, 0 where neither."""
    prices = [rows[row].price for row in sorted(rows)]
    if len(prices) < 2:
        return 0
    if all(upper > lower for upper, lower in pairwise(prices)):
        return -1
    return 1 if all(upper < lower for upper, lower in pairwise(prices)) else 0


def _in_order(rows: dict[int, Rung], fresh: set[int], order: int) -> dict[int, Rung]:
    """The rows without the old ones whose price does not lie between those of the fresh rows round them."""
    if not order:
        return rows
    wrong: set[int] = set()
    for numbers, sign in ((sorted(rows), order), (sorted(rows, reverse=True), -order)):
        edge: Decimal | None = None
        for row in numbers:
            price = rows[row].price
            if row in fresh:
                edge = price
            elif edge is not None and (price - edge) * sign <= 0:
                wrong.add(row)
    return {row: rung for row, rung in rows.items() if row not in wrong}
