"""Own working orders and a session that knows them, for the tests of moving them."""

from __future__ import annotations

import pytest
from msgspec.structs import asdict

from ibtui.domain.contracts import ContractRules
from ibtui.domain.events import OrderReceived
from ibtui.domain.orders import LiveOrder, OrderStatus
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.ui.ladder.brackets import NotPossible
from ibtui.ui.ladder.grabbing import Grab, grabbed
from tests.fakes.session import FakeSession
from tests.ui.ladder_market import ACCOUNT, STOCK, D, rules

CENTS_RULES = rules()


def order(order_id: int = 7, kind: str = "Limit", price: str = "271.60", **more: object) -> LiveOrder:
    """A working BUY of 50: a stop where its type waits for one, else a limit."""
    prices: dict[str, object] = (
        {"stop_price": D(price)} if any(word in kind.casefold() for word in ("stop", "trail")) else {}
    )
    told: dict[str, object] = {
        "account": ACCOUNT,
        "conid": STOCK.conid,
        "symbol": "AAPL",
        "side": Side.BUY,
        "order_type": kind,
        "tif": "DAY",
        "quantity": D(50),
        "filled": D(0),
        "remaining": D(50),
        "status": OrderStatus.SUBMITTED,
        **(prices or {"limit_price": D(price)}),
        **more,
    }
    return LiveOrder(order_id, **told)  # type: ignore[arg-type]  # names of LiveOrder's own fields


def trading(*orders: LiveOrder) -> FakeSession:
    """A session in which these orders work."""
    session = FakeSession()
    for each in orders:
        told = {name: value for name, value in asdict(each).items() if name != "order_id"}
        session.store.apply(OrderReceived(each.order_id, {k: v for k, v in told.items() if k != "received"}, 999.0))
        session.orders.sent[each.order_id] = sent(each)
    return session


def sent(each: LiveOrder) -> Ticket:
    """The ticket it was placed with, with attributes that no row tells."""
    kind = {"Limit": OrderType.LMT, "Stop": OrderType.STP, "STOP_LIMIT": OrderType.STOP_LIMIT}.get(each.order_type)
    return Ticket(
        ACCOUNT,
        STOCK,
        each.side or Side.BUY,
        kind or OrderType.TRAIL,
        D(50),
        each.limit_price,
        each.stop_price,
        route="ARCA",
        referrer="R",
        all_or_none=True,
        is_child=bool(each.parent_id),
    )


def take(session: FakeSession, order_id: int = 7, known: ContractRules | None = CENTS_RULES) -> Grab:
    return grabbed(session.store.orders.orders[order_id], STOCK, known, session)


def tell(session: FakeSession, changes: dict[str, object], order_id: int = 7) -> None:
    session.store.apply(OrderReceived(order_id, changes, 1000.0))


def refused(session: FakeSession, order_id: int = 7, known: ContractRules | None = CENTS_RULES) -> str:
    with pytest.raises(NotPossible) as caught:
        take(session, order_id, known)
    return str(caught.value)


def bracket() -> tuple[LiveOrder, LiveOrder, LiveOrder]:
    return (
        order(7, order_ref="abc"),
        order(8, price="271.68", side=Side.SELL, parent_id="7"),
        order(9, "Stop", "271.54", side=Side.SELL, parent_id="abc", status=OrderStatus.PRE_SUBMITTED),
    )
