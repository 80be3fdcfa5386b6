"""JSON Web Tokens as OAuth 2.0 at IBKR uses them: RS256 from clients (RFC 7523), HS256 of the server's own."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from ibtui.sim.gateway.wire import Fields

CLOCK_S = 60
"""How far a client's `iat` may lie in the future."""


class InvalidToken(ValueError):
    """A token that cannot be taken; the text says why."""


@dataclass(frozen=True, slots=True)
class SignedClaims:
    """A token whose signature was right."""

    header: Mapping[str, object]
    claims: Mapping[str, object]

    def text(self, name: str) -> str:
        """A claim that is a string, else blank."""
        value = self.claims.get(name)
        return value if isinstance(value, str) else ""

    def check_times(self, now_s: int) -> None:
        """`exp` must be there and ahead; `iat` and `nbf`, where given, not ahead."""
        expires = self.claims.get("exp")
        if isinstance(expires, bool) or not isinstance(expires, (int, float)):
            raise InvalidToken("exp is missing")
        if expires <= now_s:
            raise InvalidToken("exp is past")
        for name in ("iat", "nbf"):
            moment = self.claims.get(name, 0)
            if isinstance(moment, bool) or not isinstance(moment, (int, float)) or moment > now_s + CLOCK_S:
                raise InvalidToken(f"{name} is in the future")


def verified(token: str, key: rsa.RSAPublicKey, key_id: str) -> SignedClaims:
    """The claims of a token that this key signed with RS256; InvalidToken otherwise."""
    parts = token.strip().split(".")
    if len(parts) != 3:
        raise InvalidToken("not a signed JWT")
    header, claims = _object(parts[0]), _object(parts[1])
    if header.get("alg") != "RS256":
        raise InvalidToken("alg is not RS256")
    if header.get("kid") != key_id:
        raise InvalidToken("kid is unknown")
    try:
        key.verify(_decoded(parts[2]), f"{parts[0]}.{parts[1]}".encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        raise InvalidToken("the signature is wrong") from None
    return SignedClaims(header, claims)


def made(claims: Fields, key: bytes) -> str:
    """A token of the server's own, HS256."""
    parts = [_encoded(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "HS256"}, claims)]
    signing = ".".join(parts)
    return f"{signing}.{_encoded(hmac.new(key, signing.encode(), sha256).digest())}"


def _object(part: str) -> Mapping[str, object]:
    try:
        value = json.loads(_decoded(part))
    except ValueError:
        raise InvalidToken("not a signed JWT") from None
    if not isinstance(value, dict):
        raise InvalidToken("not a signed JWT")
    return value


def _decoded(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise InvalidToken("not base64url") from None


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
