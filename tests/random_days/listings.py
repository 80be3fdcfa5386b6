"""What is traded: every kind of instrument the simulator lists, and prices near its market."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from ibtui.domain.combos import combo
from ibtui.domain.contracts import ComboLeg, Contract
from tests.random_days.world import World

CONTRACTS = tuple(
    Contract(conid, symbol, sec_type="STK", exchange=exchange, currency="USD")
    for conid, symbol, exchange in (
        (265598, "AAPL", "NASDAQ"),
        (272093, "MSFT", "NASDAQ"),
        (8894, "KO", "NYSE"),
        (9599491, "F", "NYSE"),
    )
)
COINS = (
    Contract(479624278, "BTC", sec_type="CRYPTO", exchange="PAXOS", currency="USD"),
    Contract(495759171, "ETH", sec_type="CRYPTO", exchange="PAXOS", currency="USD"),
)
EURO = Contract(12087792, "EUR", sec_type="CASH", exchange="IDEALPRO", currency="USD", local_symbol="EUR.USD")
FUTURE = Contract(515416632, "ES", sec_type="FUT", exchange="CME", currency="USD", multiplier=Decimal(50))
COMBINATIONS = tuple(
    combo([ComboLeg(CONTRACTS[place].conid, ratio, CONTRACTS[place].symbol, "STK") for place, ratio in legs], "USD")
    for legs in (((0, 1), (1, -1)), ((2, 1), (3, -2)), ((3, 2), (2, 1)), ((1, 1), (0, -1), (2, -3)))
)
"""Of positive and negative net prices."""


def mark(world: World, contract: Contract) -> Decimal:
    """The market's middle; of a combination the sum of its legs', which may be negative."""
    if not contract.legs:
        return world.exchange.quote(contract.conid).mark
    return sum((world.exchange.quote(leg.conid).mark * leg.ratio for leg in contract.legs), Decimal(0))


def away(world: World, contract: Contract, percent: Decimal) -> Decimal:
    """A price on the grid so many percent above the mark; of a combination percent of all its legs are worth."""
    middle = mark(world, contract)
    worth = sum((world.exchange.quote(leg.conid).mark * abs(leg.ratio) for leg in contract.legs), Decimal(0))
    return on_grid(world, contract, middle + (worth or middle) * percent / 100)


def on_grid(world: World, contract: Contract, price: Decimal) -> Decimal:
    """The possible price nearest to this one."""
    listed = world.exchange.instrument(contract.legs[0].conid if contract.legs else contract.conid)
    if listed is None:
        raise AssertionError(f"{contract.conid} is not listed")
    steps = (price / listed.increment).to_integral_value(ROUND_HALF_EVEN)
    return (steps * listed.increment).quantize(listed.increment)
