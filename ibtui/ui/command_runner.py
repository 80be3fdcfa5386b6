"""Carries out what was typed at the `:` line."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ibtui.domain.account import Position
from ibtui.domain.contracts import Contract
from ibtui.domain.language import (
    CancelCommand,
    CloseCommand,
    Command,
    GroupCommand,
    ModifyCommand,
    NoTicket,
    OrderCommand,
    modified,
)
from ibtui.domain.orders import LiveOrder
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.ui.commands import Go, read
from ibtui.ui.dialogs.callers import is_busy
from ibtui.ui.dialogs.cancel import CancelAllDialog, scope_of_words
from ibtui.ui.dialogs.combo import open_combo
from ibtui.ui.dialogs.doors import READ_ONLY, open_modify
from ibtui.ui.dialogs.questions import open_questions
from ibtui.ui.ticket_change import NotModifiable
from ibtui.ui.watch_view import working

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp


class CommandRunner:
    """One method per command."""

    def __init__(self, app: DashboardApp) -> None:
        self._app = app
        self._runs: dict[str, Callable[[tuple[str, ...]], None]] = {
            "watch": self._watch,
            "ladder": self._ladder,
            "theme": lambda words: app.use_theme(" ".join(words)),
            "account": self._account,
            "list": self._list,
            "newlist": lambda words: app.session.lists.create(" ".join(words)),
            "quit": lambda _: app.open_quit(),
            "help": lambda _: app.open_help(),
            "connection": lambda _: app.open_connection(),
            "combo": lambda _: open_combo(app),
            "log": lambda _: app.open_log(),
            "questions": lambda _: open_questions(app),
        }

    def line(self, line: str | None) -> None:
        """Run what was entered; None is a line that was left."""
        reading = read(line or "")
        if reading.go is not None:
            self.go(reading.go)
        elif reading.order is not None:
            self.order(reading.order)

    def go(self, go: Go) -> None:
        """Run a dashboard command; one that is no more than a screen's name opens it."""
        run = self._runs.get(go.name)
        if run is not None:
            run(go.words)
        else:
            self._app.open_mode(go.name)

    def order(self, command: Command) -> None:
        """Run a command of the order language; nothing is sent before the confirmation, save cancellations."""
        if isinstance(command, OrderCommand | GroupCommand):
            self._app.open_order_line(command)
        elif isinstance(command, CancelCommand):
            self._cancel(command)
        elif isinstance(command, ModifyCommand):
            self._modify(command)
        else:
            self._close(command)

    def _watch(self, symbols: tuple[str, ...]) -> None:
        self._app.open_mode("watch")
        for symbol in symbols:
            self._app.seek(symbol, self._add)

    def _add(self, contract: Contract) -> None:
        watchlist = self._app.store.inbox.watchlist
        if watchlist is None or contract.conid not in watchlist.conids:
            self._app.session.lists.add(contract.conid)
        if self._app.current is not None:
            self._app.current.show_contract(contract.conid)

    def _ladder(self, symbols: tuple[str, ...]) -> None:
        if symbols:
            self._app.seek(symbols[0], self._show_ladder)
        elif self._app.current is not None:
            self._app.open_mode("ladder", self._app.current.selected_contract())

    def _show_ladder(self, contract: Contract) -> None:
        """Open the ladder, unless a dialog that must not be lost from sight was opened while the symbol was sought."""
        if is_busy(self._app):
            self._app.say(f"{contract.label} is found: :ladder {contract.label} shows it")
        else:
            self._app.open_mode("ladder", contract)

    def _account(self, words: tuple[str, ...]) -> None:
        accounts = [account.account_id for account in self._app.store.money.accounts]
        if words[0] in accounts:
            self._app.session.link.select_account(words[0])
        else:
            known = ", ".join(accounts)
            self._app.say(f"No account {words[0]}; there are: {known}", severity="warning")

    def _list(self, words: tuple[str, ...]) -> None:
        wanted = " ".join(words).casefold()
        names = self._app.store.inbox.watchlist_names
        found = next((name for name in names if wanted in (name.name.casefold(), name.list_id)), None)
        if found is not None:
            self._app.session.lists.select(found.list_id)
        else:
            known = ", ".join(name.name for name in names)
            self._app.say(f"No list {' '.join(words)}; there are: {known}", severity="warning")

    def _cancel(self, command: CancelCommand) -> None:
        if command.order_id is None and not command.symbol and command.side is None:
            self._app.open_cancel_all()
            return
        found = [order for order in self._orders() if self._is_meant(order, command)]
        words = cancel_words(command)
        if not found:
            self._app.say(f"No working order: {words}", severity="warning")
        elif len(found) == 1:
            self._app.open_cancel(found[0])
        elif self._app.session.read_only:
            self._app.say(READ_ONLY, severity="warning")
        else:
            only = scope_of_words(words, frozenset(order.order_id for order in found))
            self._app.push_screen(CancelAllDialog(self._app, self._app.store.money.account, only=only))

    def _is_meant(self, order: LiveOrder, command: CancelCommand) -> bool:
        if command.order_id is not None:
            return order.order_id == command.order_id
        if command.symbol and command.symbol.casefold() not in self._names(order):
            return False
        return command.side in (None, order.side)

    def _modify(self, command: ModifyCommand) -> None:
        order = next((order for order in self._orders() if order.order_id == command.order_id), None)
        if order is None:
            self._app.say(f"No working order {command.order_id}", severity="warning")
        else:
            open_modify(self._app, order, partial(changed, command=command))

    def _close(self, command: CloseCommand) -> None:
        store, wanted = self._app.store, command.symbol.casefold()
        held = [
            position
            for (account, conid), position in store.money.positions.items()
            if account == store.money.account and position.quantity
            if wanted in self._symbols(conid, position.symbol)
        ]
        if len(held) != 1:
            trouble = f"No position in {command.symbol}" if not held else f"{command.symbol} is more than one position"
            self._app.say(trouble, severity="warning")
            return
        position = held[0]
        contract = self._held_contract(position)
        command_line = OrderCommand(
            side=Side.SELL if position.quantity > 0 else Side.BUY,
            quantity=abs(position.quantity) * (2 if command.reverse else 1),
            symbol=contract.label,
            order_type=OrderType.MKT,
        )
        self._app.open_order_line(command_line, contract)

    def _orders(self) -> list[LiveOrder]:
        return working(self._app.store)

    def _names(self, order: LiveOrder) -> set[str]:
        return self._symbols(order.conid, order.symbol)

    def _symbols(self, conid: int, symbol: str) -> set[str]:
        contract = self._app.store.market.contracts.get(conid)
        labels = (symbol, contract.symbol, contract.label) if contract is not None else (symbol,)
        return {label.casefold() for label in labels if label}

    def _held_contract(self, position: Position) -> Contract:
        """The contract held, as far as the position describes it where nothing else does."""
        known = self._app.store.market.contracts.get(position.conid)
        return known or Contract(
            position.conid,
            position.symbol,
            name=position.description,
            sec_type=position.sec_type,
            currency=position.currency,
            multiplier=position.multiplier,
        )


def cancel_words(command: CancelCommand) -> str:
    """What a cancel line means: `123`, `AAPL`, `all sells`, `AAPL buys`."""
    if command.order_id is not None:
        return str(command.order_id)
    side = {Side.BUY: "buys", Side.SELL: "sells"}.get(command.side) if command.side is not None else ""
    return " ".join(word for word in (command.symbol or "all", side) if word)


def changed(ticket: Ticket, command: ModifyCommand) -> Ticket:
    """The ticket with what the line gives in place of what it had. Raises NotModifiable."""
    try:
        return modified(ticket, command)
    except NoTicket as reason:
        raise NotModifiable(str(reason)) from reason
