"""The requests of OAuth 1.0a, each with its Authorization header, and what their answers say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeGuard
from urllib.parse import parse_qs, urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ibtui.errors import Garbled
from ibtui.protocol.oauth.exchange import Challenge
from ibtui.protocol.oauth.secret import Secret
from ibtui.protocol.oauth.signing import authorization, base_string, hmac_sha256, percent, rsa_sha256
from ibtui.protocol.requests import Query

REQUEST_TOKEN = "/oauth/request_token"
ACCESS_TOKEN = "/oauth/access_token"
LIVE_SESSION_TOKEN = "/oauth/live_session_token"
AUTHORIZE_URL = "https://www.interactivebrokers.com/authorize"
IBKR_DOMAINS = (".ibkr.com", ".interactivebrokers.com")
OUT_OF_BAND = "oob"
""" "'oob' can be provided for localhost development": IBKR then sends to the registered address."""
TEST_CONSUMER = "TESTCONS"
TEST_REALM = "test_realm"
REALM = "limited_poa"
DAY_SECONDS = 86_400.0
""" "Live session tokens are valid for 24 hours"."""
LEAST_LIFE_SECONDS = 60.0
"""A new token that is said to end sooner than this by IBKR's own clock: the figure is the moment of its making."""
LEAST_LIFE_BY_OUR_CLOCK_SECONDS = 3_600.0
"""The same where only this machine's clock is known, which may be off."""
LONGEST_NUMBER = 4096
"""Hex digits of a Diffie-Hellman response; IBKR's have 512."""
_TOKEN = re.compile(r"[A-Za-z0-9]{1,128}")
_HEX = re.compile(r"[0-9A-Fa-f]+")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What makes a request unique."""

    nonce: str
    timestamp: int
    """Unix seconds; "greater than or equal to any timestamp used in previous requests"."""


@dataclass(frozen=True, slots=True)
class Consumer:
    """Who signs: as registered with IBKR."""

    key: str
    realm: str
    signature_key: RSAPrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What stands for one user of one consumer, until it is revoked."""

    token: str = field(repr=False)
    secret: Secret
    """Base64, encrypted to the consumer's encryption key."""
    is_paper: bool | None = None


@dataclass(frozen=True, slots=True)
class SessionAnswer:
    """Answer to the live session token's request."""

    response: str = field(repr=False)
    """Hex of B."""
    signature: str = field(repr=False)
    expires: float | None
    """Unix seconds, as IBKR says: of the end in one document, of the making in another."""


def realm_of(consumer_key: str) -> str:
    """The realm, "one of two values": another for the consumer that is for testing."""
    return TEST_REALM if consumer_key == TEST_CONSUMER else REALM


def request_token_header(consumer: Consumer, url: str, stamp: Stamp) -> str:
    """Of `POST /oauth/request_token` (third parties)."""
    return _signed_by_key(consumer, url, _parameters(consumer, stamp) | {"oauth_callback": OUT_OF_BAND})


def access_token_header(consumer: Consumer, url: str, stamp: Stamp, request_token: str, verifier: str) -> str:
    """Of `POST /oauth/access_token` (third parties)."""
    parameters = _parameters(consumer, stamp) | {"oauth_token": request_token, "oauth_verifier": verifier}
    return _signed_by_key(consumer, url, parameters)


def session_token_header(
    consumer: Consumer, url: str, stamp: Stamp, access_token: str, prepend: Secret, challenge: Challenge
) -> str:
    """Of `POST /oauth/live_session_token`; `prepend` is the access token secret, decrypted, in hex."""
    parameters = _parameters(consumer, stamp)
    parameters |= {"oauth_token": access_token, "diffie_hellman_challenge": challenge.public}
    return _signed_by_key(consumer, url, parameters, prepend=prepend.reveal())


def request_header(
    consumer: Consumer, method: str, url: str, query: Query, stamp: Stamp, access_token: str, token: Secret
) -> str:
    """Of every other request ("Authenticated Requests With OAuth 1.0A")."""
    parameters = _parameters(consumer, stamp, method="HMAC-SHA256") | {"oauth_token": access_token}
    signature = hmac_sha256(base_string(method, url, parameters, query), token)
    return authorization(parameters, signature, consumer.realm)


