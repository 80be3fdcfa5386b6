"""Which contract an order is for and where it goes: `conid`, `conidex`, `secType` and `listingExchange`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ibtui.sim.exchange import Instrument, Leg
from ibtui.sim.gateway.answers import bad_request, refused_order
from ibtui.sim.gateway.contracts.venues import valid_exchanges

SPREADS = {
    61227077: "AUD",
    61227082: "CAD",
    61227087: "CHF",
    136000441: "CNH",
    58666491: "GBP",
    61227072: "HKD",
    136000444: "INR",
    61227069: "JPY",
    136000424: "KRW",
    136000449: "MXN",
    136000429: "SEK",
    426116555: "SGD",
    28812380: "USD",
}
"""Currency of each spread conid ("Available currency spread conids")."""
LEGS = (2, 4)
_CONIDEX = re.compile(r"(\d+)(?:@([A-Z0-9.]+))?(?:;;;(.+))?", re.ASCII)
_LEG = re.compile(r"(\d+)/([+-]?\d{1,4})", re.ASCII)
_COMBINABLE = frozenset({"STK", "FUT"})

Listed = Callable[[int], Instrument | None]


@dataclass(frozen=True, slots=True)
class Route:
    """A contract or combination, and the exchange it was routed to, "" for the default."""

    conid: int
    exchange: str = ""
    legs: tuple[Leg, ...] = ()


def route_of(raw: Mapping[str, object], listed: Listed) -> Route:
    """What an order's keys say; 400 where they are malformed, the reject object where they can not be traded.

    `listingExchange` goes before the exchange of `conidex`: the document's own example gives both.
    """
    conid, exchange, legs = _named(raw)
    kind = str(raw.get("secType") or "")
    named = re.match(r"\d+", kind)
    if named is not None and int(named[0]) != conid:
        raise bad_request(f"order parameter secType is not valid: {kind}")
    if legs:
        return Route(conid, exchange, _legs(conid, exchange, legs, listed))
    wanted = str(raw.get("listingExchange") or "").upper() or exchange
    if wanted and (instrument := listed(conid)) is not None and wanted not in valid_exchanges(instrument).split(","):
        raise refused_order(f"Invalid destination exchange specified: {wanted} does not trade this contract.")
    return Route(conid, wanted)


def conid_of(raw: Mapping[str, object]) -> int:
    """Conid of `conid`, or of `conidex` (`265598@SMART`)."""
    return _named(raw)[0]


def _named(raw: Mapping[str, object]) -> tuple[int, str, str]:
    """(conid, exchange, legs); where both keys are there they must agree."""
    plain, extended = str(raw.get("conid") or ""), str(raw.get("conidex") or "")
    matched = _CONIDEX.fullmatch(extended or plain)
    if matched is None:
        if extended:
            raise bad_request(f"order parameter conidex is not valid: {extended}")
        raise bad_request("missing order parameter: conid")
    if plain and plain != matched[1]:
        raise bad_request(f"order parameters conid and conidex differ: {plain}, {extended}")
    return int(matched[1]), matched[2] or "", matched[3] or ""


def _legs(conid: int, exchange: str, text: str, listed: Listed) -> tuple[Leg, ...]:
    parts = [_LEG.fullmatch(part) for part in text.split(",")]
    legs = [Leg(int(part[1]), int(part[2])) for part in parts if part is not None]
    if len(legs) != len(parts) or not all(leg.ratio for leg in legs):
        raise bad_request(f"order parameter conidex is not valid: {text}")
    if conid not in SPREADS:
        raise refused_order(f"{conid} is not a spread conid.")
    if SPREADS[conid] != "USD" and not exchange:
        raise refused_order("Combinations outside the US need a conidex of the form spread_conid@exchange.")
    if not LEGS[0] <= len(legs) <= LEGS[1] or len({leg.conid for leg in legs}) != len(legs):
        raise refused_order(f"A combination has {LEGS[0]} to {LEGS[1]} different legs.")
    for leg in legs:
        instrument = listed(leg.conid)
        if instrument is None or instrument.sec_type not in _COMBINABLE:
            raise refused_order(f"Leg {leg.conid} of the combination can not be traded.")
        if instrument.currency != SPREADS[conid]:
            raise refused_order(f"Leg {leg.conid} of the combination does not trade in {SPREADS[conid]}.")
    return tuple(legs)
