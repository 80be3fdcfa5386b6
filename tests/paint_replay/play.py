"""One run: random steps from a seed, and after each a look at every cell of the terminal."""

from __future__ import annotations

import asyncio
import gc
import os
import time
import traceback
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final, NamedTuple
from unittest import mock

from pyte.screens import Char
from rich.color import ColorSystem

from tests.paint_replay.account_acts import ACCOUNTS
from tests.paint_replay.clocks import TimeLoop, timers_by
from tests.paint_replay.emulator import Cells, seen, shown
from tests.paint_replay.gateway_acts import GATEWAY
from tests.paint_replay.hand_acts import HANDS
from tests.paint_replay.market_acts import MARKET, Act
from tests.paint_replay.reference import expected_lines, forget_drawn, full_text
from tests.paint_replay.stage import Setting, Stage, on_stage
from tests.paint_replay.terminal_acts import SIZES, TERMINALS, THEMES

ACTS: Final = {**MARKET, **ACCOUNTS, **HANDS, **TERMINALS, **GATEWAY}
NAMES: Final = tuple(ACTS)
WEIGHTS: Final = tuple(weight for weight, _ in ACTS.values())
COLOURS: Final = (*(ColorSystem.TRUECOLOR,) * 5, *(ColorSystem.EIGHT_BIT,) * 2, *(ColorSystem.STANDARD,) * 2, None)
SCREENS: Final = ("watch", "ladder", "ladder", "orders", "portfolio", "inbox")
ANEW: Final = 0.1
"""Share of the steps after which the widgets draw all they show again too: what they remember must be true as well."""
WHOLE_EVERY: Final = 50
"""Steps after which the full repaint is read by the emulator in one piece, not line by line."""
ROOMS: Final = (40, 160, 700, 2000, 10_000)
"""Bytes that a slow line takes at a time."""
UNTOLD: Final = (
    " (stock Textual, given the same updates, shows the same: a widget did not tell, or Textual lost an update)"
)
SHOWN_CELLS: Final = 12
"""Of a difference."""


class Differs(Exception):
    """The terminal does not show what it should."""


class Faulty(NamedTuple):
    """A cell that is not as it should be."""

    y: int
    x: int
    shown: Char
    expected: Char


@dataclass(slots=True)
class Result:
    """What came of a run."""

    seed: int
    setting: Setting
    has_colour: bool
    steps: int = 0
    cells: int = 0
    differing: int = 0
    trouble: str = ""
    """What went wrong, in words; blank where nothing did."""
    is_difference: bool = False
    """Whether that is a difference, and not a fall of the app."""
    story: list[str] = field(default_factory=list)
    acts: Counter[str] = field(default_factory=Counter)
    written: int = 0
    stock: int = 0
    """Bytes that stock Textual would have written for the same updates."""
    slices: int = 0
    """Looks while a slow line was taking what waited."""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    """Of the processor: what it takes on a machine with nothing else to do."""


def setting_of(seed: int) -> tuple[Setting, bool]:
    """What the run of a seed is about, and whether its terminal may show colours."""
    random = Random(f"setting {seed}")
    return (
        Setting(
            random.choice(SIZES), random.choice(THEMES), random.choice(COLOURS), random.random() < 0.7,
            random.choice(SCREENS),
        ),
        random.random() < 0.85,
    )  # fmt: skip


def play(
    seed: int,
    steps: int,
    only: Collection[int] = (),
    chosen: Setting | None = None,
    *,
    is_slow: bool = False,
    script: Sequence[Act] = (),
) -> Result:
    """Play a run until its end or its first difference; `only` leaves all other steps out, which changes none of these.

    `is_slow` lets everything wait in the backlog, as on a line that takes little. With a script each of its acts is one
    step, and nothing else happens.
    """
    setting, has_colour = setting_of(seed)
    if chosen is not None:
        setting, has_colour = chosen, True
    setting = replace(setting, is_slow=is_slow, is_thin=is_slow and not seed % 3)
    result = Result(seed, setting, has_colour)
    began, began_cpu = time.monotonic(), time.process_time()
    loop = TimeLoop()
    gc.set_threshold(100_000, 50, 1000)
    numbers = [number for number in range(1, steps + 1) if not only or number in only]
    with _surroundings(has_colour), timers_by(loop), asyncio.Runner(loop_factory=lambda: loop) as runner:
        try:
            runner.run(Run(result, script).through(numbers))
        except Differs as difference:
            result.is_difference, result.trouble = True, str(difference)
        except Exception:  # noqa: BLE001 - the edge of a run: whatever ended it is its result
            result.trouble = traceback.format_exc(limit=-12)
    result.seconds, result.cpu_seconds = time.monotonic() - began, time.process_time() - began_cpu
    return result


@contextmanager
def _surroundings(has_colour: bool) -> Iterator[None]:
    told = {"TZ": "UTC"} if has_colour else {"TZ": "UTC", "NO_COLOR": "1"}
    with mock.patch.dict(os.environ, told):
        if has_colour:
            os.environ.pop("NO_COLOR", None)
        time.tzset()
        yield
    time.tzset()


