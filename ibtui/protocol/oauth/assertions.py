"""OAuth 2.0 (beta): assertions signed with the client's key, and the answers to them.

After IBKR's own sample (`oauth2.py` of its API staff's Python library) and the OpenAPI document's "Authorization
Token" and "Authorization SSO Sessions". A JWT is two JSON texts and a signature; no library is brought in for that.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ibtui.errors import Garbled
from ibtui.protocol.oauth.secret import Secret

SCOPE = "sso-sessions.write"
AUDIENCE = "/token"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 20
"""Life of the client assertion."""
BACKDATED_SECONDS = 10
"""The assertion is dated back so far, against clocks that differ a little."""
SESSION_SECONDS = 86_400
"""Life asked for the session."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks: as registered with IBKR."""

    client_id: str
    key_id: str
    key: RSAPrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token that is carried, and how many seconds it is good for where the answer says so."""

    token: Secret
    seconds: float | None = None


def client_assertion(client: Client, now: int) -> Secret:
    """The JWT that stands for the client's password at the token endpoint."""
    claims: dict[str, str | int] = {
        "iss": client.client_id,
        "sub": client.client_id,
        "aud": AUDIENCE,
        "exp": now + ASSERTION_SECONDS,
        "iat": now - BACKDATED_SECONDS,
    }
    return signed_jwt(client, claims)


def session_request(client: Client, credential: str, ip: str, now: int) -> Secret:
    """The JWT that is the body of `POST /gw/api/v1/sso-sessions` (schema CreateSessionRequest)."""
    claims: dict[str, str | int] = {
        "ip": ip,
        "credential": credential,
        "iss": client.client_id,
        "exp": now + SESSION_SECONDS,
        "iat": now,
    }
    return signed_jwt(client, claims)


def token_form(assertion: Secret) -> bytes:
    """Body of `POST /oauth2/api/v1/token`, as a form."""
    fields = {
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion.reveal(),
        "grant_type": "client_credentials",
        "scope": SCOPE,
    }
    return urlencode(fields).encode("ascii")


def decode_bearer(body: bytes) -> Bearer:
    """Of either answer. Raises Garbled."""
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Garbled("the answer to the request for a token is no JSON") from error
    token = answer.get("access_token") if isinstance(answer, dict) else None
    if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable() or " " in token:
        raise Garbled("the answer has no access token")
    seconds = answer.get("expires_in")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds <= 0:
        return Bearer(Secret(token))
    return Bearer(Secret(token), float(seconds))


def signed_jwt(client: Client, claims: Mapping[str, str | int]) -> Secret:
    """A JWS in its compact form, RS256."""
    header = {"alg": "RS256", "typ": "JWT", "kid": client.key_id}
    payload = f"{_url64(msgspec.json.encode(header))}.{_url64(msgspec.json.encode(claims))}"
    signature = client.key.sign(payload.encode("ascii"), padding.PKCS1v15(), hashes.SHA256())
    return Secret(f"{payload}.{_url64(signature)}")


def _url64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
