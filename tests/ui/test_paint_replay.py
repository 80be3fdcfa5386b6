"""A short run of the paint replay, and faults planted in the painting, each of which it must find.

The long one: `python -m tests.paint_replay --steps 10000 --jobs 2`, with `--slow` for the way a slow line is served.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import NamedTuple

import pytest
from textual.scroll_view import ScrollView

from ibtui.domain.contracts import Contract
from ibtui.domain.events import ContractsLearned, QuoteReceived, StreamsLost
from ibtui.ui.paint import terminal
from ibtui.ui.paint.backlog import Backlog
from ibtui.ui.paint.cells import Line, changed_runs
from ibtui.ui.paint.pen import Pen
from ibtui.ui.paint.terminal import Terminal
from ibtui.ui.widgets.grid import Grid
from ibtui.ui.widgets.plain import PlainLines
from ibtui.ui.widgets.status import StatusLine
from tests.paint_replay.emulator import Emulator, shown, shown_line
from tests.paint_replay.market_acts import Act
from tests.paint_replay.play import play
from tests.paint_replay.scenes import SCENES
from tests.paint_replay.stage import Setting, Stage
from tests.paint_replay.words import NAMES, SENTENCES
from tests.ui.market import AAPL, ES, MSFT

pytestmark = pytest.mark.usefixtures("inks_of_this_terminal")

RANDOM_STEPS = 50
STEPS = 6
"""Of a run that must find a planted fault."""


@pytest.mark.parametrize(
    ("seed", "theme", "is_slow"), [(1, "ibtui-dark", False), (2, "ibtui-ansi", False), (3, "ibtui-light", True)]
)
def test_random_use_leaves_what_a_full_repaint_would(seed: int, theme: str, is_slow: bool) -> None:
    result = play(seed, RANDOM_STEPS, chosen=Setting((80, 24), theme), is_slow=is_slow)
    assert not result.trouble, "\n".join([result.trouble, *result.story[-10:]])
    assert result.steps == RANDOM_STEPS


def quote(stage: Stage, random: Random) -> str:
    change = Decimal(random.randrange(1, 900)) / 100
    stage.happens(QuoteReceived(random.choice((AAPL, MSFT, ES)), {"last": 270 + change, "change": change}, stage.now))
    return "quote"


def quote_not_believed(stage: Stage, random: Random) -> str:
    stage.happens(StreamsLost())
    return "streams lost"


def other_theme(stage: Stage, random: Random) -> str:
    stage.app.use_theme("light")
    return "theme light"


def renamed(stage: Stage, random: Random) -> str:
    stage.happens(ContractsLearned((Contract(AAPL, random.choice(("日本株", "x日本", "日x株"))),)))
    return "renamed"


def resumed(stage: Stage, random: Random) -> str:
    stage.resume()
    return "resumed"


class Fault(NamedTuple):
    """Something that painting could do wrong."""

    plant: Callable[[pytest.MonkeyPatch], None]
    shown_by: Act
    """What brings it to light."""
    theme: str = "ibtui-dark"
    is_slow: bool = False


def _forgets_a_line(patch: pytest.MonkeyPatch) -> None:
    write = Terminal._write
    patch.setattr(Terminal, "_write", lambda self, pen, y, x, part: y == 5 or write(self, pen, y, x, part))


def _keeps_old_inks(patch: pytest.MonkeyPatch) -> None:
    def by_characters(old: Line, x: int, new: Line) -> list[tuple[int, int]]:
        same = Line()
        same.chars, same.inks = new.chars, old.inks[x : x + len(new.chars)]
        return changed_runs(old, x, same)

    patch.setattr(terminal, "changed_runs", by_characters)


def _keeps_rows_in_the_old_theme(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Grid, "notify_style_update", ScrollView.notify_style_update)


def _keeps_a_line_in_the_old_theme(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(StatusLine, "notify_style_update", PlainLines.notify_style_update)


def _leaves_colours_on(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Pen, "finish", lambda pen: "".join(pen._out))


def _thinks_a_piece_is_all(patch: pytest.MonkeyPatch) -> None:
    write = Backlog._write
    patch.setattr(Backlog, "_write", lambda self, pen, y, room: write(self, pen, y, room) or True)


def _believes_what_others_wrote_over(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Backlog, "forget", lambda self, now: None)


def _writes_lines_next_to_their_place(patch: pytest.MonkeyPatch) -> None:
    run = Pen.run
    patch.setattr(Pen, "run", lambda pen, y, x, *args, **told: run(pen, y, x + 1, *args, **told))


FAULTS = [
    Fault(_forgets_a_line, quote),
    Fault(_keeps_old_inks, quote_not_believed),
    Fault(_keeps_rows_in_the_old_theme, other_theme),
    Fault(_keeps_a_line_in_the_old_theme, other_theme),
    Fault(_leaves_colours_on, quote, "ibtui-ansi"),
    Fault(_writes_lines_next_to_their_place, renamed),
    Fault(_thinks_a_piece_is_all, quote, is_slow=True),
    Fault(_believes_what_others_wrote_over, resumed, is_slow=True),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.plant.__name__)
def test_a_planted_fault_is_found(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    fault.plant(monkeypatch)
    setting = Setting((80, 24), fault.theme)
    result = play(1, STEPS, chosen=setting, is_slow=fault.is_slow, script=[fault.shown_by] * STEPS)
    assert result.is_difference, result.trouble


@pytest.mark.parametrize("is_slow", [False, True])
def test_nothing_is_found_where_none_is_planted(is_slow: bool) -> None:
    acts = [fault.shown_by for fault in FAULTS]
    result = play(1, len(acts), chosen=Setting((80, 24)), is_slow=is_slow, script=acts)
    assert not result.trouble, result.trouble


@pytest.mark.parametrize("is_slow", [False, True])
@pytest.mark.parametrize("scene", SCENES)
def test_what_was_found_once_stays_mended(scene: str, is_slow: bool) -> None:
    acts = SCENES[scene]
    result = play(1, len(acts), chosen=Setting((80, 24)), is_slow=is_slow, script=acts)
    assert not result.trouble, result.trouble


@pytest.mark.parametrize("text", [*NAMES, *SENTENCES])
def test_a_line_read_alone_is_read_as_in_a_whole_picture(text: str) -> None:
    line = f"\x1b[1;2;38;5;2;48;2;1;2;2m{text.splitlines()[0] if text else ''}\x1b[0mx"
    assert shown(f"\x1b[2;1H{line}\n\x1b[3;1H{line}", 200, 4)[1:3] == [shown_line(line, 200)] * 2


def test_half_a_wide_character_does_not_outlive_the_other() -> None:
    emulator = Emulator(6, 1)
    emulator.feed("\x1b[1;1H日本x\x1b[1;2H-\x1b[1;3H-")
    assert "".join(cell.data for cell in emulator.lines()[0]) == " -- x "
    emulator.feed("\x1b[1;1H日本x\x1b[1;2H\x1b[2X")
    assert "".join(cell.data for cell in emulator.lines()[0]) == "    x "


def test_the_second_half_of_a_true_colour_is_not_taken_for_dim() -> None:
    dim, plain = shown_line("\x1b[2;38;2;2;2;2ma\x1b[0;38;2;2;2;2;48;5;2mb", 2)
    assert (dim.blink, plain.blink) == (True, False)
