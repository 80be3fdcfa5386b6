"""Every request the protocol can build has the priority its kind demands."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from decimal import Decimal

import pytest

import ibtui.protocol
from ibtui.domain.contracts import Contract
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.protocol.fyi import Device
from ibtui.protocol.requests import Priority, Request

TICKET = Ticket("U1", Contract(265598, "AAPL", sec_type="STK"), Side.BUY, OrderType.LMT, Decimal(1), Decimal(2))
GENERIC = {"get", "post", "put", "delete"}
"""Of `requests`: what the builders are made of."""

KINDS: dict[Priority, set[str]] = {
    Priority.CANCEL: {"orders.requests.cancel"},
    Priority.REPLY: {"orders.requests.reply", "orders.requests.answer_prompt"},
    Priority.ORDER: {"orders.requests.place", "orders.requests.place_again", "orders.requests.modify"},
    Priority.STATUS: {
        "orders.requests.live_orders",
        "orders.requests.order_status",
        "orders.requests.trades",
        "orders.requests.suppress",
        "orders.requests.reset_suppressed",
        "session.tickle",
        "session.auth_status",
        "session.init_brokerage",
        "session.reauthenticate",
        "session.validate",
        "session.logout",
        "session.accounts",
        "session.switch_account",
    },
    Priority.PREFETCH: {"history.history", "fyi.unread"},
}
"""All others are what a person looks at."""

ARGUMENTS: dict[str, object] = {
    "account": "U1",
    "accounts": ("U1",),
    "asset_class": "STK",
    "bar": "1h",
    "body": b"{}",
    "code": "SM",
    "compete": False,
    "confirmed": True,
    "conid": 1,
    "conids": (1,),
    "currency": "USD",
    "device": Device("phone"),
    "device_id": "d1",
    "enabled": True,
    "exchange": "NYSE",
    "fyi_id": "1",
    "is_buy": True,
    "last_id": "1",
    "list_id": "1",
    "message_ids": ("o163",),
    "month": "JAN27",
    "name": "list",
    "option": "Yes",
    "order_id": 5,
    "order_ref": "ibtui-1",
    "page": 0,
    "period": "1d",
    "reply_id": "r1",
    "request_id": "1",
    "rows": (1,),
    "sec_type": "OPT",
    "symbol": "AAPL",
    "symbols": ("AAPL",),
    "text": "AAPL",
    "ticket": TICKET,
    "tickets": (TICKET,),
}


def builders() -> dict[str, Callable[..., Request]]:
    """Every function of the protocol that gives a request, by module and name."""
    found: dict[str, Callable[..., Request]] = {}
    for module in pkgutil.walk_packages(ibtui.protocol.__path__, "ibtui.protocol."):
        loaded = importlib.import_module(module.name)
        for name, value in vars(loaded).items():
            is_own = inspect.isfunction(value) and value.__module__ == module.name and not name.startswith("_")
            if is_own and inspect.signature(value).return_annotation == "Request":
                found[f"{module.name.removeprefix('ibtui.protocol.')}.{name}"] = value
    return {name: build for name, build in found.items() if name not in {f"requests.{one}" for one in GENERIC}}


def made(build: Callable[..., Request]) -> Request:
    wanted = inspect.signature(build).parameters.values()
    arguments = {one.name: ARGUMENTS[one.name] for one in wanted if one.default is inspect.Parameter.empty}
    return build(**arguments)


BUILDERS = builders()


@pytest.mark.parametrize("name", BUILDERS)
def test_a_builder_gives_its_requests_the_priority_of_their_kind(name: str) -> None:
    expected = next((priority for priority, names in KINDS.items() if name in names), Priority.SCREEN)
    assert made(BUILDERS[name]).priority is expected


def test_every_builder_that_is_named_exists() -> None:
    assert set().union(*KINDS.values()) <= set(BUILDERS)


def test_what_changes_orders_is_urgent_and_nothing_that_only_reads_is() -> None:
    requests = [made(build) for build in BUILDERS.values()]
    settings = {"/iserver/questions/suppress", "/iserver/questions/suppress/reset"}
    assert {r.path for r in requests if r.changes_state and not r.priority.is_urgent} == settings
    assert not [r for r in requests if r.is_reading and r.priority.is_urgent]


def test_what_is_compared_with_the_time_of_asking_is_never_taken_from_an_earlier_request() -> None:
    fresh = {name for name, build in BUILDERS.items() if made(build).fresh}
    lists = {"orders.requests.live_orders", "orders.requests.order_status", "orders.requests.trades"}
    assert fresh == lists | {"session.validate", "session.accounts", "market.unsubscribe_all"}


def test_the_order_of_urgency_is_the_issues() -> None:
    assert [priority.name for priority in sorted(Priority)] == [
        "CANCEL",
        "REPLY",
        "ORDER",
        "STATUS",
        "SCREEN",
        "PREFETCH",
    ]
