"""OAuth: keys, tokens and what keeps IBKR from giving them."""

from __future__ import annotations

from collections.abc import Sequence

from ibtui.commands.doctor.facts import Exchange
from ibtui.commands.doctor.steps import State, Verdict, bad, ok, skipped
from ibtui.commands.doctor.words import WAIT, if_it_lasts
from ibtui.errors import ConfigError, GatewayError, IbtuiError, LinkError, PenaltyBox
from ibtui.protocol.clean import clean

SERVER_ERROR = 500
LONGEST = 400
CHECKS = "`ibtui oauth setup` checks each piece"
"""How the authority's own words end where a key or token is at fault."""
SETUP = "run “ibtui oauth setup”: it checks each piece"
CLOCK = "this machine's clock"
TYPE = "; type: "
"""Before the command that mends a file's mode."""


def judge_oauth(version: str, asked: Sequence[Exchange], error: IbtuiError | None, seconds: float) -> Verdict:
    """Keys, tokens and the live session token; `version` is blank without OAuth, `asked` what was sent for them."""
    if not version:
        return skipped("not used: the gateway logs in")
    if error is None:
        what = "live session token" if version.startswith("1") else "access token and session"
        return ok(f"OAuth {version}: keys read, {what} had in {seconds:.1f} s")
    if isinstance(error, PenaltyBox):
        return Verdict(State.NOT_REACHED, "no token, too many requests (HTTP 429): see pacing")
    status = f" (HTTP {asked[-1].status})" if asked and asked[-1].status else ""
    words, remedy = _explained(error)
    return bad(f"OAuth {version}: {words}{status}", remedy)


def _explained(error: IbtuiError) -> tuple[str, str]:
    """Why there is no token, and what to do."""
    words = clean(error.detail or error.title, limit=LONGEST).removesuffix(CHECKS).rstrip("; ")
    if isinstance(error, ConfigError) and TYPE in words:
        words, _, command = words.rpartition(TYPE)
        return words, f"type: {command}"
    if isinstance(error, LinkError):
        return words, "try again; if it lasts, check base_url, the network and firewalls"
    if isinstance(error, GatewayError) and error.status >= SERVER_ERROR:
        return words, f"{WAIT}; {if_it_lasts(is_direct=True)}"
    if CLOCK in words:
        return words, f"set {CLOCK} (NTP), then try again: a signature holds the time"
    return words, SETUP
