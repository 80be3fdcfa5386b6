"""Order forms beyond the plain one: ways to the market, algos, combinations, brackets and groups."""

from __future__ import annotations

from msgspec.structs import replace

from ibtui.domain.tickets import OrderType, Side, Ticket, Tif
from tests.forms.ingredients import (
    ABROAD,
    ACCOUNT,
    GROUP,
    LMT,
    LOSS,
    MSFT,
    PARENT,
    PRICED,
    PROFIT,
    RATIO,
    SPREAD,
    TRAIL,
    TRAILED,
    D,
    Digits,
    Form,
    bare,
    spread,
    stock,
)

WAYS = (
    Form(
        "routed",
        "buy 100 AAPL @ 265.30 lmt route ISLAND",
        (replace(LMT, route="ISLAND"),),
        (stock(**PRICED, listingExchange="ISLAND"),),
    ),
    Form(
        "directed",
        "buy 100 AAPL @ 265.30 lmt dest ARCA",
        (replace(LMT, destination="ARCA"),),
        (stock(**PRICED, conid=None, conidex="265598@ARCA"),),
    ),
    Form(
        "all or none",
        "buy 100 AAPL @ 265.30 lmt aon",
        (replace(LMT, all_or_none=True),),
        (stock(**PRICED, allOrNone=True),),
    ),
    Form(
        "price management on",
        "buy 100 AAPL @ 265.30 lmt pma on",
        (replace(LMT, price_management=True),),
        (stock(**PRICED, useAdaptive=True),),
    ),
    Form(
        "price management off",
        "buy 100 AAPL @ 265.30 lmt pma off",
        (replace(LMT, price_management=False),),
        (stock(**PRICED, useAdaptive=False),),
    ),
    Form(
        "saved",
        "buy 100 AAPL @ 265.30 lmt saved",
        (replace(LMT, deactivated=True),),
        (stock(**PRICED, deactivated=True),),
    ),
    Form(
        "reference and operator",
        "buy 100 AAPL @ 265.30 lmt ref QuickTrade oper person1234",
        (replace(LMT, referrer="QuickTrade", operator="person1234"),),
        (stock(**PRICED, referrer="QuickTrade", extOperator="person1234"),),
    ),
    Form(
        "time of manual entry",
        "buy 100 AAPL @ 265.30 lmt manual 20261120-15:30:00",
        (replace(LMT, manual_time_ms=1795188600000),),
        (stock(**PRICED, manualOrderTime=1795188600000),),
    ),
    Form(
        "allocation group",
        f"buy 100 AAPL @ 265.30 lmt acct {GROUP} alloc NetLiq",
        (replace(LMT, account=GROUP, allocation_method="NetLiq"),),
        (stock(**PRICED, acctId=GROUP, allocationMethod="NetLiq"),),
    ),
)

ALGOS = (
    Form(
        "adaptive",
        "buy 100 AAPL @ 265.30 lmt algo Adaptive adaptivePriority=Patient",
        (replace(LMT, strategy="Adaptive", strategy_parameters=(("adaptivePriority", "Patient"),)),),
        (stock(**PRICED, strategy="Adaptive", strategyParameters={"adaptivePriority": "Patient"}),),
    ),
    Form(
        "vwap",
        "buy 100 AAPL @ 265.30 lmt algo Vwap maxPctVol=0.1 startTime='14:00:00 EST' allowPastEndTime=true",
        (
            replace(
                LMT,
                strategy="Vwap",
                strategy_parameters=(
                    ("maxPctVol", "0.1"),
                    ("startTime", "14:00:00 EST"),
                    ("allowPastEndTime", True),
                ),
            ),
        ),
        (
            stock(
                **PRICED,
                strategy="Vwap",
                strategyParameters={"maxPctVol": "0.1", "startTime": "14:00:00 EST", "allowPastEndTime": True},
            ),
        ),
    ),
)

