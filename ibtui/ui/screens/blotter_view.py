"""Rows of the blotter: pure functions from orders, submissions and executions to cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from math import inf

from ibtui.domain.contracts import Contract
from ibtui.domain.orders import Execution, Intent, LiveOrder, OrderStatus, Stage, Submission
from ibtui.domain.tickets import Side
from ibtui.store import Store
from ibtui.ui.formatting import MISSING, clock_time, countdown, money, price, quantity
from ibtui.ui.order_words import instrument_words, type_word
from ibtui.ui.waiting import boxed_seconds
from ibtui.ui.watch_view import STATUS_STYLES
from ibtui.ui.widgets.columns import Align, Cell, Column, SortValue
from ibtui.ui.widgets.rows import Key, shown_value

ORDER_COLUMNS = (
    Column("side", "Side", 4),
    Column("filled", "Filled", 7, Align.RIGHT),
    Column("symbol", "Symbol", 7, most=16),
    Column("type", "Type", 4, most=9),
    Column("limit", "Limit", 8, Align.POINT),
    Column("stop", "Stop", 8, Align.POINT),
    Column("tif", "TIF", 3, priority=2),
    Column("average", "Avg", 8, Align.POINT, priority=4),
    Column("status", "Status", 12, flex=1, most=30),
    Column("time", "Time", 8, priority=3),
    Column("id", "Order", 8, Align.RIGHT, priority=5),
)

EXECUTION_COLUMNS = (
    Column("time", "Time", 8),
    Column("side", "Side", 4),
    Column("size", "Size", 6, Align.RIGHT),
    Column("symbol", "Symbol", 7, most=16),
    Column("price", "Price", 8, Align.POINT),
    Column("commission", "Commission", 10, Align.POINT),
    Column("net", "Net", 12, Align.POINT, priority=1),
    Column("exchange", "Exchange", 8, priority=2, flex=1),
    Column("id", "Order", 8, Align.RIGHT, priority=3),
)

STAGE_WORDS = {
    Stage.QUEUED: ("waits for its turn", "warn"),
    Stage.SENT: ("sent, no answer yet", "warn"),
    Stage.ASKING: ("question open", "warn"),
    Stage.REPLYING: ("answer sent", "warn"),
    Stage.DECLINED: ("declined, not sent", "dim"),
    Stage.REJECTED: ("Rejected", "bad"),
    Stage.UNKNOWN: ("OUTCOME UNKNOWN", "bad"),
    Stage.CLOSED: ("closed by you", "dim"),
}
"""What a submission that has no order id yet says, and in which style."""

ORDER_STYLES = STATUS_STYLES | {OrderStatus.CANCELLED: "dim", OrderStatus.INACTIVE: "warn"}

CHANGE_WORDS = {
    (Intent.CANCEL, Stage.ACKNOWLEDGED): "cancel submitted",
    (Intent.CANCEL, Stage.REJECTED): "cancel refused",
    (Intent.MODIFY, Stage.REJECTED): "change rejected",
}


def working_keys(store: Store) -> list[Key]:
    """Keys of submissions without an order yet, unknown outcomes first, then ids of working orders, newest first."""
    waiting = [submission for submission in _orderless(store) if submission.stage.is_open]
    waiting.sort(key=lambda submission: submission.stage is not Stage.UNKNOWN)
    return [*(submission.key for submission in waiting), *store.orders.index.working(store.money.is_shown)]


def finished_keys(store: Store) -> list[Key]:
    """Ids of orders filled, cancelled or rejected, and keys of submissions that never became one, newest first."""
    ended = [submission.key for submission in _orderless(store) if not submission.stage.is_open]
    return [*store.orders.index.ended(store.money.is_shown), *reversed(ended)]


def execution_keys(store: Store) -> list[Key]:
    """Ids of the account's fills, newest first."""
    return [*store.orders.index.fills(_own(store))]


