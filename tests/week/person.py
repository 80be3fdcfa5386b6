"""The person in a simulated week: trades, answers questions, logs in when told to, takes over when asked."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from ibtui.domain.contracts import Contract
from ibtui.domain.orders import Intent, Stage
from ibtui.domain.session import Trouble
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.session.trading import TradingSession
from tests.week.world import ACCOUNT, STOCKS, World

LOOK_SECONDS = 2.0
TRADE_SECONDS = 600.0
"""Between two orders, on the average, while shares trade."""
PATIENCE_SECONDS = 900.0
"""After which an order of unknown outcome is closed by hand."""


class Person:
    """Looks at the screen every two seconds and does what it asks for, after a while."""

    def __init__(self, world: World, session: TradingSession) -> None:
        self._world = world
        self._session = session
        self._rng = world.rng
        self._due: dict[str, float] = {}
        """When the person gets to it, by what it is."""
        self.did: dict[str, int] = {}

    async def run(self) -> None:
        """Sit there until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self._answer()
            self._mend()
            self._trade()

    def _after(self, what: str, wanted: bool, least: float, most: float) -> bool:
        """Whether something wanted for a while is done now."""
        if not wanted:
            self._due.pop(what, None)
            return False
        now = self._world.loop.time()
        if now < self._due.setdefault(what, now + self._rng.uniform(least, most)):
            return False
        del self._due[what]
        self.did[what] = self.did.get(what, 0) + 1
        return True

    def _answer(self) -> None:
        for submission in list(self._session.store.orders.submissions.values()):
            question = submission.question
            if submission.stage is Stage.ASKING and question is not None:
                self._session.orders.answer(submission.key, question.reply_id, accepted=self._rng.random() < 0.9)
            elif submission.stage is Stage.UNKNOWN and self._after(
                f"close {submission.key}", True, PATIENCE_SECONDS, PATIENCE_SECONDS
            ):
                self._session.orders.close_unknown(submission.key)

    def _mend(self) -> None:
        trouble, login = self._session.store.health.trouble, self._world.gateway.login
        if self._after("log in", trouble is Trouble.LOGGED_OUT and not login.logged_in, 60, 600):
            self._world.gateway.log_in()
        if self._after("take over", trouble is Trouble.COMPETING, 20, 300):
            if self._rng.random() < 0.5:
                self._world.gateway.day.end("competing")
            else:
                self._session.link.take_over()

    def _trade(self) -> None:
        if not self._world.is_open:
            return
        rng = self._rng
        share = LOOK_SECONDS / TRADE_SECONDS
        if rng.random() < share:
            self._world.trade_elsewhere()
        if rng.random() < share / 3:
            self._world.cancel_elsewhere()
        if rng.random() < share and self._session.store.health.can_trade:
            self._submit()
        working = [order for order in self._session.store.orders.orders.values() if order.is_working]
        if working and rng.random() < share / 2 and self._session.store.health.can_trade:
            self._session.orders.cancel(rng.choice(working).order_id)

    def _submit(self) -> None:
        rng, conid = self._rng, self._rng.choice(list(STOCKS))
        side = rng.choice((Side.BUY, Side.SELL))
        percent = rng.choice(("-2", "-0.3", "0", "0.3"))
        limit = self._world.on_grid(conid, percent)
        contract = self._session.store.market.contracts.get(conid, Contract(conid, STOCKS[conid], sec_type="STK"))
        ticket = Ticket(ACCOUNT, contract, side, OrderType.LMT, Decimal(rng.randint(1, 40)), limit)
        self._session.orders.submit((ticket,))


def unknown_places(session: TradingSession) -> list[str]:
    """Keys of new orders whose outcome is not known."""
    found = session.store.orders.submissions.values()
    return [each.key for each in found if each.stage is Stage.UNKNOWN and each.intent is Intent.PLACE]
