"""How far a price on screen may be believed, in words."""

from __future__ import annotations

from typing import NamedTuple

from ibtui.domain.market import STALE_AFTER_SECONDS, Availability, Quote
from ibtui.domain.session import Health, Light
from ibtui.ui.formatting import age


class Belief(NamedTuple):
    """A word for the screen, and whether the prices must look disbelieved."""

    word: str
    is_stale: bool = False
    is_warning: bool = False


LIVE = Belief("live")


def belief(quote: Quote | None, health: Health, now: float) -> Belief:
    """What to say of a quote at session time `now`; the gravest first."""
    if quote is None or not quote.received:
        return Belief("waiting", is_stale=True)
    if quote.availability is Availability.NOT_SUBSCRIBED:
        return Belief("not subscribed", is_stale=True)
    silent = now - quote.received
    if not quote.subscribed or (health.stream is not Light.ON and silent > STALE_AFTER_SECONDS):
        return Belief(f"stale {age(silent)}", is_stale=True)
    if quote.halted:
        return Belief("HALTED", is_warning=True)
    if quote.availability in (Availability.LIVE, Availability.UNKNOWN):
        return LIVE if quote.availability is Availability.LIVE else Belief("unknown")
    return Belief(quote.availability.value, is_warning=True)
