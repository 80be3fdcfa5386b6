"""The session's machine: every transition in a table, and laws that no order of signals breaks."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from ibtui.protocol.session import AuthStatus
from ibtui.session.connection import signals as s
from ibtui.session.connection.legality import ANSWERS, FAILURES, IllegalMove
from ibtui.session.connection.machine import LONG_SECONDS, TICKLE_SECONDS, advance
from ibtui.session.connection.standing import Deed, Moment, Standing, State, Step

NEW_YORK = ZoneInfo("America/New_York")
CALM = datetime(2026, 11, 18, 15, tzinfo=NEW_YORK).timestamp()
"""A Wednesday: no reset in any region."""
NIGHT = datetime(2026, 11, 18, 1, 3, tzinfo=NEW_YORK).timestamp()
SATURDAY = datetime(2026, 11, 21, 20, 0, tzinfo=NEW_YORK).timestamp()
START = 1000.0

UP = AuthStatus(authenticated=True, established=True, connected=True, competing=False)
OLD_UP = AuthStatus(authenticated=True, connected=True, competing=False)
"""A gateway that never tells `established`."""
HALF = AuthStatus(authenticated=True, established=False, connected=True, competing=False)
OUT = AuthStatus(authenticated=False, established=False, connected=True, competing=False)
UNCONNECTED = replace(UP, connected=False)
RIVAL = AuthStatus(authenticated=False, established=False, connected=True, competing=True)


@dataclass(frozen=True)
class Pass:
    """So many seconds pass."""

    seconds: float


TICKLED = s.TickleAnswered("abc", UP)
CONNECTED: Sequence[s.Signal] = [TICKLED, s.StatusTold(UP), s.AccountsRead(), s.StreamOpened()]
"""From the start to a brokerage session that is held."""
READY: Sequence[s.Signal] = [*CONNECTED, s.StreamReady()]
TICKLING: Sequence[s.Signal] = [*READY, s.Waited()]
VALIDATING: Sequence[s.Signal | Pass] = [*READY, Pass(70.0), s.Waited(), TICKLED]
SEEKING: Sequence[s.Signal] = [TICKLED, s.StatusTold(OUT)]
REFUSED: Sequence[s.Signal] = [*SEEKING, s.InitAnswered(OUT)]
RIVALLED: Sequence[s.Signal] = [TICKLED, s.StatusTold(RIVAL)]
UNKNOWN = s.CertificateQuestioned(s.Doubt.UNKNOWN, "never seen", "sha256:ab")
DOWN = s.GatewayGone("refused")
UNANSWERED = s.GatewayGone("no answer", refused=False)
ERROR = s.GatewayRefused("HTTP 503", 503)
NOBODY = s.LoginMissing("wants a login")
NO_BRIDGE = s.BrokerageMissing("no bridge")
LOOKED: list[s.Signal] = [s.Waited(), s.StatusTold(OUT)]
"""One look after ssodh/init."""


@dataclass(frozen=True)
class Case:
    name: str
    before: Sequence[s.Signal | Pass]
    signal: s.Signal
    state: State
    deed: Deed
    wait: float = 0.0
    wall: float = CALM


CASES = [
    Case("begin", [], s.Started(), State.NO_GATEWAY, Deed.CONNECT),
    Case("nothing listens", [], DOWN, State.NO_GATEWAY, Deed.WAIT, 2.0),
    Case("no answer", [], UNANSWERED, State.NO_GATEWAY, Deed.WAIT, 2.0),
    Case("sought again", [DOWN], s.Waited(), State.NO_GATEWAY, Deed.CONNECT),
    Case("another program", [], s.GatewayStrange("HTTP 404"), State.WRONG_PORT, Deed.ASK_PERSON, 5.0),
    Case("looked at again", [s.GatewayStrange("x")], s.Waited(), State.WRONG_PORT, Deed.CONNECT),
    Case("certificate", [], UNKNOWN, State.CERTIFICATE, Deed.ASK_PERSON, 5.0),
    Case("trusted", [UNKNOWN], s.RetryAsked(), State.CERTIFICATE, Deed.CONNECT),
    Case("gone after certificate", [UNKNOWN, s.Waited()], DOWN, State.NO_GATEWAY, Deed.WAIT, 2.0),
    Case("nobody logged in", [], NOBODY, State.GATEWAY_UP, Deed.ASK_PERSON, 3.0),
    Case("no session in the tickle", [], s.TickleAnswered("", OUT), State.GATEWAY_UP, Deed.ASK_PERSON, 3.0),
    Case("logged in meanwhile", [NOBODY, s.Waited()], TICKLED, State.LOGGED_IN, Deed.ASK_STATUS),
    Case("logged in", [], TICKLED, State.LOGGED_IN, Deed.ASK_STATUS),
    Case("established", [TICKLED], s.StatusTold(UP), State.LOGGED_IN, Deed.READ_ACCOUNTS),
    Case("established of old", [TICKLED], s.StatusTold(OLD_UP), State.LOGGED_IN, Deed.READ_ACCOUNTS),
    Case("authenticated is not enough", [TICKLED], s.StatusTold(HALF), State.LOGGED_IN, Deed.INIT),
    Case("not connected", [TICKLED], s.StatusTold(UNCONNECTED), State.LOGGED_IN, Deed.INIT),
    Case("no bridge", [TICKLED], NO_BRIDGE, State.LOGGED_IN, Deed.WAIT, 3.0),
    Case("started at once", SEEKING, s.InitAnswered(UP), State.LOGGED_IN, Deed.READ_ACCOUNTS),
    Case("started soon", SEEKING, s.InitAnswered(OUT), State.LOGGED_IN, Deed.WAIT, 1.5),
    Case("looked for", REFUSED, s.Waited(), State.LOGGED_IN, Deed.ASK_STATUS),
    Case("found", [*REFUSED, s.Waited()], s.StatusTold(UP), State.LOGGED_IN, Deed.READ_ACCOUNTS),
    Case("not found yet", [*REFUSED, s.Waited()], s.StatusTold(OUT), State.LOGGED_IN, Deed.WAIT, 1.5),
    Case("not found", [*REFUSED, *LOOKED * 4, s.Waited()], s.StatusTold(OUT), State.LOGGED_IN, Deed.WAIT, 3.0),
    Case("sought anew", [*REFUSED, *LOOKED * 5], s.Waited(), State.LOGGED_IN, Deed.CONNECT),
    Case("the user will not wait", [*REFUSED, *LOOKED], s.RetryAsked(), State.LOGGED_IN, Deed.CONNECT),
    Case("init met a rival", SEEKING, s.InitAnswered(RIVAL), State.COMPETING, Deed.ASK_PERSON, 3.0),
    Case("competing", [TICKLED], s.StatusTold(RIVAL), State.COMPETING, Deed.ASK_PERSON, 3.0),
    Case(
        "still competing", [*RIVALLED, s.Waited(), TICKLED], s.StatusTold(RIVAL), State.COMPETING, Deed.ASK_PERSON, 3.0
    ),
    Case("the rival is gone", [*RIVALLED, s.Waited(), TICKLED], s.StatusTold(OUT), State.LOGGED_IN, Deed.INIT),
    Case("take over", RIVALLED, s.TakeOverAsked(), State.COMPETING, Deed.CONNECT),
    Case("taken over", [*RIVALLED, s.TakeOverAsked(), TICKLED], s.StatusTold(RIVAL), State.LOGGED_IN, Deed.TAKE_OVER),
    Case("accounts", [TICKLED, s.StatusTold(UP)], s.AccountsRead(), State.ESTABLISHED, Deed.OPEN_STREAM),
    Case("accounts refused", [TICKLED, s.StatusTold(UP)], NO_BRIDGE, State.LOGGED_IN, Deed.WAIT, 3.0),
    Case("held", READY[:3], s.StreamOpened(), State.ESTABLISHED, Deed.WAIT, TICKLE_SECONDS),
    Case("validate", VALIDATING[:-1], TICKLED, State.READY, Deed.VALIDATE),
    Case("validated", VALIDATING, s.Validated(True, "NJ"), State.READY, Deed.WAIT, TICKLE_SECONDS),
    Case("validation fails", VALIDATING, ERROR, State.READY, Deed.WAIT, TICKLE_SECONDS),
    Case("validation says no", VALIDATING, s.Validated(False), State.READY, Deed.TICKLE),
    Case("validation wants a login", VALIDATING, NOBODY, State.READY, Deed.TICKLE),
    Case("stream ready", CONNECTED, s.StreamReady(), State.READY, Deed.WAIT, TICKLE_SECONDS),
    Case("tickle", READY, s.Waited(), State.READY, Deed.TICKLE),
    Case("all is well", TICKLING, TICKLED, State.READY, Deed.WAIT, TICKLE_SECONDS),
    Case("another session", TICKLING, s.TickleAnswered("def", UP), State.READY, Deed.RENEW_STREAM),
    Case("the tickle doubts", TICKLING, s.TickleAnswered("abc", OUT), State.READY, Deed.ASK_STATUS),
    Case("a hint", READY, s.TroubleTold(), State.READY, Deed.TICKLE),
    Case("the hint is looked into", [*READY, s.TroubleTold()], TICKLED, State.READY, Deed.ASK_STATUS),
    Case("for nothing", [*READY, s.TroubleTold(), TICKLED], s.StatusTold(UP), State.READY, Deed.READ_ACCOUNTS),
    Case("session lost", [*READY, s.TroubleTold(), TICKLED], s.StatusTold(OUT), State.LOGGED_IN, Deed.INIT),
    Case(
        "lost to a rival",
        [*READY, s.TroubleTold(), TICKLED],
        s.StatusTold(RIVAL),
        State.COMPETING,
        Deed.ASK_PERSON,
        3.0,
    ),
    Case("no bridge any more", [*READY, s.TroubleTold(), TICKLED], NO_BRIDGE, State.LOGGED_IN, Deed.INIT),
    Case("gateway gone", TICKLING, DOWN, State.NO_GATEWAY, Deed.WAIT, 2.0),
    Case("one tickle unanswered", TICKLING, UNANSWERED, State.READY, Deed.WAIT, 5.0),
    Case(
        "three unanswered",
        [*TICKLING, UNANSWERED, s.Waited(), UNANSWERED, s.Waited()],
        UNANSWERED,
        State.NO_GATEWAY,
        Deed.WAIT,
        2.0,
    ),
    Case("one error", TICKLING, ERROR, State.READY, Deed.WAIT, 5.0),
    Case("three errors", [*TICKLING, ERROR, s.Waited(), ERROR, s.Waited()], ERROR, State.LOGGED_IN, Deed.WAIT, 3.0),
    Case("an error, then well", [*TICKLING, ERROR, s.Waited()], TICKLED, State.READY, Deed.WAIT, TICKLE_SECONDS),
    Case("one denial", TICKLING, NOBODY, State.READY, Deed.TICKLE),
    Case("a denial, then well", [*TICKLING, NOBODY], TICKLED, State.READY, Deed.ASK_STATUS),
    Case("two denials", [*TICKLING, NOBODY], NOBODY, State.GATEWAY_UP, Deed.ASK_PERSON, 3.0),
    Case("certificate in between", TICKLING, replace(UNKNOWN, decided=False), State.NO_GATEWAY, Deed.CONNECT),
    Case("refused by TLS for good", [], replace(UNKNOWN, decided=False), State.CERTIFICATE, Deed.ASK_PERSON, 5.0),
    Case("stream lost", READY, s.StreamLost(), State.ESTABLISHED, Deed.TICKLE),
    Case(
        "stream back",
        [*READY, s.StreamLost(), TICKLED, s.StatusTold(UP), s.AccountsRead()],
        s.StreamReady(),
        State.READY,
        Deed.WAIT,
        TICKLE_SECONDS,
    ),
    Case("the user wants the stream", CONNECTED, s.RetryAsked(), State.ESTABLISHED, Deed.RENEW_STREAM),
    Case("the user wants a look", READY, s.RetryAsked(), State.READY, Deed.TICKLE),
    Case("deaf", READY, s.StreamSilent("smd"), State.READY, Deed.RENEW_STREAM),
    Case(
        "deaf still",
        [*READY, s.StreamSilent("smd"), s.StreamOpened(), s.StreamReady()],
        s.StreamSilent("smd"),
        State.READY,
        Deed.TICKLE,
    ),
    Case(
        "deaf, and the session is well",
        [
            *READY,
            s.StreamSilent("smd"),
            s.StreamOpened(),
            s.StreamReady(),
            s.StreamSilent("smd"),
            TICKLED,
            s.StatusTold(UP),
        ],
        s.AccountsRead(),
        State.READY,
        Deed.RENEW_STREAM,
    ),
    Case(
        "deaf again later",
        [*READY, s.StreamSilent("smd"), s.StreamOpened(), s.StreamReady(), s.StreamHeard("smd")],
        s.StreamSilent("smd"),
        State.READY,
        Deed.RENEW_STREAM,
    ),
    Case("boxed", TICKLING, s.Boxed(START + 600.0), State.READY, Deed.WAIT, 600.0),
    Case("boxed while seeking", [TICKLED], s.Boxed(START + 600.0), State.LOGGED_IN, Deed.WAIT, 600.0),
    Case("boxed by another", READY, s.PenaltyBegan(START + 600.0), State.READY, Deed.WAIT, 600.0),
    Case(
        "boxed meanwhile", [TICKLED, s.PenaltyBegan(START + 600.0)], s.StatusTold(UP), State.LOGGED_IN, Deed.WAIT, 600.0
    ),
    Case(
        "no look out of the box",
        [*READY, s.PenaltyBegan(START + 600.0)],
        s.TroubleTold(),
        State.READY,
        Deed.WAIT,
        600.0,
    ),
    Case(
        "no new stream in the box for another session",
        [*TICKLING, s.PenaltyBegan(START + 600.0)],
        s.TickleAnswered("def", UP),
        State.READY,
        Deed.WAIT,
        600.0,
    ),
    Case(
        "the reset, by its hour",
        [*READY, s.TroubleTold(), TICKLED],
        s.StatusTold(OUT),
        State.NIGHTLY_RESET,
        Deed.INIT,
        wall=NIGHT,
    ),
    Case("the reset, by an error", TICKLING, ERROR, State.NIGHTLY_RESET, Deed.WAIT, 3.0, wall=NIGHT),
    Case("begun in the reset", [], ERROR, State.NIGHTLY_RESET, Deed.WAIT, 3.0, wall=NIGHT),
    Case(
        "the reset is over",
        [ERROR, s.Waited(), TICKLED],
        s.StatusTold(UP),
        State.NIGHTLY_RESET,
        Deed.READ_ACCOUNTS,
        wall=NIGHT,
    ),
    Case("maintenance on Saturday", [], ERROR, State.MAINTENANCE, Deed.WAIT, 3.0, wall=SATURDAY),
    Case("late stream word", [], s.StreamReady(), State.NO_GATEWAY, Deed.CONNECT),
    Case("late silence", [DOWN], s.StreamSilent("smd"), State.NO_GATEWAY, Deed.WAIT, 2.0),
    Case("late loss", [DOWN], s.StreamLost(), State.NO_GATEWAY, Deed.WAIT, 2.0),
    Case("a hint without a session", [DOWN], s.TroubleTold(), State.NO_GATEWAY, Deed.WAIT, 2.0),
    Case("a hint meanwhile", TICKLING, s.TroubleTold(), State.READY, Deed.TICKLE),
    Case("an answer is late", TICKLING, s.AnswerLate(4.0), State.READY, Deed.TICKLE),
]


def after(signals: Sequence[s.Signal | Pass], wall: float = CALM) -> tuple[Standing, float]:
    """The standing after these, and when that is."""
    standing, now = Standing(), START
    for signal in signals:
        if isinstance(signal, Pass):
            now += signal.seconds
        else:
            standing = advance(standing, signal, Moment(now, wall))
    return standing, now


def outcome(case: Case) -> tuple[Standing, float]:
    standing, now = after(case.before, case.wall)
    return advance(standing, case.signal, Moment(now, case.wall)), now


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_signal_leads_to_a_state_and_one_next_step(case: Case) -> None:
    new, now = outcome(case)
    until = now + case.wait if case.wait else 0.0
    assert (new.state, new.step) == (case.state, Step(case.deed, until))


def test_every_state_deed_and_signal_is_in_the_table() -> None:
    seen = [outcome(case)[0] for case in CASES]
    passed = [after(case.before[:count])[0] for case in CASES for count in range(len(case.before) + 1)]
    assert {one.state for one in seen} == set(State)
    assert {one.step.deed for one in [*seen, *passed]} == set(Deed)
    sent = {type(signal) for case in CASES for signal in (*case.before, case.signal)}
    assert sent - {Pass} == set(get_args(s.Signal)) - {s.PenaltyEnded}


DEED_OF = {deed: replace(Standing(), step=Step(deed)) for deed in Deed}
SAMPLES: Sequence[s.Signal] = (
    TICKLED, s.StatusTold(UP), s.InitAnswered(UP), s.AccountsRead(), s.Validated(True), s.StreamOpened(), s.Waited(),
    DOWN, s.GatewayStrange("x"), ERROR, UNKNOWN, NOBODY, NO_BRIDGE, s.Boxed(START + 9.0),
)  # fmt: skip


@pytest.mark.parametrize("deed", Deed)
def test_what_answers_nothing_that_was_asked_is_a_mistake(deed: Deed) -> None:
    for signal in SAMPLES:
        kind = type(signal)
        legal = deed in ANSWERS[kind] if kind in ANSWERS else not deed.waits
        if legal:
            advance(DEED_OF[deed], signal, Moment(START, CALM))
        else:
            with pytest.raises(IllegalMove):
                advance(DEED_OF[deed], signal, Moment(START, CALM))
    assert {type(signal) for signal in SAMPLES} == {*ANSWERS, *FAILURES}


def test_a_brokerage_session_refused_for_long_is_maintenance_at_any_hour() -> None:
    standing, now = after(REFUSED)
    while now < START + LONG_SECONDS + 40.0:
        step = standing.step
        answer: dict[Deed, s.Signal] = {
            Deed.CONNECT: TICKLED,
            Deed.ASK_STATUS: s.StatusTold(OUT),
            Deed.INIT: s.InitAnswered(OUT),
        }
        now = max(now, step.until)
        standing = advance(standing, s.Waited() if step.deed.waits else answer[step.deed], Moment(now, CALM))
    assert standing.state is State.MAINTENANCE
    assert standing.outage is not None
    assert standing.outage.words == "refused for 5 min"


def test_a_refusal_that_changes_is_a_reason_to_start_at_once() -> None:
    standing, _ = after([*REFUSED, *LOOKED * 5, s.Waited(), TICKLED])
    again = advance(standing, s.StatusTold(OUT), Moment(START, CALM))
    assert again.step.deed is Deed.WAIT
    changed = advance(standing, s.StatusTold(replace(OUT, connected=False)), Moment(START, CALM))
    assert changed.step.deed is Deed.INIT


def test_the_region_told_decides_whose_reset_it_is() -> None:
    asia = datetime(2026, 11, 18, 1, 3, tzinfo=ZoneInfo("Asia/Hong_Kong")).timestamp()
    unknown = advance(Standing(), ERROR, Moment(START, asia))
    american = advance(Standing(region="NJ"), ERROR, Moment(START, asia))
    assert (unknown.state, american.state) == (State.NIGHTLY_RESET, State.LOGGED_IN)
    assert unknown.outage is not None
    assert "Asia" in unknown.outage.words


def test_the_word_to_take_over_outlives_the_penalty_box() -> None:
    standing, _ = after([*RIVALLED, s.PenaltyBegan(START + 600.0), s.TakeOverAsked()])
    assert standing.step == Step(Deed.ASK_PERSON, START + 600.0)
    later = Moment(START + 600.0, CALM)
    released: Sequence[s.Signal] = (s.PenaltyEnded(), s.Waited(), TICKLED, s.StatusTold(RIVAL))
    for signal in released:
        standing = advance(standing, signal, later)
    assert standing.step.deed is Deed.TAKE_OVER


def test_a_stream_found_deaf_in_the_penalty_box_is_opened_anew_after_it() -> None:
    standing, _ = after([*READY, s.PenaltyBegan(START + 600.0), s.StreamSilent("smd")])
    assert standing.step.deed is Deed.WAIT
    later = Moment(START + 600.0, CALM)
    for signal in (s.PenaltyEnded(), s.Waited(), TICKLED):
        standing = advance(standing, signal, later)
    assert standing.step.deed is Deed.RENEW_STREAM


TELLINGS: Sequence[s.Signal] = (
    s.TroubleTold(), s.RetryAsked(), s.TakeOverAsked(), s.StreamReady(), s.StreamLost(), s.StreamSilent("smd"),
    s.StreamHeard("smd"), s.AnswerLate(5.0), s.PenaltyBegan(START + 30.0), s.PenaltyEnded(),
)  # fmt: skip
STATUSES = (UP, OUT, RIVAL, HALF, UNCONNECTED, AuthStatus())


def possible(standing: Standing, rng: random.Random) -> s.Signal:
    """A signal that may come now: an answer or failure of what was asked, or something unasked."""
    if rng.random() < 0.3:
        return rng.choice(TELLINGS)
    deed = standing.step.deed
    if not deed.waits and deed not in (Deed.OPEN_STREAM, Deed.RENEW_STREAM) and rng.random() < 0.3:
        return rng.choice((DOWN, UNANSWERED, ERROR, UNKNOWN, NOBODY, NO_BRIDGE, s.Boxed(START + 30.0)))
    status = rng.choice(STATUSES)
    answers: dict[Deed, s.Signal] = {
        Deed.CONNECT: s.TickleAnswered(rng.choice(("abc", "def", "")), status),
        Deed.TICKLE: s.TickleAnswered(rng.choice(("abc", "def")), status),
        Deed.ASK_STATUS: s.StatusTold(status),
        Deed.INIT: s.InitAnswered(status),
        Deed.TAKE_OVER: s.InitAnswered(status),
        Deed.READ_ACCOUNTS: s.AccountsRead(),
        Deed.VALIDATE: s.Validated(rng.choice((True, False, None))),
        Deed.OPEN_STREAM: s.StreamOpened(),
        Deed.RENEW_STREAM: s.StreamOpened(),
    }
    return answers.get(deed, s.Waited())


@pytest.mark.parametrize("seed", range(20))
def test_no_order_of_signals_breaks_a_law(seed: int) -> None:
    rng, standing, now = random.Random(seed), Standing(), START
    words_to_take_over = takings = 0
    for _ in range(2_000):
        signal = possible(standing, rng)
        now = max(now, standing.step.until) if isinstance(signal, s.Waited) else now + 0.1
        wall = rng.choice((CALM, NIGHT, SATURDAY))
        if standing.penalty_until and now >= standing.penalty_until:
            standing = advance(standing, s.PenaltyEnded(), Moment(now, wall))
        old, standing = standing, advance(standing, signal, Moment(now, wall))
        step = standing.step
        words_to_take_over += isinstance(signal, s.TakeOverAsked)
        takings += step.deed is Deed.TAKE_OVER and step is not old.step
        assert takings <= words_to_take_over, "a session elsewhere is ended only on the user's word"
        if step is not old.step and not step.deed.waits and step.deed is not Deed.OPEN_STREAM:
            assert standing.penalty_until <= now, "nothing is asked in the penalty box"
        if step.deed.waits:
            assert step.until > 0.0, "waiting ends by itself"
        if standing.state.holds and not old.state.holds:
            assert isinstance(signal, s.AccountsRead), "only a primed session is one"
        if step.deed in (Deed.OPEN_STREAM, Deed.RENEW_STREAM, Deed.VALIDATE):
            assert standing.state.holds
    assert set(standing.__struct_fields__) > {"state", "step"}
