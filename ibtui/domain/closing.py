"""Closing a position: how far the sequence is, and which order closes what is held."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from ibtui.domain import rulewords
from ibtui.domain.contracts import Contract, ContractRules
from ibtui.domain.hours import Phase, TradingHours
from ibtui.domain.market import STALE_AFTER_SECONDS, Availability, Quote
from ibtui.domain.tickets import OrderType, Side, Ticket, Tif


class ClosingStage(StrEnum):
    """Where the closing of a position stands.

    ::

        CANCELLING ◄─► WAITING ◄─► READING ─► SENDING ─► DONE
             ▲            ▲           ▲         │
             └────────────┴───────────┴─────────┘   an order of the instrument appeared, a fill came or the
                                                    stream was lost: everything is looked at again

    STOPPED follows every stage but DONE. Stages may be left out: where nothing works READING is the first, and when
    nothing is held it leads to DONE. Each may be told again in other words; nothing leads on from DONE and STOPPED.
    `CLOSING_MOVES` is the table of this drawing.
    """

    CANCELLING = "cancelling"
    WAITING = "waiting"
    READING = "reading"
    SENDING = "sending"
    DONE = "done"
    STOPPED = "stopped"

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self in (ClosingStage.DONE, ClosingStage.STOPPED)

    def may_become(self, other: ClosingStage) -> bool:
        """Whether a closing may move from here to `other`."""
        return other in CLOSING_MOVES[self]


_LOOKING = frozenset({ClosingStage.CANCELLING, ClosingStage.WAITING, ClosingStage.READING, ClosingStage.STOPPED})
CLOSING_MOVES: Mapping[ClosingStage, frozenset[ClosingStage]] = {
    ClosingStage.CANCELLING: _LOOKING,
    ClosingStage.WAITING: _LOOKING,
    ClosingStage.READING: _LOOKING | {ClosingStage.SENDING, ClosingStage.DONE},
    ClosingStage.SENDING: _LOOKING | {ClosingStage.SENDING, ClosingStage.DONE},
    ClosingStage.DONE: frozenset(),
    ClosingStage.STOPPED: frozenset(),
}
"""From each stage those a closing may move to, the drawing of `ClosingStage` as a table."""


class Closing(Struct, frozen=True):
    """The newest closing of one instrument in one account, and how far it is."""

    account: str
    conid: int
    reverse: bool
    """Whether as much is to be held afterwards on the other side."""
    stage: ClosingStage
    words: str = ""
    """What is awaited, or how it ended, for a person."""
    order_key: str = ""
    """Key of the submission that closes; blank before there is one."""
    updated: float = 0.0
    """Monotonic seconds."""


class NotClosable(ValueError):
    """There is no order that surely closes the position; the message says why."""


def doubt_of(quote: Quote | None, now: float, *, is_streaming: bool) -> str:
    """Why no order may be made from the quote without a person's look at it, blank for nothing; `now` as `received`."""
    if quote is None or not quote.received:
        return "there are no prices"
    if not quote.subscribed or (not is_streaming and now - quote.received > STALE_AFTER_SECONDS):
        return "the prices are stale"
    if quote.halted:
        return "the instrument is halted"
    if quote.availability not in (Availability.LIVE, Availability.UNKNOWN):
        return f"the prices are {quote.availability.value}"
    return ""


def closing_side(held: Decimal) -> Side:
    """The side of the order that lessens a holding (negative when short)."""
    return Side.SELL if held > 0 else Side.BUY


def hours_problem(phase: Phase, hours: TradingHours, wall: float, rules: ContractRules | None) -> str:
    """Why no order could close anything now, by the hours and what the rules let fill outside them; blank if one may.

    `phase` is that of the moment `wall`. An order that waits for an opening closes nothing: the trader would believe
    to be out.
    """
    match phase:
        case Phase.CLOSED:
            return f"the market is closed, it trades again {hours.trading(wall)}: an order would wait for that"
        case Phase.EXTENDED | Phase.DOUBTED if not may_fill_outside(rules):
            when = hours.opening(wall)
            waits = f"wait for {when}" if when else "wait for the next opening"
            return f"it is outside regular hours and the rules let no limit order fill there: it would {waits}"
    return ""


def hours_words(ticket: Ticket, phase: Phase, hours: TradingHours, wall: float) -> str:
    """What is to be known of when the order may fill, blank in regular hours."""
    if phase is Phase.REGULAR:
        return ""
    if phase is Phase.EXTENDED:
        when = hours.opening(wall)
        until = f" until {when}" if when else ""
        return f"outside regular hours{until}: a limit, which rests where nobody meets it"
    if phase is Phase.DOUBTED:
        return "the market is closed by its schedule, but it trades: a limit, which rests where nobody meets it"
    if ticket.outside_rth:
        return "the trading hours could not be read: a limit that may fill outside regular ones too"
    return "the trading hours could not be read: outside regular ones it WAITS for the next opening"


def may_fill_outside(rules: ContractRules | None) -> bool:
    """Whether a limit order may be sent to fill outside regular hours; where rules are silent the gateway judges."""
    return rulewords.may_work_outside(rules, OrderType.LMT)


def closing_ticket(
    account: str,
    contract: Contract,
    held: Decimal,
    quote: Quote | None,
    rules: ContractRules | None,
    *,
    phase: Phase,
    reverse: bool,
    market: bool,
    collar_ticks: int,
) -> Ticket:
    """The order that closes `held` units (negative when short, never 0), or turns them to the other side.

    In regular hours a market order if `market` and the rules of its side list it, else a limit `collar_ticks` beyond
    the far side of the quote, on the grid. Outside them, and where the hours are not known, a limit that may fill
    there; where the rules forbid that, what regular hours ask for (`hours_problem` tells when it must not be sent).
    Raises NotClosable while a price or the grid is unknown.
    """
    side = closing_side(held)
    quantity = abs(held) * (2 if reverse else 1)
    outside = phase is not Phase.REGULAR and may_fill_outside(rules)
    listed = rulewords.types_of(rules.order_types) if rules is not None else frozenset()
    if market and not outside and OrderType.MKT in listed:
        tif = _tif(contract, rules, OrderType.MKT)
        return Ticket(account, contract, side, OrderType.MKT, quantity, tif=tif)
    price = _crossing_price(side, quote, rules, max(0, collar_ticks))
    tif = _tif(contract, rules, OrderType.LMT)
    return Ticket(account, contract, side, OrderType.LMT, quantity, price, tif=tif, outside_rth=outside)


def _crossing_price(side: Side, quote: Quote | None, rules: ContractRules | None, ticks: int) -> Decimal:
    far = None if quote is None else quote.bid if side is Side.SELL else quote.ask
    if far is None:
        raise NotClosable(f"there is no {'bid' if side is Side.SELL else 'ask'} to {side.value.lower()} at")
    if rules is None or not rules.steps:
        raise NotClosable("the price steps of the instrument are not known")
    price = rules.moved(far, -ticks if side is Side.SELL else ticks)
    if price <= 0 and not rules.negative_capable:
        return rules.moved(Decimal(0), 1)
    return price


def _tif(contract: Contract, rules: ContractRules | None, kind: OrderType) -> Tif:
    """DAY, unless the rules offer something else only (IOC for crypto at the market)."""
    allowed = rulewords.allowed_tifs(rules, kind, sec_type=contract.sec_type)
    for tif in (Tif.DAY, Tif.IOC, Tif.GTC):
        if tif in allowed:
            return tif
    return Tif.DAY
