"""The other side of a run: the simulated gateway and exchange, their time, and what can go wrong with them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from ibtui.sim.exchange import AccountSpec, Exchange, Execution, OrderRequest, OrderView, default_accounts
from ibtui.sim.gateway.app import create_app
from ibtui.sim.gateway.gateway import Gateway
from ibtui.sim.gateway.scenario import SCENARIOS
from tests.random_days.deeds import DOING
from tests.random_days.timeloop import GatewayClock, TimeLoop

TICK_SECONDS = 0.25
FEW_TRADES = 0.1
"""Share of the usual order flow: enough for fills, cheap to run."""
ACCOUNT, SECOND_ACCOUNT = "DU1234567", "DU7654321"
_NEW_YORK = ZoneInfo("America/New_York")
MOMENTS = {
    "in the morning": (11, 0),
    "before the opening": (9, 27),
    "before the close": (15, 57),
    "before midnight": (23, 57),
}


WAYS = {
    "normal": 50,
    "silent-orders": 10,
    "refused-orders": 5,
    "shuffled-orders": 15,
    "double-executions": 10,
    "clock-skew": 6,
    "advanced-reject": 4,
}
"""How the gateway behaves from the first to the last moment of a run, and how often."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One order the exchange was asked to place, or to change into this."""

    key: str
    """Of the submission."""
    place: int
    """Which of the submission's orders, from 0."""
    order_id: int
    request: OrderRequest


class WatchedExchange(Exchange):
    """An exchange that notes which deed did what, and whose market can be stopped."""

    frozen = False
    ids: tuple[int, ...] = ()
    """Every order ever placed."""
    asked: tuple[Asked, ...] = ()
    """What was placed and what orders were changed to, as the exchange was asked."""

    def place(self, requests: Sequence[OrderRequest]) -> list[OrderView]:
        placed = super().place(requests)
        self._asked(tuple(zip((order.order_id for order in placed), requests, strict=True)))
        self._done(tuple(order.order_id for order in placed))
        return placed

    def modify(self, order_id: int, request: OrderRequest) -> OrderView:
        changed = super().modify(order_id, request)
        self._asked(((order_id, request),))
        self._done(())
        return changed

    def cancel(self, order_id: int) -> OrderView:
        cancelled = super().cancel(order_id)
        self._done(())
        return cancelled

    def advance(self, to_ms: int) -> None:
        if not self.frozen:
            super().advance(to_ms)

    def _asked(self, requests: tuple[tuple[int, OrderRequest], ...]) -> None:
        deed = DOING.get()
        key = deed.key if deed is not None else ""
        self.asked += tuple(Asked(key, place, order_id, request) for place, (order_id, request) in enumerate(requests))

    def _done(self, placed: tuple[int, ...]) -> None:
        deed = DOING.get()
        if deed is None:
            raise AssertionError("the exchange was asked by nobody")
        deed.executed += 1
        deed.placed += placed
        self.ids = (*self.ids, *placed)


def _accounts() -> list[AccountSpec]:
    """The simulator's, the first with some coins to sell."""
    first, *others = default_accounts()
    coins = {479624278: (Decimal("1.5"), Decimal("90000")), 495759171: (Decimal(20), Decimal(3000))}
    return [replace(first, positions={**first.positions, **coins}), *others]


class World:
    """Gateway and exchange of one run."""

    def __init__(self, loop: TimeLoop, seed: int, rng: Random, *, calm: bool) -> None:
        self.moment = "in the morning" if calm else rng.choices(list(MOMENTS), (85, 5, 5, 5))[0]
        self.start_ms = round(datetime(2026, 11, 19, *MOMENTS[self.moment], tzinfo=_NEW_YORK).timestamp() * 1000)
        self.exchange = WatchedExchange(seed=seed, start_ms=self.start_ms, accounts=_accounts(), tick_rate=FEW_TRADES)
        self.scenario = "normal" if calm else rng.choices(list(WAYS), list(WAYS.values()))[0]
        self.gateway = Gateway(self.exchange, GatewayClock(loop), scenario=SCENARIOS[self.scenario], seed=seed)
        self.app = create_app(self.gateway)
        self.streams_refused = not calm and rng.random() < 0.15
        """No websocket can be opened."""
        self.down_until = 0.0
        """Loop time until which nothing listens at the gateway's port."""
        self._loop = loop

    async def run(self) -> None:
        """Move the market until cancelled."""
        while True:
            self.gateway.step()
            await asyncio.sleep(TICK_SECONDS)

    @property
    def is_down(self) -> bool:
        return self._loop.time() < self.down_until

    def go_down(self, seconds: float) -> None:
        """Let the gateway's process die and start again: nobody stays connected, no question stays open."""
        self.down_until = self._loop.time() + seconds
        self.gateway.drop_connections()
        self.gateway.new_session()

    def lose_brokerage(self, *, competing: bool) -> None:
        """End the brokerage session, by another one if `competing`."""
        self.gateway.login.authenticated = False
        self.gateway.login.competing = competing
        self.gateway.desk.forget()
        self.gateway.tell_status()

    def log_out(self) -> None:
        """End both tiers, as a visit in another browser does."""
        self.gateway.login.log_out()
        self.gateway.new_session()
        self.gateway.tell_status()

    def log_in(self) -> None:
        """Let the user enter name and password in the browser."""
        self.gateway.login.log_in()
        self.gateway.tell_status()

    def heal(self) -> None:
        """End every trouble that a user or the passing of time would end."""
        self.down_until = 0.0
        self.gateway.login.competing = False
        self.gateway.pacing.release()
        if not self.gateway.login.logged_in:
            self.log_in()

    @property
    def close_ms(self) -> int:
        """When the regular session of shares ends on the day of the run."""
        start = datetime.fromtimestamp(self.start_ms / 1000, _NEW_YORK)
        return round(start.replace(hour=16, minute=0).timestamp() * 1000)

    def orders(self) -> list[OrderView]:
        """Every order ever placed, as it is now."""
        found = (self.exchange.order(order_id) for order_id in self.exchange.ids)
        return [order for order in found if order is not None]

    def executions(self, account: str) -> Sequence[Execution]:
        """All fills of the account, the oldest first."""
        return self.exchange.executions(account)[::-1]

    def quantity(self, account: str, conid: int) -> Decimal:
        """Units held now."""
        held = (p.quantity for p in self.exchange.positions(account) if p.conid == conid)
        return next(held, Decimal(0))
