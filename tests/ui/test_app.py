"""The shell: pump, modes, messages, keys, command line, help, quit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from rich.segment import Segments
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from ibtui.domain.account import Position
from ibtui.domain.contracts import Contract, Search, SearchHit
from ibtui.domain.events import (
    HealthChanged,
    MessageRaised,
    OrderReceived,
    PositionsReceived,
    QuoteReceived,
    SearchAnswered,
    UnreadCounted,
)
from ibtui.domain.orders import OrderStatus
from ibtui.domain.session import Health, Light, Message, Trouble
from ibtui.domain.tickets import Side
from ibtui.store import Changes
from ibtui.ui.app import KEY_SECONDS, DashboardApp
from ibtui.ui.dialogs.confirm import ConfirmDialog
from ibtui.ui.screens.base import DashboardScreen
from ibtui.ui.screens.watch import WatchScreen
from ibtui.ui.widgets.command_line import CommandLine
from ibtui.ui.widgets.footer import KeyFooter
from ibtui.ui.widgets.status import StatusLine
from ibtui.ui.widgets.trouble import TroubleLine
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.market import AAPL, ACCOUNT, MSFT

SIZE = (80, 24)
LINES = {"StatusLine", "KeyFooter", "FigureLine", "Rungs"}
"""Widgets that draw lines themselves and remember their colours."""


def toasts(app: DashboardApp) -> list[tuple[str, str, bool]]:
    return [(toast.message, toast.severity, toast.markup) for toast in app._notifications]


async def typed(pilot: Pilot[None], line: str) -> None:
    await pilot.press("colon")
    await pilot.pause()
    assert isinstance(pilot.app.screen, CommandLine)
    pilot.app.screen.query_one(Input).value = line
    await pilot.press("enter")
    await pilot.pause()


async def test_the_session_starts_after_the_first_frame_and_ends_with_the_app(
    app: DashboardApp, session: FakeSession
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert session.intents("start") == [("start",)]
    assert session.calls[-1] == ("close",)


async def test_only_the_current_screen_gets_frames_and_only_when_something_changed(
    app: DashboardApp, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def taken(screen: DashboardScreen, _changes: Changes) -> tuple[None, ...]:
        seen.append(screen.MODE)
        return ()

    monkeypatch.setattr(DashboardScreen, "frame_parts", taken)
    monkeypatch.setattr(WatchScreen, "frame_parts", taken)
    async with app.run_test(size=SIZE) as pilot:
        app.pump_frame()
        assert seen == []
        session.store.apply(QuoteReceived(AAPL, {"last": Decimal(1)}, 1000.0))
        app.pump_frame()
        await pilot.press("f3")
        await pilot.pause()
        session.store.apply(QuoteReceived(AAPL, {"last": Decimal(2)}, 1000.0))
        app.pump_frame()
        assert seen == ["watch", "ladder"]


async def test_a_dialog_gets_every_frame_and_the_screen_under_it_is_painted_once_a_second(
    app: DashboardApp, session: FakeSession, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("b")
        await pilot.pause()
        seen: list[Changes] = []
        monkeypatch.setattr(app.screen, "frame", seen.append)
        assert isinstance(app.current, WatchScreen)
        session.store.apply(QuoteReceived(AAPL, {"last": Decimal("555.55")}, 1000.0))
        app.pump_frame()
        assert len(seen) == 1
        assert "555.55" not in app.current.grid.render_line(1).text
        await clock.advance(1)
        app.pump_frame()
        assert "555.55" in app.current.grid.render_line(1).text


async def test_a_screen_that_becomes_current_shows_what_happened_meanwhile(
    app: DashboardApp, session: FakeSession
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("f3")
        await pilot.pause()
        session.store.apply(QuoteReceived(MSFT, {"last": Decimal("499.99")}, 1000.0))
        app.pump_frame()
        await pilot.press("f2")
        await pilot.pause()
        assert isinstance(app.current, WatchScreen)
        assert "499.99" in app.current.grid.render_line(2).text


async def test_screens_are_kept(app: DashboardApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        first = app.current
        await pilot.press("f3", "f2")
        await pilot.pause()
        assert app.current is first


async def test_alt_and_a_digit_do_what_the_f_keys_do(app: DashboardApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("alt+3")
        await pilot.pause()
        assert app.current_mode == "ladder"


async def test_messages_are_toasts_once_and_never_markup(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SIZE) as pilot:
        session.store.apply(MessageRaised(Message("[bold]Order[/] [link=x]refused", "error")))
        app.pump_frame()
        app.pump_frame()
        await pilot.pause()
        assert toasts(app) == [("[bold]Order[/] [link=x]refused", "error", False)]


async def test_the_status_line_follows_the_store(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SIZE) as pilot:
        session.store.apply(HealthChanged(Health(Light.ON, Light.ON, Light.BAD, trouble=Trouble.COMPETING)))
        app.pump_frame()
        await pilot.pause()
        assert "competing session" in app.screen.query_one(StatusLine).text


async def test_trouble_has_its_own_line_with_the_gateway_s_words_and_the_key_that_mends_it(
    app: DashboardApp, session: FakeSession
) -> None:
    async with app.run_test(size=(120, 30)) as pilot:
        line = app.screen.query_one(TroubleLine)
        assert line.styles.display == "none"
        health = Health(Light.ON, Light.OFF, trouble=Trouble.LOGGED_OUT, detail="[no] session")
        session.store.apply(HealthChanged(health))
        app.pump_frame()
        await pilot.pause()
        assert line.styles.display == "block"
        assert "[no] session" in line.text
        await pilot.press("c")
        await pilot.pause()
        assert type(app.screen).__name__ == "LinkDialog"


async def test_a_detail_too_long_for_the_line_of_trouble_is_cut_not_left_out(
    app: DashboardApp, session: FakeSession
) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        detail = "Open https://localhost:5000 in a browser and log in; ibtui goes on by itself."
        session.store.apply(HealthChanged(Health(Light.ON, Light.BAD, trouble=Trouble.LOGGED_OUT, detail=detail)))
        app.pump_frame()
        await pilot.pause()
        line = app.screen_stack[0].query_one(TroubleLine)
        assert "Open https://localhost:5000 in" in line.render_line(0).text
        assert line.render_line(0).text.rstrip().endswith("…")


async def test_the_footer_shows_keys_by_weight_and_the_unread_count(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SIZE) as pilot:
        footer = app.screen.query_one(KeyFooter)
        assert footer.render_line(0).text.startswith(" b buy  s sell  x cancel  m modify  / find  : command  ? keys")
        session.store.apply(UnreadCounted(7))
        app.pump_frame()
        await pilot.pause()
        assert ("F6", "inbox (7)") in footer.entries()


async def test_keys_are_remapped_by_action_id_everywhere(session: FakeSession, clock: ManualClock) -> None:
    app = DashboardApp(session, clock=clock, keymap={"buy": "ctrl+b", "ladder": "l"}, frame_rate=0)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("b")
        await pilot.pause()
        assert isinstance(app.screen, WatchScreen)
        assert ("ctrl+b", "buy") in app.screen.query_one(KeyFooter).entries()
        await pilot.press("l")
        await pilot.pause()
        assert app.current_mode == "ladder"


async def test_a_keymap_with_mistakes_is_told(session: FakeSession, clock: ManualClock) -> None:
    app = DashboardApp(session, clock=clock, keymap={"bui": "b"}, frame_rate=0)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert [message for message, _, _ in toasts(app)] == ["Keys: unknown action 'bui', did you mean 'buy'?"]


async def test_quitting_asks_while_orders_work_and_default_is_no(app: DashboardApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("q")
        await pilot.pause()
        assert type(app.screen).__name__ == "QuitDialog"
        await pilot.press("escape")
        await pilot.pause()
        assert app.is_running


async def test_quitting_without_working_orders_leaves_at_once(app: DashboardApp, session: FakeSession) -> None:
    for order_id in list(session.store.orders.orders):
        session.store.apply(OrderReceived(order_id, {"status": OrderStatus.CANCELLED}, 1001.0))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("q")
        await pilot.pause()
    assert app._exit


async def test_the_command_line_opens_screens_on_a_symbol(app: DashboardApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await typed(pilot, "ladder msft")
        assert app.current is not None
        assert app.current.selected_contract() == app.store.market.contracts[MSFT]


async def test_a_symbol_that_is_not_known_is_looked_for(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await typed(pilot, "watch IBM")
        assert session.intents("search") == [("search", "IBM", False)]
        hit = SearchHit(Contract(8314, "IBM", sec_type="STK"))
        session.store.apply(SearchAnswered(Search("IBM", (hit,), done=True)))
        app.pump_frame()
        assert ("add", 8314) in session.calls


async def test_a_symbol_that_does_not_exist_is_told(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await typed(pilot, "watch NIX")
        session.store.apply(SearchAnswered(Search("NIX", (), done=True)))
        app.pump_frame()
        await pilot.pause()
        assert "NIX" in toasts(app)[-1][0]
        assert session.intents("add") == []


@pytest.mark.parametrize(
    ("line", "call"),
    [
        ("account U999", None),
        (f"account {ACCOUNT}", ("select_account", ACCOUNT)),
        ("list macro", ("select_list", "101")),
        ("newlist My picks", ("create_list", "My picks")),
        ("cancel 1003", ("cancel", 1003)),
        ("cancel 1005", None),
    ],
)
async def test_commands_become_intents(
    app: DashboardApp, session: FakeSession, line: str, call: tuple[object, ...] | None
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        before = len(session.calls)
        await typed(pilot, line)
        told = [c for c in session.calls[before:] if c[0] in ("select_account", "select_list", "create_list", "cancel")]
        assert told == ([] if call is None else [call])


async def test_an_order_line_opens_its_confirmation_and_sends_nothing(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await typed(pilot, "buy 100 AAPL @ 165")
        assert type(app.screen).__name__ == "ConfirmDialog"
        assert session.intents("submit") == []


async def test_flatten_opens_the_confirmation_of_the_closing_order(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await typed(pilot, "flatten 'ES DEC26'")
        assert type(app.screen).__name__ == "ConfirmDialog"
        assert session.intents("submit") == []


async def test_modify_opens_the_ticket_with_the_new_price(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await typed(pilot, "modify 1001 @ 270.5")
        assert type(app.screen).__name__ == "TicketDialog"
        assert "270.5" in {field.value for field in app.screen.query(Input)}
        assert session.intents("modify") == []


async def test_a_line_with_a_mistake_stays_open_and_says_where(app: DashboardApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await typed(pilot, "byu 100 AAPL")
        assert isinstance(app.screen, CommandLine)
        assert "column 1" in str(app.screen.query_one("#meaning").render())


async def test_the_line_is_completed_by_tab_and_brought_back_by_up(app: DashboardApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await typed(pilot, "theme light")
        assert app.theme == "ibtui-light"
        await pilot.press("colon", "l", "a", "tab")
        assert isinstance(app.screen, CommandLine)
        assert app.screen.line == "ladder "
        await pilot.press("up")
        assert app.screen.line == "theme light"
        await pilot.press("down")
        assert app.screen.line == ""


async def test_an_unknown_theme_is_told_with_those_there_are(session: FakeSession, clock: ManualClock) -> None:
    app = DashboardApp(session, clock=clock, theme="pink", frame_rate=0)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert "No theme 'pink'" in toasts(app)[0][0]


async def test_flatten_closes_the_contract_held_not_another_of_its_symbol(
    app: DashboardApp, session: FakeSession
) -> None:
    held = Position(ACCOUNT, 88, "VOD", sec_type="STK", currency="USD", quantity=Decimal(-3), multiplier=Decimal(10))
    session.store.apply(PositionsReceived(ACCOUNT, (held,), 1000.0))
    async with app.run_test(size=SIZE) as pilot:
        await typed(pilot, "reverse VOD")
        assert isinstance(app.screen, ConfirmDialog)
        ticket = app.screen.ticket
        assert (ticket.contract.conid, ticket.contract.currency, ticket.contract.multiplier) == (88, "USD", Decimal(10))
        assert (ticket.side, ticket.quantity) == (Side.BUY, Decimal(6))


async def test_a_crash_shows_no_value_of_a_variable(app: DashboardApp) -> None:
    def fails(session: str) -> None:
        raise RuntimeError('{"session": "' + session + '"}')

    token = "very" + "secret" * 2
    async with app.run_test():
        try:
            fails(token)
        except RuntimeError:
            app._fatal_error()
        (shown,) = app._exit_renderables
        assert isinstance(shown, Segments)
        text = "".join(part.text for part in shown.segments)
    assert "RuntimeError" in text
    assert token not in text


async def test_the_stream_gives_way_to_a_key_until_it_was_answered(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test() as pilot:
        session.ways_given.clear()
        await pilot.press("down")
        await pilot.pause()
        assert session.ways_given == [KEY_SECONDS, 0]
        assert not app.is_answering


async def test_a_key_is_answered_from_the_moment_it_came_from_the_terminal(app: DashboardApp) -> None:
    async with app.run_test() as pilot:
        app.take_input(events.Key("down", None))
        assert app.is_answering
        await pilot.pause()
        assert not app.is_answering


def test_keys_that_come_all_at_once_do_not_keep_the_stream_back(app: DashboardApp, session: FakeSession) -> None:
    for moment in range(20):
        app._make_way(100.0 + 1.01 * KEY_SECONDS * moment)
    assert len(session.ways_given) == 10
