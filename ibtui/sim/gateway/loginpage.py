"""The page a browser sees: logging in there is what the real gateway needs before any request ("Authentication")."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from ibtui.sim.gateway.gateway import Gateway

LOGIN_PATH = "/sso/Login"
_PAGE = """<!doctype html><html><head><title>Client Portal Login</title></head><body>
<h1>Simulated Client Portal</h1><p>{state}</p>
<form method="post" action="/sso/Login"><button type="submit">Log in to the paper account</button></form>
</body></html>"""


def login_routes(gateway: Gateway) -> list[Route]:
    """The login page, its button, and `/`, which leads there."""

    async def page(request: Request) -> Response:
        state = "Client login succeeds" if gateway.login.logged_in else "Please log in."
        return HTMLResponse(_PAGE.format(state=state))

    async def log_in(request: Request) -> Response:
        gateway.log_in()
        return HTMLResponse("Client login succeeds")

    async def home(request: Request) -> Response:
        return RedirectResponse(f"{LOGIN_PATH}?forwardTo=22&RL=1&ip2loc=US", 302)

    return [
        Route(LOGIN_PATH, page, methods=["GET"]),
        Route(LOGIN_PATH, log_in, methods=["POST"]),
        Route("/", home, methods=["GET"]),
    ]
