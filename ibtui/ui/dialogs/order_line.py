"""Brings a line of the order language to its confirmation: finds its contracts, waits for a market if need be."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from ibtui.domain.combos import NoCombo
from ibtui.domain.contracts import ComboLeg, Contract, ContractRules
from ibtui.domain.language import GroupCommand, NoTicket, OrderCommand, tickets_of, tickets_of_group
from ibtui.domain.market import Quote
from ibtui.domain.tickets import Side, Ticket
from ibtui.store import Changes, Topic
from ibtui.ui.belief import belief
from ibtui.ui.combo_draft import ComboDraft
from ibtui.ui.dialogs.base import Dialog, Lines
from ibtui.ui.dialogs.confirm import EDIT, ConfirmDialog
from ibtui.ui.dialogs.confirm_group import ConfirmGroupDialog
from ibtui.ui.symbols import best_match, orderable

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

QUOTES_OWNER = "order line"
"""Name under which the line wants its contracts streamed: without a quote no limit can be checked (and o354 comes)."""

ROOT = "an index, or the root of futures and options, cannot be ordered: name the month, as in 'ES DEC26'"
NOT_SENT = "Nothing was sent"

FOLLOWED = (Topic.SEARCH, Topic.CONTRACT, Topic.QUOTE, Topic.RULES)


class OrderLineDialog(Dialog[str]):
    """Shown only while something is waited for; then the confirmation lies on it and closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "close", show=False)]

    def __init__(
        self, app: DashboardApp, command: OrderCommand | GroupCommand, contract: Contract | None = None
    ) -> None:
        self.orders = command.orders if isinstance(command, GroupCommand) else (command,)
        super().__init__(app, heading=str(command))
        self.command = command
        self._contracts: dict[str, Contract] = {}
        """By symbol as written."""
        if contract is not None:
            self._contracts[self.orders[0].symbol] = contract
        self._searching = ""
        """The symbol that is looked for."""
        self._waiting = ""
        """What is waited for, for the screen."""
        self._asked = False
        """Whether quotes, definitions and rules were asked for."""
        self._is_over = False
        """Whether it was confirmed, refused or given up."""

    def compose_body(self) -> ComposeResult:
        """One sentence."""
        yield Lines(id="text")

    def on_mount(self) -> None:
        """Take the contracts at once where the symbols are known, else look for them."""
        self._go_on()

    def paint(self) -> None:
        """Say what is going on."""
        self.query_one("#text", Lines).show(Content(f"{self._waiting} …   esc gives up"))

    def on_unmount(self) -> None:
        """Let the contracts' streams go."""
        self.session.market.show_quotes(QUOTES_OWNER, ())

    def frame(self, changes: Changes) -> None:
        """Take the answer of a search, and whatever else was waited for."""
        if any(topic in changes for topic in FOLLOWED):
            self._look()

    def on_screen_resume(self) -> None:
        """Take what came while a question lay on this dialog."""
        super().on_screen_resume()
        self._look()

    def _look(self) -> None:
        if self._is_over or not self.is_open:
            return
        if self._searching:
            self._take_search()
        else:
            self._go_on()

    def action_leave(self) -> None:
        """Give up; nothing was sent."""
        self._is_over = True
        self.finish(None)

    def _take_search(self) -> None:
        search, symbol = self.store.market.search, self._searching
        if not search.done or search.text.casefold() != symbol.casefold():
            return
        hits = [hit.contract for hit in search.hits]
        found = best_match(symbol, [contract for contract in hits if contract.sec_type != "IND"])
        if found is not None:
            self._contracts[symbol] = self.store.market.contracts.get(found.conid, found)
            self._searching = ""
            self._go_on()
            return
        reason = search.error or f"no contract has exactly this symbol: / finds one by name ({len(hits)} near it)"
        if not search.error and best_match(symbol, hits) is not None:
            reason = ROOT
        self._refuse(f"{symbol}: {reason}")

    def _go_on(self) -> None:
        """One step further: symbols, then definitions, then the market, then the confirmation."""
        for symbol in (symbol for order in self.orders for symbol in order.symbols):
            known = self._contracts.get(symbol) or orderable(self.store, symbol)
            if known is None:
                self._searching = symbol
                self._wait(f"Looking for {symbol}")
                self.session.market.search(symbol)
                return
            self._contracts[symbol] = known
        if not self._asked:
            self._ask()
        try:
            self._check_accounts()
            contracts = self._definitions()
            tickets = self._tickets(contracts) if contracts is not None else ()
        except (NoTicket, NoCombo) as reason:
            self._refuse(str(reason))
            return
        if tickets:
            self._is_over = True
            is_group = isinstance(self.command, GroupCommand)
            confirmation = (
                ConfirmGroupDialog(self.dashboard, tickets, is_editable=True)
                if is_group
                else ConfirmDialog(self.dashboard, tickets[0], tickets[1:], is_editable=True)
            )
            self.app.push_screen(confirmation, partial(self._decided, tickets))

    def _decided(self, tickets: tuple[Ticket, ...], outcome: str | None) -> None:
        self.finish(None if outcome == EDIT else outcome)
        if outcome == EDIT:
            self.call_after_refresh(self.dashboard.open_ticket_with, tickets)

    def _ask(self) -> None:
        """Have quotes of everything, definitions, and the rules of both sides: attached orders have the other."""
        self._asked = True
        market = self.session.market
        conids = tuple(dict.fromkeys(contract.conid for contract in self._contracts.values()))
        market.show_quotes(QUOTES_OWNER, conids)
        market.learn_contracts(conids)
        for order in self.orders:
            for symbol in order.symbols:
                for side in (order.side, order.side.opposite):
                    market.learn_rules(self._contracts[symbol].conid, side)
            if order.strategy:
                market.learn_algos(self._contracts[order.symbols[0]].conid)

    def _check_accounts(self) -> None:
        money = self.store.money
        known = (*(account.account_id for account in money.accounts), *money.groups)
        for order in self.orders:
            if order.account and order.account not in known:
                raise NoTicket(f"there is no account {order.account}; there are: {', '.join(known)}")

    def _definitions(self) -> list[Contract] | None:
        """The contract of each order; None while a definition is not known. Raises NoCombo.

        A hit of a search is none: it tells neither currency nor multiplier, and names EUR as EUR.USD.
        """
        for order in self.orders:
            for contract in (self._latest(symbol) for symbol in order.symbols):
                if not contract.currency:
                    self._wait(f"Reading the definition of {contract.label}")
                    return None
        return [self._combination(order) if order.legs else self._latest(order.symbol) for order in self.orders]

    def _combination(self, order: OrderCommand) -> Contract:
        legs = [(ratio, self._latest(symbol)) for ratio, symbol in order.legs]
        draft = ComboDraft(tuple(ComboLeg(leg.conid, ratio, leg.label, leg.sec_type) for ratio, leg in legs))
        known = {leg.conid: leg for _, leg in legs}
        if not draft.needs_exchange(known):
            return draft.contract(known)
        listed = {leg.exchange for _, leg in legs}
        where = order.route or (listed.pop() if len(listed) == 1 else "")
        if not where:
            names = ", ".join(draft.exchanges(known)) or "the legs have none in common"
            raise NoCombo(f"a combination in {legs[0][1].currency} needs its exchange: “route” names one ({names})")
        return replace(draft, exchange=where).contract(known)

    def _latest(self, symbol: str) -> Contract:
        contract = self._contracts[symbol]
        return self.store.market.contracts.get(contract.conid, contract)

    def _tickets(self, contracts: list[Contract]) -> tuple[Ticket, ...]:
        """The orders; empty while a price must be reckoned from a market that is not there yet. Raises NoTicket."""
        surroundings = [self._market(order, contract) for order, contract in zip(self.orders, contracts, strict=True)]
        for order, (quote, rules) in zip(self.orders, surroundings, strict=True):
            if order.limit_offset is None or order.stop_price is not None:
                continue
            has_price = quote is not None and quote.subscribed and (quote.last, quote.middle) != (None, None)
            if not has_price or (rules is None and not order.legs):
                what = "the rules" if has_price else f"a price ({self._trust(quote)})"
                self._wait(f"Waiting for {what} of {order.symbol or 'the combination'}, to reckon the stop from")
                return ()
        now = datetime.fromtimestamp(self.dashboard.clock.time(), UTC)
        account = self.store.money.account
        if isinstance(self.command, GroupCommand):
            quotes, rules_of = [quote for quote, _ in surroundings], [rules for _, rules in surroundings]
            return tickets_of_group(self.command, contracts, account, quotes, rules_of, now)
        return tickets_of(self.orders[0], contracts[0], account, *surroundings[0], now)

    def _market(self, order: OrderCommand, contract: Contract) -> tuple[Quote | None, ContractRules | None]:
        market = self.store.market
        return market.quote_of(contract), market.rules.get((contract.conid, order.side is Side.BUY))

    def _trust(self, quote: Quote | None) -> str:
        return belief(quote, self.store.health, self.session.now()).word

    def _wait(self, words: str) -> None:
        self._waiting = words
        self.repaint()

    def _refuse(self, reason: str) -> None:
        self._is_over = True
        self.dashboard.say(reason, title=NOT_SENT, severity="warning")
        self.finish(None)
