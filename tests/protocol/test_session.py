"""Session answers of IBKR's documents become what they say."""

from __future__ import annotations

import json

import pytest

from ibtui.domain.account import Account
from ibtui.domain.events import AccountsReceived
from ibtui.errors import Garbled, Refused
from ibtui.protocol import session
from ibtui.protocol.requests import Request
from ibtui.protocol.session import AuthStatus, SsoValidation, Tickle
from tests.protocol.payloads import payload

SERVER = "JifN19053 Build 10.25.0p, Dec 5, 2023 5:48:12 PM"
TICKLE_SESSION = "bb665d0f55b6289d70bc7380089fc96f"


@pytest.mark.parametrize(
    ("name", "status"),
    [
        (
            "POST-iserver-auth-status",
            AuthStatus(True, None, False, True, message="", fail="", server=SERVER),
        ),
        ("POST-iserver-auth-status.logged-out", AuthStatus(False, None, False, False)),
        (
            "POST-iserver-auth-status.established",
            AuthStatus(True, True, False, True, message="", fail="", server=SERVER),
        ),
        ("POST-iserver-auth-ssodh-init", AuthStatus(True, None, False, True, message="", server=SERVER)),
        ("POST-iserver-auth-ssodh-init.established", AuthStatus(True, True, False, True, message="", server=SERVER)),
    ],
)
def test_the_status_of_the_brokerage_session_is_told_field_by_field(name: str, status: AuthStatus) -> None:
    assert session.decode_status(payload(f"session/{name}")) == status


@pytest.mark.parametrize(
    ("name", "tickle"),
    [
        (
            "POST-tickle",
            Tickle(
                TICKLE_SESSION,
                AuthStatus(True, None, False, True, message="", server=SERVER),
                460311,
                "123456789",
            ),
        ),
        (
            "POST-tickle.established",
            Tickle(TICKLE_SESSION, AuthStatus(True, True, False, True, message="", server=SERVER), 460311, "123456789"),
        ),
        (
            "POST-tickle.websocket-guide",
            Tickle(
                "d21b8cf5ebc8ea01c6ce37c8125ec83f",
                AuthStatus(True, None, False, True, message="", server="serverName serverVersion"),
                460311,
                "123456789",
            ),
        ),
    ],
)
def test_a_tickle_tells_the_session_and_its_status(name: str, tickle: Tickle) -> None:
    assert session.decode_tickle(payload(f"session/{name}")) == tickle


def test_a_tickle_that_failed_is_refused() -> None:
    with pytest.raises(Refused, match="failed to process request"):
        session.decode_tickle(payload("session/POST-tickle.fail"))


def test_a_tickle_without_optional_fields_is_read() -> None:
    assert session.decode_tickle(b'{"session":"s"}') == Tickle("s", AuthStatus())


@pytest.mark.parametrize("name", ["GET-sso-validate", "GET-sso-validate.openapi"])
def test_sso_validation_tells_user_expiry_and_login_type(name: str) -> None:
    expected = SsoValidation(True, "user1234", 415890, is_paper=True, region="NJ")
    assert session.decode_validation(payload(f"session/{name}")) == expected


@pytest.mark.parametrize(("login_type", "is_paper"), [(1, False), (2, True), (3, None), (None, None)])
def test_an_unknown_login_type_is_not_taken_for_paper(login_type: int | None, is_paper: bool | None) -> None:
    body = json.dumps({"RESULT": True, "LOGIN_TYPE": login_type}).encode()
    assert session.decode_validation(body).is_paper is is_paper


def test_logout_and_reauthentication_are_confirmed() -> None:
    assert session.decode_logout(payload("session/POST-logout"))
    assert session.decode_reauthenticate(payload("session/POST-iserver-reauthenticate")) == "triggered"


@pytest.mark.parametrize(
    ("name", "is_paper"), [("GET-iserver-accounts", False), ("GET-iserver-accounts.openapi", True)]
)
def test_accounts_are_listed_with_the_selected_one(name: str, is_paper: bool) -> None:
    expected = AccountsReceived((Account("U1234567", is_paper=is_paper, is_advisor=False),), "U1234567")
    assert session.decode_accounts(payload(f"session/{name}")) == expected


