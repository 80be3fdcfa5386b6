"""Fetches an advisor's allocation groups when a brokerage session begins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ibtui.domain.events import AllocationGroupsLearned, MessageRaised
from ibtui.errors import IbtuiError
from ibtui.protocol import groups
from ibtui.session.messages import failure
from ibtui.session.wire import Wire
from ibtui.store import Store


class GroupReader:
    """Asks only for logins with accounts of clients: the request is "only supported for Financial Advisors"."""

    def __init__(self, wire: Wire, store: Store, up: Callable[[], Awaitable[object]]) -> None:
        self._wire = wire
        self._store = store
        self._up = up

    async def learn(self) -> None:
        """Put the names into the store; after a refusal those known before stay, and the user is told."""
        try:
            await self._up()
            if not any(account.is_advisor for account in self._store.money.accounts):
                return
            names = groups.decode_groups(await self._wire.call(groups.groups()))
        except IbtuiError as error:
            self._store.apply(MessageRaised(failure(error, "reading the allocation groups")))
            return
        self._store.apply(AllocationGroupsLearned(names))
