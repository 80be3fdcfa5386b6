"""Keys trade at once only while the ladder is armed, and whatever makes its prices doubtful ends that."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ibtui.domain.account import Account
from ibtui.domain.events import (
    AccountsReceived,
    HealthChanged,
    LadderReceived,
    LadderRequested,
    QuoteReceived,
    QuotesSilenced,
    StreamsLost,
    SubmissionMoved,
)
from ibtui.domain.market import Availability, Rung
from ibtui.domain.orders import Intent, Stage, Submission
from ibtui.domain.session import Light
from ibtui.ui.ladder.arming import BY_HAND, OTHER_SCREEN, Arming, Standing, standing_of
from ibtui.ui.ladder.view import LadderInput
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.market import AAPL, ACCOUNT, ES, MSFT

IDLE = 60.0
OTHER = "DU7654321"
WELL = Standing(ACCOUNT, AAPL, 0, "")

Happen = Callable[[FakeSession], None]


def stands(session: FakeSession, conid: int = AAPL) -> Standing:
    market = session.store.market
    source = LadderInput(conid, quote=market.quotes.get(conid), ladder=market.ladder)
    return standing_of(session, source, session.now())


def armed(session: FakeSession) -> Arming:
    arming = Arming(IDLE)
    assert arming.arm(stands(session), session.now()) == ""
    return arming


def told(**changes: object) -> Happen:
    return lambda session: session.store.apply(QuoteReceived(AAPL, changes, session.now()))


def health(**changes: object) -> Happen:
    return lambda session: session.store.apply(HealthChanged(replace(session.store.health, **changes)))


def unknown(account: str) -> Happen:
    lost = Submission("k", Intent.PLACE, account, Stage.UNKNOWN)
    return lambda session: session.store.apply(SubmissionMoved(lost))


def depth_lost(session: FakeSession) -> None:
    """The stream of the quote is back, that of the depth is not."""
    session.store.apply(StreamsLost())
    told()(session)


def empty_market(session: FakeSession) -> None:
    told(bid=None, ask=None, last=None)(session)


def yesterday(session: FakeSession) -> None:
    told(bid=None, ask=None, last_is_close=True)(session)


OBSTACLES: dict[str, tuple[Happen, str]] = {
    "no brokerage session": (health(brokerage=Light.BAD), "no brokerage session"),
    "a gateway that is gone": (health(gateway=Light.BAD), "no brokerage session"),
    "the penalty box": (health(penalty_until=2000.0), "in IBKR's penalty box"),
    "an unknown outcome": (unknown(ACCOUNT), "an order's outcome is unknown, F4 shows it"),
    "a stream that is down": (health(stream=Light.BAD), "no live stream"),
    "a stream that is silent": (health(stream=Light.WAIT), "no live stream"),
    "a quote that is stale": (lambda session: session.store.apply(QuotesSilenced((AAPL,))), "prices stale"),
    "a halt": (told(halted=True), "trading halted"),
    "delayed data": (told(availability=Availability.DELAYED), "market data delayed"),
    "frozen data": (told(availability=Availability.FROZEN), "market data frozen"),
    "frozen delayed data": (told(availability=Availability.FROZEN_DELAYED), "market data frozen and delayed"),
    "data not subscribed": (told(availability=Availability.NOT_SUBSCRIBED), "market data not subscribed"),
    "data nobody calls live": (told(availability=Availability.UNKNOWN), "market data not known to be live"),
    "a market that says nothing": (empty_market, "no price yet"),
    "a market that only had yesterday": (yesterday, "no price yet"),
}


@pytest.mark.parametrize(("happen", "words"), OBSTACLES.values(), ids=OBSTACLES)
def test_it_cannot_be_armed_with(session: FakeSession, happen: Happen, words: str) -> None:
    happen(session)
    arming = Arming(IDLE)

    assert arming.arm(stands(session), session.now()) == f"Cannot arm: {words}"
    assert not arming.is_armed
    assert arming.words(session.now()) == f"DISARMED ({words})"


@pytest.mark.parametrize(("happen", "words"), OBSTACLES.values(), ids=OBSTACLES)
def test_it_is_disarmed_by(session: FakeSession, happen: Happen, words: str) -> None:
    arming = armed(session)
    happen(session)

    assert arming.look(stands(session), session.now())
    assert not arming.is_armed
    assert arming.words(session.now()) == f"DISARMED ({words})"


@pytest.mark.parametrize(("happen", "words"), OBSTACLES.values(), ids=OBSTACLES)
def test_a_key_sends_nothing_even_before_the_next_frame_looks_at(
    session: FakeSession, happen: Happen, words: str
) -> None:
    arming = armed(session)
    happen(session)

    assert not arming.sends(stands(session), session.now())
    assert stands(session).obstacle == words


def test_with_live_prices_it_is_armed_for_a_minute_without_keys(session: FakeSession) -> None:
    arming = armed(session)

    assert arming.is_armed
    assert arming.sends(stands(session), session.now())
    assert arming.words(session.now()) == "ARMED 1:00"
    assert arming.words(session.now() + 18.4) == "ARMED 0:42"


def test_top_of_book_alone_is_enough(session: FakeSession) -> None:
    assert Arming(IDLE).arm(stands(session, ES), session.now()) == ""


def test_a_read_only_run_cannot_be_armed(clock: ManualClock, session: FakeSession) -> None:
    session.read_only = True

    assert Arming(IDLE).arm(stands(session), clock.monotonic()) == "Cannot arm: read-only run"


def test_it_cannot_be_armed_without_an_account(session: FakeSession) -> None:
    session.store.money.account = ""

    assert Arming(IDLE).arm(stands(session), session.now()) == "Cannot arm: no account chosen"


def test_it_cannot_be_armed_for_an_instrument_without_a_quote(session: FakeSession) -> None:
    assert Arming(IDLE).arm(stands(session, 4711), session.now()) == "Cannot arm: no price yet"


def test_depth_whose_stream_is_not_back_is_stale_however_lively_the_quote_is(session: FakeSession) -> None:
    depth_lost(session)

    assert stands(session).obstacle == "prices stale"


def test_the_outcome_of_another_account_is_no_obstacle(session: FakeSession) -> None:
    arming = armed(session)
    unknown(OTHER)(session)

    assert not arming.look(stands(session), session.now())
    assert arming.is_armed


def test_a_minute_without_a_key_disarms(session: FakeSession) -> None:
    arming = armed(session)

    assert not arming.look(stands(session), session.now() + 59.9)
    assert arming.look(stands(session), session.now() + 60.0)
    assert arming.words(session.now() + 60.0) == "DISARMED (no key for 60s)"


def test_a_key_begins_the_minute_anew(session: FakeSession) -> None:
    arming = armed(session)
    arming.key(session.now() + 50)

    assert not arming.look(stands(session), session.now() + 109)
    assert arming.look(stands(session), session.now() + 110)


def test_a_key_after_the_minute_does_not_revive_it(session: FakeSession) -> None:
    arming = armed(session)
    later = session.now() + 61
    arming.key(later)

    assert not arming.is_armed
    assert not arming.sends(stands(session), later)
    assert arming.words(later) == "DISARMED (no key for 60s)"


def test_between_two_frames_it_never_says_armed_when_the_time_is_over(session: FakeSession) -> None:
    arming = armed(session)

    assert arming.words(session.now() + 59.99) == "ARMED 0:01"
    assert arming.words(session.now() + 60) == "DISARMED (no key for 60s)"


def test_another_instrument_disarms(session: FakeSession) -> None:
    arming = armed(session)

    assert arming.look(stands(session, MSFT), session.now())
    assert arming.words(session.now()) == "DISARMED (another instrument)"


def test_another_account_disarms(session: FakeSession) -> None:
    arming = armed(session)
    accounts = (Account(ACCOUNT, is_paper=True), Account(OTHER, is_paper=True))
    session.store.apply(AccountsReceived(accounts, OTHER))

    assert arming.look(stands(session), session.now())
    assert arming.words(session.now()) == "DISARMED (another account)"


def test_a_reconnect_that_begins_and_ends_between_two_frames_disarms(session: FakeSession) -> None:
    arming = armed(session)
    session.store.apply(StreamsLost())
    told(bid=Decimal("271.66"))(session)
    session.store.apply(LadderRequested(AAPL, 2))
    session.store.apply(LadderReceived(AAPL, 2, {0: Rung(Decimal("271.66"), bid_size=Decimal(1))}, session.now()))

    assert stands(session).obstacle == ""
    assert arming.look(stands(session), session.now())
    assert arming.words(session.now()) == "DISARMED (stream lost)"


def test_leaving_the_screen_disarms_with_its_reason(session: FakeSession) -> None:
    arming = armed(session)
    arming.disarm(OTHER_SCREEN)

    assert arming.words(session.now()) == "DISARMED (screen left)"


def test_a_hand_disarms(session: FakeSession) -> None:
    arming = armed(session)
    arming.disarm()

    assert arming.words(session.now()) == f"DISARMED ({BY_HAND})"


def test_the_first_reason_is_kept(session: FakeSession) -> None:
    arming = armed(session)
    told(halted=True)(session)
    arming.look(stands(session), session.now())
    arming.disarm(OTHER_SCREEN)

    assert arming.words(session.now()) == "DISARMED (trading halted)"


def test_before_it_was_ever_armed_there_is_no_reason() -> None:
    assert Arming(IDLE).words(0.0) == "DISARMED"


def test_arming_again_while_something_is_wrong_disarms(session: FakeSession) -> None:
    arming = armed(session)
    told(halted=True)(session)

    assert arming.arm(stands(session), session.now()) == "Cannot arm: trading halted"
    assert not arming.is_armed


def test_it_is_armed_anew_by_hand_after_a_reconnect(session: FakeSession) -> None:
    arming = armed(session)
    session.store.apply(StreamsLost())
    arming.look(stands(session), session.now())
    told()(session)
    session.store.apply(LadderRequested(AAPL, 2))

    assert arming.arm(stands(session), session.now()) == ""
    assert not arming.look(stands(session), session.now())


standings = st.builds(
    Standing,
    st.sampled_from([ACCOUNT, OTHER]),
    st.sampled_from([AAPL, MSFT]),
    st.integers(0, 2),
    st.sampled_from(["", "trading halted"]),
)


@given(st.lists(st.tuples(standings, st.floats(0, 100), st.booleans())))
def test_it_never_arms_by_itself(frames: list[tuple[Standing, float, bool]]) -> None:
    arming, now = Arming(IDLE), 0.0
    for standing, later, is_key in frames:
        now += later
        arming.look(standing, now)
        if is_key:
            arming.key(now)

    assert not arming.sends(WELL, now)
    assert arming.words(now).startswith("DISARMED")


@given(st.lists(st.tuples(standings, st.floats(0, 100), st.booleans())))
def test_once_disarmed_it_stays_so_until_a_hand_arms_it(frames: list[tuple[Standing, float, bool]]) -> None:
    arming, now, was_lost = Arming(IDLE), 0.0, False
    arming.arm(WELL, now)
    last_key = now
    for standing, later, is_key in frames:
        now += later
        arming.look(standing, now)
        was_lost = was_lost or standing != WELL or now - last_key >= IDLE
        if is_key:
            arming.key(now)
            last_key = now

        assert arming.is_armed is not was_lost