def commission_total(store: Store) -> Decimal | None:
    """Sum of the commissions told; None while none was."""
    return store.orders.index.commission(_own(store))


def table_cells(store: Store, key: Key, now: float = inf) -> tuple[Cell, ...]:
    """The row of an order, by its id, or of a submission without one, by its key.

    `now` is the session's time, by which a cancel in the penalty box is counted down.
    """
    if not isinstance(key, int):
        return submission_cells(store.orders.submissions[key])
    order = store.orders.orders[key]
    asked = _asked(store, order, now) if order.is_working else ""
    return order_cells(order, asked, store.market.contracts)


def table_values(store: Store, keys: Sequence[Key], column: str, now: float = inf) -> list[SortValue]:
    """What such rows are sorted by."""
    orders, value, place = store.orders.orders, _ORDER_VALUES.get(column), _PLACES[column]
    return [
        value(orders[key])
        if value is not None and isinstance(key, int)
        else shown_value(table_cells(store, key, now)[place])
        for key in keys
    ]


def order_cells(order: LiveOrder, asked: str, contracts: Mapping[int, Contract]) -> tuple[Cell, ...]:
    """One order; what was asked of it since stands behind its status, in words that promise nothing."""
    words = status_words(order)
    style = "bad" if "UNKNOWN" in asked else ORDER_STYLES.get(order.status, "warn")
    return (
        _side(order.side),
        Cell(f"{quantity(order.filled)}/{quantity(order.quantity)}", "accent" if order.filled else "", order.filled),
        Cell(instrument_words(order, contracts), "strong"),
        Cell(type_word(order.order_type)),
        _price(order.limit_price),
        _stop(order.stop_price, order.trailing_amount, order.trailing_type),
        Cell("DAY" if order.tif.upper() == "CLOSE" else order.tif, "dim"),
        _price(order.average_price),
        Cell(f"{words}, {asked}" if asked else words, style),
        Cell(clock_time(order.time_ms), "dim", order.time_ms or None),
        Cell(str(order.order_id), "dim", order.order_id),
    )


def submission_cells(submission: Submission) -> tuple[Cell, ...]:
    """A submission that has no order yet, or never got one."""
    word, style = STAGE_WORDS.get(submission.stage, (submission.stage.value, "warn"))
    ticket = submission.tickets[0] if submission.tickets else None
    if ticket is None:
        blanks = (Cell(MISSING), Cell(MISSING), Cell(submission.key), Cell(""), Cell(""), Cell(""), Cell(""))
    else:
        blanks = (
            _side(ticket.side),
            Cell(f"{MISSING}/{quantity(ticket.quantity)}"),
            Cell(ticket.contract.label, "strong"),
            Cell(type_word(ticket.order_type)),
            _price(ticket.limit_price),
            _stop(ticket.stop_price, ticket.trailing_amount, ticket.trailing_type),
            Cell(ticket.tif.value, "dim"),
        )
    return (*blanks, Cell(""), Cell(word, style), Cell(""), Cell(MISSING, "dim"))


def execution_cells(fill: Execution) -> tuple[Cell, ...]:
    """One fill; a commission comes a moment later than the fill itself."""
    return (
        Cell(clock_time(fill.time_ms), "dim", fill.time_ms or None),
        _side(fill.side),
        Cell(quantity(fill.size), "", fill.size),
        Cell(fill.symbol or fill.description or str(fill.conid), "strong"),
        Cell(price(fill.price), "", fill.price),
        Cell(money(fill.commission), "", fill.commission),
        Cell(money(fill.net_amount), "dim", fill.net_amount),
        Cell(fill.exchange, "dim"),
        Cell(str(fill.order_id) if fill.order_id else MISSING, "dim", fill.order_id or None),
    )


def status_words(order: LiveOrder) -> str:
    """The gateway's own word for the status; Inactive is no rejection and says so."""
    word = order.status_text or order.status.value
    if order.status is OrderStatus.INACTIVE:
        return f"{word}, not yet working"
    if order.status is OrderStatus.PENDING_CANCEL:
        return f"{word}, still working"
    return word


