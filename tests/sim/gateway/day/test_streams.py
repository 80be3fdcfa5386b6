"""Websockets that are cut, silent, half dead or refuse subscriptions."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.sim.gateway.rig import ACCOUNT, MakeRig, Rig, Socket

ALL = (
    'smd+265598+{"fields":["31","84","86"]}',
    f"sbd+{ACCOUNT}+265598",
    "sor+{}",
    "str+{}",
    "spl+{}",
    f'ssd+{ACCOUNT}+{{"keys":[],"fields":[]}}',
    f'sld+{ACCOUNT}+{{"keys":[],"fields":[]}}',
)
LONG_MS = 12_000
"""Longer than the slowest topic takes to speak."""


def heard(socket: Socket) -> set[str]:
    """Topics of the frames that wait, without the target."""
    frames = socket.frames()
    return {"hb" if "hb" in frame else str(frame.get("topic", ""))[:3] for frame in frames}


def subscribed(rig: Rig, topics: tuple[str, ...] = ALL) -> Socket:
    """A socket whose subscriptions have said their first words."""
    socket = rig.socket()
    for topic in topics:
        socket.say(topic)
    socket.raw()
    return socket


def alive(rig: Rig) -> Mapping[str, bool]:
    """Whether news comes, by subscription of the newest socket."""
    found = rig.gateway.truth()["sockets"]
    assert isinstance(found, list)
    return {each["key"]: each["alive"] for each in found[-1]["subscriptions"]}


@pytest.mark.parametrize(
    ("topics", "dead"),
    [
        (["smd"], {"smd"}),
        (["sbd"], {"sbd"}),
        (["account"], {"spl", "ssd", "sld"}),
        (["all"], {"smd", "sbd", "sor", "str", "spl", "ssd", "sld"}),
    ],
)
async def test_dead_topics_say_nothing_while_the_heartbeat_and_the_others_go_on(
    rig: Rig, topics: list[str], dead: set[str]
) -> None:
    socket = subscribed(rig)
    await rig.control("POST", "/sim/day/dead-subscriptions", {"topics": topics})
    rig.advance(LONG_MS)
    talking = heard(socket)
    assert "hb" in talking
    assert not talking & dead
    assert {"smd", "sbd", "spl", "ssd", "sld"} - dead <= talking
    assert {key[:3] for key, lives in alive(rig).items() if not lives} == dead


async def test_deaf_orders_tell_of_no_order(rig: Rig) -> None:
    socket = subscribed(rig, ("sor+{}", "str+{}"))
    rig.gateway.day.begin("dead-subscriptions", topics=["sor"])
    await rig.post("/iserver/questions/suppress", {"messageIds": ["o354", "o10151", "o451", "o383"]})
    await rig.place(orderType="MKT")
    rig.advance(2_000)
    assert heard(socket) - {"blt"} == {"str"}


async def test_a_new_subscription_cures_a_dead_one_and_ends_the_event(rig: Rig) -> None:
    socket = subscribed(rig, ALL[:1])
    rig.gateway.day.begin("dead-subscriptions", topics=["smd"])
    assert rig.gateway.day.active("dead-subscriptions")
    socket.say("umd+265598+{}")
    socket.say(ALL[0])
    rig.advance(3_000)
    assert "smd" in heard(socket)
    assert not rig.gateway.day.active("dead-subscriptions")


async def test_only_a_new_socket_cures_where_a_reconnect_is_wanted(rig: Rig) -> None:
    socket = subscribed(rig, ALL[:1])
    rig.gateway.day.begin("dead-subscriptions", cure="reconnect")
    socket.say(ALL[0])
    other = rig.socket()
    other.say(ALL[0])
    socket.raw()
    rig.advance(3_000)
    assert ("smd" in heard(socket), "smd" in heard(other)) == (False, True)
    rig.gateway.connections.remove(socket.connection)
    rig.advance(50)
    assert not rig.gateway.day.active("dead-subscriptions")


async def test_without_a_cure_only_the_end_of_the_event_helps(rig: Rig) -> None:
    rig.gateway.day.begin("dead-subscriptions", topics=["smd", "sor"], cure="none", seconds=3)
    socket = subscribed(rig)
    assert alive(rig)["smd+265598"] is False
    rig.advance(1_900)
    assert not {"smd", "sor"} & heard(socket)
    rig.advance(3_000)
    assert "smd" in heard(socket)
    assert all(alive(rig).values())


async def test_a_silent_socket_says_nothing_at_all_and_hears_everything(rig: Rig) -> None:
    socket = subscribed(rig, ALL[:1])
    rig.gateway.day.begin("socket-silent")
    socket.say("tic")
    socket.say("spl+{}")
    rig.advance(LONG_MS)
    assert socket.frames() == []
    assert not socket.connection.outbox.closed
    assert list(alive(rig)) == ["smd+265598", "spl"]
    other = rig.socket()
    other.say("tic")
    assert len(other.frames("tic")) == 4
    rig.gateway.day.end("socket-silent")
    rig.advance(LONG_MS)
    assert {"hb", "smd", "spl"} <= heard(socket)


async def test_new_sockets_stay_silent_too_where_that_is_wanted(rig: Rig) -> None:
    rig.gateway.day.begin("socket-silent", new=True, seconds=1)
    socket = rig.socket(rig.gateway.login.session_id)
    rig.advance(900)
    assert socket.frames() == []
    rig.advance(500)
    assert heard(socket) == {"sys", "act", "sts"}


async def test_the_silence_is_over_when_no_silent_socket_is_left(rig: Rig) -> None:
    socket = rig.socket()
    rig.gateway.day.begin("socket-silent")
    rig.gateway.connections.remove(socket.connection)
    rig.advance(50)
    assert not rig.gateway.day.active("socket-silent")


async def test_a_cut_closes_every_socket_and_may_refuse_new_ones_for_a_time(rig: Rig) -> None:
    sockets = [rig.socket(), rig.socket()]
    row = await rig.control("POST", "/sim/day/socket-cut", {"seconds": 1})
    assert (row["active"], rig.gateway.day.streams_refused) == (True, True)
    assert all(socket.connection.outbox.closed for socket in sockets)
    rig.advance(1_000)
    assert not rig.gateway.day.streams_refused


async def test_orders_are_refused_as_often_as_wanted_on_whatever_socket(rig: Rig) -> None:
    rig.gateway.day.begin("unable-to-subscribe", times=2)
    refused = {"error": "unable to subscribe", "code": 500, "topic": "sor"}
    assert [subscribed_frames(rig, "sor+{}") for _ in range(3)] == [[refused], [refused], []]
    assert not rig.gateway.day.active("unable-to-subscribe")


async def test_other_topics_can_be_refused(rig: Rig) -> None:
    rig.gateway.day.begin("unable-to-subscribe", topics=["spl"], times=1)
    assert subscribed_frames(rig, "sor+{}") == []
    assert subscribed_frames(rig, "spl+{}") == [{"error": "unable to subscribe", "code": 500, "topic": "spl"}]


async def test_the_scenario_refuses_from_the_start(make_rig: MakeRig) -> None:
    rig = make_rig(scenario="unable-to-subscribe")
    answers = [subscribed_frames(rig, "sor+{}") for _ in range(4)]
    assert [bool(answer) for answer in answers] == [True, True, True, False]


def subscribed_frames(rig: Rig, topic: str) -> list[dict[str, object]]:
    """What a new socket is told about a subscription."""
    socket = rig.socket()
    socket.say(topic)
    return list(socket.frames())
