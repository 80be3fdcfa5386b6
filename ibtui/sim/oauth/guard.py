"""Stands in front of the gateway: no request below /v1/api and no websocket without OAuth."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ibtui.sim.oauth.basestring import FORM, signed_request
from ibtui.sim.oauth.bearer import is_bearer
from ibtui.sim.oauth.header import is_oauth
from ibtui.sim.oauth.provider import Provider
from ibtui.sim.oauth.refusals import OAuthRefused, access_denied, unauthorised

GUARDED = ("/v1/api/", "/v1/portal/")
SIGNING_PATHS = tuple(f"/v1/api/oauth/{name}" for name in ("request_token", "access_token", "live_session_token"))
"""These check their own RSA signatures."""
_OURS = (*GUARDED, "/oauth2/", "/gw/")
"""Where a User-Agent is mandatory ("Submit The Request")."""


class Guard:
    """ASGI middleware; what it lets through is the gateway's business."""

    def __init__(self, app: ASGIApp, provider: Provider) -> None:
        self._app = app
        self._provider = provider

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Admit one request or upgrade, or refuse it."""
        path: str = scope.get("path", "")
        is_ours = scope["type"] in ("http", "websocket") and path.startswith(_OURS)
        # While the process is down nobody is refused: the gateway loses the connection.
        if not is_ours or not self._provider.server.gateway.network.listening:
            await self._app(scope, receive, send)
            return
        self._provider.server.step()
        is_socket = scope["type"] == "websocket"
        try:
            if "user-agent" not in Headers(scope=scope):
                raise access_denied()
            if is_socket:
                self._admit_socket(scope)
            elif path.startswith(GUARDED) and not (scope["method"] == "POST" and path in SIGNING_PATHS):
                receive = await self._admit(scope, receive)
        except OAuthRefused as refusal:
            self._note(scope, refusal)
            await (_refuse_upgrade if is_socket else _refuse)(scope, receive, send, refusal.response)
            return
        await self._app(scope, receive, send)

    async def _admit(self, scope: Scope, receive: Receive) -> Receive:
        """Check the signature or the Bearer; the receiver that still gives the body."""
        headers = Headers(scope=scope)
        authorization, content_type = headers.get("authorization", ""), headers.get("content-type", "")
        report = self._provider.server.report
        if is_bearer(authorization):
            self._provider.bearer.check(authorization)
            report.verified("bearer")
            return receive
        if not is_oauth(authorization):
            raise unauthorised("not authenticated")
        body = b""
        if content_type.lower().startswith(FORM):
            body = await Request(scope, receive).body()
            receive = _given(body)
        report.verified(self._provider.signed.check(signed_request(scope, body, content_type), authorization))
        return receive

    def _admit_socket(self, scope: Scope) -> None:
        """Check the token of the upgrade; the session itself is checked by the gateway, from cookie or first frame."""
        query = parse_qs(scope["query_string"].decode("ascii", "replace"), keep_blank_values=True)
        headers = Headers(scope=scope)
        authorization, provider = headers.get("authorization", ""), self._provider
        if tokens := query.get("oauth_token"):
            given = "oauth_token"
            if not all(map(provider.signed.is_access_token, tokens)):
                raise unauthorised("invalid token")
        elif tokens := query.get("bearer_token"):
            given = "bearer_token"
            for token in tokens:
                provider.bearer.check(f"Bearer {token}")
        elif is_bearer(authorization):
            given = "Authorization"
            provider.bearer.check(authorization)
        else:
            given = "none"
            if provider.server.rules.query == "strict":
                raise unauthorised("missing oauth_token")
        provider.server.report.socket(given, cookie="cookie" in headers, status=101)

    def _note(self, scope: Scope, refusal: OAuthRefused) -> None:
        server = self._provider.server
        status, method = refusal.response.status_code, scope.get("method", "WS")
        server.report.refused(method, scope["path"], status, refusal.reason, server.now_ms)
        if scope["type"] == "websocket":
            server.report.socket("refused", cookie="cookie" in Headers(scope=scope), status=status)


def _given(body: bytes) -> Receive:
    """A receiver that gives a body already read."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _refuse(scope: Scope, receive: Receive, send: Send, response: Response) -> None:
    await response(scope, receive, send)


async def _refuse_upgrade(scope: Scope, receive: Receive, send: Send, response: Response) -> None:
    """Answer an upgrade with a status of its own where the server can, else with its 403."""
    await receive()
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    start: Message = {"type": "websocket.http.response.start", "status": response.status_code}
    await send({**start, "headers": response.raw_headers})
    await send({"type": "websocket.http.response.body", "body": bytes(response.body), "more_body": False})
