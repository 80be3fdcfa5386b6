"""The third-party way to an access token: request token, authorisation, verifier ("Third Party OAuth Workflow")."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

_TOKEN_BYTES = 10
"""Request tokens, access tokens and verifiers are 20 hex digits in IBKR's examples."""


def make_token() -> str:
    """A fresh token of 20 hex digits."""
    return secrets.token_hex(_TOKEN_BYTES)


@dataclass(slots=True)
class RequestToken:
    """A request for access that waits for the user."""

    consumer_key: str
    callback: str
    verifier: str = ""
    """Blank until the user has authorised it."""


class Authorisations:
    """Request tokens that were given out and not yet exchanged."""

    def __init__(self) -> None:
        self._requests: dict[str, RequestToken] = {}

    def request(self, consumer_key: str, callback: str) -> str:
        """A new request token."""
        token = make_token()
        self._requests[token] = RequestToken(consumer_key, callback)
        return token

    def waiting(self, token: str) -> RequestToken | None:
        """The request behind a token, if it was given out and not exchanged."""
        return self._requests.get(token)

    def authorise(self, token: str) -> str:
        """The user agrees: the verifier; KeyError where there is no such request."""
        request = self._requests[token]
        request.verifier = request.verifier or make_token()
        return request.verifier

    def exchange(self, token: str, consumer_key: str, verifier: str) -> bool:
        """Use a request token up; whether consumer and verifier were its own."""
        request = self._requests.get(token)
        if request is None or not request.verifier or request.consumer_key != consumer_key:
            return False
        if not secrets.compare_digest(request.verifier.encode(), verifier.encode()):
            return False
        del self._requests[token]
        return True
