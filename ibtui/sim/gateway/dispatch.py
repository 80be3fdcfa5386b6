"""The way of a REST request: log, pacing, login, brokerage session, warm-up, fault, handler, answer."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ibtui.sim.gateway.answers import ACCESS_DENIED, TOO_MANY, Answer, Refused, TextAnswer, bad_request, not_found
from ibtui.sim.gateway.call import Call, Route
from ibtui.sim.gateway.faults import Effect, Fault
from ibtui.sim.gateway.gateway import Gateway
from ibtui.sim.gateway.loginpage import LOGIN_PATH
from ibtui.sim.gateway.losses import HalfAnswer, LostAnswer, proxy_page
from ibtui.sim.gateway.wire import encode

_WITHOUT_BROKERAGE = ("/iserver/auth/", "/iserver/reauthenticate")
_NEEDS_ACCOUNTS = ("/iserver/account/", "/iserver/marketdata/snapshot")
_OPENS_PORTFOLIO = ("/portfolio/accounts", "/portfolio/subaccounts", "/portfolio/subaccounts2")
_PROBES = ("/tickle", "/sso/validate", "/iserver/auth/status")
"""GET paths that answer 401, not a redirect, while nobody is logged in."""


async def dispatch(gateway: Gateway, route: Route | None, request: Request) -> Response:
    """Answer a request below `/v1/api`; `route` is None for a path or method the gateway does not know."""
    body = await request.body()
    network = gateway.network
    await network.accepted()
    epoch = network.epoch
    if not network.listening:
        return LostAnswer(abrupt=True)
    response = await _answered(gateway, route, request, body)
    return response if network.epoch == epoch else LostAnswer(abrupt=True)


async def _answered(gateway: Gateway, route: Route | None, request: Request, body: bytes) -> Response:
    path = request.scope["path"].removeprefix("/v1/api").removeprefix("/v1/portal")
    gateway.requests.rest(request.method, path, request.url.query, body)
    known_path = route.path if route else path
    with gateway.pacing.under_way(request.method, known_path, path, gateway.now_ms):
        response = await _carried(gateway, route, request, body, path)
        await gateway.faults.wait(gateway.day.delay_ms(path))
    return response


async def _carried(gateway: Gateway, route: Route | None, request: Request, body: bytes, path: str) -> Response:
    call = Call(_texts(request.path_params), dict(request.query_params), body)
    try:
        known = _admitted(gateway, route, request, path)
    except Refused as refusal:
        return await _response(gateway, refusal.answer)
    fault = gateway.faults.strike(request.method, known.path, path, gateway.now_ms)
    if fault is not None:
        return await _struck(gateway, known, call, fault)
    return await _response(gateway, _carried_out(gateway, known, call))


def _admitted(gateway: Gateway, route: Route | None, request: Request, path: str) -> Route:
    """The route of a request that pacing and login let through; what is refused here no fault ever strikes."""
    _require_length(request)
    if gateway.faults.boxed or not gateway.pacing.admits(request.method, route.path if route else path):
        raise Refused(TOO_MANY)
    _require(gateway.day.refusal(request.method, path))
    _require_login(gateway, request.method, path)
    _require(gateway.day.replacement(request.method, path))
    _require_sessions(gateway, path)
    if route is None:
        raise not_found()
    return route


def _carried_out(gateway: Gateway, route: Route, call: Call) -> Answer | TextAnswer:
    try:
        answer = route.handler(gateway, call)
    except Refused as refusal:
        return refusal.answer
    return answer if isinstance(answer, (Answer, TextAnswer)) else Answer(answer)


async def _struck(gateway: Gateway, route: Route, call: Call, fault: Fault) -> Response:
    """What the client sees of a request that a fault strikes."""
    answer = _carried_out(gateway, route, call) if fault.carried_out else Answer(None)
    if fault.effect is Effect.BOX:
        gateway.faults.box(fault.delay_ms)
        return await _response(gateway, TOO_MANY)
    await gateway.faults.wait(fault.delay_ms)
    match fault.effect:
        case Effect.RESET | Effect.CLOSE:
            return LostAnswer(abrupt=fault.effect is Effect.RESET)
        case Effect.HALF_BODY:
            return HalfAnswer(await _response(gateway, answer))
        case Effect.PAGE:
            answer = TextAnswer(proxy_page(fault.status), fault.status, "text/html")
        case Effect.END_SESSION:
            gateway.lose_brokerage_session()
            answer = ACCESS_DENIED
        case Effect.FORGET_CHAIN:
            gateway.desk.forget()
            answer = Answer({"error": f"reply id not found: '{call.path['replyId']}'"}, 400)
    return await _response(gateway, answer)


async def _response(gateway: Gateway, answer: Answer | TextAnswer) -> Response:
    if isinstance(answer, TextAnswer):
        return _text_response(answer)
    if answer.delay_ms:
        await gateway.clock.sleep(answer.delay_ms)
    content = encode(gateway.dress(answer.payload))
    return Response(content, answer.status, media_type="application/json; charset=utf-8")


def _require(none: Answer | TextAnswer | None) -> None:
    """Refuse the request with the answer that an event of the day gives."""
    if none is not None:
        raise Refused(none)


def _require_length(request: Request) -> None:
    if request.method == "POST" and "content-length" not in request.headers:
        raise Refused(TextAnswer("<html><body><h1>Length Required</h1></body></html>", 411, "text/html"))


def _require_login(gateway: Gateway, method: str, path: str) -> None:
    if gateway.login.logged_in:
        gateway.login.last_request_ms = gateway.clock.ms()
        return
    if method == "GET" and path not in _PROBES and not gateway.login.lapsed:
        raise Refused(TextAnswer("", 302, "text/html", location=f"{LOGIN_PATH}?forwardTo=22&RL=1&ip2loc=US"))
    raise Refused(ACCESS_DENIED)


def _require_sessions(gateway: Gateway, path: str) -> None:
    login = gateway.login
    if path.startswith("/iserver/") and not path.startswith(_WITHOUT_BROKERAGE):
        if not login.authenticated:
            raise bad_request("no bridge")
        if path.startswith(_NEEDS_ACCOUNTS) and not login.brokerage.accounts_read:
            raise bad_request("Please query /accounts first")
    if path.startswith("/portfolio") and path not in _OPENS_PORTFOLIO and not login.portfolio_read:
        raise bad_request("Please query /portfolio/accounts first")


def _text_response(answer: TextAnswer) -> Response:
    if answer.location:
        return RedirectResponse(answer.location, answer.status)
    return Response(answer.text, answer.status, media_type=answer.media_type)


def _texts(parameters: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in parameters.items()}
