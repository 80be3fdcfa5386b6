"""OAuth 2.0: client assertion, access token, SSO session, Bearer."""

from __future__ import annotations

from urllib.parse import urlencode

import httpx
import pytest

from tests.sim.oauth.rig import OAuthRig
from tests.sim.oauth.signing import jwt

CLIENT = "ibtui-sim-client"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
FORM = {"content_type": "application/x-www-form-urlencoded"}


async def token(rig: OAuthRig, **changes: object) -> httpx.Response:
    """Ask for an access token; `changes` replace claims, `scope` and what the assertion is signed with."""
    scope = str(changes.pop("scope", "sso-sessions.write"))
    signing = {name: str(changes.pop(name)) for name in ("alg", "kid", "key") if name in changes}
    now = rig.now_s()
    claims = {"iss": CLIENT, "sub": CLIENT, "aud": "/token", "exp": now + 20, "iat": now - 10, **changes}
    fields = {
        "client_assertion_type": ASSERTION,
        "client_assertion": jwt(rig.folder, claims, **signing),
        "grant_type": "client_credentials",
        "scope": scope,
    }
    return await rig.send("POST", "/oauth2/api/v1/token", body=urlencode(fields).encode(), **FORM)


async def session(rig: OAuthRig, access: str, **changes: object) -> httpx.Response:
    now = rig.now_s()
    claims = {"ip": "127.0.0.1", "credential": "ibtuisim", "iss": CLIENT, "exp": now + 86_400, "iat": now, **changes}
    body = jwt(rig.folder, {name: value for name, value in claims.items() if value is not None}).encode()
    return await rig.send("POST", "/gw/api/v1/sso-sessions", f"Bearer {access}", body, content_type="application/jwt")


async def bearer(rig: OAuthRig) -> str:
    access = (await token(rig)).json()["access_token"]
    return f"Bearer {(await session(rig, access)).json()['access_token']}"


async def test_an_assertion_gives_a_token_that_an_sso_session_and_its_bearer_follow(oauth: OAuthRig) -> None:
    given = (await token(oauth)).json()
    assert (given["token_type"], given["scope"], given["expires_in"]) == ("Bearer", "sso-sessions.write", 86_399)
    opened = (await session(oauth, given["access_token"])).json()
    assert (opened["active"], opened["token_type"]) == (True, "Bearer")
    authorization = f"Bearer {opened['access_token']}"
    tickle = (await oauth.send("POST", "/v1/api/tickle", authorization)).json()
    assert tickle["iserver"]["authStatus"]["authenticated"] is False
    init = b'{"publish":true,"compete":true}'
    assert (await oauth.send("POST", "/v1/api/iserver/auth/ssodh/init", authorization, init)).json()["established"]
    assert (await oauth.send("GET", "/v1/api/iserver/accounts", authorization)).status_code == 200


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"iss": "somebody"}, "registered client id"),
        ({"sub": "somebody"}, "registered client id"),
        ({"aud": "https://elsewhere/token"}, "aud must be /token"),
        ({"exp": 1}, "exp is past"),
        ({"exp": None}, "exp is missing"),
        ({"iat": 1_999_999_999}, "iat is in the future"),
        ({"alg": "none"}, "alg is not RS256"),
        ({"alg": "HS256"}, "alg is not RS256"),
        ({"kid": "other"}, "kid is unknown"),
        ({"key": "private_signature.pem"}, "signature is wrong"),
    ],
)
async def test_a_wrong_assertion_is_a_problem_of_400(oauth: OAuthRig, changes: dict[str, object], detail: str) -> None:
    answer = await token(oauth, **changes)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert detail in answer.json()["detail"]


async def test_an_assertion_with_an_id_counts_once(oauth: OAuthRig) -> None:
    assert (await token(oauth, jti="one")).status_code == 200
    assert (await token(oauth, jti="one")).status_code == 400


@pytest.mark.parametrize("body", [b"", b"grant_type=password", b"grant_type=client_credentials"])
async def test_a_form_without_what_is_needed_is_400(oauth: OAuthRig, body: bytes) -> None:
    assert (await oauth.send("POST", "/oauth2/api/v1/token", body=body, **FORM)).status_code == 400


async def test_the_token_urls_own_address_is_an_audience_too(oauth: OAuthRig) -> None:
    assert (await token(oauth, aud=["https://127.0.0.1:5000/oauth2/api/v1/token"])).status_code == 200


async def test_an_sso_session_needs_a_token_that_is_known_alive_and_of_its_scope(oauth: OAuthRig) -> None:
    assert (await session(oauth, "unknown")).json()["detail"] == "The access token request is invalid"
    other = (await token(oauth, scope="echo.read")).json()["access_token"]
    assert (await session(oauth, other)).status_code == 403
    access = (await token(oauth)).json()["access_token"]
    oauth.ahead_s = 86_399
    assert (await session(oauth, access)).status_code == 401


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"ip": None}, "ip"), ({"ip": "nowhere"}, "ip"), ({"credential": None}, "credential"), ({"iss": "x"}, "payload")],
)
async def test_what_the_session_lacks_is_named(oauth: OAuthRig, changes: dict[str, object], field: str) -> None:
    access = (await token(oauth)).json()["access_token"]
    answer = await session(oauth, access, **changes)
    assert answer.status_code == 400
    assert answer.json()["type"] == "/invalid-argument"
    assert answer.json()["invalidArguments"][0]["field"] == field


@pytest.mark.parametrize("status", [401, 410])
async def test_a_bearer_dies_as_a_live_session_token_does(oauth: OAuthRig, status: int) -> None:
    authorization = await bearer(oauth)
    assert (await oauth.send("POST", "/v1/api/tickle", authorization)).status_code == 200
    await oauth.lever("expire", {"status": status})
    answer = await oauth.send("POST", "/v1/api/tickle", authorization)
    assert (answer.status_code, answer.json()["detail"]) == (status, "Access token expired")


async def test_a_revoked_client_gets_nothing(oauth: OAuthRig) -> None:
    access = (await token(oauth)).json()["access_token"]
    await oauth.lever("kill-token", {})
    assert (await token(oauth)).status_code == 400
    assert (await session(oauth, access)).status_code == 401