def _asked(store: Store, order: LiveOrder, now: float) -> str:
    """What was asked of a working order last, unless its status tells of it already."""
    changes = changes_of(store, order.order_id)
    if not changes or order.status is OrderStatus.PENDING_CANCEL:
        return ""
    return change_words(changes[-1], boxed_seconds(store, changes[-1], now))


def change_words(submission: Submission, boxed: float = 0.0) -> str:
    """What was asked of a working order and how far that came; blank once a change is simply done.

    `boxed` is how many seconds it still waits in the penalty box.
    """
    if boxed:
        return f"cancel waits {countdown(boxed)}"
    told = CHANGE_WORDS.get((submission.intent, submission.stage))
    if told is not None:
        return told
    if submission.stage.is_open:
        noun = "cancel" if submission.intent is Intent.CANCEL else "change"
        return f"{noun}: {STAGE_WORDS[submission.stage][0]}"
    return ""


def changes_of(store: Store, order_id: int) -> list[Submission]:
    """What was asked of an order after it was placed, oldest first."""
    return [s for s in store.orders.index.submissions_of(order_id).values() if s.intent is not Intent.PLACE]


def _orderless(store: Store) -> list[Submission]:
    """New orders of the account that the gateway has not acknowledged, oldest first."""
    return [one for one in store.orders.index.not_taken() if one.account == store.money.account]


def _own(store: Store) -> Callable[[str], bool]:
    """Whether an execution of a holder is on the screen: the account's own, and those whose account was not told."""
    holders = (store.money.account, "")
    return lambda holder: holder in holders


def execution_values(store: Store, keys: Sequence[Key], column: str) -> list[SortValue]:
    """What fills are sorted by."""
    fills, value = store.orders.executions, _FILL_VALUES[column]
    return [value(fills[key]) for key in keys if isinstance(key, str)]


def _side(side: Side | None) -> Cell:
    return Cell(MISSING) if side is None else Cell(side.value, "buy" if side is Side.BUY else "sell")


def _stop(stop: Decimal | None, trailing: Decimal | None, trailing_type: str) -> Cell:
    """The stop price; before a trailing order has one, what it trails by."""
    if stop is None and trailing is not None:
        return Cell(f"by {trailing:f}{'%' if trailing_type == '%' else ''}", "dim", trailing)
    return _price(stop)


def _price(value: Decimal | None) -> Cell:
    return Cell("" if value is None else price(value), "", value)


_PLACES = {column.key: place for place, column in enumerate(ORDER_COLUMNS)}
_ORDER_VALUES: Mapping[str, Callable[[LiveOrder], SortValue]] = {
    "side": lambda order: order.side.value if order.side is not None else None,
    "filled": lambda order: order.filled if order.filled is not None else f"{MISSING}/{quantity(order.quantity)}",
    "type": lambda order: type_word(order.order_type) or None,
    "limit": lambda order: order.limit_price,
    "stop": lambda order: order.stop_price if order.stop_price is not None else order.trailing_amount,
    "average": lambda order: order.average_price,
    "time": lambda order: order.time_ms or None,
    "id": lambda order: order.order_id,
}
"""What orders are sorted by without making their rows; for the other columns rows are made."""
_FILL_VALUES: Mapping[str, Callable[[Execution], SortValue]] = {
    "time": lambda fill: fill.time_ms or None,
    "side": lambda fill: fill.side.value if fill.side is not None else None,
    "size": lambda fill: fill.size,
    "symbol": lambda fill: fill.symbol or fill.description or str(fill.conid),
    "price": lambda fill: fill.price,
    "commission": lambda fill: fill.commission,
    "net": lambda fill: fill.net_amount,
    "exchange": lambda fill: fill.exchange or None,
    "id": lambda fill: fill.order_id or None,
}
