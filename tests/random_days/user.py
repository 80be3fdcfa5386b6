"""The user of a run: what a person may do with orders, chosen at random."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

from ibtui.domain.orders import Intent, LiveOrder, Stage, Submission
from ibtui.domain.tickets import Side, Ticket
from tests.random_days.forms import names
from tests.random_days.life import Life
from tests.random_days.listings import CONTRACTS
from tests.random_days.network import Network
from tests.random_days.tickets import changed, tickets
from tests.random_days.world import ACCOUNT

LOOKED_AT = (265598, 272093, 8894, 9599491)
COLLAR_TICKS = 20


class User:
    """Sits at whatever life is running; every act gives words for what was done, or nothing if it was not possible."""

    def __init__(self, network: Network, life: Callable[[], Life]) -> None:
        self._network = network
        self._life = life
        self.tickets: dict[str, tuple[Ticket, ...]] = {}
        """What was wanted of each submission, by key: orders to place, or what one was to become."""
        self.sent_again: Counter[str] = Counter()
        """Times the user had an order sent again, by key."""
        self.drawn: Counter[str] = Counter()
        """Tickets filled in, by their form."""

    def submit(self, rng: Random) -> str:
        wanted = tickets(self._network.world, rng)
        key = self._life().session.orders.submit(wanted)
        self.tickets[key] = wanted
        self.drawn.update(name for ticket in wanted for name in names(ticket))
        return f"{key}: " + " + ".join(_words(ticket) for ticket in wanted)

    def noted(self, submission: Submission) -> None:
        """An order was submitted: one that closes a position is made by the session, at a moment of its own."""
        if submission.intent is Intent.PLACE and submission.tickets:
            self.tickets.setdefault(submission.key, submission.tickets)

    def type_ahead(self, rng: Random) -> str:
        """Ask for several at once, as by keys on a ladder: they wait for each other."""
        said = [self.submit(rng) for _ in range(rng.choice((2, 3, 5)))]
        if rng.random() < 0.3:
            said.append(self.modify(rng))
        return " // ".join(said)

    def close_position(self, rng: Random) -> str:
        """Flatten or reverse, looking at the prices as a ladder does."""
        contract, session = rng.choice(CONTRACTS[:2]), self._life().session
        session.market.show_quotes("random", LOOKED_AT)
        for side in Side:
            session.market.learn_rules(contract.conid, side)
        reverse, market = rng.random() < 0.3, rng.random() < 0.5
        session.orders.close_position(ACCOUNT, contract, reverse=reverse, market=market, collar_ticks=COLLAR_TICKS)
        return f"{contract.symbol}{' in reverse' if reverse else ''}"

    def answer(self, rng: Random) -> str:
        """Answer the oldest question, at times with a key held down."""
        return self.say(rng.random() < 0.85, suppress=rng.random() < 0.2, presses=rng.choice((1, 1, 1, 2, 5)))

    def say(self, accepted: bool, *, suppress: bool = False, presses: int = 1) -> str:
        """Answer the oldest question so."""
        asking = [s for s in self._submissions(Stage.ASKING) if s.question is not None]
        if not asking or asking[0].question is None:
            return ""
        key, question = asking[0].key, asking[0].question
        self._network.answered.add((question.reply_id, accepted))
        for _ in range(presses):
            self._life().session.orders.answer(key, question.reply_id, accepted=accepted, suppress=suppress)
        said = "yes" if accepted else "no"
        return f"{said} ×{presses}{' and suppress' if suppress else ''} to {question.message_ids} of {key}"

    def modify(self, rng: Random) -> str:
        working = [(order, ticket) for order in self._working() if (ticket := self._ticket(order)) is not None]
        if not working:
            return ""
        order, ticket = rng.choice(working)
        wanted = changed(ticket, self._network.world, rng)
        key = self._life().session.orders.modify(order.order_id, wanted)
        self.tickets[key] = (wanted,)
        if ticket.deactivated and not wanted.deactivated:
            self.drawn["activation"] += 1
        return f"{key}: {_words(wanted)}"

    def cancel(self, rng: Random) -> str:
        working = self._working()
        return self._life().session.orders.cancel(rng.choice(working).order_id) if working else ""

    def cancel_all(self, rng: Random) -> str:
        if not self._working():
            return ""
        self._life().session.orders.cancel_all(ACCOUNT)
        return ACCOUNT

    def send_again(self, rng: Random) -> str:
        unknown = [s for s in self._submissions(Stage.UNKNOWN) if s.intent is Intent.PLACE]
        if not unknown:
            return ""
        key = rng.choice(unknown).key
        self._life().session.orders.send_again(key)
        if self._life().store.orders.submissions[key].stage is Stage.SENT:
            self.sent_again[key] += 1
        return key

    def close_unknown(self, rng: Random) -> str:
        unknown = self._submissions(Stage.UNKNOWN)
        if not unknown:
            return ""
        key = rng.choice(unknown).key
        self._life().session.orders.close_unknown(key)
        return key

    def refresh(self, rng: Random) -> str:
        self._life().session.orders.refresh()
        return "orders"

    def reset_suppressed(self, rng: Random) -> str:
        keep = rng.random() < 0.5
        self._life().session.orders.keep_suppressed(keep)
        if rng.random() < 0.5:
            self._life().session.orders.reset_suppressed()
            return "asks all questions again"
        return f"keeps suppressions: {keep}"

    def watch(self, rng: Random) -> str:
        """Show quotes of what is traded, or none: an order without market data raises a question more."""
        conids = LOOKED_AT[: rng.choice((0, 2, 4, 4))]
        self._life().session.market.show_quotes("random", conids)
        return f"{conids}"

    def take_over(self, rng: Random) -> str:
        self._life().session.link.take_over()
        return "the brokerage session"

    def _submissions(self, stage: Stage) -> list[Submission]:
        return [s for s in self._life().store.orders.submissions.values() if s.stage is stage]

    def _working(self) -> list[LiveOrder]:
        return [order for order in self._life().store.orders.orders.values() if order.is_working]

    def _ticket(self, order: LiveOrder) -> Ticket | None:
        """What the order was sent as: from the journal, or by the user's own notes for an order of several."""
        known = self._life().session.orders.sent_ticket(order.order_id)
        if known is not None:
            return known
        there = self._network.world.exchange.order(order.order_id)
        if there is None:
            return None
        key = (there.request.coid or there.request.parent_coid)[: len("ibtui-261119-KEYKEYK")]
        sent = self.tickets.get(key, ())
        kind, side, conid = there.request.order_type.value, there.request.side.value, there.request.conid
        return next(
            (t for t in sent if (t.order_type.value, t.side.value, t.contract.conid) == (kind, side, conid)), None
        )


def _words(ticket: Ticket) -> str:
    prices = (ticket.limit_price, ticket.stop_price, ticket.trailing_amount)
    numbers = " ".join(str(price) for price in prices if price is not None)
    flags = "".join(f" [{name}]" for name in names(ticket) if name != "plain") + " outside" * ticket.outside_rth
    ends = f" {ticket.good_till}{ticket.strategy}{dict(ticket.strategy_parameters) or ''}"
    ends += ticket.route + ticket.destination
    size = f"{ticket.side.value} {ticket.quantity} {ticket.contract.symbol}"
    return f"{ticket.account} {size} {ticket.order_type.value} {numbers} {ticket.tif.value}{ends.rstrip()}{flags}"
