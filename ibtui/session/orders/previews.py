"""What an order would do, asked before it is sent ("Preview Order / WhatIf Order")."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from ibtui.domain.events import PreviewAnswered
from ibtui.domain.orders import Preview
from ibtui.domain.tickets import Ticket
from ibtui.errors import IbtuiError
from ibtui.protocol.orders import requests
from ibtui.protocol.orders.answers import decode_preview
from ibtui.session.wire import Wire
from ibtui.store import Store

PREVIEW_REF = "ibtui-whatif"
"""The cOID a bracket's what-if names; nothing is registered under it."""


class Previews:
    """The what-if on screen; an answer to an older one is dropped."""

    def __init__(self, wire: Wire, store: Store) -> None:
        self._wire = wire
        self._store = store
        self._warm: set[int] = set()

    def open(self, tickets: Sequence[Ticket]) -> Preview:
        """Show that the what-if is being asked."""
        preview = Preview(tuple(tickets))
        self._store.apply(PreviewAnswered(preview))
        return preview

    def fail(self, preview: Preview, error: str) -> None:
        """Show why there is no answer."""
        self._answer(preview, replace(preview, error=error))

    async def ask(self, preview: Preview) -> None:
        """Ask and show the answer."""
        try:
            for conid in _conids(preview.tickets):
                await self._warm_up(conid)
            impact = decode_preview(await self._wire.call(requests.preview(preview.tickets, PREVIEW_REF)))
        except IbtuiError as error:
            self.fail(preview, str(error))
            return
        self._answer(preview, replace(preview, impact=impact, error=impact.error))

    def _answer(self, asked: Preview, answered: Preview) -> None:
        if self._store.orders.preview is asked:
            self._store.apply(PreviewAnswered(answered))

    async def _warm_up(self, conid: int) -> None:
        """Query a snapshot, as "Preview Order" demands of clients before a what-if; a stream does as well."""
        if conid in self._warm or conid in self._store.market.quotes:
            return
        try:
            await self._wire.call(requests.warm_snapshot(conid))
        except IbtuiError:
            return
        self._warm.add(conid)


def _conids(tickets: Sequence[Ticket]) -> tuple[int, ...]:
    """Instruments a what-if is about, each once: of a combination its legs."""
    contracts = (ticket.contract for ticket in tickets)
    found = ((leg.conid for leg in one.legs) if one.legs else (one.conid,) for one in contracts)
    return tuple(dict.fromkeys(conid for conids in found for conid in conids))
