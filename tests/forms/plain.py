"""Order forms of one order: types and their prices, times in force, sizes."""

from __future__ import annotations

from msgspec.structs import replace

from ibtui.domain.tickets import OrderType, Side, SizedIn, Ticket, Tif
from tests.forms.ingredients import (
    ACCOUNT,
    BTC,
    ES,
    FX,
    LMT,
    PRICED,
    STP,
    TRAIL,
    TRAILED,
    D,
    Digits,
    Form,
    bare,
    stock,
)

TYPES = (
    Form("limit", "buy 100 AAPL @ 265.30 lmt", (LMT,), (stock(**PRICED),)),
    Form("market", "buy 100 AAPL mkt", (bare(OrderType.MKT),), (stock(orderType="MKT"),)),
    Form(
        "stop",
        "sell 100 AAPL stop 260.10 stp",
        (STP,),
        (stock(side="SELL", orderType="STP", price=Digits("260.10")),),
    ),
    Form(
        "stop limit",
        "sell 100 AAPL stop 260.10 @ 259.90 stp lmt",
        (replace(STP, order_type=OrderType.STOP_LIMIT, limit_price=D("259.90")),),
        (stock(side="SELL", orderType="STOP_LIMIT", price=Digits("259.90"), auxPrice=Digits("260.10")),),
    ),
    Form("midprice", "buy 100 AAPL mid", (bare(OrderType.MIDPRICE),), (stock(orderType="MIDPRICE"),)),
    Form(
        "midprice with cap",
        "buy 100 AAPL mid @ 272.00",
        (replace(bare(OrderType.MIDPRICE), limit_price=D("272.00")),),
        (stock(orderType="MIDPRICE", price=Digits("272.00")),),
    ),
    Form("trail by amount", "sell 100 AAPL trail 2.50", (TRAIL,), (stock(**TRAILED),)),
    Form(
        "trail by percent",
        "sell 100 AAPL trail 1.5%",
        (replace(TRAIL, trailing_type="%", trailing_amount=D("1.5")),),
        (stock(**TRAILED | {"trailingAmt": Digits("1.5"), "trailingType": "%"}),),
    ),
    Form(
        "trail with first stop",
        "sell 100 AAPL trail 2.50 stop 266.00",
        (replace(TRAIL, stop_price=D("266.00")),),
        (stock(**TRAILED, price=Digits("266.00")),),
    ),
    Form(
        "trail limit by amount",
        "sell 100 AAPL trail 2.50 lmt @ 265.80 stop 266.00",
        (replace(TRAIL, order_type=OrderType.TRAILLMT, limit_price=D("265.80"), stop_price=D("266.00")),),
        (stock(**TRAILED | {"orderType": "TRAILLMT"}, price=Digits("265.80"), auxPrice=Digits("266.00")),),
    ),
    Form(
        "trail limit by percent",
        "sell 100 AAPL trail 2% lmt @ 265.80 stop 266.00",
        (
            replace(
                TRAIL,
                order_type=OrderType.TRAILLMT,
                limit_price=D("265.80"),
                stop_price=D("266.00"),
                trailing_type="%",
                trailing_amount=D(2),
            ),
        ),
        (
            stock(
                **TRAILED | {"orderType": "TRAILLMT", "trailingAmt": 2, "trailingType": "%"},
                price=Digits("265.80"),
                auxPrice=Digits("266.00"),
            ),
        ),
    ),
    Form(
        "market if touched",
        "buy 100 AAPL stop 265.10 mit",
        (replace(bare(OrderType.MIT), stop_price=D("265.10")),),
        (stock(orderType="MIT", price=Digits("265.10")),),
    ),
    Form(
        "limit if touched",
        "buy 100 AAPL stop 265.10 @ 265.30 lit",
        (replace(LMT, order_type=OrderType.LIT, stop_price=D("265.10")),),
        (stock(orderType="LIT", price=Digits("265.30"), auxPrice=Digits("265.10")),),
    ),
    Form("market on close", "buy 100 AAPL moc", (bare(OrderType.MOC),), (stock(orderType="MOC"),)),
    Form(
        "limit on close",
        "buy 100 AAPL @ 265.30 loc",
        (replace(LMT, order_type=OrderType.LOC),),
        (stock(orderType="LOC", price=Digits("265.30")),),
    ),
    Form(
        "relative",
        "buy 100 AAPL rel offset 0.02",
        (replace(bare(OrderType.REL), offset=D("0.02")),),
        (stock(orderType="REL", auxPrice=Digits("0.02")),),
    ),
    Form(
        "relative with cap",
        "buy 100 AAPL rel @ 275.00 offset 0.02",
        (replace(bare(OrderType.REL), limit_price=D("275.00"), offset=D("0.02")),),
        (stock(orderType="REL", price=Digits("275.00"), auxPrice=Digits("0.02")),),
    ),
)
"""Each order type with each set of prices it may have."""

