"""The orders that must have ended before a position is closed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from ibtui.domain.orders import Intent, LiveOrder, OrderStatus, Stage
from ibtui.domain.session import Light
from ibtui.session.orders.book import Entry
from ibtui.session.orders.closing_bounds import Bounds, Means, Wish, unsent

LOOK_SECONDS = 0.05
"""Between two looks at what is awaited."""
NAMED_AT_MOST = 2
"""Orders awaited that are named in words; the others are counted."""
"""Stages of an order or change that may yet become one that works."""


class ContractOrders:
    """Every order of the instrument that may trade in the account, whoever placed it and whenever."""

    def __init__(self, means: Means, wish: Wish, bounds: Bounds) -> None:
        self._means = means
        self._wish = wish
        self._bounds = bounds
        self._cancels: dict[int, str] = {}
        """Orders whose cancellation was asked for here, with the keys of the cancels."""
        self._ends: dict[int, bool] = {}
        """Orders that worked meanwhile, and whether the gateway told how they ended."""
        self.own = ""
        """Key of the closing order, which is none of them."""
        bounds.doubt = self.doubt

    def awaited(self) -> str:
        """What of the instrument still works or is on its way, in words; blank for nothing."""
        orders = [f"order {order.order_id} ({order.status_text or order.status.value})" for order in self._working()]
        sent = [f"{entry.submission.key} ({entry.stage.value})" for entry in self._under_way()]
        awaited = [*orders, *sent]
        words = ", ".join(awaited[:NAMED_AT_MOST])
        more = f" and {len(awaited) - NAMED_AT_MOST} more" if len(awaited) > NAMED_AT_MOST else ""
        return words and f"waiting for the end of {words}{more}"

    def cancel(self) -> list[int]:
        """Ask for the cancellation of each that works, once; gives the ids of those asked for now."""
        asked = []
        for order in self._working():
            self._ends[order.order_id] = False
            if order.order_id not in self._cancels and order.status is not OrderStatus.PENDING_CANCEL:
                self._cancels[order.order_id] = self._means.cancels.cancel(order.order_id)
                asked.append(order.order_id)
        return asked

    def ended_since(self, moment: float) -> None:
        """Have the gateway asked as well about those that ended after `moment` and never told how much was filled."""
        for order in self._means.store.orders.orders.values():
            is_untold = order.filled is None and order.status is OrderStatus.CANCELLED and order.received > moment
            if is_untold and self._is_here(order):
                self._ends.setdefault(order.order_id, False)

    async def judge(self) -> None:
        """Raise Stopped at a cancel that was refused while its order works on."""
        for order in self._working():
            entry = self._cancel_of(order)
            if entry is None or entry.stage is not Stage.REJECTED:
                continue
            # perhaps because the order has ended, which no frame told yet
            await self._bounds.within(self._means.reads.read_status(order.order_id))
            if any(order.order_id == other.order_id for other in self._working()):
                raise unsent(f"the cancel of order {order.order_id} was refused: {entry.submission.message}")

    def doubt(self) -> str:
        """Which cancel has an unknown outcome while its order works on, blank for none."""
        for order in self._working():
            entry = self._cancel_of(order)
            if entry is not None and entry.stage is Stage.UNKNOWN:
                return f"the cancel of order {order.order_id} has an unknown outcome: {entry.submission.message}"
        return ""

    async def learn_ends(self, say: Callable[[str], None]) -> None:
        """Have the gateway tell how much of each was filled before it ended, which the stream may tell later only.

        `say` is given what is awaited.
        """
        reads, began = self._means.reads, self._means.clock.monotonic()
        untold = [order_id for order_id, is_told in self._ends.items() if not is_told]
        if untold:
            self._ends.update(await self._bounds.within(self._statuses(untold)))
            untold = [order_id for order_id in untold if not self._ends[order_id]]
        if not untold and self._means.store.health.stream is Light.ON:
            began = self._bounds.gap_since
        while reads.whole_at < began:
            say("waiting for the lists of orders and trades")
            await self._bounds.pause(max(LOOK_SECONDS, reads.pace()))
            await self._bounds.within(reads.read())
        self._ends.update(dict.fromkeys(untold, True))

    async def _statuses(self, order_ids: Sequence[int]) -> dict[int, bool]:
        """Read each order, and give which of them the gateway told of."""
        told = await asyncio.gather(*map(self._means.reads.read_status, order_ids))
        return dict(zip(order_ids, told, strict=True))

    def _working(self) -> list[LiveOrder]:
        return [
            order for order in self._means.store.orders.orders.values() if order.is_working and self._is_here(order)
        ]

    def _is_here(self, order: LiveOrder) -> bool:
        shows = self._means.store.money.shows_with
        return order.conid == self._wish.contract.conid and shows(self._wish.account, order.account)

    def _cancel_of(self, order: LiveOrder) -> Entry | None:
        return self._means.book.entries.get(self._cancels.get(order.order_id, ""))

    def _under_way(self) -> list[Entry]:
        found = (entry for entry in self._means.book.entries.values() if entry.stage.is_on_its_way)
        return [entry for entry in found if entry.submission.key != self.own and self._is_of_contract(entry)]

    def _is_of_contract(self, entry: Entry) -> bool:
        submission = entry.submission
        if submission.intent is Intent.CANCEL:
            return False
        conids = {ticket.contract.conid for ticket in submission.tickets}
        return self._wish.contract.conid in conids
