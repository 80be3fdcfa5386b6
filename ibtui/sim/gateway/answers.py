"""What a handler gives back when plain JSON with status 200 is not it."""

from __future__ import annotations

from dataclasses import dataclass

from ibtui.sim.gateway.wire import Json

NOT_FOUND_PAGE = "<html><body><h1>Resource not found</h1></body></html>"
"""The gateway's 404, as shown in "Historical Market Data (Beta)"."""


@dataclass(frozen=True, slots=True)
class Answer:
    """JSON with a status of its own, sent `delay_ms` after the request."""

    payload: Json
    status: int = 200
    delay_ms: int = 0


TOO_MANY = Answer({"error": "Too many requests", "statusCode": 429}, 429)


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """A body that is not JSON."""

    text: str
    status: int = 200
    media_type: str = "text/plain"
    location: str = ""
    """Target of a redirect, else blank."""


ACCESS_DENIED = TextAnswer("<html><body><h1>Access Denied</h1></body></html>", 401, "text/html")


class Refused(Exception):
    """The request is answered with an error; raised anywhere below the dispatcher."""

    def __init__(self, answer: Answer | TextAnswer) -> None:
        super().__init__(answer)
        self.answer = answer


def bad_request(reason: str) -> Refused:
    """400 in the form of IBKR's "Bad Request" examples."""
    return Refused(Answer({"error": f"Bad Request: {reason}", "statusCode": 400}, 400))


def server_error(reason: str) -> Refused:
    """500 with a reason."""
    return Refused(Answer({"error": reason, "statusCode": 500}, 500))


def unavailable(reason: str = "Service Unavailable", delay_ms: int = 0) -> Refused:
    """503: the answer for what the server does not have in its cache."""
    return Refused(Answer({"error": reason, "statusCode": 503}, 503, delay_ms))


def refused_order(reason: str) -> Refused:
    """The order reject object: status 200 and an error ("Order Reject Object")."""
    return Refused(Answer({"error": reason}))


def not_found() -> Refused:
    """404 for a path the gateway does not know."""
    return Refused(TextAnswer(NOT_FOUND_PAGE, 404, "text/html"))
