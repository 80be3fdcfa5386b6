"""A gateway in a few lines, and a whole session on it, without network and with a clock moved by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import httpx

from ibtui.domain.session import Health, Trouble
from ibtui.session.trading import LinkSettings, TradingSession
from ibtui.store import Store
from ibtui.transport.authority import Authority
from ibtui.transport.trust import Trust
from tests.fakes.clock import ManualClock
from tests.transport.sockets import FakeConnection, FakeNetwork

URL = "http://127.0.0.1:5000/v1/api"
ACCOUNT = "DU1234567"
Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]

READY = '{"topic":"system","success":"trader","isFT":false,"isPaper":true}'


class ScriptedGateway:
    """Answers as the real one does for the state it is put in; `answers` overrides by `METHOD /path`."""

    def __init__(self) -> None:
        self.is_up = True
        self.logged_in = True
        self.established = True
        self.competing = False
        self.session = "abc"
        self.answers: dict[str, Answer] = {}
        self.requests: list[tuple[str, str, dict[str, object]]] = []
        """Key, query and body of everything that arrived."""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if not self.is_up:
            raise httpx.ConnectError("refused")
        path = request.url.path.removeprefix("/v1/api")
        key = f"{request.method} {path}"
        body = json.loads(request.content) if request.content else {}
        self.requests.append((key, request.url.query.decode(), body))
        answer = self.answers.get(key)
        if callable(answer):
            return answer(request)
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            return httpx.Response(answer.status_code, content=answer.content, headers=answer.headers)
        if not self.logged_in:
            return httpx.Response(401, content=b"Access Denied")
        return self._usual(key, body)

    def _usual(self, key: str, body: dict[str, object]) -> httpx.Response:
        if key == "POST /iserver/auth/ssodh/init":
            if not self.competing or body.get("compete") is True:
                self.established, self.competing = True, False
            return httpx.Response(200, json=self.status)
        if key == "POST /tickle":
            return httpx.Response(200, json={"session": self.session, "iserver": {"authStatus": self.status}})
        if key == "POST /iserver/auth/status":
            return httpx.Response(200, json=self.status)
        if not self.established and " /iserver" in key:
            return httpx.Response(400, json={"error": "no bridge"})
        return httpx.Response(200, json=USUAL.get(key, {}))

    @property
    def status(self) -> dict[str, object]:
        return {
            "authenticated": self.established,
            "established": self.established,
            "connected": True,
            "competing": self.competing,
            "message": "",
            "serverInfo": {"serverName": "JifN1", "serverVersion": "Build 1"},
        }

    def asked(self) -> list[str]:
        return [key for key, _, _ in self.requests]

    def count(self, key: str) -> int:
        return self.asked().count(key)

    def bodies(self, key: str) -> list[dict[str, object]]:
        return [body for asked, _, body in self.requests if asked == key]

    def queries(self, key: str) -> list[str]:
        return [query for asked, query, _ in self.requests if asked == key]


USUAL: dict[str, object] = {
    "GET /iserver/accounts": {"accounts": [ACCOUNT, "DU7654321"], "selectedAccount": ACCOUNT, "aliases": {}},
    "GET /iserver/account/orders": {"orders": [], "snapshot": True},
    "GET /iserver/account/trades": [],
    "GET /iserver/watchlists": {"data": {"user_lists": [{"id": "101", "name": "Tech", "read_only": False}]}},
    "GET /iserver/watchlist": {"id": "101", "name": "Tech", "instruments": [{"C": 1}, {"H": ""}, {"C": 2}, {"C": 3}]},
    "POST /iserver/watchlist": {"id": "7", "name": "new", "readOnly": False},
    "DELETE /iserver/watchlist": {"data": {"deleted": "101"}},
    "GET /portfolio/accounts": [{"accountId": ACCOUNT, "currency": "USD", "accountAlias": "mine"}],
    f"GET /portfolio/{ACCOUNT}/positions/0": [{"conid": 1, "position": 5.0, "ticker": "AAA", "currency": "USD"}],
    f"GET /portfolio/{ACCOUNT}/ledger": {"BASE": {"cashbalance": 10.0, "currency": "BASE"}},
    f"GET /portfolio/{ACCOUNT}/summary": {"buyingpower": {"amount": 99.0, "currency": "USD"}},
    "GET /fyi/unreadnumber": {"BN": 1},
    "GET /fyi/settings": [{"FC": "PF", "H": 1, "A": 1, "FN": "t", "FD": "d"}],
    "GET /fyi/notifications": [{"ID": "f1", "R": 0, "D": "1.0", "MS": "title", "MD": "body", "FC": "PF"}],
    "GET /fyi/disclaimer/PF": {"DT": "read this", "FC": "PF"},
    "GET /iserver/marketdata/snapshot": [],
    "GET /trsrv/secdef": {"secdef": []},
}


class Bench:
    """A session on a scripted gateway."""

    def __init__(
        self,
        *,
        read_only: bool = False,
        account: str = "",
        state: Path | None = None,
        logout: bool = False,
        authority: Authority | None = None,
        trust: Trust | None = None,
    ) -> None:
        self.clock = ManualClock()
        self.gateway = ScriptedGateway()
        self.network = FakeNetwork()
        self.store = Store()
        settings = LinkSettings(
            base_url=URL,
            read_only=read_only,
            account=account,
            state_dir=state,
            logout_on_quit=logout,
            authority=authority,
        )
        self.session = TradingSession(
            settings,
            self.store,
            self.clock,
            transport=httpx.MockTransport(self.gateway),
            connector=self.network,
            trust=trust,
        )

    @property
    def health(self) -> Health:
        return self.store.health

    @property
    def wire(self) -> FakeConnection:
        """The newest websocket."""
        return self.network.last

    def trouble(self) -> Trouble:
        return self.store.health.trouble

    def can_trade(self) -> bool:
        return self.store.health.can_trade

    def texts(self) -> list[str]:
        return [message.text for message in self.store.messages]

    async def start(self) -> None:
        self.session.start()
        await self.clock.advance(0.5)

    async def connect(self) -> None:
        """Up to a stream that listens."""
        await self.start()
        await self.ready()

    async def ready(self) -> None:
        """The gateway says on the newest websocket that it listens."""
        self.wire.feed(READY)
        await self.clock.advance(0.5)

    async def beat(self, seconds: float) -> None:
        """Let time pass on a websocket that beats and brings figures every 10 s, as the real one does."""
        for _ in range(int(seconds // 5)):
            if self.network.connections:
                self.wire.feed('{"topic":"system","hb":1}', '{"topic":"spl","args":{"DU1234567.Core":{"dpl":1}}}')
            await self.clock.advance(5.0)
