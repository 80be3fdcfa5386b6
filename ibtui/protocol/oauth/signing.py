"""Base string, signatures and header of OAuth 1.0a in IBKR's dialect ("OAuth 1.0a" of the Web API's document).

Not RFC 5849: parameters are joined with raw values and the whole is percent-encoded once, where the RFC encodes each
value first. That is why no OAuth library can be used here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ibtui.protocol.oauth.secret import Secret
from ibtui.protocol.requests import Query


def percent(text: str) -> str:
    """Percent-encoded by RFC 3986: all but letters, digits and `-._~`."""
    return quote(text, safe="")


def base_string(method: str, url: str, parameters: Mapping[str, str], query: Query = (), *, prepend: str = "") -> str:
    """What is signed: `[prepend]METHOD&url&parameters` ("Encoded Base String").

    `url` has no query; `query` is folded into the sorted parameters, as "The parameter list" of IBKR's how-to has it.
    `prepend` (lower-case hex) is for the live session token's request alone.
    """
    pairs = sorted([*parameters.items(), *query])
    joined = "&".join(f"{key}={value}" for key, value in pairs)
    return f"{prepend}{method.upper()}&{percent(url)}&{percent(joined)}"


def rsa_sha256(base: str, key: RSAPrivateKey) -> str:
    """Base64 of the PKCS#1 v1.5 signature: token requests are signed so."""
    return base64.b64encode(key.sign(base.encode(), padding.PKCS1v15(), hashes.SHA256())).decode("ascii")


def hmac_sha256(base: str, live_session_token: Secret) -> str:
    """Base64 of the HMAC keyed with the decoded live session token: all other requests are signed so."""
    key = base64.b64decode(live_session_token.reveal())
    return base64.b64encode(hmac.new(key, base.encode(), hashlib.sha256).digest()).decode("ascii")


def authorization(parameters: Mapping[str, str], signature: str, realm: str) -> str:
    """The Authorization header: every parameter, the signature and the realm, sorted, values percent-encoded."""
    named = {**parameters, "oauth_signature": signature, "realm": realm}
    return "OAuth " + ", ".join(f'{key}="{percent(value)}"' for key, value in sorted(named.items()))
