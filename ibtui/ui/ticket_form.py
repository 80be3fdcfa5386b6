"""The ticket as it is typed: all texts and choices of its form, and how a ticket is put back into one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from ibtui.domain.contracts import Contract, ContractRules
from ibtui.domain.language import children_of
from ibtui.domain.language.moments import from_ms
from ibtui.domain.tickets import OrderType, Side, SizedIn, Ticket, Tif
from ibtui.ui.ticket_fields import Field, on_grid, plain

TYPES = tuple(OrderType)
"""Order types the ticket offers, as far as the rules of the contract list them."""


class LossKind(StrEnum):
    """How an attached order limits the loss, in the words of its choice."""

    STOP = "stop"
    STOP_LIMIT = "stop lmt"
    TRAIL = "trail"
    TRAIL_PERCENT = "trail %"
    TRAIL_LIMIT = "trail lmt"
    TRAIL_LIMIT_PERCENT = "trail lmt %"

    @property
    def order_type(self) -> OrderType:
        """The order it is."""
        return _LOSS_TYPES[self]

    @property
    def trails(self) -> bool:
        """Whether its number is a distance, not a price."""
        return self.order_type.trails

    @property
    def has_limit(self) -> bool:
        """Whether it has a limit besides its stop."""
        return self.order_type.needs_limit

    @property
    def has_first_stop(self) -> bool:
        """Whether its first stop is asked for, besides the distance it trails by."""
        return self.trails and self.has_limit

    @property
    def by(self) -> str:
        """What it trails by, as a ticket says it; blank where it does not."""
        return ("%" if self in (LossKind.TRAIL_PERCENT, LossKind.TRAIL_LIMIT_PERCENT) else "amt") if self.trails else ""


_LOSS_TYPES = {
    LossKind.STOP: OrderType.STP,
    LossKind.STOP_LIMIT: OrderType.STOP_LIMIT,
    LossKind.TRAIL: OrderType.TRAIL,
    LossKind.TRAIL_PERCENT: OrderType.TRAIL,
    LossKind.TRAIL_LIMIT: OrderType.TRAILLMT,
    LossKind.TRAIL_LIMIT_PERCENT: OrderType.TRAILLMT,
}


class NotDraftable(ValueError):
    """The form has no fields for these orders; the text says which, for a person."""


class TicketDraft(Struct, frozen=True):
    """A ticket as typed so far; numbers and moments are still text."""

    account: str
    contract: Contract
    side: Side
    quantity: str = ""
    sized_in: SizedIn = SizedIn.UNITS
    order_type: OrderType = OrderType.LMT
    limit: str = ""
    stop: str = ""
    trail: str = ""
    trail_by: str = "amt"
    """"amt" or "%"."""
    offset: str = ""
    tif: Tif = Tif.DAY
    good_till: str = ""
    outside_rth: bool = False
    profit: str = ""
    """Limit price of a take-profit order to attach; blank attaches none."""
    loss: str = ""
    """Stop price (or what it trails by) of a stop-loss order to attach; blank attaches none."""
    loss_kind: LossKind = LossKind.STOP
    loss_stop: str = ""
    """Where a trailing stop-limit begins."""
    loss_limit: str = ""
    oca: bool = False
    """A fill of one order of the group cancels the others."""
    allocation: str = ""
    route: str = ""
    destination: str = ""
    strategy: str = ""
    parameters: tuple[tuple[str, str | bool], ...] = ()
    """What was said of the algo's parameters, by their ids."""
    price_management: bool | None = None
    all_or_none: bool = False
    deactivated: bool = False
    referrer: str = ""
    operator: str = ""
    manual_time: str = ""
    is_child: bool = False
    """The order works as one attached to another."""
    exits: tuple[Ticket, ...] = ()
    """Attached orders it was opened with that differ from what the form would attach: what has no field is kept."""

    @property
    def has_exits(self) -> bool:
        """Whether orders are attached."""
        return bool(self.profit.strip() or self.loss.strip())


