"""Lists of instruments, kept in the gateway."""

from __future__ import annotations

from msgspec import Struct


class WatchlistName(Struct, frozen=True):
    """One of the user's lists (`/iserver/watchlists`)."""

    list_id: str
    name: str
    read_only: bool = False


class Watchlist(Struct, frozen=True):
    """A list with its conids in the user's order (`/iserver/watchlist?id=`)."""

    list_id: str
    name: str
    conids: tuple[int, ...] = ()
    read_only: bool = False
    rows: tuple[int | None, ...] = ()
    """The conids with the blank rows (None) between them, to be kept when the list is written back."""
