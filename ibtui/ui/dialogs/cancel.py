"""Asks once more before several working orders are cancelled: all of the account, of one side, of one instrument."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct
from textual.app import ComposeResult
from textual.content import Content

from ibtui.domain.orders import LiveOrder, OrderStatus
from ibtui.domain.tickets import Side
from ibtui.store import Changes, Store, Topic
from ibtui.ui.dialogs.answers import Offer
from ibtui.ui.dialogs.base import Lines
from ibtui.ui.dialogs.deciding import DecidingDialog
from ibtui.ui.dialogs.words import account_words, is_live, live_order_line

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp


def working_orders(store: Store, account: str) -> list[LiveOrder]:
    """Working orders of an account, and those of its advisor's groups."""
    orders = store.orders.orders.values()
    return [order for order in orders if order.is_working and store.money.shows_with(account, order.account)]


class Scope(Struct, frozen=True):
    """Some of the working orders, by what they have in common."""

    name: str
    keys: tuple[str, ...]
    label: str
    """What they are called: `buys`, `AAPL`."""
    holds: Callable[[LiveOrder], bool]
    side: Side | None = None
    conid: int | None = None
    """Of the one instrument; None when the gateway's conid does not tell it apart, as for combinations."""
    one_by_one: bool = False
    """Whether side and conid do not say it all, so that each order shown is cancelled by its id."""


ALL = Scope("yes", ("y",), "all", lambda order: True)
BUYS = Scope("buys", ("b",), "buys", lambda order: order.side is Side.BUY, Side.BUY)
SELLS = Scope("sells", ("s",), "sells", lambda order: order.side is Side.SELL, Side.SELL)


def scope_of_order(order: LiveOrder, label: str) -> Scope:
    """The orders for the instrument of an order; combinations share a conid and differ in their legs."""
    if ";" in order.conidex:
        return Scope("one", ("i",), label, lambda other: other.conidex == order.conidex, one_by_one=True)
    return scope_of_contract(order.conid, label)


def scope_of_contract(conid: int, label: str) -> Scope:
    """The orders for one instrument."""
    return Scope("one", ("i",), label, lambda order: order.conid == conid, conid=conid)


def scope_of_words(words: str, ids: frozenset[int]) -> Scope:
    """Some orders by their ids, as a line of the order language meant them."""
    return Scope("yes", ("y",), words, lambda order: order.order_id in ids, one_by_one=True)


class CancelAllDialog(DecidingDialog[bool]):
    """Shows what would be cancelled, with a key for each part of it; the list follows the store meanwhile."""

    def __init__(self, app: DashboardApp, account: str, *, only: Scope | None = None) -> None:
        self.scopes = (only,) if only is not None else scopes(app)
        whole = self.scopes[0]
        super().__init__(
            app,
            (
                Offer("no", ("n", "escape"), "No, keep them"),
                Offer(whole.name, whole.keys, "Yes, cancel all" if only is None else "Yes, cancel them"),
                *(Offer(scope.name, scope.keys, f"Only {scope.label}") for scope in self.scopes[1:]),
            ),
            default="no",
            heading="Cancel all working orders" if only is None else f"Cancel {only.label}",
            corner=account_words(app.session.store, account),
        )
        self.account = account
        self.set_class(is_live(self.store, account), "-live")

    def compose_matter(self) -> ComposeResult:
        """How many, and which."""
        yield Lines(id="headline")
        yield Lines(id="text")

    def frame(self, changes: Changes) -> None:
        """Follow the orders."""
        if Topic.ORDER in changes:
            self.repaint()

    def paint(self) -> None:
        """Draw counts and list."""
        orders = self.orders(self.scopes[0])
        count = f"{len(orders)} working order{'' if len(orders) == 1 else 's'} of {self.account}"
        parts = " · ".join(f"{scope.label} {len(self.orders(scope))}" for scope in self.scopes[1:])
        self.query_one("#headline", Lines).show(
            Content.assemble((count, "bold"), (f" · {parts}" if parts else "", "$muted"), "\n")
        )
        self.query_one("#text", Lines).show(Content("\n".join(live_order_line(order) for order in orders)))

    def orders(self, scope: Scope) -> list[LiveOrder]:
        """The working orders of a scope, as they are listed."""
        return [order for order in working_orders(self.store, self.account) if scope.holds(order)]

    def refusal(self, name: str) -> str:
        """What is not there cannot be cancelled."""
        scope = next((scope for scope in self.scopes if scope.name == name), None)
        return f"No working order: {scope.label}" if scope is not None and not self.orders(scope) else ""

    def choose(self, name: str) -> None:
        """Ask for every cancellation of the scope, one by one."""
        scope = next((scope for scope in self.scopes if scope.name == name), None)
        if scope is not None and scope.one_by_one:
            for order in self.orders(scope):
                if order.status is not OrderStatus.PENDING_CANCEL:
                    self.session.orders.cancel(order.order_id)
        elif scope is not None:
            self.session.orders.cancel_all(self.account, conid=scope.conid, side=scope.side)
        self.finish(scope is not None)


def scopes(app: DashboardApp) -> tuple[Scope, ...]:
    """All, then the instrument selected on the screen, then either side."""
    current = app.current
    order = current.selected_order() if current is not None else None
    contract = current.selected_contract() if current is not None else None
    if order is not None:
        instrument = scope_of_order(order, order.symbol or order.description or str(order.conid))
    elif contract is not None:
        instrument = scope_of_contract(contract.conid, contract.label)
    else:
        return ALL, BUYS, SELLS
    return ALL, instrument, BUYS, SELLS
