"""Orders, executions and submissions as the store keeps them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec.structs import asdict, replace

from ibtui.domain.events import (
    ClosingMoved,
    ExecutionReceived,
    OrderReceived,
    PreviewAnswered,
    SubmissionMoved,
    SuppressedChanged,
)
from ibtui.domain.orders import Execution, LiveOrder, OrderStatus, Preview, Submission
from ibtui.store.changes import Key, Topic
from ibtui.store.order_index import OrderIndex

if TYPE_CHECKING:
    from ibtui.domain.closing import Closing

Mark = Callable[[Topic, Key], None]


class OrderSlice:
    """Everything about orders."""

    def __init__(self, mark: Mark) -> None:
        self._mark = mark
        self.orders: dict[int, LiveOrder] = {}
        self.executions: dict[str, Execution] = {}
        self.index = OrderIndex()
        """The same by account, instrument, order and age: what would else be a walk through all of them."""
        self.submissions: dict[str, Submission] = {}
        """Every submission of this run and the open ones of earlier runs, oldest first."""
        self.closings: dict[tuple[str, int], Closing] = {}
        """The newest closing of each position of this run, by (account, conid)."""
        self.preview: Preview | None = None
        self.suppressed: Mapping[str, str] = {}
        """Message ids of the questions not asked in this brokerage session, with their texts."""
        self.reapply_suppressed = False
        """Whether they are suppressed again when a new brokerage session begins."""

    def order_received(self, event: OrderReceived) -> None:
        """Merge what the row told; late, repeated and reordered rows do no harm (see `merged`)."""
        old = self.orders.get(event.order_id)
        if old is None:
            new = replace(LiveOrder(event.order_id), **event.changes, received=event.received)
        else:
            new = merged(old, event)
        if new != old:
            self.orders[event.order_id] = new
            self.index.order_moved(old, new)
            self._mark(Topic.ORDER, event.order_id)

    def execution_received(self, event: ExecutionReceived) -> None:
        """Upsert by execution id; what a later copy leaves out (the commission, say) is kept."""
        new = event.execution
        old = self.executions.get(new.execution_id)
        if new == old:
            return
        if old is not None:
            kept = {name: getattr(old, name) for name, value in asdict(new).items() if _is_blank(value)}
            new = replace(new, **kept)
        if new != old:
            self.executions[new.execution_id] = new
            self.index.execution_moved(old, new)
            self._mark(Topic.EXECUTION, new.execution_id)

    def submission_moved(self, event: SubmissionMoved) -> None:
        """Replace the submission's state."""
        self.index.submission_moved(self.submissions.get(event.submission.key), event.submission)
        self.submissions[event.submission.key] = event.submission
        self._mark(Topic.SUBMISSION, event.submission.key)

    def closing_moved(self, event: ClosingMoved) -> None:
        """Replace the closing's state."""
        closing = event.closing
        self.closings[(closing.account, closing.conid)] = closing
        self._mark(Topic.CLOSING, closing.conid)

    def preview_answered(self, event: PreviewAnswered) -> None:
        """Replace the what-if."""
        self.preview = event.preview
        self._mark(Topic.PREVIEW, "")

    def suppressed_changed(self, event: SuppressedChanged) -> None:
        """Replace the list of suppressed questions."""
        self.suppressed = dict(event.message_ids)
        self.reapply_suppressed = event.reapply
        self._mark(Topic.SUPPRESSED, "")


def merged(old: LiveOrder, event: OrderReceived) -> LiveOrder:
    """The order with what a row adds, whatever order rows come in and however often.

    A row that proves to be older than what is known, or a REST list asked for before the newest frame, changes only
    what was not known. A final status stays and is always taken, the filled quantity never falls, and the newest time
    is kept; so any order of the same rows ends in the same status with the same fills.
    """
    is_late = _is_late(old, event)
    changes = {name: value for name, value in event.changes.items() if not is_late or _is_untold(old, name)}
    told = event.changes.get("status")
    if old.status.is_final:
        changes = {name: value for name, value in changes.items() if name not in ("status", "status_text")}
    elif is_late and not event.is_list and isinstance(told, OrderStatus) and told.is_final:
        changes |= {name: event.changes[name] for name in ("status", "status_text") if name in event.changes}
    changes |= _fills(old, event.changes, changes)
    changes["time_ms"] = max(old.time_ms, _time_of(event.changes))
    return replace(old, **changes, received=old.received if is_late else event.received)


_FILL_FIELDS = ("filled", "remaining", "average_price")


def _is_late(old: LiveOrder, event: OrderReceived) -> bool:
    """Whether the row is older than what is known: by its fills, its time, and by its status if nothing else tells."""
    if event.is_list and (old.received > event.requested or old.status.is_final):
        return True
    told = event.changes.get("status")
    filled = event.changes.get("filled")
    if old.status.is_final and isinstance(told, OrderStatus) and not told.is_final:
        return True
    if isinstance(filled, Decimal) and old.filled is not None and filled < old.filled:
        return True
    time_ms = _time_of(event.changes)
    if time_ms and old.time_ms and time_ms != old.time_ms:
        return time_ms < old.time_ms
    if event.is_list or (isinstance(filled, Decimal) and old.filled is not None and filled > old.filled):
        return False
    return isinstance(told, OrderStatus) and not old.status.may_become(told)


def _fills(old: LiveOrder, told: Mapping[str, object], taken: Mapping[str, object]) -> dict[str, object]:
    """The quantity filled with what belongs to it: of the row that has filled most."""
    filled = told.get("filled")
    if not isinstance(filled, Decimal) or old.filled is None or filled == old.filled:
        return {}
    if filled < old.filled:
        return {
            name: getattr(old, name) for name in _FILL_FIELDS if name in taken and not _is_blank(getattr(old, name))
        }
    return {name: told[name] for name in _FILL_FIELDS if name in told}


def _time_of(told: Mapping[str, object]) -> int:
    time_ms = told.get("time_ms")
    return time_ms if isinstance(time_ms, int) else 0


def _is_blank(value: object) -> bool:
    """Whether nothing was told: an id or time of 0 says nothing, a commission or quantity of 0 does."""
    return value is None or value == "" or (type(value) is int and value == 0)


def _is_untold(order: LiveOrder, name: str) -> bool:
    """Whether no row told the field; ids and times are never 0, quantities and prices may be."""
    value = getattr(order, name)
    return value in (None, "", OrderStatus.UNKNOWN) or (type(value) is int and value == 0)
