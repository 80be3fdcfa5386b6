"""`--read-only` proven: no intent there is can make a request leave that would change something."""

from __future__ import annotations

import inspect
import sqlite3
import typing
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from ibtui.clock import SystemClock
from ibtui.domain.contracts import Contract
from ibtui.domain.events import NoticeReceived, OrderReceived, QuoteReceived
from ibtui.domain.notices import Notice
from ibtui.domain.orders import Intent, OrderStatus, Stage, Submission
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.errors import ReadOnly
from ibtui.protocol import fyi, watchlists
from ibtui.protocol.orders import requests
from ibtui.protocol.requests import Request
from ibtui.session import intents
from ibtui.session.orders.journal import FILE_NAME, Journal
from ibtui.transport.guard import HARMLESS, refuse_changes
from tests.session.orders.bench import bench as desk_bench
from tests.session.scripted import ACCOUNT, Bench

ORDER = 77
TICKET = Ticket(
    ACCOUNT, Contract(265598, "AAPL", sec_type="STK"), Side.BUY, OrderType.LMT, Decimal(100), Decimal("165.30")
)
PROMPT = Notice("p1", "Use it?", order_id=ORDER, request_id="1", options=("Yes", "No"))
LEFT_OPEN = Submission("ibtui-261118-AAAAAAA", Intent.PLACE, ACCOUNT, Stage.SENT, (TICKET,))

ARGUMENTS: dict[str, object] = {
    "owner": "watch",
    "conids": (1,),
    "conid": 1,
    "text": "AAPL",
    "side": Side.BUY,
    "tickets": (TICKET,),
    "order_id": ORDER,
    "ticket": TICKET,
    "account": ACCOUNT,
    "key": LEFT_OPEN.key,
    "reply_id": "q1",
    "accepted": True,
    "keep": True,
    "fyi_id": "f1",
    "code": "PF",
    "notice": PROMPT,
    "option": "Yes",
    "list_id": "101",
    "name": "new",
    "offset": 1,
    "fingerprint": "sha256:00",
    "exchange": "SMART",
    "contract": TICKET.contract,
    "reverse": True,
    "market": True,
    "collar_ticks": 10,
    "suppress": True,
}
"""What an argument of that name is given; an intent with another one makes the test below fail until it is added."""


def facades() -> dict[str, type]:
    """The parts of the session's facade by their names, from the Protocol itself."""
    found: dict[str, type] = {}
    for name, member in inspect.getmembers(intents.Session, lambda member: isinstance(member, property)):
        kind = typing.get_type_hints(member.fget)["return"]
        if isinstance(kind, type) and kind.__module__ == intents.__name__:
            found[name] = kind
    return found


def intents_of_the_session() -> list[tuple[str, str]]:
    return [
        (facade, name)
        for facade, kind in facades().items()
        for name, member in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    ]


def arguments_of(call: Callable[..., object]) -> tuple[list[object], dict[str, object]]:
    plain: list[object] = []
    named: dict[str, object] = {}
    for parameter in inspect.signature(call).parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            if parameter.default is inspect.Parameter.empty or parameter.name in ARGUMENTS:
                named[parameter.name] = ARGUMENTS[parameter.name]
        elif parameter.default is inspect.Parameter.empty or parameter.name in ARGUMENTS:
            plain.append(ARGUMENTS[parameter.name])
    return plain, named


def left_by_an_earlier_run(folder: Path) -> None:
    journal = Journal(folder, SystemClock())
    journal.begin(LEFT_OPEN, "sent", b"{}")
    journal.close()


def contents(folder: Path) -> list[tuple[object, ...]]:
    base = sqlite3.connect(f"file:{folder / FILE_NAME}?mode=ro", uri=True)
    try:
        submissions = base.execute("SELECT * FROM submissions").fetchall()
        return [*submissions, *base.execute("SELECT * FROM steps").fetchall()]
    finally:
        base.close()


def locks(folder: Path) -> list[Path]:
    return list(folder.glob("*.lock"))


def test_the_facade_is_the_whole_of_what_a_person_may_ask_for() -> None:
    protocols = {
        member
        for _, member in inspect.getmembers(intents, inspect.isclass)
        if member.__module__ == intents.__name__ and member is not intents.Session
    }
    assert set(facades().values()) == protocols
    assert {"submit", "modify", "cancel", "cancel_all", "close_position", "answer", "send_again"} <= {
        name for facade, name in intents_of_the_session() if facade == "orders"
    }


async def asked_for(facade: str, name: str, folder: Path, *, read_only: bool) -> list[Request]:
    """Everything that reached the gateway of a session of which one intent was asked."""
    bench = Bench(read_only=read_only, account=ACCOUNT, state=folder)
    await bench.connect()
    told = {"account": ACCOUNT, "conid": 265598, "side": Side.BUY, "status": OrderStatus.SUBMITTED}
    bench.store.apply(OrderReceived(ORDER, told, bench.clock.monotonic()))
    bench.store.apply(NoticeReceived(PROMPT))
    bench.store.apply(
        QuoteReceived(265598, {"bid": Decimal("165.28"), "ask": Decimal("165.30")}, bench.clock.monotonic())
    )
    asked = getattr(getattr(bench.session, facade), name)
    plain, named = arguments_of(asked)
    asked(*plain, **named)
    await bench.clock.advance(30.0)
    await bench.session.close()
    return [Request(method, path) for method, path in (line.split(" ", 1) for line in bench.gateway.asked())]


