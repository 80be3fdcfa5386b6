"""An OCA group collected ticket by ticket: orders that stand side by side, of which a fill of one cancels the others.

Nothing of it is at the gateway before all are confirmed together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ibtui.domain.tickets import Ticket

if TYPE_CHECKING:
    from ibtui.ui.ticket_fields import Problem


class OrderGroup:
    """The orders that wait for the rest of their group."""

    def __init__(self) -> None:
        self.tickets: tuple[Ticket, ...] = ()

    def __len__(self) -> int:
        return len(self.tickets)

    def add(self, *tickets: Ticket) -> None:
        """Let these orders wait, as members of the group."""
        self.tickets = (*self.tickets, *members(tickets))

    def drop(self) -> None:
        """Forget them: they were confirmed, or are not wanted."""
        self.tickets = ()

    def with_last(self, ticket: Ticket) -> tuple[Ticket, ...]:
        """The whole group, with the order that completes it."""
        return (*self.tickets, *members((ticket,)))

    def problems(self, ticket: Ticket, children: Sequence[Ticket]) -> Iterator[Problem]:
        """Why the ticket cannot stand beside those that wait."""
        from ibtui.ui.ticket_fields import Field, Problem  # noqa: PLC0415 - start-up time

        if children:
            has_profit = children[0].limit_price is not None and children[0].stop_price is None
            yield Problem(Field.PROFIT if has_profit else Field.LOSS, "orders of an OCA group have none attached")
        account = self.tickets[0].account if self.tickets else ticket.account
        if ticket.account != account:
            yield Problem(Field.ACCOUNT, f"the orders that wait are of {account}")


def members(tickets: Sequence[Ticket]) -> tuple[Ticket, ...]:
    """The tickets as orders of one group."""
    return tuple(replace(ticket, single_group=True) for ticket in tickets)
