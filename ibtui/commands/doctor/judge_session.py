"""The two tiers of the session: login and brokerage session, who competes, and the accounts."""

from __future__ import annotations

from ibtui.commands.doctor.facts import Address, Exchange
from ibtui.commands.doctor.steps import State, Verdict, bad, ok, skipped, warning
from ibtui.commands.doctor.words import WAIT, if_it_lasts, said, seconds_words
from ibtui.domain.events import AccountsReceived
from ibtui.errors import GatewayError, IbtuiError, LinkError, NotLoggedIn, PenaltyBox
from ibtui.protocol.clean import clean
from ibtui.protocol.session import AuthStatus, SsoValidation, Tickle
from ibtui.session.connection.machine import is_up
from ibtui.session.connection.outages import Outage
from ibtui.ui.login import LoginPlace

REDIRECT = 300
SERVER_ERROR = 500
BUSY = 423
GONE = 410


def judge_login(
    address: Address, tickle: Exchange, told: Tickle | None, place: LoginPlace, outage: Outage | None = None
) -> Verdict:
    """Whether somebody is logged in; `outage` is the planned one that is likely now."""
    if told is not None and told.session:
        return ok("logged in: the gateway has a session" if not address.is_direct else "the token opens a session")
    if isinstance(tickle.error, PenaltyBox):
        return Verdict(State.NOT_REACHED, "refused with HTTP 429, too many requests: see pacing")
    if tickle.status >= SERVER_ERROR:
        why = f"HTTP {tickle.status}: {said(tickle.error)}{_likely(outage)}"
        return bad(f"IBKR cannot be reached just now ({why})", _wait(is_direct=address.is_direct))
    if tickle.status == BUSY:
        return bad(f"the gateway is busy (HTTP {BUSY}: {said(tickle.error)})", "try again in a minute")
    if not tickle.status:
        return bad(f"no answer ({said(tickle.error)})", "try again; if it lasts, check the network")
    if address.is_direct:
        return bad(
            f"the token is refused ({said(tickle.error)})",
            f"try again; {if_it_lasts(is_direct=True)}: it checks each piece",
        )
    if tickle.status == GONE:
        return bad(f"the session is over (HTTP {GONE}: {said(tickle.error)})", login_words(place))
    if tickle.error is not None and not isinstance(tickle.error, NotLoggedIn):
        return bad(f"the session cannot be read ({said(tickle.error)})", login_words(place))
    is_told = tickle.error is not None and tickle.status < REDIRECT  # else the words are not the gateway's
    words = f" (it says “{said(tickle.error)}”)" if is_told else ""
    return bad(f"nobody is logged in at the gateway{words}", login_words(place))


def login_words(place: LoginPlace) -> str:
    """The way to the login page, over SSH too: IBKR wants the browser's login to arrive from the gateway's machine."""
    if not place.tunnel:
        return f"open {clean(place.url)} in a browser on this machine and log in"
    return f"where you sit run “{clean(place.tunnel)}”, then open {clean(place.tunnel_url)} there and log in"


def judge_sso(
    address: Address,
    tickle: Tickle,
    exchange: Exchange | None,
    told: SsoValidation | None,
    *,
    place: LoginPlace,
) -> Verdict:
    """Whether the login is valid and for how long; no exchange when IBKR's pace of one a minute did not allow it."""
    if address.is_direct:
        return skipped("not used: a token stands in for the login")
    left = told.expires_ms if told is not None and told.expires_ms is not None else tickle.sso_expires_ms
    until = f"; ends in {seconds_words(left / 1000)} unless kept alive, which ibtui does" if left else ""
    if exchange is None:
        return skipped(f"asked less than a minute ago, which is IBKR's pace{until}")
    if told is None:
        return warning(f"not told ({said(exchange.error)}){until}", "look again in a minute")
    if told.valid is False:
        return bad("the login is not valid any more", login_words(place))
    kind = {True: ", paper", False: ", live", None: ""}[told.is_paper]
    return ok(f"valid{kind}{until}")


