"""The form of a ticket: rows that appear as the choices need them, read into a draft at every key."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import AwaitMount, Widget
from textual.widgets import Input

from ibtui.domain.algos import AlgoParameter
from ibtui.ui.dialogs.choice import ChoiceField
from ibtui.ui.dialogs.fields import FieldRow, NumberField
from ibtui.ui.dialogs.ticket_rows import (
    NOT_SAID,
    ROWS,
    label_of,
    parameter_row,
    price_placeholder,
    widget_of,
)
from ibtui.ui.ticket_algos import is_flag
from ibtui.ui.ticket_fields import MORE, Field, Surroundings
from ibtui.ui.ticket_form import TicketDraft, shown_fields
from ibtui.ui.ticket_offers import Offers, with_parameter, with_text, with_word, word_of, words_of
from ibtui.ui.ticket_stepping import stepped_field

Note = Callable[[Field, str], Content]
"""What is said beside a field, or beside the algo's parameter of this id."""

NOT_WHEN_CHANGED = frozenset({Field.PROFIT, Field.LOSS, Field.LOSS_KIND, Field.LOSS_STOP, Field.LOSS_LIMIT, Field.OCA})
"""Nothing can be attached to an order that works already."""


class TicketForm(VerticalScroll, can_focus=False):
    """All fields; `draft` is what they say. The dialog hears of changes by the fields' own messages."""

    def __init__(self, draft: TicketDraft, offers: Offers) -> None:
        super().__init__(id="form")
        self.draft = draft
        self.offers = offers
        self.is_more = False
        """Whether the More section is open."""
        self._widgets: dict[Field, Widget] = {}
        self._rows: dict[Field, FieldRow] = {}
        self._parameters: dict[str, tuple[AlgoParameter, Widget, FieldRow]] = {}
        """By the id of the widget."""
        self._serial = 0
        self._around = Surroundings()
        self._algo = ""
        """The algo whose parameters are shown."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that are asked for now."""
        found = shown_fields(self.draft, self.offers.groups)
        if self.offers.is_change:
            found = tuple(field for field in found if field not in NOT_WHEN_CHANGED)
        more = [field for field in MORE if field is not Field.DESTINATION or not self.draft.contract.legs]
        return (*found, *more) if self.is_more else found

    def compose(self) -> ComposeResult:
        """The rows made so far."""
        yield from self._rows.values()

    def begin(self, offers: Offers) -> None:
        """Make the rows that are needed from the start; the others are made when they first are."""
        self.offers = offers
        for line in self._missing():
            self._row(line)

    def open_more(self, *, wanted: bool) -> None:
        """Open or close the More section, whose rows are made when they are first wanted and come all into sight."""
        self.is_more = wanted
        if wanted and Field.ROUTE not in self._rows:
            self.mount_all([self._row((field,)) for field in MORE])
        if wanted:
            self.call_after_refresh(lambda: self.scroll_end(animate=False, immediate=True))

    def _missing(self) -> list[tuple[Field, ...]]:
        """The lines that are asked for and were never made."""
        shown = self.fields
        return [line for line in ROWS if line[0] in shown and line[0] not in self._rows]

    def _grow(self) -> list[AwaitMount]:
        """Make the rows that a choice asks for; where a key chose, the next one may be for them and must wait."""
        return [self.mount(self._row(line), after=self._row_before(line)) for line in self._missing()]

    def _row_before(self, line: tuple[Field, ...]) -> FieldRow:
        above = ROWS[: ROWS.index(line)]
        return next(self._rows[one[0]] for one in reversed(above) if one[0] in self._rows)

    def show(self, offers: Offers, around: Surroundings, note: Note) -> None:
        """Draw all but the texts being typed."""
        self.offers = offers
        self._around = around
        self._show_algo(around)
        if self.is_mounted:
            self._grow()
        shown = self.fields
        for field, widget in self._widgets.items():
            widget.display = field in shown
            if isinstance(widget, ChoiceField):
                widget.offer(words_of(field, self.draft, offers))
                widget.show(word_of(field, self.draft))
            elif isinstance(widget, NumberField):
                widget.placeholder = price_placeholder(field, self.draft)
        for field, row in self._rows.items():
            row.display = field in shown
            if row.display:
                row.rename(label_of(field, self.draft))
                row.show(note(field, ""))
        for parameter, _, row in self._parameters.values():
            row.display = self.is_more
            row.show(note(Field.ALGO, parameter.parameter_id))

    def field_of(self, widget: Widget | None) -> Field | None:
        """The field a widget belongs to; None for parameters and strangers."""
        return next((field for field, mine in self._widgets.items() if mine is widget), None)

    def parameter_of(self, widget: Widget | None) -> AlgoParameter | None:
        """The algo's parameter a widget belongs to."""
        return next((parameter for parameter, mine, _ in self._parameters.values() if mine is widget), None)

    def go_to(self, field: Field, parameter: str = "") -> None:
        """Put the focus on a field, opening the section it stands in; a choice of one word has none to take."""
        if field in MORE and not self.is_more:
            self.open_more(wanted=True)
        asked = (widget for wanted, widget, _ in self._parameters.values() if wanted.parameter_id == parameter)
        widget = next(asked, None) or self._widgets.get(field)
        if widget is not None:
            self.call_after_refresh(widget.focus)

    @on(Input.Changed)
    async def text_typed(self, message: Input.Changed) -> None:
        """Read the text; the message goes on to the dialog."""
        field, parameter = self.field_of(message.input), self.parameter_of(message.input)
        if parameter is not None:
            self.draft = with_parameter(self.draft, parameter.parameter_id, message.value)
        elif field is not None:
            self.draft = with_text(field, self.draft, message.value)
            await gather(*self._grow())

    @on(ChoiceField.Changed)
    async def word_chosen(self, message: ChoiceField.Changed) -> None:
        """Read the choice; the message goes on to the dialog."""
        field, parameter = self.field_of(message.field), self.parameter_of(message.field)
        if parameter is not None:
            value: str | bool = message.word == "yes" if is_flag(parameter) else message.word
            said = None if message.word == NOT_SAID else value
            self.draft = with_parameter(self.draft, parameter.parameter_id, said)
        elif field is not None:
            self.draft = with_word(field, self.draft, message.word, self.offers.groups)
            await gather(*self._grow())

    @on(NumberField.Stepped)
    def value_stepped(self, message: NumberField.Stepped) -> None:
        """Move a number by increments; a blank price starts where its order would stand in the market."""
        message.stop()
        field = self.field_of(message.field)
        text = stepped_field(field, self.draft, message.field.value, message.steps, self._around)
        message.field.show(text)

    def _row(self, line: tuple[Field, ...]) -> FieldRow:
        widgets = [widget_of(field, self.draft, self.offers) for field in line]
        self._widgets.update(zip(line, widgets, strict=True))
        row = FieldRow(label_of(line[0], self.draft), widgets, name=line[0].value)
        row.display = line[0] in self.fields
        self._rows[line[0]] = row
        return row

    def _show_algo(self, around: Surroundings) -> None:
        """Replace the rows of parameters when another algo is chosen, or its description comes."""
        algo = around.algo(self.draft.strategy) if self.draft.strategy and self.is_more else None
        wanted = algo.algo_id if algo is not None else ""
        if wanted == self._algo or (not wanted and self.draft.strategy):
            return
        self._algo = wanted
        for _, _, row in self._parameters.values():
            row.remove()
        self._parameters = {}
        said = {name.casefold(): value for name, value in self.draft.parameters}
        for parameter in algo.parameters if algo is not None else ():
            self._serial += 1
            name = f"parameter-{self._serial}"
            row = parameter_row(parameter, said.get(parameter.parameter_id.casefold()), id=name)
            self._parameters[name] = (parameter, row.fields[0], row)
        rows = [row for _, _, row in self._parameters.values()]
        if rows and Field.ALGO in self._rows:
            self.mount_all(rows, after=self._rows[Field.ALGO])
