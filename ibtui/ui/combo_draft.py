"""A combination while it is built: legs, ratios, currency and exchange, with what keeps it from being one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from ibtui.domain.combos import SPREAD_CONIDS, WITHOUT_EXCHANGE, NoCombo, combo
from ibtui.domain.contracts import ComboLeg, Contract

LEGS_AT_MOST: Final = 6
"""Legs the builder takes; IBKR's documents give no bound for combinations, TWS ends there for most exchanges."""


class ComboDraft(Struct, frozen=True):
    """Legs in their order; every change gives a new draft."""

    legs: tuple[ComboLeg, ...] = ()
    exchange: str = ""
    """Where it would be sent; only asked outside the US."""

    def added(self, contract: Contract) -> ComboDraft:
        """With one more leg: bought as the first one, sold as a later one. Raises NoCombo saying why not."""
        if contract.sec_type in ("IND", "BAG"):
            raise NoCombo(f"{contract.label} cannot be a leg: it is {_A[contract.sec_type]}")
        if any(leg.conid == contract.conid for leg in self.legs):
            raise NoCombo(f"{contract.label} is a leg already")
        if len(self.legs) >= LEGS_AT_MOST:
            raise NoCombo(f"a combination has at most {LEGS_AT_MOST} legs")
        leg = ComboLeg(contract.conid, -1 if self.legs else 1, contract.label, contract.sec_type)
        return replace(self, legs=(*self.legs, leg))

    def removed(self, place: int) -> ComboDraft:
        """Without a leg."""
        return replace(self, legs=(*self.legs[:place], *self.legs[place + 1 :]))

    def moved(self, place: int, step: int) -> ComboDraft:
        """With a leg one place up or down; the ends are ends."""
        to = place + step
        if not (0 <= place < len(self.legs) and 0 <= to < len(self.legs)):
            return self
        legs = list(self.legs)
        legs[place], legs[to] = legs[to], legs[place]
        return replace(self, legs=tuple(legs))

    def stepped(self, place: int, step: int) -> ComboDraft:
        """With another ratio; 0 is stepped over."""
        ratio = self.legs[place].ratio + step
        return self.with_ratio(place, ratio or step)

    def with_ratio(self, place: int, ratio: int) -> ComboDraft:
        """With this ratio for a leg."""
        legs = list(self.legs)
        legs[place] = replace(legs[place], ratio=ratio)
        return replace(self, legs=tuple(legs))

    def currencies(self, contracts: Mapping[int, Contract]) -> tuple[str, ...]:
        """The legs' currencies, each once; blank for a leg whose currency is not known."""
        return tuple(dict.fromkeys(_of(leg, contracts).currency for leg in self.legs))

    def exchanges(self, contracts: Mapping[int, Contract]) -> tuple[str, ...]:
        """Where all legs are traded, the listing exchange of them all first; empty while that is not known."""
        told = [_exchanges(_of(leg, contracts)) for leg in self.legs]
        common = [name for name in told[0] if all(name in others for others in told)] if told else []
        return tuple(common)

    def needs_exchange(self, contracts: Mapping[int, Contract]) -> bool:
        """Whether the exchange must be said."""
        currencies = self.currencies(contracts)
        return len(currencies) == 1 and currencies[0] in SPREAD_CONIDS and currencies[0] != WITHOUT_EXCHANGE

    def contract(self, contracts: Mapping[int, Contract]) -> Contract:
        """The combination. Raises NoCombo, saying what is missing or wrong."""
        currencies = self.currencies(contracts)
        if len(self.legs) > 1 and "" in currencies:
            unknown = next(leg.label for leg in self.legs if not _of(leg, contracts).currency)
            raise NoCombo(f"the currency of {unknown} is not known yet")
        if len(currencies) > 1:
            raise NoCombo(f"the legs are in {' and '.join(currencies)}: a combination has one currency")
        if len(self.legs) > 1 and self.needs_exchange(contracts) and not self.exchange:
            raise NoCombo(f"a combination in {currencies[0]} needs its exchange: e chooses it")
        exchange = self.exchange if self.needs_exchange(contracts) else ""
        return combo(self.legs, currencies[0] if currencies else "", exchange)


_A: Final = {"IND": "an index, or the root of futures and options", "BAG": "a combination itself"}


def _of(leg: ComboLeg, contracts: Mapping[int, Contract]) -> Contract:
    return contracts.get(leg.conid) or Contract(leg.conid, leg.label)


def _exchanges(contract: Contract) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in (contract.exchange, *contract.exchanges) if name))
