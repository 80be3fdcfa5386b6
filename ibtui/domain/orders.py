"""Working orders, executions and the story of a submission."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from ibtui.domain.tickets import Side, Ticket


class OrderStatus(StrEnum):
    """The words of "Order Status Value" in IBKR's documents; UNKNOWN holds every word they do not list.

    ::

        Inactive ─► PendingSubmit ─► PreSubmitted ─► Submitted ─► Filled
                                          │ ▲           │ ▲
                                          ▼ │ refused   ▼ │ refused
                                        PendingCancel ────────► Cancelled
        any of these ─► Filled | Cancelled | Rejected, from which nothing leads on

    Steps may be left out, and a first Inactive is no rejection. Going back along the arrows (a stop order that waits
    again, an order held as Inactive) is believed of a row only that proves to be newer; WarnState and words that are
    not listed stand anywhere. `STATUS_MOVES` is the table of this drawing.
    """

    INACTIVE = "Inactive"
    PENDING_SUBMIT = "PendingSubmit"
    PRE_SUBMITTED = "PreSubmitted"
    SUBMITTED = "Submitted"
    PENDING_CANCEL = "PendingCancel"
    FILLED = "Filled"
    CANCELLED = "Cancelled"
    REJECTED = "Rejected"
    WARN_STATE = "WarnState"
    UNKNOWN = "Unknown"

    @property
    def is_final(self) -> bool:
        """Whether nothing more can be filled."""
        return self in (OrderStatus.FILLED, OrderStatus.CANCELLED, OrderStatus.REJECTED)

    def may_become(self, other: OrderStatus) -> bool:
        """Whether a row with `other` may follow when nothing else tells which of the two rows is newer."""
        return other is self or other in STATUS_MOVES[self]


_ENDS = frozenset(status for status in OrderStatus if status.is_final)
_ANYWHERE = frozenset({OrderStatus.WARN_STATE, OrderStatus.UNKNOWN})
_WORKING = frozenset({OrderStatus.PRE_SUBMITTED, OrderStatus.SUBMITTED, OrderStatus.PENDING_CANCEL})
STATUS_MOVES: Mapping[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.UNKNOWN: frozenset(OrderStatus),
    OrderStatus.WARN_STATE: frozenset(OrderStatus),
    OrderStatus.INACTIVE: frozenset({OrderStatus.PENDING_SUBMIT}) | _WORKING | _ANYWHERE | _ENDS,
    OrderStatus.PENDING_SUBMIT: _WORKING | _ANYWHERE | _ENDS,
    OrderStatus.PRE_SUBMITTED: frozenset({OrderStatus.SUBMITTED, OrderStatus.PENDING_CANCEL}) | _ANYWHERE | _ENDS,
    OrderStatus.SUBMITTED: frozenset({OrderStatus.PENDING_CANCEL}) | _ANYWHERE | _ENDS,
    OrderStatus.PENDING_CANCEL: frozenset({OrderStatus.PRE_SUBMITTED, OrderStatus.SUBMITTED}) | _ANYWHERE | _ENDS,
    OrderStatus.FILLED: frozenset(),
    OrderStatus.CANCELLED: frozenset(),
    OrderStatus.REJECTED: frozenset(),
}
"""From each status those that may follow it, the drawing of `OrderStatus` as a table."""


class LiveOrder(Struct, frozen=True):
    """A row of live orders or `sor`, merged from all frames; None is "not told"."""

    order_id: int
    account: str = ""
    conid: int = 0
    conidex: str = ""
    """`conidex`: the conid with its exchange, or the legs of a combination."""
    symbol: str = ""
    description: str = ""
    """`orderDesc`, the gateway's own words."""
    side: Side | None = None
    order_type: str = ""
    """As the gateway says it: Limit, Market, Stop, STOP_LIMIT …"""
    tif: str = ""
    quantity: Decimal | None = None
    filled: Decimal | None = None
    remaining: Decimal | None = None
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    trailing_amount: Decimal | None = None
    trailing_type: str = ""
    """"amt" or "%"."""
    offset: Decimal | None = None
    """Of REL."""
    average_price: Decimal | None = None
    status: OrderStatus = OrderStatus.UNKNOWN
    status_text: str = ""
    """The gateway's own word for the status."""
    order_ref: str = ""
    """The customer order id (`cOID`), often missing."""
    outside_rth: bool | None = None
    parent_id: str = ""
    time_ms: int = 0
    """Newest execution or change told, Unix milliseconds; 0 unknown."""
    reason: str = ""
    """Why the gateway rejected or cancelled it, cleaned."""
    received: float = 0.0
    """Monotonic seconds of the newest frame."""

    @property
    def is_working(self) -> bool:
        """Whether it may still be filled."""
        return not self.status.is_final


