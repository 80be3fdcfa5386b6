"""What an HTTP answer means: good, no, log in, come back later, or nobody knows what became of the request."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import msgspec
from msgspec import Struct

from ibtui.errors import GatewayError, IbtuiError, NoBrokerageSession, NotLoggedIn, OutcomeUnknown, PenaltyBox, Refused
from ibtui.protocol.clean import clean
from ibtui.protocol.requests import Request

LARGEST_ERROR = 16_384
"""Bytes up to which an answer is looked through for an error text; a longer one is no error."""
NO_SESSION = ("no session", "not authenticated", "please log in")
BAD_REQUEST = "bad request: "
"""What the gateway puts before some of its words (`badRequest` examples of IBKR's OpenAPI document)."""
NO_BRIDGE = ("no bridge", "please query /accounts first")
WORDS_LIMIT = 300
REQUEST_TIMEOUT = 408
LONGEST_FIGURE = 9
"""Digits of a `Retry-After` read."""


class Response(Struct, frozen=True):
    """An answer as it came; header names in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def is_html(self) -> bool:
        """Whether it is a page for a browser: a login form, a proxy's error."""
        return "html" in self.headers.get("content-type", "") or self.body[:200].lstrip()[:1] == b"<"


def judge(request: Request, response: Response, *, logged_in: bool) -> Response:
    """Give a 2xx answer back, raise what any other means.

    `logged_in` tells a missing brokerage session (401 below /iserver) from a missing login. A state-changing request
    answered by 5xx, 408 or by a page has an unknown outcome; every other no is a no.
    """
    trouble = _trouble(request, response, logged_in=logged_in)
    if trouble is not None:
        raise trouble
    return response


def _trouble(request: Request, response: Response, *, logged_in: bool) -> IbtuiError | None:
    status = response.status
    if status == 429:
        return PenaltyBox("the gateway refused this request and boxes the address", status=status)
    if (status >= 500 or status == REQUEST_TIMEOUT) and request.changes_state:
        return OutcomeUnknown(f"the gateway answered {_status_words(response)}; it may or may not have acted")
    if 300 <= status < 400:
        return NotLoggedIn("the gateway sends to its login page", status=status)
    if response.is_html and status < 300:
        if request.changes_state:
            return OutcomeUnknown("the gateway answered with a page instead of data; it may or may not have acted")
        return NotLoggedIn("the gateway answered with a login page", status=status)
    words = error_words(response)
    session = _session_trouble(request, status, words, logged_in=logged_in)
    if session is not None:
        return session
    if 200 <= status < 300:
        return None
    return Refused(words or _status_words(response), status=status)


def _session_trouble(request: Request, status: int, words: str, *, logged_in: bool) -> GatewayError | None:
    said = words.casefold()
    if said.removeprefix(BAD_REQUEST).startswith(NO_BRIDGE):
        return NoBrokerageSession(words, status=status)
    if status == 401:
        if logged_in and request.path.startswith("/iserver"):
            return NoBrokerageSession(words or "the brokerage session is gone", status=status)
        return NotLoggedIn(words or "the gateway wants a login", status=status)
    if said.startswith(NO_SESSION):
        return NotLoggedIn(words, status=status)
    return None


def silence_asked(response: Response, wall: float) -> float | None:
    """Seconds of a `Retry-After` (RFC 9110), None without one; IBKR documents none, a proxy may send it.

    `wall` is now in Unix seconds, for one that is written as a date.
    """
    written = response.headers.get("retry-after", "").strip()
    if written.isascii() and written.isdigit():
        return float(written[:LONGEST_FIGURE])
    try:
        return parsedate_to_datetime(written).timestamp() - wall
    except (ValueError, OverflowError):
        return None


def error_words(response: Response) -> str:
    """The text of a top-level `error`, cleaned; blank when there is none."""
    body = response.body
    if response.is_html or len(body) > LARGEST_ERROR:
        return ""
    if b'"error"' not in body:
        return clean(body.decode(errors="replace"), limit=WORDS_LIMIT) if response.status >= 400 else ""
    try:
        answer = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return ""
    text = answer.get("error") if isinstance(answer, dict) else None
    return clean(text, limit=WORDS_LIMIT) if isinstance(text, str) else ""


def _status_words(response: Response) -> str:
    return f"HTTP {response.status}" + (" with a page" if response.is_html else "")
