"""The last look before an order leaves: what is on this screen is what is sent, field by field."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from ibtui.domain.contracts import ContractRules
from ibtui.domain.market import Quote
from ibtui.domain.orders import Intent, Stage
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.store import Changes, Topic
from ibtui.ui.dialogs.answers import Offer
from ibtui.ui.dialogs.base import Lines
from ibtui.ui.dialogs.deciding import DecidingDialog
from ibtui.ui.dialogs.ticket_view import problem_text, whatif_text
from ibtui.ui.dialogs.words import (
    DEFAULT_ROUTE,
    TYPE_WORDS,
    account_words,
    contract_words,
    distance_words,
    is_live,
    market_line,
    money_words,
    order_line,
    side_style,
    trailing_words,
)
from ibtui.ui.formatting import quantity, quote_digits
from ibtui.ui.ticket_checks import (
    Field,
    Problem,
    Surroundings,
    check_child,
    check_ticket,
    distance,
    notional,
    on_grid,
    unknown_outside,
)

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

LABEL = 12
"""Cells of the names of the fields."""

Row = tuple[str, str, str]
"""Name of a field, its value, a remark."""


class ConfirmDialog(DecidingDialog[str]):
    """Shows one ticket, and what is attached to it, and sends exactly these objects on yes.

    The result is the submission's key, None for no.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("w", "preview", "what-if", show=False)]

    def __init__(
        self,
        app: DashboardApp,
        ticket: Ticket,
        children: tuple[Ticket, ...] = (),
        *,
        order_id: int | None = None,
        before: Ticket | None = None,
        outside_unknown: bool = False,
    ) -> None:
        change = order_id is not None
        super().__init__(
            app,
            (
                Offer("no", ("n", "escape"), "No, do not send"),
                Offer("yes", ("y",), self._yes(app, ticket, change=change)),
            ),
            default="no",
            heading=f"Confirm the change of order {order_id}" if change else f"Confirm {ticket.side.value}",
            corner=account_words(app.session.store, ticket.account),
        )
        self.ticket = ticket
        self.children_attached = children
        self.order_id = order_id
        self.before = before
        self.outside_unknown = outside_unknown
        if is_live(self.store, ticket.account):
            self.add_class("-live")

    @staticmethod
    def _yes(app: DashboardApp, ticket: Ticket, *, change: bool) -> str:
        where = "LIVE" if is_live(app.session.store, ticket.account) else "PAPER"
        return f"Yes, {'change it' if change else ticket.side.value} on the {where} account"

    @property
    def quote(self) -> Quote | None:
        """The market of the contract."""
        return self.store.market.quotes.get(self.ticket.contract.conid)

    @property
    def rules(self) -> ContractRules | None:
        """The rules of the contract for this side."""
        return self.store.market.rules.get((self.ticket.contract.conid, self.ticket.side is Side.BUY))

    def compose_matter(self) -> ComposeResult:
        """Headline, fields, what-if and problems."""
        yield Lines(id="headline")
        yield Lines(id="fields")
        yield Lines(id="whatif")
        yield Lines(id="problems")

    def frame(self, changes: Changes) -> None:
        """Follow the market, the rules, the what-if and the lane of the account."""
        conid = self.ticket.contract.conid
        mine = conid in changes.of(Topic.QUOTE) or conid in changes.of(Topic.RULES)
        if mine or any(topic in changes for topic in (Topic.PREVIEW, Topic.ACCOUNT, Topic.HEALTH)):
            self.repaint()

    def paint(self) -> None:
        """Draw everything; only figures of the market, never the ticket, can differ from before."""
        ticket = self.ticket
        head = f"{ticket.side.value} {quantity(ticket.quantity)} {ticket.contract.label}"
        self.query_one("#headline", Lines).show(
            Content.assemble(
                (head, f"bold ${side_style(ticket.side)}"),
                "\n",
                contract_words(ticket.contract),
                ("  conid ", "$muted"),
                str(ticket.contract.conid),
                "\n",
            )
        )
        self.query_one("#fields", Lines).show(
            Content("\n").join(
                Content.assemble((f"{name:<{LABEL}}", "$muted"), (value, "bold"), (remark and f"   {remark}", "$muted"))
                for name, value, remark in self.rows()
            )
        )
        preview = self.store.orders.preview
        asked = ticket if preview is not None and preview.tickets == (ticket,) else None
        self.query_one("#whatif", Lines).show(Content.assemble("\n", whatif_text(preview, asked, ticket)))
        self.query_one("#problems", Lines).show(
            Content("\n").join(
                Content.assemble(f"{problem.field.value}: ", problem_text(problem)) for problem in self.problems()
            )
        )

    def rows(self) -> list[Row]:
        """Every field of the ticket, and what it is worth and where the market stands."""
        ticket, quote, rules = self.ticket, self.quote, self.rules
        far = distance_words(distance(ticket, quote), quote_digits(quote, rules))
        rows: list[Row] = [("Type", TYPE_WORDS[ticket.order_type], self._was("order_type"))]
        if ticket.limit_price is not None:
            remark = far if ticket.stop_price is None else ""
            rows.append(("Limit", on_grid(ticket.limit_price, rules), self._was("limit_price") or remark))
        if ticket.stop_price is not None:
            rows.append(("Stop", on_grid(ticket.stop_price, rules), self._was("stop_price") or far))
        if ticket.trailing_amount is not None:
            rows.append(("Trailing", trailing_words(ticket), self._was("trailing_amount")))
        for child in self.children_attached:
            name = "Take profit" if child.order_type is OrderType.LMT else "Stop loss"
            rows.append((name, order_line(child), "once it fills"))
        rows += [
            ("Quantity", quantity(ticket.quantity), self._was("quantity")),
            ("TIF", ticket.tif.value, self._was("tif")),
            ("Outside RTH", "yes" if ticket.outside_rth else "no", self._outside_was()),
            ("Route", ticket.route or DEFAULT_ROUTE, ""),
            ("Account", account_words(self.store, ticket.account), ""),
            ("Notional", money_words(notional(ticket, quote), ticket.contract.currency), ""),
            ("Market", market_line(quote, rules, self.store.health, self.session.now()), ""),
        ]
        return rows

    def problems(self) -> list[Problem]:
        """What the rules and the market say against the ticket, as known now."""
        limits = self.dashboard.limits
        found = list(check_ticket(self.ticket, Surroundings(self.quote, self.rules, limits)))
        other = self.store.market.rules.get((self.ticket.contract.conid, self.ticket.side is Side.SELL))
        for child in self.children_attached:
            field = Field.PROFIT if child.order_type is OrderType.LMT else Field.LOSS
            found += check_child(self.ticket, child, field, Surroundings(self.quote, other, limits))
        if self.outside_unknown:
            found.append(unknown_outside(outside_rth=self.ticket.outside_rth))
        return found

    def refusal(self, name: str) -> str:
        """Nothing leaves while it could not arrive, would be refused, or another outcome is unknown."""
        if name != "yes":
            return ""
        wrong = next((problem for problem in self.problems() if problem.blocks), None)
        if wrong is not None:
            return f"Not sent: {wrong.field.value} {wrong.text}"
        if self.session.read_only:
            return "Not sent: this run is read-only"
        if not self.store.health.can_trade:
            return "Not sent: there is no brokerage session"
        if self._unknown_lane():
            return "Not sent: an order of this account has an unknown outcome; F4 shows it"
        return ""

    def choose(self, name: str) -> None:
        """Send the ticket shown, once."""
        if name != "yes":
            self.finish(None)
        elif self.order_id is not None:
            self.finish(self.session.orders.modify(self.order_id, self.ticket))
        else:
            self.finish(self.session.orders.submit((self.ticket, *self.children_attached)))

    def action_preview(self) -> None:
        """Ask what the order would do."""
        self.session.orders.preview((self.ticket,))

    def _unknown_lane(self) -> bool:
        return any(
            submission.stage is Stage.UNKNOWN
            and submission.account == self.ticket.account
            and submission.intent is not Intent.CANCEL
            for submission in self.store.orders.submissions.values()
        )

    def _outside_was(self) -> str:
        return "was unknown" if self.outside_unknown else self._was("outside_rth")

    def _was(self, attribute: str) -> str:
        """What a changed field was before; blank for a new order and for an unchanged field."""
        if self.before is None:
            return ""
        old, new = getattr(self.before, attribute), getattr(self.ticket, attribute)
        if old == new:
            return ""
        if isinstance(old, bool):
            return f"was {'yes' if old else 'no'}"
        return f"was {old:f}" if isinstance(old, Decimal) else f"was {old or 'not set'}"
