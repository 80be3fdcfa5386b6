"""Websocket messages are spelled as documented."""

from __future__ import annotations

import pytest

from ibtui.protocol import topics


@pytest.mark.parametrize(
    ("message", "documented"),
    [
        (topics.market(265598, ["31", "84", "86"]), 'smd+265598+{"fields":["31","84","86"]}'),
        (topics.market(265598, ["31"], exchange="ARCA"), 'smd+265598@ARCA+{"fields":["31"]}'),
        (topics.market_end(265598), "umd+265598+{}"),
        (topics.market_end(265598, exchange="ARCA"), "umd+265598@ARCA+{}"),
        (topics.ladder("DU1234567", 265598), "sbd+DU1234567+265598"),
        (topics.ladder("DU1234567", 265598, exchange="NASDAQ"), "sbd+DU1234567+265598+NASDAQ"),
        (topics.ladder_end("DU1234567"), "ubd+DU1234567"),
        (topics.ORDERS, "sor+{}"),
        (topics.ORDERS_END, "uor+{}"),
        (topics.trades(), 'str+{"realtimeUpdatesOnly":false,"days":1}'),
        (topics.trades(days=7, realtime_only=True), 'str+{"realtimeUpdatesOnly":true,"days":7}'),
        (topics.TRADES_END, "utr"),
        (topics.PNL, "spl+{}"),
        (topics.PNL_END, "upl+{}"),
        (topics.summary("DU1234567"), "ssd+DU1234567+{}"),
        (
            topics.summary("DU1234567", ["AccruedCash-S", "ExcessLiquidity-S"], ["currency", "monetaryValue"]),
            'ssd+DU1234567+{"keys":["AccruedCash-S","ExcessLiquidity-S"],"fields":["currency","monetaryValue"]}',
        ),
        (topics.summary_end("DU1234567"), "usd+DU1234567+{}"),
        (
            topics.ledger("DU1234567", ["LedgerListBASE", "LedgerListEUR"], ["cashBalance", "exchangeRate"]),
            'sld+DU1234567+{"keys":["LedgerListBASE","LedgerListEUR"],"fields":["cashBalance","exchangeRate"]}',
        ),
        (topics.ledger_end("DU1234567"), "uld+DU1234567+{}"),
        (
            topics.history(265598, period="1d", bar="1h", outside_rth=False, exchange="ISLAND"),
            'smh+265598+{"exchange":"ISLAND","period":"1d","bar":"1h","outsideRth":false,"source":"trades",'
            '"format":"%o/%c/%h/%l/%v"}',
        ),
        (topics.history_end("20477"), "umh+20477"),
        (topics.TICKLE, "tic"),
        (topics.session("d21b8cf5"), '{"session":"d21b8cf5"}'),
    ],
)
def test_a_message_is_as_documented(message: str, documented: str) -> None:
    assert message == documented


def test_the_target_of_a_topic_is_what_follows_its_name() -> None:
    assert topics.target("sbd+DU1+265598+SMART") == ("DU1", "265598", "SMART")
    assert topics.target("sor") == ()
