"""A combination while it is built."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from ibtui.domain.combos import SPREAD_CONIDS, NoCombo, combo_conidex
from ibtui.domain.contracts import Contract
from ibtui.ui.combo_draft import LEGS_AT_MOST, ComboDraft
from tests.ui.activity import CONTRACT
from tests.ui.market import AAPL, BMW, ES, MSFT, SPX, VOD

BP = Contract(37928772, "BP.", "BP PLC", "STK", "LSE", "GBP", exchanges=("SMART", "CHIXUK", "LSE"))
VOD_ROUTED = replace(CONTRACT[VOD], exchanges=("SMART", "LSE", "BATEUK"))
POUNDS = {BP.conid: BP, VOD: VOD_ROUTED}


def built(*contracts: Contract) -> ComboDraft:
    draft = ComboDraft()
    for contract in contracts:
        draft = draft.added(contract)
    return draft


def test_the_first_leg_is_bought_and_the_next_sold() -> None:
    draft = built(CONTRACT[AAPL], CONTRACT[MSFT])
    assert [(leg.conid, leg.ratio) for leg in draft.legs] == [(AAPL, 1), (MSFT, -1)]
    assert combo_conidex(draft.contract(CONTRACT)) == f"{SPREAD_CONIDS['USD']};;;{AAPL}/1,{MSFT}/-1"


def test_a_ratio_steps_over_nought() -> None:
    draft = built(CONTRACT[AAPL])
    assert draft.stepped(0, -1).legs[0].ratio == -1
    assert draft.stepped(0, -1).stepped(0, 1).legs[0].ratio == 1
    assert draft.stepped(0, 1).legs[0].ratio == 2


def test_legs_change_places_and_the_ends_are_ends() -> None:
    draft = built(CONTRACT[AAPL], CONTRACT[MSFT])
    assert [leg.conid for leg in draft.moved(0, 1).legs] == [MSFT, AAPL]
    assert draft.moved(0, -1) == draft
    assert draft.moved(1, 1) == draft


def test_a_leg_can_be_left_out() -> None:
    assert [leg.conid for leg in built(CONTRACT[AAPL], CONTRACT[MSFT]).removed(0).legs] == [MSFT]


@pytest.mark.parametrize(
    ("contract", "why"),
    [(CONTRACT[AAPL], "is a leg already"), (CONTRACT[SPX], "an index"), (Contract(9, "X", sec_type="BAG"), "itself")],
)
def test_what_cannot_be_a_leg_is_refused_in_words(contract: Contract, why: str) -> None:
    with pytest.raises(NoCombo, match=why):
        built(CONTRACT[AAPL]).added(contract)


def test_there_are_six_legs_at_most() -> None:
    draft = built(*(Contract(n, f"S{n}", sec_type="STK") for n in range(1, LEGS_AT_MOST + 1)))
    with pytest.raises(NoCombo, match="at most 6 legs"):
        draft.added(CONTRACT[AAPL])


def test_legs_of_two_currencies_make_no_combination() -> None:
    with pytest.raises(NoCombo, match="the legs are in USD and GBP"):
        built(CONTRACT[AAPL], CONTRACT[VOD]).contract(CONTRACT)


def test_a_currency_that_is_not_known_is_waited_for() -> None:
    with pytest.raises(NoCombo, match="the currency of ZZZ is not known yet"):
        built(CONTRACT[AAPL], Contract(77, "ZZZ", sec_type="STK")).contract(CONTRACT)


def test_one_leg_is_no_combination() -> None:
    with pytest.raises(NoCombo, match="two legs or more"):
        built(CONTRACT[ES]).contract(CONTRACT)


def test_outside_the_us_the_exchange_is_asked_from_those_all_legs_have() -> None:
    draft = built(BP, VOD_ROUTED)
    assert draft.needs_exchange(POUNDS)
    assert draft.exchanges(POUNDS) == ("LSE", "SMART")
    with pytest.raises(NoCombo, match="needs its exchange"):
        draft.contract(POUNDS)
    contract = replace(draft, exchange="LSE").contract(POUNDS)
    assert combo_conidex(contract) == f"{SPREAD_CONIDS['GBP']}@LSE;;;{BP.conid}/1,{VOD}/-1"


def test_a_currency_without_combinations_says_so_and_asks_for_no_exchange() -> None:
    sap = Contract(14204, "SAP", "SAP SE", "STK", "IBIS", "EUR")
    draft = built(sap, CONTRACT[BMW])
    known = {sap.conid: sap, BMW: CONTRACT[BMW]}
    assert not draft.needs_exchange(known)
    with pytest.raises(NoCombo, match="no combinations in EUR"):
        draft.contract(known)
