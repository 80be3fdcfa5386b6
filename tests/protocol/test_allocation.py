"""Allocation, account information and combinations of IBKR's documents become what they say."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from ibtui.domain.account import Account
from ibtui.protocol import allocation
from tests.protocol.payloads import payload

D = Decimal


@pytest.mark.parametrize(
    ("name", "stocks", "technology", "computers"),
    [
        ("portfolio/GET-portfolio-allocation", "317071.39468663215", "237511.16", "121517.38"),
        ("portfolio/POST-portfolio-allocation", "316441.2320366", "237014.72999999998", "121222.53"),
    ],
)
def test_an_allocation_tells_long_and_short_values(name: str, stocks: str, technology: str, computers: str) -> None:
    found = allocation.decode_allocation(payload(name))
    assert [key for key, _ in found.asset_class] == ["OPT", "STK", "CASH", "OPT", "CASH"]
    assert dict(found.asset_class[:3])["STK"] == D(stocks)
    assert dict(found.asset_class[3:])["OPT"] == D("-30")
    assert ("Technology", D(technology)) in found.sector
    assert ("Others", D("-30")) in found.sector
    assert ("Computers", D(computers)) in found.group
    assert (len(found.sector), len(found.group)) == (8, 10)


def test_the_account_information_tells_its_currency() -> None:
    assert allocation.decode_meta(payload("portfolio/GET-portfolio-meta")) == Account("U1234567", "", "USD")


def test_a_combination_tells_its_legs_and_their_positions() -> None:
    (combo,) = allocation.decode_combo_positions(payload("portfolio/GET-portfolio-combo-positions"), "U1234567")
    assert (combo.name, combo.description) == ("CP.CP66a00d50", "1*708474422-1*710225103")
    assert combo.legs == ((708474422, D(1)), (710225103, D(-1)))
    assert [(p.conid, p.quantity, p.sec_type, p.market_value) for p in combo.positions] == [
        (708474422, D(1), "OPT", D("5965.72")),
        (710225103, D(-1), "OPT", D("-7802.52")),
    ]
    assert [p.unrealized_pnl for p in combo.positions] == [D("-45.99"), D("-174.23")]


def test_the_requests_name_their_accounts() -> None:
    assert allocation.meta("U1").path == "/portfolio/U1/meta"
    assert allocation.allocation("U1").path == "/portfolio/U1/allocation"
    assert allocation.combo_positions("U1").path == "/portfolio/U1/combo/positions"
    body = allocation.consolidated_allocation(["U1", "U2"]).body
    assert body is not None
    assert json.loads(body) == {"acctIds": ["U1", "U2"]}
