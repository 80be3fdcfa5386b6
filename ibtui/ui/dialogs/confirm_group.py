"""The last look before an OCA group leaves: every order of it, whole, and one answer for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.content import Content

from ibtui.domain.tickets import Ticket
from ibtui.store import Changes, Topic
from ibtui.ui.dialogs.base import Lines
from ibtui.ui.dialogs.confirm import ConfirmDialog
from ibtui.ui.dialogs.confirm_rows import Row, more_rows, price_rows, term_rows
from ibtui.ui.dialogs.surroundings import surroundings
from ibtui.ui.dialogs.words import (
    account_words,
    contract_words,
    distance_words,
    is_live,
    market_line,
    money_words,
    size_words,
)
from ibtui.ui.formatting import quote_digits
from ibtui.ui.ticket_checks import check_ticket
from ibtui.ui.ticket_fields import Problem
from ibtui.ui.ticket_worth import distance, notional

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp


SAID_ABOVE = ("Quantity", "OCA group")
"""Fields that the heading of an order, or of the group, has said already."""


class ConfirmGroupDialog(ConfirmDialog):
    """The tickets of one group, none of them attached to another; sends exactly these objects on yes."""

    def __init__(self, app: DashboardApp, tickets: tuple[Ticket, ...], *, is_editable: bool = False) -> None:
        super().__init__(app, tickets[0], tickets[1:], is_editable=is_editable)
        self.heading = f"Confirm {len(tickets)} orders, one cancels all"

    @staticmethod
    def _yes(app: DashboardApp, ticket: Ticket, *, change: bool) -> str:
        where = "LIVE" if is_live(app.session.store, ticket.account) else "PAPER"
        return f"Yes, send them all on the {where} account"

    def frame(self, changes: Changes) -> None:
        """Follow the markets and rules of all orders, as well as what every confirmation follows."""
        contracts = [ticket.contract for ticket in self.tickets]
        conids = {conid for contract in contracts for conid in (contract.conid, *(leg.conid for leg in contract.legs))}
        if any(conids & changes.of(topic) for topic in (Topic.QUOTE, Topic.RULES, Topic.ALGOS)):
            self.repaint()
        else:
            super().frame(changes)

    def paint(self) -> None:
        """Draw everything, under a headline that is about the group."""
        super().paint()
        head = f"{len(self.tickets)} orders, of which a fill of one cancels the others"
        self.query_one("#headline", Lines).show(Content.assemble((head, "bold"), "\n"))

    def rows(self) -> list[Row]:
        """Every field of every order, order by order."""
        rows = [row for number, ticket in enumerate(self.tickets, 1) for row in self._order_rows(number, ticket)]
        return [*rows, ("Account", account_words(self.store, self.ticket.account), "")]

    def problems(self) -> list[Problem]:
        """What speaks against each order, with the instrument it is about."""
        return [
            replace(problem, text=f"{problem.text} · {ticket.contract.label}")
            for ticket in self.tickets
            for problem in check_ticket(ticket, surroundings(self.dashboard, ticket.contract, ticket.side))
        ]

    def _order_rows(self, number: int, ticket: Ticket) -> list[Row]:
        contract = ticket.contract
        around = surroundings(self.dashboard, contract, ticket.side)
        quote, rules = around.quote, around.rules
        far = distance_words(distance(ticket, quote), quote_digits(quote, rules))
        conid = f"conid {contract.conid}" if not contract.legs else "combination"
        return [
            (f"{number}. order", f"{ticket.side.value} {size_words(ticket)}", f"{contract_words(contract)} · {conid}"),
            *price_rows(ticket, None, rules, far),
            *(row for row in term_rows(ticket, None, outside_unknown=False) if row[0] not in SAID_ABOVE),
            *(row for row in more_rows(ticket, None, around.algo(ticket.strategy)) if row[0] not in SAID_ABOVE),
            ("Notional", money_words(notional(ticket, quote), contract.currency), ""),
            ("Market", market_line(quote, rules, self.store.health, self.session.now()), ""),
            ("", "", ""),
        ]
