"""A what-if is asked about the whole submission, each instrument of it warmed up before."""

from __future__ import annotations

import json
from decimal import Decimal

from msgspec.structs import replace

from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.session.orders.previews import PREVIEW_REF, Previews
from ibtui.store import Store
from tests.order_forms import AAPL, ACCOUNT, MSFT, SPREAD
from tests.session.orders.bench import ScriptedWire

D = Decimal
LMT = Ticket(ACCOUNT, AAPL, Side.BUY, OrderType.LMT, D(100), D("265.30"))
WHAT_IF = f"POST /iserver/account/{ACCOUNT}/orders/whatif"
ANSWER = {"amount": {"amount": "26,530 USD", "commission": "1 USD", "total": "26,531 USD"}, "error": None}


async def asked(*tickets: Ticket) -> tuple[list[str], list[dict[str, object]]]:
    """Conids of the snapshots taken, and the orders of the what-if."""
    wire, store = ScriptedWire(), Store()
    wire.always(WHAT_IF, ANSWER)
    previews = Previews(wire, store)
    await previews.ask(previews.open(tickets))
    assert store.orders.preview is not None
    assert store.orders.preview.impact is not None
    *snapshots, last = wire.sent
    return [dict(request.query)["conids"] for request in snapshots], json.loads(last.body or b"")["orders"]


async def test_a_single_order_is_asked_about_without_a_reference() -> None:
    snapshots, (order,) = await asked(LMT)
    assert snapshots == ["265598"]
    assert "cOID" not in order


async def test_a_bracket_is_asked_about_as_one() -> None:
    child = replace(LMT, side=Side.SELL, limit_price=D(290), is_child=True)
    snapshots, orders = await asked(LMT, child)
    assert snapshots == ["265598"]
    assert [(order.get("cOID"), order.get("parentId")) for order in orders] == [
        (PREVIEW_REF, None),
        (None, PREVIEW_REF),
    ]


async def test_of_a_combination_the_legs_are_warmed_up_not_the_spread_conid() -> None:
    snapshots, (order,) = await asked(replace(LMT, contract=SPREAD, limit_price=D("-212.50")))
    assert snapshots == ["265598", "272093"]
    assert order["conidex"] == "28812380;;;265598/1,272093/-1"


async def test_of_a_group_every_instrument_is_warmed_up() -> None:
    one = replace(LMT, single_group=True)
    snapshots, orders = await asked(one, replace(one, contract=MSFT))
    assert snapshots == ["265598", "272093"]
    assert [order["cOID"] for order in orders] == [PREVIEW_REF, f"{PREVIEW_REF}-2"]
