"""The questions ("order reply messages") an order raises before it goes to work ("Suppressible MessageIds")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ibtui.sim.exchange import Instrument, OrderRequest, OrderType, Side
from ibtui.sim.gateway.orders.describe import listing_exchange
from ibtui.sim.gateway.wire import Fields, plain, price_text

PRICE_PERCENT = Decimal(3)
CAP_PERCENT = Decimal("4.5")
SIZE_LIMIT = 500
VALUE_LIMIT = 100_000
TICK_LIMIT = 100
_SURE = "\nAre you sure you want to submit this order?"
_LIMITED = {OrderType.LMT, OrderType.STOP_LIMIT, OrderType.LOC}
_AT_MARKET = {OrderType.MKT, OrderType.MOC, OrderType.MIT}
_STOPS = {OrderType.STP, OrderType.STOP_LIMIT, OrderType.TRAIL, OrderType.TRAILLMT}

CAP_TEXT = (
    "<h4>Confirm Mandatory Cap Price</h4>To avoid trading at a price that is not consistent with a fair and orderly "
    "market, IB may set a cap (for a buy order) or a floor (for a sell order).<br>THIS MAY CAUSE AN ORDER THAT WOULD "
    "OTHERWISE BE MARKETABLE TO NOT BE TRADED.<br>You may <b>decline</b> or accept &amp; continue."
)
MARKET_TEXT = (
    "<h4>Market Order Confirmation</h4>A Market Order is an instruction to trade your order at any available "
    f"price, which in a fast or thin market may be far from the last one.{_SURE}"
)
CASH_TEXT = (
    "Traders are responsible for understanding cash quantity details, which are provided on a best efforts basis only."
)
CASH_CONFIRMATION = (
    "<h4>Cash Quantity Order Confirmation</h4>Orders that express size using a monetary value (cash quantity) are "
    "provided on a non-guaranteed basis. The system simulates the order by cancelling it once the specified amount is "
    "spent (for buy orders) or collected (for sell orders)."
)


@dataclass(frozen=True, slots=True)
class Question:
    """One question, as it will be asked."""

    message_id: str
    text: str
    options: tuple[str, ...] = ("Yes", "No")
    default_suppression: str = ""
    """`defaultSuppressionOption`; blank where the question does not carry one."""

    def asked(self, reply_id: str) -> Fields:
        """The question as an element of the answer's array, under the id it is answered with."""
        row: Fields = {
            "id": reply_id,
            "message": [self.text],
            "isSuppressed": False,
            "messageIds": [self.message_id],
            "messageOptions": list(self.options),
        }
        if self.default_suppression:
            row["isSuppressible"] = True
            row["defaultSuppressionOption"] = self.default_suppression
        return row


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a question depends on beside the order itself."""

    instrument: Instrument
    mark: Decimal
    has_market_data: bool
    """The client has asked for this instrument's market data in this brokerage session."""


def questions(request: OrderRequest, seen: Circumstances) -> Sequence[Question]:
    """All questions about one order, in the order in which they are asked."""
    return [*_blind(seen), *_price(request, seen), *_size(request, seen), *_value(request, seen), *_kind(request, seen)]


def _blind(seen: Circumstances) -> Sequence[Question]:
    if seen.has_market_data:
        return ()
    text = (
        "You are submitting an order without market data. We strongly recommend against this as it may result in "
        f"erroneous and unexpected trades.{_SURE}"
    )
    return (Question("o354", text),)


def _price(request: OrderRequest, seen: Circumstances) -> Sequence[Question]:
    if request.order_type not in _LIMITED or request.price is None or seen.mark <= 0:
        return ()
    percent = abs(request.price - seen.mark) / seen.mark * 100
    if percent <= PRICE_PERCENT:
        return ()
    quoted = f'The following order "{_ticket(request, seen.instrument)}" price exceeds \nthe '
    first = Question("o163", f"{quoted}Percentage constraint of 3%.{_SURE}")
    if percent <= CAP_PERCENT:
        return (first,)
    cap = Question("o10153", CAP_TEXT, ("Decline", "Accept and Continue"), "Accept and Continue")
    crosses = (request.price > seen.mark) == (request.side is Side.BUY)
    if crosses and request.order_type is OrderType.LMT:
        return (first, cap, Question("o403", f"This order will most likely trigger and fill immediately.{_SURE}"))
    return (first, cap, Question("o382", f"{quoted}Tick Size Limit of {TICK_LIMIT} ticks.{_SURE}"))


def _size(request: OrderRequest, seen: Circumstances) -> Sequence[Question]:
    if seen.instrument.sec_type in ("CASH", "CRYPTO") or request.quantity <= SIZE_LIMIT:
        return ()
    ticket = _ticket(request, seen.instrument, priced=False)
    return (Question("o383", f'The following order "{ticket}" size exceeds the Size Limit of {SIZE_LIMIT}.{_SURE}'),)


def _value(request: OrderRequest, seen: Circumstances) -> Sequence[Question]:
    own = request.price if request.order_type is not OrderType.MIDPRICE else None
    value = abs(request.quantity * (own or seen.mark) * seen.instrument.multiplier)
    if seen.instrument.sec_type == "FUT" or value <= VALUE_LIMIT:
        return ()
    ticket, currency = _ticket(request, seen.instrument, priced=False), seen.instrument.currency
    text = (
        f'The following order "{ticket}" value estimate of {value:,.2f} {currency} exceeds \n'
        f"the Total Value Limit of {VALUE_LIMIT:,} {currency}.{_SURE}"
    )
    return (Question("o451", text),)


def _kind(request: OrderRequest, seen: Circumstances) -> Sequence[Question]:
    """What the order type is warned of; a cash quantity is warned of first ("Suppressible MessageIds")."""
    found: list[Question] = []
    if request.cash is not None:
        found += [Question("o10164", CASH_TEXT), Question("o10223", CASH_CONFIRMATION)]
    if request.order_type in _AT_MARKET:
        coin = seen.instrument.sec_type == "CRYPTO"
        found.append(Question("o10288" if coin else "o10151", MARKET_TEXT))
    if request.order_type in _STOPS:
        text = (
            "You are about to submit a stop order. Please be aware of the various stop order types available and the "
            f"risks associated with each one.{_SURE}"
        )
        found.append(Question("o10331", text))
    return found


def _ticket(request: OrderRequest, instrument: Instrument, *, priced: bool = True) -> str:
    symbol = instrument.local_symbol or instrument.symbol
    text = f"{request.side.value} {plain(request.quantity)} {symbol} {listing_exchange(instrument)}"
    return f"{text} @ {price_text(request.price, instrument.increment)}" if priced else text
