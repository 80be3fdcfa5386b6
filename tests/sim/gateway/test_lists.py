"""Watchlists and FYIs."""

from __future__ import annotations

from tests.sim.gateway.rig import Rig


async def test_two_lists_are_there_from_the_start(rig: Rig) -> None:
    answer = await rig.get("/iserver/watchlists", SC="USER_WATCHLIST")
    lists = {each["name"]: each["id"] for each in answer["data"]["user_lists"]}
    assert set(lists) == {"Tech", "Macro"}
    assert answer["action"] == "content"


async def test_the_first_read_of_a_list_has_little_more_than_conids(rig: Rig) -> None:
    cold = (await rig.get("/iserver/watchlist", id="101"))["instruments"][0]
    warm = (await rig.get("/iserver/watchlist", id="101"))["instruments"][0]
    assert set(cold) == {"C", "conid", "name"}
    assert (warm["C"], warm["conid"], warm["ticker"]) == ("265598", 265598, "AAPL")


async def test_a_list_can_be_created_overwritten_and_deleted(rig: Rig) -> None:
    body = {"id": "7", "name": "Mine", "rows": [{"C": 265598}, {"H": ""}, {"C": 8894}]}
    created = await rig.post("/iserver/watchlist", body)
    assert (created["id"], created["instruments"]) == ("7", [])
    rows = (await rig.get("/iserver/watchlist", id="7"))["instruments"]
    assert [row.get("conid") for row in rows] == [265598, None, 8894]
    await rig.post("/iserver/watchlist", body | {"rows": [{"C": 8894}]})
    assert len((await rig.get("/iserver/watchlist", id="7"))["instruments"]) == 1
    deleted = (await rig.send("DELETE", "/iserver/watchlist", query={"id": "7"})).json()
    assert deleted["data"] == {"deleted": "7"}
    assert (await rig.send("GET", "/iserver/watchlist", query={"id": "7"})).status_code == 503


async def test_a_lists_id_must_be_a_number(rig: Rig) -> None:
    answer = await rig.send("POST", "/iserver/watchlist", {"id": "abc", "name": "x", "rows": []})
    assert answer.status_code == 400


async def test_the_first_reads_of_fyis_are_refused(rig: Rig) -> None:
    unread = await rig.send("GET", "/fyi/unreadnumber")
    assert (unread.status_code, unread.json()) == (423, {"status": "waiting for reply"})
    assert (await rig.send("GET", "/fyi/notifications")).status_code == 503
    assert await rig.get("/fyi/unreadnumber") == {"BN": 4}


async def test_fyis_are_html_and_come_ten_at_a_time(rig: Rig) -> None:
    await rig.send("GET", "/fyi/notifications")
    page = await rig.get("/fyi/notifications", max="10")
    assert len(page) == 10
    assert (page[0]["R"], page[0]["D"].endswith(".0")) == (0, True)
    assert "<table" in page[0]["MD"]
    older = await rig.get("/fyi/notifications/more", id=page[-1]["ID"])
    assert older
    assert not {each["ID"] for each in older} & {each["ID"] for each in page}


async def test_reading_an_fyi_lowers_the_count(rig: Rig) -> None:
    await rig.send("GET", "/fyi/notifications")
    identifier = (await rig.get("/fyi/notifications"))[0]["ID"]
    answer = (await rig.send("PUT", f"/fyi/notifications/{identifier}")).json()
    assert answer == {"V": 1, "T": 5, "P": {"R": 1, "ID": identifier}}
    await rig.send("GET", "/fyi/unreadnumber")
    assert await rig.get("/fyi/unreadnumber") == {"BN": 3}


async def test_one_kind_has_a_disclaimer_that_waits_to_be_accepted(rig: Rig) -> None:
    waiting = [each["FC"] for each in await rig.get("/fyi/settings") if each["H"] == 0]
    assert waiting == ["EA"]
    assert (await rig.get("/fyi/disclaimer/EA"))["DT"]
    assert (await rig.send("PUT", "/fyi/disclaimer/EA")).json() == {"V": 1, "T": 10}
    assert [each["FC"] for each in await rig.get("/fyi/settings") if each["H"] == 0] == []


async def test_a_kind_can_be_turned_off(rig: Rig) -> None:
    assert await rig.post("/fyi/settings/SM", {"enabled": False}) == {"V": 1, "T": 10}
    assert {each["FC"]: each["A"] for each in await rig.get("/fyi/settings")}["SM"] == 0


async def test_delivery_by_mail_and_device(rig: Rig) -> None:
    device = (await rig.get("/fyi/deliveryoptions"))["E"][0]
    await rig.send("PUT", "/fyi/deliveryoptions/email", query={"enabled": "false"})
    body = {"deviceName": device["NM"], "deviceId": device["I"], "uiName": device["UI"], "enabled": False}
    assert await rig.post("/fyi/deliveryoptions/device", body) == {"V": 1, "T": 10}
    options = await rig.get("/fyi/deliveryoptions")
    assert (options["M"], options["E"][0]["A"]) == (0, 0)
    gone = await rig.send("DELETE", f"/fyi/deliveryoptions/{device['I'].replace('/', '%2F')}")
    assert (gone.status_code, gone.text) == (200, "")
    assert (await rig.get("/fyi/deliveryoptions"))["E"] == []


async def test_a_name_that_is_no_text_is_given_back_with_question_marks(rig: Rig) -> None:
    body = {"id": "8", "name": "a\ud800b", "rows": []}
    assert (await rig.post("/iserver/watchlist", body))["name"] == "a?b"
