"""IBKR's side of OAuth, as small as the tests need it: a handler for httpx.MockTransport."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from email.utils import formatdate
from urllib.parse import quote, unquote

import httpx

from ibtui.protocol.oauth.assertions import Client
from ibtui.protocol.oauth.secret import Secret
from ibtui.protocol.oauth.steps import Consumer
from ibtui.transport.http import HttpClient
from ibtui.transport.oauth.bearer import BearerAuthority, Grant
from ibtui.transport.oauth.session_token import Registration, SessionTokenAuthority
from tests.fakes.clock import ManualClock
from tests.protocol.oauth.material import ACCESS_SECRET, GROUP, GROUP_14, key

URL = "https://api.ibkr.com/v1/api"
CONSUMER_KEY = "ABCDEFGHI"
ACCESS_TOKEN = "a1b2c3d4e5f6a7b8c9d0"
GRANT = Grant(
    Client("my-client", "main", key("client")),
    "ddowney2",
    "10.10.10.10",
    "https://api.ibkr.com/oauth2/api/v1/token",
    "https://api.ibkr.com/gw/api/v1/sso-sessions",
)


def registration() -> Registration:
    consumer = Consumer(CONSUMER_KEY, "limited_poa", key("signature"))
    return Registration(consumer, ACCESS_TOKEN, Secret(ACCESS_SECRET.hex()), GROUP)


class Ibkr:
    """Gives tokens and answers what is signed with one; the levers say what goes wrong."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.issued = 0
        self.asked: list[httpx.Request] = []
        self.refusal: httpx.Response | Exception | None = None
        """In place of every token."""
        self.answer = httpx.Response(200, json={"session": "abc"})
        """To every other request."""
        self.expires_in: float | None = 86_400.0
        self.skew = 0.0
        self.wrong_proof = False
        self.dh_response = ""
        self.tokens: list[bytes] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        path = request.url.path
        if path.endswith(("/live_session_token", "/token", "/sso-sessions")):
            answer = self._token(request)
        else:
            answer = httpx.Response(self.answer.status_code, content=self.answer.content)
        answer.headers["date"] = formatdate(self.clock.time() + self.skew, usegmt=True)
        return answer

    def _token(self, request: httpx.Request) -> httpx.Response:
        if isinstance(self.refusal, Exception):
            raise self.refusal
        if self.refusal is not None:
            return httpx.Response(
                self.refusal.status_code, content=self.refusal.content, headers=dict(self.refusal.headers)
            )
        self.issued += 1
        if request.url.path.endswith("/live_session_token"):
            return self._session_token(fields_of(request)["diffie_hellman_challenge"])
        return httpx.Response(200, json={"access_token": f"bearer-{self.issued}", "token_type": "Bearer"})

    def _session_token(self, challenge: str) -> httpx.Response:
        exponent = 3**150 + self.issued
        shared = pow(int(challenge, 16), exponent, GROUP_14)
        raw = shared.to_bytes((shared.bit_length() + 8) // 8, "big")
        token = hmac.new(raw, ACCESS_SECRET, hashlib.sha1).digest()
        self.tokens.append(token)
        proof = hmac.new(token, CONSUMER_KEY.encode(), hashlib.sha1).hexdigest()
        answer: dict[str, object] = {
            "diffie_hellman_response": self.dh_response or f"{pow(2, exponent, GROUP_14):x}",
            "live_session_token_signature": "0" * 40 if self.wrong_proof else proof,
        }
        if self.expires_in is not None:
            answer["live_session_token_expiration"] = int((self.clock.time() + self.skew + self.expires_in) * 1000)
        return httpx.Response(200, json=answer)

    def signed_with(self, request: httpx.Request) -> int:
        """Which of the issued tokens signed the request; -1 is none of them."""
        fields = fields_of(request)
        signature = base64.b64decode(fields.pop("oauth_signature"))
        fields.pop("realm")
        joined = "&".join(f"{k}={v}" for k, v in sorted([*fields.items(), *request.url.params.multi_items()]))
        url = str(request.url.copy_with(query=None))
        base = f"{request.method}&{quote(url, safe='')}&{quote(joined, safe='')}".encode()
        for number, token in enumerate(self.tokens):
            if hmac.compare_digest(hmac.new(token, base, hashlib.sha256).digest(), signature):
                return number
        return -1


def fields_of(request: httpx.Request) -> dict[str, str]:
    """What the Authorization header says."""
    header = request.headers["authorization"]
    return {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', header)}


class Line:
    """A client over an authority to a small IBKR, on a clock moved by hand."""

    def __init__(self, *, version: str = "1.0a") -> None:
        self.clock = ManualClock()
        self.ibkr = Ibkr(self.clock)
        self.authority: SessionTokenAuthority | BearerAuthority = (
            SessionTokenAuthority(URL, registration(), self.clock)
            if version == "1.0a"
            else BearerAuthority(GRANT, self.clock)
        )
        transport = httpx.MockTransport(self.ibkr)
        self.client = HttpClient(URL, self.clock, transport=transport, authority=self.authority)
