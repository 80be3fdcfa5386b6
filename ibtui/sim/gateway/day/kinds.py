"""Every event of the day by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ibtui.sim.gateway.day import requests, sessions, streams, wires

if TYPE_CHECKING:
    from ibtui.sim.gateway.day.event import DayEvent
    from ibtui.sim.gateway.day.wanted import Wanted
    from ibtui.sim.gateway.gateway import Gateway


@dataclass(frozen=True, slots=True)
class Kind:
    """An event by its name, and how one is made of its parameters."""

    name: str
    summary: str
    make: Callable[[Gateway, Wanted], DayEvent]


def _burst(status: int) -> Kind:
    make = partial(requests.Burst, status=status)
    return Kind(f"burst-{status}", f"requests are answered {status} and not carried out", make)


KINDS = {
    kind.name: kind
    for kind in (
        Kind("login-needed", "nobody is logged in until a person uses the browser", sessions.LoginNeeded),
        Kind("login-expires", "the login runs out; a person's next one is a new session", sessions.LoginExpires),
        Kind("competing", "another client takes the brokerage session", sessions.Competing),
        Kind("brokerage-lost", "the brokerage session ends until an init", sessions.BrokerageLost),
        Kind("nightly-reset", "the brokerage servers are away, then the session is new", sessions.NightlyReset),
        Kind("gateway-restart", "the gateway's process goes down and comes up", sessions.GatewayRestart),
        Kind("socket-cut", "every websocket is cut", streams.SocketCut),
        Kind("socket-silent", "sockets stay open and say nothing at all", streams.SocketSilent),
        Kind("dead-subscriptions", "heartbeats come and some topics say nothing", streams.DeadSubscriptions),
        Kind("unable-to-subscribe", "subscriptions are refused", streams.UnableToSubscribe),
        Kind("no-session", "tickle answers 200 and that there is no session", requests.NoSession),
        *(_burst(status) for status in requests.STATUSES),
        Kind("slow-answers", "requests are carried out at once and answered late", requests.SlowAnswers),
        Kind("half-open", "open connections neither answer nor close", wires.HalfOpen),
        Kind("new-certificate", "another certificate is served from now on", wires.NewCertificate),
        Kind("clock-skew", "the gateway's timestamps are off", wires.ClockSkew),
        Kind("maintenance", "no brokerage session, whatever is asked", sessions.Maintenance),
    )
}
"""In the order in which they are told."""
