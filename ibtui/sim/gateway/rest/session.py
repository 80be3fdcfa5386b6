"""Session: tickle, brokerage session and logout ("Session")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from ibtui.sim.gateway.answers import server_error
from ibtui.sim.gateway.call import Call, Route
from ibtui.sim.gateway.login import USER_ID, USERNAME
from ibtui.sim.gateway.wire import Fields, Json

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway

_SSO_LIFE_MS = 600_000


def tickle(gateway: Gateway, call: Call) -> Json:
    """Keep the session alive; `session` is the websocket's cookie, and "no bridge" of hmds is normal.

    Under OAuth there is no single sign-on to tell about (oauth1a.md §5).
    """
    sign_on: Fields = {"ssoExpires": _SSO_LIFE_MS, "collission": False, "userId": USER_ID}
    return {
        "session": gateway.login.session_id,
        **({} if gateway.direct else sign_on),
        "hmds": {"error": "no bridge"},
        "iserver": {"authStatus": gateway.login.status()},
    }


def auth_status(gateway: Gateway, call: Call) -> Json:
    """State of the brokerage session."""
    return {**gateway.login.status(), "fail": ""}


def initialise(gateway: Gateway, call: Call) -> Json:
    """Open the brokerage session; `publish` must be true or the answer is 500."""
    body = _wanted(call)
    if body.get("publish") is not True:
        raise server_error("failed to generate SSO token: publish must be true")
    gateway.initialise(compete=body.get("compete") is True)
    return gateway.login.status()


def _wanted(call: Call) -> Mapping[str, object]:
    """JSON; or a form, or the query, as IBKR's "How to implement OAuth" sends it (2.5a)."""
    form = dict(parse_qsl(call.body.decode("utf-8", "replace")))
    if "publish" in form or "publish" in call.query:
        return {name: value.lower() == "true" for name, value in {**call.query, **form}.items()}
    return call.object()


def reauthenticate(gateway: Gateway, call: Call) -> Json:
    """The deprecated way to open the brokerage session again."""
    gateway.initialise(compete=False)
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
    gateway.log_out()
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
