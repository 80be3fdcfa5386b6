"""Drafts of every order form, for the tests of reading and checking them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import strategies as st

from ibtui.domain.combos import combo
from ibtui.domain.contracts import ComboLeg, Contract
from ibtui.domain.tickets import OrderType, Side, SizedIn, Tif
from ibtui.ui.ticket_form import LossKind, TicketDraft

ACCOUNT = "DU1"
STOCK = Contract(265598, "AAPL", "APPLE INC", "STK", "NASDAQ", "USD")
FOREX = Contract(12087792, "EUR", "Euro", "CASH", "IDEALPRO", "USD", local_symbol="EUR.USD")
COIN = Contract(479624278, "BTC", "Bitcoin", "CRYPTO", "PAXOS", "USD")
SPREAD = combo((ComboLeg(265598, 1, "AAPL"), ComboLeg(272093, -1, "MSFT")), "USD")
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC).timestamp()

ALGO = (("maxPctVol", "0.1"), ("noTakeLiq", True))

_prices = st.decimals(min_value=Decimal("0.01"), max_value=5000, places=2).map(lambda number: f"{number:f}")
_maybe = st.one_of(_prices, _prices, _prices, st.just(""))
_seldom = st.one_of(st.just(""), _prices)
_words = st.sampled_from(["", "X7"])


@st.composite
def drafts(draw: st.DrawFn) -> TicketDraft:
    """Any ticket a person could type: sensible or not, but of numbers."""
    contract = draw(st.sampled_from([STOCK, FOREX, COIN, SPREAD]))
    units = {"CASH": tuple(SizedIn), "CRYPTO": (SizedIn.UNITS, SizedIn.CASH)}.get(contract.sec_type, (SizedIn.UNITS,))
    loss = draw(_seldom)
    profit = draw(_seldom)
    strategy = draw(st.sampled_from(["", "Vwap"]))
    return TicketDraft(
        account=ACCOUNT,
        contract=contract,
        side=draw(st.sampled_from(Side)),
        quantity=str(draw(st.integers(1, 9000))),
        sized_in=draw(st.sampled_from(units)),
        order_type=draw(st.sampled_from(OrderType)),
        limit=draw(_maybe),
        stop=draw(_maybe),
        trail=draw(_maybe),
        trail_by=draw(st.sampled_from(["amt", "%"])),
        offset=draw(_maybe),
        tif=draw(st.sampled_from(Tif)),
        good_till=draw(st.sampled_from(["", "20261231", "20261224-21:00", "20261224-21:00:30"])),
        outside_rth=draw(st.booleans()),
        profit=profit,
        loss=loss,
        loss_kind=draw(st.sampled_from(LossKind)),
        loss_stop=draw(_maybe),
        loss_limit=draw(_maybe),
        oca=draw(st.booleans()),
        route=draw(st.sampled_from(["", "ARCA"])),
        destination="" if contract.legs else draw(st.sampled_from(["", "IEX"])),
        strategy=strategy,
        parameters=draw(st.sampled_from([(), ALGO])) if strategy else (),
        price_management=draw(st.sampled_from([None, True, False])),
        all_or_none=draw(st.booleans()),
        deactivated=draw(st.booleans()),
        referrer=draw(_words),
        operator=draw(_words),
        manual_time=draw(st.sampled_from(["", "20261120-09:30", "20261120-09:30:01.250"])),
    )
