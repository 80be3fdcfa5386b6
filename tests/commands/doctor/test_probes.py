"""What the probes send, and how they look at names, doors and this machine."""

from __future__ import annotations

import asyncio
import os
import socket
from itertools import pairwise
from pathlib import Path

import httpx

from ibtui.commands.doctor.facts import Address, Names
from ibtui.commands.doctor.probe_machine import look_at_storage, look_at_terminal
from ibtui.commands.doctor.probe_way import knock, look_up
from ibtui.commands.doctor.probe_wire import MOST_REQUESTS, SPACE_SECONDS, Wire
from ibtui.protocol import session as words
from ibtui.session.orders.journal_file import opened
from tests.e2e.gateways import free_port
from tests.fakes.clock import ManualClock


async def asked(count: int, tmp_path: Path) -> tuple[list[float], list[bool]]:
    """Moments at which requests left, and whether each got an answer."""
    clock = ManualClock()
    moments: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        moments.append(clock.monotonic())
        return httpx.Response(200, stream=httpx.ByteStream(b'{"authenticated":true}'))

    wire = Wire(
        "http://127.0.0.1:1/v1/api",
        clock,
        None,
        state=tmp_path,
        place="127.0.0.1:1",
        authority=None,
        transport=httpx.MockTransport(answer),
    )
    answered = []
    for _ in range(count):
        task = asyncio.ensure_future(wire.ask(words.auth_status()))
        while not task.done():
            await clock.advance(0.05)
        answered.append(task.result().status == 200)
    await wire.close()
    return moments, answered


async def test_few_requests_leave_and_none_close_to_another(tmp_path: Path) -> None:
    moments, answered = await asked(MOST_REQUESTS + 2, tmp_path)
    assert answered == [True] * MOST_REQUESTS + [False, False]
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert min(gaps) >= SPACE_SECONDS - 1e-9


async def test_names_are_looked_up_and_an_unknown_one_told() -> None:
    known = await look_up(Address("https", "127.0.0.1", 5000, is_loopback=True))
    unknown = await look_up(Address("https", "x" * 80, 5000, is_loopback=False))
    assert known.addresses == ("127.0.0.1",)
    assert (unknown.addresses, bool(unknown.error)) == ((), True)


async def test_a_gateway_on_the_other_loopback_is_found() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        doors = await knock(Address("https", "localhost", port, is_loopback=True), Names(("127.0.0.2",)), "")
    assert not doors.is_open
    assert doors.other_loopback == "127.0.0.1"
    assert doors.listener is not None
    assert doors.listener.pid == os.getpid()


async def test_doors_where_nobody_listens_are_refused() -> None:
    doors = await knock(Address("https", "localhost", free_port(), is_loopback=True), Names(("127.0.0.1",)), "")
    assert [door.refusal for door in doors.doors] == ["refused"]
    assert doors.listener is None


def test_a_state_folder_is_made_and_a_damaged_journal_told(tmp_path: Path) -> None:
    assert look_at_storage(tmp_path / "new").refusal == ""
    (tmp_path / "journal.sqlite3").write_bytes(b"no database" * 100)
    assert "damaged" in look_at_storage(tmp_path).journal_refusal


def test_a_state_folder_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert look_at_storage(tmp_path / "file").refusal


def test_looking_at_the_journal_leaves_it_as_it_is(tmp_path: Path) -> None:
    opened(tmp_path).close()
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert look_at_storage(tmp_path).open_orders == 0
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_the_terminal_is_read_from_the_environment() -> None:
    environment = {"SSH_CONNECTION": "10.0.0.1 50000 10.0.0.7 22", "TMUX": "/tmp/x", "TERM": "screen", "NO_COLOR": "1"}
    traits = look_at_terminal(environment)
    assert (traits.in_tmux, traits.over_ssh, traits.no_colour, traits.term) == (True, True, True, "screen")
