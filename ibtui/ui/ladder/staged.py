"""What Enter would send: the preview of the ladder, held against rules, limits and market like any other order.

Pure. Everything that is sent is in the words; what speaks against it is found anew each time it is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.ui.ladder.arming import OTHER_ACCOUNT, OTHER_CONTRACT, Standing
from ibtui.ui.ladder.brackets import entry_of
from ibtui.ui.ladder.closing import ClosePlan
from ibtui.ui.ladder.grabbing import Change, Grab
from ibtui.ui.ticket_checks import check_child, check_ticket
from ibtui.ui.ticket_fields import Field, Problem, Surroundings
from ibtui.ui.ticket_worth import AT_ONCE

if TYPE_CHECKING:
    from ibtui.session.intents import Session

Around = Callable[[Side, Ticket | None, int | None], Surroundings]
"""What an order of a side is measured against now; with the ticket and order id of a working one that is changed."""


class Staged(Struct, frozen=True):
    """One thing to be sent: a new order with what is attached to it, changes of working orders, or a closing."""

    account: str
    """The account on screen when the key went down."""
    conid: int
    """The instrument on the ladder then."""
    tickets: tuple[Ticket, ...] = ()
    changes: tuple[Change, ...] = ()
    closing: ClosePlan | None = None
    note: str = ""
    """What is to be known of it, besides what is checked."""


def staged_change(grab: Grab, account: str, session: Session) -> Staged:
    """The change of what is in the hand. Raises NotPossible when it is lost."""
    store = session.store
    note = ", ".join(part for part in (grab.note, grab.filled(store)) if part)
    return Staged(account, grab.contract.conid, changes=grab.changes(store), note=note)


def problems_of(staged: Staged, around: Around) -> tuple[Problem, ...]:
    """What rules, limits and market say against it as they are now: the ticket's own checks, strict about stops.

    What is attached is measured from where its entry would fill now.
    """
    found = [*_of_new(staged.tickets, around), *_of_changes(staged.changes, around)]
    if staged.closing is not None and staged.closing.ticket is not None:
        found += _of_new((staged.closing.ticket,), around)
    return tuple(found)


def refusal(staged: Staged, standing: Standing, problems: tuple[Problem, ...]) -> str:
    """Why it may not be sent now, armed or from the preview, in words; blank when it may."""
    if standing.conid != staged.conid:
        return f"Not sent: {OTHER_CONTRACT} is on the ladder"
    if standing.account != staged.account:
        return f"Not sent: {OTHER_ACCOUNT} is chosen"
    if standing.obstacle:
        return f"Not sent: {standing.obstacle}"
    if not (staged.tickets or staged.changes or staged.closing):
        return "Not sent: it is where it was"
    wrong = next((problem for problem in problems if problem.blocks), None)
    return f"Not sent: {problem_words(wrong)}" if wrong is not None else ""


def problem_words(problem: Problem) -> str:
    """`limit 25% from the market, your limit is 20%`."""
    return f"{problem.field.words} {problem.text}"


def _of_new(tickets: tuple[Ticket, ...], around: Around) -> Iterator[Problem]:
    if not tickets:
        return
    parent, children = tickets[0], tickets[1:]
    here = around(parent.side, None, None)
    yield from (_waiting(problem) for problem in check_ticket(parent, here))
    beside = around(parent.side.opposite, None, None)
    quote = beside.quote
    entry = entry_of(parent, quote.bid, quote.ask) if quote is not None else None
    filled = parent if entry is None or parent.stop_price is not None else replace(parent, limit_price=entry)
    for child in children:
        field = Field.PROFIT if child.order_type is OrderType.LMT else Field.LOSS
        yield from check_child(filled, child, field, beside)


def _of_changes(changes: tuple[Change, ...], around: Around) -> Iterator[Problem]:
    for change in changes:
        here = around(change.after.side, change.before, change.order_id)
        for problem in check_ticket(change.after, here):
            if problem.text != AT_ONCE:
                yield problem
            elif not change.waits:
                yield _waiting(problem)


def _waiting(problem: Problem) -> Problem:
    """On the ladder a stop that would trigger at once is refused: it is a market order that was not meant."""
    return replace(problem, blocks=True) if problem.text == AT_ONCE else problem
