"""Answers to orders, replies, modifications, cancels and what-ifs ("Place Order", "Place Order Reply Confirmation").

There are four: accepted legs, a question, an error in words (with HTTP 200 too) and the advanced rejection. What is
none of them raises Garbled, for then nobody knows what became of the order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from ibtui.domain.notices import Notice
from ibtui.domain.orders import MoneyBeforeAfter, Question, WhatIf
from ibtui.errors import Garbled
from ibtui.protocol.bodies import parse
from ibtui.protocol.clean import CUT, clean, clean_block
from ibtui.protocol.orders import fields
from ibtui.protocol.orders.fields import Row

REJECTED_LEG = "-1"
"""`order_id` of a bracket leg that was rejected (wire-facts 8)."""


class Leg(Struct, frozen=True):
    """One order of an accepted request; `order_id` None is a leg the gateway rejected."""

    order_id: int | None
    status: str = ""
    """The gateway's word."""
    text: str = ""


class Accepted(Struct, frozen=True):
    """The gateway took at least one order of the request; legs in its order."""

    legs: tuple[Leg, ...]

    @property
    def order_id(self) -> int:
        """The first order taken: the parent of a bracket."""
        return next(leg.order_id for leg in self.legs if leg.order_id is not None)

    @property
    def words(self) -> str:
        """What was taken and what was not, for a person."""
        return "; ".join(_leg_words(leg) for leg in self.legs)


class Asked(Struct, frozen=True):
    """The gateway wants a person to answer first."""

    question: Question


class Refusal(Struct, frozen=True):
    """The gateway said no, in its words, cleaned."""

    text: str
    prompt: Notice | None = None
    """Of an advanced rejection: the prompt by which the order may be offered again."""

    @property
    def is_already_registered(self) -> bool:
        """Whether it proves that an order with this cOID arrived before (wire-facts 5)."""
        return "already registered" in self.text.casefold()

    @property
    def is_lost_question(self) -> bool:
        """Whether the question answered is no longer open at the gateway, so that the outcome is not known."""
        return "reply id not found" in self.text.casefold()


class CancelTaken(Struct, frozen=True):
    """The gateway took the request to cancel; the order is not cancelled by that."""

    text: str


Answer = Accepted | Asked | Refusal


def decode_answer(body: bytes, *, number: int = 1, received: float = 0.0) -> Answer:
    """The answer to an order, a reply or a modification; `number` counts the questions of its chain. Raises Garbled."""
    value = parse(body)
    if isinstance(value, Mapping):
        return _decode_object(value, number, received)
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise Garbled("an answer to an order that says nothing")
    rows = [row for row in value if isinstance(row, Mapping)]
    if not rows:
        raise Garbled("an answer to an order without an order")
    asking = [row for row in rows if _is_question(row)]
    if asking:
        return Asked(_question(asking, number, [row for row in rows if not _is_question(row)]))
    if len(rows) == 1:
        return _decode_object(rows[0], number, received)
    return _legs(rows)


def decode_cancel(body: bytes) -> CancelTaken | Refusal:
    """The answer to a cancel; its `order_id` is a number or text, the object sometimes in an array. Raises Garbled."""
    value = parse(body)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, Mapping):
        if value.get("error"):
            return Refusal(_words(value["error"]))
        if value.get("msg") or fields.positive_id(value, "order_id") is not None:
            return CancelTaken(fields.text(value, "msg"))
    raise Garbled("an answer to a cancel that says nothing")


def decode_preview(body: bytes) -> WhatIf:
    """The answer to a what-if: figures as the gateway words them, blank where missing. Raises Garbled."""
    value = parse(body)
    if isinstance(value, list) and value:
        value = value[0]
    if not isinstance(value, Mapping):
        raise Garbled("a what-if without figures")
    if _is_question(value):
        return WhatIf(warning=_question_text([value])[0])
    amount = _part(value, "amount")
    return WhatIf(
        amount=_figure(amount, "amount"),
        commission=_figure(amount, "commission"),
        total=_figure(amount, "total"),
        equity=_before_after(value, "equity"),
        initial=_before_after(value, "initial"),
        maintenance=_before_after(value, "maintenance"),
        position=_before_after(value, "position"),
        warning=clean_block(value.get("warn") or ""),
        error=clean_block(value.get("error") or ""),
    )


def _decode_object(row: Row, number: int, received: float) -> Answer:
    if _is_question(row):
        return Asked(_question([row], number))
    if row.get("error"):
        order_id = fields.positive_id(row, "order_id", "orderId")
        if order_id is not None:
            raise Garbled(f"it names order {order_id} and an error: {_words(row['error'])}")
        return Refusal(_words(row["error"]))
    if row.get("prompt") or ("reqId" in row and "text" in row):
        return _advanced_rejection(row, received)
    return _legs([row])


