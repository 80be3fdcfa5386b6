"""What a person does: keys of every screen and dialog, typing, the mouse."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from textual import events

from ibtui.ui.actions import chords, heard
from tests.paint_replay.market_acts import Act
from tests.paint_replay.stage import Stage
from tests.paint_replay.words import TYPED

SCREENS = ("f2", "f3", "f4", "f5", "f6")
DIALOGS = ("b", "s", "colon", "slash", "question_mark", "L", "ctrl+p", "c", "C", "Q", "X", "x", "m", "n", "o", "e", "q")
MOVES = ("up", "down", "pageup", "pagedown", "home", "end", "tab", "shift+tab", "left", "right", "space")
INSIDE = (*MOVES, *MOVES, "enter", "escape", "escape", "backspace", "y", "n", "w", "1", "ctrl+u")
READING = (0.0, 0.05, 0.7, 2.5)
"""Seconds before a key: a key typed ahead, and one by somebody who read."""


def _reads(stage: Stage, random: Random) -> None:
    stage.clock.moves(random.choice(READING))


def screen(stage: Stage, random: Random) -> str:
    """Another screen, through whatever is open."""
    key = random.choice(SCREENS)
    stage.key(key)
    return key


def key(stage: Stage, random: Random) -> str:
    """Any key that the screen hears, or one that a dialog might."""
    _reads(stage, random)
    current = stage.app.current
    if current is not None and stage.app.screen is current:
        keys = [chord for action in heard(current.CONTEXT) for chord in chords(action, {})]
        pressed = random.choice([chord for chord in keys if chord not in SCREENS])
    else:
        pressed = random.choice(INSIDE)
    stage.key(pressed)
    return pressed


def moves(stage: Stage, random: Random) -> str:
    pressed = random.choices(MOVES, k=random.randint(1, 6))
    for one in pressed:
        stage.key(one)
    return " ".join(pressed)


def dialog(stage: Stage, random: Random) -> str:
    _reads(stage, random)
    pressed = random.choice(DIALOGS)
    stage.key(pressed)
    return pressed


def types(stage: Stage, random: Random) -> str:
    """A line into whatever has the focus; on a screen, into its command line."""
    _reads(stage, random)
    if stage.app.screen is stage.app.current:
        stage.key("colon")
    text = random.choice(TYPED)
    for char in text[: random.randint(1, len(text))]:
        stage.key("space" if char == " " else char)
    if random.random() < 0.4:
        stage.key("enter")
    return text


def escapes(stage: Stage, random: Random) -> str:
    _reads(stage, random)
    for _ in range(number := random.choice((1, 1, 1, 3))):
        stage.key("escape")
    return f"{number}"


def mouse(stage: Stage, random: Random) -> str:
    """The wheel, a click, a move, somewhere."""
    width, height = stage.app.size
    x, y = random.randrange(width), random.randrange(height)
    kind = random.choice(("wheel up", "wheel down", "wheel down", "move", "click"))
    if kind == "click":
        stage.mouse(events.MouseDown, x, y, 1)
        stage.mouse(events.MouseUp, x, y, 1)
    elif kind == "move":
        stage.mouse(events.MouseMove, x, y)
    else:
        wheel = events.MouseScrollDown if kind == "wheel down" else events.MouseScrollUp
        for _ in range(random.randint(1, 4)):
            stage.mouse(wheel, x, y)
    return f"{kind} at {x},{y}"


HANDS: Mapping[str, tuple[float, Act]] = {
    "screen": (5, screen),
    "key": (12, key),
    "moves": (6, moves),
    "dialog": (5, dialog),
    "types": (3, types),
    "escapes": (6, escapes),
    "mouse": (6, mouse),
}
