"""OAuth 2.0 (beta): private_key_jwt for an access token, that for an SSO session, whose Bearer opens /v1/api.

Sources: OpenAPI (`/oauth2/api/v1/token`, `/gw/api/v1/sso-sessions`, `/ws`), RFC 7523 and IBKR's demo
(awiseib/Python-CPAPI-Library, `OAuth/First Party/oauth2.py`).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from ipaddress import ip_address

from ibtui.sim.gateway.wire import Fields
from ibtui.sim.oauth.jwt import InvalidToken, SignedClaims, made, verified
from ibtui.sim.oauth.refusals import OAuthRefused, invalid_argument, problem
from ibtui.sim.oauth.server import OAuthServer
from ibtui.sim.oauth.settings import CLIENT_ID, CLIENT_KEY_ID, CREDENTIAL, TOKEN_PATH, origin_of

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
AUDIENCE = "/token"
"""`aud` of IBKR's demo; RFC 7523 §3 names the token endpoint's URL, which is taken too."""
SCOPE = "sso-sessions.write"
TOKEN_LIFE_S = 86_399
"""`expires_in` of the OpenAPI's example."""
_FORM_NAMES = {
    "grant_type": "grantType",
    "client_assertion_type": "clientAssertionType",
    "client_assertion": "clientAssertion",
    "scope": "scope",
}
"""Form fields as RFC 7523 and the demo name them, and as the OpenAPI's schema does."""


class BearerAccess:
    """The server's side of OAuth 2.0 for one client."""

    def __init__(self, server: OAuthServer) -> None:
        self._server = server
        self._key = secrets.token_bytes(32)
        self._scopes: dict[str, tuple[int, str]] = {}
        """Access tokens: when they end (Unix seconds of the server's clock) and their scope."""
        self._assertions: set[str] = set()
        """`jti` of client assertions that were used."""

    def token(self, form: Mapping[str, str]) -> Fields:
        """`POST /oauth2/api/v1/token`; 400 as a problem detail where the assertion cannot be taken."""
        given = {name: form.get(name) or form.get(other, "") for name, other in _FORM_NAMES.items()}
        if given["grant_type"] != "client_credentials":
            raise _bad("grant_type must be client_credentials")
        if given["client_assertion_type"] != ASSERTION_TYPE:
            raise _bad(f"client_assertion_type must be {ASSERTION_TYPE}")
        try:
            self._check_assertion(given["client_assertion"])
        except InvalidToken as error:
            raise _bad(f"client_assertion: {error}") from error
        scope = given["scope"]
        now = self._server.now_s
        claims: Fields = {"iss": AUDIENCE, "sub": CLIENT_ID, "exp": now + TOKEN_LIFE_S, "iat": now, "scope": scope}
        token = made({**claims, "jti": secrets.token_hex(10)}, self._key)
        self._scopes[token] = (now + TOKEN_LIFE_S, scope)
        return {"access_token": token, "token_type": "Bearer", "scope": scope, "expires_in": TOKEN_LIFE_S}

    def sso_session(self, authorization: str, body: bytes) -> Fields:
        """`POST /gw/api/v1/sso-sessions`: a signed JWT with `credential` and `ip`; opens a session."""
        ends, scope = self._scopes.get(bearer_of(authorization), (0, ""))
        if ends <= self._server.now_s or self._server.killed:
            raise problem(401, "Unauthorized", "The access token request is invalid")
        if SCOPE not in scope.split():
            raise problem(403, "Forbidden", "The access token fails to have sufficient scope")
        claims = self._session_claims(body)
        if claims.text("credential") != CREDENTIAL:
            raise invalid_argument("credential", "Unknown credential")
        now = self._server.now_ms
        account = self._server.gateway.selected_account
        jti = secrets.token_hex(20)
        own: Fields = {"sub": "WEB_API", "aud": CLIENT_ID, "iss": "com.ib.sso", "iat": now, "jti": jti, "ctp": account}
        bearer = made(own, self._key)
        rules = self._server.rules
        self._server.sessions.open(CLIENT_ID, bearer.encode(), rules.life_s, replaces=rules.old_token == "dies")
        return {"active": True, "access_token": bearer, "token_type": "Bearer"}

    def check(self, authorization: str) -> None:
        """Admit a request with a living session's Bearer; OAuthRefused otherwise."""
        bearer = bearer_of(authorization).encode()
        for token in self._server.sessions.of(CLIENT_ID):
            if secrets.compare_digest(token.key, bearer):
                if token.dead or self._server.killed:
                    status = self._server.rules.dead_status
                    raise problem(status, "Unauthorized" if status == 401 else "Gone", "Access token expired")
                return
        raise problem(401, "Unauthorized", "The access token request is invalid")

    def _check_assertion(self, assertion: str) -> None:
        server = self._server
        signed = verified(assertion, server.registration.oauth2_key, CLIENT_KEY_ID)
        if signed.text("iss") != CLIENT_ID or signed.text("sub") != CLIENT_ID or server.killed:
            raise InvalidToken("iss and sub must be a registered client id")
        audiences = signed.claims.get("aud")
        wanted = (AUDIENCE, f"{origin_of(server.base_url)}{TOKEN_PATH}")
        if not any(audience in wanted for audience in (audiences if isinstance(audiences, list) else [audiences])):
            raise InvalidToken(f"aud must be {AUDIENCE}")
        signed.check_times(server.now_s)
        if (jti := signed.text("jti")) in self._assertions:
            raise InvalidToken("jti was used before")
        if jti:
            self._assertions.add(jti)

    def _session_claims(self, body: bytes) -> SignedClaims:
        try:
            signed = verified(body.decode("ascii", "replace"), self._server.registration.oauth2_key, CLIENT_KEY_ID)
            signed.check_times(self._server.now_s)
        except InvalidToken as error:
            raise invalid_argument("payload", str(error)) from error
        if signed.text("iss") != CLIENT_ID:
            raise invalid_argument("payload", "iss must be a registered client id")
        for name in ("credential", "ip"):
            if not signed.text(name):
                raise invalid_argument(name, "Missing required parameter")
        try:
            ip_address(signed.text("ip"))
        except ValueError:
            raise invalid_argument("ip", "Not an IP address") from None
        return signed


def is_bearer(authorization: str) -> bool:
    """Whether the header's scheme is Bearer."""
    return authorization.lower().startswith("bearer ")


def bearer_of(authorization: str) -> str:
    """The token of a Bearer header, else blank."""
    return authorization[len("bearer ") :].strip() if is_bearer(authorization) else ""


def _bad(reason: str) -> OAuthRefused:
    return problem(400, "Bad Request", reason)
