"""Fetches the IB algos of a contract when a ticket wants them."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable

from ibtui.clock import Clock
from ibtui.domain.algos import Algo, Algos
from ibtui.domain.events import AlgosLearned
from ibtui.errors import IbtuiError
from ibtui.protocol import algos
from ibtui.session.messages import reason
from ibtui.session.wire import Wire
from ibtui.store import Store

PREFLIGHT_SECONDS = 0.6
"""After the first call, which may answer nothing ("A pre-flight request must be submitted")."""
TRIES = 3
RETRY_SECONDS = 10.0


class AlgoReader:
    """Each contract once; after a refusal again when it is wanted again."""

    def __init__(self, wire: Wire, store: Store, clock: Clock, up: Callable[[], Awaitable[object]]) -> None:
        self._wire = wire
        self._store = store
        self._clock = clock
        self._up = up
        self._again: dict[int, float] = {}
        """Monotonic seconds from which they may be asked for again; infinite while and once they are known."""

    def wants(self, conid: int) -> bool:
        """Whether `learn` has something to do; from then on it is taken to be under way."""
        if conid <= 0 or self._clock.monotonic() < self._again.get(conid, 0.0):
            return False
        self._again[conid] = math.inf
        return True

    async def learn(self, conid: int) -> None:
        """Ask, and put the answer or its refusal into the store."""
        try:
            await self._up()
            learned = Algos(conid, await self._read(conid))
        except IbtuiError as error:
            learned = Algos(conid, error=reason(error))
            self._again[conid] = self._clock.monotonic() + RETRY_SECONDS
        self._store.apply(AlgosLearned(learned))

    async def _read(self, conid: int) -> tuple[Algo, ...]:
        for attempt in range(TRIES):
            if attempt:
                await self._clock.sleep(PREFLIGHT_SECONDS * attempt)
            found = algos.decode_algos(await self._wire.call(algos.algos(conid)))
            if found:
                return found
        return ()
