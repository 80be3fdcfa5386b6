"""From a line of the order language to the body that is sent: every form of the table."""

from __future__ import annotations

import pytest

from ibtui.domain.language import GroupCommand, OrderCommand, parse
from ibtui.domain.language.tickets import tickets_of, tickets_of_group
from ibtui.domain.tickets import Ticket
from ibtui.protocol.orders.body import placing_body
from tests.order_forms import ACCOUNT, FORMS, Form, orders_of


def made(form: Form) -> tuple[Ticket, ...]:
    """The tickets its line stands for."""
    parsed = parse(form.line)
    if isinstance(parsed.command, GroupCommand):
        return tickets_of_group(parsed.command, [ticket.contract for ticket in form.tickets], ACCOUNT)
    assert isinstance(parsed.command, OrderCommand), parsed.error
    return tickets_of(parsed.command, form.tickets[0].contract, ACCOUNT)


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
def test_a_line_is_sent_as_written_in_the_table(form: Form) -> None:
    tickets = made(form)
    assert tickets == form.tickets
    assert orders_of(placing_body(tickets, "ibtui-1")) == form.expected
