"""The user's lists: kept in the gateway, changed on screen at once and taken back when the gateway refuses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

from msgspec.structs import replace

from ibtui.clock import Clock
from ibtui.domain.events import ContractsLearned, MessageRaised, WatchlistReceived, WatchlistsReceived
from ibtui.domain.session import Message
from ibtui.domain.watchlists import Watchlist, WatchlistName
from ibtui.errors import IbtuiError
from ibtui.protocol import watchlists
from ibtui.session.messages import failure
from ibtui.session.wire import LINK_TROUBLES, Wire
from ibtui.store import Store

FIRST_NAME = "Watchlist"
"""Name of the list made for a user who has none."""

Spawn = Callable[[Coroutine[Any, Any, None], str], None]


class WatchlistDesk:
    """Implements `intents.WatchlistIntents`; one write at a time, the newest state last."""

    def __init__(
        self,
        wire: Wire,
        store: Store,
        clock: Clock,
        spawn: Spawn,
        up: Callable[[], Awaitable[object]],
        *,
        read_only: bool,
    ) -> None:
        self._wire = wire
        self._store = store
        self._clock = clock
        self._spawn = spawn
        self._up = up
        self._read_only = read_only
        self._kept: dict[str, Watchlist] = {}
        """Lists as the gateway has them, for taking a change back."""
        self._writing: set[str] = set()
        self._refreshing = False
        self._wanted = ""
        """Id of the list to show."""

    def refresh(self) -> None:
        """As the intent says."""
        if not self._refreshing:
            self._refreshing = True
            self._spawn(self._refresh(), "reading the watchlists")

    def select(self, list_id: str) -> None:
        """As the intent says."""
        self._wanted = list_id
        self._spawn(self._show(list_id), "reading the watchlist")

    def create(self, name: str) -> None:
        """As the intent says."""
        self._spawn(self._create(name.strip() or FIRST_NAME), "creating the watchlist")

    def delete(self, list_id: str) -> None:
        """As the intent says."""
        self._spawn(self._delete(list_id), "deleting the watchlist")

    def add(self, conid: int) -> None:
        """As the intent says."""
        shown = self._changeable()
        if shown is not None and conid > 0 and conid not in shown.conids:
            self._change(shown, (*_rows(shown), conid))

    def remove(self, conid: int) -> None:
        """As the intent says."""
        shown = self._changeable()
        if shown is not None and conid in shown.conids:
            self._change(shown, tuple(row for row in _rows(shown) if row != conid))

    def move(self, conid: int, offset: int) -> None:
        """As the intent says; blank rows stay where they are."""
        shown = self._changeable()
        if shown is None or conid not in shown.conids:
            return
        conids = list(shown.conids)
        place = conids.index(conid)
        conids.insert(max(0, min(len(conids) - 1, place + offset)), conids.pop(place))
        if tuple(conids) != shown.conids:
            following = iter(conids)
            self._change(shown, tuple(None if row is None else next(following) for row in _rows(shown)))

    def _changeable(self) -> Watchlist | None:
        shown = self._store.inbox.watchlist
        if shown is None:
            self._tell("There is no watchlist yet; it is made when the connection is up")
        elif shown.read_only:
            self._tell(f"“{shown.name}” is IBKR's own list and cannot be changed")
        else:
            return shown
        return None

    def _change(self, shown: Watchlist, rows: Sequence[int | None]) -> None:
        changed = replace(shown, rows=tuple(rows), conids=tuple(row for row in rows if row is not None))
        self._store.apply(WatchlistReceived(changed))
        if shown.list_id not in self._writing:
            self._writing.add(shown.list_id)
            self._spawn(self._write(shown.list_id), "changing the watchlist")

    async def _write(self, list_id: str) -> None:
        """Write the list until the gateway has what the screen shows; take the change back when it refuses."""
        try:
            while True:
                shown = self._store.inbox.watchlist
                kept = self._kept.get(list_id)
                if shown is None or shown.list_id != list_id or (kept is not None and _rows(kept) == _rows(shown)):
                    return
                try:
                    await self._wire.call(watchlists.create(list_id, shown.name, _rows(shown)))
                except IbtuiError as error:
                    if kept is not None:
                        self._store.apply(WatchlistReceived(kept, selected=False))
                    self._store.apply(MessageRaised(failure(error, "changing the watchlist")))
                    return
                self._kept[list_id] = shown
        finally:
            self._writing.discard(list_id)

    async def _refresh(self) -> None:
        try:
            await self._up()
            with suppress(*LINK_TROUBLES):  # the lights tell of these; the next session reads again
                await self._read_all()
        finally:
            self._refreshing = False

    async def _read_all(self) -> None:
        names = await self._read_names()
        own = [name for name in names if not name.read_only]
        known = {name.list_id for name in names}
        if self._wanted in known:
            await self._show(self._wanted)
        elif own or (names and self._read_only):
            await self._show((own or list(names))[0].list_id)
        elif not self._read_only:
            await self._create(FIRST_NAME)

    async def _read_names(self) -> tuple[WatchlistName, ...]:
        names = watchlists.decode_names(await self._wire.call(watchlists.names()))
        self._store.apply(WatchlistsReceived(names))
        return names

    async def _show(self, list_id: str) -> None:
        await self._up()
        shown, contracts = watchlists.decode_watchlist(await self._wire.call(watchlists.watchlist(list_id)))
        if self._wanted not in ("", list_id) or list_id in self._writing:
            return  # another list was selected meanwhile, or a change of this one is on its way
        name = next((one for one in self._store.inbox.watchlist_names if one.list_id == list_id), None)
        shown = replace(
            shown,
            list_id=list_id,
            name=shown.name or (name.name if name else ""),
            read_only=shown.read_only or bool(name and name.read_only),
        )
        self._wanted = list_id
        self._kept[list_id] = shown
        self._store.apply(ContractsLearned(contracts))
        self._store.apply(WatchlistReceived(shown))

    async def _create(self, name: str) -> None:
        await self._up()
        used = {one.list_id for one in self._store.inbox.watchlist_names}
        number = int(self._clock.time())
        while str(number) in used:
            number += 1
        made = watchlists.decode_created(await self._wire.call(watchlists.create(str(number), name, ())))
        list_id = made.list_id or str(number)
        self._wanted = list_id
        self._kept[list_id] = Watchlist(list_id, name)
        self._store.apply(WatchlistReceived(self._kept[list_id]))
        await self._read_names()

    async def _delete(self, list_id: str) -> None:
        await self._wire.call(watchlists.remove(list_id))
        self._kept.pop(list_id, None)
        if self._wanted == list_id:
            self._wanted = ""
        await self._read_all()

    def _tell(self, text: str) -> None:
        self._store.apply(MessageRaised(Message(text, "warning", "Watchlist")))


def _rows(shown: Watchlist) -> tuple[int | None, ...]:
    """Rows with their blanks; a list made here has none."""
    return shown.rows or shown.conids
