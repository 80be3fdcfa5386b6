"""Prices: quotes, ladders, bars, and how far each may be believed."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

STALE_AFTER_SECONDS = 20.0
"""A quote silent for so long while its stream is unhealthy is no longer believed (wire-facts 2: dead when > 25 s)."""


class Availability(StrEnum):
    """First letter of field 6509, "Market Data Availability"."""

    LIVE = "live"
    DELAYED = "delayed"
    FROZEN = "frozen"
    FROZEN_DELAYED = "frozen delayed"
    NOT_SUBSCRIBED = "not subscribed"
    UNKNOWN = "unknown"


class Quote(Struct, frozen=True):
    """Last known market of one instrument; None is "not told", never zero."""

    conid: int
    last: Decimal | None = None
    last_size: Decimal | None = None
    bid: Decimal | None = None
    bid_size: Decimal | None = None
    """As the gateway counts it (US stocks may be in lots of 100 by the documents: field 88)."""
    ask: Decimal | None = None
    ask_size: Decimal | None = None
    open: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None
    close: Decimal | None = None
    """Prior close (field 7741, else 7296)."""
    change: Decimal | None = None
    change_percent: Decimal | None = None
    volume: Decimal | None = None
    """Units traded today."""
    mark: Decimal | None = None
    availability: Availability = Availability.UNKNOWN
    availability_code: str = ""
    """The raw field 6509, such as `RpB`."""
    halted: bool = False
    last_is_close: bool = False
    """The last price carries the prefix `C`: it is the previous day's close."""
    direction: int = 0
    """Of the newest change of `last`: 1 up, −1 down, 0 none yet."""
    received: float = 0.0
    """Monotonic seconds of the session clock when the newest frame came; 0 is never."""
    server_time_ms: int = 0
    """`_updated` of the newest frame, Unix milliseconds."""
    subscribed: bool = False
    """The stream is confirmed by a frame since the last (re)connection; False makes it stale on screen."""

    @property
    def middle(self) -> Decimal | None:
        """Middle of bid and ask, or None when a side is missing."""
        if self.bid is None or self.ask is None:
            return None
        return (self.bid + self.ask) / 2

    @property
    def reference(self) -> Decimal | None:
        """The price to measure distances from: middle, else last, else close."""
        return self.middle if self.middle is not None else self.last if self.last is not None else self.close


class Rung(Struct, frozen=True):
    """One row of the price ladder (topic `sbd`); a missing side is None, not zero."""

    price: Decimal
    bid_size: Decimal | None = None
    ask_size: Decimal | None = None
    is_last: bool = False
    last_size: Decimal | None = None


class Ladder(Struct, frozen=True):
    """Depth of one instrument, one rung for each price, highest first."""

    conid: int
    rungs: tuple[Rung, ...] = ()
    generation: int = 0
    """Number of the subscription the rungs came by; a frame of another one is not applied."""
    received: float = 0.0
    error: str = ""
    exchange: str = ""
    """The one it was asked of; blank is all of them together."""


class Bar(Struct, frozen=True):
    """One interval of history; `time_ms` is its start in Unix milliseconds."""

    time_ms: int
    open: float
    high: float
    low: float
    close: float
    volume: float


class History(Struct, frozen=True):
    """Bars of one instrument, oldest first."""

    conid: int
    period: str
    bar: str
    bars: tuple[Bar, ...] = ()
    received: float = 0.0
    error: str = ""
    highest: float | None = None
    """Highest and lowest price of the period as the gateway tells them (`high`, `low`); None when it does not."""
    lowest: float | None = None
