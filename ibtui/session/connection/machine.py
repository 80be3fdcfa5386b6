"""The two-tier session as a state machine: pure, time is given, each signal makes a new standing and one next step.

        ┌────────────┐  certificate   ┌──────────────┐      ┌────────────┐
   ●──► │ NO GATEWAY │ ◄────────────► │ CERTIFICATE  │      │ WRONG PORT │   a person decides; looked at each 5 s
        └─────┬──────┘                └──────────────┘      └─────▲──────┘
              ├─ CONNECT: certificate, authorise, tickle ─────────┘ something else answers
              ▼
        ┌────────────┐
        │ GATEWAY UP │  nobody is logged in: a person does it; looked at each 3 s
        └─────┬──────┘
              │ tickle names a session                      competing elsewhere   ┌───────────┐
              ▼                                          ┌──────────────────────► │ COMPETING │ a person says take over
        ┌────────────┐ auth/status: not established      │ gone, or taken over    └─────┬─────┘
        │ LOGGED IN  │ ── ssodh/init, 5 looks ───────────┤ ◄────────────────────────────┘
        └─────┬──────┘ ◄──── sought again, 3..30 s ──────┤ refused at 00:00 or 01:00    ┌───────────────┐
              │                                          ├────────────────────────────► │ NIGHTLY RESET │ each 3 s
              │                                          │ refused Saturday evening,    ├───────────────┤
              │ established (where told, else            └────────────────────────────► │ MAINTENANCE   │ each 3 s
              │ authenticated), connected, not             or for more than 5 minutes   └───────────────┘
              │ competing: /iserver/accounts
              ▼
      ┌───────────────┐  tickle each 60 s, sso/validate each 5 min; hints: tickle, auth/status
      │  ESTABLISHED  │  another session id: stream anew, everything read again
      └──┬─────────▲──┘
   ready │         │ websocket lost (it reconnects by itself)
         ▼         │
      ┌────────────┴──┐  topic deaf: (1) subscribed again by the stream itself, (2) stream anew, (3) session asked,
      │     READY     │  then stream anew, later and later
      └───────────────┘
   From both: 3 looks unanswered ► NO GATEWAY · 2 looks without a login ► GATEWAY UP · else ► sought as above.
   Beside every state: PENALTY BOX (`penalty_until`): nothing is asked until it is over, then the same again.

Rules. An answer is legal only for the deed that asked for it, a failure only while something was asked (`legality`);
anything else raises IllegalMove. What comes unasked is remembered while a deed is under way and acted on at its end;
while waiting it is acted on at once. `StreamReady`, `StreamLost`, `StreamSilent` and `StreamHeard` without a brokerage
session are late words of a closed stream and are ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from ibtui.protocol.session import AuthStatus
from ibtui.session.connection import signals as s
from ibtui.session.connection.legality import ANSWERS, FAILURES, check
from ibtui.session.connection.outages import Outage, OutageKind, is_known, outage_at
from ibtui.session.connection.standing import Deed, Moment, Standing, State, Step

TICKLE_SECONDS = 60.0
"""The session ends after a few minutes without `/tickle` ("Ping the server": about every 60 seconds)."""
VALIDATE_SECONDS = 300.0
"""`/sso/validate` may be asked once a minute; it extends the outer session (gateway introduction) and names the
region, whose reset hours count."""
FIRST_VALIDATE_SECONDS = 65.0
"""After a session began: the login page, or a run before this one, may just have used the one of that minute."""
LOOK_SECONDS = 1.5
INIT_LOOKS = 5
FIRST_INIT_PAUSE = 10.0
LONGEST_INIT_PAUSE = 30.0
GATEWAY_SECONDS = 2.0
"""Between attempts to reach a gateway."""
LOGIN_SECONDS = 3.0
"""Between looks whether somebody logged in, another program let go, a refused brokerage session is there."""
PATIENT_SECONDS = 5.0
"""Between looks where a person must act first, and at a session that stands after one that went unanswered."""
FAILURES_BORNE = 3
DENIALS_BORNE = 2
LONG_SECONDS = 300.0
"""A brokerage session refused for longer, at whatever hour, is maintenance."""


def is_up(status: AuthStatus) -> bool:
    """Whether the brokerage session stands and is ours alone."""
    return status.can_trade and status.connected is not False and not status.competing


def advance(old: Standing, signal: s.Signal, at: Moment) -> Standing:
    """The standing after a signal; its `step` is the one next thing to do. Raises IllegalMove."""
    check(signal, old.step.deed)
    kind = type(signal)
    if kind in ANSWERS or kind in FAILURES:
        old = replace(old, late=0.0)
    new = _failed(old, signal, at) if kind in FAILURES else _TABLE[kind](old, signal, at)
    return _kept_silent(new, at) if new.step is not old.step else new


# answers


def _started(old: Standing, _: s.Started, at: Moment) -> Standing:
    return _go(replace(old, state=State.NO_GATEWAY, failures=0, denials=0, late=0.0), Deed.CONNECT)


def _waited(old: Standing, _: s.Waited, at: Moment) -> Standing:
    if old.state.holds:
        return _go(old, Deed.TICKLE)
    return _go(old, Deed.ASK_STATUS if old.looks else Deed.CONNECT)


def _tickled(old: Standing, answer: s.TickleAnswered, at: Moment) -> Standing:
    if not answer.session:
        return _failed(old, s.LoginMissing("the gateway has no session"), at)
    new = replace(old, session=answer.session, failures=0, denials=0, tickle_at=at.now + TICKLE_SECONDS)
    if not old.state.holds:
        if old.state.is_outside:
            new = replace(new, state=State.LOGGED_IN, cause=None, outage=None)
        return _go(new, Deed.ASK_STATUS)
    if old.suspects or not is_up(answer.status):
        return _go(new, Deed.ASK_STATUS)
    return _hold(replace(new, compete=False), at)


def _status_told(old: Standing, answer: s.StatusTold, at: Moment) -> Standing:
    status = answer.status
    if is_up(status):
        return _go(replace(old, suspects=False, compete=False, looks=0), Deed.READ_ACCOUNTS)
    return _refused(old, status, at)


def _init_answered(old: Standing, answer: s.InitAnswered, at: Moment) -> Standing:
    new = replace(old, looks=INIT_LOOKS)
    if is_up(answer.status):
        return _go(replace(new, looks=0, suspects=False), Deed.READ_ACCOUNTS)
    if answer.status.competing and old.step.deed is Deed.INIT:
        return _competing(new, at)
    return _go(new, Deed.WAIT, at.now + LOOK_SECONDS)


def _accounts_read(old: Standing, _: s.AccountsRead, at: Moment) -> Standing:
    if old.state.holds:
        return _hold(old, at)
    new = replace(
        old,
        state=State.ESTABLISHED,
        cause=None,
        outage=None,
        was_up=True,
        validate_at=at.now + FIRST_VALIDATE_SECONDS,
        suspects=False,
        looks=0,
        failures=0,
        denials=0,
        init_after=0.0,
        init_pause=0.0,
        refusal="",
        refused_since=0.0,
        silent=frozenset(),
        reopened=False,
        renews=False,
    )
    return _go(new, Deed.OPEN_STREAM)


def _validated(old: Standing, answer: s.Validated, at: Moment) -> Standing:
    new = replace(
        old, validate_at=at.now + VALIDATE_SECONDS, region=answer.region if is_known(answer.region) else old.region
    )
    if answer.valid is False:
        return _go(replace(new, suspects=True), Deed.TICKLE)
    return _hold(new, at)


def _stream_opened(old: Standing, _: s.StreamOpened, at: Moment) -> Standing:
    return _hold(replace(old, state=State.ESTABLISHED, streamed=old.session, renews=False), at)


# failures


def _failed(old: Standing, signal: s.Signal, at: Moment) -> Standing:
    if isinstance(signal, s.Boxed):
        new = replace(old, penalty_until=max(old.penalty_until, signal.until))
        return _go(new, Deed.WAIT, max(new.penalty_until, at.now + LOOK_SECONDS))
    if old.step.deed is Deed.VALIDATE:
        new = replace(old, validate_at=at.now + VALIDATE_SECONDS)
        return _hold(new, at) if not isinstance(signal, s.LoginMissing) else _go(new, Deed.TICKLE)
    return (_failed_holding if old.state.holds else _failed_seeking)(old, signal, at)


def _failed_holding(old: Standing, signal: s.Signal, at: Moment) -> Standing:
    """A look at a session that stands went wrong: it is given up at once only when its end was said."""
    if isinstance(signal, s.BrokerageMissing):
        return _refused(old, AuthStatus(message=signal.words), at)
    if isinstance(signal, s.LoginMissing):
        if old.denials + 1 < DENIALS_BORNE:
            return _go(replace(old, denials=old.denials + 1, suspects=True), Deed.TICKLE)
        return _failed_seeking(old, signal, at)
    if isinstance(signal, s.CertificateQuestioned) or (isinstance(signal, s.GatewayGone) and signal.refused):
        return _failed_seeking(old, signal, at)
    planned = outage_at(at.wall, old.region) if isinstance(signal, s.GatewayRefused) else None
    if old.failures + 1 < FAILURES_BORNE and planned is None:
        new = replace(old, failures=old.failures + 1, cause=signal)
        return _go(new, Deed.WAIT, at.now + PATIENT_SECONDS)
    return _failed_seeking(old, signal, at)


def _failed_seeking(old: Standing, signal: s.Signal, at: Moment) -> Standing:
    new = replace(old, cause=signal, outage=None, looks=0, failures=0, denials=0)
    if isinstance(signal, s.CertificateQuestioned):
        if not signal.decided and old.state.holds:
            return _go(replace(new, state=State.NO_GATEWAY), Deed.CONNECT)
        return _go(replace(new, state=State.CERTIFICATE), Deed.ASK_PERSON, at.now + PATIENT_SECONDS)
    if isinstance(signal, s.GatewayStrange):
        return _go(replace(new, state=State.WRONG_PORT), Deed.ASK_PERSON, at.now + PATIENT_SECONDS)
    if isinstance(signal, s.LoginMissing):
        return _go(replace(new, state=State.GATEWAY_UP), Deed.ASK_PERSON, at.now + LOGIN_SECONDS)
    if isinstance(signal, s.GatewayRefused):
        return _sought(new, f"{signal.status}", at, LOGIN_SECONDS)
    if isinstance(signal, s.BrokerageMissing):
        return _sought(new, signal.words, at, LOGIN_SECONDS)
    return _go(replace(new, state=State.NO_GATEWAY), Deed.WAIT, at.now + GATEWAY_SECONDS)


# the brokerage session


def _refused(old: Standing, status: AuthStatus, at: Moment) -> Standing:
    """There is no brokerage session, or none of ours: have one, unless another program holds it."""
    if status.competing and not old.compete:
        return _competing(old, at)
    words = status.message or status.fail or ""
    told = f"{status.authenticated} {status.connected} {words}"
    fell = replace(old, state=State.LOGGED_IN, cause=None) if old.state.holds else old
    if fell.state is State.COMPETING:
        fell = replace(fell, state=State.LOGGED_IN, cause=None)
    changed = bool(fell.refusal) and told != fell.refusal
    if not old.looks and (old.compete or changed or at.now >= fell.init_after):
        return _start_brokerage(replace(fell, refusal=told), at)
    looks = max(0, old.looks - 1)
    new = replace(fell, cause=s.BrokerageMissing(words), looks=looks)
    return _sought(new, told, at, LOOK_SECONDS if looks else LOGIN_SECONDS)


def _start_brokerage(old: Standing, at: Moment) -> Standing:
    pause = old.init_pause or FIRST_INIT_PAUSE
    new = replace(
        old,
        compete=False,
        suspects=False,
        init_after=at.now + pause,
        init_pause=min(LONGEST_INIT_PAUSE, pause * 2),
        refused_since=old.refused_since or at.now,
    )
    return _go(_with_outage(new, at), Deed.TAKE_OVER if old.compete else Deed.INIT)


def _competing(old: Standing, at: Moment) -> Standing:
    new = replace(old, state=State.COMPETING, cause=None, outage=None, looks=0, refusal="", refused_since=0.0)
    return _go(replace(new, compete=False, suspects=False), Deed.ASK_PERSON, at.now + LOGIN_SECONDS)


def _sought(old: Standing, refusal: str, at: Moment, pause: float) -> Standing:
    """Refused for now; a planned outage gives it its name, and so does a long time."""
    new = replace(old, state=State.LOGGED_IN, refused_since=old.refused_since or at.now, suspects=False)
    if refusal != old.refusal:
        new = replace(new, refusal=refusal, init_after=0.0 if old.refusal else old.init_after)
    return _go(_with_outage(new, at), Deed.WAIT, at.now + pause)


def _with_outage(old: Standing, at: Moment) -> Standing:
    planned = outage_at(at.wall, old.region) if old.was_up or old.cause is not None else None
    if planned is None and old.refused_since and at.now - old.refused_since >= LONG_SECONDS:
        minutes = int((at.now - old.refused_since) // 60)
        planned = Outage(OutageKind.MAINTENANCE, f"refused for {minutes} min")
    if planned is None:
        return replace(old, state=State.LOGGED_IN, outage=None)
    state = State.NIGHTLY_RESET if planned.kind is OutageKind.RESET else State.MAINTENANCE
    return replace(old, state=state, outage=planned)


# what comes unasked


def _late(old: Standing, telling: s.AnswerLate, at: Moment) -> Standing:
    return old if old.step.deed.waits else replace(old, late=telling.seconds)


def _trouble_told(old: Standing, _: s.TroubleTold, at: Moment) -> Standing:
    if not old.state.holds:
        return old
    new = replace(old, suspects=True)
    return _go(new, Deed.TICKLE) if old.step.deed.waits and not _is_boxed(old, at) else new


def _retry_asked(old: Standing, _: s.RetryAsked, at: Moment) -> Standing:
    new = replace(old, init_after=0.0, looks=0)
    if not old.step.deed.waits or _is_boxed(old, at):
        return new
    if not old.state.holds:
        return _go(new, Deed.CONNECT)
    if old.state is State.ESTABLISHED or old.silent:
        return _go(new, Deed.RENEW_STREAM)
    return _go(replace(new, suspects=True), Deed.TICKLE)


def _take_over_asked(old: Standing, _: s.TakeOverAsked, at: Moment) -> Standing:
    new = replace(old, compete=True, looks=0)
    if not old.step.deed.waits or _is_boxed(old, at):
        return new
    return _go(new, Deed.TICKLE if old.state.holds else Deed.CONNECT)


def _penalty_began(old: Standing, telling: s.PenaltyBegan, at: Moment) -> Standing:
    new = replace(old, penalty_until=max(old.penalty_until, telling.until))
    if not old.step.deed.waits:
        return new
    return _go(new, old.step.deed, max(old.step.until, new.penalty_until))


def _penalty_ended(old: Standing, _: s.PenaltyEnded, at: Moment) -> Standing:
    return replace(old, penalty_until=0.0)


def _stream_ready(old: Standing, _: s.StreamReady, at: Moment) -> Standing:
    return replace(old, state=State.READY) if old.state.holds else old


def _stream_lost(old: Standing, _: s.StreamLost, at: Moment) -> Standing:
    if not old.state.holds:
        return old
    return _trouble_told(replace(old, state=State.ESTABLISHED), s.TroubleTold(), at)


def _stream_silent(old: Standing, telling: s.StreamSilent, at: Moment) -> Standing:
    """A deaf topic: first the stream is opened anew, then the session is asked before that."""
    if old.state is not State.READY:
        return old
    new = replace(old, silent=old.silent | {telling.topic}, reopened=True, renews=True)
    if not old.step.deed.waits or _is_boxed(old, at):
        return new
    if old.reopened:
        return _go(replace(new, suspects=True), Deed.TICKLE)
    return _go(new, Deed.RENEW_STREAM)


def _stream_heard(old: Standing, telling: s.StreamHeard, at: Moment) -> Standing:
    left = old.silent - {telling.topic}
    return replace(old, silent=left, reopened=old.reopened and bool(left))


# steps


def _hold(old: Standing, at: Moment) -> Standing:
    """The session stands: what is next to keep it."""
    new = replace(old, cause=None)
    if new.session != new.streamed or new.renews:
        return _go(new, Deed.RENEW_STREAM)
    if new.suspects:
        return _go(new, Deed.TICKLE)
    if at.now >= new.validate_at:
        return _go(new, Deed.VALIDATE)
    return _go(new, Deed.WAIT, max(new.tickle_at, new.penalty_until))


def _go(old: Standing, deed: Deed, until: float = 0.0) -> Standing:
    return replace(old, step=Step(deed, until))


def _kept_silent(old: Standing, at: Moment) -> Standing:
    """In the penalty box nothing is asked; the user's word to take over is kept for afterwards.

    A stream that is deaf is not dropped there either: a new one could not be opened. The first one of a session may be
    asked for: its socket waits by itself.
    """
    deed = old.step.deed
    if not _is_boxed(old, at) or deed.waits or deed is Deed.OPEN_STREAM:
        return old
    return _go(replace(old, compete=old.compete or deed is Deed.TAKE_OVER), Deed.WAIT, old.penalty_until)


def _is_boxed(old: Standing, at: Moment) -> bool:
    return old.penalty_until > at.now


_TABLE: Mapping[type[Any], Callable[[Standing, Any, Moment], Standing]] = {
    s.Started: _started,
    s.Waited: _waited,
    s.TickleAnswered: _tickled,
    s.StatusTold: _status_told,
    s.InitAnswered: _init_answered,
    s.AccountsRead: _accounts_read,
    s.Validated: _validated,
    s.StreamOpened: _stream_opened,
    s.AnswerLate: _late,
    s.TroubleTold: _trouble_told,
    s.RetryAsked: _retry_asked,
    s.TakeOverAsked: _take_over_asked,
    s.PenaltyBegan: _penalty_began,
    s.PenaltyEnded: _penalty_ended,
    s.StreamReady: _stream_ready,
    s.StreamLost: _stream_lost,
    s.StreamSilent: _stream_silent,
    s.StreamHeard: _stream_heard,
}
