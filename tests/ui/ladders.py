"""Steps that tests of the ladder screen share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

from msgspec.structs import replace

from ibtui.domain.contracts import ContractRules
from ibtui.domain.events import LadderReceived, QuoteReceived, RulesLearned
from ibtui.domain.market import Rung
from ibtui.domain.tickets import Ticket
from ibtui.ui.app import DashboardApp
from ibtui.ui.ladder.keys import LadderState
from ibtui.ui.screens.ladder import LadderScreen
from ibtui.ui.widgets.figures import FigureLine
from ibtui.ui.widgets.footer import KeyFooter
from ibtui.ui.widgets.words import WordLines
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.dialogs import Desk, at_desk
from tests.ui.market import AAPL

D = Decimal


class LadderDesk(Desk):
    """The app on its ladder screen."""

    @property
    def ladder(self) -> LadderScreen:
        """The screen."""
        assert isinstance(self.app.current, LadderScreen)
        return self.app.current

    @property
    def fake(self) -> FakeSession:
        """The session, which records what is asked of it."""
        assert isinstance(self.app.session, FakeSession)
        return self.app.session

    @property
    def words(self) -> str:
        """The focused ladder's preview and remarks."""
        return self.ladder.pane.query_one("#words", WordLines).text

    @property
    def figures(self) -> str:
        """Its line of figures."""
        return self.ladder.pane.query_one("#figures", FigureLine).text

    @property
    def title(self) -> str:
        """Its title in the frame."""
        return str(self.ladder.pane.border_title)

    @property
    def footer(self) -> list[tuple[str, str]]:
        """Keys and labels of the footer."""
        return self.ladder.query_one(KeyFooter).entries()

    @property
    def state(self) -> LadderState:
        """What a trading key would do."""
        return self.ladder.pane.trading.state

    @property
    def is_armed(self) -> bool:
        """Whether the focused ladder is."""
        return self.ladder.pane.trading.arming.is_armed

    def submitted(self) -> list[tuple[Ticket, ...]]:
        """The orders asked for."""
        return [call[1] for call in self.fake.intents("submit")]  # type: ignore[misc]  # as FakeOrders records them

    def order(self) -> tuple[str, str, Decimal, Decimal | None, Decimal | None]:
        """The one order asked for: side, type, size, limit, stop."""
        ((ticket, *_),) = self.submitted()
        return ticket.side.value, ticket.order_type.value, ticket.quantity, ticket.limit_price, ticket.stop_price

    def sends(self) -> list[tuple[object, ...]]:
        """Everything asked for that may lead to a trade."""
        return [call for call in self.fake.calls if call[0] in ("submit", "modify", "close_position")]

    async def arm(self) -> None:
        """Arm the focused ladder."""
        await self.press("a")
        assert self.is_armed


@asynccontextmanager
async def at_ladder(
    app: DashboardApp, clock: ManualClock, conid: int = AAPL, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[LadderDesk]:
    """The ladder of an instrument, painted and read; every order type is offered."""
    for is_buy in (True, False):
        rules = app.store.market.rules.get((conid, is_buy), ContractRules(conid, is_buy))
        app.store.apply(RulesLearned(replace(rules, order_types=("limit", "market", "stop", "trailing_stop"))))
    async with at_desk(app, clock, size) as desk:
        app.open_mode("ladder", app.store.market.contracts[conid])
        await desk.pilot.pause()
        await desk.frame()
        yield LadderDesk(app, clock, desk.pilot)


def book(bid: str, ask: str, now: float, size: int = 100) -> LadderReceived:
    """A whole frame of AAPL's depth: three rungs a side, a cent apart."""
    bids = [Rung(D(bid) - D(i) / 100, bid_size=D(size)) for i in range(3)]
    asks = [Rung(D(ask) + D(i) / 100, ask_size=D(size)) for i in range(3)]
    return LadderReceived(AAPL, 1, dict(enumerate([*reversed(asks), *bids])), now, is_whole=True)


def quote(bid: str, ask: str, now: float) -> QuoteReceived:
    """AAPL's quote, the last trade at the bid."""
    return QuoteReceived(AAPL, {"bid": D(bid), "ask": D(ask), "last": D(bid)}, now)
