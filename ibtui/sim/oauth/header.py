"""The Authorization header of OAuth 1.0a, taken apart ("Authorization Header")."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from ibtui.sim.oauth.refusals import malformed

_SCHEME = "oauth "
_PARAMETER = re.compile(r'\s*([A-Za-z][\w.-]*)\s*=\s*(?:"([^"]*)"|([^",\s]*))\s*(?:,|$)')
_UNSIGNED = ("realm", "oauth_signature")
"""Parameters of the header that the base string leaves out."""


@dataclass(frozen=True, slots=True)
class OAuthHeader:
    """What the header holds, percent-decoded."""

    realm: str
    signature: bytes
    parameters: Mapping[str, str]
    """All that is signed: every parameter but the realm and the signature."""

    def required(self, name: str) -> str:
        """A parameter that must be there and not blank; 400 names the one that is missing."""
        if value := self.parameters.get(name):
            return value
        raise malformed(f"missing {name}")


def is_oauth(authorization: str) -> bool:
    """Whether the header's scheme is OAuth."""
    return authorization.lower().startswith(_SCHEME)


def parse(authorization: str) -> OAuthHeader:
    """The header's parameters; OAuthRefused (400) where it cannot be read or lacks the signature or the realm."""
    values: dict[str, str] = {}
    text, at = authorization[len(_SCHEME) :].strip(), 0
    while at < len(text):
        match = _PARAMETER.match(text, at)
        if match is None:
            raise malformed("malformed Authorization header")
        name, quoted, bare = match.groups()
        if name in values:
            raise malformed(f"{name} is given twice")
        values[name] = unquote(quoted if quoted is not None else bare)
        at = match.end()
    for name in _UNSIGNED:
        if not values.get(name):
            raise malformed(f"missing {name}")
    signed = {name: value for name, value in values.items() if name not in _UNSIGNED}
    return OAuthHeader(values["realm"], _signature(values["oauth_signature"]), signed)


def _signature(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise malformed("oauth_signature is no base64") from None
