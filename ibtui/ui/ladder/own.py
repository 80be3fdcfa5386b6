"""Own orders at their prices: where each may be, and what is on its way, is told by a look and never guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from ibtui.domain.orders import Intent, LiveOrder, OrderStatus, Stage, Submission
from ibtui.domain.tickets import Side, Ticket
from ibtui.ui.ladder.arrivals import SETTLED_SECONDS, missing_tickets
from ibtui.ui.order_words import type_word
from ibtui.ui.watch_view import order_price


class OwnLook(StrEnum):
    """What is known of own orders at a price, the gravest last; the values are the words on screen."""

    WORKING = "working"
    SENT = "sent"
    """Not yet known to be at the exchange."""
    CANCELLING = "cancelling"
    CHANGING = "changing"
    """A change is on its way: the order is at its old price or at the new one, and both are marked."""
    GRABBED = "grabbed"
    """In the user's hand; nothing of the move has been sent."""
    UNKNOWN = "unknown"
    """Nobody knows whether it is there."""


NONE: Final = Decimal(0)

GRAVITY: Final = {look: place for place, look in enumerate(OwnLook)}

STATUS_LOOKS: Final = {
    OrderStatus.SUBMITTED: OwnLook.WORKING,
    OrderStatus.PRE_SUBMITTED: OwnLook.WORKING,
    OrderStatus.PENDING_SUBMIT: OwnLook.SENT,
    OrderStatus.INACTIVE: OwnLook.SENT,
    OrderStatus.PENDING_CANCEL: OwnLook.CANCELLING,
}
"""Looks of live orders about which nothing is on its way; any other status proves nothing."""

TOLD_AS_LOOKS: Final = (OrderStatus.PENDING_SUBMIT, OrderStatus.PENDING_CANCEL)
"""Statuses for which the word of the look is the better one."""

STAGE_WORDS: Final = {Stage.QUEUED: "queued", Stage.ASKING: "asked"}
"""Words of a new order that is more, or less, than sent."""


class OwnOrders(Struct, frozen=True):
    """Own orders of one side at one price."""

    quantity: Decimal
    """Remaining, of all of them; 0 where only the limits of stop orders stand."""
    count: int
    word: str
    """Order type."""
    status: str
    """The status of the newest, or the word of what is on its way."""
    is_sure: bool = True
    """Whether the exchange has all of it here, as far as is known."""
    look: OwnLook = OwnLook.WORKING
    """The gravest of theirs."""
    order_ids: tuple[int, ...] = ()
    """Those the gateway has named."""
    other: Decimal | None = None
    """Of one change or grab, its other price."""
    is_target: bool = False
    """It is meant to come here from `other`; else it is here and meant to go there."""
    settled: Decimal = NONE
    """The part of `quantity` that is known to work here."""
    limits: Decimal = NONE
    """Size of the stop orders whose stop is elsewhere and whose limit is here."""


Place = tuple[Side, Decimal, OwnOrders]


class GrabMark(Struct, frozen=True):
    """The orders in the user's hand."""

    order_ids: tuple[int, ...] = ()
    moves: Mapping[int, tuple[Decimal, Decimal]] = field(default_factory=dict)
    """From each order id to (the price it was grabbed at, the price it is to have)."""


def own_marks(
    orders: Sequence[LiveOrder],
    submissions: Sequence[Submission] = (),
    grab: GrabMark | None = None,
    *,
    conid: int | None = None,
) -> tuple[dict[Decimal, OwnOrders], dict[Decimal, OwnOrders]]:
    """(buys, sells) by price: the working ones of `orders`, and what `submissions` have under way for them.

    Ended ones among `orders` only tell that a submission has arrived. Orders without a price have no place here.
    """
    changes = {s.order_id: s for s in submissions if s.intent is Intent.MODIFY}
    cancels = {s.order_id: s for s in submissions if s.intent is Intent.CANCEL}
    found: tuple[dict[Decimal, OwnOrders], dict[Decimal, OwnOrders]] = ({}, {})
    places: list[Place] = []
    for order in orders:
        if order.is_working:
            change = _under_way(changes.get(order.order_id), order)
            cancel = _under_way(cancels.get(order.order_id), order)
            places += _places(order, change, cancel, grab)
    for submission, ticket in missing_tickets(submissions, orders):
        if conid in (None, ticket.contract.conid):
            places += _ghosts(submission, ticket)
    for side, at, own in places:
        marks = found[0 if side is Side.BUY else 1]
        before = marks.get(at)
        marks[at] = own if before is None else joined(before, own)
    return found


