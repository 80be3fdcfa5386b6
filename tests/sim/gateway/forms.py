"""Tickets of every form, for a rig that asks no questions."""

from __future__ import annotations

from tests.sim.gateway.rig import AAPL, ACCOUNT, Rig, Tree

ES, KO, BTC, ETH, EUR = 515416632, 8894, 479624278, 495759171, 12087792
USD_SPREAD = 28812380
ORDERS = f"/iserver/account/{ACCOUNT}/orders"
_ASKED = ["o354", "o163", "o10153", "o403", "o382", "o383", "o451", "o10151", "o10288", "o10331", "o10164", "o10223"]


async def quiet(rig: Rig) -> Rig:
    """Suppress every question."""
    await rig.post("/iserver/questions/suppress", {"messageIds": _ASKED})
    return rig


def ticket(**changes: object) -> dict[str, Tree]:
    """A market order to buy one share of AAPL, changed; None takes a key away."""
    whole = {"conid": AAPL, "side": "BUY", "orderType": "MKT", "tif": "DAY", "quantity": 1} | changes
    return {key: value for key, value in whole.items() if value is not None}


async def send(rig: Rig, *tickets: dict[str, Tree], account: str = ACCOUNT) -> Tree:
    """The answer to placing tickets."""
    return await rig.post(f"/iserver/account/{account}/orders", {"orders": list(tickets)})


async def placed(rig: Rig, *tickets: dict[str, Tree], account: str = ACCOUNT) -> list[int]:
    """Ids of tickets that are taken, half a second later."""
    answer = await send(rig, *tickets, account=account)
    assert isinstance(answer, list), answer
    rig.advance(500)
    return [int(row["order_id"]) for row in answer]


async def row_of(rig: Rig, order_id: int) -> dict[str, Tree]:
    """The order's row in the live orders."""
    rig.gateway.login.brokerage.warmed.add("/iserver/account/orders")
    rows: list[dict[str, Tree]] = (await rig.get("/iserver/account/orders"))["orders"]
    return next(row for row in rows if row["orderId"] == order_id)


async def status_of(rig: Rig, order_id: int) -> dict[str, Tree]:
    """The answer of the order status."""
    row: dict[str, Tree] = await rig.get(f"/iserver/account/order/status/{order_id}")
    return row
