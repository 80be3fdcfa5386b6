"""The gateway's words for order types and what its rules say about each."""

from __future__ import annotations

import pytest

from ibtui.domain import rulewords
from ibtui.domain.contracts import ContractRules
from ibtui.domain.tickets import OrderType, Tif
from ibtui.protocol import rules
from tests.protocol.payloads import payload

SILENT = ContractRules(1, True)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("limit Limit LIMIT LMT", OrderType.LMT),
        ("market Market MKT", OrderType.MKT),
        ("stop Stop STP", OrderType.STP),
        ("stop_limit STOP_LIMIT Stop-Limit STPLMT STP_LMT", OrderType.STOP_LIMIT),
        ("midprice MidPrice MIDPRICE", OrderType.MIDPRICE),
        ("trailing_stop TRAILING_STOP TRAIL", OrderType.TRAIL),
        ("trailing_stop_limit TRAILLMT TRAIL_LIMIT", OrderType.TRAILLMT),
        ("mit MIT Market_if_Touched", OrderType.MIT),
        ("lit LIT", OrderType.LIT),
        ("marketonclose MOC MARKET_ON_CLOSE", OrderType.MOC),
        ("limitonclose LOC", OrderType.LOC),
        ("relative REL", OrderType.REL),
    ],
)
def test_every_spelling_of_a_type_is_known(words: str, kind: OrderType) -> None:
    assert {rulewords.order_type_of(word) for word in words.split()} == {kind}
    assert rulewords.order_type_of(kind.value) is kind
    assert rulewords.order_type_of(words.split()[0].replace("_", " ")) is kind


@pytest.mark.parametrize("word", ["", "MKT_PROTECT", "PEG MID", "STPPRT", "limitless"])
def test_a_word_that_is_no_type_of_ours_is_none(word: str) -> None:
    assert rulewords.order_type_of(word) is None


def test_the_documented_rules_offer_every_type() -> None:
    told = rules.decode_rules(payload("contracts/POST-iserver-contract-rules"), 265598, is_buy=True)
    assert rulewords.types_of(told.order_types) == set(OrderType)
    assert rulewords.allowed_types(told, tuple(OrderType)) == tuple(OrderType)
    assert rulewords.allowed_tifs(told, OrderType.LMT) == (Tif.DAY, Tif.GTC, Tif.OPG, Tif.IOC, Tif.GTD)
    assert rulewords.allowed_tifs(told, OrderType.MOC) == (Tif.DAY, Tif.GTC, Tif.IOC, Tif.GTD)
    assert rulewords.allowed_tifs(told, OrderType.STP) == (Tif.DAY, Tif.GTC, Tif.GTD)
    outside = [kind for kind in OrderType if rulewords.may_work_outside(told, kind)]
    assert outside == [OrderType.LMT, OrderType.STOP_LIMIT, OrderType.TRAILLMT, OrderType.LIT, OrderType.REL]
    assert not any(rulewords.may_be_fractional(told, kind) for kind in OrderType)
    assert not rulewords.may_use_algo(told, OrderType.MKT)
    assert rulewords.may_be_cash(told, OrderType.TRAIL)
    assert not rulewords.may_be_cash(told, OrderType.MOC)


def test_silent_rules_forbid_nothing_but_fractions() -> None:
    assert rulewords.allowed_types(SILENT, (OrderType.REL,)) == (OrderType.REL,)
    for kind in OrderType:
        assert rulewords.is_offered(SILENT, kind)
        assert rulewords.may_change_to(SILENT, kind)
        assert rulewords.may_work_outside(SILENT, kind)
        assert rulewords.may_be_cash(SILENT, kind)
        assert rulewords.may_use_algo(SILENT, kind)
        assert rulewords.may_be_fractional(None, kind)
        assert not rulewords.may_be_fractional(SILENT, kind)


def test_pax_is_offered_for_crypto_or_where_the_rules_list_it() -> None:
    assert Tif.PAX not in rulewords.allowed_tifs(None, OrderType.LMT)
    assert Tif.PAX in rulewords.allowed_tifs(None, OrderType.LMT, sec_type="CRYPTO")
    listed = ContractRules(1, True, tifs=("PAX/o,a", "IOC/MKT_PROTECT"))
    assert rulewords.allowed_tifs(listed, OrderType.LMT) == (Tif.PAX,)


def test_rules_that_name_none_of_the_wanted_types_leave_the_choice() -> None:
    told = ContractRules(1, True, order_types=("limit",))
    assert rulewords.allowed_types(told, (OrderType.LMT, OrderType.MKT)) == (OrderType.LMT,)
    assert rulewords.allowed_types(told, (OrderType.MKT,)) == (OrderType.MKT,)
    assert not rulewords.is_offered(told, OrderType.MKT)
