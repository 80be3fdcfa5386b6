"""The Diffie-Hellman exchange behind a live session token ("Live Session Token", "Calculating K")."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha1

from ibtui.sim.oauth.refusals import malformed

_RANDOM_BITS = 256


@dataclass(frozen=True, slots=True)
class Handshake:
    """The server's side of one exchange."""

    response: str
    """B in hex, without leading zeros, as Java's BigInteger writes it."""
    live_session_token: bytes
    signature: str
    """Hex HMAC-SHA1 of the consumer key under the live session token, by which the client checks its own."""


def shake(challenge: str, prime: int, generator: int, secret: bytes, consumer_key: str) -> Handshake:
    """Answer a client's challenge A (hex); OAuthRefused (400) if it is no element of the group."""
    try:
        client_public = int(challenge, 16)
    except ValueError:
        raise malformed("diffie_hellman_challenge is no hex number") from None
    if not 1 < client_public < prime - 1:
        raise malformed("diffie_hellman_challenge is not in the group")
    exponent = secrets.randbits(_RANDOM_BITS) | 1
    shared = pow(client_public, exponent, prime)
    token = live_session_token(shared, secret)
    return Handshake(f"{pow(generator, exponent, prime):x}", token, token_signature(token, consumer_key))


def live_session_token(shared: int, secret: bytes) -> bytes:
    """HMAC-SHA1 of the decrypted access token secret under K."""
    return hmac.new(java_bytes(shared), secret, sha1).digest()


def token_signature(token: bytes, consumer_key: str) -> str:
    """`live_session_token_signature`."""
    return hmac.new(token, consumer_key.encode(), sha1).hexdigest()


def java_bytes(number: int) -> bytes:
    """Big-endian with a sign bit, as Java's `BigInteger.toByteArray()`: a zero byte first if all bits are used."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")
