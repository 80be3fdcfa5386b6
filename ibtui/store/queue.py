"""Own resting orders followed in the queue of their price, from ladder frame to ladder frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from ibtui.domain.depth import level_at
from ibtui.domain.flow import Aggressor, Print
from ibtui.domain.market import Ladder, Rung
from ibtui.domain.orders import LiveOrder
from ibtui.domain.queueing import NOTHING, Place, QueueEstimate, advanced, filled, joined, left_of, rests, resumed
from ibtui.domain.tickets import Side
from ibtui.store.flow import Flows

SETTLE_SECONDS = 0.5
"""Orders and sizes come by different topics: after own orders at a price changed, its size shows it so much later."""

Spot = tuple[Side, Decimal]
"""A side of a price."""


class _Followed(Struct):
    """An own order and what is known of its place."""

    spot: Spot
    quantity: Decimal | None
    filled: Decimal
    before: Decimal | None
    """Shown at its price before it came, less what was traded since; None unknown."""
    settles: float
    """The size shown is believed from then on."""
    place: Place | None = None
    is_settled: bool = True
    """False: the size shown changed by own orders, or unseen, and tells of no cancellation at the next look."""
    saw_join: bool = True

    def lost_sight(self) -> None:
        """Its price is out of reach of the ladder, or the stream is away."""
        self.is_settled = self.saw_join = False


class QueueBook:
    """Estimates for the ladder shown."""

    def __init__(self) -> None:
        self.estimates: dict[int, QueueEstimate] = {}
        self._followed: dict[int, _Followed] = {}
        self._own: dict[Spot, Decimal] = {}
        self._prints = 0
        """How many prints had been told at the last look."""

    def pointed(self, *, elsewhere: bool) -> None:
        """The ladder begins anew: of another book all is forgotten, of the same one what happened meanwhile."""
        if elsewhere:
            self._followed, self._own, self.estimates = {}, {}, {}
        for followed in self._followed.values():
            followed.lost_sight()

    def look(self, ladder: Ladder, before: Sequence[Rung], orders: Mapping[int, LiveOrder], flows: Flows) -> None:
        """A frame came; `before` are the rungs it changed, none where it is the first, `orders` the instrument's."""
        told, self._prints = self._prints, flows.count(ladder.conid)
        resting = [order for order in orders.values() if rests(order, ladder.exchange)]
        if not resting and not self._followed:
            return
        own: dict[Spot, Decimal] = {}
        for order in resting:
            own[_spot(order)] = own.get(_spot(order), NOTHING) + left_of(order)
        prints = flows.prints_after(ladder.conid, told)
        fills = self._fills(orders)
        for order_id in self._followed.keys() - {order.order_id for order in resting}:
            del self._followed[order_id]
        self.estimates = {}
        for order in resting:
            spot = _spot(order)
            followed = self._follow(order, before, ladder.received)
            if spot in self._own and own[spot] != self._own[spot]:
                followed.settles, followed.is_settled = ladder.received + SETTLE_SECONDS, False
            traded = max(NOTHING, _traded(prints, spot) - fills.get(spot, NOTHING))
            self._move(followed, order, _shown(ladder.rungs, spot), own[spot], traded, ladder.received)
        self._own = own

    def _fills(self, orders: Mapping[int, LiveOrder]) -> dict[Spot, Decimal]:
        """What of the own orders was filled since the last look, by side and price."""
        found: dict[Spot, Decimal] = {}
        for order_id, followed in self._followed.items():
            filled_now = orders[order_id].filled if order_id in orders else None
            if filled_now is not None and filled_now > followed.filled:
                found[followed.spot] = found.get(followed.spot, NOTHING) + filled_now - followed.filled
        return found

    def _follow(self, order: LiveOrder, before: Sequence[Rung], now: float) -> _Followed:
        """The order as it was followed; anew where it lost its place by another price or a larger size."""
        followed = self._followed.get(order.order_id)
        spot = _spot(order)
        grew = (
            followed is not None
            and order.quantity is not None
            and followed.quantity is not None
            and order.quantity > followed.quantity
        )
        if followed is None or followed.spot != spot or grew:
            shown = _shown(before, spot)
            followed = _Followed(spot, order.quantity, order.filled or NOTHING, shown, now + SETTLE_SECONDS)
            followed.saw_join = shown is not None
            self._followed[order.order_id] = followed
        followed.quantity = order.quantity
        return followed

    def _move(
        self, followed: _Followed, order: LiveOrder, shown: Decimal | None, own: Decimal, traded: Decimal, now: float
    ) -> None:
        """Follow the order by one look, and tell the estimate where its price is in sight."""
        was_filled = (order.filled or NOTHING) > followed.filled
        followed.filled = order.filled or NOTHING
        if shown is None:
            followed.lost_sight()
            return
        place = followed.place
        if place is None:
            place = _joining(followed, shown, own, traded, now, was_filled=was_filled)
        elif followed.is_settled:
            place = advanced(place, shown - own, traded, now)
        else:
            place = advanced(place, place.others, traded, now)
            if now >= followed.settles:
                place, followed.is_settled = resumed(place, shown - own), True
        if place is None:
            return
        followed.place = place = filled(place) if was_filled else place
        ahead = min(place.ahead, max(NOTHING, shown - own))
        self.estimates[order.order_id] = QueueEstimate(order.order_id, followed.spot[1], ahead, followed.saw_join)


def _joining(
    followed: _Followed, shown: Decimal, own: Decimal, traded: Decimal, now: float, *, was_filled: bool
) -> Place | None:
    """Its place once the size shown holds the own orders; a size in other units never does, and gives none."""
    if followed.before is not None:
        followed.before = max(NOTHING, followed.before - traded)
    if shown < own or (now < followed.settles and followed.before is not None and not was_filled):
        return None
    if followed.before is not None and shown - own < followed.before:
        followed.saw_join = False  # it may have rested there before it was told of: its own size was in that one
    return joined(shown - own, followed.before)


def _spot(order: LiveOrder) -> Spot:
    """Side and price of an order that rests."""
    if order.side is None or order.limit_price is None:
        raise ValueError(f"order {order.order_id} does not rest at a price")
    return order.side, order.limit_price


def _shown(rungs: Sequence[Rung], spot: Spot) -> Decimal | None:
    """The size at a price, zero where the ladder reaches it and shows none, None out of its reach."""
    if not rungs or not rungs[-1].price <= spot[1] <= rungs[0].price:
        return None
    rung = level_at(rungs, spot[1])
    size = None if rung is None else rung.bid_size if spot[0] is Side.BUY else rung.ask_size
    return size or NOTHING


def _traded(prints: Iterable[Print], spot: Spot) -> Decimal:
    """What was taken for sure from this side of the price."""
    taker = Aggressor.SELL if spot[0] is Side.BUY else Aggressor.BUY
    return sum((told.size for told in prints if told.price == spot[1] and told.aggressor is taker), NOTHING)