def changing(sent: list[Request]) -> list[str]:
    return [request.key for request in sent if request.method != "GET" and request.key not in HARMLESS]


@pytest.mark.parametrize(("facade", "name"), intents_of_the_session(), ids=".".join)
async def test_no_intent_makes_a_changing_request_leave(facade: str, name: str, tmp_path: Path) -> None:
    left_by_an_earlier_run(tmp_path)
    before = contents(tmp_path)
    sent = await asked_for(facade, name, tmp_path, read_only=True)
    assert sent, "the gateway notes what it is asked"
    assert changing(sent) == []
    assert contents(tmp_path) == before
    assert locks(tmp_path) == []


@pytest.mark.parametrize(
    ("facade", "name", "request_key"),
    [
        ("orders", "submit", "POST /iserver/account/{}/orders"),
        ("orders", "cancel", "DELETE /iserver/account/{}/order/{}"),
        ("orders", "close_position", "DELETE /iserver/account/{}/order/{}"),
        ("inbox", "answer_prompt", "POST /iserver/notification"),
        ("lists", "create", "POST /iserver/watchlist"),
    ],
)
async def test_the_same_walk_without_read_only_changes_things(
    facade: str, name: str, request_key: str, tmp_path: Path
) -> None:
    assert request_key in changing(await asked_for(facade, name, tmp_path, read_only=False))


@pytest.mark.parametrize("name", [name for facade, name in intents_of_the_session() if facade == "orders"])
async def test_the_desk_sends_nothing_even_on_a_wire_that_would_let_it_pass(name: str, tmp_path: Path) -> None:
    b = desk_bench(tmp_path, read_only=True)
    b.store.apply(OrderReceived(ORDER, {"account": ACCOUNT, "side": Side.BUY, "status": OrderStatus.SUBMITTED}, 1.0))
    await b.desk.started()
    plain, named = arguments_of(getattr(b.desk, name))
    b.wire.always("POST /iserver/account/.*/orders/whatif", {})
    getattr(b.desk, name)(*plain, **named)
    await b.clock.advance(30.0)
    assert [request for request in b.wire.sent if request.changes_state] == []
    assert not (tmp_path / FILE_NAME).exists()


async def test_what_earlier_runs_left_open_is_shown_and_left_to_the_run_that_sends(tmp_path: Path) -> None:
    left_by_an_earlier_run(tmp_path)
    before = contents(tmp_path)
    b = desk_bench(tmp_path, read_only=True)
    await b.desk.started()
    shown = b.submission(LEFT_OPEN.key)
    assert (shown.stage, shown.message, shown.tickets) == (Stage.UNKNOWN, "sent when ibtui ended", (TICKET,))
    b.desk.close_unknown(LEFT_OPEN.key)
    assert b.stage(LEFT_OPEN.key) is Stage.UNKNOWN
    assert "stays open" in b.messages()
    event = OrderReceived(ORDER, {"order_ref": LEFT_OPEN.key, "status": OrderStatus.SUBMITTED}, 2000.0)
    b.store.apply(event)
    b.desk.order_event(event)
    assert b.stage(LEFT_OPEN.key) is Stage.ACKNOWLEDGED, "it is looked for all the same"
    assert contents(tmp_path) == before
    journal = Journal(tmp_path, b.clock)
    assert len(journal.adopt({ACCOUNT})) == 1
    journal.close()


BUILDERS = {
    name: build
    for name, build in inspect.getmembers(requests, inspect.isfunction)
    if build.__module__ == requests.__name__ and not name.startswith("_")
}
VALUES: dict[str, object] = {
    "tickets": (TICKET,),
    "ticket": TICKET,
    "order_ref": "ref",
    "account": ACCOUNT,
    "body": b"{}",
    "reply_id": "a1b2",
    "confirmed": True,
    "order_id": ORDER,
    "message_ids": ("o163",),
    "conid": 1,
    "request_id": "1",
    "option": "Yes",
}
READING = {"preview", "live_orders", "order_status", "trades", "warm_snapshot"}


def built(build: Callable[..., Request]) -> Request:
    plain, named = [], {}
    for parameter in inspect.signature(build).parameters.values():
        if parameter.default is not inspect.Parameter.empty:
            continue
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            named[parameter.name] = VALUES[parameter.name]
        else:
            plain.append(VALUES[parameter.name])
    return build(*plain, **named)


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_the_guard_refuses_every_request_about_orders_that_is_not_a_reading(name: str) -> None:
    request = built(BUILDERS[name])
    if name in READING:
        refuse_changes(request)
        assert not request.changes_state
    else:
        with pytest.raises(ReadOnly):
            refuse_changes(request)
        assert request.changes_state


@pytest.mark.parametrize(
    "request_made",
    [fyi.mark_read("f1"), fyi.accept_disclaimer("PF"), watchlists.remove("101"), watchlists.create("7", "new", ())],
    ids=lambda request: request.key,
)
def test_the_guard_refuses_what_changes_the_users_things(request_made: Request) -> None:
    with pytest.raises(ReadOnly):
        refuse_changes(request_made)
