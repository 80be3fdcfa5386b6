"""The session itself: keep-alive, authentication, accounts ("Session", "Accounts")."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import asdict, replace

from ibtui.domain.account import Account
from ibtui.domain.events import AccountsReceived
from ibtui.protocol.bodies import Json, first_text, flag_of, object_of, parse_object, text_of
from ibtui.protocol.numbers import whole_or_none
from ibtui.protocol.requests import Priority, Request, get, post

_LOGIN_TYPES = {1: False, 2: True}
"""`LOGIN_TYPE` of `/sso/validate`: 1 live, 2 paper."""


class AuthStatus(Struct, frozen=True):
    """State of the brokerage session; None is "not told", for `sts` may hold some keys only."""

    authenticated: bool | None = None
    established: bool | None = None
    """Trading is possible; the gate to go by (wire-facts 1)."""
    competing: bool | None = None
    connected: bool | None = None
    message: str | None = None
    fail: str | None = None
    server: str | None = None
    """Name and build of the server."""
    user: str | None = None

    def merged(self, newer: AuthStatus) -> AuthStatus:
        """What both tell; where both tell something, what `newer` tells."""
        told = {name: value for name, value in asdict(newer).items() if value is not None}
        return replace(self, **told)

    @property
    def can_trade(self) -> bool:
        """Whether orders are possible; a gateway that never tells `established` is judged by `authenticated`."""
        if self.established is None:
            return self.authenticated is True
        return self.established


class Tickle(Struct, frozen=True):
    """Answer of `/tickle`."""

    session: str
    """Id for the websocket; another one than before means that the old socket's subscriptions are dead."""
    status: AuthStatus
    sso_expires_ms: int | None = None
    user_id: str = ""


class SsoValidation(Struct, frozen=True):
    """Answer of `/sso/validate`; None is "not told"."""

    valid: bool | None
    user: str = ""
    expires_ms: int | None = None
    is_paper: bool | None = None
    region: str = ""
    """Where the servers are that the login is at: `NJ`."""


def tickle() -> Request:
    """Keep the session alive and read its state; about once a minute."""
    return post("/tickle", priority=Priority.STATUS)


def auth_status() -> Request:
    """State of the brokerage session."""
    return post("/iserver/auth/status", priority=Priority.STATUS)


def init_brokerage(*, compete: bool) -> Request:
    """Start the brokerage session; with `compete` one elsewhere is ended."""
    payload = {"publish": True, "compete": compete}
    return post("/iserver/auth/ssodh/init", payload, priority=Priority.STATUS)


def reauthenticate() -> Request:
    """The old way to start it (deprecated)."""
    return post("/iserver/reauthenticate", priority=Priority.STATUS)


def validate() -> Request:
    """Whether somebody is logged in; once a minute."""
    return get("/sso/validate", priority=Priority.STATUS, fresh=True)


def logout() -> Request:
    """End the login."""
    return post("/logout", priority=Priority.STATUS)


def accounts() -> Request:
    """Accounts to trade; must precede orders and snapshots."""
    return get("/iserver/accounts", priority=Priority.STATUS, fresh=True)


def switch_account(account: str) -> Request:
    """Make another account the one that lists are about."""
    return post("/iserver/account", {"acctId": account}, priority=Priority.STATUS)


def decode_tickle(body: bytes) -> Tickle:
    """Raises Garbled, NotLoggedIn for `{"error": "no session"}` and Refused for other errors."""
    answer = parse_object(body)
    status = object_of(object_of(answer.get("iserver")).get("authStatus"))
    return Tickle(
        text_of(answer.get("session")),
        status_of(status),
        whole_or_none(answer.get("ssoExpires")),
        text_of(answer.get("userId")),
    )


def decode_status(body: bytes) -> AuthStatus:
    """Answer of `auth/status` and `ssodh/init`. Raises as `decode_tickle`."""
    return status_of(parse_object(body))


def decode_reauthenticate(body: bytes) -> str:
    """The gateway's word, `triggered`. Raises as `decode_tickle`."""
    return text_of(parse_object(body).get("message"))


def decode_validation(body: bytes) -> SsoValidation:
    """Raises Garbled and Refused."""
    answer = parse_object(body)
    login_type = whole_or_none(answer.get("LOGIN_TYPE", answer.get("loginType")))
    return SsoValidation(
        flag_of(answer.get("RESULT")),
        first_text(answer, "USER_NAME", "CREDENTIAL"),
        whole_or_none(answer.get("EXPIRES")),
        _LOGIN_TYPES.get(login_type or 0),
        text_of(answer.get("region")),
    )


def decode_logout(body: bytes) -> bool:
    """Whether the gateway said that the session ended. Raises Garbled and Refused."""
    return flag_of(parse_object(body).get("status")) is True


def decode_accounts(body: bytes) -> AccountsReceived:
    """Raises Garbled and Refused."""
    return accounts_of(parse_object(body))


def decode_switch(body: bytes) -> str:
    """The account now selected, blank where the answer does not name it ("Account already set").

    Raises Garbled and Refused.
    """
    return text_of(parse_object(body).get("acctId"))


def accounts_of(answer: Json) -> AccountsReceived:
    """Accounts of `/iserver/accounts` or of the topic `act`."""
    aliases = object_of(answer.get("aliases"))
    is_paper = flag_of(answer.get("isPaper"))
    listed = answer.get("accounts")
    names = [text_of(name) for name in listed] if isinstance(listed, list) else []
    is_advisor = _is_advisor(answer)
    found = tuple(
        Account(name, _alias(aliases, name), is_paper=is_paper, is_advisor=is_advisor) for name in names if name
    )
    return AccountsReceived(found, text_of(answer.get("selectedAccount")))


def status_of(answer: Json) -> AuthStatus:
    """What an answer or `sts` frame tells of the brokerage session."""
    server = object_of(answer.get("serverInfo")) or answer
    name, version = text_of(server.get("serverName")), text_of(server.get("serverVersion"))
    return AuthStatus(
        flag_of(answer.get("authenticated")),
        flag_of(answer.get("established")),
        flag_of(answer.get("competing")),
        flag_of(answer.get("connected")),
        _told(answer, "message"),
        _told(answer, "fail"),
        f"{name} {version}".strip() or None,
        text_of(answer.get("username")) or None,
    )


def _is_advisor(answer: Json) -> bool | None:
    """Whether any account has others under it, or the login has an advisor's features; None when neither is told."""
    properties = object_of(answer.get("acctProps"))
    told = [flag_of(object_of(row).get("hasChildAccounts")) for row in properties.values()]
    told.append(flag_of(object_of(answer.get("allowFeatures")).get("allowFA")))
    known = [flag for flag in told if flag is not None]
    return any(known) if known else None


def _told(answer: Json, name: str) -> str | None:
    value = answer.get(name)
    return text_of(value) if isinstance(value, str) else None


def _alias(aliases: Json, account: str) -> str:
    alias = text_of(aliases.get(account))
    return "" if alias == account else alias
