"""What single market data fields look like in special circumstances."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ibtui.sim.gateway.marketfields import Sight, values
from ibtui.sim.gateway.sights import sight_of
from ibtui.sim.gateway.statistics import Statistics
from ibtui.sim.gateway.wire import ladder_price, plain, price_text, size_text, volume_text
from tests.sim.gateway.rig import AAPL, Rig


def sight(rig: Rig, conid: int = AAPL) -> Sight:
    return sight_of(rig.gateway, conid, ["31", "74"])


async def test_without_a_trade_the_last_price_is_the_previous_close_marked_c(rig: Rig) -> None:
    quiet = replace(sight(rig), quote=replace(sight(rig).quote, last=None, prior_close=Decimal("271.5")))
    assert values(quiet, ["31", "82", "83"]) == {"31": "C271.50", "82": "0.00", "83": "+0.00%"}


async def test_a_halted_contract_is_marked_h(rig: Rig) -> None:
    halted = replace(sight(rig), quote=replace(sight(rig).quote, last=Decimal("270"), halted=True))
    assert values(halted, ["31"]) == {"31": "H270.00"}


async def test_a_missing_side_of_the_book_is_blank(rig: Rig) -> None:
    empty = replace(sight(rig), quote=replace(sight(rig).quote, bid=None, bid_size=Decimal(0)))
    assert values(empty, ["84", "88"]) == {"84": "", "88": ""}


async def test_a_closed_market_is_frozen(rig: Rig) -> None:
    assert values(replace(sight(rig), is_open=False), ["6509"]) == {"6509": "ZB"}


async def test_without_a_position_its_fields_are_missing(rig: Rig) -> None:
    assert values(replace(sight(rig), position=None), ["73", "74", "31"]).keys() == {"31"}


async def test_unknown_fields_are_missing(rig: Rig) -> None:
    assert values(sight(rig), ["9999"]) == {}


async def test_moving_averages_are_set_against_the_last_price(rig: Rig) -> None:
    figures = Statistics(Decimal(300), Decimal(200), 25.0, dict.fromkeys((20, 50, 100, 200), Decimal(200)))
    seen = replace(sight(rig), statistics=figures, quote=replace(sight(rig).quote, last=Decimal(250)))
    assert values(seen, ["7674", "7678", "7293", "7087"]) == {
        "7674": "200.00",
        "7678": "25.00%",
        "7293": "300.00",
        "7087": "25.00%",
    }


def test_numbers_in_the_wires_text_forms() -> None:
    assert price_text(Decimal("1.1"), Decimal("0.00005")) == "1.10000"
    assert price_text(None, Decimal("0.01")) == ""
    assert ladder_price(Decimal("6801.5"), Decimal("0.25")) == "6,801.50"
    assert [volume_text(Decimal(each)) for each in (912, 815_000, 24_200_000)] == ["912", "815.0K", "24.2M"]
    assert [plain(Decimal(each)) for each in ("5.00", "100", "0.50")] == ["5", "100", "0.5"]
    assert size_text(Decimal(3500)) == "3,500"
