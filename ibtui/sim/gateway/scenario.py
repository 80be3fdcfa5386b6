"""Ways in which the gateway may start or misbehave, one row each."""

from __future__ import annotations

from dataclasses import dataclass

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
        *(Scenario(fault.name, fault.summary, fault=fault) for fault in FAULTS.values()),
    )
}
