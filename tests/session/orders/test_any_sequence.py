"""Whatever the gateway answers and whenever ibtui dies, the laws of order-safety hold."""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
import tempfile
from collections import Counter
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec.structs import replace

from ibtui.domain.contracts import ContractRules, PriceStep
from ibtui.domain.events import NoticeReceived, QuoteReceived, RulesLearned
from ibtui.domain.orders import Intent, Stage
from ibtui.domain.tickets import Ticket
from ibtui.errors import GatewayDown, NotLoggedIn, OutcomeUnknown, PenaltyBox, Refused
from ibtui.protocol.requests import Request
from ibtui.session.orders.lane import LANE_SECONDS
from tests.fakes.clock import ManualClock, settle
from tests.session.orders.bench import AAPL, ACCOUNT, Bench, ScriptedWire, bench, child, question, row, ticket

GROUPED = replace(ticket(), single_group=True)

FAULTS = {
    "down": GatewayDown("refused"),
    "lost": OutcomeUnknown("timed out"),
    "503": Refused("Service Unavailable", status=503),
    "400": Refused("bad", status=400),
    "401": NotLoggedIn("log in", status=401),
    "429": PenaltyBox("boxed", status=429),
    "garbled": b"<html>",
    "empty": b"",
    "refused": {"error": "no"},
    "registered": {"error": "Local order ID=x is already registered"},
    "prompt": {"orderId": 5, "reqId": "22170", "text": "Use it?", "options": ["Yes", "No"], "prompt": True},
    "in part": [{"order_id": "900", "order_status": "Submitted"}, {"order_id": "-1", "text": "no"}],
}
STATUSES = ["Inactive", "PreSubmitted", "Submitted", "PendingCancel", "Filled", "Cancelled", "Rejected", "Odd"]
ANSWERS = st.sampled_from(["accepted", "asked", "asked", "hangs", *FAULTS])


