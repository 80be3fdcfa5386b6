"""The one error of the simulated exchange."""

from __future__ import annotations


class OrderRefused(Exception):
    """An order, change or cancel that IBKR would refuse; nothing was created or changed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        """The text IBKR would give."""
