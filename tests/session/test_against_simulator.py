"""The whole session against the simulated gateway in a process of its own, over real TLS and in real time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from ibtui.clock import SystemClock
from ibtui.domain.events import Event
from ibtui.domain.session import Health, Light, Trouble
from ibtui.domain.tickets import Side
from ibtui.session.trading import LinkSettings, TradingSession
from ibtui.sim.process import RunningGateway, start
from ibtui.store import Store

PATIENCE_SECONDS = 25.0
AAPL, MSFT = 265598, 272093


class WatchedStore(Store):
    """A store a test can wait on."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = asyncio.Event()

    def apply(self, event: Event) -> None:
        super().apply(event)
        self._changed.set()

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Return once `is_so`, looking after each fact that came."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not is_so():
                self._changed.clear()
                await self._changed.wait()


@dataclass
class Trial:
    """A session on a simulator that runs."""

    session: TradingSession
    store: WatchedStore
    gateway: RunningGateway

    @property
    def root(self) -> str:
        return self.gateway.base_url.removesuffix("/v1/api")

    def health(self) -> Health:
        return self.store.health

    def is_live(self) -> bool:
        """Stream up and both instruments told by it since."""
        quotes = self.store.market.quotes
        return self.health().stream is Light.ON and all(
            conid in quotes and quotes[conid].subscribed for conid in (AAPL, MSFT)
        )

    def texts(self) -> list[str]:
        return [message.text for message in self.store.messages]

    async def post(self, path: str) -> None:
        """Do something at the gateway behind the session's back."""
        async with httpx.AsyncClient(verify=False) as client:
            (await client.post(self.root + path)).raise_for_status()


@asynccontextmanager
async def simulator(*arguments: str) -> AsyncIterator[RunningGateway]:
    with start(["--host=127.0.0.1", "--port=0", "--control", *arguments]) as gateway:
        assert gateway.process.stdout is not None
        with gateway.process.stdout:
            await asyncio.to_thread(lambda: gateway.fingerprint)
            yield gateway


@asynccontextmanager
async def running(gateway: RunningGateway, state: Path | None = None, *, expect: bool = True) -> AsyncIterator[Trial]:
    store = WatchedStore()
    fingerprint = gateway.fingerprint if expect else ""
    settings = LinkSettings(base_url=gateway.base_url, state_dir=state, expected_fingerprint=fingerprint)
    session = TradingSession(settings, store, SystemClock())
    session.start()
    session.market.show_quotes("test", [AAPL, MSFT])
    try:
        yield Trial(session, store, gateway)
    finally:
        await asyncio.wait_for(session.close(), 2.0)


async def test_everything_a_screen_wants_arrives() -> None:
    async with simulator() as gateway, running(gateway) as trial:
        market, money, inbox = trial.store.market, trial.store.money, trial.store.inbox
        trial.session.market.show_ladder(AAPL)
        trial.session.market.search("MSFT")
        trial.session.market.learn_rules(AAPL, Side.BUY)
        trial.session.market.want_history(AAPL)
        await trial.store.until(trial.is_live)
        await trial.store.until(lambda: market.ladder is not None and len(market.ladder.rungs) > 10)
        await trial.store.until(lambda: market.search.done and bool(market.search.hits))
        await trial.store.until(lambda: (AAPL, True) in market.rules and (AAPL, "1d", "5min") in market.histories)
        await trial.store.until(lambda: bool(money.positions and money.ledger and money.summary and money.pnl))
        await trial.store.until(lambda: inbox.watchlist is not None and bool(inbox.fyis))
        assert market.contracts[AAPL].symbol == "AAPL"
        assert market.rules[(AAPL, True)].steps
        assert market.histories[(AAPL, "1d", "5min")].bars
        assert all(account.is_paper is not None for account in money.accounts)
        assert trial.health().trouble is Trouble.NONE
        assert trial.texts() == []


async def test_a_dropped_stream_is_opened_and_subscribed_again() -> None:
    async with simulator() as gateway, running(gateway) as trial:
        trial.session.market.show_ladder(AAPL)
        await trial.store.until(trial.is_live)
        await trial.post("/sim/drop-websockets")
        await trial.store.until(lambda: not trial.is_live())
        await trial.store.until(trial.is_live)
        dropped = trial.session.now()
        ladder = trial.store.market
        await trial.store.until(lambda: ladder.ladder is not None and ladder.ladder.received > dropped)
        assert trial.health().trouble is Trouble.NONE


async def test_a_login_in_the_browser_is_noticed() -> None:
    async with simulator("--scenario=not-logged-in") as gateway, running(gateway) as trial:
        await trial.store.until(lambda: trial.health().trouble is Trouble.LOGGED_OUT)
        await trial.post("/sso/Login")
        await trial.store.until(trial.is_live)


async def test_a_competing_session_is_ended_only_when_the_user_takes_over() -> None:
    async with simulator("--scenario=competing") as gateway, running(gateway) as trial:
        await trial.store.until(lambda: trial.health().trouble is Trouble.COMPETING)
        trial.session.link.take_over()
        await trial.store.until(trial.is_live)
        assert trial.health().can_trade


async def test_a_missing_brokerage_session_is_started() -> None:
    async with simulator("--scenario=no-brokerage-session") as gateway, running(gateway) as trial:
        await trial.store.until(trial.is_live)


async def test_hostile_texts_and_frames_break_nothing() -> None:
    async with simulator("--scenario=hostile") as gateway, running(gateway) as trial:
        await trial.store.until(trial.is_live)
        await trial.store.until(lambda: bool(trial.store.inbox.fyis))
        assert not any("ibtui itself" in text for text in trial.texts())
        assert all(text.isprintable() for text in trial.texts())


async def test_a_certificate_is_trusted_once_and_for_all(tmp_path: Path) -> None:
    async with simulator() as gateway:
        async with running(gateway, tmp_path, expect=False) as trial:
            await trial.store.until(lambda: trial.health().trouble is Trouble.CERTIFICATE_UNKNOWN)
            assert trial.health().fingerprint == gateway.fingerprint
            trial.session.link.trust(trial.health().fingerprint)
            await trial.store.until(trial.is_live)
        async with running(gateway, tmp_path, expect=False) as trial:
            await trial.store.until(trial.is_live)


async def test_a_gateway_that_dies_and_comes_back_is_found_again() -> None:
    async with simulator("--no-tls") as gateway, running(gateway) as trial:
        await trial.store.until(trial.is_live)
        gateway.process.kill()
        gateway.process.wait()
        await trial.store.until(lambda: trial.health().trouble is Trouble.GATEWAY_DOWN)
        assert not trial.store.market.quotes[AAPL].subscribed
        async with simulator("--no-tls", f"--port={urlsplit(gateway.base_url).port}"):
            await trial.store.until(trial.is_live)
