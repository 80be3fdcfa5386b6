"""Orders, executions and submissions as the store keeps them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace

from ibtui.domain.events import ExecutionReceived, OrderReceived, PreviewAnswered, SubmissionMoved, SuppressedChanged
from ibtui.domain.orders import Execution, LiveOrder, Preview, Submission
from ibtui.store.changes import Key, Topic

Mark = Callable[[Topic, Key], None]


class OrderSlice:
    """Everything about orders."""

    def __init__(self, mark: Mark) -> None:
        self._mark = mark
        self.orders: dict[int, LiveOrder] = {}
        self.executions: dict[str, Execution] = {}
        self.submissions: dict[str, Submission] = {}
        """Every submission of this run and the open ones of earlier runs, oldest first."""
        self.preview: Preview | None = None
        self.suppressed: Mapping[str, str] = {}
        """Message ids of the questions not asked in this brokerage session, with their texts."""
        self.reapply_suppressed = False
        """Whether they are suppressed again when a new brokerage session begins."""

    def order_received(self, event: OrderReceived) -> None:
        """Merge what the frame told; a REST list asked for before the newest frame changes only what was unknown."""
        old = self.orders.get(event.order_id)
        if old is None:
            new = replace(LiveOrder(event.order_id), **event.changes, received=event.received)  # type: ignore[arg-type]  # the decoder names LiveOrder's own fields
        elif event.is_list and (old.received > event.requested or old.status.is_final):
            unknown = {name: value for name, value in event.changes.items() if _is_blank(getattr(old, name))}
            new = replace(old, **unknown)  # type: ignore[arg-type]  # as above
        elif old.status.is_final and "status" in event.changes:
            told = {name: value for name, value in event.changes.items() if name not in ("status", "status_text")}
            new = replace(old, **told, received=event.received)  # type: ignore[arg-type]  # as above
        else:
            new = replace(old, **event.changes, received=event.received)  # type: ignore[arg-type]  # as above
        if new != old:
            self.orders[event.order_id] = new
            self._mark(Topic.ORDER, event.order_id)

    def execution_received(self, event: ExecutionReceived) -> None:
        """Upsert by execution id; what a later copy leaves out (the commission, say) is kept."""
        new = event.execution
        old = self.executions.get(new.execution_id)
        if old is not None:
            kept = {f.name: getattr(old, f.name) for f in fields(new) if _is_blank(getattr(new, f.name))}
            new = replace(new, **kept)
        if new != old:
            self.executions[new.execution_id] = new
            self._mark(Topic.EXECUTION, new.execution_id)

    def submission_moved(self, event: SubmissionMoved) -> None:
        """Replace the submission's state."""
        self.submissions[event.submission.key] = event.submission
        self._mark(Topic.SUBMISSION, event.submission.key)

    def preview_answered(self, event: PreviewAnswered) -> None:
        """Replace the what-if."""
        self.preview = event.preview
        self._mark(Topic.PREVIEW, "")

    def suppressed_changed(self, event: SuppressedChanged) -> None:
        """Replace the list of suppressed questions."""
        self.suppressed = dict(event.message_ids)
        self.reapply_suppressed = event.reapply
        self._mark(Topic.SUPPRESSED, "")


def _is_blank(value: object) -> bool:
    return value is None or value == "" or value == 0
