"""What nobody else may read: secrets found by what they are called, by what they look like, and by what they are.

Used by the log, by crash reports and, with stand-ins in place of one mark, by the tape. Account ids are no secret here:
they are hidden on tapes alone, which are made to be given away. The patterns are text until `re` compiles and keeps
them at their first use: the first frame need not wait for that.
"""

from __future__ import annotations

import re
from collections.abc import Callable

HIDDEN = "…"
"""What stands in place of a secret."""
SHORTEST = 5
"""Characters of a value that is looked for everywhere; a shorter one would be found in common words."""
MOST_VALUES = 2_000
"""Values remembered; the oldest are forgotten first."""

SESSION_KEYS = (
    "session|sessionId|session_id|sess|token|access_token|accessToken|refresh_token|id_token|oauth_token"
    "|oauth_token_secret|access_token_secret|live_session_token|request_token|bearer_token|client_assertion"
    "|oauth_signature|oauth_verifier|oauth_nonce|diffie_hellman_challenge|diffie_hellman_response"
    "|live_session_token_signature|JSESSIONID|x-sess-uuid|ssoSessionId|password|passwd|secret"
)
"""Names of values that let another in."""
MACHINE_KEYS = "MAC|mac|hardware_info|hardwareInfo|ip|IP|deviceId|device_id"
"""Names of values that tell which computer it is."""
USER_KEYS = "USER_NAME|userName|user_name|username|user|CREDENTIAL|credential|userId|user_id|USER_ID"
"""Names of values that tell who is logged in."""

_PARAMETERS = r"oauth_[a-z_]+|access_token(?:_secret)?|client_assertion|api|x-sess-uuid|session|token|JSESSIONID"
SHAPES: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("-----BEGIN",),
        r"(?P<pem>-----BEGIN [A-Z0-9 ]+-----(?:(?!-----BEGIN)[\s\S])*?(?:-----END [A-Z0-9 ]+-----|\Z))",
    ),
    (("eyJ",), r"(?P<jwt>\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?)"),
    (
        ("Bearer", "Basic", "OAuth"),
        r"(?P<header>\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=%-]{6,}|\bOAuth\s+(?=[a-z_]+=)[^\r\n']*)",
    ),
    (
        ("=",),
        rf"(?P<parameter>(?<![\w])(?:{_PARAMETERS})="
        r"(?P<assigned>[^&\s;,\"'{}\\]+|\"[^\"]*\"|'[^']*'))",
    ),
    (
        ("@",),
        r"(?P<mail>(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}+@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8})"
        r"|(?P<device>\b[a-z]{2,6}://mtws@[^\"\s]+)",
    ),
    (
        (":", "-"),
        r"(?P<mac>[0-9A-Fa-f]{2}(?<![0-9A-Fa-f:]..)[:-](?:[0-9A-Fa-f]{2}[:-]){4}[0-9A-Fa-f]{2}(?![0-9A-Fa-f:]))",
    ),
)
"""What secrets look like, whatever they are called: each with the marks without one of which there is none."""
LONG = r"[A-Za-z0-9+/]{20}"
"""Without such a run a text has no token in it."""
TOKENS = (
    r"(?P<hex>(?<![A-Za-z0-9])(?<!sha256:)(?=[0-9a-fA-F]*[a-fA-F])(?=[0-9a-fA-F]*[0-9])[0-9a-fA-F]{20,})"
    r"|(?P<base64>(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{22,}={1,2})"
    r"|(?P<mixed>(?<![A-Za-z0-9])(?=[A-Za-z0-9]*[0-9])(?=[A-Za-z0-9]*[a-z])(?=[A-Za-z0-9]*[A-Z])[A-Za-z0-9]{28,})"
)
"""Tokens and keys, told from words by their length and mixture."""

_NAMED = (
    rf"(?i)(?P<head>(?P<quote>\\?[\"'])(?:{SESSION_KEYS}|{MACHINE_KEYS}|{USER_KEYS}|Cookie|Set-Cookie|Authorization)"
    r"(?P=quote)\s*[:=]\s*b?)(?P<value>\\\"[^\"\\]*\\\"|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s,;)}\]]+)"
)
_SPOKEN = (
    rf"(?i)(?P<head>(?<![\w-])(?:{SESSION_KEYS}|consumer_secret)\s*(?::\s|=)\s*b?)"
    r"(?P<value>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\{[^{}]*\}|[^\s,;)}\]]+)"
)
_HEADER = r"(?i)(?P<head>\b(?:Set-Cookie|Cookie|Authorization)\s*:\s*)[^\r\n]*"


class Secrets:
    """Hides secrets in text; values it was told of are found wherever they stand."""

    def __init__(self) -> None:
        self._values: dict[str, None] = {}
        self._pattern: re.Pattern[str] | None = None

    def learn(self, *values: str) -> None:
        """Hide these from now on; a value shorter than `SHORTEST` is left to its name and its shape."""
        fresh = [value for value in values if len(value) >= SHORTEST and value not in self._values]
        if fresh:
            self._values.update(dict.fromkeys(fresh))
            while len(self._values) > MOST_VALUES:
                del self._values[next(iter(self._values))]
            longest_first = sorted(self._values, key=len, reverse=True)
            self._pattern = re.compile("|".join(re.escape(value) for value in longest_first))

    def hide(self, text: str) -> str:
        """`text` with every secret replaced by `HIDDEN`."""
        if self._pattern is not None:
            text = self._pattern.sub(HIDDEN, text)
        for pattern in (_NAMED, _HEADER, _SPOKEN):
            text = re.sub(pattern, rf"\g<head>{HIDDEN}", text)
        return without_shapes(text, lambda _: HIDDEN)


def without_shapes(text: str, replace: Callable[[re.Match[str]], str]) -> str:
    """`text` with what looks like a secret replaced; the match's `lastgroup` says what it looks like."""
    for marks, pattern in SHAPES:
        if any(mark in text for mark in marks):
            text = re.sub(pattern, replace, text)
    return re.sub(TOKENS, replace, text) if re.search(LONG, text) else text


SECRETS = Secrets()
"""What this run knows to be secret; who gets a token tells it."""
