"""`spl`, `ssd`, `sld` and `smh`."""

from __future__ import annotations

from tests.sim.gateway.rig import Rig


async def test_profit_and_loss_has_the_account_inside_its_key(rig: Rig) -> None:
    socket = rig.socket()
    socket.say("spl+{}")
    (frame,) = socket.frames("spl")
    figures = frame["args"]["DU1234567.Core"]
    assert set(figures) == {"rowType", "dpl", "nl", "upl", "el", "uel", "mv"}
    summary = rig.gateway.exchange.summary("DU1234567")
    assert figures["nl"] == float(round(summary.net_liquidation, 2))


async def test_profit_and_loss_goes_on_until_upl(rig: Rig) -> None:
    socket = rig.socket()
    socket.say("spl+{}")
    socket.raw()
    rig.advance(5_000)
    assert socket.frames("spl")
    socket.say("upl+{}")
    rig.advance(5_000)
    assert socket.frames("spl") == []


async def test_the_summary_has_only_the_wanted_keys_and_fields(rig: Rig) -> None:
    socket = rig.socket()
    socket.say('ssd+DU1234567+{"keys":["NetLiquidation-S","AccountCode"],"fields":["monetaryValue"]}')
    (frame,) = socket.frames("ssd+DU1234567")
    rows = {row["key"]: row for row in frame["result"]}
    assert set(rows) == {"NetLiquidation-S", "AccountCode"}
    assert set(rows["NetLiquidation-S"]) == {"key", "timestamp", "monetaryValue"}


async def test_unchanged_rows_of_the_summary_are_blank_ten_seconds_later(rig: Rig) -> None:
    socket = rig.socket()
    socket.say("ssd+DU1234567+{}")
    socket.raw()
    rig.advance(10_000)
    (frame,) = socket.frames("ssd")
    rows = {row["key"]: row for row in frame["result"]}
    assert set(rows["SegmentTitle-S"]) == {"key", "timestamp"}
    assert "monetaryValue" in rows["NetLiquidation"]


async def test_the_ledger_is_told_by_currency(rig: Rig) -> None:
    socket = rig.socket()
    socket.say('sld+DU1234567+{"keys":["LedgerListBASE","LedgerListEUR"]}')
    (frame,) = socket.frames("sld+DU1234567")
    rows = {row["key"]: row for row in frame["result"]}
    assert set(rows) == {"LedgerListBASE", "LedgerListEUR"}
    assert (rows["LedgerListEUR"]["acctCode"], rows["LedgerListEUR"]["secondKey"]) == ("DU1234567", "EUR")


async def test_the_end_of_summary_and_ledger_is_confirmed(rig: Rig) -> None:
    socket = rig.socket()
    socket.say("ssd+DU1234567+{}")
    socket.say("sld+DU1234567+{}")
    socket.raw()
    socket.say("usd+DU1234567+{}")
    socket.say("uld+DU1234567+{}")
    assert socket.frames() == [{"result": "unsubscribed from summary"}, {"result": "unsubscribed from ledger"}]
    rig.advance(15_000)
    assert {frame["topic"] for frame in socket.frames()} == {"system", "blt"}


async def test_history_comes_whole_and_then_its_newest_bars(rig: Rig) -> None:
    socket = rig.socket()
    socket.say('smh+265598+{"period":"1d","bar":"5min","outsideRth":false,"source":"trades","format":"%o/%c/%h/%l"}')
    (whole,) = socket.frames("smh+265598")
    assert len(whole["data"]) > 2
    assert set(whole["data"][0]) == {"o", "c", "h", "l", "t"}
    rig.advance(10_000)
    update = socket.frames("smh")[-1]
    assert update["serverId"] == whole["serverId"]
    assert update["data"][0]["t"] >= whole["data"][-1]["t"]


async def test_the_end_of_history_names_the_server_id(rig: Rig) -> None:
    socket = rig.socket()
    socket.say('smh+265598+{"period":"1d","bar":"1h"}')
    server_id = socket.frames("smh")[0]["serverId"]
    socket.say(f"umh+{server_id}")
    assert socket.frames() == [{"message": f"Unsubscribed {server_id}"}]
    rig.advance(5_000)
    assert socket.frames("smh") == []


async def test_a_sixth_history_is_refused(rig: Rig) -> None:
    socket = rig.socket()
    for _ in range(6):
        socket.say('smh+265598+{"period":"1d","bar":"1h"}')
    frames = socket.frames("smh")
    assert ["error" in frame for frame in frames] == [False] * 5 + [True]
    socket.say(f"umh+{frames[0]['serverId']}")
    socket.say('smh+265598+{"period":"1d","bar":"1h"}')
    assert "data" in socket.frames("smh")[-1]


async def test_a_history_that_makes_no_sense_is_refused_and_takes_no_place(rig: Rig) -> None:
    socket = rig.socket()
    for _ in range(6):
        socket.say('smh+265598+{"period":"9q"}')
    assert len(socket.frames("smh")) == 6
    socket.say('smh+265598+{"period":"1d","bar":"1h"}')
    assert "data" in socket.frames("smh")[0]
