"""What the screens show in a replay is what they showed then."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from ibtui.domain.contracts import Contract
from ibtui.domain.orders import Stage
from ibtui.domain.tickets import OrderType, Side, Ticket, Tif
from ibtui.session.replay import ReplaySession, Score
from ibtui.sim.exchange import OrderRequest, terms
from ibtui.store import Store
from ibtui.transport.replay import Answers, ReplayTransport
from ibtui.transport.tape_format import Entry
from ibtui.transport.tape_reader import Recording, TapeError
from tests.fakes.clock import ManualClock
from tests.random_days.timeloop import TimeLoop
from tests.replay.stage import ACCOUNTS, Moment, TapeClock, World, in_jumping_time, record, replay

AAPL = 265598
MOMENTS = (
    Moment(5, "f2"),
    Moment(9, "f3"),
    Moment(11, "f4"),
    Moment(13, "f5"),
    Moment(15, "f6"),
    Moment(17, "f2"),
)


def order(world: World) -> None:
    """A limit order far below the market, placed elsewhere; it works."""
    world.exchange.place(
        [OrderRequest("DU1234567", AAPL, terms.Side.BUY, terms.OrderType.LMT, Decimal(7), price=Decimal("200.5"))]
    )


def fill(world: World) -> None:
    """A market order, placed elsewhere; it is filled."""
    world.exchange.place([OrderRequest("DU1234567", AAPL, terms.Side.SELL, terms.OrderType.MKT, Decimal(3))])


def body(screen: list[str]) -> str:
    """Everything but status line and footer, which tell of the program's own requests; account ids as on the tape."""
    text = "\n".join(screen[1:-1])
    for account, stand_in in ACCOUNTS.items():
        text = text.replace(account, stand_in)
    return text


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[list[str]]]:
    """A tape, and the screens while it was made."""
    tape = tmp_path_factory.mktemp("tape") / "tape"
    return tape, in_jumping_time(lambda loop: record(loop, tape, MOMENTS, ((6.0, order), (6.5, fill))))


def test_every_screen_shows_in_replay_what_it_showed_live(recorded: tuple[Path, list[list[str]]]) -> None:
    tape, live = recorded
    replayed = in_jumping_time(lambda loop: replay(loop, tape, MOMENTS))
    watch, ladder, blotter, portfolio, inbox, later = (body(screen) for screen in live)
    assert "AAPL" in watch
    assert "size" in ladder.casefold()
    assert "200.50" in blotter
    assert "Positions (6)" in portfolio
    assert "FYI" in inbox or "unread" in inbox.casefold() or "Inbox" in inbox
    assert later != watch
    assert [body(screen) for screen in replayed] == [watch, ladder, blotter, portfolio, inbox, later]


def test_nothing_on_the_tape_tells_the_account_or_the_session(recorded: tuple[Path, list[list[str]]]) -> None:
    text = "".join(entry.text + entry.path + (entry.sent or "") for entry in Recording(recorded[0]).entries())
    assert "DU0000001" in text
    assert not any(account in text for account in ACCOUNTS)


def test_an_order_in_a_replay_is_refused(recorded: tuple[Path, list[list[str]]]) -> None:
    async def ordered(loop: TimeLoop) -> Store:
        score = Score(Recording(recorded[0]))
        clock = TapeClock(loop, score)
        session = ReplaySession(score, Store(), clock)
        session.start()
        await clock.sleep(3.0)
        contract = Contract(AAPL, "AAPL", sec_type="STK")
        session.orders.submit(
            [Ticket("DU0000001", contract, Side.BUY, OrderType.LMT, Decimal(1), limit_price=Decimal(200), tif=Tif.DAY)]
        )
        session.orders.cancel(1)
        session.lists.add(8314)
        await clock.sleep(1.0)
        await session.close()
        return session.store

    store = in_jumping_time(ordered)
    assert {submission.stage for submission in store.orders.submissions.values()} == {Stage.REJECTED}
    assert all("read-only" in submission.message for submission in store.orders.submissions.values())


def test_a_tape_with_nothing_but_its_header_says_so(tmp_path: Path) -> None:
    from ibtui.transport.tape import Tape  # noqa: PLC0415 - for this test alone

    Tape(tmp_path / "tape", ManualClock()).close()
    with pytest.raises(TapeError, match="nothing came"):
        Score(Recording(tmp_path / "tape"))


def told(at: float, asked: float, path: str, text: str, **more: object) -> Entry:
    return Entry("rest", at, asked=asked, method="GET", path=path, status=200, text=text, **more)  # type: ignore[arg-type]  # Entry's own


def answered(*entries: Entry) -> Answers:
    answers = Answers()
    for entry in entries:
        answers.add(entry)
    answers.sort()
    return answers


async def got(answers: Answers, clock: ManualClock, path: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=ReplayTransport(answers, clock)) as client:
        asking = asyncio.ensure_future(client.get("http://127.0.0.1/v1/api" + path))
        await clock.advance(3.0)
        return await asking


async def test_a_poll_is_answered_by_what_was_answered_at_that_time() -> None:
    polls = [told(asked + 0.1, asked, "/x", str(asked)) for asked in (10.0, 15.0, 20.0)]
    for now, expected in ((9.5, "10.0"), (14.2, "15.0"), (17.0, "15.0"), (300.0, "20.0")):
        assert (await got(answered(*polls), ManualClock(now), "/x")).text == expected


async def test_an_answer_that_took_long_takes_long_again() -> None:
    clock = ManualClock(10.0)
    async with httpx.AsyncClient(transport=ReplayTransport(answered(told(18.0, 10.0, "/x", "late")), clock)) as client:
        asking = asyncio.ensure_future(client.get("http://127.0.0.1/v1/api/x"))
        await clock.advance(7.9)
        assert not asking.done()
        await clock.advance(0.2)
        assert (await asking).text == "late"


async def test_what_was_never_asked_is_not_made_up() -> None:
    answers = answered(told(50.1, 50.0, "/portfolio/x/positions/0", "[]"))
    assert (await got(answers, ManualClock(10.0), "/portfolio/x/positions/0")).status_code == 503
    assert (await got(answers, ManualClock(10.0), "/other")).status_code == 503


async def test_a_first_answer_that_comes_soon_is_waited_for_and_one_that_never_changes_is_not() -> None:
    clock = ManualClock(10.0)
    assert (
        await got(answered(told(12.5, 12.0, "/portfolio/x/ledger", "{}")), clock, "/portfolio/x/ledger")
    ).text == "{}"
    answers = answered(told(900.5, 900.0, "/iserver/contract/1/info", "[]"))
    assert (await got(answers, ManualClock(10.0), "/iserver/contract/1/info")).text == "[]"


async def test_rows_asked_for_in_other_portions_are_put_together() -> None:
    path = "/iserver/marketdata/snapshot"
    answers = answered(
        told(1.1, 1.0, path, '[{"conid":1,"31":"5"},{"conid":2}]', query=[("conids", "1,2")]),
        told(2.1, 2.0, path, '[{"conid":3,"31":"7"}]', query=[("conids", "3")]),
    )
    response = await got(answers, ManualClock(2.5), path + "?conids=3%2C1")
    assert response.json() == [{"conid": 3, "31": "7"}, {"conid": 1, "31": "5"}]


async def test_a_connection_that_failed_then_fails_again() -> None:
    entry = Entry("rest", 10.1, asked=10.0, method="GET", path="/x", failed="GatewayDown", text="nothing was sent")
    with pytest.raises(httpx.ConnectError):
        await got(answered(entry), ManualClock(10.0), "/x")
