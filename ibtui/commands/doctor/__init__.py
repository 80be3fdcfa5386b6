"""`ibtui doctor`: the way to a trade walked step by step; it looks, and changes as little as looking can.

It never orders, never ends another program's session and accepts no certificate. It does ask for the brokerage session
(`compete: false`) where that is not up, as the dashboard would: only so can maintenance be told from a session that
nobody asked for. On a websocket of its own it subscribes to one contract's prices and to orders, and hangs up: only so
are dead subscriptions seen.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path

import click

from ibtui.clock import SystemClock
from ibtui.commands.doctor.report import COLOURS, MARKS, json_of, lines_of, summary_of
from ibtui.commands.doctor.steps import Step, trading_would_work
from ibtui.commands.doctor.walk import Walk
from ibtui.config import Config


def run(settings: Config, state: Path, *, as_json: bool) -> int:
    """Walk, tell, and give the exit status: 0 trading would work, 1 it would not."""
    steps = asyncio.run(_walk(settings, state, tell=not as_json))
    if as_json:
        click.echo(json_of(steps))
    else:
        click.echo(f"\n{summary_of(steps)}")
    return 0 if trading_would_work(tuple(steps)) else 1


async def _walk(settings: Config, state: Path, *, tell: bool) -> list[Step]:
    walk = Walk(settings, state, SystemClock(), os.environ)
    steps: list[Step] = []
    try:
        async for step in walk.steps():
            steps.append(step)
            if tell:
                _tell(step)
    finally:
        await walk.close()
    return steps


def _tell(step: Step) -> None:
    """Print a step; in colours on a terminal that wants them, unbroken lines into a pipe."""
    is_terminal, encoding = sys.stdout.isatty(), sys.stdout.encoding or "ascii"
    width = shutil.get_terminal_size((80, 24)).columns if is_terminal else None
    lines = lines_of(step, width=width, plain=not _can_mark(encoding))
    first, *rest = (line.encode(encoding, "replace").decode(encoding) for line in lines)
    coloured = is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    if coloured:
        first = click.style(first[0], fg=COLOURS[step.verdict.state], bold=True) + first[1:]
    for line in (first, *rest):
        click.echo(line, color=coloured)


def _can_mark(encoding: str) -> bool:
    try:
        "".join((*MARKS.values(), "→")).encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
