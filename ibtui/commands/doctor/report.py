"""The walk as lines for a person and as JSON for a program."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence

from ibtui.commands.doctor.steps import State, Step, trading_would_work
from ibtui.protocol.clean import clean
from ibtui.transport.masking import Masker

MARKS = {State.OK: "✓", State.WARNING: "!", State.BAD: "✗", State.SKIPPED: "–", State.NOT_REACHED: "–"}
PLAIN_MARKS = {State.OK: "+", State.WARNING: "!", State.BAD: "x", State.SKIPPED: "-", State.NOT_REACHED: "-"}
"""Where the terminal's encoding has no others."""
COLOURS = {
    State.OK: "green",
    State.WARNING: "yellow",
    State.BAD: "red",
    State.SKIPPED: "bright_black",
    State.NOT_REACHED: "bright_black",
}
NAME_WIDTH = 18
LEAST_WIDTH = 40
LONGEST_BODY = 600
"""Characters shown of one body."""
INDENT = " " * (NAME_WIDTH + 2)


def lines_of(step: Step, *, width: int | None, plain: bool = False) -> list[str]:
    """The step, its meaning and below it what to do; `width` None does not wrap, `plain` keeps to ASCII marks."""
    verdict = step.verdict
    mark = (PLAIN_MARKS if plain else MARKS)[verdict.state]
    lines = _wrapped(f"{mark} {step.name:<{NAME_WIDTH}}", verdict.meaning, width)
    if verdict.remedy:
        lines += _wrapped(INDENT + ("> " if plain else "→ "), verdict.remedy, width)
    return lines


def summary_of(steps: Sequence[Step]) -> str:
    """The last line: whether trading would work, else the steps that keep it from working, failed ones first."""
    if trading_would_work(tuple(steps)):
        return "Trading would work."
    causes = sorted((step for step in steps if step.verdict.prevents_trading), key=_is_mild)
    return f"Trading would not work yet: see {', '.join(step.name for step in causes)}."


def _is_mild(step: Step) -> bool:
    return step.verdict.state is not State.BAD


def json_of(steps: Sequence[Step]) -> str:
    """All of it; secrets, persons and account ids are masked as on a tape."""
    masker = Masker()
    return json.dumps([_as_json(step, masker) for step in steps], indent=2, ensure_ascii=True)


def _as_json(step: Step, masker: Masker) -> dict[str, object]:
    came: list[dict[str, object]] = [
        {"status": exchange.status, "body": "(not shown)" if exchange.is_secret else _shown(exchange.body, masker)}
        for exchange in step.exchanges
    ]
    sent = [{"method": exchange.method, "path": exchange.path} for exchange in step.exchanges]
    if step.frames:
        sent.append({"method": "WEBSOCKET", "path": "/ws"})
        came.append({"status": 101, "body": " ".join(_shown(frame.encode(), masker) for frame in step.frames)})
    return {
        "name": step.name,
        "state": step.verdict.state.value,
        "sent": sent,
        "came": came,
        "meaning": masker.mask(step.verdict.meaning),
        "remedy": masker.mask(step.verdict.remedy),
        "prevents_trading": step.verdict.prevents_trading,
        "seconds": round(step.seconds, 3),
    }


def _shown(body: bytes, masker: Masker) -> str:
    """A body as one safe line, masked while it is whole and then cut."""
    return clean(masker.mask(body.decode(errors="replace")), limit=LONGEST_BODY)


def _wrapped(first: str, text: str, width: int | None) -> list[str]:
    """`text` after `first`, its further lines below its beginning; addresses and commands are never broken."""
    if width is None:
        return [first + text]
    return textwrap.wrap(
        text,
        max(LEAST_WIDTH, width),
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]