def judge_brokerage(
    status: AuthStatus,
    error: IbtuiError | None,
    *,
    asked: bool = False,
    outage: Outage | None = None,
    is_direct: bool = False,
) -> Verdict:
    """Whether the brokerage session stands; `asked` once it was asked for without ending any other."""
    if status.competing:
        return Verdict(State.NOT_REACHED, "held by another program: see competing session")
    if is_up(status) and error is not None and not asked:
        return _refused_brokerage(error, outage, is_direct=is_direct)
    if is_up(status):
        server = f" ({clean(status.server, limit=60)})" if status.server else ""
        if asked:
            return warning(f"was not up; the doctor asked for it, ending no other, and it is now{server}")
        return ok(f"established{server}")
    words = clean(status.message or status.fail or said(error), limit=120)
    why = f" ({words})" if words else ""
    if status.connected is False:
        return bad(f"the gateway has no connection to IBKR's servers{why}{_likely(outage)}", _wait(is_direct=is_direct))
    if asked:
        cause = _likely(outage) or ": maintenance or a reset"
        return bad(f"does not open although asked for{why}{cause}", _wait(is_direct=is_direct))
    return bad(f"its state cannot be read{why}", f"try again; {if_it_lasts(is_direct=is_direct)}")


def _refused_brokerage(error: IbtuiError, outage: Outage | None, *, is_direct: bool) -> Verdict:
    """`/tickle` calls it established, and asking itself failed."""
    if isinstance(error, LinkError):
        return bad(
            f"said to be established, but it does not answer ({said(error)})",
            f"try again; {if_it_lasts(is_direct=is_direct)}",
        )
    if isinstance(error, PenaltyBox):
        return Verdict(State.NOT_REACHED, "refused with HTTP 429, too many requests: see pacing")
    status = error.status if isinstance(error, GatewayError) else 0
    words = f"HTTP {status}: {said(error)}" if status else said(error)
    return bad(f"said to be established, but refused when asked ({words}){_likely(outage)}", _wait(is_direct=is_direct))


def judge_competing(status: AuthStatus) -> Verdict:
    """Whether another program holds the user's one brokerage session; it is never taken here."""
    if status.competing:
        remedy = "end it there (TWS, mobile or another gateway), or run ibtui, which asks before it takes over"
        return bad("another program has this user's one brokerage session", remedy)
    if status.competing is None:
        return skipped("the gateway does not tell")
    return ok("none: no other program holds the session")


def judge_accounts(
    exchange: Exchange, told: AccountsReceived | None, wanted: str, *, is_direct: bool = False
) -> Verdict:
    """Which accounts may trade; `wanted` is the configuration's, blank for any."""
    if told is None:
        return bad(f"cannot be read ({said(exchange.error)})", f"try again; {if_it_lasts(is_direct=is_direct)}")
    if not told.accounts:
        return bad("this login has no account to trade", "log in as a user with trading permissions")
    names = [account.account_id for account in told.accounts]
    kinds = {True: "paper", False: "live"}
    kind = kinds.get(told.accounts[0].is_paper) if told.accounts[0].is_paper is not None else None
    shown = ", ".join(clean(name, limit=20) for name in names[:4]) + (" …" if len(names) > 4 else "")
    meaning = f"{len(names)}{f' {kind}' if kind else ''}: {shown}"
    if wanted and wanted not in names:
        text = f"{meaning}; {clean(wanted, limit=20)} (account) is not among them"
        return warning(text, "set account to one of them, or leave it blank")
    return ok(meaning)


def _wait(*, is_direct: bool) -> str:
    return f"{WAIT}; {if_it_lasts(is_direct=is_direct)}"


def _likely(outage: Outage | None) -> str:
    return f"; likely the {outage.kind} ({outage.words})" if outage is not None else ""
