"""Ways in which the gateway may start or misbehave, one row each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time

from ibtui.sim.gateway.day.plan import Planned
from ibtui.sim.gateway.day.requests import STATUSES
from ibtui.sim.gateway.faults import FAULTS, Fault

SKEW_MS = -3_600_000
"""Of the clock in `clock-skew`: behind, so that what happened after a request looks older than the request."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """How sessions start and what is wrong with the wire."""

    name: str
    summary: str
    logged_in: bool = True
    """False: nobody has logged in with the browser yet; the login page at /sso/Login does it."""
    brokerage: bool = True
    """False: no brokerage session until `/iserver/auth/ssodh/init`."""
    competing: bool = False
    """True: another client holds the brokerage session until an init with `compete` true."""
    brokerage_opens: bool = True
    """False: `/iserver/auth/ssodh/init` is taken and opens nothing, as while IBKR resets its servers."""
    hostile: bool = False
    ladder_deltas: bool = False
    """True: after the first frame `sbd` sends changed rows only."""
    silent_orders: bool = False
    """True: `sor` accepts and never says a word, as one build did (wire-facts §6)."""
    advanced_reject: bool = False
    """True: a limit order is answered with a prompt, the "advanced reject object", in place of the acceptance."""
    refused_orders: bool = False
    """True: `sor` answers "unable to subscribe" twice before it works (wire-facts §2)."""
    fault: Fault | None = None
    """What happens to the first order requests it matches."""
    shuffled_orders: bool = False
    """True: every `sor` frame comes twice, out of order and late, old states behind newer ones."""
    double_executions: bool = False
    """True: every `str` frame comes two or three times, out of order."""
    skew_ms: int = 0
    """How far the gateway's timestamps are off, milliseconds."""
    advisor: bool = False
    """True: the user is a financial advisor with subaccounts and allocation groups."""
    plan: tuple[Planned, ...] = ()
    """Events that begin and end by themselves."""
    starts: time | None = None
    """New York's time of day at which the simulated clock starts; None for the middle of a trading day."""


AFTER_S = 10.0
"""Real seconds from the greeting of the first websocket to the event of a scenario that has one."""


def _event(name: str, summary: str, event: str = "", **parameters: object) -> Scenario:
    """A normal gateway that meets one event once a stream is up."""
    return Scenario(name, summary, plan=(Planned(event or name, parameters, after_seconds=AFTER_S),))


_SPOKEN = {
    "dead-quotes": ("smd", "resubscribe"),
    "dead-ladder": ("sbd", "resubscribe"),
    "dead-orders": ("sor", "resubscribe"),
    "dead-trades": ("str", "resubscribe"),
    "dead-accounts": ("account", "resubscribe"),
    "dead-streams": ("all", "reconnect"),
}
"""Topics that fall silent while the heartbeat goes on, and what cures them, by scenario."""
_EVENTS = (
    _event("login-expires", "the login runs out: 401 until a person logs in again"),
    _event("brokerage-lost", "the brokerage session ends for no reason"),
    _event("nightly-reset", "the servers are away for 5 simulated minutes; old sockets only beat then"),
    _event("gateway-restart", "the gateway is down for 5 seconds"),
    _event("gateway-restart-login", "the same, and a login is needed afterwards", "gateway-restart", login=True),
    _event("socket-cut", "every websocket is cut"),
    _event("socket-silent", "open websockets say nothing any more, not even heartbeats"),
    *(
        _event(name, f"heartbeats come, {topic} says nothing", "dead-subscriptions", topics=(topic,), cure=cure)
        for name, (topic, cure) in _SPOKEN.items()
    ),
    _event("no-session", "tickle answers 200 and that there is no session, for 15 seconds"),
    *(_event(f"burst-{status}", f"everything is answered {status} for 15 seconds") for status in STATUSES),
    _event("slow-answers", "for a minute answers come 30 seconds late"),
    _event("half-open", "open connections neither answer nor close for a minute"),
    _event("half-open-hang", "the same for 20 seconds, and new ones hang", "half-open", new="hang", seconds=20),
    _event("new-certificate", "another certificate is served from then on"),
    replace(
        _event("unable-to-subscribe", "sor is refused three times on whatever socket"),
        plan=(Planned("unable-to-subscribe", {"times": 3}),),
    ),
    Scenario(
        "competing-at-ten",
        "another client takes the brokerage session at 10:00 in New York, ten simulated seconds on",
        plan=(Planned("competing", at=(10, 0)),),
        starts=time(9, 59, 50),
    ),
    Scenario(
        "day",
        "login at 09:31, a competing client at 10:00, session lost at noon, nightly reset at 01:00 in New York",
        logged_in=False,
        brokerage=False,
        plan=(
            Planned("login-needed", at=(9, 31), end=True),
            Planned("competing", {"sim_seconds": 300}, at=(10, 0)),
            Planned("brokerage-lost", at=(12, 0)),
            Planned("nightly-reset", at=(1, 0)),
        ),
        starts=time(9, 29, 30),
    ),
)
"""Scenarios of the day (`ibtui.sim.gateway.day`)."""

SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("normal", "logged in, brokerage session established"),
        Scenario(
            "not-logged-in", "302 to the login page and 401 until someone logs in", logged_in=False, brokerage=False
        ),
        Scenario("no-brokerage-session", "authenticated false until ssodh/init", brokerage=False),
        Scenario("competing", "another client competes until init with compete true", brokerage=False, competing=True),
        Scenario("maintenance", "no brokerage session, whatever is asked", brokerage=False, brokerage_opens=False),
        Scenario("hostile", "every text carries escapes, markup and bidi marks; two are 1 MB long", hostile=True),
        Scenario("ladder-deltas", "sbd sends changed rows only after its first frame", ladder_deltas=True),
        Scenario("advanced-reject", "limit orders are answered with a prompt in place of an id", advanced_reject=True),
        Scenario("silent-orders", "sor never sends anything", silent_orders=True),
        Scenario("refused-orders", "sor is refused twice before it works", refused_orders=True),
        Scenario("shuffled-orders", "every sor frame comes twice, late and out of order", shuffled_orders=True),
        Scenario("double-executions", "every str frame comes 2 or 3 times, out of order", double_executions=True),
        Scenario("clock-skew", "the gateway's timestamps are an hour behind", skew_ms=SKEW_MS),
        Scenario("advisor", "the user is a financial advisor with subaccounts", advisor=True),
        *_EVENTS,
        *(Scenario(fault.name, fault.summary, fault=fault) for fault in FAULTS.values()),
    )
}
