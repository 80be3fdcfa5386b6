"""The websocket itself: greeting, heartbeat, session and what it says unasked."""

from __future__ import annotations

import pytest

from ibtui.sim.gateway.ws.endpoint import session_of
from tests.sim.gateway.rig import MakeRig, Rig


async def test_the_greeting_is_system_then_accounts_then_status(rig: Rig) -> None:
    socket = rig.socket(rig.gateway.login.session_id)
    rig.advance(300)
    system, accounts, status = socket.frames()
    assert system == {"topic": "system", "success": "ibtuisim", "isFT": False, "isPaper": True}
    assert accounts["topic"] == "act"
    assert accounts["args"]["selectedAccount"] == "DU1234567"
    assert accounts["args"]["sessionId"] != rig.gateway.login.session_id
    assert (status["topic"], status["args"]["established"]) == ("sts", True)


async def test_without_a_session_the_socket_waits_for_one(rig: Rig) -> None:
    socket = rig.socket("")
    rig.advance(1_000)
    assert socket.frames() == [{"message": "waiting for session"}]
    socket.say(f'{{"session":"{rig.gateway.login.session_id}"}}')
    rig.advance(300)
    assert [frame["topic"] for frame in socket.frames()] == ["system", "act", "sts"]


async def test_what_is_said_before_the_greeting_is_thrown_away(rig: Rig) -> None:
    socket = rig.socket(rig.gateway.login.session_id)
    socket.say('smd+265598+{"fields":["31"]}')
    rig.advance(3_000)
    assert socket.frames("smd") == []


async def test_a_heartbeat_comes_every_ten_seconds(rig: Rig) -> None:
    socket = rig.socket()
    rig.advance(30_000)
    beats = [frame for frame in socket.frames("system") if "hb" in frame]
    assert len(beats) == 3


async def test_tic_is_answered_four_times(rig: Rig) -> None:
    socket = rig.socket()
    socket.say("tic")
    frames = socket.frames()
    assert len(frames) == 4
    assert frames[0]["id"] == rig.gateway.login.session_id
    assert all(frame == frames[0] for frame in frames)


async def test_frames_are_bytes(rig: Rig) -> None:
    socket = rig.socket()
    socket.say("tic")
    assert isinstance(socket.raw()[0], bytes)


async def test_an_unknown_topic_is_an_error_without_a_topic(rig: Rig) -> None:
    socket = rig.socket()
    socket.say("xyz+1+{}")
    assert socket.frames() == [{"error": "Topic unknown 'xyz'", "code": 1}]


async def test_a_bulletin_comes_shortly_after_the_greeting(rig: Rig) -> None:
    socket = rig.socket()
    rig.advance(2_500)
    (frame,) = socket.frames("blt")
    assert isinstance(frame["args"][0]["id"], int)
    assert frame["args"][0]["message"].startswith("[BBSMSG Bulletin]")


async def test_logging_out_is_told_and_ends_what_needs_the_brokerage(rig: Rig) -> None:
    socket = rig.socket()
    socket.say('smd+265598+{"fields":["31","84"]}')
    socket.say("spl+{}")
    await rig.post("/logout")
    assert socket.frames("sts")[-1]["args"]["authenticated"] is False
    rig.advance(20_000)
    assert {frame["topic"] for frame in socket.frames() if "hb" not in frame} == {"spl", "blt"}


async def test_market_topics_are_refused_without_a_brokerage_session(make_rig: MakeRig) -> None:
    rig = make_rig(scenario="no-brokerage-session")
    socket = rig.socket()
    socket.say("sor+{}")
    assert socket.frames() == [{"error": "unable to subscribe", "code": 500, "topic": "sor"}]
    await rig.post("/iserver/auth/ssodh/init", {"publish": True, "compete": True})
    assert [frame["topic"] for frame in socket.frames()] == ["act", "sts"]


async def test_after_the_nightly_reset_the_socket_only_beats(rig: Rig) -> None:
    socket = rig.socket()
    socket.say('smd+265598+{"fields":["31","84","86"]}')
    old = rig.gateway.login.session_id
    assert (await rig.control("POST", "/sim/nightly-reset"))["session"] != old
    socket.raw()
    rig.advance(25_000)
    frames = socket.frames()
    assert socket.connection.subscriptions == {}
    assert [frame for frame in frames if "hb" in frame]
    assert [frame for frame in frames if str(frame.get("topic")).startswith("smd")] == []


async def test_dropped_sockets_get_nothing_more(rig: Rig) -> None:
    socket = rig.socket()
    assert await rig.control("POST", "/sim/drop-websockets") == {"dropped": 1}
    assert socket.connection.outbox.closed
    assert await socket.connection.outbox.next() is None


async def test_a_long_running_order_is_followed_by_a_notice(rig: Rig) -> None:
    await rig.market_data()
    socket = rig.socket()
    await rig.place(price=rig.near(98), tif="GTC")
    rig.advance(1_900)
    (frame,) = socket.frames("ntf")
    (notice,) = frame["args"]
    assert "will be automatically canceled at" in notice["text"]
    assert notice["title"] is None


async def test_a_large_order_is_followed_by_a_prompt_that_can_be_answered(rig: Rig) -> None:
    await rig.market_data()
    await rig.post("/iserver/questions/suppress", {"messageIds": ["o451"]})
    socket = rig.socket()
    order = (await rig.place(price=rig.near(98), quantity=500))[0]
    rig.advance(4_000)
    (prompt,) = socket.frames("ntf")[0]["args"]
    assert (prompt["messageId"], prompt["prompt"], prompt["orderId"]) == ("p12", True, int(order["order_id"]))
    answer = {"orderId": prompt["orderId"], "reqId": prompt["reqId"], "text": "Always use"}
    told = await rig.send("POST", "/iserver/notification", answer)
    assert (told.status_code, told.text) == (200, "Success")
    assert (await rig.control("GET", "/sim/answers"))["answers"] == [answer]
    assert (await rig.send("POST", "/iserver/notification", answer)).status_code == 503


async def test_half_a_minute_after_connecting_the_oldest_working_order_is_asked_about(rig: Rig) -> None:
    await rig.market_data()
    order = (await rig.place(price=rig.near(98)))[0]
    socket = rig.socket()
    rig.advance(30_000)
    (prompt,) = socket.frames("ntf")[0]["args"]
    assert prompt["orderId"] == int(order["order_id"])


async def test_a_fresh_order_is_not_asked_about_however_old_the_connection(rig: Rig) -> None:
    await rig.market_data()
    socket = rig.socket()
    rig.advance(60_000)
    await rig.place(price=rig.near(98))
    rig.advance(20_000)
    assert not socket.frames("ntf")


@pytest.mark.parametrize(
    "cookie",
    [
        'api={"session":"abc"}',
        "api=abc",
        "x-sess-uuid=abc",
        'other=1; api={"session": "abc"}',
        "api=%7B%22session%22%3A%22abc%22%7D",
    ],
)
def test_the_session_is_found_in_every_form_of_the_cookie(cookie: str) -> None:
    assert session_of(cookie) == "abc"


def test_no_cookie_is_no_session() -> None:
    assert session_of("other=1") == ""
    assert session_of("api={broken") == ""
