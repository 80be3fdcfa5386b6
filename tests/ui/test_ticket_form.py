"""The draft: which fields it asks for, and every field set by a word or a text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.algos import Algo, Algos
from ibtui.domain.contracts import ContractRules, PriceStep
from ibtui.domain.tickets import OrderType, Side, SizedIn, Tif
from ibtui.ui.ticket_fields import MORE, Field
from ibtui.ui.ticket_form import LossKind, TicketDraft, shown_fields, with_price
from ibtui.ui.ticket_offers import (
    FLAGS,
    TEXTS,
    Offers,
    more_words,
    text_of,
    with_parameter,
    with_text,
    with_word,
    word_of,
    words_of,
)
from tests.ui.drafts import ACCOUNT, ALGO, COIN, FOREX, STOCK

CENT = ContractRules(265598, True, (PriceStep(Decimal(0), Decimal("0.01")),), Decimal(1))
DRAFT = TicketDraft(ACCOUNT, STOCK, Side.BUY, quantity="100", limit="271.65")
ALWAYS = {
    Field.SIDE,
    Field.QUANTITY,
    Field.TYPE,
    Field.TIF,
    Field.OUTSIDE,
    Field.PROFIT,
    Field.LOSS,
    Field.LOSS_KIND,
    Field.ACCOUNT,
}
CHOICES = [field for field in Field if field not in TEXTS]


def beside(draft: TicketDraft, groups: tuple[str, ...] = ()) -> set[Field]:
    return set(shown_fields(draft, groups)) - ALWAYS


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (OrderType.LMT, {Field.LIMIT}),
        (OrderType.MKT, set()),
        (OrderType.STP, {Field.STOP}),
        (OrderType.STOP_LIMIT, {Field.LIMIT, Field.STOP}),
        (OrderType.MIDPRICE, {Field.LIMIT}),
        (OrderType.TRAIL, {Field.STOP, Field.TRAIL, Field.TRAIL_BY}),
        (OrderType.TRAILLMT, {Field.LIMIT, Field.STOP, Field.TRAIL, Field.TRAIL_BY}),
        (OrderType.MIT, {Field.STOP}),
        (OrderType.LIT, {Field.LIMIT, Field.STOP}),
        (OrderType.MOC, set()),
        (OrderType.LOC, {Field.LIMIT}),
        (OrderType.REL, {Field.LIMIT, Field.OFFSET}),
    ],
)
def test_a_type_shows_the_fields_it_takes_and_no_others(kind: OrderType, fields: set[Field]) -> None:
    assert beside(replace(DRAFT, order_type=kind)) == fields


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"tif": Tif.GTD}, Field.GOOD_TILL),
        ({"profit": "280"}, Field.OCA),
        ({"loss": "260"}, Field.OCA),
        ({"contract": FOREX}, Field.UNIT),
        ({"contract": COIN}, Field.UNIT),
        ({"allocation": "NetLiq"}, Field.ALLOCATION),
        ({"loss": "260", "loss_kind": LossKind.STOP_LIMIT}, Field.LOSS_LIMIT),
        ({"loss": "2", "loss_kind": LossKind.TRAIL_LIMIT}, Field.LOSS_STOP),
        ({"loss": "2", "loss_kind": LossKind.TRAIL_LIMIT_PERCENT}, Field.LOSS_LIMIT),
    ],
)
def test_a_field_appears_when_another_asks_for_it(change: dict[str, object], field: Field) -> None:
    assert field not in beside(DRAFT)
    assert field in beside(replace(DRAFT, **change))


def test_an_allocation_group_as_account_asks_for_its_method() -> None:
    assert Field.ALLOCATION in beside(replace(DRAFT, account="Family"), ("Family",))


def test_every_field_is_set_by_a_text_or_by_words() -> None:
    assert set(TEXTS) | set(FLAGS) | {field for field in CHOICES if field not in FLAGS} == set(Field)
    for field in TEXTS:
        assert text_of(field, with_text(field, DRAFT, "7")) == "7"


@pytest.mark.parametrize("field", CHOICES)
def test_every_word_that_is_offered_can_be_chosen(field: Field) -> None:
    draft = replace(DRAFT, contract=replace(FOREX, exchanges=("IDEALPRO", "SMART")))
    offers = Offers(accounts=(ACCOUNT, "DU2"), groups=("Family",), algos=Algos(1, (Algo("Vwap", "VWAP"),)))
    words = words_of(field, draft, offers)

    assert len(words) > 1
    for word in words:
        assert word_of(field, with_word(field, draft, word, offers.groups)) == word


def test_only_the_types_and_times_of_the_rules_are_offered() -> None:
    rules = replace(CENT, order_types=("limit", "mit", "relative"), tifs=("DAY/o,a", "GTD/o,a"))

    assert words_of(Field.TYPE, DRAFT, Offers(rules)) == ("LMT", "MIT", "REL")
    assert words_of(Field.TIF, DRAFT, Offers(rules)) == ("DAY", "GTD")


def test_a_working_order_may_become_only_what_the_rules_let_it() -> None:
    rules = replace(CENT, order_types=("limit", "market", "stop"), modify_types=("limit", "stop_limit"))

    assert words_of(Field.TYPE, DRAFT, Offers(rules, is_change=True)) == ("LMT", "STP LMT")


def test_money_is_offered_where_money_can_be_ordered() -> None:
    assert words_of(Field.UNIT, replace(DRAFT, contract=FOREX), Offers()) == ("units", "cash", "convert")
    assert words_of(Field.UNIT, replace(DRAFT, contract=COIN), Offers()) == ("units", "cash")
    no_cash = replace(CENT, cash_quantity_types=("market",))
    assert words_of(Field.UNIT, replace(DRAFT, contract=COIN), Offers(no_cash)) == ("units",)


def test_another_algo_forgets_the_parameters_of_the_one_before() -> None:
    vwap = replace(DRAFT, strategy="Vwap", parameters=ALGO)

    assert with_word(Field.ALGO, vwap, "none").parameters == ()


def test_an_account_that_is_no_group_takes_the_allocation_back() -> None:
    family = replace(DRAFT, account="Family", allocation="NetLiq")

    assert with_word(Field.ACCOUNT, family, "DU1", ("Family", "Fund")).allocation == ""
    assert with_word(Field.ACCOUNT, family, "Fund", ("Family", "Fund")).allocation == "NetLiq"


def test_a_parameter_is_said_once_whatever_its_case_and_unsaid_by_a_blank() -> None:
    said = with_parameter(replace(DRAFT, parameters=(("MaxPctVol", "0.1"),)), "maxPctVol", "0.2")

    assert said.parameters == (("maxPctVol", "0.2"),)
    assert with_parameter(said, "maxPctVol", "").parameters == ()
    assert with_parameter(said, "noTakeLiq", False).parameters == (("maxPctVol", "0.2"), ("noTakeLiq", False))


def test_the_closed_section_says_everything_that_is_set_in_it() -> None:
    assert more_words(DRAFT) == ""
    assert more_words(replace(DRAFT, strategy="Vwap", route="ARCA")) == "route ARCA, algo Vwap"
    for field in MORE:
        if field in TEXTS:
            assert more_words(with_text(field, DRAFT, "XYZ")) != "", field
        elif field is not Field.ALGO and field is not Field.ROUTE:
            words = words_of(field, DRAFT, Offers())
            assert more_words(with_word(field, DRAFT, words[-1])) != "", field


def test_a_seeded_price_goes_where_its_type_wants_it() -> None:
    assert with_price(replace(DRAFT, limit=""), Decimal("271.6"), CENT).limit == "271.60"
    assert with_price(replace(DRAFT, order_type=OrderType.STP), Decimal("260"), CENT).stop == "260.00"
    assert with_price(replace(DRAFT, order_type=OrderType.MIT), Decimal("260"), CENT).stop == "260.00"
    assert with_price(replace(DRAFT, order_type=OrderType.MKT, limit=""), Decimal("260"), CENT).limit == ""
    assert with_price(DRAFT, None, CENT) == DRAFT


def test_a_draft_begins_with_units() -> None:
    assert DRAFT.sized_in is SizedIn.UNITS
