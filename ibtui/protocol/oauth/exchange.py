"""The Diffie-Hellman exchange of which the live session token is made ("Computing The Live Session Token")."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field

from ibtui.protocol.oauth.secret import Secret

EXPONENT_BITS = 256
"""Of the random number a ("Diffie-Hellman Random Value")."""


@dataclass(frozen=True, slots=True)
class DhParameters:
    """The group that was registered with the consumer key; no secret."""

    prime: int
    generator: int


@dataclass(frozen=True, slots=True)
class Challenge:
    """One exchange: the random exponent, kept, and the public number that is sent."""

    parameters: DhParameters = field(repr=False)
    exponent: int = field(repr=False)

    @property
    def public(self) -> str:
        """`diffie_hellman_challenge`: hex of g^a mod p, lower case, without leading zeros."""
        return f"{pow(self.parameters.generator, self.exponent, self.parameters.prime):x}"

    def live_session_token(self, response: str, prepend: Secret) -> Secret:
        """The token, base64, of IBKR's `diffie_hellman_response` (hex) and the decrypted access token secret (hex).

        Raises ValueError when the response is no number of the group, or one from which anybody could tell the token.
        """
        public = int(response, 16)
        if not 1 < public < self.parameters.prime - 1:
            raise ValueError("the Diffie-Hellman response is outside the group")
        shared = pow(public, self.exponent, self.parameters.prime)
        mac = hmac.new(signed_bytes(shared), bytes.fromhex(prepend.reveal()), hashlib.sha1)
        return Secret(base64.b64encode(mac.digest()).decode("ascii"))


def signed_bytes(number: int) -> bytes:
    """As Java's `BigInteger.toByteArray`: big-endian, with room for a sign bit that is 0 ("IMPORTANT NOTE")."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def proves(token: Secret, signature: str, consumer_key: str) -> bool:
    """Whether `live_session_token_signature` (hex) fits the computed token ("Validate Live Session Token")."""
    expected = hmac.new(base64.b64decode(token.reveal()), consumer_key.encode(), hashlib.sha1).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.lower().encode())
