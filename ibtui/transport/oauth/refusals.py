"""What a no to the request for a token means, in one sentence that says what to do."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import msgspec

from ibtui.errors import GatewayError, NotLoggedIn, Refused
from ibtui.protocol.clean import clean
from ibtui.transport.answers import WORDS_LIMIT, Response, error_words

LARGEST_SKEW_SECONDS = 60.0
SETUP = "`ibtui oauth setup` checks each piece"
_FIELDS = ("error", "detail", "error_description", "title", "message")
_MEANINGS = (
    ("invalid consumer", "IBKR does not know the consumer key yet: a new one works after the next reset"),
    ("timestamp", "IBKR does not take the time of the request: check this machine's clock"),
    ("nonce", "IBKR has seen this request before; ibtui tries again"),
    ("realm", "the realm does not fit the consumer key: remove oauth.realm from the configuration"),
    ("signature", "the signature does not fit: is this the signature key that was registered?"),
    ("token", "the access token is not valid (any more): make a new one"),
)
"""Part of IBKR's words, and what is to be done; the first that fits."""


def refusal_of(response: Response, place: str, now: float) -> GatewayError:
    """The error for an answer that is not 200; `place` is where it was asked, `now` this machine's Unix seconds."""
    words, status = words_of(response), response.status
    said = words or f"HTTP {status}"
    if status >= 500:
        return Refused(f"IBKR gives no token just now ({said}); ibtui tries again", status=status)
    if status == 404 or 300 <= status < 400 or (response.is_html and status != 401):
        return Refused(f"{place} gives no tokens ({said}): check base_url and the oauth URLs", status=status)
    lowered = words.casefold()
    meaning = next((meaning for part, meaning in _MEANINGS if part in lowered), "IBKR refuses to give a token")
    clock = skew_words(response, now)
    return NotLoggedIn(f"{meaning} ({said}); {clock + '; ' if clock else ''}{SETUP}", status=status)


def words_of(response: Response) -> str:
    """IBKR's words, cleaned: of `error`, or of a problem's detail or title."""
    if not response.is_html:
        try:
            answer = msgspec.json.decode(response.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            answer = None
        if isinstance(answer, dict):
            found = (answer[field] for field in _FIELDS if isinstance(answer.get(field), str) and answer[field])
            return clean(next(found, ""), limit=WORDS_LIMIT)
    return error_words(response)


def server_time(response: Response) -> float | None:
    """Unix seconds of the Date header; None where there is none that can be read."""
    try:
        return parsedate_to_datetime(response.headers.get("date", "")).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def skew_words(response: Response, now: float) -> str:
    """That this machine's clock is off by more than a minute, and how to set it; blank when it is not."""
    theirs = server_time(response)
    if theirs is None or abs(now - theirs) <= LARGEST_SKEW_SECONDS:
        return ""
    minutes, seconds = divmod(round(abs(now - theirs)), 60)
    off = f"{minutes} min {seconds} s {'ahead of' if now > theirs else 'behind'}"
    return f"this machine's clock is {off} IBKR's: set it right (timedatectl set-ntp true)"