def _legs(rows: Sequence[Row]) -> Answer:
    legs = tuple(_leg(row) for row in rows)
    if any(leg.order_id is not None for leg in legs):
        return Accepted(legs)
    return Refusal("; ".join(dict.fromkeys(leg.text or leg.status or "the order was rejected" for leg in legs)))


def _leg(row: Row) -> Leg:
    """Raises Garbled for a row that names neither an order nor a reason: an answer half understood is not one."""
    order_id = fields.positive_id(row, "order_id", "orderId")
    said = fields.first(row, "error", "text", "message", "warning_message")
    words = _words(said) if said is not None else ""
    rejected = str(fields.first(row, "order_id", "orderId") or "") == REJECTED_LEG
    if order_id is None and not rejected and not row.get("error"):
        raise Garbled("an answer to an order without an order's number")
    return Leg(order_id, fields.text(row, "order_status", "status"), words)


def _leg_words(leg: Leg) -> str:
    if leg.order_id is None:
        return f"a leg was rejected: {leg.text or leg.status or 'no reason given'}"
    return " ".join(part for part in (f"order {leg.order_id}", leg.status, leg.text) if part)


def _is_question(row: Row) -> bool:
    return bool(row.get("id")) and ("message" in row or "messageIds" in row)


def _question(rows: Sequence[Row], number: int, others: Sequence[Row] = ()) -> Question:
    """`others` stand beside the question: orders of the same request that were taken already come first in its text."""
    row = rows[0]
    text, is_cut = _question_text(rows)
    taken = [str(order_id) for one in others if (order_id := fields.positive_id(one, "order_id", "orderId"))]
    text = f"Taken already, whatever is answered: order {', '.join(taken)}.\n\n{text}" if taken else text
    return Question(
        reply_id=clean(row["id"]),
        text=text,
        message_ids=_texts(row.get("messageIds")),
        options=_texts(row.get("messageOptions")) or ("Yes", "No"),
        number=number,
        suppressible=_may_suppress(row),
        is_cut=is_cut,
    )


def _question_text(rows: Sequence[Row]) -> tuple[str, bool]:
    """The cleaned words, and whether there were more of them than can be shown."""
    parts = [part for row in rows for part in _list(row.get("message"))]
    raw = "\n\n".join(_escaped_lines(part) for part in parts)
    words = clean_block(raw)
    is_cut = words.endswith(CUT) and not raw.rstrip().endswith(CUT)
    return words or "The gateway asks without saying what.", is_cut


def _escaped_lines(part: object) -> str:
    r"""The documents' p12 spells its line break as the two characters `\n` ("Suppressible MessageIds")."""
    return str(part).replace("\\n", "\n")


def _may_suppress(row: Row) -> bool:
    """`isSuppressible` where told; a question without message ids cannot be named to the gateway."""
    told = fields.truth(row, "isSuppressible")
    return bool(_texts(row.get("messageIds"))) and told is not False


def _advanced_rejection(row: Row, received: float) -> Refusal:
    words = clean_block(row.get("text") or "") or "the order was rejected"
    request_id = fields.text(row, "reqId")
    order_id = fields.positive_id(row, "orderId", "order_id")
    options = _texts(row.get("options"))
    if not options or order_id is None:
        return Refusal(words)
    prompt = Notice(request_id, words, "Order rejected", "", order_id, request_id, options, received=received)
    return Refusal(words, prompt)


def _words(error: object) -> str:
    parts = (str(part) for part in _list(error))
    return clean_block("\n".join(parts), limit=2_000) or "the gateway gave no reason"


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _texts(value: object) -> tuple[str, ...]:
    cleaned = (clean(part, limit=200) for part in _list(value)[:100])
    return tuple(part for part in cleaned if part)


def _part(row: Row, name: str) -> Row:
    part = row.get(name)
    return part if isinstance(part, Mapping) else {}


def _figure(row: Row, name: str) -> str:
    """The figure in the gateway's words; "None" and "N/A" are its ways to say it has none (wire-facts 5)."""
    words = fields.text(row, name)
    return "" if words.casefold() in ("none", "n/a", "null") else words


def _before_after(row: Row, name: str) -> MoneyBeforeAfter:
    part = _part(row, name)
    return MoneyBeforeAfter(_figure(part, "current"), _figure(part, "change"), _figure(part, "after"))
