"""How long pollers pause: the longer, the less of the gateway's allowance is left for what a person waits for."""

from __future__ import annotations

from msgspec import Struct

from ibtui.domain.session import Pace


class PollPause(Struct, frozen=True):
    """The pause of one poller."""

    seconds: float
    """While the allowance is hardly used."""
    longest: float
    """When all of it is used."""
    from_load: float
    """Share of the allowance in use from which the pause grows, evenly up to `longest`."""

    def next(self, pace: Pace) -> float:
        """Seconds until the next reading, by the use of the allowance as it is now."""
        beyond = (pace.load - self.from_load) / (1.0 - self.from_load)
        return self.seconds + (self.longest - self.seconds) * min(1.0, max(0.0, beyond))


INBOX = PollPause(60.0, 300.0, 0.3)
"""Between two reads of the unread count: the first to be stretched."""
PORTFOLIO = PollPause(45.0, 180.0, 0.5)
"""Between two reads of the positions while nothing is filled; the streams bring the figures meanwhile."""
ORDERS_IDLE = PollPause(30.0, 60.0, 0.8)
"""Between two reads of orders and trades while none is open and the streams are not known to speak."""
ORDERS_WORKING = PollPause(5.0, 10.0, 0.8)
"""The same while orders work and their stream speaks: the lists only confirm it.

What has an unknown outcome, waits for an answer or works without a stream is read at the pacing limit, whatever the
load: nothing else would tell of a fill (wire-facts 6).
"""
