"""How a shared order's units are dealt out to its accounts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ibtui.sim.exchange import Exchange, Share
from ibtui.sim.exchange.orders import Order
from tests.sim.exchange.stage import AAPL, MORNING, order

EXCHANGE = Exchange(seed=1, start_ms=MORNING, accounts=[], tick_rate=1e-12)
weights = st.lists(st.integers(1, 1_000_000), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(weights, st.lists(st.integers(1, 5000), min_size=1, max_size=12))
def test_every_unit_is_dealt_once_and_each_account_stays_near_its_share(parts: list[int], fills: list[int]) -> None:
    shares = tuple(Share(f"DU{index}", Decimal(weight)) for index, weight in enumerate(parts))
    request = replace(order("BUY", 1, account="Group", conid=AAPL), shares=shares)
    dealt = Order(1, request, EXCHANGE._venue.markets[AAPL], MORNING)
    for units in fills:
        given_out = dealt.deal(units)
        assert sum(part for _, part in given_out) == units
        assert all(part > 0 for _, part in given_out)
    total = sum(fills)
    for share in shares:
        assert abs(dealt.dealt[share.account] - total * share.weight / sum(parts)) < len(parts)