def draft_of(ticket: Ticket, children: Sequence[Ticket] = ()) -> TicketDraft:
    """The draft that would read as `ticket` with its `children`. Raises NotDraftable where the form has no fields."""
    draft = TicketDraft(
        account=ticket.account,
        contract=ticket.contract,
        side=ticket.side,
        quantity=f"{ticket.quantity:f}",
        sized_in=ticket.sized_in,
        order_type=ticket.order_type,
        limit=_text(ticket.limit_price),
        stop=_text(ticket.stop_price),
        trail=_text(ticket.trailing_amount),
        trail_by=ticket.trailing_type or "amt",
        offset=_text(ticket.offset),
        tif=ticket.tif,
        good_till=ticket.good_till,
        outside_rth=ticket.outside_rth,
        oca=ticket.single_group,
        allocation=ticket.allocation_method,
        route=ticket.route,
        destination=ticket.destination,
        strategy=ticket.strategy,
        parameters=ticket.strategy_parameters,
        price_management=ticket.price_management,
        all_or_none=ticket.all_or_none,
        deactivated=ticket.deactivated,
        referrer=ticket.referrer,
        operator=ticket.operator,
        manual_time="" if ticket.manual_time_ms is None else from_ms(ticket.manual_time_ms),
        is_child=ticket.is_child,
    )
    for child in children:
        draft = _with_child(draft, ticket, child)
    return draft


def exit_of(parent: Ticket, order_type: OrderType) -> Ticket:
    """The order on the other side that closes what the parent opens, still without its prices.

    The order language attaches the same ones.
    """
    (attached,) = children_of(parent, Decimal(0), None)
    return replace(attached, order_type=order_type, limit_price=None)


def with_price(draft: TicketDraft, price: Decimal | None, rules: ContractRules | None) -> TicketDraft:
    """The draft with a first price in the field its type asks for, stop before limit."""
    if price is None:
        return draft
    text = on_grid(price, rules)
    if draft.order_type.needs_stop and not draft.order_type.needs_limit:
        return replace(draft, stop=text)
    return replace(draft, limit=text) if draft.order_type.needs_limit else draft


def shown_fields(draft: TicketDraft, groups: Sequence[str] = ()) -> tuple[Field, ...]:
    """The fields this draft's type, contract and choices ask for, in the order of the form, without the More section.

    A field that holds something its neighbours made needless stays hidden: it is not read either.
    """
    kind, convertible = draft.order_type, draft.contract.sec_type in ("CASH", "CRYPTO")
    loses = bool(draft.loss.strip())
    wanted = {
        Field.SIDE: True,
        Field.QUANTITY: True,
        Field.UNIT: convertible or draft.sized_in is not SizedIn.UNITS,
        Field.TYPE: True,
        Field.LIMIT: kind.takes_limit,
        Field.STOP: kind.takes_stop,
        Field.TRAIL: kind.trails,
        Field.TRAIL_BY: kind.trails,
        Field.OFFSET: kind.takes_offset,
        Field.TIF: True,
        Field.GOOD_TILL: draft.tif is Tif.GTD,
        Field.OUTSIDE: True,
        Field.PROFIT: True,
        Field.LOSS: True,
        Field.LOSS_KIND: True,
        Field.LOSS_STOP: loses and draft.loss_kind.has_first_stop,
        Field.LOSS_LIMIT: loses and draft.loss_kind.has_limit,
        Field.OCA: draft.has_exits or draft.oca,
        Field.ACCOUNT: True,
        Field.ALLOCATION: draft.account in groups or bool(draft.allocation),
    }
    return tuple(field for field, is_wanted in wanted.items() if is_wanted)


def _with_child(draft: TicketDraft, parent: Ticket, child: Ticket) -> TicketDraft:
    kind = next(
        (kind for kind in LossKind if (kind.order_type, kind.by) == (child.order_type, child.trailing_type)), None
    )
    if child.order_type is OrderType.LMT and not draft.profit:
        changed = replace(draft, profit=_text(child.limit_price))
    elif kind is None or draft.loss:
        raise NotDraftable(f"a {child.order_type.value} order cannot be attached by the ticket")
    else:
        loss = child.trailing_amount if kind.trails else child.stop_price
        first = child.stop_price if kind.has_first_stop else None
        changed = replace(
            draft, loss=_text(loss), loss_kind=kind, loss_stop=_text(first), loss_limit=_text(child.limit_price)
        )
    return changed if _is_usual(parent, child) else replace(changed, exits=(*changed.exits, child))


def _is_usual(parent: Ticket, child: Ticket) -> bool:
    """Whether the form would attach the same, from its prices alone."""
    return child == replace(
        exit_of(parent, child.order_type),
        limit_price=child.limit_price,
        stop_price=None if child.order_type is OrderType.TRAIL else child.stop_price,
        trailing_type=child.trailing_type,
        trailing_amount=child.trailing_amount,
    )


def _text(number: Decimal | None) -> str:
    return "" if number is None else f"{number:f}"


def size_text(quantity: Decimal | None) -> str:
    """A first quantity as the form shows it."""
    return "" if quantity is None else plain(quantity)
