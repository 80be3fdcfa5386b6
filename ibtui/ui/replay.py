"""The dashboard on a tape: its time can be stopped and sped up, and nothing can be done but looked at."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar

from msgspec.structs import replace
from textual.binding import BindingType

from ibtui.logs import LogLines
from ibtui.playback import PlaybackClock
from ibtui.session.intents import Session
from ibtui.ui.actions import Context, bindings
from ibtui.ui.alerts import Alerts
from ibtui.ui.app import DEFAULT_PRESETS, DashboardApp
from ibtui.ui.key_lane import KeyLane
from ibtui.ui.ladder.options import LadderOptions
from ibtui.ui.themes import DEFAULT_THEME

END = "The tape ends here; the screens stay as they were"
WATCH_SECONDS = 0.25
"""How often the status line is looked after: the frame pump rests while time stands still."""


class ReplayApp(DashboardApp):
    """Implements the keys of the actions table's replay part."""

    EXTRA: ClassVar[tuple[Context, ...]] = (Context.REPLAY,)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.REPLAY)]

    def __init__(
        self,
        session: Session,
        clock: PlaybackClock,
        *,
        remarks: Sequence[str] = (),
        theme: str = DEFAULT_THEME,
        keymap: Mapping[str, str] | None = None,
        frame_rate: float = 20.0,
        presets: Sequence[Decimal] = DEFAULT_PRESETS,
        ladder: LadderOptions | None = None,
        alerts: Alerts | None = None,
        lines_logged: LogLines | None = None,
    ) -> None:
        silent = replace(alerts or Alerts(), fill_sound=False, rejection_sound=False, unknown_sound=False)
        super().__init__(
            session,
            clock=clock,
            theme=theme,
            keymap=keymap,
            frame_rate=frame_rate,
            presets=presets,
            ladder=ladder,
            alerts=silent,
            lines_logged=lines_logged,
        )
        self.playback = clock
        self._remarks = tuple(remarks)
        self._said_end = False
        self._keys = KeyLane(self, super(DashboardApp, self).on_event, time.monotonic)

    def _begin(self) -> None:
        super()._begin()
        for remark in self._remarks:
            self.say(remark, title="Tape", severity="warning")
        if self._frame_rate > 0:
            self.set_interval(WATCH_SECONDS, self.watch_tape)

    def watch_tape(self) -> None:
        """Paint the time of the tape, and say when it ended; the timer's work, or a test's."""
        if self.current is not None and self.current.is_mounted:
            self.current.frame_shell()
        if self.playback.has_ended and not self._said_end:
            self._said_end = True
            self.say(END, title="Tape")

    def action_replay_pause(self) -> None:
        """Stop the tape, or let it go on."""
        self.playback.pause()
        self.watch_tape()

    def action_replay_speed(self, steps: int) -> None:
        """Play it faster or slower."""
        self.playback.change_speed(steps)
        self.watch_tape()

    def open_quit(self) -> None:
        """Quit at once: the orders on the screens are of the past."""
        self.exit()
