"""What ends one-key trading, each seen at the next frame and at the next key, whichever comes first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal

import pytest
from msgspec.structs import replace
from textual import events

from ibtui.domain.account import Account
from ibtui.domain.events import (
    AccountsReceived,
    Event,
    HealthChanged,
    LadderReceived,
    QuoteReceived,
    QuotesSilenced,
    StreamsLost,
    SubmissionMoved,
)
from ibtui.domain.market import Availability
from ibtui.domain.orders import Intent, Stage, Submission
from ibtui.domain.session import Light
from ibtui.store import Store
from ibtui.ui.app import DashboardApp
from ibtui.ui.ladder.options import LadderOptions
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.ladders import LadderDesk, at_ladder
from tests.ui.market import AAPL, ACCOUNT, MSFT

D = Decimal
OTHER = "DU7654321"

Happening = Callable[[Store, float], list[Event]]


def stream_lost(store: Store, now: float) -> list[Event]:
    return [StreamsLost()]


def stream_lost_and_back(store: Store, now: float) -> list[Event]:
    rungs = store.market.ladder.rungs if store.market.ladder is not None else ()
    back = LadderReceived(AAPL, 1, dict(enumerate(rungs)), now, is_whole=True)
    return [StreamsLost(), QuoteReceived(AAPL, {"bid": D("271.66")}, now), back]


def stream_down(store: Store, now: float) -> list[Event]:
    return [HealthChanged(replace(store.health, stream=Light.WAIT))]


def session_lost(store: Store, now: float) -> list[Event]:
    return [HealthChanged(replace(store.health, brokerage=Light.OFF))]


def stale(store: Store, now: float) -> list[Event]:
    return [QuotesSilenced((AAPL,))]


def halted(store: Store, now: float) -> list[Event]:
    return [QuoteReceived(AAPL, {"halted": True}, now)]


def delayed(store: Store, now: float) -> list[Event]:
    return [QuoteReceived(AAPL, {"availability": Availability.DELAYED}, now)]


def frozen(store: Store, now: float) -> list[Event]:
    return [QuoteReceived(AAPL, {"availability": Availability.FROZEN}, now)]


def not_subscribed(store: Store, now: float) -> list[Event]:
    return [QuoteReceived(AAPL, {"availability": Availability.NOT_SUBSCRIBED}, now)]


def other_account(store: Store, now: float) -> list[Event]:
    accounts = (Account(ACCOUNT, currency="USD", is_paper=True), Account(OTHER, currency="USD", is_paper=True))
    return [AccountsReceived(accounts, OTHER)]


def outcome_unknown(store: Store, now: float) -> list[Event]:
    return [SubmissionMoved(Submission("k1", Intent.PLACE, ACCOUNT, Stage.UNKNOWN, updated=now))]


def boxed(store: Store, now: float) -> list[Event]:
    return [HealthChanged(replace(store.health, penalty_until=now + 600))]


HAPPENINGS: list[tuple[Happening, str, bool]] = [
    (stream_lost, "stream", False),
    (stream_lost_and_back, "stream", True),
    (stream_down, "stream", False),
    (session_lost, "no brokerage session", False),
    (stale, "stale", False),
    (halted, "halted", False),
    (delayed, "delayed", False),
    (frozen, "frozen", False),
    (not_subscribed, "not subscribed", False),
    (other_account, "another account", True),
    (outcome_unknown, "outcome is unknown", False),
    (boxed, "penalty box", False),
]
"""What happens, a word that must tell it, and whether trading could go on at once, armed anew."""

AFTERWARDS: dict[Happening, str] = {stream_lost: "stale"}
"""What is in the way later, where that has another word."""
NAMES = [happening.__name__ for happening, _, _ in HAPPENINGS]


@pytest.mark.parametrize(("happening", "word", "is_past"), HAPPENINGS, ids=NAMES)
async def test_it_disarms_at_the_next_frame_says_why_and_never_arms_by_itself_again(
    app: DashboardApp, clock: ManualClock, happening: Happening, word: str, is_past: bool
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        await desk.press("up")
        await desk.happens(*happening(app.store, clock.monotonic()))
        assert not desk.is_armed
        assert "DISARMED" in desk.title
        assert word in desk.title
        assert "ARMED" not in desk.figures
        assert word in desk.words
        await desk.press("b" if is_past else "a")
        assert desk.sends() == []
        assert not desk.is_armed
        assert is_past or AFTERWARDS.get(happening, word) in desk.words


@pytest.mark.parametrize(("happening", "word", "is_past"), HAPPENINGS, ids=NAMES)
async def test_a_key_that_comes_before_any_frame_sends_nothing(
    app: DashboardApp, clock: ManualClock, happening: Happening, word: str, is_past: bool
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        for event in happening(app.store, clock.monotonic()):
            app.store.apply(event)
        await desk.pilot.press("b", "up", "s", "f", "B", "left_square_bracket")
        await desk.pilot.pause()
        assert desk.sends() == []
        assert not desk.is_armed


@pytest.mark.parametrize(
    ("happening", "word", "is_past"),
    [row for row in HAPPENINGS if row[0] is not stream_lost_and_back],
    ids=[name for name in NAMES if name != "stream_lost_and_back"],
)
async def test_a_preview_is_not_sent_either(
    app: DashboardApp, clock: ManualClock, happening: Happening, word: str, is_past: bool
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.press("b")
        for event in happening(app.store, clock.monotonic()):
            app.store.apply(event)
        await desk.press("enter")
        assert desk.sends() == []
        assert is_past or AFTERWARDS.get(happening, word) in desk.words


async def test_the_same_key_disarms_however_soon_it_comes_and_held_down_it_ends_disarmed(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.pilot.press("a", "a")
        await desk.pilot.pause()
        assert not desk.is_armed
        assert "by hand" in desk.title
        await desk.pilot.press(*["a"] * 9)
        await desk.pilot.pause()
        assert not desk.is_armed


async def test_a_minute_without_a_key_disarms_and_the_time_left_is_told(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        assert "ARMED 1:00" in desk.title
        await clock.advance(18)
        await desk.frame()
        assert "ARMED 0:42" in desk.title
        await clock.advance(42)
        await desk.frame()
        assert not desk.is_armed
        assert "no key for 60s" in desk.title


async def test_a_key_after_the_idle_time_trades_no_more_though_no_frame_came(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        await clock.advance(61)
        await desk.pilot.press("b")
        await desk.pilot.pause()
        assert desk.sends() == []


async def test_a_computer_that_slept_is_no_longer_armed_though_no_session_second_passed(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        clock._wall_offset += 3600
        await desk.press("b")
        assert desk.sends() == []
        assert "asleep" in desk.title
        clock._wall_offset += 3600
        await desk.press("enter")
        assert desk.sends() == []
        assert "the preview is dropped" in desk.words.casefold()


async def test_every_key_on_the_ladder_begins_the_idle_time_anew(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        for key in ("up", "f12", "space", "down"):
            await clock.advance(50)
            await desk.pilot.press(key)
        assert desk.is_armed


async def test_the_idle_time_is_the_configuration_s(session: FakeSession, clock: ManualClock) -> None:
    app = DashboardApp(session, clock=clock, frame_rate=0, ladder=LadderOptions(idle_seconds=5))
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        await clock.advance(5)
        await desk.frame()
        assert not desk.is_armed


async def left_and_back(desk: LadderDesk) -> None:
    await desk.press("f4", "f3")


async def left_and_back_in_a_flash(desk: LadderDesk) -> None:
    for key in ("f4", "f3"):
        desk.app.post_message(events.Key(key, None))
    await desk.pilot.pause()


async def gone_by_command(desk: LadderDesk) -> None:
    desk.app.open_mode("watch")
    await desk.pilot.pause()
    desk.app.open_mode("ladder")
    await desk.pilot.pause()


async def another_instrument(desk: LadderDesk) -> None:
    desk.ladder.show_contract(MSFT)


async def there_and_back(desk: LadderDesk) -> None:
    desk.ladder.show_contract(MSFT)
    desk.ladder.show_contract(AAPL)


async def another_exchange(desk: LadderDesk) -> None:
    desk.ladder.take_exchange("ARCA")


MOVES: list[Callable[[LadderDesk], Awaitable[None]]] = [
    left_and_back,
    left_and_back_in_a_flash,
    gone_by_command,
    another_instrument,
    there_and_back,
    another_exchange,
]


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.__name__)
async def test_another_screen_or_instrument_disarms_and_empties_the_hands(
    app: DashboardApp, clock: ManualClock, move: Callable[[LadderDesk], Awaitable[None]]
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        await desk.press(*["down"] * 4, "enter")
        assert desk.ladder.pane.trading.grab is not None
        await move(desk)
        await desk.pilot.press("b")
        await desk.pilot.pause()
        assert desk.sends() == []
        assert not desk.is_armed
        assert desk.ladder.pane.trading.grab is None


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.__name__)
async def test_another_screen_or_instrument_drops_the_preview(
    app: DashboardApp, clock: ManualClock, move: Callable[[LadderDesk], Awaitable[None]]
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.press("b")
        await move(desk)
        await desk.press("enter")
        assert desk.sends() == []


async def test_keys_typed_together_with_leaving_and_coming_back_trade_nothing(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        for key, character in (("f4", None), ("f3", None), ("b", "b"), ("up", None), ("s", "s")):
            app.post_message(events.Key(key, character))
        await desk.pilot.pause()
        await desk.pilot.pause()
        assert desk.sends() == []
        assert not desk.is_armed


async def test_a_question_of_the_gateway_does_not_disarm(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        await desk.press("question_mark", "escape")
        assert desk.is_armed


async def test_the_idle_time_runs_on_under_a_dialog(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        await desk.press("question_mark")
        await clock.advance(61)
        await desk.frame()
        await desk.press("escape")
        assert not desk.is_armed


async def test_a_read_only_run_neither_arms_nor_previews_nor_cancels(clock: ManualClock, session: FakeSession) -> None:
    session.read_only = True
    app = DashboardApp(session, clock=clock, frame_rate=0)
    async with at_ladder(app, clock) as desk:
        await desk.press("a", "b", "enter", "x", "delete", "f", "down", "down", "down", "down", "enter")
        assert not desk.is_armed
        assert not {"submit", "cancel", "cancel_all", "modify", "close_position"} & {str(c[0]) for c in session.calls}
        assert "read-only" in desk.words.casefold()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_armed_is_told_in_words_in_title_and_figures_and_by_the_frame(
    app: DashboardApp, clock: ManualClock, size: tuple[int, int]
) -> None:
    async with at_ladder(app, clock, size=size) as desk:
        assert "DISARMED" in desk.title
        await desk.arm()
        shown = desk.ladder.pane.query_one("#figures").render_line(0).text
        assert "ARMED 1:00" in shown
        assert "DISARMED" not in shown
        assert desk.title.startswith("AAPL · ARMED 1:00")
        assert str(desk.ladder.pane.styles.border.top[0]) == "heavy"
        await desk.press("f12", "a")
        assert str(desk.ladder.pane.styles.border.top[0]) == "round"
