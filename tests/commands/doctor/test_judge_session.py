"""What login, brokerage session, competition and accounts say, from facts alone."""

from __future__ import annotations

import pytest

from ibtui.commands.doctor.facts import Exchange
from ibtui.commands.doctor.judge_session import (
    judge_accounts,
    judge_brokerage,
    judge_competing,
    judge_login,
    judge_sso,
    login_words,
)
from ibtui.commands.doctor.steps import State
from ibtui.domain.account import Account
from ibtui.domain.events import AccountsReceived
from ibtui.errors import IbtuiError, LinkError, NoBrokerageSession, NotLoggedIn, PenaltyBox, Refused
from ibtui.protocol.session import AuthStatus, SsoValidation, Tickle
from ibtui.session.connection.outages import Outage, OutageKind
from ibtui.ui.login import login_place
from tests.commands.doctor.facts_of import DIRECT, GATEWAY, answered, unanswered

HERE = login_place("https://localhost:5000/v1/api", {}, has_gateway=False)
TICKLE = Tickle("abc", AuthStatus(), sso_expires_ms=456_000)


def test_over_ssh_the_login_page_is_reached_by_a_tunnel() -> None:
    assert login_words(HERE) == "open https://localhost:5000 in a browser on this machine and log in"
    environment = {"SSH_CONNECTION": "10.0.0.1 50000 10.0.0.7 22", "USER": "ann\x1b[2J"}
    words = login_words(login_place("https://localhost:5000/v1/api", environment, has_gateway=False))
    assert "“ssh -L 5000:localhost:5000 ann@10.0.0.7”" in words
    assert "open https://localhost:5000 there" in words


@pytest.mark.parametrize(
    ("tickle", "said"),
    [
        (answered(401, error=NotLoggedIn("x")), "nobody is logged in"),
        (answered(503, error=Refused("maintenance", status=503)), "IBKR cannot be reached just now (HTTP 503"),
        (answered(423, error=Refused("waiting for reply", status=423)), "is busy (HTTP 423: waiting for reply)"),
        (answered(410, error=Refused("gone", status=410)), "the session is over (HTTP 410: gone)"),
        (answered(200, b'{"hello":1}'), "nobody is logged in"),
        (unanswered(LinkError("no answer in time")), "no answer (no answer in time)"),
    ],
)
def test_a_missing_login_says_why(tickle: Exchange, said: str) -> None:
    verdict = judge_login(GATEWAY, tickle, None, HERE)
    assert (verdict.state, said in verdict.meaning) == (State.BAD, True)
    assert verdict.remedy


def test_a_penalty_is_the_cause_not_the_login() -> None:
    verdict = judge_login(DIRECT, answered(429, error=PenaltyBox("x", status=429)), None, HERE)
    assert (verdict.state, "see pacing" in verdict.meaning) == (State.NOT_REACHED, True)


def test_a_refused_token_is_no_matter_of_a_login_page() -> None:
    verdict = judge_login(DIRECT, answered(401, error=NotLoggedIn("x")), None, HERE)
    assert "the token is refused" in verdict.meaning
    assert "ibtui oauth setup" in verdict.remedy


def test_a_login_is_told() -> None:
    assert judge_login(GATEWAY, answered(200), TICKLE, HERE).state is State.OK


@pytest.mark.parametrize(
    ("exchange", "told", "state", "said"),
    [
        (answered(200), SsoValidation(True, expires_ms=415_890, is_paper=True), State.OK, "paper; ends in 6 min 56 s"),
        (answered(200), SsoValidation(None), State.OK, "ends in 7 min 36 s"),
        (answered(200), SsoValidation(False), State.BAD, "not valid any more"),
        (None, None, State.SKIPPED, "asked less than a minute ago"),
        (answered(500, error=Refused("x", status=500)), None, State.WARNING, "not told (x)"),
    ],
)
def test_the_sso_login_is_judged(
    exchange: Exchange | None, told: SsoValidation | None, state: State, said: str
) -> None:
    verdict = judge_sso(GATEWAY, TICKLE, exchange, told, place=HERE)
    assert (verdict.state, said in verdict.meaning) == (state, True), verdict


