"""Order flow of the instruments that were on a ladder, counted frame by frame and made a value when it is read."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from ibtui.domain.flow import NOTHING, PRICES_KEPT, PRINTS_KEPT, Flow, Print, Top, Traded, prints_of
from ibtui.domain.market import STALE_AFTER_SECONDS, Quote

INSTRUMENTS_KEPT = 8
GAP_SECONDS = STALE_AFTER_SECONDS
"""After a longer silence only a growth of the volume that the last trade explains is put at its price."""
_ROUNDED = Decimal(100_000)
"""Volumes of a million and more that are told as `24.2M` (field 87) are multiples of it, and tell no single trade."""


class Tape:
    """What was seen to trade in one instrument."""

    def __init__(self, conid: int) -> None:
        self.conid = conid
        self.is_heard = False
        """A frame came since it was wanted."""
        self._since = 0.0
        self._heard = 0.0
        self._volume: Decimal | None = None
        self._is_volume_known = False
        """The volume was told since the stream began."""
        self._is_last_known = False
        self._owed = NOTHING
        """Printed, and not yet seen in the volume."""
        self._direction = 0
        self._at: dict[Decimal, Traded] = {}
        self._prints: deque[Print] = deque(maxlen=PRINTS_KEPT)
        self.count = 0
        """Prints told in all."""
        self._unplaced = NOTHING
        self._flow: Flow | None = None

    @property
    def flow(self) -> Flow:
        """As a value; made once for each change."""
        if self._flow is None:
            self._flow = Flow(self.conid, self._since, dict(self._at), tuple(self._prints), self._unplaced)
        return self._flow

    def prints_after(self, count: int) -> list[Print]:
        """Those told after the first `count`, as far as they are remembered."""
        return list(self._prints)[-(self.count - count) :] if self.count > count else []

    def take(self, before: Quote, after: Quote, told: Mapping[str, object]) -> None:
        """A frame of the stream changed the quote; `told` names the fields it held."""
        if not self.is_heard:
            self.is_heard, self._since, self._flow = True, after.received, None
            self._is_last_known = before.subscribed and before.last is not None
        silence, self._heard = after.received - self._heard, after.received
        if not before.subscribed:
            self._is_last_known = self._is_volume_known = False
            self._owed = NOTHING
        was_last_known, self._is_last_known = self._is_last_known, self._is_last_known or "last" in told
        growth, is_seen = self._growth(after, told)
        if not is_seen or not was_last_known:
            self._leave(growth)
            return
        if after.last is not None and before.last is not None and after.last != before.last:
            self._direction = 1 if after.last > before.last else -1
        if growth and silence > GAP_SECONDS and (after.last_size is None or growth > after.last_size):
            self._leave(growth)
            return
        self._print(before, after, growth)

    def _growth(self, after: Quote, told: Mapping[str, object]) -> tuple[Decimal, bool]:
        """What the day's volume grew by since it was last told, less what was printed of it; False: partly unseen."""
        volume = after.volume if "volume" in told else None
        if volume is None or (volume >= 10 * _ROUNDED and volume % _ROUNDED == 0):
            return NOTHING, True
        known, was_known = self._volume, self._is_volume_known
        self._volume, self._is_volume_known = volume, True
        if known is None:
            return NOTHING, True
        if volume < known:
            self._fell(volume, known, after.received)
            return NOTHING, True
        grown, self._owed = max(NOTHING, volume - known - self._owed), NOTHING
        return grown, was_known

    def _fell(self, volume: Decimal, known: Decimal, now: float) -> None:
        """A volume far smaller than before is another day's, whose prices are counted anew; else it was corrected."""
        self._owed = NOTHING
        if 2 * volume < known:
            self._at.clear()
            self._since, self._unplaced, self._flow = now, NOTHING, None

    def _print(self, before: Quote, after: Quote, growth: Decimal) -> None:
        top = Top(None if after.last_is_close else after.last, after.last_size)
        stood = Top(before.last, before.last_size, before.bid, before.ask)
        prints, rest = prints_of(stood, top, self._direction, growth or None, after.received)
        for one in prints:
            self._add(one)
        if prints and not growth and self._volume is not None:
            self._owed += prints[0].size
        self._leave(rest)

    def _add(self, told: Print) -> None:
        self._flow = None
        self.count += 1
        self._prints.append(told)
        self._at[told.price] = self._at.pop(told.price, Traded()).plus(told.size, told.aggressor)
        if len(self._at) > PRICES_KEPT:
            self._unplaced += self._at.pop(next(iter(self._at))).total

    def _leave(self, size: Decimal) -> None:
        if size:
            self._flow = None
            self._unplaced += size


class Flows(Mapping[int, Flow]):
    """Flows by conid, of the `INSTRUMENTS_KEPT` instruments wanted last; one that was not heard yet has none."""

    def __init__(self) -> None:
        self._tapes: dict[int, Tape] = {}

    def want(self, conids: Iterable[int]) -> None:
        """Count the trades of these from now on; what was counted before stays."""
        for conid in conids:
            self._tapes[conid] = self._tapes.pop(conid) if conid in self._tapes else Tape(conid)
        while len(self._tapes) > INSTRUMENTS_KEPT:
            del self._tapes[next(iter(self._tapes))]

    def take(self, before: Quote, after: Quote, told: Mapping[str, object]) -> None:
        """A frame of the stream changed this quote."""
        tape = self._tapes.get(after.conid)
        if tape is not None:
            tape.take(before, after, told)

    def count(self, conid: int) -> int:
        """How many prints of the instrument were told."""
        tape = self._tapes.get(conid)
        return tape.count if tape is not None else 0

    def prints_after(self, conid: int, count: int) -> list[Print]:
        """Prints of the instrument told after the first `count`, newest last."""
        tape = self._tapes.get(conid)
        return tape.prints_after(count) if tape is not None else []

    def __getitem__(self, conid: int) -> Flow:
        tape = self._tapes[conid]
        if not tape.is_heard:
            raise KeyError(conid)
        return tape.flow

    def __iter__(self) -> Iterator[int]:
        return (conid for conid, tape in self._tapes.items() if tape.is_heard)

    def __len__(self) -> int:
        return sum(tape.is_heard for tape in self._tapes.values())
