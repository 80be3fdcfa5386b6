"""The paths of OAuth itself: tokens, sessions and the page on which a user authorises a third party."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ibtui.sim.gateway.answers import TOO_MANY, Answer, TextAnswer
from ibtui.sim.gateway.losses import LostAnswer
from ibtui.sim.gateway.wire import Fields
from ibtui.sim.oauth.basestring import SignedRequest, signed_request
from ibtui.sim.oauth.provider import Provider
from ibtui.sim.oauth.refusals import OAuthRefused, length_required
from ibtui.sim.oauth.settings import SSO_PATH, TOKEN_PATH

AUTHORISE_PATH = "/authorize"
_LOOPBACKS = ("localhost", "127.0.0.1", "::1")
_PAGE = """<!doctype html><html><head><title>Authorize</title></head><body>
<h1>Simulated IBKR</h1><p>The application TESTCONS asks for access to the paper account.</p>
<form method="post"><button type="submit">Authorize</button></form>
</body></html>"""
_DONE = """<!doctype html><html><head><title>Authorized</title></head><body>
<h1>Simulated IBKR</h1><p>Give the application this verifier: <code id="oauth_verifier">{}</code></p>
</body></html>"""
_UNKNOWN = "<!doctype html><html><body><h1>{}</h1></body></html>"
Endpoint = Callable[[Request], Awaitable[Response]]
Answering = Callable[[Request, bytes], Fields]


def oauth_routes(provider: Provider) -> list[Route]:
    """Everything a client of OAuth asks for besides the Web API."""
    signed, bearer = provider.signed, provider.bearer

    def sso(request: Request, body: bytes) -> Fields:
        return bearer.sso_session(request.headers.get("authorization", ""), body)

    def token(request: Request, body: bytes) -> Fields:
        return bearer.token(dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)))

    answers: dict[str, Answering] = {
        "/v1/api/oauth/request_token": _signed(signed.request_token),
        "/v1/api/oauth/access_token": _signed(signed.access_token),
        "/v1/api/oauth/live_session_token": _signed(signed.live_session_token),
        TOKEN_PATH: token,
        SSO_PATH: sso,
    }
    posts = [Route(path, _endpoint(provider, answer), methods=["POST"]) for path, answer in answers.items()]
    return [*posts, *_pages(provider)]


def _signed(answer: Callable[[SignedRequest, str], Fields]) -> Answering:
    def answering(request: Request, body: bytes) -> Fields:
        parts = signed_request(request.scope, body, request.headers.get("content-type", ""))
        return answer(parts, request.headers.get("authorization", ""))

    return answering


def _endpoint(provider: Provider, answer: Answering) -> Endpoint:
    server, gateway = provider.server, provider.server.gateway

    async def endpoint(request: Request) -> Response:
        body = await request.body()
        path = request.url.path.removeprefix("/v1/api")
        await gateway.network.accepted()
        if not gateway.network.listening:
            return LostAnswer(abrupt=True)
        gateway.requests.rest(request.method, path, "", b"")
        with gateway.pacing.under_way(request.method, path, path, gateway.now_ms):
            response = answered(request, body, path)
            await gateway.faults.wait(gateway.day.delay_ms(path))
        return response

    def answered(request: Request, body: bytes, path: str) -> Response:
        if gateway.faults.boxed or not gateway.pacing.admits(request.method, path):
            return _plain(TOO_MANY)
        if (reply := gateway.day.refusal(request.method, path)) is not None:
            return _plain(reply)
        try:
            if "content-length" not in request.headers:
                raise length_required()
            return JSONResponse(answer(request, body))
        except OAuthRefused as refusal:
            status = refusal.response.status_code
            server.report.refused(request.method, request.url.path, status, refusal.reason, server.now_ms)
            return refusal.response

    return endpoint


def _plain(reply: Answer | TextAnswer) -> Response:
    if isinstance(reply, TextAnswer):
        return Response(reply.text, reply.status, media_type=reply.media_type)
    return JSONResponse(reply.payload, reply.status)


def _pages(provider: Provider) -> list[Route]:
    authorisations = provider.signed.authorisations

    async def page(request: Request) -> Response:
        if authorisations.waiting(request.query_params.get("oauth_token", "")) is None:
            return HTMLResponse(_UNKNOWN.format("Unknown request token"), 400)
        return HTMLResponse(_PAGE)

    async def agree(request: Request) -> Response:
        token = request.query_params.get("oauth_token", "")
        waiting = authorisations.waiting(token)
        if waiting is None:
            return HTMLResponse(_UNKNOWN.format("Unknown request token"), 400)
        target = request.query_params.get("redirect_uri", "") or waiting.callback
        if target != "oob" and not _is_loopback(target):
            return HTMLResponse(_UNKNOWN.format("The callback is not on this machine"), 400)
        verifier = authorisations.authorise(token)
        if target == "oob":
            return HTMLResponse(_DONE.format(escape(verifier)))
        query = urlencode({"oauth_token": token, "oauth_verifier": verifier})
        return RedirectResponse(f"{target}{'&' if '?' in target else '?'}{query}", 302)

    return [Route(AUTHORISE_PATH, page, methods=["GET"]), Route(AUTHORISE_PATH, agree, methods=["POST"])]


def _is_loopback(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.hostname in _LOOPBACKS
