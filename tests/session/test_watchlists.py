from __future__ import annotations

import httpx
import pytest

from tests.session.scripted import Bench

NAMES = "GET /iserver/watchlists"
READ = "GET /iserver/watchlist"
WRITE = "POST /iserver/watchlist"


def shown(bench: Bench) -> tuple[int, ...]:
    assert bench.store.inbox.watchlist is not None
    return bench.store.inbox.watchlist.conids


def rows(body: dict[str, object]) -> list[object]:
    written = body["rows"]
    assert isinstance(written, list)
    return [row.get("C") for row in written]


async def test_the_first_list_of_the_user_is_shown(bench: Bench) -> None:
    await bench.connect()
    await bench.clock.advance(2.0)
    assert bench.store.inbox.watchlist is not None
    assert (bench.store.inbox.watchlist.name, shown(bench)) == ("Tech", (1, 2, 3))
    assert [name.name for name in bench.store.inbox.watchlist_names] == ["Tech"]


async def test_a_user_without_lists_gets_an_empty_one(bench: Bench) -> None:
    bench.gateway.answers[NAMES] = httpx.Response(200, json={"data": {"user_lists": []}})
    await bench.connect()
    await bench.clock.advance(2.0)
    written = bench.gateway.bodies(WRITE)
    assert [(body["name"], body["rows"]) for body in written] == [("Watchlist", [])]
    assert str(written[0]["id"]).isdecimal()
    assert shown(bench) == ()


async def test_read_only_makes_no_list() -> None:
    bench = Bench(read_only=True)
    bench.gateway.answers[NAMES] = httpx.Response(200, json={"data": {"user_lists": []}})
    await bench.connect()
    await bench.clock.advance(2.0)
    assert bench.gateway.count(WRITE) == 0
    assert bench.texts() == []
    await bench.session.close()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda lists: lists.add(9), [1, None, 2, 3, 9]),
        (lambda lists: lists.remove(2), [1, None, 3]),
        (lambda lists: lists.move(3, -1), [1, None, 3, 2]),
        (lambda lists: lists.move(3, -5), [3, None, 1, 2]),
        (lambda lists: lists.move(1, 1), [2, None, 1, 3]),
    ],
)
async def test_a_change_is_seen_at_once_and_written_with_the_blank_rows(
    bench: Bench, change: object, expected: list[int | None]
) -> None:
    await bench.connect()
    await bench.clock.advance(2.0)
    assert callable(change)
    change(bench.session.lists)
    assert shown(bench) == tuple(conid for conid in expected if conid is not None)
    await bench.clock.advance(2.0)
    body = bench.gateway.bodies(WRITE)[0]
    assert (body["id"], body["name"], rows(body)) == ("101", "Tech", expected)


@pytest.mark.parametrize(
    "change",
    [
        lambda lists: lists.add(2),
        lambda lists: lists.add(0),
        lambda lists: lists.remove(77),
        lambda lists: lists.move(77, 1),
        lambda lists: lists.move(1, -1),
    ],
)
async def test_a_change_that_changes_nothing_is_not_written(bench: Bench, change: object) -> None:
    await bench.connect()
    await bench.clock.advance(2.0)
    assert callable(change)
    change(bench.session.lists)
    await bench.clock.advance(2.0)
    assert bench.gateway.count(WRITE) == 0
    assert shown(bench) == (1, 2, 3)


async def test_changes_in_haste_end_with_the_newest_state_written(bench: Bench) -> None:
    await bench.connect()
    await bench.clock.advance(2.0)
    for conid in (10, 11, 12):
        bench.session.lists.add(conid)
    await bench.clock.advance(3.0)
    written = [rows(body) for body in bench.gateway.bodies(WRITE)]
    assert written[-1] == [1, None, 2, 3, 10, 11, 12]
    assert len(written) <= 2


