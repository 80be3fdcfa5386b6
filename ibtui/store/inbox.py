"""FYIs, bulletins, notices and watchlists as the store keeps them."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from ibtui.domain.events import (
    BulletinReceived,
    DisclaimerAccepted,
    DisclaimerReceived,
    FyisReceived,
    NoticeReceived,
    UnreadCounted,
    WatchlistReceived,
    WatchlistsReceived,
)
from ibtui.domain.notices import Bulletin, Disclaimer, Fyi, Notice
from ibtui.domain.watchlists import Watchlist, WatchlistName
from ibtui.store.changes import Key, Topic

BULLETINS_KEPT = 200
NOTICES_KEPT = 500
"""Older ones are forgotten, but never a prompt: it may wait for its answer, or be repeated when it was answered."""

Mark = Callable[[Topic, Key], None]


class InboxSlice:
    """What the gateway wants read, and the user's lists."""

    def __init__(self, mark: Mark) -> None:
        self._mark = mark
        self.fyis: tuple[Fyi, ...] = ()
        self.unread = 0
        self.disclaimers: dict[str, Disclaimer] = {}
        self.bulletins: dict[str, Bulletin] = {}
        self.notices: dict[str, Notice] = {}
        self.watchlist_names: tuple[WatchlistName, ...] = ()
        self.watchlist: Watchlist | None = None
        """The list on screen."""

    def fyis_received(self, event: FyisReceived) -> None:
        """Replace the inbox."""
        self.fyis = event.fyis
        self._mark(Topic.FYI, "")

    def unread_counted(self, event: UnreadCounted) -> None:
        """Replace the count."""
        self.unread = event.count
        self._mark(Topic.FYI, "")

    def disclaimer_received(self, event: DisclaimerReceived) -> None:
        """Keep the text until it is accepted."""
        self.disclaimers[event.disclaimer.code] = event.disclaimer
        self._mark(Topic.DISCLAIMER, event.disclaimer.code)

    def disclaimer_accepted(self, event: DisclaimerAccepted) -> None:
        """Open the FYIs of that type."""
        self.disclaimers.pop(event.code, None)
        self.fyis = tuple(replace(f, needs_disclaimer=False) if f.code == event.code else f for f in self.fyis)
        self._mark(Topic.DISCLAIMER, event.code)
        self._mark(Topic.FYI, "")

    def bulletin_received(self, event: BulletinReceived) -> None:
        """Keep each bulletin once."""
        self.bulletins[event.bulletin.bulletin_id] = event.bulletin
        if len(self.bulletins) > BULLETINS_KEPT:
            del self.bulletins[next(iter(self.bulletins))]
        self._mark(Topic.BULLETIN, event.bulletin.bulletin_id)

    def notice_received(self, event: NoticeReceived) -> None:
        """Keep each notice once; a frame that repeats an answered prompt does not open it again."""
        known = self.notices.get(event.notice.notice_id)
        is_repeated = known is not None and bool(known.answered) and event.notice.received != known.received
        if is_repeated and not event.notice.answered:
            return
        self.notices[event.notice.notice_id] = event.notice
        if len(self.notices) > NOTICES_KEPT:
            self._forget_a_notice()
        self._mark(Topic.NOTICE, event.notice.notice_id)

    def _forget_a_notice(self) -> None:
        oldest = next((key for key, notice in self.notices.items() if not notice.options), None)
        if oldest is not None:
            del self.notices[oldest]

    def watchlists_received(self, event: WatchlistsReceived) -> None:
        """Replace the names of the lists."""
        self.watchlist_names = event.names
        self._mark(Topic.WATCHLISTS, "")

    def watchlist_received(self, event: WatchlistReceived) -> None:
        """Replace the list shown."""
        if event.selected or (self.watchlist and self.watchlist.list_id == event.watchlist.list_id):
            self.watchlist = event.watchlist
            self._mark(Topic.WATCHLIST, event.watchlist.list_id)
