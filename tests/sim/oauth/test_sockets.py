"""Which websocket upgrades are let through."""

from __future__ import annotations

import pytest
from starlette.types import Message, Receive, Scope, Send

from ibtui.sim.oauth.guard import Guard
from tests.sim.oauth.rig import OAuthRig
from tests.sim.oauth.test_bearer import bearer


async def upgrade(rig: OAuthRig, query: str, *, agent: bool = True, extension: bool = True, **headers: str) -> object:
    """101 where the gateway sees the upgrade, else the status it is refused with, or "closed"."""
    sent: list[Message] = []
    seen: list[Scope] = []

    async def gateway(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    given = {**headers, **({"user-agent": "ClientPortalGW/1"} if agent else {})}
    scope: Scope = {
        "type": "websocket",
        "path": "/v1/api/ws",
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "extensions": {"websocket.http.response": {}} if extension else {},
    }
    await Guard(gateway, rig.provider)(scope, receive, send)
    if seen:
        return 101
    return sent[0].get("status", "closed")


@pytest.fixture
async def ready(oauth: OAuthRig) -> OAuthRig:
    return await oauth.signed_in()


async def test_the_access_token_is_let_in_with_and_without_cookie(ready: OAuthRig) -> None:
    query = f"oauth_token={ready.signer.access_token}"
    assert await upgrade(ready, query, cookie="api=x") == 101
    assert await upgrade(ready, query) == 101
    sockets = (await ready.told())["sockets"]
    assert [(row["token"], row["cookie"]) for row in sockets] == [("oauth_token", True), ("oauth_token", False)]


async def test_a_wrong_token_is_401_whatever_the_cookie(ready: OAuthRig) -> None:
    assert await upgrade(ready, "oauth_token=0", cookie="api=x") == 401
    assert await upgrade(ready, f"oauth_token={ready.signer.access_token}&oauth_token=0") == 401
    assert await upgrade(ready, "oauth_token=0", extension=False) == "closed"


async def test_a_token_whose_session_is_over_is_401(ready: OAuthRig) -> None:
    await ready.lever("expire", {})
    assert await upgrade(ready, f"oauth_token={ready.signer.access_token}") == 401


async def test_no_token_is_let_in_to_wait_for_its_session_except_under_strict_rules(ready: OAuthRig) -> None:
    assert await upgrade(ready, "") == 101
    await ready.lever("rules", {"query": "strict"})
    assert await upgrade(ready, "") == 401


async def test_without_a_user_agent_an_upgrade_is_403(ready: OAuthRig) -> None:
    assert await upgrade(ready, f"oauth_token={ready.signer.access_token}", agent=False) == 403


async def test_a_bearer_is_let_in_by_query_or_header(oauth: OAuthRig) -> None:
    authorization = await bearer(oauth)
    assert await upgrade(oauth, f"bearer_token={authorization.removeprefix('Bearer ')}") == 101
    assert await upgrade(oauth, "", authorization=authorization) == 101
    assert await upgrade(oauth, "bearer_token=nonsense") == 401
