"""Logins that end, clients that compete, nights that reset, and what is left of the session behind them."""

from __future__ import annotations

import pytest

from ibtui.sim.gateway.losses import ConnectionLost
from tests.sim.gateway.rig import ACCOUNT, THURSDAY_TRADING_MS, MakeRig, Rig, Socket, Tree

MINUTE_MS = 60_000
ALL_OPEN = {"publish": True, "compete": True}
MILD = {"publish": True, "compete": False}
QUOTES = 'smd+265598+{"fields":["31","84","86"]}'


async def states(rig: Rig) -> tuple[bool, bool, bool]:
    """Authenticated, competing and connected, as tickle tells them."""
    told = (await rig.post("/tickle"))["iserver"]["authStatus"]
    assert told["established"] == told["authenticated"]
    return told["authenticated"], told["competing"], told["connected"]


def status(socket: Socket) -> list[Tree]:
    """What `sts` has said since the last look."""
    return [frame["args"] for frame in socket.frames("sts")]


async def test_an_expired_login_is_401_for_everything_until_a_person_logs_in_to_a_new_session(rig: Rig) -> None:
    socket, old = rig.socket(), rig.gateway.login.session_id
    await rig.control("POST", "/sim/day/login-expires")
    (told,) = status(socket)
    assert (told["authenticated"], told["connected"]) == (False, False)
    for method, path in (("GET", "/iserver/accounts"), ("GET", "/portfolio/accounts"), ("POST", "/tickle")):
        assert (await rig.send(method, path)).status_code == 401
    fresh = rig.socket(old)
    rig.advance(500)
    assert fresh.frames() == [{"message": "waiting for session"}]
    await rig.browser("POST", "/sso/Login")
    assert await states(rig) == (True, False, True)
    assert (await rig.post("/tickle"))["session"] == rig.gateway.login.session_id != old
    assert not rig.gateway.day.active("login-expires")


async def test_a_login_that_is_needed_leads_to_the_login_page_and_the_end_of_the_event_logs_in(rig: Rig) -> None:
    rig.gateway.day.begin("login-needed")
    assert (await rig.send("GET", "/iserver/accounts")).status_code == 302
    await rig.control("DELETE", "/sim/day/login-needed")
    assert await states(rig) == (True, False, True)


async def test_a_competing_client_shows_before_it_takes_the_session(rig: Rig) -> None:
    socket = rig.socket()
    socket.say(QUOTES)
    socket.raw()
    rig.gateway.day.begin("competing", warning_seconds=1)
    assert status(socket) == [{"competing": True}]
    assert await states(rig) == (True, True, True)
    rig.advance(1_000)
    (told,) = status(socket)
    assert (told["authenticated"], told["competing"]) == (False, True)
    assert await states(rig) == (False, True, True)
    assert (await rig.send("GET", "/iserver/accounts")).json()["error"] == "Bad Request: no bridge"
    rig.advance(2_000)
    assert socket.frames("smd") == []
    assert (await rig.post("/iserver/auth/ssodh/init", MILD))["authenticated"] is False
    assert (await rig.post("/iserver/auth/ssodh/init", ALL_OPEN))["authenticated"] is True
    assert not rig.gateway.day.active("competing")


async def test_who_competes_within_the_warning_keeps_the_session(rig: Rig) -> None:
    rig.gateway.day.begin("competing", warning_seconds=1)
    await rig.post("/iserver/auth/ssodh/init", ALL_OPEN)
    rig.advance(2_000)
    assert await states(rig) == (True, False, True)


async def test_when_the_other_client_leaves_any_init_opens_the_session(rig: Rig) -> None:
    rig.gateway.day.begin("competing", warning_seconds=0, seconds=1)
    socket = rig.socket()
    rig.advance(1_000)
    assert {"competing": False} in status(socket)
    assert await states(rig) == (False, False, True)
    assert (await rig.post("/iserver/auth/ssodh/init", MILD))["authenticated"] is True


async def test_at_ten_oclock_another_client_comes(make_rig: MakeRig) -> None:
    rig = make_rig(scenario="competing-at-ten", start_ms=THURSDAY_TRADING_MS - 60 * MINUTE_MS - 2_000)
    assert await states(rig) == (True, False, True)
    rig.advance(2_000)
    assert await states(rig) == (True, True, True)