def test_oauth_has_no_sso() -> None:
    assert judge_sso(DIRECT, TICKLE, None, None, place=HERE).state is State.SKIPPED


UP = AuthStatus(True, True, False, True)


@pytest.mark.parametrize(
    ("status", "error", "asked", "state", "said"),
    [
        (AuthStatus(True, True, False, True, server="S1 Build 10"), None, False, State.OK, "established (S1 Build 10)"),
        (AuthStatus(authenticated=True), None, False, State.OK, "established"),
        (AuthStatus(True, True, False, True), None, True, State.WARNING, "ending no other, and it is now"),
        (AuthStatus(True, False, True, True), None, False, State.NOT_REACHED, "held by another program"),
        (AuthStatus(True, True, True, True), None, False, State.NOT_REACHED, "held by another program"),
        (AuthStatus(True, True, False, False), None, True, State.BAD, "no connection to IBKR's servers"),
        (AuthStatus(False, False, False, True, fail="busy"), None, True, State.BAD, "although asked for (busy)"),
        (UP, Refused("Service Unavailable", status=503), False, State.BAD, "refused when asked (HTTP 503: Service"),
        (UP, LinkError("no answer in time"), False, State.BAD, "does not answer (no answer in time)"),
        (UP, PenaltyBox("boxed"), False, State.NOT_REACHED, "see pacing"),
        (UP, Refused("Bad Gateway", status=502), True, State.WARNING, "it is now"),
        (AuthStatus(), NoBrokerageSession("no bridge"), False, State.BAD, "cannot be read (no bridge)"),
    ],
)
def test_the_brokerage_session_is_judged_by_established(
    status: AuthStatus, error: IbtuiError | None, asked: bool, state: State, said: str
) -> None:
    verdict = judge_brokerage(status, error, asked=asked)
    assert (verdict.state, said in verdict.meaning) == (state, True), verdict


def test_without_a_gateway_nobody_is_sent_to_it() -> None:
    gateway = judge_brokerage(AuthStatus(False, False), None, asked=True)
    direct = judge_brokerage(AuthStatus(False, False), None, asked=True, is_direct=True)
    assert "restart the gateway" in gateway.remedy
    assert "gateway" not in direct.remedy
    assert "ibtui oauth setup" in direct.remedy


def test_a_planned_outage_is_named() -> None:
    outage = Outage(OutageKind.RESET, "Europe, about 01:00 CEST")
    verdict = judge_brokerage(AuthStatus(False, False), None, asked=True, outage=outage)
    assert "likely the nightly reset (Europe, about 01:00 CEST)" in verdict.meaning


def test_competition_is_told_and_never_ended_here() -> None:
    verdict = judge_competing(AuthStatus(competing=True))
    assert verdict.state is State.BAD
    assert "asks before it takes over" in verdict.remedy
    assert judge_competing(AuthStatus(competing=False)).state is State.OK
    assert judge_competing(AuthStatus()).state is State.SKIPPED


def test_accounts_are_named_with_their_kind() -> None:
    told = AccountsReceived((Account("DU1", is_paper=True), Account("DU2", is_paper=True)), "DU1")
    assert judge_accounts(answered(200), told, "").meaning == "2 paper: DU1, DU2"
    assert judge_accounts(answered(200), told, "DU2").state is State.OK
    other = judge_accounts(answered(200), told, "U9")
    assert (other.state, "U9 (account) is not among them" in other.meaning) == (State.WARNING, True)


def test_a_login_without_accounts_cannot_trade() -> None:
    assert judge_accounts(answered(200), AccountsReceived((), ""), "").state is State.BAD
    refused = judge_accounts(answered(500, error=Refused("broken", status=500)), None, "")
    assert (refused.state, refused.meaning) == (State.BAD, "cannot be read (broken)")
