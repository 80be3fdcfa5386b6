"""How IBKR says no: the error bodies of OAuth 1.0a and the problem details of OAuth 2.0."""

from __future__ import annotations

from itertools import count

from starlette.responses import HTMLResponse, JSONResponse, Response

from ibtui.sim.gateway.wire import Fields

_PROBLEM = "application/problem+json"
_numbers = count(19_030)


class OAuthRefused(Exception):
    """A request is refused; `reason` is what the levers report, the response what the client sees."""

    def __init__(self, reason: str, response: Response) -> None:
        super().__init__(reason)
        self.reason = reason
        self.response = response


def unauthorised(reason: str, status: int = 401) -> OAuthRefused:
    """OAuth 1.0a: `{"error":"id: 39687, error: invalid consumer","statusCode":401}` (ibkr_web_client, issue 4)."""
    body = {"error": f"id: {next(_numbers)}, error: {reason}", "statusCode": status}
    return OAuthRefused(reason, JSONResponse(body, status))


def malformed(reason: str) -> OAuthRefused:
    """OAuth 1.0a, 400: a part of the header is missing; the answer names it ("Request Token")."""
    return unauthorised(reason, 400)


def gone(reason: str, status: int) -> OAuthRefused:
    """The token that signed is dead: 401 or 410, as the rules have it."""
    return unauthorised(reason, status)


def length_required() -> OAuthRefused:
    """411: a POST without Content-Length."""
    page = HTMLResponse("<html><body><h1>Length Required</h1></body></html>", 411)
    return OAuthRefused("no Content-Length", page)


def access_denied() -> OAuthRefused:
    """403 as Akamai in front of api.ibkr.com answers a request without User-Agent."""
    page = "<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY><H1>Access Denied</H1></BODY></HTML>"
    return OAuthRefused("no User-Agent", HTMLResponse(page, 403))


def problem(status: int, title: str, reason: str, *, show: bool = True) -> OAuthRefused:
    """OAuth 2.0: a problem detail (OpenAPI, ProblemDetailResponse)."""
    body: Fields = {"type": "/simple", "title": title, "status": status}
    if show:
        body["detail"] = reason
    return OAuthRefused(reason, JSONResponse(body, status, media_type=_PROBLEM))


def invalid_argument(field: str, description: str) -> OAuthRefused:
    """OAuth 2.0, 400 with the field (OpenAPI, MissingRequiredParameterResponse)."""
    body: Fields = {
        "type": "/invalid-argument",
        "title": "Bad Request",
        "status": 400,
        "invalidArguments": [{"field": field, "description": description}],
    }
    return OAuthRefused(f"{field}: {description}", JSONResponse(body, 400, media_type=_PROBLEM))
