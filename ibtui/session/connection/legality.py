"""Which signal may come when: an answer only to what was asked, a failure only while something was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ibtui.session.connection import signals as s
from ibtui.session.connection.standing import Deed

ANSWERS: Mapping[type[Any], frozenset[Deed]] = {
    s.TickleAnswered: frozenset({Deed.CONNECT, Deed.TICKLE}),
    s.StatusTold: frozenset({Deed.ASK_STATUS}),
    s.InitAnswered: frozenset({Deed.INIT, Deed.TAKE_OVER}),
    s.AccountsRead: frozenset({Deed.READ_ACCOUNTS}),
    s.Validated: frozenset({Deed.VALIDATE}),
    s.StreamOpened: frozenset({Deed.OPEN_STREAM, Deed.RENEW_STREAM}),
    s.Waited: frozenset({Deed.WAIT, Deed.ASK_PERSON}),
}
"""Which deeds a signal answers."""

FAILURES = frozenset(
    {
        s.GatewayGone,
        s.GatewayStrange,
        s.GatewayRefused,
        s.CertificateQuestioned,
        s.LoginMissing,
        s.BrokerageMissing,
        s.Boxed,
    }
)
"""Signals that end a deed without what it asked for."""


class IllegalMove(Exception):
    """A signal that answers nothing that was asked: a mistake in ibtui."""


def check(signal: s.Signal, asked: Deed) -> None:
    """Raise IllegalMove unless the signal may come while `asked` is the next thing to do."""
    kind = type(signal)
    if kind in ANSWERS and asked not in ANSWERS[kind]:
        raise IllegalMove(f"{kind.__name__} while the next thing was: {asked.value}")
    if kind in FAILURES and asked.waits:
        raise IllegalMove(f"{kind.__name__} while nothing was asked")
