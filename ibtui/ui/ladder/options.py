"""What a person may set about the ladder, and how the templates of attached orders are chosen. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct


class Bracket(Struct, frozen=True):
    """A template: the orders attached to an entry, in ticks from it along the grid."""

    name: str
    target_ticks: int | None = None
    """How far the take-profit limit lies on the winning side, 1 and more; None attaches none."""
    stop_ticks: int | None = None
    """How far the stop lies on the losing side, 1 and more; None attaches none."""
    trailing: bool = False
    """The stop follows the market at that distance."""

    @property
    def words(self) -> str:
        """`scalp +8/−6`, `runner −12 trailing`: target before stop, in ticks."""
        target = f"+{self.target_ticks}" if self.target_ticks is not None else ""
        stop = f"−{self.stop_ticks}{' trailing' if self.trailing else ''}" if self.stop_ticks is not None else ""
        return f"{self.name} {'/'.join(part for part in (target, stop) if part)}".strip()


class LadderOptions(Struct, frozen=True):
    """The `[ladder]` table of the configuration."""

    columns: tuple[str, ...] = ()
    """Names of the columns in their order; empty is the usual set."""
    brackets: tuple[Bracket, ...] = ()
    collar_ticks: int = 10
    """How far beyond the best price of the other side a marketable limit may fill."""
    idle_seconds: float = 60.0
    """Without a key on the ladder for so long it disarms."""
    recentre: str = "mid"
    """What recentring brings to the middle: mid or last."""
    follows: bool = False
    """The window moves with the market."""
    grouping: int = 1
    """Ticks of one row."""


def next_bracket(brackets: Sequence[Bracket], chosen: Bracket | None) -> Bracket | None:
    """The template after the one chosen; after the last none, and after none the first."""
    if chosen is None:
        return brackets[0] if brackets else None
    place = brackets.index(chosen) + 1 if chosen in brackets else len(brackets)
    return brackets[place] if place < len(brackets) else None