COMBOS = (
    Form(
        "spread at a debit below 0",
        "buy 1 combo +1 AAPL -1 MSFT @ -212.50 lmt",
        (Ticket(ACCOUNT, SPREAD, Side.BUY, OrderType.LMT, D(1), D("-212.50")),),
        (spread("28812380;;;265598/1,272093/-1", orderType="LMT", price=Digits("-212.50")),),
    ),
    Form(
        "spread at the market",
        "sell 1 combo +1 AAPL -1 MSFT mkt",
        (Ticket(ACCOUNT, SPREAD, Side.SELL, OrderType.MKT, D(1)),),
        (spread("28812380;;;265598/1,272093/-1", side="SELL", orderType="MKT"),),
    ),
    Form(
        "ratio spread",
        "buy 1 combo +2 AAPL -1 MSFT @ 60 lmt gtc",
        (Ticket(ACCOUNT, RATIO, Side.BUY, OrderType.LMT, D(1), D(60), tif=Tif.GTC),),
        (spread("28812380;;;265598/2,272093/-1", orderType="LMT", price=60, tif="GTC"),),
    ),
    Form(
        "spread outside the US",
        "buy 1 combo +1 HSBA -3 BARC @ 0 lmt",
        (Ticket(ACCOUNT, ABROAD, Side.BUY, OrderType.LMT, D(1), D(0)),),
        (spread("58666491@LSE;;;1411277/1,29612249/-3", orderType="LMT", price=0),),
    ),
)

_SOLD = {"side": "SELL", "parentId": PARENT}
_TAKEN = stock(**_SOLD, orderType="LMT", price=Digits("290.00"))

GROUPS = (
    Form(
        "bracket",
        "buy 100 AAPL @ 265.30 lmt tp 290.00 sl 255.00",
        (LMT, PROFIT, LOSS),
        (stock(**PRICED), _TAKEN, stock(**_SOLD, orderType="STP", price=Digits("255.00"))),
    ),
    Form(
        "take-profit alone",
        "buy 100 AAPL mkt gtc tp 290.00",
        (replace(bare(OrderType.MKT), tif=Tif.GTC), replace(PROFIT, tif=Tif.GTC)),
        (stock(orderType="MKT", tif="GTC"), {**_TAKEN, "tif": "GTC"}),
    ),
    Form(
        "bracket with a stop-limit",
        "buy 100 AAPL @ 265.30 lmt tp 290.00 sl 255.00 lmt 254.50",
        (LMT, PROFIT, replace(LOSS, order_type=OrderType.STOP_LIMIT, limit_price=D("254.50"))),
        (
            stock(**PRICED),
            _TAKEN,
            stock(**_SOLD, orderType="STOP_LIMIT", price=Digits("254.50"), auxPrice=Digits("255.00")),
        ),
    ),
    Form(
        "bracket with a trailing stop",
        "buy 100 AAPL @ 265.30 lmt tp 290.00 sl trail 2.50",
        (LMT, PROFIT, replace(TRAIL, is_child=True)),
        (stock(**PRICED), _TAKEN, stock(**TRAILED, parentId=PARENT)),
    ),
    Form(
        "bracket with a trailing stop-limit",
        "buy 100 AAPL @ 265.30 lmt tp 290.00 sl trail 2.50 262.80 lmt 262.60",
        (
            LMT,
            PROFIT,
            replace(
                TRAIL,
                order_type=OrderType.TRAILLMT,
                limit_price=D("262.60"),
                stop_price=D("262.80"),
                is_child=True,
            ),
        ),
        (
            stock(**PRICED),
            _TAKEN,
            stock(
                **TRAILED | {"orderType": "TRAILLMT"},
                price=Digits("262.60"),
                auxPrice=Digits("262.80"),
                parentId=PARENT,
            ),
        ),
    ),
    Form(
        "bracket as a group",
        "buy 100 AAPL @ 265.30 lmt tp 290.00 sl 255.00 oca",
        tuple(replace(ticket, single_group=True) for ticket in (LMT, PROFIT, LOSS)),
        (
            stock(**PRICED, isSingleGroup=True),
            {**_TAKEN, "isSingleGroup": True},
            stock(**_SOLD, orderType="STP", price=Digits("255.00"), isSingleGroup=True),
        ),
    ),
    Form(
        "one cancels the other",
        "buy 100 AAPL @ 265.30 lmt or buy 50 MSFT @ 470.00 lmt",
        (
            replace(LMT, single_group=True),
            Ticket(ACCOUNT, MSFT, Side.BUY, OrderType.LMT, D(50), D("470.00"), single_group=True),
        ),
        (
            stock(**PRICED, isSingleGroup=True),
            stock(
                conid=272093,
                ticker="MSFT",
                quantity=50,
                orderType="LMT",
                price=Digits("470.00"),
                isSingleGroup=True,
            ),
        ),
    ),
)
