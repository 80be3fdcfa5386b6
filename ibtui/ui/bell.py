"""Rings the terminal's bell and flashes a word in the status line for fills, rejections and unknown outcomes."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from ibtui.domain.orders import Execution, LiveOrder, OrderStatus, Stage, Submission
from ibtui.store import Changes, Topic
from ibtui.ui.alerts import GRAVITY, Alert, Alerts, Flash
from ibtui.ui.dialogs.words import submission_line
from ibtui.ui.formatting import quantity

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

FLASH_SECONDS: Final = 2.0
"""How long the word stands in the status line after the newest event."""
BURST_SECONDS: Final = 1.0
"""Events of one kind that follow so closely are one burst: one sound."""


class AlertBell:
    """One per app; the pump calls `frame` after every drain, so that a flash ends without a timer of its own.

    Fills from before the program started, orders found rejected and outcomes already told are no events.
    """

    def __init__(self, app: DashboardApp, alerts: Alerts) -> None:
        self._app = app
        self._alerts = alerts
        self._started_ms = app.clock.time() * 1000
        store = app.session.store
        self._filled = set(store.orders.executions)
        self._stages = {key: submission.stage for key, submission in store.orders.submissions.items()}
        self._statuses = {order_id: order.status for order_id, order in store.orders.orders.items()}
        self._newest: dict[Alert, float] = {}
        """Session seconds of the newest event of each kind."""

    def frame(self, changes: Changes) -> None:
        """Sound and flash once for all that happened since the frame before; end a flash whose time is over."""
        for alert, details in self._happened(changes).items():
            if details:
                self._alert(alert, details)
        shown = self._app.flash
        if shown is not None and self._app.session.now() - self._newest[shown.alert] >= FLASH_SECONDS:
            self._show(None)

    def _happened(self, changes: Changes) -> dict[Alert, list[str]]:
        failed = list(self._submissions(changes))
        return {
            Alert.FILL: fill_words(self._fills(changes)),
            Alert.REJECTION: [
                *(submission_line(submission) for submission in failed if submission.stage is Stage.REJECTED),
                *(_order_words(order) for order in self._rejected(changes)),
            ],
            Alert.UNKNOWN: [submission_line(submission) for submission in failed if submission.stage is Stage.UNKNOWN],
        }

    def _alert(self, alert: Alert, details: list[str]) -> None:
        now = self._app.session.now()
        before = self._newest.get(alert)
        self._newest[alert] = now
        name, shown = alert.name.casefold(), self._app.flash
        if getattr(self._alerts, f"{name}_sound") and (before is None or now - before >= BURST_SECONDS):
            self._app.bell()
        graver = shown is not None and GRAVITY[shown.alert] > GRAVITY[alert]
        if getattr(self._alerts, f"{name}_flash") and not graver:
            self._show(Flash(alert, details[0] if len(details) == 1 else f"{len(details)} ×"))

    def _show(self, flash: Flash | None) -> None:
        self._app.flash = flash
        current = self._app.current
        if current is not None and current.is_mounted:
            current.frame_shell()

    def _fills(self, changes: Changes) -> Iterable[Execution]:
        for key in sorted(changes.of(Topic.EXECUTION) - self._filled, key=str):
            fill = self._app.session.store.orders.executions.get(str(key))
            if fill is not None:
                self._filled.add(fill.execution_id)
                if not fill.time_ms or fill.time_ms >= self._started_ms:
                    yield fill

    def _submissions(self, changes: Changes) -> Iterable[Submission]:
        for key in changes.of(Topic.SUBMISSION):
            submission = self._app.session.store.orders.submissions.get(str(key))
            if submission is not None and self._stages.get(submission.key) is not submission.stage:
                self._stages[submission.key] = submission.stage
                yield submission

    def _rejected(self, changes: Changes) -> Iterable[LiveOrder]:
        """Orders that worked and were then rejected."""
        for key in changes.of(Topic.ORDER):
            order = self._app.session.store.orders.orders.get(int(key))
            if order is None:
                continue
            before = self._statuses.get(order.order_id)
            self._statuses[order.order_id] = order.status
            if order.status is OrderStatus.REJECTED and before not in (None, OrderStatus.REJECTED):
                yield order


def fill_words(fills: Iterable[Execution]) -> list[str]:
    """`BUY 100 AAPL` for each order filled, the sizes of its executions summed."""
    sizes: dict[tuple[int, str], Decimal] = {}
    for fill in fills:
        side = f"{fill.side.value} " if fill.side is not None else ""
        name = (fill.order_id, f"{side}# {fill.symbol or fill.conid}")
        sizes[name] = sizes.get(name, Decimal(0)) + (fill.size or 0)
    return [words.replace("#", quantity(size), 1) for (_, words), size in sizes.items()]


def _order_words(order: LiveOrder) -> str:
    side = f"{order.side.value} " if order.side is not None else ""
    return f"{side}{quantity(order.quantity)} {order.symbol or order.order_id}"
