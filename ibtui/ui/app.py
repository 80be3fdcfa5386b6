"""The application: screens kept for good, one frame pump, and the doors to the dialogs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, ClassVar, Final

from rich.text import Text
from textual import events
from textual.command import Provider
from textual.driver import Driver

from ibtui.clock import Clock
from ibtui.domain.limits import Limits
from ibtui.domain.session import Trouble
from ibtui.domain.tickets import Side, Ticket
from ibtui.logs import LogLines, catch_loop_errors, shown_crash
from ibtui.store import Store
from ibtui.ui.actions import Context, clashes
from ibtui.ui.alerts import Alerts, Flash
from ibtui.ui.history import History
from ibtui.ui.key_lane import KeyLane
from ibtui.ui.ladder.options import LadderOptions
from ibtui.ui.ladder.remarks import Attentive
from ibtui.ui.login import LoginPlace
from ibtui.ui.modes import openers
from ibtui.ui.paint.app import NOT_CHECKED, PaintedApp
from ibtui.ui.paint.thin import THIN_CSS, ThinMode
from ibtui.ui.paint.versions import is_checked
from ibtui.ui.pump import FramePump
from ibtui.ui.screens.base import DashboardScreen
from ibtui.ui.theme_choice import ThemeChoice
from ibtui.ui.themes import DEFAULT_THEME, DEFAULTS, TEXTUAL_GAPS
from ibtui.ui.ticket_group import OrderGroup
from ibtui.ui.watch_view import working
from ibtui.ui.widgets.footer import KeyFooter

if TYPE_CHECKING:
    from ibtui.domain.contracts import Contract
    from ibtui.domain.language import GroupCommand, OrderCommand
    from ibtui.domain.orders import LiveOrder
    from ibtui.session.intents import Session
    from ibtui.ui.seeker import SymbolSeeker

log = logging.getLogger("ibtui.ui")

LOG_LEVELS: Final = {"warning": logging.WARNING, "error": logging.ERROR}
KEY_SECONDS: Final = 0.03
"""A key under way goes before the stream for so long at most."""
DEFAULT_PRESETS: Final = tuple(Decimal(n) for n in (1, 5, 10, 25, 50, 100, 200, 500, 1000))
"""Sizes of the ladder's keys 1 to 9."""


def _palette() -> type[Provider]:
    from ibtui.ui.palette import ActionProvider  # noqa: PLC0415 - start-up time

    return ActionProvider


