"""The story of one order, as far as the store knows it: what was asked, what was answered, what was filled."""

from __future__ import annotations

from math import inf

from ibtui.domain.orders import Execution, Intent, LiveOrder, OrderStatus, Stage, Submission
from ibtui.store import Store
from ibtui.ui.dialogs.words import submission_line
from ibtui.ui.formatting import clock_time, money, price, quantity
from ibtui.ui.order_words import instrument_words, placing, relations
from ibtui.ui.screens.blotter_view import status_words
from ibtui.ui.waiting import box_words, boxed_seconds
from ibtui.ui.widgets.figures import Span

Story = list[tuple[Span, ...]]

STAGE_SENTENCES = {
    Stage.QUEUED: "waits for its turn, nothing is sent yet",
    Stage.SENT: "sent, no answer yet",
    Stage.ASKING: "the gateway asks a question",
    Stage.REPLYING: "the answer was sent",
    Stage.DECLINED: "you declined, nothing was sent to the exchange",
    Stage.ACKNOWLEDGED: "acknowledged",
    Stage.REJECTED: "REJECTED",
    Stage.UNKNOWN: "OUTCOME UNKNOWN: it is being looked for; do not send it again",
    Stage.CLOSED: "closed by you, its outcome stayed unknown here",
}

STATUS_SENTENCES = {
    OrderStatus.INACTIVE: "The gateway has the order, the exchange not yet. This is not a rejection.",
    OrderStatus.PENDING_SUBMIT: "On its way to the exchange.",
    OrderStatus.PRE_SUBMITTED: "Held by IBKR until its condition or session comes.",
    OrderStatus.PENDING_CANCEL: "The cancellation is on its way; the order may still be filled.",
}


def story(store: Store, key: int | str, now: float = inf) -> Story:
    """Lines about an order (by its id) or a submission (by its key), oldest first; `now` is the session's time."""
    order = store.orders.orders.get(key) if isinstance(key, int) else None
    placed = placing(store, order) if order is not None else None
    steps = _steps(store, key, placed)
    lines = [_step(submission, boxed_seconds(store, submission, now)) for submission in steps]
    if order is None:
        return lines
    lines.append(_state(order))
    if _is_related(store, order, placed):
        lines += [(Span("group    ", "muted"), Span(words)) for words in relations(store, order)]
    if order.reason:
        lines.append((Span("reason   ", "muted"), Span(order.reason, "bad")))
    fills = sorted(
        store.orders.index.fills_of_order(order.order_id).values(), key=lambda fill: (fill.time_ms, fill.execution_id)
    )
    return lines + [_fill(fill) for fill in fills]


def title(store: Store, key: int | str | None) -> str:
    """Heading of the story."""
    if key is None:
        return "Story of the selected order"
    order = store.orders.orders.get(key) if isinstance(key, int) else None
    if order is None:
        return f"Story of {key}"
    side = f"{order.side.value} " if order.side is not None else ""
    ref = f" · {order.order_ref}" if order.order_ref else ""
    what = instrument_words(order, store.market.contracts)
    return f"Story of {side}{quantity(order.quantity)} {what} · order {order.order_id}{ref}"


def _steps(store: Store, key: int | str, placed: Submission | None) -> list[Submission]:
    """The submission by its key, or what was asked about the order: how it was placed, then its changes."""
    if isinstance(key, str):
        found = store.orders.submissions.get(key)
        return [found] if found is not None else []
    about = [one for one in store.orders.index.submissions_of(key).values() if one is not placed]
    return [placed, *about] if placed is not None else about


def _is_related(store: Store, order: LiveOrder, placed: Submission | None) -> bool:
    """Whether it hangs together with other orders at all: only then are they looked through."""
    in_group = placed is not None and any(ticket.single_group for ticket in placed.tickets)
    return bool(order.parent_id or in_group or store.orders.index.children_of(order.order_id))


def _step(submission: Submission, boxed: float) -> tuple[Span, ...]:
    bad = submission.stage in (Stage.REJECTED, Stage.UNKNOWN)
    sentence = box_words(boxed) if boxed else STAGE_SENTENCES[submission.stage]
    if submission.intent is Intent.CANCEL and submission.stage is Stage.ACKNOWLEDGED:
        sentence = "cancel submitted, which is not yet cancelled"
    asked = submission.question
    words = submission.message or (asked.text if asked is not None and submission.stage is Stage.ASKING else "")
    return (
        Span(f"{submission.intent.value:<9}", "muted"),
        Span(submission_line(submission)),
        Span(" · ", "muted"),
        Span(sentence, "bad" if bad else "strong"),
        *((Span(" · ", "muted"), Span(" ".join(words.split()), "bad" if bad else "")) if words else ()),
    )


def _state(order: LiveOrder) -> tuple[Span, ...]:
    filled = f" · {quantity(order.filled)} of {quantity(order.quantity)} filled"
    average = f" at {price(order.average_price)}" if order.average_price is not None else ""
    sentence = STATUS_SENTENCES.get(order.status, "")
    return (
        Span("now      ", "muted"),
        Span(status_words(order), "strong"),
        Span(filled + average),
        Span(f" · {order.description}" if order.description else "", "muted"),
        Span(f" · {sentence}" if sentence else "", "muted"),
    )


def _fill(fill: Execution) -> tuple[Span, ...]:
    where = f" on {fill.exchange}" if fill.exchange else ""
    cost = f" · commission {money(fill.commission)}" if fill.commission is not None else ""
    words = f"{clock_time(fill.time_ms)} {quantity(fill.size)} @ {price(fill.price)}{where}{cost}"
    return (Span("filled   ", "muted"), Span(words))