class Run:
    """Steps and looks."""

    def __init__(self, result: Result, script: Sequence[Act] = ()) -> None:
        self._result = result
        self._script = script
        self._alike: list[tuple[Cells, Cells]] = []
        """Lines that were found alike, to be looked at again only when one of them is another."""

    async def through(self, numbers: Collection[int]) -> None:
        """Every step, and the look after it. Raises Differs, or what the app raised."""
        result = self._result
        async with on_stage(result.setting) as stage:
            self._look(stage, Random(0), 0)
            for number in numbers:
                random = Random(f"{result.seed} {number}")
                await self._step(stage, random, number)
                if stage.app._exception is not None:
                    raise stage.app._exception
                self._look(stage, random, number)
                result.steps += 1
                result.written, result.stock = stage.app.emulator.written, stage.app.stock.bytes

    async def _step(self, stage: Stage, random: Random, number: int) -> None:
        """One act, or several of which the first is not painted yet when the next comes."""
        if self._script:
            self._result.story.append(f"{number}: {self._script[number - 1](stage, random)}")
            await stage.settled()
            return
        for _ in range(random.choice((1, 1, 1, 2, 3, 5))):
            (name,) = random.choices(NAMES, WEIGHTS)
            self._result.story.append(f"{number} {name}: {ACTS[name][1](stage, random)}")
            self._result.acts[name] += 1
            between = random.random()
            if between > 0.8:
                await stage.settled()
            elif between > 0.6:
                stage.app.pump_frame()
            elif between > 0.3:
                await stage.moment()
        if stage.seconds:
            await stage.passes(stage.seconds)
            stage.seconds = 0.0
        await stage.settled()

    def _look(self, stage: Stage, random: Random, number: int) -> None:
        stage.check_nothing_waits()
        if self._result.setting.is_slow:
            self._drain(stage, random)
        self._compare(stage, "a full repaint")
        if number % WHOLE_EVERY == 0:
            app = stage.app
            whole = shown(full_text(app), app.size.width, app.size.height)
            if whole != expected_lines(app):
                raise Differs("a full repaint read line by line is another than read whole")
        if self._script or random.random() < ANEW:
            forget_drawn(stage.app)
            self._compare(stage, "a full repaint of widgets that draw all anew")

    def _drain(self, stage: Stage, random: Random) -> None:
        """Let the line take what waits, in pieces: between them every cell is the old one or the new one.

        Where all was erased the old ones are blank.
        """
        emulator = stage.app.emulator
        before, expected = [list(line) for line in emulator.lines()], expected_lines(stage.app)
        emulator.screen.erased.clear()
        while stage.app.outflow.drain(random.choice(ROOMS)):
            now = emulator.lines()
            self._result.slices += 1
            for first in emulator.screen.erased:
                before[first:] = [[emulator.screen.default_char] * len(line) for line in before[first:]]
            emulator.screen.erased.clear()
            for y, (cells, old, new) in enumerate(zip(now, before, expected, strict=True)):
                if cells not in (old, new):
                    for x, (cell, was, will) in enumerate(zip(cells, old, new, strict=True)):
                        if cell not in (was, will) and not _is_torn(cell, old, x):
                            raise Differs(
                                f"while the line takes it, line {y} column {x} is {_cell(cell)}, "
                                f"neither {_cell(was)} as before nor {_cell(will)}"
                            )

    def _compare(self, stage: Stage, what: str) -> None:
        expected, found = expected_lines(stage.app), stage.app.emulator.lines()
        if len(expected) != len(found):
            raise Differs(f"{len(found)} lines on the terminal, {len(expected)} in {what}")
        before = self._alike if len(self._alike) == len(found) else [None] * len(found)
        pairs = list(zip(found, expected, strict=True))
        self._result.cells += sum(map(len, expected))
        faulty: list[Faulty] = []
        for y, (pair, old) in enumerate(zip(pairs, before, strict=True)):
            if (old is None or pair[0] is not old[0] or pair[1] is not old[1]) and pair[0] != pair[1]:
                faulty += [
                    Faulty(y, x, *cells) for x, cells in enumerate(zip(*pair, strict=True)) if cells[0] != cells[1]
                ]
        if faulty:
            self._result.differing += len(faulty)
            told = UNTOLD if found == stage.app.stock.lines() else ""
            raise Differs(f"{len(faulty)} cells differ from {what}{told}\n" + "\n".join(_words(faulty, pairs)))
        self._alike = pairs
        stage.app.stock.found_right(found)
        if not self._result.setting.is_slow and stage.app.emulator.cursor != stage.cursor_expected:
            raise Differs(f"the cursor is at {stage.app.emulator.cursor}, not at {stage.cursor_expected}")


def _is_torn(cell: Char, old: Cells, x: int) -> bool:
    """Whether it is what a terminal leaves of a wide character whose other half was overwritten."""
    is_wide = not old[x].data or (x + 1 < len(old) and not old[x + 1].data)
    return is_wide and cell == seen(old[x]._replace(data=" "))


def _cell(cell: Char) -> str:
    """`'a' red on default bold`; `dim` is what pyte has as blinking."""
    names = ("bold", "italics", "underscore", "strikethrough", "reverse", "blink")
    inks = " ".join(name.replace("blink", "dim") for name in names if getattr(cell, name))
    return f"{cell.data!r} {cell.fg} on {cell.bg} {inks}".rstrip()


def _words(faulty: list[Faulty], pairs: list[tuple[Cells, Cells]]) -> Iterator[str]:
    for cell in faulty[:SHOWN_CELLS]:
        yield f"  line {cell.y} column {cell.x}: {_cell(cell.shown)} in place of {_cell(cell.expected)}"
    if len(faulty) > SHOWN_CELLS:
        yield f"  … and {len(faulty) - SHOWN_CELLS} more"
    for y in list(dict.fromkeys(cell.y for cell in faulty))[:SHOWN_CELLS]:
        for name, cells in zip(("shown   ", "expected"), pairs[y], strict=True):
            yield f"  {y:3} {name} {''.join(cell.data for cell in cells)}"
