"""A ladder with everything on it, alone in an app: frozen in one moment, for its drawing to be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from msgspec.structs import replace
from textual.app import App, ComposeResult
from textual.screen import Screen

from ibtui.domain.account import Position
from ibtui.domain.contracts import Contract, ContractRules, PriceStep
from ibtui.domain.flow import Aggressor, Flow, Print, Traded
from ibtui.domain.market import Ladder, Quote, Rung
from ibtui.domain.orders import Execution, Intent, LiveOrder, OrderStatus, Stage, Submission
from ibtui.domain.queueing import QueueEstimate
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.ui.belief import LIVE
from ibtui.ui.ladder import header
from ibtui.ui.ladder.columns import Column
from ibtui.ui.ladder.own import GrabMark
from ibtui.ui.ladder.view import LadderInput, LadderView
from ibtui.ui.ladder.window import LadderWindow
from ibtui.ui.paint.sparse import paint_sparsely
from ibtui.ui.themes import DEFAULTS, TEXTUAL_GAPS, load_themes
from ibtui.ui.widgets.figures import FigureLine
from ibtui.ui.widgets.ladder import Rungs

CONID: Final = 265598
NOW: Final = 100.0
MIDDLE: Final = 27167
"""Ticks of the last price."""
RULES: Final = ContractRules(CONID, True, (PriceStep(Decimal(0), Decimal("0.01")),), Decimal(1), Decimal(100))
CONTRACT: Final = Contract(CONID, "AAPL", "APPLE INC", "STK", "NASDAQ", "USD")


def at(ticks: int) -> Decimal:
    """The price so many ticks from the last one."""
    return Decimal(MIDDLE + ticks).scaleb(-2)


def size(ticks: int) -> Decimal:
    """A size for a price: the same at every run, of one digit to six."""
    return Decimal((7919 * (abs(ticks) + 3) ** 3) % (900, 9000, 90_000, 400_000)[abs(ticks) % 4] + 1)


def order(order_id: int, side: Side, ticks: int, quantity: int = 100, **more: object) -> LiveOrder:
    """A working limit order, but for what is told otherwise."""
    base = LiveOrder(
        order_id,
        conid=CONID,
        side=side,
        order_type="Limit",
        quantity=Decimal(quantity),
        remaining=Decimal(quantity),
        limit_price=at(ticks),
        status=OrderStatus.SUBMITTED,
    )
    return replace(base, **more)


def submission(intent: Intent, stage: Stage, side: Side, ticks: int, order_id: int | None = None) -> Submission:
    """One under way for a limit order at a price."""
    ticket = Ticket("DU1", CONTRACT, side, OrderType.LMT, Decimal(50), limit_price=at(ticks))
    return Submission(f"{intent}{ticks}", intent, "DU1", stage, (ticket,), order_id)


def own_orders() -> tuple[tuple[LiveOrder, ...], tuple[Submission, ...]]:
    """Own orders of every look."""
    orders = (
        order(1, Side.BUY, -4),
        order(2, Side.BUY, -6, 37_000, status=OrderStatus.PENDING_CANCEL),
        order(3, Side.SELL, 4, 50),
        order(4, Side.SELL, -5, order_type="STOP_LIMIT", stop_price=at(-3)),
        order(5, Side.SELL, 6, 25),
        order(6, Side.BUY, -80, 500),
        order(7, Side.BUY, -7, 12_100, status=OrderStatus.INACTIVE),
    )
    under_way = (
        submission(Intent.PLACE, Stage.SENT, Side.BUY, -2),
        submission(Intent.MODIFY, Stage.SENT, Side.SELL, 3, 3),
        submission(Intent.PLACE, Stage.UNKNOWN, Side.SELL, 7),
    )
    return orders, under_way


def quote() -> Quote:
    """The market of the moment, with the day's prices in sight."""
    return Quote(
        CONID,
        last=at(0),
        last_size=Decimal(100),
        bid=at(-1),
        ask=at(1),
        open=at(-5),
        high=at(8),
        low=at(-9),
        close=at(4),
        change=Decimal("1.52"),
        change_percent=Decimal("0.56"),
        volume=Decimal(24_230_000),
        direction=1,
        received=NOW,
        subscribed=True,
    )


