"""What the status line says."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from ibtui.domain.account import Account, Pnl
from ibtui.domain.events import AccountsReceived, HealthChanged, PaceChanged, PnlReceived, SubmissionMoved
from ibtui.domain.orders import Intent, Stage, Submission
from ibtui.domain.session import Health, Light, Pace, Trouble
from ibtui.store import Store
from ibtui.ui.status_view import Item, layout, next_reset, time_to_go
from tests.ui.market import ACCOUNT, populate

NOW, WALL = 1000.0, 1_795_000_000.0


@pytest.fixture
def store() -> Store:
    store = Store()
    populate(store, NOW)
    return store


def said(items: list[Item]) -> str:
    return "  ".join("".join(span.text for span in item.spans) for item in items)


def line(store: Store, width: int = 200) -> str:
    return said(layout(store, NOW, WALL, width))


def styles(store: Store, text: str) -> set[str]:
    return {span.style for item in layout(store, NOW, WALL, 200) for span in item.spans if text in span.text}


def test_a_paper_account_is_said_to_be_paper(store: Store) -> None:
    assert f"{ACCOUNT}  PAPER" in line(store)


@pytest.mark.parametrize(("is_paper", "word"), [(False, "LIVE"), (None, "LIVE?")])
def test_an_account_that_is_not_known_to_be_paper_is_live(is_paper: bool | None, word: str) -> None:
    store = Store()
    store.apply(AccountsReceived((Account("U1", is_paper=is_paper),), "U1"))
    assert f"U1  {word} " in line(store)
    assert styles(store, word) == {"live"}


@pytest.mark.parametrize("width", [80, 120, 200])
def test_a_read_only_run_says_so_at_every_width(store: Store, width: int) -> None:
    assert "READ-ONLY" in said(layout(store, NOW, WALL, width, read_only=True))
    assert "READ-ONLY" not in line(store, width)


def test_money_and_lights_are_all_there_in_a_wide_terminal(store: Store) -> None:
    text = line(store)
    for words in ("NLV 1,005,254.10", "day −58.28", "unrl +410.25", "BP 3.98M", "8/10 req", "1 unread", "reset "):
        assert words in text
    for name in ("gateway", "login", "brokerage", "stream"):
        assert f"● {name}" in text


@pytest.mark.parametrize("width", range(24, 200, 4))
def test_it_never_says_more_than_fits_and_always_names_account_and_connection(store: Store, width: int) -> None:
    items = layout(store, NOW, WALL, width)
    words = said(items)
    assert "PAPER" in words
    assert "connected" in words or "stream" in words
    if width >= 44:
        assert sum(item.width + 2 for item in items) <= width


def test_at_80_columns_the_net_value_is_short_and_the_lights_are_one(store: Store) -> None:
    assert line(store, 80) == "DU1234567  PAPER   NLV 1.01M  day −58.28  8/10 req  ● connected 0.2s"


def test_at_80_columns_a_thin_line_says_its_bytes_in_place_of_requests_in_plenty(store: Store) -> None:
    said_thin = said(layout(store, NOW, WALL, 80, line_rate=3712.0))
    assert said_thin == "DU1234567  PAPER   NLV 1.01M  day −58.28  3.7 kB/s  ● connected 0.2s"


@pytest.mark.parametrize("width", [80, 100, 120, 200])
@pytest.mark.parametrize("pace", [Pace(free=3, limit=10), Pace(free=0, limit=10), Pace(free=2, limit=10, waiting=2)])
def test_a_thin_line_says_its_bytes_at_any_size(store: Store, width: int, pace: Pace) -> None:
    store.apply(PaceChanged(pace))
    store.apply(PnlReceived(Pnl(ACCOUNT, Decimal("-12420.65"), Decimal("11489.20"), Decimal(1_190_805), received=NOW)))
    items = layout(store, NOW, WALL, width, line_rate=12_345.0)
    assert "12.3 kB/s" in said(items)
    assert sum(item.width + 2 for item in items) <= width


def test_a_light_that_is_not_on_says_so_in_words(store: Store) -> None:
    store.apply(HealthChanged(replace(store.health, login=Light.WAIT, stream=Light.BAD)))
    assert "◌ login wait" in line(store)
    assert "✗ stream bad" in line(store)


def test_at_80_columns_the_trouble_is_named(store: Store) -> None:
    store.apply(HealthChanged(Health(Light.ON, Light.OFF, trouble=Trouble.LOGGED_OUT)))
    assert "○ not logged in" in line(store, 80)


def test_an_order_of_unknown_outcome_cannot_be_missed(store: Store) -> None:
    store.apply(SubmissionMoved(Submission("c1", Intent.PLACE, ACCOUNT, Stage.UNKNOWN)))
    assert "1 ORDER OF UNKNOWN OUTCOME" in line(store, 80)
    assert styles(store, "UNKNOWN OUTCOME") == {"alarm"}


def test_the_penalty_box_counts_down(store: Store) -> None:
    store.apply(HealthChanged(replace(store.health, penalty_until=NOW + 572)))
    assert "PENALTY BOX 9:32" in line(store, 80)


@pytest.mark.parametrize("waiting", [1, 9])
@pytest.mark.parametrize(
    ("stage", "words"),
    [(Stage.ACKNOWLEDGED, "PENALTY BOX 9:32 {} WAIT"), (Stage.UNKNOWN, "1 UNKNOWN ORDER    PENALTY 9:32 {} WAIT")],
)
def test_at_80_columns_the_penalty_says_how_many_cancels_wait(
    store: Store, waiting: int, stage: Stage, words: str
) -> None:
    store.apply(HealthChanged(replace(store.health, penalty_until=NOW + 572, trouble=Trouble.PENALTY)))
    store.apply(PaceChanged(Pace(free=0, limit=10, waiting=waiting)))
    store.apply(SubmissionMoved(Submission("c1", Intent.PLACE, ACCOUNT, stage)))
    items = layout(store, NOW, WALL, 80)
    assert words.format(waiting) in said(items)
    assert sum(item.width + 2 for item in items) <= 80
    assert styles(store, "WAIT ") == {"alarm"}


def test_a_penalty_that_is_over_is_not_shown(store: Store) -> None:
    store.apply(HealthChanged(replace(store.health, penalty_until=NOW - 1)))
    assert "PENALTY" not in line(store)


def test_waiting_requests_are_counted(store: Store) -> None:
    store.apply(PaceChanged(Pace(free=0, limit=10, waiting=4)))
    assert "0/10 req +4 waiting" in line(store)
    assert styles(store, "waiting") == {"warn"}


def test_profit_that_was_not_told_is_left_out() -> None:
    store = Store()
    store.apply(AccountsReceived((Account("U1", is_paper=True),), "U1"))
    store.apply(PnlReceived(Pnl("U1", daily=Decimal(5))))
    assert "day +5.00" in line(store)
    assert "NLV" not in line(store)
    assert "unrl" not in line(store)


@pytest.mark.parametrize(("hour", "day"), [(0, 20), (1, 21), (23, 21)])
def test_the_next_reset_is_the_next_one_in_the_morning_at_new_york(hour: int, day: int) -> None:
    eastern = ZoneInfo("America/New_York")
    now = datetime(2026, 11, 20, hour, 30, tzinfo=eastern)
    reset = datetime.fromtimestamp(next_reset(now.timestamp()), UTC)
    assert reset == datetime(2026, 11, day, 1, 0, tzinfo=eastern)


def test_time_to_go_is_in_hours_and_minutes() -> None:
    assert [time_to_go(seconds) for seconds in (59, 720, 31_980)] == ["0m", "12m", "8h53"]
