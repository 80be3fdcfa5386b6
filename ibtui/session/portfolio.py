"""Positions, cash and figures of the account: primed, polled gently, read again after fills."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from ibtui.clock import Clock
from ibtui.domain.account import Position
from ibtui.domain.events import AccountsReceived, PositionsReceived
from ibtui.errors import IbtuiError
from ibtui.protocol import portfolio
from ibtui.session.polls import PORTFOLIO
from ibtui.session.wire import Wire
from ibtui.store import Store

FILL_SECONDS = 1.0
"""After a fill the positions are read so much later, once for all fills of that time."""
PAGE_SECONDS = 0.5
"""For each page of positions, between the beginnings of two readings after fills: a day of fills in an account of many
positions leaves four fifths of the allowance (10 requests a second) to others."""
START_SECONDS = 0.5
"""Left to orders and the watchlist, which are on screen first, when a session begins."""
RETRY_SECONDS = 5.0
MOST_PAGES = 50
"""Pages of positions read; 5,000 positions."""


class PortfolioReader:
    """Reads what `/portfolio` knows of the account chosen."""

    def __init__(self, wire: Wire, store: Store, clock: Clock, up: Callable[[], Awaitable[object]]) -> None:
        self._wire = wire
        self._store = store
        self._clock = clock
        self._up = up
        self._wanted = asyncio.Event()
        self._primed = False
        self._began = float("-inf")
        """Monotonic seconds at which the positions were last begun to be read."""
        self._pages = 0
        """Pages they took."""

    def filled(self) -> None:
        """Something was executed: the positions are others now."""
        self._wanted.set()

    def restart(self) -> None:
        """Another brokerage session or account: prime and read at once."""
        self._primed = False
        self._wanted.set()

    async def run(self) -> None:
        """Read again and again; the worker."""
        while True:
            await self._up()
            if not self._primed:
                await self._clock.sleep(START_SECONDS)
            self._wanted.clear()
            account = self._store.money.account
            try:
                if account:
                    await self._read(account)
                pause = PORTFOLIO.next(self._store.pace)
            except IbtuiError:
                pause = RETRY_SECONDS  # the lights tell of it where it is trouble; a cold answer (503) passes
            await self._pause(pause)

    async def _pause(self, seconds: float) -> None:
        waits = [asyncio.ensure_future(self._clock.sleep(seconds)), asyncio.ensure_future(self._wanted.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        if self._wanted.is_set() and self._primed:
            rest = self._began + PAGE_SECONDS * self._pages - self._clock.monotonic()
            await self._clock.sleep(max(FILL_SECONDS, rest))

    async def _read(self, account: str) -> None:
        if not self._primed:
            await self._prime()
        await self._read_positions(account)
        self._store.apply(portfolio.decode_ledger(await self._wire.call(portfolio.ledger(account)), account))
        self._store.apply(portfolio.decode_summary(await self._wire.call(portfolio.summary(account)), account))

    async def _prime(self) -> None:
        """`/portfolio/accounts` must come first; it knows the currency of each account."""
        told = portfolio.decode_accounts(await self._wire.call(portfolio.accounts()))
        self._primed = True
        known = {account.account_id: account for account in told}
        money = self._store.money
        merged = tuple(
            replace(
                account,
                alias=account.alias or known[account.account_id].alias,
                currency=account.currency or known[account.account_id].currency,
            )
            if account.account_id in known
            else account
            for account in money.accounts
        )
        self._store.apply(AccountsReceived(merged, money.account))

    async def _read_positions(self, account: str) -> None:
        found: dict[int, Position] = {}
        self._began = self._clock.monotonic()
        for page in range(MOST_PAGES):
            body = await self._wire.call(portfolio.positions_page(account, page))
            positions = portfolio.decode_positions(body, account)
            found.update((position.conid, position) for position in positions)
            self._pages = page + 1
            if len(positions) < portfolio.PAGE_SIZE:
                break
        held = tuple(position for position in found.values() if position.quantity)
        self._store.apply(PositionsReceived(account, held, self._clock.monotonic()))