class Execution(Struct, frozen=True):
    """One fill (`/iserver/account/trades`, `str`), keyed by `execution_id`."""

    execution_id: str
    order_id: int = 0
    account: str = ""
    conid: int = 0
    symbol: str = ""
    side: Side | None = None
    size: Decimal | None = None
    price: Decimal | None = None
    commission: Decimal | None = None
    net_amount: Decimal | None = None
    exchange: str = ""
    time_ms: int = 0
    order_ref: str = ""
    description: str = ""


class Question(Struct, frozen=True):
    """An order reply message: text for a person, cleaned, and the server's options."""

    reply_id: str
    text: str
    message_ids: tuple[str, ...] = ()
    options: tuple[str, ...] = ("Yes", "No")
    """The server's words in its order."""
    number: int = 1
    """Position in this order's chain of questions, from 1."""
    suppressible: bool = True
    is_cut: bool = False
    """The gateway's text is longer than what is kept of it: its end was seen by nobody."""

    @property
    def accept_label(self) -> str:
        """The option that sends the order on: the one that is not the refusal."""
        wanted = [option for option in self.options if not is_refusal(option)]
        is_plain = len(wanted) == 1 and not wanted[0].strip().casefold().startswith(_NEGATIONS)
        return wanted[0] if is_plain else "Yes"

    @property
    def decline_label(self) -> str:
        """The option that stops the order."""
        refused = [option for option in self.options if is_refusal(option)]
        return refused[0] if refused else "No"


REFUSALS = frozenset({"no", "decline", "cancel", "reject", "do not accept", "abort"})
"""Words by which the gateway's `messageOptions` say no."""


_NEGATIONS = (
    "no ",
    "not ",
    "no, ",
    "do not",
    "don't",
    "don’t",
    "never",
    "cancel",
    "decline",
    "reject",
    "abort",
    "stop",
)
"""How words begin that can be no acceptance, though they are none of `REFUSALS`."""


def is_refusal(option: str) -> bool:
    """Whether an option of the gateway's says no; a word that is not known to say so does not."""
    return option.strip().casefold() in REFUSALS


class Stage(StrEnum):
    """Where a submission stands.

    ::

        QUEUED ─► SENT ─┬────────► ASKING ◄──────┐
          │        ▲    │             │          │
          │        │    │             ├────► REPLYING ──► DECLINED
          │  again │    │             │          │
          │        └──  ├─► UNKNOWN ◄─┼──────────┤
          │             │      │      │          │
          │             │      ├──────┼──────────┼─────► CLOSED
          └─────────────┼──────┼──────┴──────────┼─────► REJECTED
                        └──────┴─────────────────┴─────► ACKNOWLEDGED

        REJECTED | DECLINED | CLOSED ─► ACKNOWLEDGED     it works after all: a correction, told loudly

    What is QUEUED waits for its lane or the pacing; nothing of it is on disk, for nothing has left. UNKNOWN may be said
    again in other words; nothing leads on from ACKNOWLEDGED. `MOVES` is the table of this drawing.
    """

    QUEUED = "queued"
    SENT = "sent"
    ASKING = "asking"
    REPLYING = "replying"
    DECLINED = "declined"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    CLOSED = "closed"

    @property
    def is_open(self) -> bool:
        """Whether the lane of its account is still taken."""
        return self in (Stage.QUEUED, Stage.SENT, Stage.ASKING, Stage.REPLYING, Stage.UNKNOWN)

    @property
    def is_on_its_way(self) -> bool:
        """Whether it goes on by itself: nobody has to answer or look first."""
        return self in (Stage.QUEUED, Stage.SENT, Stage.REPLYING)

    def may_become(self, other: Stage) -> bool:
        """Whether a submission may move from here to `other`."""
        return other in MOVES[self]


