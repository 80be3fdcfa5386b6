"""The last look before an order leaves: what is on this screen is what is sent, field by field."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from ibtui.domain.combos import combo_conidex
from ibtui.domain.orders import Stage
from ibtui.domain.tickets import OrderType, Ticket
from ibtui.store import Changes, Topic
from ibtui.ui.dialogs.answers import Offer
from ibtui.ui.dialogs.base import Lines
from ibtui.ui.dialogs.confirm_rows import Row, child_rows, more_rows, price_rows, term_rows
from ibtui.ui.dialogs.reading import ReadDialog
from ibtui.ui.dialogs.surroundings import surroundings
from ibtui.ui.dialogs.ticket_view import problem_text, whatif_text
from ibtui.ui.dialogs.words import (
    account_words,
    contract_words,
    distance_words,
    is_live,
    market_line,
    money_words,
    side_style,
    size_words,
)
from ibtui.ui.formatting import quote_digits
from ibtui.ui.ticket_change import UNTOLD
from ibtui.ui.ticket_checks import check_child, check_ticket, unknown_outside
from ibtui.ui.ticket_fields import Field, Problem, Surroundings
from ibtui.ui.ticket_worth import distance, notional

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

LABEL = 12
"""Cells of the names of the fields."""

ROOM = 68
"""Cells of a line, beyond which it is continued below its value."""


EDIT = "edit"
"""The outcome of a confirmation whose order is to be changed in a ticket first; no submission has this key."""


class ConfirmDialog(ReadDialog[str]):
    """Shows one ticket, and what is attached to it, and sends exactly these objects on yes.

    The result is the submission's key, None for no; an editable one may also end as EDIT, with nothing sent.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("w", "preview", "what-if", show=False)]
    MAY_BE_UNREAD = frozenset({"no", EDIT})

    def __init__(
        self,
        app: DashboardApp,
        ticket: Ticket,
        children: tuple[Ticket, ...] = (),
        *,
        order_id: int | None = None,
        before: Ticket | None = None,
        unknown: frozenset[Field] = frozenset(),
        is_editable: bool = False,
    ) -> None:
        change = order_id is not None
        edit = (Offer(EDIT, ("e",), "Edit"),) if is_editable else ()
        super().__init__(
            app,
            (
                Offer("no", ("n", "escape"), "No, do not send"),
                Offer("yes", ("y",), self._yes(app, ticket, change=change)),
                *edit,
            ),
            default="no",
            heading=f"Confirm the change of order {order_id}" if change else f"Confirm {ticket.side.value}",
            corner=account_words(app.session.store, ticket.account),
        )
        self.ticket = ticket
        self.children_attached = children
        self.order_id = order_id
        self.before = before
        self.unknown = unknown
        """What nobody told of the working order: whether it may fill outside regular hours, and how it is routed."""
        if is_live(self.store, ticket.account):
            self.add_class("-live")

    @staticmethod
    def _yes(app: DashboardApp, ticket: Ticket, *, change: bool) -> str:
        where = "LIVE" if is_live(app.session.store, ticket.account) else "PAPER"
        verb = "change it" if change else f"save the {ticket.side.value}" if ticket.deactivated else ticket.side.value
        return f"Yes, {verb} on the {where} account"

    @property
    def tickets(self) -> tuple[Ticket, ...]:
        """What is sent: the ticket, then what is attached to it."""
        return (self.ticket, *self.children_attached)

    def compose_matter(self) -> ComposeResult:
        """Headline, what speaks against it (in sight however long the rest is), fields and what-if."""
        yield Lines(id="headline")
        yield Lines(id="problems", folds=True)
        yield Lines(id="fields")
        yield Lines(id="whatif")

    def frame(self, changes: Changes) -> None:
        """Follow the market, the rules, the what-if and the lane of the account."""
        contract = self.ticket.contract
        conids = {leg.conid for leg in contract.legs} | {contract.conid}
        mine = any(conids & changes.of(topic) for topic in (Topic.QUOTE, Topic.RULES, Topic.ALGOS))
        if mine or any(topic in changes for topic in (Topic.PREVIEW, Topic.ACCOUNT, Topic.HEALTH)):
            self.repaint()

    def paint(self) -> None:
        """Draw everything; only figures of the market, never the ticket, can differ from before."""
        ticket, contract = self.ticket, self.ticket.contract
        self.query_one("#headline", Lines).show(
            Content.assemble(
                (f"{ticket.side.value} {size_words(ticket)}", f"bold ${side_style(ticket.side)}"),
                "\n",
                contract_words(contract),
                ("  conidex " if contract.legs else "  conid ", "$muted"),
                combo_conidex(contract) if contract.legs else str(contract.conid),
                "\n",
            )
        )
        self.query_one("#fields", Lines).show(Content("\n").join(_line(row) for row in self.rows()))
        preview = self.store.orders.preview
        asked = self.tickets if preview is not None and preview.tickets == self.tickets else ()
        self.query_one("#whatif", Lines).show(Content.assemble("\n", whatif_text(preview, asked, self.tickets)))
        self.query_one("#problems", Lines).show(
            Content("\n").join(
                Content.assemble(f"{problem.field.words}: ", problem_text(problem)) for problem in self.problems()
            )
        )
        self.call_after_refresh(self.say_more)

    def rows(self) -> list[Row]:
        """Every field of the ticket, and what it is worth and where the market stands."""
        ticket, before, around = self.ticket, self.before, self._around()
        quote, rules = around.quote, around.rules
        far = distance_words(distance(ticket, quote), quote_digits(quote, rules))
        return [
            *price_rows(ticket, before, rules, far),
            *child_rows(self.children_attached),
            *term_rows(ticket, before, outside_unknown=Field.OUTSIDE in self.unknown),
            *more_rows(ticket, before, around.algo(ticket.strategy)),
            ("Account", account_words(self.store, ticket.account), ""),
            ("Notional", money_words(notional(ticket, quote), ticket.contract.currency), ""),
            ("Market", market_line(quote, rules, self.store.health, self.session.now()), ""),
        ]

    def problems(self) -> list[Problem]:
        """What the rules and the market say against the ticket, as known now."""
        found = list(check_ticket(self.ticket, self._around()))
        beside = surroundings(self.dashboard, self.ticket.contract, self.ticket.side.opposite)
        for child in self.children_attached:
            field = Field.PROFIT if child.order_type is OrderType.LMT else Field.LOSS
            found += check_child(self.ticket, child, field, beside)
        if Field.OUTSIDE in self.unknown:
            found.append(unknown_outside(outside_rth=self.ticket.outside_rth))
        if Field.ROUTE in self.unknown:
            found.append(Problem(Field.ROUTE, f"{UNTOLD} are not known; sent as shown here", blocks=False))
        return found

    def refusal(self, name: str) -> str:
        """Nothing leaves while it could not arrive, would be refused, or another outcome is unknown."""
        if name != "yes":
            return ""
        wrong = next((problem for problem in self.problems() if problem.blocks), None)
        if wrong is not None:
            return f"Not sent: {wrong.field.words} {wrong.text}"
        if self.session.read_only:
            return "Not sent: this run is read-only"
        if not self.store.health.can_trade:
            return "Not sent: there is no brokerage session"
        if self._unknown_lane():
            return "Not sent: an order of this account has an unknown outcome; F4 shows it"
        return super().refusal(name)

    def choose(self, name: str) -> None:
        """Send the ticket shown, once."""
        if name != "yes":
            self.finish(EDIT if name == EDIT else None)
        elif self.order_id is not None:
            self.finish(self.session.orders.modify(self.order_id, self.ticket))
        else:
            self.finish(self.session.orders.submit(self.tickets))

    def action_preview(self) -> None:
        """Ask what the order would do."""
        self.session.orders.preview(self.tickets)

    def _unknown_lane(self) -> bool:
        return any(
            submission.stage is Stage.UNKNOWN and submission.account == self.ticket.account
            for submission in self.store.orders.submissions.values()
        )

    def _around(self) -> Surroundings:
        ticket = self.ticket
        return surroundings(self.dashboard, ticket.contract, ticket.side, before=self.before, order_id=self.order_id)


def _line(row: Row) -> Content:
    """A row on one line, a long value continued under its beginning."""
    name, value, remark = row
    lines = wrap(value, ROOM - LABEL, break_long_words=True) or [""]
    shown = f"\n{'':<{LABEL}}".join(lines)
    fits = len(lines[-1]) + len(remark) + 3 <= ROOM - LABEL
    apart = "   " if fits else f"\n{'':<{LABEL}}"
    label = f"{name:<{LABEL}}" if len(name) < LABEL else f"{name}: "
    return Content.assemble((label, "$muted"), (shown, "bold"), (remark and f"{apart}{remark}", "$muted"))
