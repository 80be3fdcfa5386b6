"""The conversation about an order: one question after another, then the exchange ("Place Order Reply Confirmation")."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from ibtui.sim.exchange import OrderRefused, OrderRequest, OrderType, OrderView, Status
from ibtui.sim.gateway.answers import Answer, Refused, refused_order, server_error, unavailable
from ibtui.sim.gateway.orders.describe import HIDDEN, order_ref
from ibtui.sim.gateway.orders.questions import Circumstances, Question, questions
from ibtui.sim.gateway.wire import Fields, Json

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway

REPLY_LIFE_MS = 120_000
"""How long an unanswered question is kept; IBKR's documents only say that it is lost in the end."""


@dataclass(slots=True)
class Conversation:
    """An order that waits for its questions to be answered."""

    reply_id: str
    remaining: list[Question]
    submit: Callable[[], Json]
    asked_ms: int


class OrderDesk:
    """Takes orders in, asks, and passes them on; at most one conversation is open."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._open: Conversation | None = None
        self._lost: set[str] = set()

    def forget(self) -> None:
        """Lose the open conversation: its reply id is answered with 503 from now on."""
        if self._open is not None:
            self._lost.add(self._open.reply_id)
            self._open = None

    def place(self, requests: Sequence[OrderRequest]) -> Json:
        """Answer for new orders: accepted, a question, or the reject object."""
        self.forget()
        for request in requests:
            if request.coid and any(order.request.coid == request.coid for order in self._orders(request)):
                reason = f"Order couldn't be submitted: Local order ID={request.coid} is already registered."
                raise refused_order(reason)
            if not request.parent_coid and (reason := self._gateway.exchange.check(request)):
                raise refused_order(reason)
        return self._converse(self.questions(requests), lambda: self._place_now(requests))

    def modify(self, order_id: int, request: OrderRequest) -> Json:
        """Answer for a change of a working order."""
        self.forget()
        return self._converse(self.questions([request]), lambda: self._modify_now(order_id, request))

    def questions(self, requests: Sequence[OrderRequest]) -> list[Question]:
        """Questions about these orders that are not suppressed, each message id once."""
        suppressed = self._gateway.login.brokerage.suppressed
        asked: dict[str, Question] = {}
        for request in requests:
            seen = Circumstances(
                self._gateway.contract_of(request),
                self._gateway.exchange.tickets.mark_of(request),
                has_market_data(self._gateway, request),
            )
            for question in questions(request, seen):
                if question.message_id not in suppressed:
                    asked.setdefault(question.message_id, question)
        return list(asked.values())

    def reply(self, reply_id: str, confirmed: object) -> Json:
        """Answer to a reply: the next question, the accepted order, or that it was given up."""
        if not isinstance(confirmed, bool):
            raise server_error("confirmed is not a boolean")
        conversation = self._take(reply_id)
        if not confirmed:
            raise refused_order("Order not confirmed ")
        return self._converse(conversation.remaining, conversation.submit)

    def _take(self, reply_id: str) -> Conversation:
        conversation = self._open
        if conversation is not None and conversation.reply_id == reply_id:
            self._open = None
            if self._gateway.clock.ms() - conversation.asked_ms <= REPLY_LIFE_MS:
                return conversation
            self._lost.add(reply_id)
        if reply_id in self._lost:
            raise unavailable()
        raise Refused(Answer({"error": f"reply id not found: '{reply_id}'"}, 400))

    def _converse(self, remaining: list[Question], submit: Callable[[], Json]) -> Json:
        if not remaining:
            return submit()
        reply_id = str(UUID(int=self._gateway.random.getrandbits(128), version=4))
        self._open = Conversation(reply_id, remaining[1:], submit, self._gateway.clock.ms())
        return [remaining[0].asked(reply_id)]

    def _place_now(self, requests: Sequence[OrderRequest]) -> Json:
        try:
            named = [request if request.coid else replace(request, coid=self._hidden_name()) for request in requests]
            placed = self._gateway.exchange.place(named)
        except OrderRefused as refusal:
            raise refused_order(refusal.reason) from None
        if self._gateway.scenario.advanced_reject and placed[0].request.order_type is OrderType.LMT:
            return self._gateway.notices.prompt(placed[0].order_id)
        return [_accepted(order) for order in placed]

    def _hidden_name(self) -> str:
        """A customer order id for an order without one, so that a later child can name it as its parent."""
        return f"{HIDDEN}{self._gateway.random.getrandbits(64):016x}"

    def _modify_now(self, order_id: int, request: OrderRequest) -> Json:
        try:
            return [_accepted(self._gateway.exchange.modify(order_id, request))]
        except OrderRefused as refusal:
            raise refused_order(refusal.reason) from None

    def _orders(self, request: OrderRequest) -> Sequence[OrderView]:
        return self._gateway.exchange.orders(request.accounts[0])


def has_market_data(gateway: Gateway, request: OrderRequest) -> bool:
    """Whether the client has asked for the market data of the contract, or of every leg."""
    conids = [leg.conid for leg in request.legs] or [request.conid]
    return all(gateway.lines.get(conid) is not None for conid in conids)


def _accepted(order: OrderView) -> Fields:
    """The order as the answer to placing or changing it has it; the id of a rejected leg is "-1" (wire-facts §8)."""
    rejected = order.status is Status.REJECTED
    shown = Status.PENDING_SUBMIT if order.status is Status.INACTIVE else order.status
    row: Fields = {
        "order_id": "-1" if rejected else str(order.order_id),
        "order_status": shown.value,
        "encrypt_message": "1",
    }
    if rejected:
        row["text"] = order.reason
    if reference := order_ref(order.request.coid):
        row["local_order_id"] = reference
    return row
