"""How the screens open the dialogs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ibtui.domain.contracts import Contract
from ibtui.domain.language import OrderCommand
from ibtui.domain.orders import LiveOrder
from ibtui.domain.tickets import Side, Ticket
from ibtui.ui.dialogs.cancel import CancelAllDialog, working_orders
from ibtui.ui.dialogs.find import FindDialog
from ibtui.ui.dialogs.order_line import OrderLineDialog
from ibtui.ui.dialogs.ticket import TicketDialog
from ibtui.ui.dialogs.words import live_order_line
from ibtui.ui.ticket_change import NotModifiable, ticket_of
from ibtui.ui.ticket_fields import Field, Surroundings
from ibtui.ui.ticket_form import NotDraftable, TicketDraft, draft_of, size_text, with_price
from ibtui.ui.ticket_reading import read_draft
from ibtui.ui.waiting import box_words, boxed_seconds

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

READ_ONLY = "This run is read-only: orders are switched off"


def open_ticket(
    app: DashboardApp,
    side: Side,
    contract: Contract,
    price: Decimal | None = None,
    quantity: Decimal | None = None,
) -> None:
    """Open a ticket for a new order; nothing opens in a read-only run.

    Typing begins at the quantity unless one is given: the rules' usual size may be known or not, and digits typed at
    once must not be a price one time and a size the next.
    """
    if app.session.read_only:
        app.say(READ_ONLY, severity="warning")
        return
    store = app.session.store
    rules = None if contract.legs else store.market.rules.get((contract.conid, side is Side.BUY))
    size = quantity if quantity is not None else rules.default_size if rules is not None else None
    draft = TicketDraft(
        account=store.money.account,
        contract=contract if contract.legs else store.market.contracts.get(contract.conid, contract),
        side=side,
        quantity=size_text(size),
    )
    app.push_screen(TicketDialog(app, with_price(draft, price, rules), at_price=quantity is not None))


def open_combo_ticket(app: DashboardApp, contract: Contract, side: Side) -> None:
    """Open a ticket for a combination, one unit of it."""
    open_ticket(app, side, contract, quantity=Decimal(1))


def open_ticket_with(app: DashboardApp, tickets: Sequence[Ticket]) -> None:
    """Open a ticket filled with an order, or with a bracket (parent first); says why when its form has no fields.

    Of an OCA group the last order is opened, and the others wait for it. What would be read from the form is compared
    with what was given: nothing is left out unseen.
    """
    if app.session.read_only:
        app.say(READ_ONLY, severity="warning")
        return
    waiting: tuple[Ticket, ...] = ()
    if len(tickets) > 1 and not any(ticket.is_child for ticket in tickets):
        *others, last = tickets
        waiting, tickets = tuple(others), (replace(last, single_group=False),)
    try:
        if waiting and app.group:
            raise NotDraftable(f"{len(app.group)} of another group wait already; the next ticket completes or drops it")
        draft = draft_of(tickets[0], tickets[1:])
        if read_draft(draft, Surroundings()).tickets != tuple(tickets):
            raise NotDraftable("it has more to it than the ticket has fields for")
    except NotDraftable as reason:
        app.say(f"The ticket cannot show this order: {reason}", severity="warning")
        return
    app.group.add(*waiting)
    app.push_screen(TicketDialog(app, draft))


def open_modify(app: DashboardApp, order: LiveOrder, change: Callable[[Ticket], Ticket] | None = None) -> None:
    """Open the ticket of a working order, with a `change` filled in; says why when it cannot be changed here.

    What live orders do not tell (route, algo, …) is kept from the ticket that was sent, in this run or before.
    """
    if app.session.read_only:
        app.say(READ_ONLY, severity="warning")
        return
    store = app.session.store
    sent = app.session.orders.sent_ticket(order.order_id)
    known = sent.contract if sent is not None else Contract(order.conid, order.symbol)
    contract = known if known.legs else store.market.contracts.get(order.conid, known)
    try:
        before = ticket_of(order, contract, sent)
        draft = draft_of(change(before) if change is not None else before)
    except (NotModifiable, NotDraftable) as reason:
        app.say(f"Order {order.order_id} cannot be modified here: {reason}", severity="warning")
        return
    app.push_screen(TicketDialog(app, draft, order_id=order.order_id, before=before, unknown=_untold(order, sent)))


def _untold(order: LiveOrder, sent: Ticket | None) -> frozenset[Field]:
    """What nobody told of a working order; what it was sent with is known of orders placed from here."""
    if sent is not None:
        return frozenset()
    return frozenset({Field.ROUTE} | ({Field.OUTSIDE} if order.outside_rth is None else set()))


def open_cancel(app: DashboardApp, order: LiveOrder) -> None:
    """Ask for the cancellation at once: it can only lessen the risk."""
    if app.session.read_only:
        app.say(READ_ONLY, severity="warning")
        return
    key = app.session.orders.cancel(order.order_id)
    submission = app.store.orders.submissions.get(key)
    boxed = boxed_seconds(app.store, submission, app.session.now()) if submission is not None else 0.0
    if boxed:
        app.say(f"{live_order_line(order)}: {box_words(boxed)}", title="Cancel waits", severity="warning")
    else:
        app.say(live_order_line(order), title="Cancelling")


def open_cancel_all(app: DashboardApp) -> None:
    """Ask, with the count, whether to cancel all working orders of the account."""
    account = app.session.store.money.account
    if app.session.read_only:
        app.say(READ_ONLY, severity="warning")
    elif not working_orders(app.session.store, account):
        app.say("There is no working order to cancel")
    else:
        app.push_screen(CancelAllDialog(app, account))


def open_find(app: DashboardApp) -> None:
    """Open the search; the contract picked joins the watchlist, or is shown on the screen beneath."""
    screen = app.current

    def picked(contract: Contract | None) -> None:
        if contract is None or screen is None:
            return
        watchlist = app.session.store.inbox.watchlist
        if screen.MODE == "watch" and (watchlist is None or contract.conid not in watchlist.conids):
            app.session.lists.add(contract.conid)
        screen.show_contract(contract.conid)

    app.push_screen(FindDialog(app), picked)


def open_order_line(app: DashboardApp, command: OrderCommand, contract: Contract | None = None) -> None:
    """Take a line of the order language to its confirmation, by way of a search when its symbol is not known.

    With `contract` its symbol is not looked up: closing a position must close that one, not one of the same symbol.
    """
    if app.session.read_only:
        app.say(READ_ONLY, severity="warning")
        return
    app.push_screen(OrderLineDialog(app, command, contract))