async def test_a_refused_change_is_taken_back_and_told(bench: Bench) -> None:
    await bench.connect()
    await bench.clock.advance(2.0)
    bench.gateway.answers[WRITE] = httpx.Response(500, json={"error": "list is full"})
    bench.session.lists.add(9)
    assert shown(bench) == (1, 2, 3, 9)
    await bench.clock.advance(2.0)
    assert shown(bench) == (1, 2, 3)
    assert bench.texts() == ["list is full"]


async def test_read_only_takes_a_change_back() -> None:
    bench = Bench(read_only=True)
    await bench.connect()
    await bench.clock.advance(2.0)
    bench.session.lists.add(9)
    await bench.clock.advance(2.0)
    assert shown(bench) == (1, 2, 3)
    assert bench.gateway.count(WRITE) == 0
    await bench.session.close()


async def test_a_list_of_ibkrs_own_cannot_be_changed(bench: Bench) -> None:
    bench.gateway.answers[READ] = httpx.Response(
        200, json={"id": "101", "name": "Top", "readOnly": True, "instruments": [{"C": 1}]}
    )
    await bench.connect()
    await bench.clock.advance(2.0)
    bench.session.lists.add(9)
    assert shown(bench) == (1,)
    assert "cannot be changed" in bench.texts()[0]


async def test_a_change_before_there_is_a_list_is_told(bench: Bench) -> None:
    bench.session.lists.add(9)
    assert "no watchlist yet" in bench.texts()[0]


async def test_a_new_list_has_an_unused_id_and_is_shown(bench: Bench) -> None:
    await bench.connect()
    await bench.clock.advance(2.0)
    bench.session.lists.create("Bonds")
    await bench.clock.advance(2.0)
    body = bench.gateway.bodies(WRITE)[0]
    assert body["name"] == "Bonds"
    assert body["id"] != "101"
    assert bench.store.inbox.watchlist is not None
    assert bench.store.inbox.watchlist.name == "Bonds"


async def test_another_list_is_shown_when_chosen(bench: Bench) -> None:
    await bench.connect()
    await bench.clock.advance(2.0)
    bench.gateway.answers[READ] = httpx.Response(200, json={"id": "5", "name": "B", "instruments": [{"C": 8}]})
    bench.session.lists.select("5")
    await bench.clock.advance(2.0)
    assert shown(bench) == (8,)
    assert bench.gateway.queries(READ)[-1] == "id=5"


async def test_of_two_choices_in_haste_the_last_counts(bench: Bench) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"id": request.url.params["id"], "name": "x", "instruments": []})

    await bench.connect()
    await bench.clock.advance(2.0)
    bench.gateway.answers[READ] = answer
    bench.session.lists.select("5")
    bench.session.lists.select("6")
    await bench.clock.advance(2.0)
    assert bench.store.inbox.watchlist is not None
    assert bench.store.inbox.watchlist.list_id == "6"


async def test_deleting_the_list_shown_shows_another(bench: Bench) -> None:
    await bench.connect()
    await bench.clock.advance(2.0)
    bench.gateway.answers[NAMES] = httpx.Response(200, json={"data": {"user_lists": [{"id": "5", "name": "B"}]}})
    bench.gateway.answers[READ] = httpx.Response(200, json={"id": "5", "name": "B", "instruments": [{"C": 8}]})
    bench.session.lists.delete("101")
    await bench.clock.advance(2.0)
    assert bench.gateway.queries("DELETE /iserver/watchlist") == ["id=101"]
    assert shown(bench) == (8,)


async def test_a_reconnect_keeps_the_list_the_user_chose(bench: Bench) -> None:
    both = {"data": {"user_lists": [{"id": "101", "name": "Tech"}, {"id": "5", "name": "B"}]}}
    bench.gateway.answers[NAMES] = httpx.Response(200, json=both)
    await bench.connect()
    await bench.clock.advance(2.0)
    bench.session.lists.select("5")
    await bench.clock.advance(2.0)
    bench.session.lists.refresh()
    await bench.clock.advance(2.0)
    assert bench.gateway.queries(READ)[-1] == "id=5"
