"""What happens to the terminal and to the colours, and time."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from textual import events

from tests.paint_replay.market_acts import Act
from tests.paint_replay.stage import Stage

SIZES = (
    (44, 12),
    (60, 15),
    (72, 30),
    (80, 24),
    (80, 50),
    (100, 30),
    (119, 33),
    (120, 40),
    (132, 43),
    (160, 50),
    (200, 60),
)
THEMES = ("ibtui-dark", "ibtui-light", "ibtui-high-contrast", "ibtui-ansi")
OTHERS = ("textual-ansi", "textual-light", "nord")
SECONDS = (0.1, 0.3, 1.0, 1.0, 2.0, 5.0, 30.0)


def resize(stage: Stage, random: Random) -> str:
    width, height = random.choice(SIZES)
    if random.random() < 0.3:
        width, height = width + random.randint(-3, 3), height + random.randint(-2, 2)
    stage.resize(width, height)
    return f"{width}×{height}"


def theme(stage: Stage, random: Random) -> str:
    name = random.choice((*THEMES, *THEMES, *OTHERS))
    stage.app.use_theme(name)
    return name


def redraw(stage: Stage, random: Random) -> str:
    """Others wrote on the terminal: the program was suspended, or the user asks for all of it again."""
    if random.random() < 0.5:
        stage.spoil()
        stage.key("ctrl+l")
        return "ctrl+l"
    stage.resume()
    return "resumed"


def window(stage: Stage, random: Random) -> str:
    """The terminal's window loses or gets the focus."""
    kind = random.choice((events.AppBlur, events.AppFocus))
    stage.driver.send_message(kind())
    return kind.__name__


def time(stage: Stage, random: Random) -> str:
    stage.seconds += (seconds := random.choice(SECONDS))
    return f"{seconds} s"


TERMINALS: Mapping[str, tuple[float, Act]] = {
    "resize": (3, resize),
    "theme": (2, theme),
    "redraw": (1, redraw),
    "window": (1, window),
    "time": (8, time),
}