def authorize_url(request_token: str, base_url: str) -> str:
    """Where the user logs in and grants access; IBKR then sends them on with the verifier.

    Its own site for IBKR's servers, the same server for any other (a simulator).
    """
    parts = urlsplit(base_url)
    is_ibkr = (parts.hostname or "").endswith(IBKR_DOMAINS)
    page = AUTHORIZE_URL if is_ibkr else f"{parts.scheme}://{parts.netloc}/authorize"
    return f"{page}?oauth_token={percent(request_token)}"


def verifier_of(text: str, request_token: str) -> str:
    """The verifier of what the user pasted: the verifier itself or the whole address they were sent to.

    Raises ValueError when there is none in it, or when it belongs to another request token.
    """
    pasted = text.strip()
    if _TOKEN.fullmatch(pasted):
        return pasted
    fields = parse_qs(urlsplit(pasted).query)
    verifier = fields.get("oauth_verifier", [""])[0]
    if not _TOKEN.fullmatch(verifier):
        raise ValueError("there is no oauth_verifier in that; paste the verifier or the whole address")
    if fields.get("oauth_token", [request_token])[0] != request_token:
        raise ValueError("that address belongs to another request; use the one of this login")
    return verifier


def decode_request_token(body: bytes) -> str:
    """Raises Garbled."""
    return _token(_object(body).get("oauth_token"))


def decode_access_token(body: bytes) -> AccessToken:
    """Raises Garbled."""
    answer = _object(body)
    secret = answer.get("oauth_token_secret")
    if not isinstance(secret, str) or not secret:
        raise Garbled("the answer has no access token secret")
    is_paper = answer.get("is_paper")
    return AccessToken(
        _token(answer.get("oauth_token")), Secret(secret), is_paper if isinstance(is_paper, bool) else None
    )


def decode_session_answer(body: bytes) -> SessionAnswer:
    """Raises Garbled."""
    answer = _object(body)
    response, signature = answer.get("diffie_hellman_response"), answer.get("live_session_token_signature")
    if not _is_hex(response) or not _is_hex(signature):
        raise Garbled("the answer to the request for a live session token lacks the exchange")
    expires = answer.get("live_session_token_expiration")
    milliseconds = None if isinstance(expires, bool) or not isinstance(expires, int | float) else float(expires)
    return SessionAnswer(response, signature, milliseconds / 1000 if milliseconds is not None else None)


def _is_hex(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and len(value) <= LONGEST_NUMBER and _HEX.fullmatch(value) is not None


def life_of(expires: float | None, theirs: float | None, ours: float) -> float:
    """Seconds a new token is good for; `theirs` is IBKR's clock where it is known, `ours` this machine's (Unix).

    `live_session_token_expiration` is the end in one document and the moment of making in another, and both have been
    seen; it is never believed beyond 24 hours.
    """
    now, least = (theirs, LEAST_LIFE_SECONDS) if theirs is not None else (ours, LEAST_LIFE_BY_OUR_CLOCK_SECONDS)
    left = expires - now if expires is not None else 0.0
    return min(left, DAY_SECONDS) if left > least else DAY_SECONDS


def _parameters(consumer: Consumer, stamp: Stamp, *, method: str = "RSA-SHA256") -> dict[str, str]:
    return {
        "oauth_consumer_key": consumer.key,
        "oauth_nonce": stamp.nonce,
        "oauth_signature_method": method,
        "oauth_timestamp": str(stamp.timestamp),
    }


def _signed_by_key(consumer: Consumer, url: str, parameters: dict[str, str], *, prepend: str = "") -> str:
    signature = rsa_sha256(base_string("POST", url, parameters, prepend=prepend), consumer.signature_key)
    return authorization(parameters, signature, consumer.realm)


def _object(body: bytes) -> dict[str, object]:
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Garbled("the answer to the request for a token is no JSON") from error
    if not isinstance(answer, dict):
        raise Garbled("the answer to the request for a token is no object")
    return answer


def _token(value: object) -> str:
    if not isinstance(value, str) or not _TOKEN.fullmatch(value):
        raise Garbled("the answer has no token")
    return value
