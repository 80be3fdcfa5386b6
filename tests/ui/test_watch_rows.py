"""Rows of the watchlist made from the store, and made again only when something of them changed."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from ibtui.domain.events import HealthChanged, QuoteReceived
from ibtui.domain.market import STALE_AFTER_SECONDS
from ibtui.domain.session import Light
from ibtui.ui.watch_rows import WatchRows
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.market import AAPL


def test_a_row_of_which_nothing_changed_is_the_one_before(session: FakeSession, clock: ManualClock) -> None:
    rows = WatchRows()
    assert rows.cells(session.store, clock.monotonic(), AAPL) is rows.cells(session.store, clock.monotonic() + 1, AAPL)


def test_a_row_follows_its_quote(session: FakeSession, clock: ManualClock) -> None:
    rows, now = WatchRows(), clock.monotonic()
    rows.cells(session.store, now, AAPL)
    session.store.apply(QuoteReceived(AAPL, {"last": Decimal("99.5")}, now))
    assert rows.cells(session.store, now, AAPL)[1].text == "99.50"


def test_a_row_grows_stale_by_the_time_alone(session: FakeSession, clock: ManualClock) -> None:
    rows, now = WatchRows(), clock.monotonic()
    session.store.apply(HealthChanged(replace(session.store.health, stream=Light.OFF)))
    session.store.apply(QuoteReceived(AAPL, {"last": Decimal("99.5")}, now))
    told = [rows.cells(session.store, now + seconds, AAPL)[-1].text for seconds in (0, STALE_AFTER_SECONDS + 1, 90)]
    assert told[1].startswith("stale")
    assert len(set(told)) == 3
