"""Trading rules of IBKR's documents become what a ticket is checked against."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.contracts import Contract, ContractRules, PriceStep
from ibtui.errors import Garbled
from ibtui.protocol import rules
from tests.protocol.payloads import payload

SIMPLE_TYPES = "limit market stop stop_limit mit lit trailing_stop trailing_stop_limit"
ORDER_TYPES = SIMPLE_TYPES.replace("market", "midprice market") + " relative marketonclose limitonclose"
ALGO_TYPES = "limit stop_limit lit trailing_stop_limit relative marketonclose limitonclose"
TIFS = (
    "IOC/MARKET,LIMIT,RELATIVE,MARKETONCLOSE,MIDPRICE,LIMITONCLOSE,MKT_PROTECT,STPPRT,a",
    "GTC/o,a",
    "OPG/LIMIT,MARKET,a",
    "GTD/o,a",
    "DAY/o,a",
)


def documented(
    *,
    size: int,
    price: str,
    fractional: str,
    accounts: str = "U1234567",
    is_buy: bool = True,
) -> ContractRules:
    return ContractRules(
        265598,
        is_buy,
        steps=(PriceStep(Decimal(0), Decimal("0.01")),),
        size_increment=Decimal(size),
        default_size=Decimal(100),
        order_types=tuple(ORDER_TYPES.split()),
        order_types_outside=("limit", "stop_limit", "lit", "trailing_stop_limit", "relative"),
        tifs=TIFS,
        fractional_types=tuple(fractional.split()),
        cash_quantity_types=tuple(SIMPLE_TYPES.split()),
        algo_types=tuple(ALGO_TYPES.split()),
        cash_currency="USD",
        cash_increment=Decimal(500),
        limit_price=Decimal(price),
        stop_price=Decimal(price),
        accounts=tuple(accounts.split()),
    )


def test_the_rules_of_the_documents_are_read() -> None:
    found = rules.decode_rules(payload("contracts/POST-iserver-contract-rules"), 265598, is_buy=True)
    assert found == documented(size=1, price="549000", fractional="")


def test_the_rules_of_the_specification_are_read() -> None:
    found = rules.decode_rules(payload("contracts/POST-iserver-contract-rules.openapi"), 265598, is_buy=False)
    assert found == documented(
        size=100,
        price="198.22",
        fractional=SIMPLE_TYPES,
        accounts="U1234567 U1234568 U1234569",
        is_buy=False,
    )


def test_description_and_rules_come_in_one_answer() -> None:
    body = payload("contracts/GET-iserver-contract-info-and-rules")
    contract, found = rules.decode_info_and_rules(body, 265598, is_buy=True)
    assert contract is not None
    assert contract.exchanges[0] == "SMART"
    assert replace(contract, exchanges=()) == Contract(265598, "AAPL", "APPLE INC", "STK", "", "USD")
    assert found == documented(size=100, price="197.93", fractional=SIMPLE_TYPES)


def test_rules_without_increment_rules_go_by_the_plain_increment() -> None:
    found = rules.decode_rules(b'{"increment":0.25}', 1, is_buy=True)
    assert found.steps == (PriceStep(Decimal(0), Decimal("0.25")),)


def test_what_a_working_order_may_be_changed_to_is_read() -> None:
    found = rules.decode_rules(b'{"modTypes":["limit","stop_limit"],"cashCcy":"EUR","cashQtyIncr":0.5}', 1, is_buy=True)
    assert found.modify_types == ("limit", "stop_limit")
    assert (found.cash_currency, found.cash_increment) == ("EUR", Decimal("0.5"))


def test_steps_are_ascending_and_strange_ones_left_out() -> None:
    body = b"""{"incrementRules":[{"lowerEdge":3.0,"increment":0.1},{"lowerEdge":0,"increment":"0.05"},
        {"lowerEdge":null,"increment":1},{"lowerEdge":9,"increment":0}]}"""
    found = rules.decode_rules(body, 1, is_buy=True)
    assert found.steps == (
        PriceStep(Decimal(0), Decimal("0.05")),
        PriceStep(Decimal(3), Decimal("0.1")),
    )


def test_missing_rules_are_unknown() -> None:
    assert rules.decode_rules(b"{}", 1, is_buy=True) == ContractRules(1, is_buy=True)


def test_an_error_in_words_is_kept_beside_the_rules() -> None:
    assert rules.decode_rules(b'{"error":"no permission"}', 1, is_buy=True).error == "no permission"


def test_rules_that_are_no_object_are_garbled() -> None:
    with pytest.raises(Garbled):
        rules.decode_rules(b"[]", 1, is_buy=True)


def test_requests_carry_side_and_order() -> None:
    plain = rules.rules(265598, is_buy=False)
    assert (plain.method, plain.path) == ("POST", "/iserver/contract/rules")
    assert json.loads(plain.body or b"") == {"conid": 265598, "isBuy": False}
    changed = rules.rules(265598, is_buy=True, exchange="SMART", order_id=1234567890)
    assert json.loads(changed.body or b"") == {
        "conid": 265598,
        "isBuy": True,
        "exchange": "SMART",
        "modifyOrder": True,
        "orderId": 1234567890,
    }
    both = rules.info_and_rules(265598, is_buy=True)
    assert (both.path, both.query) == ("/iserver/contract/265598/info-and-rules", (("isBuy", "true"),))
