"""Arrow keys in every number of a ticket."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.contracts import ContractRules, PriceStep
from ibtui.domain.market import Quote
from ibtui.domain.tickets import OrderType, Side, SizedIn
from ibtui.ui.ticket_fields import Field, Surroundings
from ibtui.ui.ticket_form import LossKind, TicketDraft
from ibtui.ui.ticket_stepping import stepped_field
from tests.ui.drafts import ACCOUNT, STOCK

NICKEL = ContractRules(1, True, (PriceStep(Decimal(0), Decimal("0.05")),), Decimal(10), cash_increment=Decimal(500))
QUOTE = Quote(1, last=Decimal("20.05"), bid=Decimal("20.00"), ask=Decimal("20.10"))
AROUND = Surroundings(QUOTE, NICKEL)
DRAFT = TicketDraft(ACCOUNT, STOCK, Side.BUY)


@pytest.mark.parametrize(
    ("field", "draft", "text", "expected"),
    [
        (Field.QUANTITY, DRAFT, "100", "110"),
        (Field.QUANTITY, replace(DRAFT, sized_in=SizedIn.CASH), "1000", "1500"),
        (Field.LIMIT, DRAFT, "20.00", "20.05"),
        (Field.LIMIT, DRAFT, "", "20.00"),
        (Field.LIMIT, replace(DRAFT, side=Side.SELL), "", "20.10"),
        (Field.STOP, replace(DRAFT, order_type=OrderType.STP), "", "20.05"),
        (Field.LIMIT, replace(DRAFT, order_type=OrderType.STOP_LIMIT), "", "20.05"),
        (Field.TRAIL, DRAFT, "1.00", "1.05"),
        (Field.TRAIL, replace(DRAFT, trail_by="%"), "1", "1.1"),
        (Field.OFFSET, DRAFT, "", "0.05"),
        (Field.PROFIT, DRAFT, "21.00", "21.05"),
        (Field.LOSS, DRAFT, "19.00", "19.05"),
        (Field.LOSS, replace(DRAFT, loss_kind=LossKind.TRAIL_PERCENT), "2", "2.1"),
        (None, DRAFT, "0.2", "0.3"),
    ],
)
def test_an_arrow_moves_a_number_by_its_own_step(
    field: Field | None, draft: TicketDraft, text: str, expected: str
) -> None:
    assert stepped_field(field, draft, text, 1, AROUND) == expected


def test_without_rules_money_goes_by_hundreds_and_prices_by_cents() -> None:
    assert stepped_field(Field.QUANTITY, replace(DRAFT, sized_in=SizedIn.CASH), "1000", 1, Surroundings()) == "1100"
    assert stepped_field(Field.LIMIT, DRAFT, "1", -1, Surroundings()) == "0.99"
    assert stepped_field(Field.LIMIT, DRAFT, "", 1, Surroundings()) == ""
