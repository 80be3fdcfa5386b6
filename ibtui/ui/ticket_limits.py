"""The user's own limits, as the ticket shows a breach of them; the session refuses by the same ones."""

from __future__ import annotations

from collections.abc import Iterator

from ibtui.domain.breaches import Breach, Subject, breaches
from ibtui.domain.tickets import Ticket
from ibtui.ui.ticket_fields import Field, Problem, Surroundings, plain

PLACES = {
    Subject.TYPE: Field.TYPE,
    Subject.MARKET: Field.SIDE,
    Subject.QUANTITY: Field.QUANTITY,
    Subject.WORTH: Field.QUANTITY,
    Subject.LIMIT: Field.LIMIT,
    Subject.STOP: Field.STOP,
    Subject.TRAIL: Field.TRAIL,
    Subject.OFFSET: Field.OFFSET,
}
"""The field at which a breach is shown."""


def limit_problems(ticket: Ticket, around: Surroundings) -> Iterator[Problem]:
    """What is switched off, too large, too dear or too far from the market."""
    for breach in breaches(ticket, around.limits, around.quote, around.legs):
        is_size = breach.subject is Subject.QUANTITY and not breach.leg
        yield Problem(PLACES[breach.subject], _words(breach, ticket), breach.most if is_size else None)


def _words(breach: Breach, ticket: Ticket) -> str:
    if breach.subject is Subject.TYPE:
        return f"{ticket.order_type.value} is switched off in your settings"
    if breach.subject is Subject.MARKET:
        return "no price is known, and your settings want one"
    if breach.subject is Subject.QUANTITY:
        limit = f"your limit is {breach.most:,f}"
        return (
            f"{plain(breach.value or breach.most)} of {breach.leg}, {limit}"
            if breach.leg
            else (f"more than your limit of {breach.most:,f}")
        )
    if breach.subject is Subject.WORTH:
        of_leg = f"leg {breach.leg} " if breach.leg else ""
        return f"{of_leg}worth {breach.value:,.0f}, your limit is {breach.most:,f}"
    return f"{breach.share:.0f}% from the market, your limit is {plain(breach.most)}%"
