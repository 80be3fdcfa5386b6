"""What the keys of the ladder screen do, each for the ladder that has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibtui.domain.tickets import Side
from ibtui.ui.ladder.hands import Kind
from ibtui.ui.ladder.keys import LadderState, footer_of, state_words
from ibtui.ui.ladder.pane import LadderPane
from ibtui.ui.ladder.strokes import Sight, Stroke
from ibtui.ui.screens.base import DashboardScreen
from ibtui.ui.widgets.footer import KeyFooter

if TYPE_CHECKING:
    from ibtui.ui.ladder.columns import Column


class LadderKeys(DashboardScreen):
    """The actions of the table; the screen says which ladder they are for and by which key they came."""

    _said: tuple[LadderState, bool] | None = None
    """What the footer says the keys do: the state, and whether it is armed."""

    @property
    def pane(self) -> LadderPane:
        """The ladder that has the focus."""
        raise NotImplementedError

    @property
    def stroke(self) -> Stroke | None:
        """The key that is being handled; None for what was chosen from the palette."""
        raise NotImplementedError

    @property
    def sight(self) -> Sight:
        """What the key is about."""
        return self.pane.sight(self.stroke)

    def painted(self) -> None:
        """Paint the ladder of the key, and say in the footer what keys do now."""
        self.pane.repaint()
        self.say_state()

    def say_state(self) -> None:
        """Say in the footer and the help what the keys do now."""
        state, is_armed = said = self.pane.trading.state, self.pane.trading.arming.is_armed
        for footer in self.query(KeyFooter) if said != self._said else ():
            self._said = said
            footer.say_state(state_words(state, is_armed=is_armed), footer_of(state, is_armed=is_armed))

    def action_arm(self) -> None:
        """Arm, or disarm."""
        self.pane.trading.arm(self.sight, self.stroke)
        self.painted()

    def action_trade(self, kind: str, side: str) -> None:
        """A new order."""
        self.pane.trading.trade(Kind[kind], Side(side), self.sight, self.stroke)
        self.painted()

    def action_close_position(self, reverse: bool) -> None:
        """Flatten or reverse."""
        self.pane.trading.close(self.sight, self.stroke, reverse=reverse)
        self.painted()

    def action_enter(self) -> None:
        """Send what is shown, grab, or send the change."""
        self.pane.trading.enter(self.sight, self.stroke)
        self.painted()

    def action_move_own(self, ticks: int, whole: bool) -> None:
        """Move what is grabbed; the cursor goes with it."""
        price = self.pane.trading.move_own(ticks, whole=whole)
        if price is not None:
            self.pane.window.place(price)
        self.painted()

    def action_cancel_own(self, which: str) -> None:
        """Cancel own orders at once."""
        self.pane.trading.cancel(which, self.sight, self.stroke)
        self.painted()

    def action_back(self) -> None:
        """Drop the preview, let go, else back to the watchlist."""
        if self.pane.trading.drop():
            self.painted()
        else:
            super().action_back()

    def action_next_bracket(self) -> None:
        """Another template."""
        self.pane.trading.next_bracket()
        self.painted()

    def action_step_size(self, lots: int) -> None:
        """Lots more or less."""
        self.pane.trading.step_size(lots)
        self.painted()

    def action_preset(self, number: int) -> None:
        """Choose one of the nine sizes."""
        presets = self.dashboard.presets
        if number <= len(presets):
            self.pane.trading.choose_size(presets[number - 1])
            self.painted()

    def action_move_price(self, rows: int) -> None:
        """Move the cursor by rows."""
        self.pane.window.move(rows)
        self.painted()

    def action_page_price(self, pages: int) -> None:
        """Move cursor and window by a page."""
        self.pane.window.page(pages)
        self.painted()

    def action_centre(self) -> None:
        """Back to the market; changes of sizes are counted from now on."""
        self.pane.window.look()
        if not self.pane.window.centre() and self.pane.trading.grab is not None:
            self.pane.trading.remarks.tell("Not centred while an order is grabbed: esc lets it go")
        self.painted()

    def action_follow(self) -> None:
        """Centre by itself, or not."""
        window = self.pane.window
        window.follows = not window.follows
        self.pane.trading.remarks.tell("Centres by itself" if window.follows else "Stays where it is: space centres")
        self.painted()

    def action_to_side(self, side: str) -> None:
        """Put the cursor on the best bid or ask."""
        price = self.pane.window.best(side)
        if price is not None:
            self.pane.window.place(price)
            self.painted()

    def action_next_grouping(self) -> None:
        """More ticks in a row, or one again."""
        ticks = self.pane.window.next_grouping()
        self.pane.trading.remarks.tell(f"{ticks} tick{'s' if ticks > 1 else ''} a row")
        self.painted()

    def action_open_columns(self) -> None:
        """Choose and order the columns."""
        from ibtui.ui.dialogs.columns import ColumnsDialog  # noqa: PLC0415 - start-up time

        self.app.push_screen(ColumnsDialog(self.dashboard, self.pane.columns), self.take_columns)

    def take_columns(self, columns: tuple[Column, ...] | None) -> None:
        """Show these columns from now on."""
        raise NotImplementedError

    def action_open_exchange(self) -> None:
        """Choose where the depth comes from."""
        from ibtui.ui.dialogs.exchange import ExchangeDialog  # noqa: PLC0415 - start-up time

        contract = self.selected_contract()
        if contract is None:
            self.dashboard.say("The contract is not known yet", severity="warning")
        else:
            self.app.push_screen(ExchangeDialog(self.dashboard, contract, self.pane.exchange), self.take_exchange)

    def take_exchange(self, exchange: str | None) -> None:
        """Show the depth of this exchange from now on."""
        raise NotImplementedError