class AnySequence(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(prefix="ibtui-orders-"))
        self.mishaps: list[str] = []
        self.loop.set_exception_handler(lambda _loop, context: self.mishaps.append(str(context)))
        self.answer = "accepted"
        self.serial = 100
        self.again: Counter[str] = Counter()
        """How often the user said to send each again."""
        self.held = 0.0
        self.wire = self.scripted()
        self.b: Bench = self.begun()

    def begun(self, clock: ManualClock | None = None) -> Bench:
        """A run of the program, with a market to close positions in."""
        b = bench(self.folder, wire=self.wire, clock=clock)
        b.store.apply(QuoteReceived(AAPL.conid, {"bid": Decimal("165.00"), "ask": Decimal("165.02")}, 1.0))
        for is_buy in (True, False):
            rules = ContractRules(AAPL.conid, is_buy, (PriceStep(Decimal(0), Decimal("0.01")),))
            b.store.apply(RulesLearned(rules))
        return b

    def scripted(self) -> ScriptedWire:
        wire = ScriptedWire()
        for pattern in ("POST /iserver/account/.*", "POST /iserver/reply/.*"):
            wire.always(pattern, self.scripted_answer)
        wire.always("DELETE .*", {"msg": "Request was submitted"})
        wire.always("GET /portfolio2/.*", lambda _: [{"conid": AAPL.conid, "position": self.held}])
        wire.before = self.watch
        return wire

    def scripted_answer(self, _request: Request) -> object:
        self.serial += 1
        if self.answer == "accepted":
            return [{"order_id": str(self.serial), "order_status": "Submitted"}]
        if self.answer == "asked":
            return question(f"q{self.serial}")
        return self.loop.create_future() if self.answer == "hangs" else FAULTS[self.answer]

    def watch(self, request: Request) -> None:
        """At the moment a request would leave: it is on disk, and the lane is its own."""
        if not request.changes_state or "/questions/" in request.path:
            return
        submissions = self.b.store.orders.submissions
        steps = [step for key in submissions for step in self.b.journal.story(key)]
        body = (request.body or b"").decode()
        on_disk = [step for step in steps if step.body == body and step.stage in (Stage.SENT, Stage.REPLYING)]
        if not on_disk:
            self.mishaps.append(f"{request} left before it was on disk")
        if request.method == "DELETE":
            return
        known = [s for s in submissions.values() if s.stage.is_open and s.intent is not Intent.CANCEL]
        lane = [s for s in known if s.stage is not Stage.QUEUED]
        if len(lane) != 1:
            self.mishaps.append(f"{request} left while the lane held {lane}")

    def run(self, *, seconds: float = 0.0) -> None:
        self.loop.run_until_complete(self.b.clock.advance(seconds))

    def in_loop(self, call: object) -> None:
        async def work() -> None:
            assert callable(call)
            call()

        self.loop.run_until_complete(work())
        self.run()

    def keys(self, *stages: Stage) -> list[str]:
        return [key for key, s in self.b.store.orders.submissions.items() if s.stage in stages]

    @rule(answer=ANSWERS, orders=st.sampled_from([(ticket(),), (ticket(), child()), (GROUPED, GROUPED)]))
    def submit(self, answer: str, orders: tuple[Ticket, ...]) -> None:
        self.answer = answer
        self.in_loop(lambda: self.b.desk.submit(orders))

    @rule(answer=ANSWERS, keys=st.integers(2, 5))
    def type_ahead(self, answer: str, keys: int) -> None:
        self.answer = answer

        def typed() -> None:
            for _ in range(keys):
                self.b.desk.submit((ticket(),))
            for order_id in list(self.b.store.orders.orders)[:1]:
                self.b.desk.modify(order_id, ticket("165.50"))

        self.in_loop(typed)

    @rule(answer=ANSWERS, held=st.sampled_from([0.0, 100.0, -7.0]), reverse=st.booleans())
    def close_position(self, answer: str, held: float, reverse: bool) -> None:
        self.answer, self.held = answer, held
        self.in_loop(lambda: self.b.desk.close_position(ACCOUNT, AAPL, reverse=reverse, market=False, collar_ticks=10))

    @precondition(lambda self: self.keys(Stage.UNKNOWN))
    @rule(answer=ANSWERS)
    def send_again(self, answer: str) -> None:
        self.answer = answer
        key = self.keys(Stage.UNKNOWN)[0]
        if self.b.submission(key).intent is Intent.PLACE:
            self.again[key] += 1
        self.in_loop(lambda: self.b.desk.send_again(key))

    @precondition(lambda self: any(n.is_prompt for n in self.b.store.inbox.notices.values()))
    @rule(option=st.sampled_from(["Yes", "No"]), delivered=st.booleans())
    def prompt_answered(self, option: str, delivered: bool) -> None:
        notice = next(n for n in self.b.store.inbox.notices.values() if n.is_prompt)
        self.b.store.apply(NoticeReceived(replace(notice, answered=option, delivered=delivered)))

    @precondition(lambda self: self.keys(Stage.ASKING))
    @rule(answer=ANSWERS, accepted=st.booleans(), suppress=st.booleans(), presses=st.integers(1, 3))
    def reply(self, answer: str, accepted: bool, suppress: bool, presses: int) -> None:
        self.answer = answer
        key = self.keys(Stage.ASKING)[0]
        asked = self.b.submission(key).question
        assert asked is not None
        for _ in range(presses):
            self.in_loop(lambda: self.b.desk.answer(key, asked.reply_id, accepted=accepted, suppress=suppress))

    @precondition(lambda self: self.b.store.orders.orders)
    @rule(answer=ANSWERS, price=st.sampled_from(["165.30", "165.40"]))
    def modify(self, answer: str, price: str) -> None:
        self.answer = answer
        order_id = max(self.b.store.orders.orders)
        self.in_loop(lambda: self.b.desk.modify(order_id, ticket(price)))

    @precondition(lambda self: self.b.store.orders.orders)
    @rule()
    def cancel(self) -> None:
        order_id = max(self.b.store.orders.orders)
        self.in_loop(lambda: self.b.desk.cancel(order_id))

    @precondition(lambda self: self.b.store.orders.submissions)
    @rule(status=st.sampled_from(STATUSES), newest=st.booleans(), suffix=st.sampled_from(["", "-2"]))
    def frame(self, status: str, newest: bool, suffix: str) -> None:
        keys = [key for key, s in self.b.store.orders.submissions.items() if s.intent is Intent.PLACE]
        if keys:
            self.serial += 1
            told = row(self.serial, status=status, ref=keys[-1 if newest else 0] + suffix)
            self.in_loop(lambda: self.b.frame(told))

    @precondition(lambda self: self.keys(Stage.UNKNOWN))
    @rule()
    def close_unknown(self) -> None:
        self.in_loop(lambda: self.b.desk.close_unknown(self.keys(Stage.UNKNOWN)[0]))

    @rule(seconds=st.sampled_from([1.0, 6.0, 40.0]))
    def wait(self, seconds: float) -> None:
        self.run(seconds=seconds)

    @rule(killed=st.booleans())
    def die_and_start_again(self, killed: bool) -> None:
        if killed:
            self.b.journal.close()
        for task in self.b.tasks:
            task.cancel()
        self.loop.run_until_complete(settle())
        self.b.journal.close()
        self.b = self.begun(self.b.clock)
        self.loop.run_until_complete(self.b.desk.started())

    @invariant()
    def nothing_went_wrong(self) -> None:
        assert self.mishaps == []

    @invariant()
    def no_order_is_sent_twice(self) -> None:
        references = Counter(
            json.loads(request.body or b"{}")["orders"][0]["cOID"]
            for request in self.wire.sent
            if request.path == f"/iserver/account/{ACCOUNT}/orders" and request.method == "POST"
        )
        assert not references - Counter(set(references)) - self.again, "sent twice without the user's word"

    @invariant()
    def every_submission_moves_by_the_table(self) -> None:
        for key in self.b.store.orders.submissions:
            stages = [step.stage for step in self.b.journal.story(key)]
            assert all(a.may_become(b) for a, b in itertools.pairwise(stages)), stages

    @invariant()
    def nothing_waits_longer_than_the_lane_lets_it(self) -> None:
        now = self.b.clock.monotonic()
        waiting = [self.b.submission(key) for key in self.keys(Stage.QUEUED)]
        assert all(now - submission.updated <= LANE_SECONDS for submission in waiting)

    @invariant()
    def no_question_is_answered_twice(self) -> None:
        replies = Counter(request.path for request in self.wire.sent if "/reply/" in request.path)
        assert max(replies.values(), default=0) <= 1

    def teardown(self) -> None:
        for task in self.b.tasks:
            task.cancel()
        self.loop.run_until_complete(settle())
        self.b.journal.close()
        self.loop.close()
        shutil.rmtree(self.folder)


TestAnySequence = AnySequence.TestCase
TestAnySequence.settings = settings(
    max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
