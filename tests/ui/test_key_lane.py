"""Keys that arrive together act one after the other."""

from __future__ import annotations

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message_pump import MessagePump
from textual.screen import ModalScreen
from textual.widgets import Input

from ibtui.ui.key_lane import KEYS_AT_MOST, STUCK_SECONDS, KeyLane


class Line(ModalScreen[None]):
    AUTO_FOCUS = "Input"

    def compose(self) -> ComposeResult:
        yield Input(id="line")


class TypedApp(App[None]):
    BINDINGS = [Binding("colon", "open", priority=False)]
    AUTO_FOCUS = None

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self.lane = KeyLane(self, super().on_event, lambda: self.seconds)
        self.bells = 0

    def compose(self) -> ComposeResult:
        with Vertical(), Vertical():
            yield Input("old", id="field")

    def action_open(self) -> None:
        self.push_screen(Line())

    def bell(self) -> None:
        self.bells += 1

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self.lane.take(event)
        else:
            await super().on_event(event)

    def type(self, *keys: str) -> None:
        """All keys in one read of the terminal."""
        for key in keys:
            self.post_message(events.Key(key, key if len(key) == 1 else ":" if key == "colon" else None))


async def test_an_editing_key_acts_before_the_characters_after_it() -> None:
    app = TypedApp()
    async with app.run_test() as pilot:
        app.query_one("#field", Input).focus()
        await pilot.pause()
        app.type("ctrl+u", "1", "6", "backspace", "7")
        await pilot.pause()
        assert app.query_one("#field", Input).value == "17"


async def test_characters_after_a_key_that_opens_a_line_reach_that_line() -> None:
    app = TypedApp()
    async with app.run_test() as pilot:
        app.type("colon", "s", "e", "l", "l")
        await pilot.pause()
        await pilot.pause()
        assert app.screen.query_one("#line", Input).value == "sell"


async def test_a_flood_of_keys_is_bounded_and_told_by_the_bell() -> None:
    app = TypedApp()
    async with app.run_test() as pilot:
        app.query_one("#field", Input).focus()
        await pilot.pause()
        held: list[events.Key] = []

        async def hold(event: events.Key) -> None:
            held.append(event)

        lane = KeyLane(app, hold, lambda: 0.0)
        for _ in range(KEYS_AT_MOST + 3):
            await lane.take(events.Key("x", "x"))
        assert app.bells == 2


class Held(KeyLane):
    """A lane whose keys do not come back."""

    def __init__(self, app: TypedApp) -> None:
        self.delivered: list[str] = []
        super().__init__(app, self._note, lambda: app.seconds)

    async def _note(self, event: events.Key) -> None:
        self.delivered.append(event.key)

    def _follow(self, node: MessagePump, screen: object) -> None:
        """Stay where the key is."""


async def test_a_key_that_takes_long_on_a_busy_machine_is_not_overtaken() -> None:
    app = TypedApp()
    async with app.run_test():
        lane = Held(app)
        await lane.take(events.Key("ctrl+u", None))
        app.seconds = STUCK_SECONDS - 0.1
        await lane.take(events.Key("2", "2"))
        assert lane.delivered == ["ctrl+u"]


async def test_a_widget_that_ended_with_its_key_does_not_lock_the_keyboard() -> None:
    app = TypedApp()
    async with app.run_test() as pilot:
        field = app.query_one("#field", Input)
        field.focus()
        await pilot.pause()
        lane = Held(app)
        await lane.take(events.Key("a", "a"))
        await lane.take(events.Key("b", "b"))
        assert lane.delivered == ["a"]
        await field.remove()
        while lane._looks:
            await pilot.pause()
        assert lane.delivered == ["a", "b"]


async def test_a_key_that_never_comes_back_is_given_up_in_the_end() -> None:
    app = TypedApp()
    async with app.run_test():
        lane = Held(app)
        await lane.take(events.Key("a", "a"))
        app.seconds = STUCK_SECONDS + 0.1
        await lane.take(events.Key("b", "b"))
        assert lane.delivered == ["a", "b"]