class DashboardApp(PaintedApp):
    """The dashboard on one session."""

    TITLE = "ibtui"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_palette}
    EXTRA: ClassVar[tuple[Context, ...]] = ()
    """Actions the app itself hears, for help and palette."""
    AUTO_FOCUS = None
    CSS_PATH = "app.tcss"
    CSS = THIN_CSS
    MODES = openers()
    DEFAULT_MODE = "watch"

    def __init__(
        self,
        session: Session,
        *,
        clock: Clock,
        theme: str = DEFAULT_THEME,
        keymap: Mapping[str, str] | None = None,
        frame_rate: float = 20.0,
        thin: bool = False,
        presets: Sequence[Decimal] = DEFAULT_PRESETS,
        ladder: LadderOptions | None = None,
        limits: Limits | None = None,
        alerts: Alerts | None = None,
        login: LoginPlace | None = None,
        lines_logged: LogLines | None = None,
        driver_class: type[Driver] | None = None,
    ) -> None:
        super().__init__(driver_class=driver_class)
        self.session = session
        self.clock = clock
        self.keymap = dict(keymap or {})
        self.presets = tuple(presets)
        self.ladder = ladder or LadderOptions()
        self.limits = limits or Limits()
        """Fat-finger limits the tickets are checked against."""
        self.group = OrderGroup()
        """Orders that wait for the rest of an OCA group; nothing of it is sent."""
        self.login = login or LoginPlace()
        """Where a person logs in at the gateway."""
        self._alerts = alerts or Alerts()
        self.lines_logged = lines_logged or LogLines()
        """What the program's own log holds of this run and the end of the one before."""
        self.flash: Flash | None = None
        """What the status line flashes now."""
        self._made_way = 0.0
        """When the stream gave way to a key last, by the loop's clock."""
        self._coming_until = 0.0
        """How long frames wait for a key that is on its way to the app, by the loop's clock."""
        self._frame_rate = frame_rate
        self.thin = thin
        """Whether the line to the terminal is a slow one, as the user said or as was measured."""
        self._pump = FramePump(self)
        self._seeker: SymbolSeeker | None = None
        self._history = History()
        self._keys = KeyLane(self, super().on_event, session.now, rested=self._answered)
        self._themes = ThemeChoice(self, theme)
        self.set_keymap(self.keymap)

    @property
    def store(self) -> Store:
        """The model, to be read."""
        return self.session.store

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Values of ibtui's own colours where a theme has none."""
        return DEFAULTS | TEXTUAL_GAPS

    def get_css_variables(self) -> dict[str, str]:
        """The theme's variables; none where Textual's own `__init__` asks, before the theme is chosen."""
        return super().get_css_variables() if hasattr(self, "session") else {}

    async def on_mount(self) -> None:
        """Open the watchlist; everything else waits for the first frame."""
        self._themes.mounted()
        ThinMode(self, self.outflow, wanted=self.thin)
        self.app_resume_signal.subscribe(self, lambda _: self.redraw())
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """Start the pump and the connection, once the first frame is on screen."""
        from ibtui.ui.ahead import load_ahead  # noqa: PLC0415 - start-up time
        from ibtui.ui.bell import AlertBell  # noqa: PLC0415 - start-up time
        from ibtui.ui.dialogs.watcher import OrderWatcher  # noqa: PLC0415 - start-up time

        catch_loop_errors(asyncio.get_running_loop())
        self._themes.read_all()
        self._pump.follow(OrderWatcher(self))
        self._pump.follow(AlertBell(self, self._alerts))
        for trouble in clashes(self.keymap):
            self.say(f"Keys: {trouble}", severity="warning")
        if self._frame_rate > 0:
            self.run_worker(self._pump.run(1 / self._frame_rate), name="frames")
            self.run_worker(load_ahead(self), name="ahead")
        if not is_checked():
            self.say(NOT_CHECKED, severity="warning")
        self.session.start()

    def use_theme(self, name: str) -> None:
        """Change the colours; `dark` is short for `ibtui-dark`; an unknown name says which there are."""
        self._themes.use(name)

    async def on_unmount(self) -> None:
        """End the session with the app."""
        await self.session.close()

    async def on_event(self, event: events.Event) -> None:
        """Let keys through one by one; everything else is Textual's."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self.key_came()
            await self._keys.take(event)
            self._coming_until = 0.0
        else:
            await super().on_event(event)

    def key_came(self) -> None:
        """Frames wait for a key from the moment it is known of, and the stream gives way to it."""
        now = asyncio.get_running_loop().time()
        self._coming_until = now + KEY_SECONDS
        self._make_way(now)

    def _make_way(self, now: float) -> None:
        """Let a key go before the stream; not each of many that come at once, or no prices would."""
        if now - self._made_way >= 2 * KEY_SECONDS:
            self._made_way = now
            self.session.give_way(KEY_SECONDS)

    def _answered(self) -> None:
        """What the last key did is painted, or will be; what was laid for it goes to the terminal first."""
        self.painter.flush()
        self.session.give_way(0)

    @property
    def is_answering(self) -> bool:
        """Whether a key is under way."""
        return self._keys.is_busy or self._coming_until > asyncio.get_running_loop().time()

    def pump_frame(self) -> None:
        """Paint one frame; the timer's work, or a test's."""
        self._pump.frame()

    def _fatal_error(self) -> None:
        """End with a crash report that holds no secret: no values of variables, as Textual's own has."""
        self.panic(Text(shown_crash()))

    def say(self, text: str, *, title: str = "", severity: str = "information") -> None:
        """Show a line to the user; never markup."""
        log.log(LOG_LEVELS.get(severity, logging.INFO), text, extra={"title": title})
        words = f"{title}: {text}" if title else text
        if isinstance(self.screen, Attentive) and self.screen.hear(words, severity):
            return
        known = {"warning": "warning", "error": "error"}
        self.notify(text, title=title, severity=known.get(severity, "information"), markup=False)  # type: ignore[arg-type]  # one of Textual's three words by the line above

    @property
    def current(self) -> DashboardScreen | None:
        """The F-key screen of the current mode, under whatever dialog is open."""
        base = self.screen_stack[0]
        return base if isinstance(base, DashboardScreen) else None

    def open_mode(self, mode: str, contract: Contract | None = None) -> None:
        """Go to an F-key screen, on an instrument where one is given."""
        left = self.screen_stack[0]
        if mode != self.current_mode and isinstance(left, Attentive):
            left.leave()
        self.switch_mode(mode)
        if contract is not None and self.current is not None:
            self.current.show_contract(contract.conid)

    def open_ticket(
        self, side: Side, contract: Contract, price: Decimal | None = None, quantity: Decimal | None = None
    ) -> None:
        """Open an order ticket."""
        _dialogs().open_ticket(self, side, contract, price, quantity)

    def open_ticket_with(self, tickets: Sequence[Ticket]) -> None:
        """Open an order ticket filled with these orders."""
        _dialogs().open_ticket_with(self, tickets)

    def open_modify(self, order: LiveOrder) -> None:
        """Open the ticket of a working order."""
        _dialogs().open_modify(self, order)

    def open_cancel(self, order: LiveOrder) -> None:
        """Cancel an order."""
        _dialogs().open_cancel(self, order)

    def open_cancel_all(self) -> None:
        """Ask whether to cancel every working order of the account."""
        _dialogs().open_cancel_all(self)

    def open_find(self) -> None:
        """Open the search for a contract."""
        _dialogs().open_find(self)

    def open_order_line(self, command: OrderCommand | GroupCommand, contract: Contract | None = None) -> None:
        """Take a line of the order language to its confirmation; with `contract` its symbol is not looked up."""
        _dialogs().open_order_line(self, command, contract)

    def open_command_line(self, text: str = "") -> None:
        """Open the `:` line."""
        from ibtui.ui.command_runner import CommandRunner  # noqa: PLC0415 - start-up time
        from ibtui.ui.vocabulary import vocabulary  # noqa: PLC0415 - start-up time
        from ibtui.ui.widgets.command_line import CommandLine  # noqa: PLC0415 - start-up time

        known = partial(vocabulary, self)
        self.push_screen(CommandLine(self.store, self._history, known, text), CommandRunner(self).line)

    def seek(self, symbol: str, found: Callable[[Contract], None]) -> None:
        """Call `found` with the contract a symbol means, when it is known."""
        from ibtui.ui.seeker import SymbolSeeker  # noqa: PLC0415 - start-up time

        if self._seeker is None:
            self._seeker = SymbolSeeker(self.session, partial(self.say, severity="warning"))
            self._pump.follow(self._seeker)
        self._seeker.seek(symbol, found)

    def action_command_palette(self) -> None:
        """Open the palette of all actions."""
        from ibtui.ui.palette import ActionPalette  # noqa: PLC0415 - start-up time

        if not isinstance(self.screen, ActionPalette):
            self.push_screen(ActionPalette(id="--command-palette"))

    def open_connection(self) -> None:
        """Show what keeps the session from trading and what mends it."""
        from ibtui.ui.dialogs.link import LinkDialog  # noqa: PLC0415 - start-up time

        if self.store.health.trouble is Trouble.NONE:
            self.say("Nothing is wrong with the connection")
        else:
            self.push_screen(LinkDialog(self, self.store.health))

    def open_help(self) -> None:
        """Show the keys of the current screen."""
        from ibtui.ui.help import HelpScreen  # noqa: PLC0415 - start-up time

        if self.current is not None:
            state = self.current.query_one(KeyFooter).state
            self.push_screen(HelpScreen(self.current.CONTEXT, self.keymap, self.EXTRA, state))

    def open_log(self) -> None:
        """Show the program's own log."""
        from ibtui.ui.dialogs.log import LogDialog  # noqa: PLC0415 - start-up time

        self.push_screen(LogDialog(self, self.lines_logged))

    def open_quit(self) -> None:
        """Quit, asking while orders work."""
        from ibtui.ui.quit import QuitDialog  # noqa: PLC0415 - start-up time

        if working(self.store):
            self.push_screen(QuitDialog(self), lambda leaves: self.exit() if leaves else None)
        else:
            self.exit()


def _dialogs() -> ModuleType:
    return import_module("ibtui.ui.dialogs")
