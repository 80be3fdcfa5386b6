"""Where own resting orders stand in the queue of their price: an estimate, for the gateway does not tell it.

The model is price, then time: an order joins behind what was shown. Trades at the price take from the front. What the
size shrinks by otherwise was cancelled, before or behind the order in proportion to what stood there; what it grows by
came behind. The size shown is the sum of everything that happened between two frames, so a cancellation may hide
behind a new order: the estimate is never more than what others show there, and no less than nothing. Where an exchange
shares out fills by size (pro rata), where own orders are hidden, or where sizes are shown in lots, it is worth less.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from ibtui.domain.orders import LiveOrder, OrderStatus
from ibtui.domain.rulewords import order_type_of
from ibtui.domain.tickets import OrderType

NOTHING = Decimal(0)
MATCH_SECONDS = 2.0
"""Trades come by quote frames, sizes by ladder frames: of one event the second may come so much later."""
_RESTS = frozenset({OrderStatus.SUBMITTED, OrderStatus.PENDING_CANCEL})


class QueueEstimate(Struct, frozen=True):
    """About how much of others stands before an own resting order."""

    order_id: int
    price: Decimal
    ahead: Decimal
    """Own orders not counted; in the units of the ladder's sizes."""
    saw_join: bool = True
    """False: it rested before its place was watched, and `ahead` is the most that can be before it."""


class Place(Struct, frozen=True):
    """An own order's place as far as it was followed; sizes are those of others."""

    ahead: Decimal
    others: Decimal
    """Shown at the price when last looked."""
    told: Decimal = NOTHING
    """Trades that were told and not yet seen in the size."""
    gone: Decimal = NOTHING
    """What the size shrank by and was shared out in proportion, for no trade was told."""
    taken: Decimal = NOTHING
    """How much of that was taken from what is ahead."""
    matched: float = 0.0
    """When `told` or `gone` last grew: they are forgotten `MATCH_SECONDS` after."""


def rests(order: LiveOrder, exchange: str = "") -> bool:
    """Whether it stands in the book shown: a plain limit order that works, directed to `exchange` if that is one's."""
    directed = order.conidex.partition("@")[2]
    return (
        order.status in _RESTS
        and order_type_of(order.order_type) is OrderType.LMT
        and order.side is not None
        and order.limit_price is not None
        and (not exchange or directed == exchange)
    )


def left_of(order: LiveOrder) -> Decimal:
    """What of it is not filled yet."""
    if order.remaining is not None:
        return order.remaining
    return max(NOTHING, (order.quantity or NOTHING) - (order.filled or NOTHING))


def joined(others: Decimal, before: Decimal | None) -> Place:
    """A new order's place: behind what was shown `before` it came (None unknown), at most what others show now."""
    ahead = others if before is None else min(before, others)
    return Place(max(NOTHING, ahead), max(NOTHING, others))


def resumed(place: Place, others: Decimal) -> Place:
    """After a gap: no more can be ahead than was, nor than is shown; what happened meanwhile is not known."""
    return Place(min(place.ahead, max(NOTHING, others)), max(NOTHING, others))


def advanced(place: Place, others: Decimal, traded: Decimal, now: float) -> Place:
    """The place after the next look: what others show now, and what was traded at the price since the last.

    `traded` counts what was taken of others (own fills not among it).
    """
    others, traded = max(NOTHING, others), max(NOTHING, traded)
    told, gone, taken = (
        (place.told, place.gone, place.taken) if now - place.matched <= MATCH_SECONDS else (NOTHING, NOTHING, NOTHING)
    )
    was_trade = min(traded, gone)
    share = taken * was_trade / gone if gone else NOTHING
    gone, taken = gone - was_trade, taken - share
    told += traded - was_trade
    ahead = max(NOTHING, place.ahead + share - traded)
    shrunk = max(NOTHING, place.others - others)
    by_trade = min(shrunk, told)
    told -= by_trade
    cancelled = shrunk - by_trade
    if cancelled:
        stood = place.others - by_trade
        cut = min(ahead, ahead * cancelled / stood)
        ahead, gone, taken = ahead - cut, gone + cancelled, taken + cut
    matched = now if traded or cancelled else place.matched
    return Place(min(ahead, others), others, told, gone, taken, matched)


def filled(place: Place) -> Place:
    """The order itself was filled in part: nothing of others is ahead."""
    return replace(place, ahead=NOTHING, taken=NOTHING)
