"""Changes of one bracket asked for as one: where each of its orders stands when they did not all go through."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct, field

from ibtui.clock import Clock
from ibtui.domain.orders import LiveOrder, Stage
from ibtui.domain.tickets import Ticket
from ibtui.session.orders.book import Book, Entry
from ibtui.store import Store

TOGETHER_SECONDS = 0.1
"""Changes asked for within so long of each other come from one key."""
NOT_MOVED = (Stage.REJECTED, Stage.DECLINED)


class Leg(Struct, frozen=True):
    """One order of the bracket, and what it was to become."""

    entry: Entry
    was: str
    """Its prices before, in words."""
    wanted: str

    @property
    def name(self) -> str:
        """`order 7`."""
        return f"order {self.entry.submission.order_id}"

    @property
    def words(self) -> str:
        """Where it stands now."""
        match self.entry.stage:
            case Stage.ACKNOWLEDGED:
                return f"{self.name} was moved to {self.wanted}"
            case Stage.REJECTED | Stage.DECLINED:
                return f"{self.name} stays at {self.was}"
            case Stage.ASKING:
                return f"{self.name} waits for your answer, at {self.was} until then"
            case Stage.UNKNOWN | Stage.CLOSED:
                return f"{self.name} is at {self.was} or at {self.wanted}, nobody knows"
        return f"{self.name} is on its way from {self.was} to {self.wanted}"


class Group(Struct):
    """What one key asked for."""

    began: float
    names: Collection[str]
    """By which the orders of the bracket name their parent."""
    legs: list[Leg] = field(default_factory=list)
    said: str = ""

    @property
    def words(self) -> str:
        """Where all of it stands, and what would make it whole; blank when all of it went through."""
        moved = [leg for leg in self.legs if leg.entry.stage is Stage.ACKNOWLEDGED]
        kept = [leg for leg in self.legs if leg.entry.stage in NOT_MOVED]
        if len(moved) == len(self.legs):
            return ""
        if len(kept) == len(self.legs):
            return "the bracket was not moved: all of it stays where it was"
        stands = "; ".join(leg.words for leg in self.legs)
        if len(moved) + len(kept) < len(self.legs):
            return f"the bracket is not moved as a whole yet: {stands}"
        finish = " and ".join(f"{leg.name} to {leg.wanted}" for leg in kept)
        back = " and ".join(f"{leg.name} back to {leg.was}" for leg in moved)
        return f"the bracket is HALF MOVED: {stands}. To finish it move {finish}; to undo it {back}"


class Together:
    """The newest changes that were asked for together, and what came of them."""

    def __init__(self, store: Store, book: Book, clock: Clock) -> None:
        self._store = store
        self._book = book
        self._clock = clock
        self._groups: list[Group] = []

    def join(self, entry: Entry, order: LiveOrder | None) -> None:
        """Take in a change that has just been asked for; the order is as it works now."""
        if order is None:
            return
        now, names = self._clock.monotonic(), _names(order)
        group = next((g for g in self._groups if now - g.began <= TOGETHER_SECONDS and names & {*g.names}), None)
        if group is not None and any(leg.entry.submission.order_id == order.order_id for leg in group.legs):
            group = None  # the order itself once more is another key
        if group is None:
            group = Group(now, names)
            self._groups.append(group)
        group.names = {*group.names, *names}
        (ticket,) = entry.submission.tickets
        was = [order.stop_price, order.limit_price if order.limit_price != order.stop_price else None]
        wanted = _prices(ticket)
        group.legs.append(Leg(entry, " / ".join(f"{price:f}" for price in was if price is not None), wanted))

    def problem(self, entry: Entry) -> str:
        """Why a change is not sent any more: another of its bracket came to nothing, which is to stay whole."""
        legs = self._beside(entry)
        lost = next((leg for leg in legs if leg.entry.stage in (*NOT_MOVED, Stage.UNKNOWN, Stage.CLOSED)), None)
        return f"of the bracket moved together {lost.words}" if lost is not None else ""

    def words(self, entry: Entry) -> str:
        """What of its bracket stands where, to be added to why it was refused; blank for one that was alone."""
        legs = self._beside(entry)
        return f"; of the bracket moved together {'; '.join(leg.words for leg in legs)}" if legs else ""

    def look(self) -> None:
        """Something moved: tell of what has come to rest without all of it having gone through."""
        for group in list(self._groups):
            stages = [leg.entry.stage for leg in group.legs]
            if any(stage.is_on_its_way for stage in stages):
                continue
            words = group.words if len(group.legs) > 1 else ""
            if words and words != group.said:
                group.said = words
                self._book.tell(words, "warning")
            if not any(stage in (Stage.ASKING, Stage.UNKNOWN) for stage in stages):
                self._groups = [other for other in self._groups if other is not group]

    def _beside(self, entry: Entry) -> list[Leg]:
        """The other orders of its group."""
        group = next((g for g in self._groups if any(leg.entry is entry for leg in g.legs)), None)
        return [leg for leg in group.legs if leg.entry is not entry] if group is not None else []


def _names(order: LiveOrder) -> set[str]:
    """By which the orders of its bracket may know each other: their parent's id or reference, or the order's own."""
    return {order.parent_id, str(order.order_id), order.order_ref} - {"", "0"}


def _prices(ticket: Ticket) -> str:
    return " / ".join(f"{price:f}" for price in (ticket.stop_price, ticket.limit_price) if price is not None)
