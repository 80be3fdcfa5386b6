from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from ibtui.protocol.requests import Request
from ibtui.transport.http import HttpClient
from ibtui.transport.notes import ANY, FILE_NAME, PaceNotes
from tests.fakes.clock import ManualClock, settle

ORDERS = Request("GET", "/iserver/account/orders")
PLACE = "localhost:5000"


def client_of(folder: Path, clock: ManualClock, place: str = PLACE) -> HttpClient:
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, json={}))
    notes = PaceNotes(folder, place, clock)
    return HttpClient("http://localhost:5000/v1/api", clock, transport=transport, notes=notes)


async def is_held_back(client: HttpClient) -> bool:
    task = asyncio.create_task(client.send(ORDERS))
    await settle()
    held = not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await client.close()
    return held


async def test_a_quick_restart_waits_for_the_window_of_the_run_before(tmp_path: Path) -> None:
    await client_of(tmp_path, ManualClock()).send(ORDERS)
    soon = ManualClock(start=50.0, wall=ManualClock().time() + 2.0)
    assert await is_held_back(client_of(tmp_path, soon))


@pytest.mark.parametrize("stepped", [-3600.0, 3600.0])
async def test_a_clock_set_by_hand_between_the_runs_forgets_no_window(tmp_path: Path, stepped: float) -> None:
    await client_of(tmp_path, ManualClock()).send(ORDERS)
    soon = ManualClock(start=1002.0, wall=ManualClock().time() + 2.0 + stepped)
    assert await is_held_back(client_of(tmp_path, soon))


async def test_a_later_restart_waits_for_nothing(tmp_path: Path) -> None:
    await client_of(tmp_path, ManualClock()).send(ORDERS)
    later = ManualClock(start=50.0, wall=ManualClock().time() + 6.0)
    assert not await is_held_back(client_of(tmp_path, later))


async def test_another_gateway_has_windows_of_its_own(tmp_path: Path) -> None:
    await client_of(tmp_path, ManualClock()).send(ORDERS)
    assert not await is_held_back(client_of(tmp_path, ManualClock(), "localhost:5001"))


@pytest.mark.parametrize("content", ["", "[]", '{"localhost:5000": 7}', '{"localhost:5000": {"x": "y"}}'])
async def test_a_broken_file_is_forgotten(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE_NAME).write_text(content)
    assert not await is_held_back(client_of(tmp_path, ManualClock()))


async def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not await is_held_back(client_of(tmp_path / "file" / "state", ManualClock()))


@pytest.mark.parametrize(("seconds", "taken"), [(0.5, 10), (1.4, 10), (1.6, 0)])
async def test_a_restart_within_a_second_takes_the_shared_window_for_used_up(
    tmp_path: Path, seconds: float, taken: int
) -> None:
    PaceNotes(tmp_path, PLACE, ManualClock()).left("GET /iserver/accounts")
    soon = ManualClock(start=1000.0 + seconds, wall=ManualClock().time() + seconds)
    assert sum(key == ANY for key, _ in PaceNotes(tmp_path, PLACE, soon).ages()) == taken


async def test_requests_of_a_moment_are_noted_once(tmp_path: Path) -> None:
    clock = ManualClock()
    notes = PaceNotes(tmp_path, PLACE, clock)
    notes.left("GET /iserver/accounts")
    noted = (tmp_path / FILE_NAME).read_text()
    await clock.advance(0.1)
    notes.left("GET /iserver/watchlists")
    assert (tmp_path / FILE_NAME).read_text() == noted
    await clock.advance(0.2)
    notes.left("GET /iserver/watchlists")
    assert (tmp_path / FILE_NAME).read_text() != noted
