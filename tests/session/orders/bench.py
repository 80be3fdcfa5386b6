"""An order desk on a bench: manual clock, scripted wire, journal on disk or in memory."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from ibtui.domain.account import Account
from ibtui.domain.contracts import Contract
from ibtui.domain.events import AccountsReceived, HealthChanged, OrderReceived
from ibtui.domain.limits import Limits
from ibtui.domain.orders import OrderStatus, Stage, Submission
from ibtui.domain.session import Health, Light
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.errors import Refused
from ibtui.protocol.orders.rows import decode_order_row
from ibtui.protocol.requests import Request
from ibtui.session.orders.desk import OrderDesk
from ibtui.session.orders.journal import Journal
from ibtui.store import Store
from tests.fakes.clock import ManualClock, settle

ACCOUNT = "DU1234567"
CANCEL = "DELETE /iserver/account/.*/order/.*"
MODIFY = "POST /iserver/account/.*/order/[0-9]+"
AAPL = Contract(265598, "AAPL", sec_type="STK", exchange="NASDAQ", currency="USD")
ON = Health(Light.ON, Light.ON, Light.ON, Light.ON)

JOURNALS: list[Journal] = []
"""Every journal of the present test, closed after it (conftest.py)."""
TASKS: list[set[asyncio.Task[None]]] = []
"""The tasks of every bench of the present test, ended after it (conftest.py)."""

Script = object
"""What the wire answers: a JSON value, bytes, an exception to raise, a future of one, or a function of the request."""


def ticket(price: str = "165.30", quantity: str = "100", side: Side = Side.BUY) -> Ticket:
    return Ticket(ACCOUNT, AAPL, side, OrderType.LMT, Decimal(quantity), Decimal(price))


def child(price: str = "180.00", **changes: object) -> Ticket:
    """A profit taker of `ticket()`, attached to it."""
    return replace(ticket(price, side=Side.SELL), is_child=True, **changes)


def stop_child(price: str = "150.00") -> Ticket:
    """Its stop."""
    return child(order_type=OrderType.STP, limit_price=None, stop_price=Decimal(price))


def question(reply_id: str = "q1", *message_ids: str, text: str = "Are you sure?") -> list[dict[str, object]]:
    return [
        {
            "id": reply_id,
            "message": [text],
            "isSuppressed": False,
            "messageIds": list(message_ids or ("o163",)),
            "messageOptions": ["Yes", "No"],
        }
    ]


def accepted(order_id: int = 912091175, status: str = "PreSubmitted") -> list[dict[str, object]]:
    return [{"order_id": str(order_id), "order_status": status, "encrypt_message": "1"}]


def row(order_id: int = 912091175, *, status: str = "Submitted", ref: str = "", **more: object) -> dict[str, object]:
    """A row of live orders as recorded, with its `order_ref` where given."""
    base: dict[str, object] = {
        "acct": ACCOUNT,
        "conid": AAPL.conid,
        "orderId": order_id,
        "orderDesc": "Buy 100 AAPL Limit 165.30, Day",
        "ticker": "AAPL",
        "totalSize": 100.0,
        "filledQuantity": 0.0,
        "remainingQuantity": 100.0,
        "price": "165.30",
        "orderType": "Limit",
        "timeInForce": "CLOSE",
        "status": status,
        "side": "BUY",
    }
    return {**base, **({"order_ref": ref} if ref else {}), **more}


async def _at_once(_request: Request) -> None:
    """Every request's turn has come."""


