"""Websocket frames as values; whatever comes, `decode_frame` gives one and never raises.

Sources: "Websockets" of IBKR's documents, wire-facts 2, 3, 4 and 6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
from msgspec import Struct

from ibtui.domain.events import (
    AccountsReceived,
    BulletinReceived,
    ExecutionReceived,
    HistoryReceived,
    LadderReceived,
    LedgerReceived,
    NoticeReceived,
    OrderReceived,
    PnlReceived,
    QuoteReceived,
    SummaryReceived,
)
from ibtui.errors import Garbled
from ibtui.protocol.bodies import Json, first_text, flag_of, object_of, parse, rows_of, text_of
from ibtui.protocol.history import history_of
from ibtui.protocol.ladder import ladder_of
from ibtui.protocol.market import conid_of, quote_of
from ibtui.protocol.notices import bulletins_of, notices_of
from ibtui.protocol.numbers import whole_or_none
from ibtui.protocol.orders.rows import decode_execution, decode_order_row
from ibtui.protocol.portfolio import ledger_of, pnl_of, summary_of
from ibtui.protocol.session import AuthStatus, accounts_of, status_of
from ibtui.protocol.topics import target

MoneyEvent = PnlReceived | SummaryReceived | LedgerReceived


class MarketFrame(Struct, frozen=True):
    """`smd`; no event when the instrument cannot be told."""

    events: tuple[QuoteReceived, ...]


class LadderFrame(Struct, frozen=True):
    """`sbd`."""

    events: tuple[LadderReceived, ...]


class HistoryFrame(Struct, frozen=True):
    """`smh`; `server_id` is what ends the request."""

    server_id: str
    events: tuple[HistoryReceived, ...]


class OrdersFrame(Struct, frozen=True):
    """`sor`."""

    events: tuple[OrderReceived, ...]


class TradesFrame(Struct, frozen=True):
    """`str`."""

    events: tuple[ExecutionReceived, ...]


class MoneyFrame(Struct, frozen=True):
    """`spl`, `ssd`, `sld`."""

    events: tuple[MoneyEvent, ...]


class NoticesFrame(Struct, frozen=True):
    """`ntf`, `blt`."""

    events: tuple[NoticeReceived | BulletinReceived, ...]


class AccountsFrame(Struct, frozen=True):
    """`act`."""

    events: tuple[AccountsReceived, ...]


class StatusFrame(Struct, frozen=True):
    """`sts`; what it does not tell is None and must not overwrite."""

    status: AuthStatus


class SystemReady(Struct, frozen=True):
    """`system` with the user's name: from now on subscriptions are heard, before it they are thrown away."""

    user: str
    is_paper: bool | None = None


class Heartbeat(Struct, frozen=True):
    """`system` with Unix milliseconds, every 10 s."""

    ms: int


class Tic(Struct, frozen=True):
    """Answer to `tic`, four times over; `session` is the one of `/tickle`."""

    session: str
    is_alive: bool | None = None


class Confirmation(Struct, frozen=True):
    """A message without a topic: "waiting for session", "unsubscribed from summary"."""

    text: str


class ErrorFrame(Struct, frozen=True):
    """An error, of a subscription when it has a topic."""

    topic: str
    text: str
    code: int | None = None


class Unknown(Struct, frozen=True):
    """Anything else, as an excerpt for the log."""

    text: str


Frame = (
    MarketFrame
    | LadderFrame
    | HistoryFrame
    | OrdersFrame
    | TradesFrame
    | MoneyFrame
    | NoticesFrame
    | AccountsFrame
    | StatusFrame
    | SystemReady
    | Heartbeat
    | Tic
    | Confirmation
    | ErrorFrame
    | Unknown
)


class _Context(Struct, frozen=True):
    """What a frame does not say itself."""

    topic: str
    received: float
    generation: int
    account: str


_DECODER = msgspec.json.Decoder()
_EXCERPT = 200


