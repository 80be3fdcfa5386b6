"""The fat-finger limits as they refuse an order before it is sent (order-safety 7), and the count of a minute."""

from __future__ import annotations

import math
from collections import deque

from ibtui.clock import Clock
from ibtui.domain.breaches import Breach, Subject
from ibtui.domain.limits import Limits
from ibtui.domain.tickets import Ticket

WINDOW_SECONDS = 60.0
"""Over which `orders_per_minute` counts."""


def setting(name: str) -> str:
    """Where a limit can be changed, as a refusal names it."""
    return f"limits.{name} in the configuration"


class OrderCount:
    """New orders and changes sent within the last minute, all accounts together."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sent: deque[float] = deque()
        """Monotonic seconds, oldest first."""
        self._wanted = 0
        """Orders that were let in and have not left yet."""

    def problem(self, limits: Limits, wanted: int = 1) -> str:
        """Why `wanted` more orders may not be sent now, blank when they may. A bracket counts each of its orders."""
        allowed = limits.orders_per_minute
        if allowed is None:
            return ""
        begin = self._clock.monotonic() - WINDOW_SECONDS
        while self._sent and self._sent[0] <= begin:
            self._sent.popleft()
        if len(self._sent) + self._wanted + wanted <= allowed:
            return ""
        where = setting("orders_per_minute")
        if wanted > allowed:
            return f"{wanted} orders at once are over the limit of {allowed} a minute ({where})"
        if self._wanted + wanted > allowed:
            return f"{self._wanted} orders wait to be sent, the limit is {allowed} a minute ({where}); wait 60 s"
        seconds = self._sent[len(self._sent) + self._wanted + wanted - allowed - 1] - begin
        waiting = f" and {self._wanted} wait" if self._wanted else ""
        return (
            f"{len(self._sent)} orders were sent within a minute{waiting}, the limit is {allowed} ({where}); "
            f"wait {math.ceil(seconds)} s"
        )

    def wanted(self, orders: int) -> None:
        """Count orders that wait to be sent, or no longer do (negative)."""
        self._wanted += orders

    def sent(self, orders: int = 1) -> None:
        """Count orders that are being sent."""
        self._sent.extend([self._clock.monotonic()] * orders)


def breach_words(breach: Breach, ticket: Ticket, limits: Limits) -> str:
    """A breach as a refusal, with the limit and the key that changes it."""
    where = setting(breach.name)
    if breach.subject is Subject.TYPE:
        allowed = ", ".join(sorted(limits.order_types or ()))
        return f"{ticket.order_type.value} orders are switched off, allowed are {allowed} ({where})"
    if breach.subject is Subject.MARKET:
        return f"no price of this instrument is known, and orders without market data are switched off ({where})"
    if breach.subject is Subject.QUANTITY:
        of_leg = f" of the leg {breach.leg}" if breach.leg else ""
        return f"quantity {breach.value:f}{of_leg} is over the limit of {breach.most:f} ({where})"
    if breach.subject is Subject.WORTH:
        head = f"leg {breach.leg}, worth {breach.value:,.2f}," if breach.leg else f"worth {breach.value:,.2f}"
        return f"{head} is over the limit of {breach.most:,f} ({where})"
    return f"{_distance_words(breach)}; the limit is {breach.most:f} % ({where})"


def _distance_words(breach: Breach) -> str:
    named = f"{breach.subject.value} {breach.value:f}"
    if breach.market is None:
        return f"{named} % is too far"
    between = "from" if breach.subject in (Subject.LIMIT, Subject.STOP) else "of"
    return f"{named} is {breach.share:.1f} % {between} the market ({breach.market:f})"
