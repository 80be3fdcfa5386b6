"""The words of the preview: all of what Enter would send, on as many lines as the screen is wide. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.store import Store
from ibtui.ui.dialogs.words import (
    account_words,
    distance_words,
    money_words,
    order_line,
    prices_words,
    size_words,
)
from ibtui.ui.formatting import price, quantity, quote_digits
from ibtui.ui.ladder.closing import ClosePlan
from ibtui.ui.ladder.grabbing import Change
from ibtui.ui.ladder.staged import Around, Staged, problem_words, problems_of
from ibtui.ui.ticket_fields import Surroundings
from ibtui.ui.ticket_offers import TYPE_WORDS
from ibtui.ui.ticket_worth import distance, notional

BETWEEN = " · "


def preview_lines(staged: Staged, store: Store, around: Around, width: int) -> tuple[str, ...]:
    """The whole order, nothing left out, in lines of at most `width` cells: what is wrong with it comes last.

    Only a word longer than the width is longer than that.
    """
    return wrapped(tuple(_parts(staged, store, around)), width)


def wrapped(parts: Sequence[str], width: int) -> tuple[str, ...]:
    """The parts one after the other, each kept whole where it fits a line, and broken between its words where not."""
    lines: list[str] = []
    for part in parts:
        if lines and cell_len(f"{lines[-1]}{BETWEEN}{part}") <= width:
            lines[-1] += BETWEEN + part
            continue
        lines += _broken(part, width)
    return tuple(lines)


def order_words(ticket: Ticket, around: Surroundings, before: Ticket | None = None) -> str:
    """All of an order but its account, prices on their grid: `SELL 50 AAPL LMT 271.71 → 271.73 DAY outside RTH`."""
    head = f"{ticket.side.value} {size_words(ticket)}"
    rest = order_line(ticket).removeprefix(f"{head} {prices_words(ticket)}")
    prices = prices_words(ticket, around.rules)
    if before is not None:
        prices = f"{prices_words(before, around.rules)} → {prices.removeprefix(TYPE_WORDS[ticket.order_type]).strip()}"
    return f"{head} {prices}{rest}"


def _parts(staged: Staged, store: Store, around: Around) -> Iterator[str]:
    if staged.tickets:
        yield from _new_parts(staged.tickets, staged.account, store, around)
    for change in staged.changes:
        yield from _change_parts(change, around)
    yield from (account_words(store, each) for each in dict.fromkeys(c.after.account for c in staged.changes))
    if staged.closing is not None:
        yield from _closing_parts(staged.closing, store, around)
    if staged.note:
        yield staged.note
    problems = problems_of(staged, around)
    yield from (f"NOT POSSIBLE: {problem_words(problem)}" for problem in problems if problem.blocks)
    yield from (f"note: {problem_words(problem)}" for problem in problems if not problem.blocks)


def _new_parts(tickets: tuple[Ticket, ...], account: str, store: Store, around: Around) -> Iterator[str]:
    parent, children = tickets[0], tickets[1:]
    here = around(parent.side, None, None)
    yield order_words(parent, here)
    for child in children:
        name = "target" if child.order_type is OrderType.LMT else "stop"
        yield f"{name} {child.side.value} {prices_words(child, here.rules)} {child.tif.value}"
    yield account_words(store, account)
    yield from _figures(parent, here)


def _change_parts(change: Change, around: Around) -> Iterator[str]:
    here = around(change.after.side, change.before, change.order_id)
    yield f"change order {change.order_id}: {order_words(change.after, here, change.before)}"
    yield from _figures(change.after, here)


def _closing_parts(plan: ClosePlan, store: Store, around: Around) -> Iterator[str]:
    name = plan.contract.label
    orders = {0: "no working order", 1: "1 working order"}.get(plan.cancels, f"{plan.cancels} working orders")
    verb = "REVERSE" if plan.reverse else "FLATTEN"
    outside = (plan.outside,) if plan.outside else ()
    yield f"{verb} {name}: cancels {orders}, waits until each is gone, reads the position anew"
    if plan.ticket is None:
        yield f"no position is known now; {'turns' if plan.reverse else 'closes'} what is found then"
        yield from outside
        yield account_words(store, plan.account)
        return
    here = around(plan.ticket.side, None, None)
    yield f"then {_closing_order(plan.ticket, plan.collar_ticks, here)}"
    yield from outside
    yield f"position now {quantity(plan.held)}"
    yield account_words(store, plan.account)
    yield from _figures(plan.ticket, here)


def _closing_order(ticket: Ticket, collar_ticks: int, here: Surroundings) -> str:
    if ticket.limit_price is None:
        return order_words(ticket, here)
    where = f"ask + {collar_ticks}" if ticket.side is Side.BUY else f"bid − {collar_ticks}"
    return f"{order_words(ticket, here)} ({where} ticks, as they are then)"


def _figures(ticket: Ticket, here: Surroundings) -> Iterator[str]:
    """Its worth, and how far it lies from the market or what of the market it would meet."""
    quote, digits = here.quote, quote_digits(here.quote, here.rules)
    yield money_words(notional(ticket, quote), ticket.contract.currency)
    far = distance_words(distance(ticket, quote), digits)
    if far or quote is None:
        yield far or "no market"
        return
    touch = quote.ask if ticket.side is Side.BUY else quote.bid
    yield f"{'ask' if ticket.side is Side.BUY else 'bid'} {price(touch, digits)}"


def _broken(part: str, width: int) -> list[str]:
    lines = [""]
    for word in part.split(" "):
        if not lines[-1]:
            lines[-1] = word
        elif cell_len(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
