"""The fewest steps of a run that still show its difference."""

from __future__ import annotations

from collections.abc import Callable

from tests.paint_replay.play import Result

Replay = Callable[[list[int]], Result]
"""Plays these steps of the run alone."""


def fewest(result: Result, replay: Replay, tries: int = 60) -> list[int]:
    """Leave out ever smaller parts of the steps before the difference, as long as it shows again."""
    kept = list(range(1, result.steps + 2))
    part = max(1, len(kept) // 2)
    while tries > 0:
        place, was = 0, len(kept)
        while place < len(kept) - 1 and tries > 0:
            fewer = kept[:place] + kept[min(place + part, len(kept) - 1) :]
            tries -= 1
            if _shows(replay(fewer), result):
                kept = fewer
            else:
                place += part
        if part == 1 and len(kept) == was:
            break
        part = max(1, part // 2)
    return kept


def _shows(again: Result, result: Result) -> bool:
    return bool(again.trouble) and again.is_difference is result.is_difference
