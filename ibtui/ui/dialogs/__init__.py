"""Dialogs: they send intents and follow the store; none of them owns an order's coroutine."""

from ibtui.ui.dialogs.doors import (
    open_cancel,
    open_cancel_all,
    open_combo_ticket,
    open_find,
    open_modify,
    open_order_line,
    open_ticket,
    open_ticket_with,
)
from ibtui.ui.dialogs.watcher import OrderWatcher

__all__ = [
    "OrderWatcher",
    "open_cancel",
    "open_cancel_all",
    "open_combo_ticket",
    "open_find",
    "open_modify",
    "open_order_line",
    "open_ticket",
    "open_ticket_with",
]
