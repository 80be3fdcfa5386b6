"""Orders, executions and submissions by what screens ask for them: kept up to date one by one, never searched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from ibtui.domain.orders import Execution, Intent, LiveOrder, Stage, Submission
from ibtui.store.shelves import Ranks, Shelves

Shown = Callable[[str], bool]
"""Whether what an account holds is on the screen; told the account's id, blank where a row named none."""


class OrderIndex:
    """One per order slice, which tells it of every change."""

    def __init__(self) -> None:
        self._working: Ranks[int] = Ranks()
        self._ended: Ranks[int] = Ranks()
        self._fills: Ranks[str] = Ranks()
        self._orders_of: Shelves[int, int, LiveOrder] = Shelves()
        self._children_of: Shelves[str, int, LiveOrder] = Shelves()
        self._fills_of: Shelves[int, str, Execution] = Shelves()
        self._fills_by_order: Shelves[int, str, Execution] = Shelves()
        self._submissions_of: Shelves[int, str, Submission] = Shelves()
        self._placed_for: Shelves[int, str, Submission] = Shelves()
        self._serials: dict[str, int] = {}
        """The place of each submission among all, the oldest first."""
        self._references: Shelves[str, int, LiveOrder] = Shelves()
        self._not_taken: dict[str, Submission] = {}
        self._open: dict[str, Submission] = {}
        self._costs: dict[str, tuple[Decimal, int]] = {}

    def order_moved(self, old: LiveOrder | None, new: LiveOrder) -> None:
        """An order changed or came."""
        key = new.order_id
        if old is not None:
            if old.conid != new.conid:
                self._orders_of.drop(old.conid, key)
            if old.parent_id != new.parent_id:
                self._children_of.drop(old.parent_id, key)
            if old.order_ref != new.order_ref:
                self._references.drop(old.order_ref, key)
        now, before = (self._working, self._ended) if new.is_working else (self._ended, self._working)
        before.drop(key)
        now.put(key, new.account, new.time_ms)
        self._orders_of.put(new.conid, key, new)
        if new.parent_id:
            self._children_of.put(new.parent_id, key, new)
        if new.order_ref:
            self._references.put(new.order_ref, key, new)

    def execution_moved(self, old: Execution | None, new: Execution) -> None:
        """An execution came, or more of one."""
        key = new.execution_id
        if old is not None:
            if old.conid != new.conid:
                self._fills_of.drop(old.conid, key)
            if old.order_id != new.order_id:
                self._fills_by_order.drop(old.order_id, key)
            self._cost(old, -1)
        self._cost(new, 1)
        self._fills.put(key, new.account, new.time_ms)
        self._fills_of.put(new.conid, key, new)
        self._fills_by_order.put(new.order_id, key, new)

    def submission_moved(self, old: Submission | None, new: Submission) -> None:
        """A submission came or moved."""
        if old is not None and old.order_id is not None and old.order_id != new.order_id:
            self._submissions_of.drop(old.order_id, new.key)
        if new.order_id is not None:
            self._submissions_of.put(new.order_id, new.key, new)
        self._serials.setdefault(new.key, len(self._serials))
        for ticket in new.tickets if new.intent is Intent.PLACE else ():
            self._placed_for.put(ticket.contract.conid, new.key, new)
        _keep(self._not_taken, new, new.intent is Intent.PLACE and new.stage is not Stage.ACKNOWLEDGED)
        _keep(self._open, new, new.stage.is_open)

    def working(self, shown: Shown) -> list[int]:
        """Ids of the working orders, newest first."""
        return self._working.newest(shown)

    def ended(self, shown: Shown) -> list[int]:
        """Ids of the orders that are filled, cancelled or rejected, newest first."""
        return self._ended.newest(shown)

    def fills(self, shown: Shown) -> list[str]:
        """Ids of the executions, newest first."""
        return self._fills.newest(shown)

    def orders_of(self, conid: int) -> Mapping[int, LiveOrder]:
        """Every order of an instrument, by its id."""
        return self._orders_of.of(conid)

    def children_of(self, order_id: int) -> Mapping[int, LiveOrder]:
        """Orders attached to one, by their ids."""
        return self._children_of.of(str(order_id))

    def fills_of(self, conid: int) -> Mapping[str, Execution]:
        """Every execution of an instrument, of whatever account."""
        return self._fills_of.of(conid)

    def fills_of_order(self, order_id: int) -> Mapping[str, Execution]:
        """Every execution of an order."""
        return self._fills_by_order.of(order_id)

    def submissions_of(self, order_id: int) -> Mapping[str, Submission]:
        """What was asked about an order, in the order in which it became known to be about it."""
        return self._submissions_of.of(order_id)

    def submissions_about(self, conid: int, order_ids: Iterable[int]) -> list[Submission]:
        """New orders sent for an instrument, and what was asked about these orders; oldest first."""
        found = dict(self._placed_for.of(conid))
        for order_id in order_ids:
            found.update(self._submissions_of.of(order_id))
        return sorted(found.values(), key=lambda submission: self._serials[submission.key])

    @property
    def open_submissions(self) -> Mapping[str, Submission]:
        """Those that wait for an answer or for being found, oldest first."""
        return self._open

    def not_taken(self) -> list[Submission]:
        """New orders that the gateway has not acknowledged and shows no order of, oldest first."""
        return [one for key, one in self._not_taken.items() if not self._references.of(key)]

    def commission(self, shown: Shown) -> Decimal | None:
        """Sum of the commissions told; None while none was."""
        told = [cost for holder, (cost, count) in self._costs.items() if count and shown(holder)]
        return sum(told, Decimal(0)) if told else None

    def _cost(self, fill: Execution, sign: int) -> None:
        if fill.commission is not None:
            cost, count = self._costs.get(fill.account, (Decimal(0), 0))
            self._costs[fill.account] = (cost + sign * fill.commission, count + sign)


def _keep(kept: dict[str, Submission], submission: Submission, wanted: bool) -> None:
    if wanted:
        kept[submission.key] = submission
    else:
        kept.pop(submission.key, None)
