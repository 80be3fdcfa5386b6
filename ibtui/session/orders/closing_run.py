"""One closing of a position, step by step."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from ibtui.domain.closing import (
    ClosingStage,
    NotClosable,
    closing_side,
    closing_ticket,
    doubt_of,
    hours_problem,
    hours_words,
)
from ibtui.domain.contracts import ContractRules
from ibtui.domain.flow import traded_since
from ibtui.domain.hours import Phase, TradingHours
from ibtui.domain.orders import Stage
from ibtui.domain.session import Light
from ibtui.domain.tickets import Side, Ticket
from ibtui.errors import IbtuiError
from ibtui.session.orders.anchors import Anchors, fills_of
from ibtui.session.orders.book import Entry
from ibtui.session.orders.closing_bounds import Bounds, Means, Stopped, Wish, unsent
from ibtui.session.orders.closing_orders import LOOK_SECONDS, ContractOrders
from ibtui.session.orders.holdings import Fills, Reading, Readings, expected_now, held_in, positions_anew
from ibtui.session.orders.hours import Hours

READINGS_AT_MOST = 3
"""Of the position, after the last order has ended."""
SETTLED_SECONDS = 2.0
"""After a fill was seen the position is not read for so long: no document says how soon it is in the list."""
LAG_SECONDS = 15.0
"""The like after a fill that nothing read before it bears out: a list that lags would agree with itself."""
AGAIN_SECONDS = 0.5
"""Between two readings that do not agree."""

TRADED_SECONDS = 60.0
"""A market that traded within so long is open, whatever its schedule says."""

Tell = Callable[[ClosingStage, str, str], None]
"""Gets the stage, its words and the key of the closing order."""


class ClosingRun:
    """Begun once by `run`."""

    def __init__(self, means: Means, wish: Wish, hours: Hours, anchors: Anchors, tell: Tell) -> None:
        self._means = means
        self._wish = wish
        self._place = wish.account, wish.contract.conid
        self._hour_reads = hours
        self._hours = TradingHours()
        self._anchors = anchors
        self._report = tell
        self.bounds = Bounds(means, wish)
        self._orders = ContractOrders(means, wish, self.bounds)
        self._fills = Fills(means.store, means.clock, *self._place, anchors.newest(*self._place))
        self._readings = Readings()
        self._said = (ClosingStage.CANCELLING, "", "")
        self._has_read_before = False
        self._expected: Decimal | None = None
        """What the newest reading had to tell by an anchor and the fills since."""
        self._trouble = ""
        """Why the position could not be read."""

    async def run(self) -> None:
        """Go through with it; whatever happens, the last stage told is DONE or STOPPED."""
        try:
            await self._begin()
            while not await self._closed():
                await self.bounds.pause(LOOK_SECONDS)
        except Stopped as stopped:
            self._tell(ClosingStage.STOPPED, str(stopped))
        finally:
            if not self._said[0].is_over:
                order = f"look at {self._orders.own}" if self._orders.own else "no closing order was sent"
                self._tell(ClosingStage.STOPPED, f"it was broken off; {order}")

    async def _begin(self) -> None:
        """Before anything that protects the position is cancelled: whether it can be closed now, and told surely."""
        self._hours = await self.bounds.within(self._hour_reads.read(self._wish.contract.conid))
        known = self._means.store.money.positions.get(self._place)
        sides = (Side.BUY, Side.SELL) if known is None else (closing_side(known.quantity),)
        problems = [self._hours_problem(self._rules(side)) for side in sides]
        if all(problems):
            raise Stopped(f"{problems[0]}; nothing was cancelled and nothing sent")
        while (left := self._settles_in()) > 0:
            words = f"waiting {left:.0f} s: a fill came just now, and the list of positions may not hold it yet"
            self._tell(ClosingStage.WAITING, words)
            await self.bounds.pause(min(1.0, left))

    async def _closed(self) -> bool:
        """Go through it once; False when something came in between, so that it has to be gone through again."""
        await self._end_orders()
        held = await self._held()
        if held is None:
            return False
        if held:
            return await self._send(held)
        self._tell(ClosingStage.DONE, "nothing is held")
        return True

    async def _end_orders(self) -> None:
        """Return when no order of the instrument works or is on its way, and it is known how each ended."""
        while awaited := self._orders.awaited():
            await self._orders.judge()
            self.bounds.check()
            for order_id in self._orders.cancel():
                self._tell(ClosingStage.CANCELLING, f"cancelling order {order_id}")
            self._tell(ClosingStage.WAITING, self._orders.awaited() or awaited)
            await self._read_beforehand()
            await self.bounds.pause(LOOK_SECONDS)
        anchor = self._anchors.of(*self._place)
        if anchor is not None:
            self._orders.ended_since(anchor.made)
        await self._orders.learn_ends(partial(self._tell, ClosingStage.WAITING))

    async def _read_beforehand(self) -> None:
        """Read once while the cancels are under way: later readings must differ from it by the fills seen."""
        if not self._has_read_before and self._age_of_fill() >= SETTLED_SECONDS:
            await self._believed()
        self._has_read_before = True

    async def _held(self) -> Decimal | None:
        """What is held, believed; None when something came in between that makes readings worth nothing."""
        for number in range(1, READINGS_AT_MOST + 1):
            self._tell(ClosingStage.READING, f"reading the position ({number} of {READINGS_AT_MOST})")
            while (left := self._settles_in()) > 0:
                await self.bounds.pause(left)
            if self._disturbance():
                return None
            held = await self._believed()
            if self._disturbance():
                return None
            if held is not None:
                return held
            if number > 1:
                await self.bounds.pause(AGAIN_SECONDS)
        told = self._readings.words()
        by_fills = "" if self._expected is None else f", by the fills {self._expected:f}"
        why = f"the readings and the fills seen do not agree ({told}{by_fills})" if told else self._trouble
        raise unsent(f"the position cannot be told: {why or 'fills came all the while'}")

    async def _believed(self) -> Decimal | None:
        """Read once; None when it cannot be read or is not believed yet."""
        account, conid = self._place
        known = self._means.store.money.positions.get(self._place)
        moves, level = self._fills.look(), self._fills.level
        fills = fills_of(self._means.store, account, conid)
        self._expected = expected_now(self._anchors.of(account, conid), self._means.store, account, conid)
        try:
            body = await self.bounds.within(self._means.wire.call(positions_anew(account)))
            held = held_in(body, account, conid, expected=known is not None and known.quantity != 0)
        except IbtuiError as error:
            self._trouble = str(error)
            return None
        reading = Reading(held, level, moves, self._fills.look() == moves)
        if not self._readings.believes(reading, self._expected):
            return None
        self._anchors.believed(account, conid, held, fills)
        return held

    def _age_of_fill(self) -> float:
        self._fills.look()
        return self._means.clock.monotonic() - self._fills.newest

    def _settles_in(self) -> float:
        """Seconds until a reading is worth something; 0 or less for now."""
        bears_out = self._anchors.of(*self._place) is not None or self._readings.reach_before(self._fills.look())
        return (SETTLED_SECONDS if bears_out else LAG_SECONDS) - self._age_of_fill()

    def _disturbance(self) -> str:
        """What happened that makes a reading worth nothing, blank for nothing."""
        if self.bounds.gap_since > self._means.reads.whole_at:
            return "the stream was lost"
        return "another order of the instrument appeared" if self._orders.awaited() else ""

    async def _send(self, held: Decimal) -> bool:
        """Send the closing order and follow it to its end; False when it did not leave and all has to be read again."""
        moves, phase, late = self._fills.moves, self._phase, ""

        def check() -> str:
            nonlocal late
            late = "a fill came" if self._fills.look() != moves else self._disturbance()
            late = late or ("the market's hours changed" if self._phase != phase else "")
            return late and f"{late} after the position was read; it is read again"

        ticket = self._ticket(held)
        note = hours_words(ticket, phase, self._hours, self._means.clock.time())
        words = f"{_words(ticket)}{f' ({note})' if note else ''}"
        self._tell(ClosingStage.SENDING, words)
        self._orders.own = key = self._means.sender.place((ticket,), check)
        entry = self._means.book.entries[key]
        while entry.stage.is_on_its_way or entry.stage is Stage.ASKING:
            asks = "; the gateway asks about it" if entry.stage is Stage.ASKING else ""
            self._tell(ClosingStage.SENDING, f"{words}{asks}")
            await self._means.clock.sleep(LOOK_SECONDS)
        if entry.stage is Stage.REJECTED and late:
            self._orders.own = ""
            return False
        if entry.stage is not Stage.ACKNOWLEDGED:
            raise Stopped(_ended(entry, words))
        self._tell(ClosingStage.DONE, f"{words} is sent: {entry.submission.message or 'acknowledged'}")
        return True

    @property
    def _phase(self) -> Phase:
        """What the hours say of now; trades that were just seen are believed more than a schedule."""
        flow = self._means.store.market.flows.get(self._wish.contract.conid)
        trades = flow is not None and bool(traded_since(flow, self._means.clock.monotonic(), TRADED_SECONDS))
        return self._hours.phase(self._means.clock.time(), trades=trades)

    def _hours_problem(self, rules: ContractRules | None) -> str:
        return hours_problem(self._phase, self._hours, self._means.clock.time(), rules)

    def _rules(self, side: Side) -> ContractRules | None:
        return self._means.store.market.rules.get((self._wish.contract.conid, side is Side.BUY))

    def _ticket(self, held: Decimal) -> Ticket:
        wish = self._wish
        quote = self._means.store.market.quotes.get(wish.contract.conid)
        is_streaming = self._means.store.health.stream is Light.ON
        rules = self._rules(closing_side(held))
        doubt = doubt_of(quote, self._means.clock.monotonic(), is_streaming=is_streaming)
        doubt = doubt or self._hours_problem(rules)
        if doubt:
            raise unsent(doubt)
        try:
            return closing_ticket(
                wish.account,
                wish.contract,
                held,
                quote,
                rules,
                phase=self._phase,
                reverse=wish.reverse,
                market=wish.market,
                collar_ticks=wish.collar_ticks,
            )
        except NotClosable as error:
            raise unsent(str(error)) from error

    def _tell(self, stage: ClosingStage, words: str) -> None:
        said = (stage, words, self._orders.own)
        if said != self._said:
            self._said = said
            self.bounds.doing = words
            self._report(*said)


def _words(ticket: Ticket) -> str:
    price = "" if ticket.limit_price is None else f" at {ticket.limit_price:f}"
    outside = " outside RTH" if ticket.outside_rth else ""
    return f"{ticket.side.value} {ticket.quantity:f} {ticket.contract.label} {ticket.order_type.value}{price}{outside}"


def _ended(entry: Entry, words: str) -> str:
    ends = {
        Stage.REJECTED: "was refused",
        Stage.DECLINED: "was declined",
        Stage.UNKNOWN: "has an unknown outcome; look at your orders",
    }
    return f"{words} {ends.get(entry.stage, entry.stage.value)}: {entry.submission.message}"
