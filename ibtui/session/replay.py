"""A recorded session played again: the same session code on the tape instead of the network, read-only."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from ibtui.clock import Clock
from ibtui.domain.events import FyisReceived, UnreadCounted, WatchlistReceived
from ibtui.domain.watchlists import Watchlist
from ibtui.playback import PlaybackClock
from ibtui.protocol.clean import clean
from ibtui.session.settings import LinkSettings
from ibtui.session.trading import TradingSession
from ibtui.store import Store
from ibtui.transport.replay import BASE_PATH, Answers, ReplayTransport, ReplayTrust
from ibtui.transport.replay_stream import ReplayStream
from ibtui.transport.tape_format import Entry
from ibtui.transport.tape_reader import Recording, TapeError

CLOCK_SET_SECONDS = 0.05
"""The wall clock was set meanwhile when it is so much off from what the monotonic one says."""
_DEEDS = ("POST /iserver/account", "POST /iserver/watchlist", "GET /iserver/watchlist", "PUT /fyi/notifications/")
"""Requests by which the user changed what the screens show; done again at their time, as far as nothing is sent."""


class Score:
    """Everything on a tape but its frames, which are read while they are played."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.answers = Answers()
        self.decisions: list[Entry] = []
        self.deeds: list[Entry] = []
        self.walls: list[tuple[float, float]] = []
        self.frames = 0
        self.gaps = 0
        self.begins = recording.begins
        self.ends = self.begins
        self._read()

    def _read(self) -> None:
        first: float | None = None
        for entry in self.recording.entries():
            if not entry.carried:
                self.ends = max(self.ends, entry.at)
                first = first if first is not None else entry.asked or entry.at
            self._note_wall(entry)
            if entry.kind == "rest":
                self.answers.add(entry)
                if f"{entry.method} {entry.path}".startswith(_DEEDS) and 200 <= entry.status < 300:
                    self.deeds.append(entry)
            elif entry.kind == "trust":
                self.decisions.append(entry)
            self.frames += entry.kind == "frame"
            self.gaps += entry.count
        if first is None:
            raise TapeError(f"{self.recording.parts[-1].path.name} holds a header and nothing more: nothing came")
        self.begins = max(self.begins, first) if self.recording.begins else first
        self.answers.sort()

    def _note_wall(self, entry: Entry) -> None:
        if not self.walls:
            self.walls.append((0.0, self.recording.header.wall))
        at, wall = self.walls[-1]
        if entry.wall and not entry.carried and abs(wall + entry.at - at - entry.wall) > CLOCK_SET_SECONDS:
            self.walls.append((entry.at, entry.wall))


class ReplaySession(TradingSession):
    """Implements `intents.Session`; sends nothing, for there is nothing to send with."""

    def __init__(self, score: Score, store: Store, clock: Clock) -> None:
        self._stream = ReplayStream(score.recording.entries(), clock)
        super().__init__(
            LinkSettings(base_url=f"http://127.0.0.1{BASE_PATH}", read_only=True),
            store,
            clock,
            transport=ReplayTransport(score.answers, clock),
            connector=self._stream.connect,
            trust=ReplayTrust(score.decisions, clock),
        )
        self._deeds = score.deeds
        self._following: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Let the time of the tape run, and everything with it."""
        if isinstance(self._clock, PlaybackClock):
            self._clock.start()
        super().start()
        self._following = asyncio.get_running_loop().create_task(self._follow())

    async def close(self) -> None:
        """As `intents.Session` says."""
        if self._following is not None:
            self._following.cancel()
        await super().close()

    async def _follow(self) -> None:
        """Do again what the user did then, each thing at its time."""
        for deed in self._deeds:
            await self._clock.sleep(max(0.0, deed.at - self._clock.monotonic()))
            self._do(deed)

    def _do(self, deed: Entry) -> None:
        try:
            sent = msgspec.json.decode(deed.sent or "{}")
        except msgspec.DecodeError:
            return
        if not isinstance(sent, dict):
            return
        if deed.path == "/iserver/account":
            self.link.select_account(str(sent.get("acctId", "")))
        elif deed.path == "/iserver/watchlist" and deed.method == "GET":
            self._show_list(dict(deed.query).get("id", ""))
        elif deed.path == "/iserver/watchlist":
            self._change_list(sent)
        else:
            self._mark_read(deed.path.rpartition("/")[2])

    def _show_list(self, list_id: str) -> None:
        shown = self.store.inbox.watchlist
        if list_id and shown is not None and shown.list_id != list_id:
            self.lists.select(list_id)

    def _change_list(self, sent: dict[str, object]) -> None:
        """Show the list as it was written then."""
        rows = tuple(_conids(sent.get("rows")))
        conids = tuple(conid for conid in rows if conid is not None)
        changed = Watchlist(clean(sent.get("id")), clean(sent.get("name")), conids, False, rows)
        self.store.apply(WatchlistReceived(changed))
        self.market.learn_contracts(conids)

    def _mark_read(self, fyi_id: str) -> None:
        inbox = self.store.inbox
        unread = sum(one.fyi_id == fyi_id and not one.is_read for one in inbox.fyis)
        fyis = tuple(replace(one, is_read=True) if one.fyi_id == fyi_id else one for one in inbox.fyis)
        self.store.apply(FyisReceived(fyis))
        self.store.apply(UnreadCounted(max(0, inbox.unread - unread)))


def _conids(rows: object) -> Iterator[int | None]:
    for row in rows if isinstance(rows, list) else []:
        conid = row.get("C") if isinstance(row, dict) else None
        yield conid if isinstance(conid, int) else None
