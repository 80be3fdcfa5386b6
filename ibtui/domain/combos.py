"""Combinations ("Combo / Spread Orders"): several contracts ordered as one, priced by the sum of their legs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from ibtui.domain.contracts import ComboLeg, Contract
from ibtui.domain.market import Quote

SPREAD_CONIDS = {
    "AUD": 61227077,
    "CAD": 61227082,
    "CHF": 61227087,
    "CNH": 136000441,
    "GBP": 58666491,
    "HKD": 61227072,
    "INR": 136000444,
    "JPY": 61227069,
    "KRW": 136000424,
    "MXN": 136000449,
    "SEK": 136000429,
    "SGD": 426116555,
    "USD": 28812380,
}
"""Spread conid of each currency, from the table of "Combo / Spread Orders"."""

WITHOUT_EXCHANGE = "USD"
"""US combinations name the spread conid alone, all others `spread_conid@exchange`."""


class NoCombo(ValueError):
    """The legs make no combination; the text says why, for a person."""


def combo(legs: Sequence[ComboLeg], currency: str, exchange: str = "") -> Contract:
    """The combination of the legs as a contract. Raises NoCombo."""
    if len(legs) < 2:
        raise NoCombo("a combination has two legs or more")
    if any(leg.ratio == 0 or leg.conid <= 0 for leg in legs):
        raise NoCombo("every leg needs a contract and a ratio that is not 0")
    if len({leg.conid for leg in legs}) != len(legs):
        raise NoCombo("a contract stands in two legs")
    if currency not in SPREAD_CONIDS:
        raise NoCombo(f"there are no combinations in {currency or 'an unknown currency'}")
    if currency != WITHOUT_EXCHANGE and not exchange:
        raise NoCombo(f"a combination in {currency} needs its exchange")
    label = " ".join(f"{leg.ratio:+d} {leg.label or leg.conid}" for leg in legs)
    return Contract(
        SPREAD_CONIDS[currency],
        symbol=label,
        name="combination",
        sec_type="BAG",
        exchange=exchange,
        currency=currency,
        legs=tuple(legs),
    )


def combo_conidex(contract: Contract) -> str:
    """`{spread_conid};;;{leg}/{ratio},…`, with `@exchange` after the spread conid outside the US."""
    where = f"@{contract.exchange}" if contract.currency != WITHOUT_EXCHANGE else ""
    legs = ",".join(f"{leg.conid}/{leg.ratio}" for leg in contract.legs)
    return f"{contract.conid}{where};;;{legs}"


def combo_quote(contract: Contract, quotes: Mapping[int, Quote]) -> Quote | None:
    """Bid, ask and last of a combination from those of its legs; None while a leg has no quote at all.

    Selling a leg meets its bid, so the bid of a leg with a negative ratio counts for the combination's ask. A price one
    leg lacks is lacking; the quote is as old, and as little believed, as its worst leg.
    """
    told = [(leg, quotes.get(leg.conid)) for leg in contract.legs]
    known = [(leg, quote) for leg, quote in told if quote is not None]
    if not known or len(known) != len(told):
        return None
    worst = min((quote for _, quote in known), key=lambda quote: (quote.subscribed, quote.received))
    return Quote(
        contract.conid,
        bid=_sum((quote.bid if leg.ratio > 0 else quote.ask, leg.ratio) for leg, quote in known),
        ask=_sum((quote.ask if leg.ratio > 0 else quote.bid, leg.ratio) for leg, quote in known),
        last=_sum((quote.last, leg.ratio) for leg, quote in known),
        availability=worst.availability,
        halted=any(quote.halted for _, quote in known),
        subscribed=worst.subscribed,
        received=worst.received,
    )


def _sum(parts: Iterable[tuple[Decimal | None, int]]) -> Decimal | None:
    total = Decimal(0)
    for price, ratio in parts:
        if price is None:
            return None
        total += price * ratio
    return total


def leg_worths(
    contract: Contract, quotes: Mapping[int, Quote], contracts: Mapping[int, Contract]
) -> Iterator[tuple[str, Decimal]]:
    """What each leg of one combination is worth at the market, as far as its price is known, with its name."""
    for leg in contract.legs:
        quote, known = quotes.get(leg.conid), contracts.get(leg.conid)
        if quote is not None and quote.reference is not None:
            multiplier = known.multiplier if known is not None else Decimal(1)
            yield leg.label or str(leg.conid), abs(quote.reference * leg.ratio * multiplier)
