"""The hostile scenario: every text is poisoned, nothing else is."""

from __future__ import annotations

import pytest

from ibtui.sim.gateway.hostile import MEGABYTE, POISON, poison, unpoisoned
from ibtui.sim.gateway.wire import Fields
from tests.sim.gateway.rig import MakeRig, Rig


@pytest.fixture
async def hostile(make_rig: MakeRig) -> Rig:
    return await make_rig(scenario="hostile").ready()


def test_the_poison_has_every_kind_of_danger() -> None:
    for danger in ("\x1b[31m", "\x1b]0;", "\x9b", "\x85", "[red]", "[@click=app.quit]", "\u202e", "\u200b"):
        assert danger in POISON


def test_keys_that_are_no_text_stay_as_they_are() -> None:
    payload: Fields = {"conid": 1, "status": "Filled", "price": "1.00", "topic": "sor", "companyName": "APPLE"}
    assert poison(payload) == payload | {"companyName": f"APPLE{POISON}"}


def test_what_a_client_gives_back_is_recognised() -> None:
    assert unpoisoned(f"Always use{POISON}") == "Always use"


async def test_names_titles_lists_and_errors_are_poisoned(hostile: Rig) -> None:
    assert POISON in (await hostile.get("/trsrv/secdef", conids="265598"))["secdef"][0]["name"]
    assert POISON in (await hostile.get("/portfolio/accounts"))[0]["accountTitle"]
    assert POISON in (await hostile.get("/iserver/watchlists"))["data"]["user_lists"][0]["name"]
    assert POISON in (await hostile.get("/iserver/accounts"))["aliases"]["DU1234567"]
    assert POISON in (await hostile.get("/iserver/contract/999/info"))["error"]


async def test_one_fyi_is_a_megabyte_on_one_line(hostile: Rig) -> None:
    await hostile.send("GET", "/fyi/notifications")
    bodies = [each["MD"] for each in await hostile.get("/fyi/notifications")]
    longest = max(bodies, key=len)
    assert len(longest) == MEGABYTE
    assert "\n" not in longest
    assert all(POISON in body for body in bodies)


async def test_one_question_is_a_megabyte_and_can_still_be_answered(hostile: Rig) -> None:
    await hostile.market_data()
    question = (await hostile.place(price=hostile.near(96)))[0]
    assert len(question["message"][0]) == MEGABYTE
    assert question["messageOptions"][0] == f"Yes{POISON}"
    assert "order_id" in (await hostile.post(f"/iserver/reply/{question['id']}", {"confirmed": True}))[0]


async def test_frames_are_poisoned_and_one_is_not_even_utf8(hostile: Rig) -> None:
    await hostile.market_data()
    socket = hostile.socket()
    socket.say("sor+{}")
    await hostile.place(price=hostile.near(98))
    hostile.advance(500)
    assert POISON in socket.frames("sor")[0]["args"][0]["orderDesc"]
    hostile.advance(3_000)
    (bulletin,) = [frame for frame in socket.raw() if b'"blt"' in frame]
    with pytest.raises(UnicodeDecodeError):
        bulletin.decode()