class ScriptedWire:
    """Answers by script: the first rule whose pattern fits; a rule's answers are used up one by one, the last stays."""

    def __init__(self) -> None:
        self.turn: Callable[[Request], Awaitable[None]] = _at_once
        """Returns when the request may leave, or raises."""
        self.sent: list[Request] = []
        self.before: Callable[[Request], None] = lambda request: None
        """Called when a request would leave."""
        self._rules: list[tuple[re.Pattern[str], list[Script]]] = []
        self.always("GET /iserver/account/orders", {"orders": [], "snapshot": True})
        self.always("GET /iserver/account/trades", [])
        self.always("GET /iserver/account/order/status/.*", Refused("Service Unavailable", status=503))
        self.always("GET /contract/trading-schedule", Refused("Service Unavailable", status=503))
        self.always("GET /iserver/marketdata/snapshot", [{"conid": AAPL.conid}])
        self.always("POST /iserver/questions/suppress(/reset)?", {"status": "submitted"})

    def always(self, pattern: str, *answers: Script) -> None:
        """Answer requests whose "METHOD path" fits the pattern; a newer rule goes before an older one."""
        self._rules.insert(0, (re.compile(pattern), list(answers)))

    async def call(self, request: Request, leaving: Callable[[], None] | None = None) -> bytes:
        await self.turn(request)
        if leaving is not None:
            leaving()
        self.before(request)
        self.sent.append(request)
        line = f"{request.method} {request.path}"
        for pattern, answers in self._rules:
            if pattern.fullmatch(line):
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                return await self._made(answer, request)
        raise AssertionError(f"no script for {line}")

    async def _made(self, answer: Script, request: Request) -> bytes:
        if callable(answer) and not isinstance(answer, type):
            answer = answer(request)
        if isinstance(answer, asyncio.Future):
            answer = await answer
        if isinstance(answer, BaseException):
            raise answer
        return answer if isinstance(answer, bytes) else json.dumps(answer).encode()

    def changing(self, *methods: str) -> list[Request]:
        """The requests that change orders, suppressions aside."""
        found = [request for request in self.sent if request.changes_state and "/questions/" not in request.path]
        return [request for request in found if not methods or request.method in methods]

    def lines(self) -> list[str]:
        return [f"{request.method} {request.path}" for request in self.sent]


@dataclass
class Bench:
    """Everything round one desk."""

    wire: ScriptedWire
    store: Store
    clock: ManualClock
    journal: Journal
    desk: OrderDesk
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def submission(self, key: str) -> Submission:
        return self.store.orders.submissions[key]

    def stage(self, key: str) -> Stage:
        return self.submission(key).stage

    def messages(self) -> str:
        return "\n".join(message.text for message in self.store.messages)

    async def submit(self, *tickets: Ticket) -> str:
        key = self.desk.submit(tickets or (ticket(),))
        await settle()
        return key

    async def answer(self, key: str, *, accepted: bool = True, suppress: bool = False) -> None:
        asked = self.submission(key).question
        assert asked is not None
        self.desk.answer(key, asked.reply_id, accepted=accepted, suppress=suppress)
        await settle()

    def frame(self, told: dict[str, object]) -> None:
        """A `sor` row, applied as the session does."""
        event = decode_order_row(told, received=self.clock.monotonic(), is_list=False, requested=0.0)
        assert isinstance(event, OrderReceived)
        self.store.apply(event)
        self.desk.order_event(event)

    async def kill(self) -> None:
        """End the process without a word to anybody: tasks are gone, the lock is free."""
        for task in self.tasks:
            task.cancel()
        await settle()
        self.journal.close()


def bench(
    folder: Path | None = None,
    *,
    wire: ScriptedWire | None = None,
    clock: ManualClock | None = None,
    read_only: bool = False,
    limits: Limits | None = None,
    health: Health = ON,
) -> Bench:
    """A desk in a brokerage session with one account."""
    wire, clock, store = wire or ScriptedWire(), clock or ManualClock(), Store()
    store.apply(HealthChanged(health))
    store.apply(AccountsReceived((Account(ACCOUNT, is_paper=True),), ACCOUNT))
    journal = Journal(folder, clock)
    JOURNALS.append(journal)
    tasks: set[asyncio.Task[None]] = set()
    TASKS.append(tasks)

    def spawn(work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    desk = OrderDesk(wire, store, clock, journal, read_only, spawn, limits)
    return Bench(wire, store, clock, journal, desk, tasks)


async def cancel(b: Bench, order_id: int = 77) -> str:
    """Ask for a cancellation and let it go its way; gives the submission's key."""
    key = b.desk.cancel(order_id)
    await settle()
    return key


def order_status(b: Bench) -> OrderStatus:
    """Of order 77."""
    return b.store.orders.orders[77].status


def working(b: Bench, *order_ids: int) -> None:
    """Let these orders work; 77 where none is named."""
    for order_id in order_ids or (77,):
        b.frame(row(order_id))