TIMES = (
    *(
        Form(
            f"limit {tif.value}",
            f"buy 100 AAPL @ 265.30 lmt {tif.value.lower()}",
            (replace(LMT, tif=tif),),
            (stock(**PRICED, tif=tif.value),),
        )
        for tif in (Tif.GTC, Tif.OPG, Tif.IOC)
    ),
    Form(
        "limit GTD",
        "buy 100 AAPL @ 265.30 lmt gtd 20271231-20:00:00",
        (replace(LMT, tif=Tif.GTD, good_till="20271231-20:00:00"),),
        (stock(**PRICED, tif="GTD", goodTillDate="20271231-20:00:00"),),
    ),
    Form(
        "limit PAX",
        "buy 0.25 BTC @ 92000.25 lmt pax",
        (Ticket(ACCOUNT, BTC, Side.BUY, OrderType.LMT, D("0.25"), D("92000.25"), tif=Tif.PAX),),
        (
            {
                "acctId": ACCOUNT,
                "conid": 479624278,
                "orderType": "LMT",
                "outsideRTH": False,
                "price": Digits("92000.25"),
                "side": "BUY",
                "ticker": "BTC",
                "tif": "PAX",
                "quantity": Digits("0.25"),
            },
        ),
    ),
    Form(
        "outside regular hours",
        "buy 100 AAPL @ 265.30 lmt rth off",
        (replace(LMT, outside_rth=True),),
        (stock(**PRICED, outsideRTH=True),),
    ),
)

SIZES = (
    Form(
        "forex units",
        "buy 5000 EUR.USD @ 1.15000 lmt",
        (FX,),
        (stock(conid=12087792, ticker="EUR", quantity=5000, orderType="LMT", price=Digits("1.15000")),),
    ),
    Form(
        "forex cash",
        "buy $1500 EUR.USD mkt",
        (replace(FX, order_type=OrderType.MKT, limit_price=None, quantity=D(1500), sized_in=SizedIn.CASH),),
        (stock(conid=12087792, ticker="EUR", quantity=None, cashQty=1500, orderType="MKT"),),
    ),
    Form(
        "currency conversion",
        "buy $1500 EUR.USD mkt conv",
        (replace(FX, order_type=OrderType.MKT, limit_price=None, quantity=D(1500), sized_in=SizedIn.CONVERSION),),
        (stock(conid=12087792, ticker="EUR", quantity=None, fxQty=1500, isCcyConv=True, orderType="MKT"),),
    ),
    Form(
        "crypto cash",
        "buy $500 BTC @ 92000.25 lmt ioc",
        (Ticket(ACCOUNT, BTC, Side.BUY, OrderType.LMT, D(500), D("92000.25"), tif=Tif.IOC, sized_in=SizedIn.CASH),),
        (
            stock(
                conid=479624278,
                ticker="BTC",
                quantity=None,
                cashQty=500,
                orderType="LMT",
                price=Digits("92000.25"),
                tif="IOC",
            ),
        ),
    ),
    Form(
        "fraction of a coin",
        "buy 0.125 BTC @ 90000.50 lmt",
        (Ticket(ACCOUNT, BTC, Side.BUY, OrderType.LMT, D("0.125"), D("90000.50")),),
        (
            stock(
                conid=479624278,
                ticker="BTC",
                quantity=Digits("0.125"),
                orderType="LMT",
                price=Digits("90000.50"),
            ),
        ),
    ),
    Form(
        "future",
        "buy 2 'ES DEC26' @ 6800.25 lmt",
        (Ticket(ACCOUNT, ES, Side.BUY, OrderType.LMT, D(2), D("6800.25")),),
        (
            stock(
                conid=515416632,
                ticker="ES",
                quantity=2,
                orderType="LMT",
                price=Digits("6800.25"),
                manualIndicator=True,
            ),
        ),
    ),
)
