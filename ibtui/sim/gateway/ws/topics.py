"""Which topics there are, and what is done for each message about one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ibtui.sim.gateway.ws.accounts import LedgerStream, ProfitStream, SummaryStream
from ibtui.sim.gateway.ws.history import MOST, HistoryStream
from ibtui.sim.gateway.ws.ladder import LadderStream
from ibtui.sim.gateway.ws.orders import OrderStream
from ibtui.sim.gateway.ws.quotes import QuoteStream
from ibtui.sim.gateway.ws.subscription import Message, Subscription
from ibtui.sim.gateway.ws.trades import TradeStream

if TYPE_CHECKING:
    from ibtui.sim.gateway.ws.connection import Connection

COPIES = 4
"""Each `tic` is answered four times over (wire-facts §2)."""
_BROKERAGE = ("smd", "smh", "sbd", "sor", "str")
_STREAMS: dict[str, tuple[Callable[[Connection, Message], Subscription], int]] = {
    "smd": (QuoteStream, 1),
    "sbd": (LadderStream, 2),
    "sor": (OrderStream, 0),
    "str": (TradeStream, 0),
    "spl": (ProfitStream, 0),
    "ssd": (SummaryStream, 1),
    "sld": (LedgerStream, 1),
}
"""Stream and number of targets it needs, by topic."""
_CONFIRMED: dict[str, str] = {"usd": "unsubscribed from summary", "uld": "unsubscribed from ledger"}
"""The only cancellations of these that are confirmed; `umd`, `ubd`, `uor`, `upl` and `utr` are not (wire-facts §2)."""
_CANCELS = {"umd": "smd", "ubd": "sbd", "uor": "sor", "utr": "str", "upl": "spl", "usd": "ssd", "uld": "sld"}
_WITHOUT_TARGET = frozenset({"sor", "str", "spl"})


def needs_brokerage(key: str) -> bool:
    """Whether a subscription lives only while there is a brokerage session."""
    return key[:3] in _BROKERAGE


def handle(connection: Connection, message: Message) -> None:
    """Do what a message asks for; an unknown topic is answered with an error frame."""
    if message.verb == "tic":
        _answer_tic(connection)
    elif message.verb == "ech":
        return
    elif message.verb == "smh":
        _open_history(connection, message)
    elif message.verb == "umh":
        _close_history(connection, message)
    elif message.verb in _STREAMS:
        _open(connection, message)
    elif message.verb in _CANCELS:
        _cancel(connection, message)
    else:
        connection.send({"error": f"Topic unknown '{message.verb}'", "code": 1})


def _open(connection: Connection, message: Message) -> None:
    stream, targets = _STREAMS[message.verb]
    if not _has_session(connection, message) or _unable(connection, message):
        return
    if len(message.targets) < targets:
        connection.refuse(message.topic, f"Topic target is missing: {message.topic}")
        return
    connection.subscribe(stream(connection, message))


def _cancel(connection: Connection, message: Message) -> None:
    topic = _CANCELS[message.verb]
    target = "" if topic in _WITHOUT_TARGET or not message.targets else f"+{message.targets[0]}"
    connection.unsubscribe(topic + target)
    if message.verb in _CONFIRMED:
        connection.send({"result": _CONFIRMED[message.verb]})


def _open_history(connection: Connection, message: Message) -> None:
    if not _has_session(connection, message) or _unable(connection, message):
        return
    if sum(key.startswith("smh+") for key in connection.subscriptions) >= MOST:
        connection.refuse(message.topic, f"Max {MOST} concurrent historical data requests", 429)
        return
    server_id = str(30_000 + connection.gateway.random.getrandbits(20))
    stream = HistoryStream(connection, message, server_id)
    connection.subscribe(stream)
    if stream.alive and not stream.open:
        connection.unsubscribe(stream.key)


def _close_history(connection: Connection, message: Message) -> None:
    server_id = message.targets[0] if message.targets else ""
    if connection.unsubscribe(f"smh+{server_id}"):
        connection.send({"message": f"Unsubscribed {server_id}"})
    else:
        connection.refuse(message.topic, f"Unknown serverId {server_id}")


def _has_session(connection: Connection, message: Message) -> bool:
    if connection.gateway.login.authenticated or connection.stale or not needs_brokerage(message.verb):
        return True
    connection.send({"error": "unable to subscribe", "code": 500, "topic": message.topic})
    return False


def _unable(connection: Connection, message: Message) -> bool:
    """Refuse a subscription without a reason, while an event wants it; a stale socket is not even told."""
    if connection.stale or not connection.gateway.day.unable(message.verb):
        return False
    connection.send({"error": "unable to subscribe", "code": 500, "topic": message.topic})
    return True


def _answer_tic(connection: Connection) -> None:
    login = connection.gateway.login
    login.last_request_ms = connection.gateway.clock.ms()
    for _ in range(COPIES):
        connection.send(
            {"topic": "tic", "alive": True, "id": connection.session, "lastAccessed": connection.gateway.now_ms}
        )
