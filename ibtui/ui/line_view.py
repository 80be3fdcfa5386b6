"""What a line of the order language means, field by field, to be shown beside it while it is typed."""

from __future__ import annotations

from textual.content import Content

from ibtui.domain.contracts import ComboLeg, Contract
from ibtui.domain.language import (
    CancelCommand,
    CloseCommand,
    Command,
    GroupCommand,
    ModifyCommand,
    NoTicket,
    OrderCommand,
    tickets_of,
)
from ibtui.domain.tickets import Side
from ibtui.store import Store
from ibtui.ui.dialogs.words import account_words, contract_words, live_order_line, order_line, side_style
from ibtui.ui.symbols import orderable

ORDERS_SHOWN = 4
"""Orders of a group or a list that are shown; more are counted."""


def command_lines(store: Store, command: Command) -> list[Content]:
    """A line for each thing the command says; the confirmation shows more, once the contract is known."""
    if isinstance(command, OrderCommand):
        return _order(store, command)
    if isinstance(command, GroupCommand):
        parts = [_order(store, order) for order in command.orders[:ORDERS_SHOWN]]
        return [Content.styled("one cancels all:", "$muted"), *(line for part in parts for line in part[:2])]
    if isinstance(command, ModifyCommand):
        order = store.orders.orders.get(command.order_id)
        words = live_order_line(order) if order is not None else f"order {command.order_id} is not known"
        return [Content.styled("Modify", "bold"), Content(words), Content.styled(str(command), "$muted")]
    if isinstance(command, CloseCommand):
        what = "Turn round the position in" if command.reverse else "Close the position in"
        return [Content.assemble((f"{what} {command.symbol}", "bold")), Content.styled("at the market", "$muted")]
    return _cancel(command)


def _cancel(command: CancelCommand) -> list[Content]:
    if command.order_id is not None:
        return [Content.styled(f"Cancel order {command.order_id}", "bold")]
    side = f" {command.side.value}" if command.side is not None else ""
    asks = "asks where there are several" if command.symbol or command.side is not None else "asks first"
    words = f"Cancel every{side} order{' for ' + command.symbol if command.symbol else ''}"
    return [Content.styled(words, "bold"), Content.styled(asks, "$muted")]


def _order(store: Store, command: OrderCommand) -> list[Content]:
    contract = _contract(store, command)
    try:
        ticket, *children = tickets_of(
            command,
            contract,
            store.money.account,
            store.market.quote_of(contract),
            store.market.rules.get((contract.conid, command.side is Side.BUY)),
        )
    except NoTicket as reason:
        return [Content.styled(str(command), "bold"), Content.styled(str(reason), "$warn")]
    is_known = all(leg.conid for leg in contract.legs) if contract.legs else bool(contract.conid)
    about = contract_words(contract) if is_known else "searched for when you press enter"
    return [
        Content.styled(order_line(ticket), f"bold ${side_style(ticket.side)}"),
        Content.styled(f"{about} · {account_words(store, ticket.account)}", "$muted"),
        *(Content.styled(order_line(child), f"${side_style(child.side)}") for child in children),
    ]


def _contract(store: Store, command: OrderCommand) -> Contract:
    """The contract meant, as far as it is known now."""
    if not command.legs:
        return orderable(store, command.symbol) or Contract(0, command.symbol)
    legs = []
    for ratio, symbol in command.legs:
        known = orderable(store, symbol)
        legs.append(ComboLeg(known.conid if known is not None else 0, ratio, known.label if known else symbol))
    label = " ".join(f"{leg.ratio:+d} {leg.label}" for leg in legs)
    return Contract(0, label, name="combination", sec_type="BAG", legs=tuple(legs))
