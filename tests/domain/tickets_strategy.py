"""Hypothesis strategies of valid tickets: every order form the ticket and the order language can make."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st
from msgspec.structs import replace

from ibtui.domain.combos import combo
from ibtui.domain.contracts import ComboLeg, Contract
from ibtui.domain.language import StopLoss, children_of
from ibtui.domain.tickets import OrderType, Side, SizedIn, Ticket, Tif

AAPL = Contract(265598, "AAPL", "APPLE INC", "STK", "NASDAQ", "USD")
MSFT = Contract(272093, "MSFT", "MICROSOFT CORP", "STK", "NASDAQ", "USD")
BERKSHIRE = Contract(72063691, "BRK B", "BERKSHIRE HATHAWAY INC-CL B", "STK", "NYSE", "USD")
FUTURE = Contract(11004968, "ES", "E-mini S&P 500", "FUT", "CME", "USD", Decimal(50), "ES DEC26", "20261218")
FOREX = Contract(12087792, "EUR", "European Monetary Union Euro", "CASH", "IDEALPRO", "USD", local_symbol="EUR.USD")
TOKYO = Contract(1494, "6758", "SONY", "STK", "TSEJ", "JPY")
ODD = Contract(7, "combo", "a symbol that is a word of the language", "STK", "O'X", "USD")
SPREAD = combo((ComboLeg(265598, 1, "AAPL"), ComboLeg(272093, -1, "MSFT")), "USD")
BUTTERFLY = combo((ComboLeg(11, 1, "SX5E C1"), ComboLeg(12, -2, "13"), ComboLeg(14, 1)), "HKD", "HKFE")
SINGLE_CONTRACTS = (AAPL, MSFT, BERKSHIRE, FUTURE, FOREX, TOKYO, ODD)
COMBINATIONS = (SPREAD, BUTTERFLY)

numbers = st.builds(lambda digits, places: Decimal(digits).scaleb(-places), st.integers(1, 10**9), st.integers(0, 6))
"""Above 0, with trailing zeros as often as not: their digits must stay."""
signed_numbers = st.builds(lambda number, sign: number * sign, numbers, st.sampled_from([-1, 0, 1]))
texts = st.text(min_size=1, max_size=12).filter(lambda text: text.strip() != "")
"""Any text of a person's, quotation marks and control characters included."""
parameter_names = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,9}", fullmatch=True)
parameters = st.dictionaries(parameter_names, st.one_of(st.booleans(), st.text(max_size=9)), max_size=3)
days = st.datetimes().map(lambda when: f"{when.year:04d}{when:%m%d-%H:%M:%S}")


def _prices(kind: OrderType, price: st.SearchStrategy[Decimal]) -> st.SearchStrategy[dict[str, object]]:
    """The prices an order type has, and those it may have."""
    fields: dict[str, st.SearchStrategy[object]] = {}
    if kind.takes_limit:
        fields["limit_price"] = price if kind.needs_limit else st.none() | price
    if kind.takes_stop:
        fields["stop_price"] = price if kind.needs_stop else st.none() | price
    if kind.trails:
        fields["trailing_type"] = st.sampled_from(["amt", "%"])
        fields["trailing_amount"] = numbers
    if kind.takes_offset:
        fields["offset"] = st.none() | numbers | st.just(Decimal(0))
    return st.fixed_dictionaries(fields)


@st.composite
def single_tickets(draw: st.DrawFn, account: str | None = None) -> Ticket:
    """One order of any form; of `account`, or of any account or allocation group."""
    is_combo = draw(st.booleans())
    contract = draw(st.sampled_from(COMBINATIONS if is_combo else SINGLE_CONTRACTS))
    kind = draw(st.sampled_from(OrderType))
    tif = draw(st.sampled_from(Tif))
    algo = draw(st.just("") | st.sampled_from(["Vwap", "Adaptive"]) | texts)
    ticket = Ticket(
        account=account if account is not None else draw(st.sampled_from(["DU1234567", "All Clients"])),
        contract=contract,
        side=draw(st.sampled_from(Side)),
        order_type=kind,
        quantity=draw(numbers),
        tif=tif,
        outside_rth=draw(st.booleans()),
        route=draw(st.just("") | st.sampled_from(["ISLAND", "NYSE"]) | texts),
        sized_in=SizedIn.UNITS if is_combo else draw(st.sampled_from(SizedIn)),
        good_till=draw(days) if tif is Tif.GTD else "",
        destination="" if is_combo else draw(st.sampled_from(["", "ARCA", "arca"])),
        strategy=algo,
        strategy_parameters=tuple(draw(parameters).items()) if algo else (),
        price_management=draw(st.sampled_from([None, True, False])),
        all_or_none=draw(st.booleans()),
        manual_time_ms=draw(st.none() | st.integers(0, 4_102_444_800_000)),
        referrer=draw(st.just("") | texts),
        operator=draw(st.just("") | texts),
        deactivated=draw(st.booleans()),
        allocation_method=draw(st.sampled_from(["", "Equal", "NetLiq"])),
    )
    return replace(ticket, **draw(_prices(kind, signed_numbers if is_combo else numbers)))


@st.composite
def stop_losses(draw: st.DrawFn, price: st.SearchStrategy[Decimal]) -> StopLoss:
    """Stop, stop-limit, trailing stop (with or without its first stop) and trailing stop with a limit."""
    if not draw(st.booleans()):
        return StopLoss(draw(price), draw(st.none() | price))
    first = draw(st.none() | price)
    limit = draw(st.none() | price) if first is not None else None
    return StopLoss(first, limit, draw(st.sampled_from(["amt", "%"])), draw(numbers))


@st.composite
def brackets(draw: st.DrawFn) -> tuple[Ticket, ...]:
    """An order with a take-profit, a stop-loss or both attached, as one group or not."""
    parent = replace(draw(single_tickets()), single_group=draw(st.booleans()))
    price = signed_numbers if parent.contract.legs else numbers
    profit = draw(st.none() | price)
    loss = draw(stop_losses(price)) if profit is None or draw(st.booleans()) else None
    return (parent, *children_of(parent, profit, loss))


@st.composite
def oca_groups(draw: st.DrawFn) -> tuple[Ticket, ...]:
    """Two orders or more, of any contracts and one account, of which a fill cancels the rest."""
    tickets = draw(st.lists(single_tickets(account="DU1234567"), min_size=2, max_size=4))
    return tuple(replace(ticket, single_group=True) for ticket in tickets)


def ticket_sets() -> st.SearchStrategy[tuple[Ticket, ...]]:
    """Everything that may be submitted: one order, a bracket (parent first) or an OCA group."""
    return st.one_of(single_tickets().map(lambda ticket: (ticket,)), brackets(), oca_groups())