def source() -> LadderInput:
    """Depth, orders of every look, a position, trades, and the sizes of an earlier look."""
    asks = [Rung(at(i), ask_size=size(i)) for i in range(30, 0, -1)]
    bids = [Rung(at(-i), bid_size=size(i + 1)) for i in range(1, 30)]
    rungs = (*asks, Rung(at(0), is_last=True, last_size=Decimal(100)), *bids)
    orders, under_way = own_orders()
    sides = (Aggressor.BUY, Aggressor.SELL, Aggressor.BUY)
    prints = tuple(Print(at(i % 5 - 2), size(i) % 1500 + 1, sides[i % 3], NOW - 20) for i in range(12))
    return LadderInput(
        CONID,
        quote=quote(),
        ladder=Ladder(CONID, rungs, 1, NOW, exchange="ARCA"),
        rules=RULES,
        orders=orders,
        position=Position(
            "DU1", CONID, quantity=Decimal(100), average_price=Decimal("271.5867"), realized_pnl=Decimal("12.5")
        ),
        submissions=under_way,
        executions=(
            Execution("1", side=Side.BUY, size=Decimal(300)),
            Execution("2", side=Side.SELL, size=Decimal(200)),
        ),
        flow=Flow(CONID, 0.0, {at(i): Traded(size(i), size(i + 2)) for i in range(-8, 9)}, prints),
        queue={
            1: QueueEstimate(1, at(-4), Decimal(340)),
            2: QueueEstimate(2, at(-6), Decimal(12_140)),
        },
        looked={rung.price: (rung.bid_size and rung.bid_size + 7, rung.ask_size and Decimal(90)) for rung in rungs},
        grab=GrabMark((5,), {5: (at(6), at(5))}),
        now=NOW,
    )


class LadderBench(App[None]):
    """The ladder between its two lines."""

    def __init__(
        self,
        shown: LadderInput | None = None,
        *,
        theme: str = "ibtui-dark",
        grouping: int = 1,
        is_stale: bool = False,
        columns: Sequence[Column] = (),
    ) -> None:
        super().__init__(ansi_color=theme == "ibtui-ansi")
        for known in load_themes()[0].values():
            self.register_theme(known)
        self.theme = theme
        self.source = shown if shown is not None else source()
        self.window = LadderWindow(grouping=grouping)
        self.window.point(CONID)
        self.rungs = Rungs()
        self._is_stale = is_stale
        self._columns = columns
        self._figures, self._held = FigureLine(), FigureLine()

    def get_default_screen(self) -> Screen[None]:
        """One that paints as the dashboard's do."""
        screen = super().get_default_screen()
        paint_sparsely(screen)
        return screen

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Values of ibtui's own colours where a theme has none."""
        return DEFAULTS | TEXTUAL_GAPS

    def compose(self) -> ComposeResult:
        """The three."""
        yield self._figures
        yield self.rungs
        yield self._held

    def on_rungs_resized(self) -> None:
        """Paint, with the cursor a little below the market."""
        if self.rungs.capacity and self.window.cursor is None:
            self.window.view(self.source, self.rungs.capacity)
            self.window.move(-3)
        self.paint()

    def paint(self) -> LadderView:
        """Paint `source`."""
        view = self.window.view(self.source, self.rungs.capacity)
        self.rungs.show(view, is_stale=self._is_stale, columns=self._columns)
        words = header.figures(
            self.source.quote,
            view.digits,
            Decimal(100),
            self.window.cursor,
            LIVE,
            armed="ARMED 0:42",
            bracket="scalp +8/−6",
            grouping=self.window.grouping,
            depth=header.depth_words(self.source),
        )
        self._figures.show(words)
        rules, executions = self.window.rules, self.source.executions
        self._held.show(
            header.held(self.source.position, self.source.quote, rules, view, executions, is_stale=self._is_stale)
        )
        return view
