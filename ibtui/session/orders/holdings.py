"""What is held of one instrument: read from the gateway, and believed only where it fits the fills that were seen."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from ibtui.clock import Clock
from ibtui.errors import IbtuiError
from ibtui.protocol import portfolio
from ibtui.protocol.bodies import parse_rows
from ibtui.protocol.numbers import whole_or_none
from ibtui.protocol.requests import Priority, Request
from ibtui.session.orders.anchors import Anchor, fills_of
from ibtui.store import Store

PAGE_ROWS = 100
"""A list so long may go on elsewhere ("One page contains a maximum of 100 positions")."""
DUST = Decimal("1e-8")
"""Quantities that differ by less are the same: they come as binary fractions."""


class Unreadable(IbtuiError):
    """The gateway's answer does not say what is held."""

    title = "The position cannot be read"


def positions_anew(account: str) -> Request:
    """The list of positions that the gateway does not cache ("removes caching otherwise found"), asked for anew."""
    return replace(portfolio.positions(account), priority=Priority.STATUS, fresh=True)


def held_in(body: bytes, account: str, conid: int, *, expected: bool) -> Decimal:
    """Units held of the instrument, negative when short; 0 where a list of others does not name it.

    `expected`: something of it was held when last seen, so that an empty list is a cold answer (wire-facts 8). Raises
    Unreadable, and what decoding raises.
    """
    rows = parse_rows(body)
    own = [row for row in rows if whole_or_none(row.get("conid")) == conid]
    if not own:
        if len(rows) >= PAGE_ROWS:
            raise Unreadable(f"the list of {len(rows)} positions may go on, and the instrument is not on it")
        if not rows and expected:
            raise Unreadable("the list of positions came back empty")
        return Decimal(0)
    found = portfolio.positions_of(own, account)
    if len(found) != 1 or len(own) != 1:
        raise Unreadable(f"the instrument stands on the list {len(own)} times, {len(found)} of them with a quantity")
    if found[0].account != account:
        raise Unreadable(f"the list is of {found[0].account}")
    held = round(found[0].quantity, 8)
    return held.quantize(Decimal(1)) if held == held.to_integral_value() else held.normalize()


class Fills:
    """How the holding moved since this watch began, by everything that tells of fills of the instrument."""

    def __init__(self, store: Store, clock: Clock, account: str, conid: int, newest: float) -> None:
        self._store = store
        self._clock = clock
        self._account = account
        self._conid = conid
        self.level = self._level()
        """Units bought less units sold: only differences of it mean something."""
        self.moves = 0
        """How often it was seen to change."""
        self.newest = newest
        """Monotonic seconds at which a fill was last seen."""

    def look(self) -> int:
        """Take in what came meanwhile; gives `moves`."""
        level = self._level()
        if level != self.level:
            self.level = level
            self.moves += 1
            self.newest = self._clock.monotonic()
        return self.moves

    def _level(self) -> Decimal:
        return sum(fills_of(self._store, self._account, self._conid).values(), Decimal(0))


class Reading(Struct, frozen=True):
    """What was read once."""

    held: Decimal
    level: Decimal
    """Of the fills when it was asked for."""
    moves: int
    is_sound: bool
    """No fill was seen while it was under way."""


class Readings:
    """The readings of one position, and which of them is believed."""

    def __init__(self) -> None:
        self._known: list[Reading] = []

    def believes(self, new: Reading, expected: Decimal | None = None) -> bool:
        """Whether it is what an anchor and the fills since make `expected`; remembers it.

        Where there is no anchor it has to differ from an earlier reading by just the fills seen between the two, and
        if fills were seen since the earliest, from one before the newest of them: two readings that both lag behind
        agree with each other. One that is not sound is never believed, but others have to fit it.
        """
        before = [reading for reading in self._known if reading.moves != new.moves]
        fits = any(abs((new.held - old.held) - (new.level - old.level)) < DUST for old in before or self._known)
        if expected is not None:
            fits = abs(new.held - expected) < DUST
        self._known.append(new)
        return fits and new.is_sound

    def reach_before(self, moves: int) -> bool:
        """Whether one is older than the newest fill, which then bears a later one out."""
        return any(reading.moves != moves for reading in self._known)

    def words(self) -> str:
        """The quantities read, for a person."""
        return ", ".join(f"{reading.held:f}" for reading in self._known)


def expected_now(anchor: Anchor | None, store: Store, account: str, conid: int) -> Decimal | None:
    """What must be held by the anchor and the fills since; None without an anchor."""
    if anchor is None:
        return None
    return anchor.expected(fills_of(store, account, conid, since_ms=anchor.since_ms, besides=anchor.fills))
