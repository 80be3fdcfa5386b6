"""Chooses and orders the columns of the ladder, for the run: the configuration is the user's own file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from ibtui.ui.dialogs.listing import ListDialog
from ibtui.ui.ladder.columns import DEFAULT_COLUMNS, Column, words_of

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp


class ColumnsDialog(ListDialog[tuple[Column, ...]]):
    """Every column, those shown first, in their order; space shows or hides, shift and an arrow move."""

    KEYS: ClassVar[str] = "space shows or hides · shift+↑↓ move · r the usual ones · enter takes them · esc leaves"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "turn", "show or hide", show=False),
        Binding("shift+up,K", "shift(-1)", "move up", show=False),
        Binding("shift+down,J", "shift(1)", "move down", show=False),
        Binding("r", "reset", "the usual ones", show=False),
    ]

    def __init__(self, app: DashboardApp, wanted: Sequence[Column]) -> None:
        super().__init__(app, heading="Columns of the ladder", corner="left to right")
        self._order = _all_of(wanted)
        self._shown = set(wanted)

    @property
    def wanted(self) -> tuple[Column, ...]:
        """Those shown, from left to right."""
        return tuple(column for column in self._order if column in self._shown)

    def rows(self) -> Sequence[str]:
        """Every column with its mark."""
        return [f"[{'x' if column in self._shown else ' '}] {column:<9} {words_of(column)}" for column in self._order]

    def remark(self) -> str:
        """How to keep the choice."""
        names = ", ".join(f'"{column}"' for column in self.wanted)
        return f"Where there is no room the least important are left out.\nTo keep it: [ladder] columns = [{names}]"

    def outcome(self) -> tuple[Column, ...]:
        """Those shown."""
        return self.wanted

    def action_turn(self) -> None:
        """Show what is hidden, hide what is shown; a ladder without prices is none."""
        column = self._order[self.place]
        if column is not Column.PRICE:
            self._shown ^= {column}
            self.repaint()

    def action_shift(self, rows: int) -> None:
        """Move the column under the cursor."""
        to = self.place + rows
        if 0 <= to < len(self._order):
            self._order.insert(to, self._order.pop(self.place))
            self.place = to
            self.repaint()

    def action_reset(self) -> None:
        """Back to the usual columns."""
        self._order, self._shown = _all_of(DEFAULT_COLUMNS), set(DEFAULT_COLUMNS)
        self.repaint()


def _all_of(wanted: Sequence[Column]) -> list[Column]:
    return [*wanted, *(column for column in Column if column not in wanted)]
