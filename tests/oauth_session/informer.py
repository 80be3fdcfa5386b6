"""`python -m tests.oauth_session.informer sim …`: `ibtui sim` that tells the scan every secret it sees.

Nothing of its behaviour is changed; only a tester's simulator may know both ends of a secret.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from ibtui import cli
from ibtui.sim.oauth import handshake
from ibtui.sim.oauth.guard import Guard
from ibtui.sim.oauth.sessions import Sessions
from tests.oauth_session.told import Told, forms_of_bytes, forms_of_number, forms_of_text

COOKIE, SIGNATURE = re.compile(r"[^=;\s]+=([^;]+)"), re.compile(r'oauth_signature="([^"]+)"')
VERIFIER = re.compile(r'oauth_verifier="([^"]+)"')
ANSWERED = {
    "session": "session id",
    "access_token": "bearer token",
    "oauth_token": "access token",
    "oauth_token_secret": "access token secret, encrypted",
    "diffie_hellman_response": "Diffie-Hellman response",
    "live_session_token_signature": "live session token's proof",
    "MAC": "MAC address",
    "hardware_info": "MAC address",
}
"""Fields of answers that are secret, and how the table calls them."""


class Ears:
    """Hears what passes the guard."""

    def __init__(self, told: Told) -> None:
        self._told = told

    def hears(self, scope: Scope, receive: Receive, send: Send) -> tuple[Receive, Send]:
        """The same two, listened to; what the head of the request says is told at once."""
        if scope["type"] not in ("http", "websocket"):
            return receive, send
        query = scope["query_string"].decode("latin-1") if scope["type"] == "websocket" else ""
        self._head(Headers(scope=scope), query)
        is_asking = scope["path"].endswith("/request_token")
        sent, answered = bytearray(), bytearray()

        async def heard() -> Message:
            message = await receive()
            self._socket_text(message)
            sent.extend(message.get("body", b""))
            if message["type"] == "http.request" and not message.get("more_body"):
                self._request(bytes(sent))
            return message

        async def said(message: Message) -> None:
            answered.extend(message.get("body", b""))
            self._set_cookies(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                self._answer(bytes(answered), is_asking=is_asking)
            await send(message)

        return heard, said

    def _head(self, headers: Headers, query: str) -> None:
        authorization = headers.get("authorization", "")
        for signature in SIGNATURE.findall(authorization):
            self._told.tell("request signature", signature, *(value for _, value in parse_qsl(f"s={signature}")))
        for verifier in VERIFIER.findall(authorization):
            self._told.tell("verifier", verifier)
        if authorization.lower().startswith("bearer "):
            self._told.tell("bearer token", authorization[7:])
        for value in COOKIE.findall(headers.get("cookie", "")):
            self._told.tell("cookie", *forms_of_text(value))
        for name in ("oauth_token", "bearer_token"):
            self._told.tell("token in the websocket's address", *parse_qs(query).get(name, []))

    def _set_cookies(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            for name, value in message.get("headers", []):
                if name.lower() == b"set-cookie":
                    self._told.tell("cookie", *COOKIE.findall(value.decode("latin-1"))[:1])

    def _request(self, body: bytes) -> None:
        text = body.decode("latin-1")
        if text.startswith("eyJ"):
            self._told.tell("signed assertion", text)
        self._told.tell("signed assertion", *parse_qs(text).get("client_assertion", []))

    def _answer(self, body: bytes, *, is_asking: bool) -> None:
        try:
            answer = json.loads(body)
        except ValueError:
            return
        if is_asking and isinstance(answer, dict):
            self._told.tell("request token", str(answer.get("oauth_token", "")))
        elif isinstance(answer, dict):
            self._fields(answer)

    def _socket_text(self, message: Message) -> None:
        try:
            self._fields(json.loads(message.get("text") or ""))
        except ValueError:
            return

    def _fields(self, answer: MutableMapping[str, Any]) -> None:
        for name, value in answer.items() if isinstance(answer, dict) else ():
            if isinstance(value, dict):
                self._fields(value)
            elif name in ANSWERED and isinstance(value, str):
                self._told.tell(ANSWERED[name], *forms_of_text(value))


def main() -> None:
    """Be `ibtui`, with ears."""
    told = Told.here()
    _tell_tokens(told)
    _tell_exchanges(told)
    ears, guarded = Ears(told), Guard.__call__

    async def call(guard: Guard, scope: Scope, receive: Receive, send: Send) -> None:
        await guarded(guard, scope, *ears.hears(scope, receive, send))

    setattr(Guard, "__call__", call)  # noqa: B010 - mypy forbids assigning to a method
    cli.cli(prog_name="ibtui")


def _tell_tokens(told: Told) -> None:
    opened = Sessions.open

    def opening(sessions: Sessions, owner: str, key: bytes, life_s: int, *, replaces: bool) -> None:
        if key.startswith(b"eyJ"):
            told.tell("bearer token", key.decode())
        else:
            told.tell("live session token", *forms_of_bytes(key))
        opened(sessions, owner, key, life_s, replaces=replaces)

    setattr(Sessions, "open", opening)  # noqa: B010


def _tell_exchanges(told: Told) -> None:
    computed: Callable[[int, bytes], bytes] = handshake.live_session_token

    def computing(shared: int, secret: bytes) -> bytes:
        told.tell("Diffie-Hellman shared secret", *forms_of_number(shared))
        told.tell("access token secret, decrypted", *forms_of_bytes(secret))
        return computed(shared, secret)

    setattr(handshake, "live_session_token", computing)  # noqa: B010


if __name__ == "__main__":
    main()
