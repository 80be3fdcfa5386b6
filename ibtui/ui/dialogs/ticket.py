"""The order ticket: fields checked as they are typed; nothing leaves from here, Enter goes to the confirmation."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from ibtui.domain.contracts import ContractRules
from ibtui.domain.market import Quote
from ibtui.domain.tickets import OrderType, Side, Ticket, Tif
from ibtui.store import Changes, Topic
from ibtui.ui.dialogs.base import Dialog, Lines
from ibtui.ui.dialogs.confirm import ConfirmDialog
from ibtui.ui.dialogs.fields import ChoiceField, FieldRow, NumberField
from ibtui.ui.dialogs.ticket_view import note, problem_text, whatif_text
from ibtui.ui.dialogs.words import (
    TYPE_WORDS,
    account_words,
    contract_words,
    is_live,
    market_line,
)
from ibtui.ui.ticket_checks import OFFERED_TIFS, Field, Surroundings, allowed_tifs, allowed_types, unknown_outside
from ibtui.ui.ticket_form import TYPES, Reading, TicketDraft, changed_fields, read_draft, stepped, stepped_size

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

LABELS = {
    Field.SIDE: "Side",
    Field.QUANTITY: "Quantity",
    Field.TYPE: "Type",
    Field.LIMIT: "Limit",
    Field.STOP: "Stop",
    Field.TIF: "TIF",
    Field.OUTSIDE: "Outside RTH",
    Field.PROFIT: "Take profit",
    Field.LOSS: "Stop loss",
    Field.ACCOUNT: "Account",
}

TYPES_BY_WORD = {TYPE_WORDS[kind]: kind for kind in TYPES}

QUOTES_OWNER = "ticket"
"""Name under which the ticket wants its contract streamed."""

HINT = "tab next  ↑↓ step  = nearest price  w what-if  enter review  esc close"


class TicketDialog(Dialog[str]):
    """A new order, or (with `before`) the change of a working one; the result is the submission's key, if any.

    The confirmation opens on top: its no comes back to the ticket as it was typed, its yes closes both.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "close", show=False),
        Binding("w,ctrl+w", "preview", "what-if", show=False, priority=True),
        Binding("equals_sign", "take_offer", "nearest", show=False),
    ]

    def __init__(
        self,
        app: DashboardApp,
        draft: TicketDraft,
        *,
        order_id: int | None = None,
        before: Ticket | None = None,
        outside_unknown: bool = False,
    ) -> None:
        live = is_live(app.session.store, draft.account)
        super().__init__(
            app,
            heading=f"{draft.side.value} ticket" if order_id is None else f"Modify order {order_id}",
            corner=account_words(app.session.store, draft.account),
        )
        self.draft = draft
        self.order_id = order_id
        self.before = before
        self.outside_unknown = outside_unknown
        """Nobody told whether the working order may fill outside regular hours."""
        self._asked: Ticket | None = None
        self._complain = False
        self.set_class(live, "-live")

    @property
    def quote(self) -> Quote | None:
        """The market of the contract."""
        return self.store.market.quotes.get(self.draft.contract.conid)

    @property
    def rules(self) -> ContractRules | None:
        """The rules of the contract for the side chosen."""
        return self.store.market.rules.get((self.draft.contract.conid, self.draft.side is Side.BUY))

    def reading(self) -> Reading:
        """What the draft means now."""
        other = self.store.market.rules.get((self.draft.contract.conid, self.draft.side is Side.SELL))
        return read_draft(self.draft, Surroundings(self.quote, self.rules, self.dashboard.limits), other)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields offered: nothing can be attached to an order that works already."""
        return tuple(f for f in LABELS if self.before is None or f not in (Field.PROFIT, Field.LOSS))

    def compose_body(self) -> ComposeResult:
        """Contract and market, the fields, the what-if and the keys."""
        draft, fixed = self.draft, self.before is not None
        accounts = [account.account_id for account in self.store.money.accounts] or [draft.account]
        yield Lines(id="contract", classes="one-line")
        widgets: dict[Field, NumberField | ChoiceField] = {
            Field.SIDE: ChoiceField([side.value for side in Side], draft.side.value, id="side", fixed=fixed),
            Field.QUANTITY: NumberField(draft.quantity, id="quantity"),
            Field.TYPE: ChoiceField(list(TYPES_BY_WORD), TYPE_WORDS[draft.order_type], id="type"),
            Field.LIMIT: NumberField(draft.limit, id="limit"),
            Field.STOP: NumberField(draft.stop, id="stop"),
            Field.PROFIT: NumberField(draft.profit, id="profit", placeholder="none"),
            Field.LOSS: NumberField(draft.loss, id="loss", placeholder="none"),
            Field.TIF: ChoiceField([tif.value for tif in OFFERED_TIFS], draft.tif.value, id="tif"),
            Field.OUTSIDE: ChoiceField(["no", "yes"], "yes" if draft.outside_rth else "no", id="outside"),
            Field.ACCOUNT: ChoiceField(accounts, draft.account, id="account", fixed=fixed),
        }
        for field in self.fields:
            yield FieldRow(LABELS[field], widgets[field], Lines(id=f"note-{field.value}", classes="note"))
        yield Lines(id="whatif")
        yield Static(HINT, markup=False, classes="hint")

    def on_mount(self) -> None:
        """Ask for what the ticket needs and start at the quantity, or at the price when that is seeded."""
        self.session.market.show_quotes(QUOTES_OWNER, (self.draft.contract.conid,))
        self.session.market.learn_rules(self.draft.contract.conid, self.draft.side)
        first = "quantity" if not self.draft.quantity or not self.draft.order_type.needs_limit else "limit"
        self.query_one(f"#{first}", NumberField).focus()

    def on_unmount(self) -> None:
        """Let the contract's stream go."""
        self.session.market.show_quotes(QUOTES_OWNER, ())

    def frame(self, changes: Changes) -> None:
        """Follow market, rules and what-if."""
        conid = self.draft.contract.conid
        if (
            conid in changes.of(Topic.QUOTE)
            or conid in changes.of(Topic.RULES)
            or conid in changes.of(Topic.CONTRACT)
            or any(topic in changes for topic in (Topic.PREVIEW, Topic.ACCOUNT))
        ):
            self.repaint()

    def paint(self) -> None:
        """Draw all but the texts being typed."""
        draft, quote, rules = self.draft, self.quote, self.rules
        contract = self.store.market.contracts.get(draft.contract.conid, draft.contract)
        self.query_one("#contract", Lines).show(
            Content.assemble(
                (contract.label, "bold"),
                f"  {contract_words(contract)}\n",
                market_line(quote, rules, self.store.health, self.session.now()),
            )
        )
        self.query_one("#type", ChoiceField).offer([TYPE_WORDS[kind] for kind in allowed_types(rules, TYPES)])
        self.query_one("#tif", ChoiceField).offer([tif.value for tif in allowed_tifs(rules, draft.order_type)])
        self.query_one("#limit", NumberField).enable(draft.order_type.needs_limit)
        self.query_one("#stop", NumberField).enable(draft.order_type.needs_stop)
        panel = self.query_one(".sheet")
        panel.set_class(draft.side is Side.BUY, "-buy")
        panel.set_class(draft.side is Side.SELL, "-sell")
        reading = self.reading()
        for field in self.fields:
            self.query_one(f"#note-{field.value}", Lines).show(self._note(field, reading))
        self.query_one("#whatif", Lines).show(whatif_text(self.store.orders.preview, self._asked, reading.ticket))

    def _note(self, field: Field, reading: Reading) -> Content:
        problem = reading.of(field)
        if problem is not None and (self._complain or not problem.is_missing):
            return problem_text(problem)
        if field is Field.OUTSIDE and self.outside_unknown:
            return problem_text(unknown_outside(outside_rth=self.draft.outside_rth))
        return note(field, reading, self.before, self.quote, self.rules)

    @on(Input.Changed)
    def text_typed(self, message: Input.Changed) -> None:
        """Read the numbers again."""
        text = message.value
        match message.input.id:
            case "quantity":
                self.draft = replace(self.draft, quantity=text)
            case "limit":
                self.draft = replace(self.draft, limit=text)
            case "stop":
                self.draft = replace(self.draft, stop=text)
            case "profit":
                self.draft = replace(self.draft, profit=text)
            case _:
                self.draft = replace(self.draft, loss=text)
        self.repaint()

    @on(ChoiceField.Changed)
    def word_chosen(self, message: ChoiceField.Changed) -> None:
        """Read the choices again; the rules of the other side are asked for."""
        name, word = message.field.id, message.word
        if name == "side":
            self.draft = replace(self.draft, side=Side(word))
            self.session.market.learn_rules(self.draft.contract.conid, self.draft.side)
            self.query_one(".sheet").border_title = Content(f"{word} ticket")
        elif name == "type":
            self.draft = replace(self.draft, order_type=TYPES_BY_WORD[word])
        elif name == "tif":
            self.draft = replace(self.draft, tif=Tif(word))
        elif name == "outside":
            self.draft = replace(self.draft, outside_rth=word == "yes")
        else:
            self.draft = replace(self.draft, account=word)
            self.set_class(is_live(self.store, word), "-live")
            self.query_one(".sheet").border_subtitle = Content(account_words(self.store, word))
        self.repaint()

    @on(NumberField.Stepped)
    def value_stepped(self, message: NumberField.Stepped) -> None:
        """Move a number by increments; a blank price starts where its order would stand in the market."""
        field, rules = message.field, self.rules
        if field.id == "quantity":
            field.show(stepped_size(field.value, message.steps, rules))
        else:
            field.show(stepped(field.value, message.steps, rules, self._market_price()))

    def _market_price(self) -> Decimal | None:
        """Where a first price starts: the own side of the book for a limit, the last price for a stop."""
        quote = self.quote
        if quote is None:
            return None
        own = quote.bid if self.draft.side is Side.BUY else quote.ask
        if self.draft.order_type in (OrderType.STP, OrderType.STOP_LIMIT):
            own = quote.last
        return own if own is not None else quote.reference

    def action_take_offer(self) -> None:
        """Put the nearest valid value into the field in focus."""
        focused = self.focused
        if isinstance(focused, NumberField):
            problem = self.reading().of(Field(str(focused.id)))
            if problem is not None and problem.offer is not None:
                focused.show(f"{problem.offer:f}")

    def action_preview(self) -> None:
        """Ask what the order would do; nothing is sent that trades."""
        reading = self.reading()
        self._complain = True
        if reading.ticket is not None and reading.is_sendable:
            self._asked = reading.ticket
            self.session.orders.preview((reading.ticket,))
        self.repaint()

    def action_leave(self) -> None:
        """Close; nothing was sent."""
        self.finish(None)

    def on_key(self, event: events.Key) -> None:
        """Enter goes on to the confirmation from any field, or to the first field that is wrong."""
        if event.key != "enter":
            return
        event.stop()
        event.prevent_default()
        self.guard.saw("enter")
        reading = self.reading()
        self._complain = True
        if reading.ticket is not None and reading.is_sendable and self._is_changed(reading):
            self._review(reading.ticket, reading.children)
            return
        wrong = next((problem for problem in reading.problems if problem.blocks), None)
        if wrong is not None:
            self.query_one(f"#{wrong.field.value}").focus()
        else:
            self.app.bell()
        self.repaint()

    def _review(self, ticket: Ticket, children: tuple[Ticket, ...]) -> None:
        confirm = ConfirmDialog(
            self.dashboard,
            ticket,
            children,
            order_id=self.order_id,
            before=self.before,
            outside_unknown=self.outside_unknown,
        )
        self.app.push_screen(confirm, self._confirmed)

    def _confirmed(self, key: str | None) -> None:
        if key is not None:
            self.finish(key)

    def _is_changed(self, reading: Reading) -> bool:
        return self.before is None or (reading.ticket is not None and bool(changed_fields(self.before, reading.ticket)))
