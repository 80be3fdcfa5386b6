"""The ticket as it is typed: all texts and choices of its form, and how a ticket is put back into one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

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

    @property
    def order_type(self) -> OrderType:
        """The order it is."""
        if self is LossKind.STOP:
            return OrderType.STP
        return OrderType.STOP_LIMIT if self is LossKind.STOP_LIMIT else OrderType.TRAIL

    @property
    def trails(self) -> bool:
        """Whether its number is a distance, not a price."""
        return self in (LossKind.TRAIL, LossKind.TRAIL_PERCENT)


class NotDraftable(ValueError):
    """The form has no fields for these orders; the text says which, for a person."""


@dataclass(frozen=True, slots=True)
class TicketDraft:
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
    has_limit_exit = draft.loss_kind is LossKind.STOP_LIMIT and bool(draft.loss.strip())
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
        Field.LOSS_LIMIT: has_limit_exit,
        Field.OCA: draft.has_exits or draft.oca,
        Field.ACCOUNT: True,
        Field.ALLOCATION: draft.account in groups or bool(draft.allocation),
    }
    return tuple(field for field, is_wanted in wanted.items() if is_wanted)


def _with_child(draft: TicketDraft, parent: Ticket, child: Ticket) -> TicketDraft:
    kinds = {OrderType.STP: LossKind.STOP, OrderType.STOP_LIMIT: LossKind.STOP_LIMIT, OrderType.TRAIL: LossKind.TRAIL}
    kind = kinds.get(child.order_type)
    if child.order_type is OrderType.LMT and not draft.profit:
        changed = replace(draft, profit=_text(child.limit_price))
    elif kind is None or draft.loss:
        raise NotDraftable(f"a {child.order_type.value} order cannot be attached by the ticket")
    elif kind is LossKind.TRAIL:
        by_share = LossKind.TRAIL_PERCENT if child.trailing_type == "%" else LossKind.TRAIL
        changed = replace(draft, loss=_text(child.trailing_amount), loss_kind=by_share)
    else:
        limit = _text(child.limit_price)
        changed = replace(draft, loss=_text(child.stop_price), loss_kind=kind, loss_limit=limit)
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