MOVES: Mapping[Stage, frozenset[Stage]] = {
    Stage.QUEUED: frozenset({Stage.SENT, Stage.REJECTED}),
    Stage.SENT: frozenset({Stage.ASKING, Stage.ACKNOWLEDGED, Stage.REJECTED, Stage.UNKNOWN}),
    Stage.ASKING: frozenset({Stage.REPLYING, Stage.REJECTED, Stage.UNKNOWN}),
    Stage.REPLYING: frozenset({Stage.ASKING, Stage.ACKNOWLEDGED, Stage.REJECTED, Stage.DECLINED, Stage.UNKNOWN}),
    Stage.UNKNOWN: frozenset({Stage.UNKNOWN, Stage.SENT, Stage.ACKNOWLEDGED, Stage.REJECTED, Stage.CLOSED}),
    Stage.REJECTED: frozenset({Stage.ACKNOWLEDGED}),
    Stage.DECLINED: frozenset({Stage.ACKNOWLEDGED}),
    Stage.CLOSED: frozenset({Stage.ACKNOWLEDGED}),
    Stage.ACKNOWLEDGED: frozenset(),
}
"""From each stage those a submission may move to, the drawing of `Stage` as a table."""


class Intent(StrEnum):
    """What a submission asks of the gateway."""

    PLACE = "place"
    MODIFY = "modify"
    CANCEL = "cancel"


class Submission(Struct, frozen=True):
    """One state-changing request and what became of it, for the screen and the journal."""

    key: str
    """The cOID of a new order; `modify-…` / `cancel-…` with a serial for the others."""
    intent: Intent
    account: str
    stage: Stage
    tickets: tuple[Ticket, ...] = ()
    order_id: int | None = None
    """Known for modify and cancel, and once acknowledged."""
    question: Question | None = None
    """The open question while ASKING."""
    message: str = ""
    """Rejection, acknowledgement or reason of the unknown, cleaned, for a person."""
    prompt: str = ""
    """Id of the notice by which the gateway asks, while that is why the outcome is unknown."""
    updated: float = 0.0
    """Monotonic seconds."""


class MoneyBeforeAfter(Struct, frozen=True):
    """A figure of what-if: now, change, after, as the gateway words them ("1,000 USD"); blank is missing."""

    current: str = ""
    change: str = ""
    after: str = ""


class WhatIf(Struct, frozen=True):
    """Preview of an order ("Preview Order / WhatIf Order"); blank strings are missing values."""

    amount: str = ""
    commission: str = ""
    total: str = ""
    equity: MoneyBeforeAfter = MoneyBeforeAfter()
    initial: MoneyBeforeAfter = MoneyBeforeAfter()
    maintenance: MoneyBeforeAfter = MoneyBeforeAfter()
    position: MoneyBeforeAfter = MoneyBeforeAfter()
    warning: str = ""
    error: str = ""


class Preview(Struct, frozen=True):
    """A what-if the user asked for and its answer."""

    tickets: tuple[Ticket, ...]
    """One order, or a bracket with its parent first."""
    impact: WhatIf | None = None
    error: str = ""
