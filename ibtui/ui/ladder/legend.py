"""What the ladder's marks mean, for help and key card: signs where there is no room for the word."""

from __future__ import annotations

from typing import Final

LEGEND: Final = (
    ("▌", "The cursor: keys trade at its price"),
    ("═ ▲ ▼", "The last trade: at the price before it, higher, lower"),
    ("(2)", "So many own orders together"),
    ("…", "Sent, not yet known to be at the exchange"),
    ("→", "To leave this price: a change is on its way"),
    ("←", "To come to this price: by a change on its way, or by hand"),
    ("×", "A cancel is on its way: the order may still be filled"),
    ("*", "In your hand: nothing of its move is sent"),
    ("?", "Nobody knows whether it is there"),
    ("100+50", "100 work here, 50 are on their way"),
    ("lim 100", "Limit of a stop order whose stop is at another price"),
    ("B S b s", "Narrow ladder: own buys, sells, limits of stop orders"),
    ("A H L O C", "Average held; day's high, low, open; close before the day"),
    ("q≈ q≤", "Size ahead of an own order, estimated; the most it can be"),
    ("▲9 ▼9 ·9", "Traded in the last 30 s: by buyers, by sellers, unknown"),
    ("▇", "Size, beside the largest in sight"),
    ("price ×5", "Five ticks in one row"),
    ("top bid", "Only the best price: there is no depth"),
    ("↑ ↓", "Out of sight that way: cursor, own orders, market, average"),
)
"""(mark, what it means), as they stand on the screen."""
