"""Growing pauses between attempts."""

from __future__ import annotations

FIRST_PAUSE_SECONDS = 5.0
"""The gateway refuses most subscriptions right after a reconnect for a while (wire-facts 2)."""
LONGEST_PAUSE_SECONDS = 300.0


def grown(pause: float) -> float:
    """The pause after `pause` seconds were not enough; 0 is "none yet"."""
    return min(LONGEST_PAUSE_SECONDS, pause * 2) if pause else FIRST_PAUSE_SECONDS
