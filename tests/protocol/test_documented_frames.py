"""Websocket frames of the documents and of recordings become what they say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ibtui.domain.account import Account, LedgerLine, Pnl, SummaryLine
from ibtui.domain.events import (
    AccountsReceived,
    BulletinReceived,
    ExecutionReceived,
    HistoryReceived,
    LadderReceived,
    LedgerReceived,
    NoticeReceived,
    OrderReceived,
    PnlReceived,
    QuoteReceived,
    SummaryReceived,
)
from ibtui.domain.market import Availability, Bar, History, Rung
from ibtui.domain.notices import Bulletin, Notice
from ibtui.domain.orders import Execution, OrderStatus
from ibtui.domain.tickets import Side
from ibtui.protocol import frames
from ibtui.protocol.frames import Frame, decode_frame
from ibtui.protocol.session import AuthStatus
from tests.protocol.payloads import payload

D = Decimal
NOW = 12.5
ACCOUNT = "DU1234567"


def decoded(name: str) -> Frame:
    return decode_frame(payload(f"websocket/{name}"), received=NOW, generation=7, account=ACCOUNT)


def quote(conid: int, **changes: object) -> frames.MarketFrame:
    return frames.MarketFrame((QuoteReceived(conid, changes, NOW),))


def ladder(conid: int | None, *rungs: Rung, exchange: str = "") -> frames.LadderFrame:
    return frames.LadderFrame((LadderReceived(conid, 7, dict(enumerate(rungs)), NOW, exchange),))


def profit(excess: str) -> frames.MoneyFrame:
    pnl = Pnl(ACCOUNT, D("-58.28"), D(607), D("1005254.1"), D(excess), D("30613.4"), received=NOW)
    return frames.MoneyFrame((PnlReceived(pnl),))


PLAIN = {"last_is_close": False, "halted": False}
PROMPT = "If your order is not immediately executable, our systems may reject it.\nUse the Price Management Algo?"
SERVER = "JifN17091 Build 10.25.0p, Dec 5, 2023 5:48:12 PM"

DOCUMENTED: dict[str, Frame] = {
    "smd": quote(
        265598,
        last=D("193.18"),
        bid=D("193.06"),
        ask=D("193.14"),
        open=D("193.80"),
        availability=Availability.LIVE,
        availability_code="RB",
        server_time_ms=1702334859712,
        **PLAIN,
    ),
    "smd.web-api": quote(
        8314,
        last=D("189.60"),
        last_size=D(100),
        bid=D("189.56"),
        bid_size=D(200),
        ask=D("189.61"),
        ask_size=D(500),
        availability=Availability.LIVE,
        availability_code="RpB",
        server_time_ms=1712596911593,
        **PLAIN,
    ),
    "smd.recorded": quote(
        265598,
        last=D("271.67"),
        bid=D("271.55"),
        ask=D("271.66"),
        change_percent=D("0.56"),
        availability=Availability.DELAYED,
        availability_code="DPB",
        server_time_ms=1777552110061,
        **PLAIN,
    ),
    "smh": frames.HistoryFrame(
        "20477",
        (
            HistoryReceived(
                History(
                    265598,
                    "1d",
                    "1h",
                    (Bar(1692345600000, 173.4, 175.1, 171.7, 174.7, 472100.0),),
                    NOW,
                    highest=175.1,
                    lowest=171.7,
                )
            ),
        ),
    ),
    "sbd": ladder(
        265598,
        Rung(D("271.70")),
        Rung(D("271.69"), last_size=D(100)),
        Rung(D("271.66"), bid_size=D(222)),
        Rung(D("271.68"), ask_size=D(111)),
        Rung(D("271.67"), ask_size=D(333), last_size=D(50)),
    ),
    "sbd.focus": ladder(
        265598,
        Rung(D("1271.70")),
        Rung(D("1271.69"), ask_size=D(3500)),
        Rung(D("1271.68"), ask_size=D(111), is_last=True, last_size=D(100)),
        Rung(D("1271.67"), bid_size=D(222)),
    ),
    "sbd.numbers": ladder(None, Rung(D("271.68"), ask_size=D(111)), Rung(D("271.67"), bid_size=D(222), is_last=True)),
    "sbd.blank-sides": ladder(
        265598, Rung(D("271.68"), ask_size=D(111)), Rung(D("271.67"), bid_size=D(222)), exchange="NASDAQ"
    ),
    "sor": frames.OrdersFrame(
        (
            OrderReceived(
                922048212,
                {
                    "account": ACCOUNT,
                    "conid": 265598,
                    "symbol": "AAPL",
                    "description": "Buy 5 Limit 165.00, Day",
                    "side": Side.BUY,
                    "order_type": "Limit",
                    "tif": "DAY",
                    "order_ref": "Order123",
                    "time_ms": 1702317649000,
                    "quantity": D(5),
                    "filled": D(0),
                    "remaining": D(5),
                    "limit_price": D(165),
                    "status": OrderStatus.PRE_SUBMITTED,
                    "status_text": "PreSubmitted",
                },
                NOW,
            ),
        )
    ),
    "sor.exercise": frames.OrdersFrame(
        (
            OrderReceived(
                827785484,
                {
                    "account": ACCOUNT,
                    "conid": 708764406,
                    "symbol": "AAPL",
                    "description": "EXERCISE 5, Day",
                    "time_ms": 1719241424000,
                    "quantity": D(5),
                    "filled": D(0),
                    "remaining": D(5),
                    "status": OrderStatus.INACTIVE,
                    "status_text": "Inactive",
                },
                NOW,
            ),
        )
    ),
    "sor.bare-row": frames.OrdersFrame((OrderReceived(922048212, {"account": ACCOUNT, "conid": 265598}, NOW),)),
    "str": frames.TradesFrame(
        (
            ExecutionReceived(
                Execution(
                    "0000e0d5.6576fd38.01.01",
                    account=ACCOUNT,
                    conid=265598,
                    symbol="AAPL",
                    side=Side.SELL,
                    size=D(5),
                    price=D("192.26"),
                    net_amount=D("961.3"),
                    exchange="ISLAND",
                    time_ms=1702317649000,
                    order_ref="Order123",
                    description="Sold 5 @ 192.26 on ISLAND",
                )
            ),
        )
    ),
    "str.empty": frames.TradesFrame(()),
    "spl": profit("1001000.5"),
    "spl.recorded": profit("1001000"),
    "ssd": frames.MoneyFrame(
        (
            SummaryReceived(
                ACCOUNT,
                (
                    SummaryLine("accruedcash-s", D("880036.31"), "USD", "", 1700248325),
                    SummaryLine("accounttype", None, "USD", "LLC", 1700248325),
                ),
            ),
        )
    ),
    "sld": frames.MoneyFrame(
        (
            LedgerReceived(
                (
                    LedgerLine(
                        ACCOUNT,
                        "BASE",
                        cash=D("202013117.91131118"),
                        settled_cash=D("202013117.91131118"),
                        stock_value=D("391710.74028015137"),
                        net_liquidation=D("202801516.34374067"),
                        unrealized_pnl=D("249013.5397937378"),
                        realized_pnl=D(0),
                        interest=D("396687.69214935537"),
                        dividends=D(0),
                        exchange_rate=D(1),
                        timestamp=1700248325,
                    ),
                )
            ),
        )
    ),
    "usd": frames.Confirmation("unsubscribed from summary"),
    "uld": frames.Confirmation("unsubscribed from ledger"),
    "umh.recorded": frames.Confirmation("Unsubscribed 20477"),
    "act": frames.AccountsFrame(
        (
            AccountsReceived(
                (
                    Account(ACCOUNT, "Retirement", is_paper=True, is_advisor=False),
                    Account("DU7654321", is_paper=True, is_advisor=False),
                ),
                ACCOUNT,
            ),
        )
    ),
    "sts": frames.StatusFrame(AuthStatus(authenticated=True)),
    "sts.recorded": frames.StatusFrame(
        AuthStatus(True, True, False, True, message="", fail="", server=SERVER, user="user1234")
    ),
    "sts.competing-only": frames.StatusFrame(AuthStatus(competing=True)),
    "blt": frames.NoticesFrame((BulletinReceived(Bulletin("1789618148", "[BBSMSG Bulletin] NYSE opens late", NOW)),)),
    "blt.recorded": frames.NoticesFrame(
        (BulletinReceived(Bulletin("1789618148", "[BBSMSG Bulletin] NYSE opens late", NOW)),)
    ),
    "ntf": frames.NoticesFrame(
        (
            NoticeReceived(
                Notice(
                    "118",
                    "Order SELL 1 MSFT will be canceled at 16:00",
                    "Order",
                    "https://www.interactivebrokers.com/",
                    received=NOW,
                )
            ),
        )
    ),
    "ntf.recorded": frames.NoticesFrame(
        (
            NoticeReceived(
                Notice("118", "Order SELL 1 MSFT will be automatically canceled at 20260501 04:00:00", received=NOW)
            ),
        )
    ),
    "ntf.prompt": frames.NoticesFrame(
        (
            NoticeReceived(
                Notice(
                    "29042",
                    PROMPT,
                    order_id=1883733600,
                    request_id="29042",
                    options=("Use on this order", "Always use", "Do not use"),
                    received=NOW,
                )
            ),
        )
    ),
    "system": frames.SystemReady("user1234"),
    "system.recorded": frames.SystemReady("user1234", is_paper=False),
    "system.heartbeat": frames.Heartbeat(1777415611502),
    "system.waiting": frames.Confirmation("waiting for session"),
    "tic.recorded": frames.Tic("bb665d0f55b6289d70bc7380089fc96f", is_alive=True),
    "error": frames.ErrorFrame("", "Topic unknown 'xyz'", 1),
    "error.topic": frames.ErrorFrame("", "something failed"),
    "error.sor": frames.ErrorFrame("sor", "unable to subscribe", 500),
}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_a_frame_says_what_it_is_documented_or_recorded_to_say(name: str) -> None:
    assert decoded(name) == DOCUMENTED[name]


@pytest.mark.parametrize("name", DOCUMENTED)
def test_a_text_frame_says_the_same_as_a_binary_one(name: str) -> None:
    text = payload(f"websocket/{name}").decode()
    assert decode_frame(text, received=NOW, generation=7, account=ACCOUNT) == DOCUMENTED[name]
