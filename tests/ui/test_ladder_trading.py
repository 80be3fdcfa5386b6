"""Trading by key: what each key sends while armed, and shows while not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from textual import events

from ibtui.domain.events import SubmissionMoved
from ibtui.domain.orders import Intent, Question, Stage, Submission
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs.cancel import CancelAllDialog
from ibtui.ui.dialogs.reply import ReplyDialog
from ibtui.ui.dialogs.ticket import TicketDialog
from ibtui.ui.ladder.keys import LadderState
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.ladders import at_ladder, book, quote
from tests.ui.market import AAPL, ACCOUNT

D = Decimal

ORDERS = [
    ("b", "BUY", "LMT", "271.65", None),
    ("s", "SELL", "LMT", "271.65", None),
    ("left_square_bracket", "BUY", "LMT", "271.66", None),
    ("right_square_bracket", "SELL", "LMT", "271.68", None),
    ("left_curly_bracket", "BUY", "LMT", "271.67", None),
    ("right_curly_bracket", "SELL", "LMT", "271.67", None),
    ("greater_than_sign", "BUY", "LMT", "271.78", None),
    ("less_than_sign", "SELL", "LMT", "271.56", None),
    ("B", "BUY", "MKT", None, None),
    ("S", "SELL", "MKT", None, None),
    ("d", "SELL", "STP", None, "271.65"),
]
"""Key, and the order it means with the cursor two ticks below the last price of 271.67."""


def price(text: str | None) -> Decimal | None:
    return None if text is None else D(text)


@pytest.mark.parametrize(("key", "side", "kind", "limit", "stop"), ORDERS)
async def test_armed_a_trading_key_sends_its_order_at_once(
    app: DashboardApp, clock: ManualClock, key: str, side: str, kind: str, limit: str | None, stop: str | None
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        await desk.press("down", "down", key)
        assert desk.order() == (side, kind, D(100), price(limit), price(stop))
        assert desk.words.startswith(f"Sent: {side} 100 AAPL {kind}")


@pytest.mark.parametrize(("key", "side", "kind", "limit", "stop"), ORDERS)
async def test_disarmed_the_same_key_shows_the_order_and_enter_sends_it(
    app: DashboardApp, clock: ManualClock, key: str, side: str, kind: str, limit: str | None, stop: str | None
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.press("down", "down", key)
        assert desk.sends() == []
        assert desk.state is LadderState.PREVIEW
        assert desk.words.startswith(f"{side} 100 AAPL {kind} {limit or stop or ''}".strip())
        assert "PAPER DU1234567" in desk.words
        await desk.press("enter")
        assert desk.order() == (side, kind, D(100), price(limit), price(stop))
        assert desk.words.startswith("Sent: ")


async def test_a_buy_stop_goes_above_the_market(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        await desk.press("up", "up", "u")
        assert desk.order() == ("BUY", "STP", D(100), None, D("271.69"))


@pytest.mark.parametrize(("keys", "words"), [(("down", "u"), "must be above"), (("up", "up", "d"), "must be below")])
async def test_a_stop_on_the_wrong_side_of_the_market_is_refused_in_words(
    app: DashboardApp, clock: ManualClock, keys: tuple[str, ...], words: str
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        await desk.press(*keys)
        assert desk.sends() == []
        assert words in desk.words
        assert desk.said() == []


async def test_the_preview_tells_side_size_type_prices_account_worth_and_distance(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.press("down", "down", "b")
        assert "BUY 100 AAPL LMT 271.65 DAY" in desk.words
        assert "PAPER DU1234567" in desk.words
        assert "27,165.00 USD" in desk.words
        assert "bid −0.01" in desk.words


async def test_escape_drops_the_preview_and_a_second_one_goes_back(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.press("b", "escape")
        assert desk.words == "Dropped: nothing was sent"
        assert app.current_mode == "ladder"
        await desk.press("enter")
        assert desk.sends() == []
        await desk.press("escape")
        assert app.current_mode == "watch"


async def test_another_trading_key_replaces_the_preview(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.press("b", "right_square_bracket", "enter")
        assert desk.order() == ("SELL", "LMT", D(100), D("271.68"), None)


async def test_the_preview_keeps_its_price_when_cursor_and_market_move(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.press("down", "down", "b", "up", "up", "up")
        now = clock.monotonic()
        await desk.happens(book("271.90", "271.92", now), quote("271.90", "271.92", now))
        await desk.press("enter")
        assert desk.order()[3] == D("271.65")


async def test_an_order_goes_to_the_cursor_s_price_though_the_market_ran_away(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        await desk.press("down", "down")
        now = clock.monotonic()
        await desk.happens(book("272.16", "272.18", now), quote("272.16", "272.18", now))
        await desk.press("b")
        assert desk.order()[3] == D("271.65")


async def test_joining_takes_the_best_price_that_was_painted_before_the_key(
    app: DashboardApp, clock: ManualClock, session: FakeSession
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        now = clock.monotonic()
        session.store.apply(book("271.90", "271.92", now))
        await desk.press("left_square_bracket")
        assert desk.order()[3] == D("271.66")
        await desk.frame()
        await desk.press("right_square_bracket")
        assert desk.submitted()[-1][0].limit_price == D("271.92")


async def test_the_line_of_figures_tells_the_prices_that_joining_takes(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.happens(book("271.90", "271.92", clock.monotonic()))
        assert "271.90 × 271.92" in desk.figures


async def test_a_best_price_that_left_and_came_back_is_the_one_on_the_screen(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        for bid, ask in (("271.90", "271.92"), ("271.66", "271.68")):
            app.store.apply(book(bid, ask, clock.monotonic()))
            app.pump_frame()
        await desk.pilot.pause()
        await desk.press("left_square_bracket")
        assert desk.order()[3] == D("271.66")


async def test_a_key_held_down_trades_once(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        await desk.pilot.press(*["b"] * 20)
        await desk.pilot.pause()
        assert len(desk.submitted()) == 1
        assert "held down" in desk.words
        await desk.press("up", "b")
        assert len(desk.submitted()) == 2


async def test_enter_right_after_the_preview_was_not_read_and_sends_nothing(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.press("b")
        await desk.pilot.press("enter")
        await desk.pilot.pause()
        assert desk.sends() == []
        assert "too soon" in desk.words
        assert "BUY 100 AAPL LMT" in desk.words
        await desk.press("enter")
        assert len(desk.submitted()) == 1


async def test_enter_held_down_sends_the_preview_never_and_nothing_after_it(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.press("b")
        for _ in range(40):
            await desk.pilot.press("enter")
            await clock.advance(0.05)
        assert desk.sends() == []


async def test_a_key_and_enter_typed_together_send_nothing(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        await clock.advance(5)
        await desk.pilot.press("b", "enter", "s", "enter")
        await desk.pilot.pause()
        assert desk.sends() == []


async def test_a_size_is_chosen_by_preset_and_stepped_by_lots(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.press("4")
        assert "size 25" in desk.figures
        await desk.press("plus", "plus", "minus", "equals_sign")
        assert "size 27" in desk.figures
        await desk.arm()
        await desk.press("b")
        assert desk.order()[2] == D(27)


async def test_what_the_ticket_s_checks_block_is_refused_in_words(app: DashboardApp, clock: ManualClock) -> None:
    app.limits = type(app.limits)(max_quantity=D(50))
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        await desk.press("b")
        assert desk.sends() == []
        assert desk.words.startswith("Not sent: ")
        assert desk.is_armed
        await desk.press("3", "b")
        assert len(desk.submitted()) == 1


async def test_the_palette_never_sends_not_even_while_armed(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        await desk.press("ctrl+p")
        await desk.press(*"buymarket")
        await desk.press("enter")
        await desk.pilot.pause()
        assert desk.is_free
        assert desk.sends() == []
        assert desk.state is LadderState.PREVIEW


async def test_a_key_meant_for_a_dialog_that_has_just_gone_does_not_trade(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        await desk.press("o", "escape")
        assert desk.is_free
        await desk.pilot.press("s")
        await desk.pilot.pause()
        assert desk.sends() == []
        assert "meant for the dialog" in desk.words
        await desk.press("down", "s")
        assert len(desk.submitted()) == 1


async def test_a_preview_is_read_again_after_a_dialog_lay_over_it(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.press("b", "question_mark", "escape")
        await desk.pilot.press("enter")
        await desk.pilot.pause()
        assert desk.sends() == []
        await desk.press("enter")
        assert len(desk.submitted()) == 1


@pytest.mark.parametrize(("key", "side"), [("n", "BUY"), ("N", "SELL")])
async def test_an_ordinary_ticket_opens_at_the_cursor(
    app: DashboardApp, clock: ManualClock, key: str, side: str
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.press("down", "4", key)
        ticket = desk.dialog(TicketDialog)
        assert (ticket.draft.side.value, ticket.draft.limit, ticket.draft.quantity) == (side, "271.66", "25")


async def test_nothing_is_sent_for_an_instrument_whose_steps_are_unknown(
    app: DashboardApp, clock: ManualClock, session: FakeSession
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        session.store.market.rules.clear()
        await desk.press("4", "b")
        assert desk.sends() == []
        assert "not known yet" in desk.words


async def test_the_footer_says_what_keys_do_in_each_state(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        assert desk.footer[:3] == [("a", "arm"), ("b", "preview buy"), ("s", "preview sell")]
        await desk.press("b")
        assert desk.footer[:2] == [("enter", "SEND"), ("esc", "drop")]
        await desk.press("escape", "a")
        assert desk.footer[:3] == [("a", "DISARM"), ("b", "BUY"), ("s", "SELL")]
        await desk.press("escape")
        await desk.pilot.pause()
        assert app.current_mode == "watch"


async def test_flatten_is_begun_at_once_while_armed_and_previewed_while_not(
    app: DashboardApp, clock: ManualClock, session: FakeSession
) -> None:
    contract = session.store.market.contracts[AAPL]
    async with at_ladder(app, clock) as desk:
        await desk.press("f")
        assert desk.sends() == []
        assert desk.words.startswith("FLATTEN AAPL: cancels 3 working orders")
        await desk.press("enter")
        assert desk.sends() == [("close_position", "DU1234567", contract, False, True, 10)]
        await desk.arm()
        await desk.press("r")
        assert desk.sends()[1:] == [("close_position", "DU1234567", contract, True, True, 10)]


async def test_a_paste_does_nothing(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        app.post_message(events.Paste("bsBSf\n"))
        await desk.pilot.pause()
        assert desk.sends() == []
        assert desk.state is LadderState.ARMED


async def test_a_trading_key_held_down_answers_no_question_that_it_brings_up(
    app: DashboardApp, clock: ManualClock, session: FakeSession
) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        await desk.press("S")
        asking = Submission(
            "k1", Intent.PLACE, ACCOUNT, Stage.ASKING, desk.submitted()[0], question=Question("r1", "Are you sure?")
        )
        session.store.apply(SubmissionMoved(asking))
        await desk.frame()
        assert isinstance(app.screen, ReplyDialog)
        for _ in range(60):
            await clock.advance(0.05)
            await desk.pilot.press("S")
        assert session.intents("answer") == []
        assert len(desk.submitted()) == 1


async def test_cancel_all_of_the_account_asks_as_everywhere(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        await desk.press("X")
        desk.dialog(CancelAllDialog)


async def test_modify_opens_the_ticket_of_the_own_order_at_the_cursor(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.press(*["down"] * 4, "m")
        assert desk.dialog(TicketDialog).order_id == 1001


async def test_what_the_app_says_stands_in_the_ladder_s_lines_and_no_toast_hides_prices(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_ladder(app, clock) as desk:
        app.say("BUY 100 AAPL", title="Order accepted")
        app.say("It went wrong", severity="error")
        await desk.pilot.pause()
        assert desk.words == "Order accepted: BUY 100 AAPL"
        assert desk.said() == ["It went wrong"]
        await desk.press("f2")
        app.say("And now a toast")
        await desk.pilot.pause()
        assert desk.said()[-1] == "And now a toast"
