"""`smd`: streaming quotes."""

from __future__ import annotations

from tests.sim.gateway.rig import Rig

FIELDS = '{"fields":["31","84","86","83","7051"]}'
BASE = {"conid", "conidEx", "_updated", "server_id", "6119", "topic"}


async def test_the_first_frame_is_full_and_comes_twice_with_its_keys_in_another_order(rig: Rig) -> None:
    socket = rig.socket()
    socket.say(f"smd+265598+{FIELDS}")
    first, second = socket.frames("smd+265598")
    assert first == second
    assert list(first) != list(second)
    assert set(first) == BASE | {"31", "84", "86", "83", "7051", "6509", "6508"}
    assert isinstance(first["83"], float)
    assert isinstance(first["84"], str)


async def test_later_frames_have_only_what_changed(rig: Rig) -> None:
    socket = rig.socket()
    socket.say(f"smd+265598+{FIELDS}")
    socket.raw()
    rig.advance(10_000)
    frames = socket.frames("smd+265598")
    assert frames
    assert all(set(frame) > BASE for frame in frames)
    assert all("7051" not in frame for frame in frames)


async def test_an_instrument_is_told_at_most_twice_a_second(rig: Rig) -> None:
    socket = rig.socket()
    socket.say(f"smd+265598+{FIELDS}")
    socket.raw()
    told = 0
    for _ in range(40):
        rig.advance(250)
        told += len(socket.frames("smd"))
    assert 0 < told <= 20


async def test_what_changed_while_the_client_was_slow_comes_as_one_frame(rig: Rig) -> None:
    socket = rig.socket()
    socket.say(f"smd+265598+{FIELDS}")
    socket.raw()
    rig.advance(60_000)
    assert len(socket.frames("smd")) == 1


async def test_a_stream_falls_silent_after_a_quarter_of_an_hour(slack: Rig) -> None:
    socket = slack.socket()
    socket.say(f"smd+265598+{FIELDS}")
    for _ in range(5):
        slack.clock.advance(179_000)
        socket.say("tic")
    slack.gateway.step()
    assert socket.frames("smd")
    slack.clock.advance(6_000)
    slack.advance(5_000)
    socket.raw()
    slack.advance(20_000)
    assert socket.frames("smd") == []
    socket.say(f"smd+265598+{FIELDS}")
    assert len(socket.frames("smd")) == 2


async def test_after_umd_nothing_more_comes_and_nothing_confirms_it(rig: Rig) -> None:
    socket = rig.socket()
    socket.say(f"smd+265598+{FIELDS}")
    socket.raw()
    socket.say("umd+265598+{}")
    rig.advance(5_000)
    assert [frame for frame in socket.frames() if "hb" not in frame and frame.get("topic") != "blt"] == []


async def test_a_venue_is_repeated_in_the_answer(rig: Rig) -> None:
    socket = rig.socket()
    socket.say(f"smd+265598@NASDAQ+{FIELDS}")
    frame = socket.frames()[0]
    assert (frame["topic"], frame["conidEx"], frame["conid"]) == ("smd+265598@NASDAQ", "265598@NASDAQ", 265598)


async def test_an_unknown_contract_answers_without_data(rig: Rig) -> None:
    socket = rig.socket()
    socket.say("smd+999+{}")
    (frame,) = socket.frames("smd+999")
    assert frame["6509"] == "N"
    rig.advance(5_000)
    assert socket.frames("smd") == []


async def test_the_number_of_the_stream_differs_after_a_new_session(rig: Rig) -> None:
    socket = rig.socket()
    socket.say(f"smd+265598+{FIELDS}")
    before = socket.frames("smd")[0]["server_id"]
    await rig.control("POST", "/sim/nightly-reset")
    other = rig.socket()
    other.say(f"smd+265598+{FIELDS}")
    assert other.frames("smd")[0]["server_id"] != before