def joined(one: OwnOrders, other: OwnOrders) -> OwnOrders:
    """Both as one; an order that is moved within the row it is drawn in counts once."""
    if not other.count or not one.count:
        base, limit = (one, other) if one.count else (other, one)
        return replace(base, limits=base.limits + limit.limits)
    grave = max(one, other, key=lambda own: GRAVITY[own.look])
    if set(one.order_ids) & set(other.order_ids):
        base = other if one.is_target else one
        return replace(base, look=grave.look, status=grave.status, is_sure=False, settled=NONE)
    alone = OwnLook.WORKING in (one.look, other.look)
    return OwnOrders(
        quantity=one.quantity + other.quantity,
        count=one.count + other.count,
        word=one.word if one.word == other.word else f"{one.word}+{other.word}",
        status=grave.status if grave.look is not OwnLook.WORKING else one.status,
        is_sure=one.is_sure and other.is_sure,
        look=grave.look,
        order_ids=(*one.order_ids, *other.order_ids),
        other=grave.other if alone else None,
        is_target=grave.is_target if alone else False,
        settled=one.settled + other.settled,
        limits=one.limits + other.limits,
    )


def ticket_price(ticket: Ticket) -> Decimal | None:
    """The price a ticket's order stands at: its stop where it has one, else its limit."""
    return ticket.stop_price if ticket.stop_price is not None else ticket.limit_price


def _under_way(submission: Submission | None, order: LiveOrder) -> Submission | None:
    """A change or cancel of the order that its row does not answer for yet."""
    if submission is None or submission.stage.is_open:
        return submission
    is_told = submission.stage is Stage.ACKNOWLEDGED and order.received <= submission.updated + SETTLED_SECONDS
    return submission if is_told else None


def _places(
    order: LiveOrder, change: Submission | None, cancel: Submission | None, grab: GrabMark | None
) -> Iterator[Place]:
    """Every row the order may be at, may come to, or has its limit at."""
    at, side = order_price(order), order.side
    if at is None or side is None:
        return
    left = order.remaining if order.remaining is not None else order.quantity or NONE
    own = OwnOrders(left, 1, type_word(order.order_type), order.status.value, order_ids=(order.order_id,))
    look = STATUS_LOOKS.get(order.status, OwnLook.UNKNOWN)
    targets: list[tuple[OwnLook, Decimal, Decimal]] = []
    if change is not None and change.tickets:
        ticket = change.tickets[0]
        to, size = ticket_price(ticket), max(NONE, ticket.quantity - (order.filled or NONE))
        if to is None or to == at:
            look = _graver(look, _look_of(change, OwnLook.CHANGING)) if not _shows(order, ticket) else look
        else:
            targets.append((_look_of(change, OwnLook.CHANGING), to, size))
    if grab is not None and order.order_id in grab.order_ids:
        look = _graver(look, OwnLook.GRABBED)
        to = grab.moves.get(order.order_id, (at, at))[1]
        targets += [(OwnLook.GRABBED, to, left)] if to != at else []
    if cancel is not None:
        look = _graver(look, _look_of(cancel, OwnLook.CANCELLING))
    for kind, _, _ in targets:
        look = _graver(look, kind)
    is_plain = look is STATUS_LOOKS.get(order.status, OwnLook.UNKNOWN) and order.status not in TOLD_AS_LOOKS
    told = order.status.value if is_plain else look.value
    is_sure = look is OwnLook.WORKING
    other = targets[-1][1] if targets else None
    yield (
        side,
        at,
        replace(own, status=told, is_sure=is_sure, look=look, other=other, settled=left if is_sure else NONE),
    )
    for kind, to, size in targets:
        yield side, to, replace(own, quantity=size, status=kind, is_sure=False, look=kind, other=at, is_target=True)
    if order.stop_price is not None and order.limit_price not in (None, order.stop_price):
        yield side, order.limit_price, replace(own, quantity=NONE, count=0, order_ids=(), limits=left)


def _ghosts(submission: Submission, ticket: Ticket) -> Iterator[Place]:
    """A new order at the price it was sent with, before a live order tells of it."""
    at = ticket_price(ticket)
    if at is None:
        return
    look = _look_of(submission, OwnLook.SENT)
    word = STAGE_WORDS.get(submission.stage, look.value)
    own = OwnOrders(ticket.quantity, 1, type_word(ticket.order_type.value), word, is_sure=False, look=look)
    yield ticket.side, at, own
    if ticket.stop_price is not None and ticket.limit_price is not None and ticket.limit_price != at:
        yield ticket.side, ticket.limit_price, replace(own, quantity=NONE, count=0, limits=ticket.quantity)


def _look_of(submission: Submission, look: OwnLook) -> OwnLook:
    return OwnLook.UNKNOWN if submission.stage is Stage.UNKNOWN else look


def _graver(one: OwnLook, other: OwnLook) -> OwnLook:
    return max(one, other, key=lambda look: GRAVITY[look])


def _shows(order: LiveOrder, ticket: Ticket) -> bool:
    """Whether the row already has what the change asked for."""
    return order.limit_price == ticket.limit_price and order.quantity == ticket.quantity