async def test_a_lost_brokerage_session_opens_at_an_init(rig: Rig) -> None:
    rig.gateway.day.begin("brokerage-lost")
    assert await states(rig) == (False, False, True)
    await rig.post("/iserver/auth/ssodh/init", MILD)
    assert await states(rig) == (True, False, True)
    assert not rig.gateway.day.active("brokerage-lost")


async def test_while_the_servers_are_away_at_night_errors_take_turns_and_nothing_is_carried_out(rig: Rig) -> None:
    await rig.market_data()
    rig.gateway.day.begin("nightly-reset", seconds=1)
    assert await states(rig) == (False, False, True)
    path = f"/iserver/account/{ACCOUNT}/orders"
    answers = [await rig.send("POST", path, {"orders": [{"conid": 265598}]}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [503, 500, 400, 503]
    assert (await rig.send("POST", "/iserver/auth/ssodh/init", ALL_OPEN)).status_code == 500
    assert (await rig.send("GET", "/portfolio/accounts")).status_code == 200
    assert rig.gateway.truth()["orders"] == []


async def test_after_the_night_the_session_is_new_and_the_old_socket_beats_on_dead_subscriptions(rig: Rig) -> None:
    await rig.post("/iserver/questions/suppress", {"messageIds": ["o163"]})
    socket, old = rig.socket(), rig.gateway.login.session_id
    socket.say(QUOTES)
    rig.gateway.day.begin("nightly-reset", sim_seconds=1)
    assert [told["authenticated"] for told in status(socket)] == [False]
    rig.advance(1_000)
    assert await states(rig) == (True, False, True)
    assert (await rig.post("/tickle"))["session"] != old
    assert rig.gateway.login.brokerage.suppressed == set()
    assert (await rig.send("GET", "/iserver/account/orders")).status_code == 400
    socket.raw()
    for topic in (QUOTES, "sor+{}", "spl+{}", "tic"):
        socket.say(topic)
    rig.gateway.day.begin("brokerage-lost")
    rig.advance(11_000)
    frames = socket.frames()
    assert {frame["id"] for frame in frames if frame["topic"] == "tic"} == {old}
    assert {frame["topic"] for frame in frames} == {"tic", "system"}
    found: Tree = rig.gateway.truth()["sockets"]
    (row,) = found
    assert (row["current"], [each["alive"] for each in row["subscriptions"]]) == (False, [False] * 3)


async def test_the_night_can_pass_without_a_word_and_leave_no_session(rig: Rig) -> None:
    socket = rig.socket()
    rig.gateway.day.begin("nightly-reset", seconds=1, told=False, reopens=False)
    rig.advance(1_000)
    assert status(socket) == []
    assert await states(rig) == (False, False, True)
    assert (await rig.post("/iserver/auth/ssodh/init", MILD))["authenticated"] is True


async def test_maintenance_opens_nothing_for_its_time(rig: Rig) -> None:
    rig.gateway.day.begin("maintenance", seconds=1)
    assert (await rig.post("/iserver/auth/ssodh/init", ALL_OPEN))["authenticated"] is False
    rig.advance(1_000)
    assert await states(rig) == (False, False, True)
    assert (await rig.post("/iserver/auth/ssodh/init", MILD))["authenticated"] is True


async def test_a_restart_loses_every_connection_and_forgets_the_session(rig: Rig) -> None:
    socket, old = rig.socket(), rig.gateway.login.session_id
    rig.gateway.day.begin("gateway-restart", seconds=1)
    assert (rig.gateway.day.listening, socket.connection.outbox.closed) == (False, True)
    with pytest.raises(ConnectionLost):
        await rig.post("/tickle")
    rig.advance(1_000)
    assert await states(rig) == (True, False, True)
    assert rig.gateway.login.session_id != old


async def test_after_a_restart_a_login_may_be_needed(rig: Rig) -> None:
    rig.gateway.day.begin("gateway-restart", seconds=1, login=True)
    rig.advance(1_000)
    assert (await rig.send("POST", "/tickle")).status_code == 401
    await rig.browser("POST", "/sso/Login")
    assert await states(rig) == (True, False, True)


async def test_in_the_day_a_person_logs_in_at_half_past_nine(make_rig: MakeRig) -> None:
    rig = make_rig(scenario="day", start_ms=THURSDAY_TRADING_MS - 89 * MINUTE_MS - 1_000)
    assert rig.gateway.day.active("login-needed")
    assert (await rig.send("POST", "/tickle")).status_code == 401
    rig.advance(1_000)
    assert await states(rig) == (True, False, True)
    assert not rig.gateway.day.active("login-needed")
