"""The order ticket: fields checked as they are typed; nothing leaves from here, Enter goes to the confirmation."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Input, Static

from ibtui.domain.tickets import Side, Ticket
from ibtui.store import Changes, Topic
from ibtui.ui.dialogs.base import Dialog, Lines
from ibtui.ui.dialogs.choice import ChoiceField
from ibtui.ui.dialogs.confirm import ConfirmDialog
from ibtui.ui.dialogs.confirm_group import ConfirmGroupDialog
from ibtui.ui.dialogs.fields import NumberField, TextField
from ibtui.ui.dialogs.form import TicketForm
from ibtui.ui.dialogs.surroundings import rules_for, surroundings
from ibtui.ui.dialogs.ticket_view import (
    described_parameter,
    group_text,
    headline,
    note,
    parameter_note,
    problem_text,
    remark,
    row_problem,
    unknown_problem,
    whatif_text,
)
from ibtui.ui.dialogs.words import account_words, is_live, market_line
from ibtui.ui.ticket_change import changed_fields
from ibtui.ui.ticket_fields import Field, Surroundings
from ibtui.ui.ticket_form import TicketDraft
from ibtui.ui.ticket_offers import Offers, more_words
from ibtui.ui.ticket_reading import Reading, read_draft

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

QUOTES_OWNER = "ticket"
"""Name under which the ticket wants its contract (or its legs) streamed."""

HINT = "↑↓ step  = near  ^o more  ^g group  w what-if  enter review  esc close"

FRAME = 2
"""Lines of the border."""

SIDES = 6
"""Cells of the border and the padding."""

BLANKS = 2
"""Lines left empty where there is room."""

WHATIF_AT_MOST = 8
"""Lines of a what-if; the confirmation shows all of it."""

NARROW, WIDE = 76, 108
"""Cells of the sheet; the wide one where the terminal leaves room beside it."""

WIDE_FROM = 118


class TicketDialog(Dialog[str]):
    """A new order, or (with `before`) the change of a working one; the result is the submission's key, if any.

    The confirmation opens on top: its no comes back to the ticket as it was typed, its yes closes both.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "close", show=False),
        Binding("ctrl+w", "preview", "what-if", show=False, priority=True),
        Binding("w", "preview_unless_typed", "what-if", show=False, priority=True),
        Binding("ctrl+o", "more", "more", show=False, priority=True),
        Binding("ctrl+g", "collect", "into the OCA group", show=False, priority=True),
        Binding("ctrl+x", "drop_group", "drop the group", show=False, priority=True),
        Binding("equals_sign", "take_offer", "nearest", show=False),
    ]

    def __init__(
        self,
        app: DashboardApp,
        draft: TicketDraft,
        *,
        order_id: int | None = None,
        before: Ticket | None = None,
        unknown: frozenset[Field] = frozenset(),
        at_price: bool = True,
    ) -> None:
        live = is_live(app.session.store, draft.account)
        super().__init__(
            app,
            heading=f"{draft.side.value} ticket" if order_id is None else f"Modify order {order_id}",
            corner=account_words(app.session.store, draft.account),
        )
        self.order_id = order_id
        self.before = before
        self.unknown = unknown
        """What nobody told of the working order."""
        self.at_price = at_price
        """Whether the size was the user's own choice, so that typing begins at the price."""
        self.form = TicketForm(draft, Offers(accounts=(draft.account,), is_change=before is not None))
        self.form.begin(self._offers())
        self._headline = Lines(id="contract", classes="one-line")
        self._more = Lines(id="more", classes="one-line", folds=True)
        self._members = Lines(id="group", folds=True)
        self._whatif = Lines(id="whatif")
        self._asked: tuple[Ticket, ...] = ()
        self._complain = False
        self.set_class(live, "-live", update=False)

    @property
    def draft(self) -> TicketDraft:
        """What the form says."""
        return self.form.draft

    @property
    def around(self) -> Surroundings:
        """What the draft is measured against."""
        draft = self.draft
        return surroundings(self.dashboard, draft.contract, draft.side, before=self.before, order_id=self.order_id)

    def reading(self) -> Reading:
        """What the draft means now, as a member of the group if one waits."""
        other = rules_for(self.store, self.draft.contract, self.draft.side.opposite)
        reading = read_draft(self.draft, self.around, other)
        if reading.ticket is None or not self._is_member:
            return reading
        beside = self.dashboard.group.problems(reading.ticket, reading.children)
        return replace(reading, problems=(*reading.problems, *beside))

    def wanted(self, reading: Reading) -> tuple[Ticket, ...]:
        """All that would be sent together; empty while the ticket is not whole."""
        if reading.ticket is not None and self._is_member:
            return self.dashboard.group.with_last(reading.ticket)
        return reading.tickets

    @property
    def _is_member(self) -> bool:
        """Whether this order completes a group that waits."""
        return self.before is None and len(self.dashboard.group) > 0

    def compose_body(self) -> ComposeResult:
        """Contract and market, the fields, what the closed section holds, the what-if and the keys."""
        self._widen(self.app.size)
        self.paint()
        yield self._headline
        yield self.form
        yield self._more
        yield self._members
        yield self._whatif
        yield Static(HINT, markup=False, classes="hint")

    def on_mount(self) -> None:
        """Ask for what the ticket needs and start at the quantity, or at the price of a size chosen before."""
        contract = self.draft.contract
        self.session.market.show_quotes(QUOTES_OWNER, [leg.conid for leg in contract.legs] or (contract.conid,))
        self._learn_rules()
        if self.draft.strategy:
            self.session.market.learn_algos(contract.conid)
        is_seeded = self.at_price and self.draft.quantity and self.draft.order_type.needs_limit
        self.set_focus(self.query_one("#limit" if is_seeded else "#quantity", NumberField))

    def on_unmount(self) -> None:
        """Let the contract's stream go."""
        self.session.market.show_quotes(QUOTES_OWNER, ())

    def on_resize(self, event: events.Resize) -> None:
        """A wide terminal shows more words side by side, a high one more fields."""
        if self.is_open:
            self._widen(event.size)
            self._fit(event.size)

    def frame(self, changes: Changes) -> None:
        """Follow market, rules, algos and what-if; a definition that came late tells the multiplier."""
        contract = self.draft.contract
        if not contract.legs and contract.conid in changes.of(Topic.CONTRACT):
            contract = self.store.market.contracts.get(contract.conid, contract)
            self.form.draft = replace(self.draft, contract=contract)
        conids = {leg.conid for leg in contract.legs} | {contract.conid}
        topics = (Topic.QUOTE, Topic.RULES, Topic.CONTRACT, Topic.ALGOS)
        told = any(conids & changes.of(topic) for topic in topics)
        if told or any(topic in changes for topic in (Topic.PREVIEW, Topic.ACCOUNT)):
            self.repaint()

    def paint(self) -> None:
        """Draw all but the texts being typed."""
        draft, around, reading = self.draft, self.around, self.reading()
        contract = draft.contract
        if not contract.legs:
            contract = self.store.market.contracts.get(contract.conid, contract)
        market = market_line(around.quote, around.rules, self.store.health, self.session.now())
        self._headline.show(headline(contract, draft.side, market))
        self.sheet.set_class(draft.side is Side.BUY, "-buy", update=self.is_mounted)
        self.sheet.set_class(draft.side is Side.SELL, "-sell", update=self.is_mounted)
        self.form.show(self._offers(), around, lambda field, parameter: self._note(field, parameter, reading))
        closed = "" if self.form.is_more else more_words(draft)
        self._more.show(Content.assemble(("  more: ", "$muted"), closed) if closed else Content(""))
        self._members.show(group_text(self.dashboard.group.tickets if self._is_member else ()))
        self._whatif.show(whatif_text(self.store.orders.preview, self._asked, self.wanted(reading)))
        self._fit(self.app.size)

    def _widen(self, size: Size) -> None:
        self.sheet.styles.width = WIDE if size.width >= WIDE_FROM else NARROW

    def _fit(self, size: Size) -> None:
        """Let the fields scroll where the terminal is too low for all of them."""
        room = min(NARROW, size.width) - SIDES
        taken = FRAME + self._headline.text.count("\n") + 1
        taken += min(WHATIF_AT_MOST, _height(self._whatif, room)) + _height(self._members, room)
        taken += bool(self._more.text) + ceil(len(HINT) / room)
        is_low = size.height < taken + len(self.form.fields) + BLANKS
        self.set_class(is_low, "-low", update=self.is_mounted)
        self.form.styles.max_height = max(1, size.height - taken - (0 if is_low else BLANKS))

    def _note(self, field: Field, parameter: str, reading: Reading) -> Content:
        found = row_problem(field, parameter, reading, complain=self._complain)
        if found is None and field in self.unknown:
            found = unknown_problem(field, outside_rth=self.draft.outside_rth)
        if parameter:
            described = described_parameter(self.around.algo(self.draft.strategy), parameter)
            return problem_text(found) if found is not None else parameter_note(described)
        words = note(field, reading, self.before, self.around.quote, self.around.rules)
        return words if found is None else remark(found, words)

    def _offers(self) -> Offers:
        money, draft = self.store.money, self.draft
        accounts = tuple(account.account_id for account in money.accounts) or (draft.account,)
        algos = self.store.market.algos.get(draft.contract.conid)
        return Offers(
            rules_for(self.store, draft.contract, draft.side), accounts, money.groups, algos, self.before is not None
        )

    def _learn_rules(self) -> None:
        if not self.draft.contract.legs:
            self.session.market.learn_rules(self.draft.contract.conid, self.draft.side)

    @on(Input.Changed)
    def text_typed(self, _message: Input.Changed) -> None:
        """The form read another text."""
        self.repaint()

    @on(ChoiceField.Changed)
    def word_chosen(self, message: ChoiceField.Changed) -> None:
        """The form read another choice; the rules of another side are asked for."""
        field = self.form.field_of(message.field)
        if field is Field.SIDE:
            self._learn_rules()
            self.sheet.border_title = Content(f"{message.word} ticket")
        elif field is Field.ACCOUNT:
            self.set_class(is_live(self.store, message.word), "-live")
            self.sheet.border_subtitle = Content(account_words(self.store, message.word))
        self.repaint()

    def action_take_offer(self) -> None:
        """Put the nearest valid value into the field in focus."""
        focused = self.focused
        field = self.form.field_of(focused)
        problem = self.reading().of(field) if field is not None else None
        if isinstance(focused, NumberField) and problem is not None and problem.offer is not None:
            focused.show(f"{problem.offer:f}")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A letter belongs to a text, and to a choice that has a word with it; a group must be there to be dropped."""
        if action == "drop_group":
            return self._is_member
        if action != "preview_unless_typed":
            return super().check_action(action, parameters)
        focused = self.focused
        return not isinstance(focused, TextField) and not (isinstance(focused, ChoiceField) and focused.takes("w"))

    def action_preview_unless_typed(self) -> None:
        """The short key of the what-if."""
        self.action_preview()

    def action_preview(self) -> None:
        """Ask what the order, with what is attached, would do; nothing is sent that trades."""
        reading = self.reading()
        self._complain = True
        if reading.is_sendable:
            self._asked = self.wanted(reading)
            self.session.orders.preview(self._asked)
        self.repaint()

    def action_more(self) -> None:
        """Open or close the section of what is seldom set."""
        wanted = not self.form.is_more
        if wanted and not self.draft.contract.legs:
            self.session.market.learn_algos(self.draft.contract.conid)
        self.form.open_more(wanted=wanted)
        self.form.go_to(Field.ROUTE if wanted else Field.QUANTITY)
        self.repaint()

    def action_collect(self) -> None:
        """Let the order wait for the rest of an OCA group, and make room for the next ticket; nothing is sent."""
        if self.before is not None:
            self.dashboard.say("An order that works cannot join a group", severity="warning")
            return
        reading, group = self.reading(), self.dashboard.group
        self._complain = True
        if reading.ticket is None or not reading.is_sendable:
            self._go_to_wrong(reading)
            return
        apart = next(group.problems(reading.ticket, reading.children), None)
        if apart is not None:
            self.dashboard.say(apart.text, severity="warning")
            self.form.go_to(apart.field)
            return
        group.add(reading.ticket)
        count = f"{len(group)} order waits" if len(group) == 1 else f"{len(group)} orders wait"
        self.dashboard.say(f"{count}. Open the next ticket: enter there reviews all of them", title="OCA group")
        self.finish(None)

    def action_drop_group(self) -> None:
        """Forget the orders that wait; the ticket stands alone again."""
        self.dashboard.group.drop()
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
        ticket = reading.ticket
        is_changed = ticket is not None and (self.before is None or bool(changed_fields(self.before, ticket)))
        if ticket is not None and reading.is_sendable and is_changed:
            self._review(self.wanted(reading))
        else:
            self._go_to_wrong(reading)

    def _go_to_wrong(self, reading: Reading) -> None:
        wrong = next((problem for problem in reading.problems if problem.blocks), None)
        if wrong is not None:
            self.form.go_to(wrong.field, wrong.parameter)
        else:
            self.app.bell()
        self.repaint()

    def _review(self, tickets: tuple[Ticket, ...]) -> None:
        confirm = (
            ConfirmGroupDialog(self.dashboard, tickets)
            if self._is_member
            else ConfirmDialog(
                self.dashboard,
                tickets[0],
                tickets[1:],
                order_id=self.order_id,
                before=self.before,
                unknown=self.unknown,
            )
        )
        self.app.push_screen(confirm, self._confirmed)

    def _confirmed(self, key: str | None) -> None:
        if key is None:
            return
        if self._is_member:
            self.dashboard.group.drop()
        self.finish(key)


def _height(part: Lines, room: int) -> int:
    """Lines that a part of the sheet takes."""
    return sum(ceil(max(1, len(line)) / room) for line in part.text.split("\n")) if part.text else 0
