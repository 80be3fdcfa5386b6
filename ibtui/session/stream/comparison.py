"""Quiet quotes held against a snapshot: a quiet market is not a dead stream."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ibtui.clock import Clock
from ibtui.errors import IbtuiError
from ibtui.protocol import market
from ibtui.session.wire import Wire
from ibtui.store import Store

AGAIN_SECONDS = 1.0
"""A snapshot that differs is taken again: the first call may tell what the gateway had in mind (wire-facts 3)."""
COMPARED = ("last", "bid", "ask")

Prices = tuple[object, ...]


class QuoteComparison:
    """Asks for snapshots of instruments whose streams are quiet."""

    def __init__(self, wire: Wire, store: Store, clock: Clock, moved: Callable[[Sequence[int], float], None]) -> None:
        self._wire = wire
        self._store = store
        self._clock = clock
        self._moved = moved
        """Told which instruments moved unheard since a monotonic time."""
        self._disputed: dict[int, Prices] = {}
        """Snapshots that differed before; the same difference once more proves nothing."""
        self._asking = False

    async def compare(self, conids: Sequence[int]) -> None:
        """Tell which of these moved though their streams said nothing."""
        if self._asking:
            return
        self._asking = True
        try:
            began = self._clock.monotonic()
            differing = await self._differing(conids[: market.SNAPSHOT_AT_MOST])
            if differing:
                await self._clock.sleep(AGAIN_SECONDS)
                differing = await self._differing(list(differing))
            moved = [conid for conid, prices in differing.items() if self._disputed.get(conid) != prices]
            self._disputed.update(differing)
            if moved:
                self._moved(moved, began)
        except IbtuiError:
            return  # the wire has told the link; the next quiet look asks again
        finally:
            self._asking = False

    async def _differing(self, conids: Sequence[int]) -> dict[int, Prices]:
        rows = market.decode_snapshot(await self._wire.call(market.snapshot(conids)), received=self._clock.monotonic())
        found: dict[int, Prices] = {}
        for row in rows:
            quote = self._store.market.quotes.get(row.conid)
            told = {name: row.changes[name] for name in COMPARED if row.changes.get(name) is not None}
            if quote is not None and any(value != getattr(quote, name) for name, value in told.items()):
                found[row.conid] = tuple(told.get(name) for name in COMPARED)
        return found
