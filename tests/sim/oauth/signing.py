"""A client of OAuth 1.0a and 2.0 written from IBKR's document alone; it shares no code with the server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import quote, quote_plus

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dh, padding, rsa

from tests.sim.gateway.rig import Tree


@cache
def private_key(path: Path) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def rsa_sign(key: rsa.RSAPrivateKey, text: str) -> bytes:
    return key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())


@dataclass
class Signer:
    """Signs requests as the document's Python samples do; `live_session_token` is None until `took`."""

    folder: Path
    now_s: Callable[[], int]
    consumer_key: str = "IBTUITEST"
    realm: str = "limited_poa"
    access_token: str = ""
    secret: str = ""
    """Of the access token, as given: encrypted, base64."""
    live_session_token: bytes | None = None
    encode: Callable[[str], str] = quote
    _random: int = field(default_factory=lambda: secrets.randbits(256))

    def __post_init__(self) -> None:
        if not self.access_token and self.consumer_key == "IBTUITEST":
            self.access_token = (self.folder / "access_token").read_text().strip()
            self.secret = (self.folder / "access_token_secret").read_text().strip()

    def prepend(self) -> bytes:
        key = private_key(self.folder / "private_encryption.pem")
        return key.decrypt(base64.b64decode(self.secret), padding.PKCS1v15())

    def group(self) -> dh.DHParameterNumbers:
        return serialization.load_pem_parameters((self.folder / "dhparam.pem").read_bytes()).parameter_numbers()

    def challenge(self) -> str:
        group = self.group()
        return f"{pow(group.g, self._random, group.p):x}"

    def header(
        self,
        method: str,
        url: str,
        folded: Mapping[str, str] | None = None,
        *,
        rsa_signed: bool = False,
        extra: Mapping[str, str] | None = None,
        prepend: str = "",
        without: str = "",
    ) -> str:
        """The Authorization header; `folded` goes into the base string, `extra` into both."""
        parameters = {
            "oauth_consumer_key": self.consumer_key,
            "oauth_nonce": secrets.token_hex(16),
            "oauth_signature_method": "RSA-SHA256" if rsa_signed else "HMAC-SHA256",
            "oauth_timestamp": str(self.now_s()),
            **({"oauth_token": self.access_token} if self.access_token else {}),
            **(extra or {}),
        }
        parameters.pop(without, None)
        pairs = sorted({**parameters, **(folded or {})}.items())
        joined = "&".join(f"{name}={value}" for name, value in pairs)
        text = f"{prepend}{method}&{quote_plus(url)}&{self.encode(joined)}"
        if rsa_signed:
            signature = rsa_sign(private_key(self.folder / "private_signature.pem"), text)
        else:
            assert self.live_session_token is not None
            signature = hmac.new(self.live_session_token, text.encode(), hashlib.sha256).digest()
        parameters["oauth_signature"] = quote_plus(base64.b64encode(signature).decode())
        parameters["realm"] = self.realm
        parameters.pop(without, None)
        return "OAuth " + ", ".join(f'{name}="{value}"' for name, value in sorted(parameters.items()))

    def handshake_header(self, url: str) -> str:
        challenge = {"diffie_hellman_challenge": self.challenge()}
        return self.header("POST", url, rsa_signed=True, extra=challenge, prepend=self.prepend().hex())

    def took(self, answer: Tree) -> bool:
        """Compute the live session token of an answer; whether the answer's signature proves it."""
        shared = pow(int(answer["diffie_hellman_response"], 16), self._random, self.group().p)
        hexed = f"{shared:x}"
        k = bytes.fromhex("0" * (len(hexed) % 2) + hexed)
        if shared.bit_length() % 8 == 0:
            k = b"\0" + k
        token = hmac.new(k, self.prepend(), hashlib.sha1).digest()
        if (
            hmac.new(token, self.consumer_key.encode(), hashlib.sha1).hexdigest()
            != answer["live_session_token_signature"]
        ):
            return False
        self.live_session_token = token
        return True


def jwt(folder: Path, claims: Mapping[str, object], *, alg: str = "RS256", kid: str = "main", key: str = "") -> str:
    """A signed JWT as IBKR's OAuth 2.0 demo makes it; `key` is a file of another key."""
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": alg, "typ": "JWT", "kid": kid}, claims)
    ]
    text = ".".join(parts)
    signature = rsa_sign(private_key(folder / (key or "oauth2_private.pem")), text)
    return f"{text}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"
