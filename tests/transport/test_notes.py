from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from ibtui.errors import PenaltyBox
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
    assert sum(key == ANY for key, _ in PaceNotes(tmp_path, PLACE, soon).ages(10)) == taken


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


def boxed_of(folder: Path, *, after: float, uptime: float | None = None, stepped: float = 0.0) -> float:
    """Seconds of silence a run keeps that starts so long after another was boxed for ten minutes."""
    PaceNotes(folder, PLACE, ManualClock()).box(600.0)
    start = 1000.0 + after if uptime is None else uptime
    return PaceNotes(folder, PLACE, ManualClock(start=start, wall=ManualClock().time() + after + stepped)).boxed()


def test_a_program_started_anew_keeps_silent_until_the_penalty_is_over(tmp_path: Path) -> None:
    assert boxed_of(tmp_path, after=200.0) == pytest.approx(400.0)
    assert boxed_of(tmp_path, after=601.0) == 0.0


@pytest.mark.parametrize("stepped", [-86_400.0, 3_000.0])
def test_a_clock_set_by_hand_ends_no_penalty_and_makes_none_endless(tmp_path: Path, stepped: float) -> None:
    assert boxed_of(tmp_path, after=200.0, stepped=stepped) == pytest.approx(400.0)


def test_a_penalty_that_is_over_does_not_come_back_with_a_clock_set_back_an_hour(tmp_path: Path) -> None:
    assert boxed_of(tmp_path, after=700.0, stepped=-3600.0) == 0.0


def test_a_machine_started_anew_keeps_the_penalty_by_the_wall_clock(tmp_path: Path) -> None:
    assert boxed_of(tmp_path, after=200.0, uptime=20_000.0) == pytest.approx(400.0)


async def test_a_client_of_a_boxed_address_sends_nothing(tmp_path: Path) -> None:
    PaceNotes(tmp_path, PLACE, ManualClock()).box(600.0)
    clock = ManualClock(start=1100.0, wall=ManualClock().time() + 100.0)
    client = client_of(tmp_path, clock)
    with pytest.raises(PenaltyBox, match="500 s to go"):
        await client.send(ORDERS)
    assert client.penalty_until == pytest.approx(1600.0)


async def test_a_429_is_noted_for_the_next_run(tmp_path: Path) -> None:
    clock = ManualClock()
    transport = httpx.MockTransport(lambda _request: httpx.Response(429, headers={"Retry-After": "30"}))
    notes = PaceNotes(tmp_path, PLACE, clock)
    client = HttpClient("http://localhost:5000/v1/api", clock, transport=transport, notes=notes)
    with pytest.raises(PenaltyBox):
        await client.send(ORDERS)
    assert PaceNotes(tmp_path, PLACE, clock).boxed() == pytest.approx(30.0)
