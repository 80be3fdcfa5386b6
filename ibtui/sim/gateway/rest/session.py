"""Session: tickle, brokerage session and logout ("Session")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibtui.sim.gateway.answers import server_error
from ibtui.sim.gateway.call import Call, Route
from ibtui.sim.gateway.login import USER_ID, USERNAME
from ibtui.sim.gateway.wire import Json

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway

_SSO_LIFE_MS = 600_000


def tickle(gateway: Gateway, call: Call) -> Json:
    """Keep the session alive; `session` is the websocket's cookie, and "no bridge" of hmds is normal."""
    return {
        "session": gateway.login.session_id,
        "ssoExpires": _SSO_LIFE_MS,
        "collission": False,
        "userId": USER_ID,
        "hmds": {"error": "no bridge"},
        "iserver": {"authStatus": gateway.login.status()},
    }


def auth_status(gateway: Gateway, call: Call) -> Json:
    """State of the brokerage session."""
    return {**gateway.login.status(), "fail": ""}


def initialise(gateway: Gateway, call: Call) -> Json:
    """Open the brokerage session; `publish` must be true or the answer is 500."""
    body = call.object()
    if body.get("publish") is not True:
        raise server_error("failed to generate SSO token: publish must be true")
    gateway.login.initialise(compete=body.get("compete") is True)
    gateway.new_session()
    gateway.tell_status()
    return gateway.login.status()


def reauthenticate(gateway: Gateway, call: Call) -> Json:
    """The deprecated way to open the brokerage session again."""
    gateway.login.initialise(compete=False)
    gateway.new_session()
    gateway.tell_status()
    return {"message": "triggered"}


def validate(gateway: Gateway, call: Call) -> Json:
    """Who is logged in with the browser."""
    now = gateway.now_ms
    return {
        "USER_ID": USER_ID,
        "USER_NAME": USERNAME,
        "RESULT": True,
        "AUTH_TIME": gateway.login.authenticated_at_ms,
        "SF_ENABLED": False,
        "IS_FREE_TRIAL": False,
        "CREDENTIAL": USERNAME,
        "IP": "127.0.0.1",
        "EXPIRES": _SSO_LIFE_MS,
        "QUALIFIED_FOR_MOBILE_AUTH": None,
        "LANDING_APP": "UNIVERSAL",
        "IS_MASTER": False,
        "lastAccessed": now,
        "LOGIN_TYPE": 2,
        "PAPER_USER_NAME": USERNAME,
        "features": {"env": "PROD", "wlms": True, "realtime": True, "bond": True, "optionChains": True},
        "region": "NJ",
    }


def logout(gateway: Gateway, call: Call) -> Json:
    """End the session; everything is 401 from now on."""
    gateway.login.log_out()
    gateway.new_session()
    gateway.tell_status()
    return {"status": True}


ROUTES = (
    Route("POST", "/tickle", tickle),
    Route("GET", "/tickle", tickle),
    Route("POST", "/iserver/auth/status", auth_status),
    Route("GET", "/iserver/auth/status", auth_status),
    Route("POST", "/iserver/auth/ssodh/init", initialise),
    Route("POST", "/iserver/reauthenticate", reauthenticate),
    Route("GET", "/iserver/reauthenticate", reauthenticate),
    Route("GET", "/sso/validate", validate),
    Route("POST", "/logout", logout),
    Route("GET", "/logout", logout),
)