@pytest.mark.parametrize(
    ("told", "is_advisor"),
    [
        ('"acctProps":{"F1":{"hasChildAccounts":true},"U2":{"hasChildAccounts":false}}', True),
        ('"acctProps":{"F1":{"hasChildAccounts":false}},"allowFeatures":{"allowFA":true}', True),
        ('"acctProps":{"F1":{"hasChildAccounts":false}},"allowFeatures":{"allowFA":false}', False),
        ('"acctProps":{"F1":null},"allowFeatures":[]', None),
    ],
)
def test_accounts_tell_whether_the_login_is_an_advisors(told: str, is_advisor: bool | None) -> None:
    received = session.decode_accounts(b'{"accounts":["F1","U2"],%s}' % told.encode())
    assert [account.is_advisor for account in received.accounts] == [is_advisor, is_advisor]


def test_an_alias_of_its_own_is_kept_and_paper_is_unknown_when_not_told() -> None:
    body = b'{"accounts":["U1","U2"],"aliases":{"U1":"Retirement","U2":"U2"},"selectedAccount":"U2"}'
    assert session.decode_accounts(body) == AccountsReceived((Account("U1", "Retirement"), Account("U2")), "U2")


@pytest.mark.parametrize(
    ("name", "account"), [("POST-iserver-account", "U1234567"), ("POST-iserver-account.openapi", "U2234567")]
)
def test_a_switch_of_accounts_names_the_account(name: str, account: str) -> None:
    assert session.decode_switch(payload(f"session/{name}")) == account


def test_a_switch_to_the_account_already_set_names_none() -> None:
    assert session.decode_switch(b'{"success":"Account already set"}') == ""


def test_a_status_that_is_no_object_is_garbled() -> None:
    with pytest.raises(Garbled):
        session.decode_status(b"[]")


def test_what_is_not_told_does_not_overwrite() -> None:
    known = AuthStatus(True, True, False, True, message="", server=SERVER)
    merged = known.merged(AuthStatus(competing=True, message="another session"))
    assert merged == AuthStatus(True, True, True, True, message="another session", server=SERVER)


@pytest.mark.parametrize(
    ("status", "can_trade"),
    [
        (AuthStatus(authenticated=True, established=True), True),
        (AuthStatus(authenticated=True, established=False), False),
        (AuthStatus(authenticated=True), True),
        (AuthStatus(authenticated=False), False),
        (AuthStatus(), False),
    ],
)
def test_trading_is_gated_by_established_where_it_is_told(status: AuthStatus, can_trade: bool) -> None:
    assert status.can_trade is can_trade


@pytest.mark.parametrize(
    ("request_", "method", "path", "body"),
    [
        (session.tickle(), "POST", "/tickle", None),
        (session.auth_status(), "POST", "/iserver/auth/status", None),
        (
            session.init_brokerage(compete=False),
            "POST",
            "/iserver/auth/ssodh/init",
            {"publish": True, "compete": False},
        ),
        (session.init_brokerage(compete=True), "POST", "/iserver/auth/ssodh/init", {"publish": True, "compete": True}),
        (session.reauthenticate(), "POST", "/iserver/reauthenticate", None),
        (session.validate(), "GET", "/sso/validate", None),
        (session.logout(), "POST", "/logout", None),
        (session.accounts(), "GET", "/iserver/accounts", None),
        (session.switch_account("DU1234567"), "POST", "/iserver/account", {"acctId": "DU1234567"}),
    ],
    ids=lambda value: value.path if isinstance(value, Request) else "",
)
def test_session_requests_are_as_documented(
    request_: Request, method: str, path: str, body: dict[str, object] | None
) -> None:
    assert (request_.method, request_.path) == (method, path)
    assert (None if request_.body is None else json.loads(request_.body)) == body
    assert not request_.changes_state
