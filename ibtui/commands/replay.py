"""`ibtui replay FILE`: a tape played into the whole dashboard, read-only; nothing is sent anywhere."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path

from ibtui import config, logs
from ibtui.commands.dashboard import alerts_of, ladder_of
from ibtui.errors import UsageError
from ibtui.playback import PlaybackClock
from ibtui.protocol.clean import clean
from ibtui.session.replay import ReplaySession, Score
from ibtui.store import Store
from ibtui.transport.tape_reader import Recording
from ibtui.ui.replay import ReplayApp

FASTEST = 1_000.0


def run(settings: config.Config, file: Path, *, speed: float) -> None:
    """Play the tape until the user quits; at its end it stays. Raises TapeError and UsageError."""
    if not (math.isfinite(speed) and 0 < speed <= FASTEST):
        raise UsageError(f"--speed {speed:g}: recorded seconds per second, above 0 and at most {FASTEST:g}")
    score = Score(Recording(file))
    app_of(settings, score, speed=speed, lines_logged=logs.set_up(None, settings.log_file)).run()


def app_of(
    settings: config.Config, score: Score, *, speed: float, lines_logged: logs.LogLines | None = None
) -> ReplayApp:
    """The dashboard on a tape; what it logs is no part of the log of the sessions that trade."""
    clock = PlaybackClock(score.begins, score.ends, score.walls, speed=speed)
    return ReplayApp(
        ReplaySession(score, Store(), clock),
        clock,
        remarks=remarks_of(score),
        theme=settings.theme,
        keymap=settings.keys,
        frame_rate=settings.frame_rate,
        presets=settings.ladder.presets,
        ladder=ladder_of(settings.ladder),
        alerts=alerts_of(settings.alerts),
        lines_logged=lines_logged,
    )


def remarks_of(score: Score) -> list[str]:
    """What a person must know of the tape before it is played."""
    header = score.recording.header
    when = f"{datetime.fromtimestamp(header.wall):%Y-%m-%d %H:%M}"
    found = [f"Recorded {when} by {clean(header.program, limit=40)}; nothing is sent, orders are switched off"]
    if score.recording.is_cut:
        found.append("The tape is cut off or damaged: it is played as far as it can be read")
    if score.gaps:
        found.append(f"{score.gaps} entries are missing: the disk was too slow when it was recorded")
    if score.recording.parts[0].header.part > 1:
        found.append(f"The tape begins with part {score.recording.parts[0].header.part}: what came before is not there")
    return found
