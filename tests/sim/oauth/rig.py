"""A gateway behind OAuth on a manual clock, reached in process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import httpx

from ibtui.sim.gateway.app import create_app
from ibtui.sim.gateway.clock import ManualClock
from ibtui.sim.gateway.gateway import Gateway
from ibtui.sim.oauth.folder import Registration
from ibtui.sim.oauth.provider import Provider
from ibtui.sim.oauth.server import OAuthServer
from ibtui.sim.server import SimOptions, create_gateway
from tests.sim.gateway.rig import THURSDAY_TRADING_MS, Tree
from tests.sim.oauth.signing import Signer

ORIGIN = "https://127.0.0.1:5000"
BASE = f"{ORIGIN}/v1/api"
START_S = 1_795_300_000
LST = "/oauth/live_session_token"


def make_gateway() -> tuple[Gateway, ManualClock]:
    """A gateway on a clock of its own; making its market is what takes time."""
    clock = ManualClock()
    return create_gateway(SimOptions(seed=7, start_ms=THURSDAY_TRADING_MS), clock), clock


class OAuthRig:
    """The server, a signer of the first party, and the wall clock of both."""

    def __init__(self, registration: Registration, gateway: Gateway, clock: ManualClock) -> None:
        self.clock = clock
        self.ahead_s = 0
        """Of the wall clock before the gateway's; a day of it costs no market."""
        self.gateway = gateway
        gateway.watchers.clear()
        self.folder = registration.folder
        self.provider = Provider(OAuthServer(self.gateway, registration, BASE, unix_ms=lambda: self.now_s() * 1000))
        self.app = create_app(self.gateway, control=True, oauth=self.provider)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url=ORIGIN)
        self.signer = Signer(self.folder, self.now_s)

    def now_s(self) -> int:
        return START_S + self.ahead_s + self.clock.ms() // 1000

    def advance(self, ms: int) -> None:
        """Move time in one step of the market, so that a day costs nothing."""
        self.clock.advance(ms)
        self.gateway.step()

    async def send(
        self, method: str, path: str, authorization: str = "", body: bytes = b"", **headers: str
    ) -> httpx.Response:
        """A request with the path as given; no pacing."""
        self.gateway.pacing.release()
        given = {"authorization": authorization} if authorization else {}
        if method == "POST":
            given["content-length"] = str(len(body))
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.request(method, f"{ORIGIN}{path}", content=body, headers={**given, **named})

    async def call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
        *,
        signer: Signer | None = None,
        signed_url: str = "",
        folded: Mapping[str, str] | None = None,
        **headers: str,
    ) -> httpx.Response:
        """A signed request below /v1/api; the query is folded unless `folded` says what is."""
        url = signed_url or f"{BASE}{path}"
        header = (signer or self.signer).header(method, url, query if folded is None else folded)
        target = f"/v1/api{path}" + (f"?{urlencode(query)}" if query else "")
        return await self.send(method, target, header, body, **headers)

    async def shake(self, signer: Signer | None = None) -> httpx.Response:
        """Ask for a live session token."""
        return await self.send("POST", f"/v1/api{LST}", (signer or self.signer).handshake_header(f"{BASE}{LST}"))

    async def signed_in(self) -> OAuthRig:
        """Get a live session token and a brokerage session."""
        assert self.signer.took((await self.shake()).json())
        await self.initialise()
        return self

    async def initialise(self) -> Tree:
        return (await self.call("POST", "/iserver/auth/ssodh/init", body=b'{"publish":true,"compete":true}')).json()

    async def lever(self, name: str, body: object) -> Tree:
        return (await self.http.post(f"/sim/oauth/{name}", json=body)).json()

    async def told(self) -> Tree:
        return (await self.http.get("/sim/oauth")).json()


MakeOAuthRig = Callable[..., OAuthRig]