def decode_frame(raw: bytes | str, *, received: float, generation: int = 0, account: str = "") -> Frame:
    """One frame, binary or text.

    `received` is monotonic seconds; `generation` that of the ladder shown now, put into ladder events; `account` the
    one whose summary or ledger is subscribed, for frames that do not name it. Never raises for what `raw` holds.
    """
    try:
        payload: object = _DECODER.decode(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        try:
            payload = parse(raw)
        except Garbled as garbled:
            return Unknown(garbled.detail)
    if not isinstance(payload, dict):
        return Unknown(_excerpt(raw))
    topic = payload.get("topic")
    if type(topic) is str and topic.startswith("smd") and "error" not in payload:
        quote = quote_of(payload, received=received)
        return MarketFrame(() if quote is None else (quote,))
    return _decode_other(payload, topic, raw, received, generation, account)


def _decode_other(
    payload: Json, topic: object, raw: bytes | str, received: float, generation: int, account: str
) -> Frame:
    named = topic if isinstance(topic, str) else ""
    error = payload.get("error")
    if named == "error" or error:
        return _error(payload, named)
    handler = _HANDLERS.get(named.partition("+")[0])
    frame = handler(payload, _Context(named, received, generation, account)) if handler is not None else None
    if frame is None and not named:
        frame = _without_topic(payload)
    return Unknown(_excerpt(raw)) if frame is None else frame


def _error(payload: Json, topic: str) -> ErrorFrame:
    source = payload if payload.get("error") or payload.get("message") else object_of(payload.get("args")) or payload
    text = first_text(source, "error", "message", "text") or "the gateway reported an error"
    return ErrorFrame("" if topic == "error" else text_of(topic), text, whole_or_none(source.get("code")))


def _without_topic(payload: Json) -> Frame | None:
    text = first_text(payload, "message", "result")
    return Confirmation(text) if text else None


def _system(payload: Json, _context: _Context) -> Frame | None:
    beat = whole_or_none(payload.get("hb"))
    if beat is not None:
        return Heartbeat(beat)
    user = text_of(payload.get("success"))
    return SystemReady(user, flag_of(payload.get("isPaper"))) if user else None


def _tic(payload: Json, _context: _Context) -> Frame:
    return Tic(text_of(payload.get("id")), flag_of(payload.get("alive")))


def _status(payload: Json, _context: _Context) -> Frame:
    return StatusFrame(status_of(object_of(payload.get("args"))))


def _accounts(payload: Json, _context: _Context) -> Frame | None:
    event = accounts_of(object_of(payload.get("args")))
    return AccountsFrame((event,)) if event.accounts else None


def _ladder(payload: Json, context: _Context) -> Frame:
    event = ladder_of(payload, context.topic, generation=context.generation, received=context.received)
    return LadderFrame(() if event is None else (event,))


def _history(payload: Json, context: _Context) -> Frame | None:
    conid = conid_of({"conid": payload.get("conid"), "conidEx": next(iter(target(context.topic)), None)})
    if conid is None:
        return None
    history = history_of(payload, conid, received=context.received)
    return HistoryFrame(text_of(payload.get("serverId")), (HistoryReceived(history),))


def _orders(payload: Json, context: _Context) -> Frame:
    received = context.received
    rows = rows_of(payload.get("args"))
    events = (decode_order_row(row, received=received, is_list=False, requested=0.0) for row in rows)
    return OrdersFrame(tuple(event for event in events if event is not None))


def _trades(payload: Json, _context: _Context) -> Frame:
    found = (decode_execution(row) for row in rows_of(payload.get("args")))
    return TradesFrame(tuple(ExecutionReceived(execution) for execution in found if execution is not None))


def _pnl(payload: Json, context: _Context) -> Frame:
    return MoneyFrame(pnl_of(payload.get("args"), received=context.received))


def _summary(payload: Json, context: _Context) -> Frame:
    event = summary_of(rows_of(payload.get("result")), _owner(context))
    return MoneyFrame((event,) if event.account and event.lines else ())


def _ledger(payload: Json, context: _Context) -> Frame:
    event = ledger_of(rows_of(payload.get("result")), _owner(context))
    lines = tuple(line for line in event.lines if line.account)
    return MoneyFrame((LedgerReceived(lines),) if lines else ())


def _notices(payload: Json, context: _Context) -> Frame:
    return NoticesFrame(notices_of(payload.get("args"), received=context.received))


def _bulletins(payload: Json, context: _Context) -> Frame:
    return NoticesFrame(bulletins_of(payload.get("args"), received=context.received))


def _results(payload: Json, context: _Context) -> Frame | None:
    """Summary or ledger without their topic, as the documents show them; told apart by their keys."""
    rows = rows_of(payload.get("result"))
    if not rows or not all(text_of(row.get("key")) for row in rows):
        return None
    is_ledger = any(text_of(row.get("key")).startswith("LedgerList") for row in rows)
    return _ledger(payload, context) if is_ledger else _summary(payload, context)


def _owner(context: _Context) -> str:
    named = target(context.topic)
    return named[0] if named and named[0] else context.account


_HANDLERS: Mapping[str, Callable[[Json, _Context], Frame | None]] = {
    "system": _system,
    "tic": _tic,
    "sts": _status,
    "act": _accounts,
    "sbd": _ladder,
    "smh": _history,
    "sor": _orders,
    "str": _trades,
    "spl": _pnl,
    "ssd": _summary,
    "sld": _ledger,
    "ntf": _notices,
    "blt": _bulletins,
    "": _results,
}


def _excerpt(raw: bytes | str) -> str:
    text = raw[:_EXCERPT] if isinstance(raw, str) else raw[:_EXCERPT].decode(errors="replace")
    return text_of(text, limit=_EXCERPT)
