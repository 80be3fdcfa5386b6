"""The fields of a ticket, what may be wrong about them, and how their figures are written."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct, field

from ibtui.domain.algos import Algo, Algos
from ibtui.domain.contracts import ContractRules
from ibtui.domain.limits import Limits
from ibtui.domain.market import Quote
from ibtui.domain.tickets import Ticket


class Field(StrEnum):
    """The fields of a ticket, by which problems are placed; the value names the field's widget."""

    SIDE = "side"
    QUANTITY = "quantity"
    UNIT = "unit"
    TYPE = "type"
    LIMIT = "limit"
    STOP = "stop"
    TRAIL = "trail"
    TRAIL_BY = "trail-by"
    OFFSET = "offset"
    TIF = "tif"
    GOOD_TILL = "good-till"
    OUTSIDE = "outside"
    PROFIT = "profit"
    LOSS = "loss"
    LOSS_KIND = "loss-kind"
    LOSS_STOP = "loss-stop"
    LOSS_LIMIT = "loss-limit"
    OCA = "oca"
    ACCOUNT = "account"
    ALLOCATION = "allocation"
    ROUTE = "route"
    DESTINATION = "destination"
    ALGO = "algo"
    ALL_OR_NONE = "all-or-none"
    MANAGEMENT = "management"
    SAVED = "saved"
    REFERRER = "referrer"
    OPERATOR = "operator"
    MANUAL = "manual-time"

    @property
    def words(self) -> str:
        """The field within a sentence."""
        return self.value.replace("-", " ")


MORE = (
    Field.ROUTE,
    Field.DESTINATION,
    Field.ALGO,
    Field.ALL_OR_NONE,
    Field.MANAGEMENT,
    Field.SAVED,
    Field.REFERRER,
    Field.OPERATOR,
    Field.MANUAL,
)
"""Fields of the section that a key opens."""


class Problem(Struct, frozen=True):
    """Something wrong (or, when it does not block, remarkable) about one field."""

    field: Field
    text: str
    offer: Decimal | None = None
    """The nearest value that would be right."""
    blocks: bool = True
    is_missing: bool = False
    """Nothing was typed yet, which need not be said before the ticket is wanted."""
    parameter: str = ""
    """Of an algo: the id of the parameter it is about."""


class Surroundings(Struct, frozen=True):
    """What a ticket is measured against; None is "not known yet" and is never held against it."""

    quote: Quote | None = None
    rules: ContractRules | None = None
    limits: Limits = field(default_factory=Limits)
    wall: float | None = None
    """Unix seconds now."""
    algos: Algos | None = None
    exchanges: tuple[str, ...] = ()
    """Where the contract may be ordered; empty while unknown."""
    groups: tuple[str, ...] = ()
    """Allocation groups, which an order may name in place of an account."""
    legs: tuple[tuple[str, Decimal], ...] = ()
    """Of a combination: each leg and what it is worth in one combination, as far as its price is known."""
    before: Ticket | None = None
    """The working order that is changed; None for a new one."""
    filled: Decimal | None = None
    """What of it is filled already."""

    def algo(self, algo_id: str) -> Algo | None:
        """The algo of this id, None while it is not known."""
        known = self.algos.algos if self.algos is not None else ()
        return next((algo for algo in known if algo.algo_id == algo_id), None)


def plain(value: Decimal) -> str:
    """Digits without exponent, superfluous zeros or grouping: what a person would type."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def on_grid(price: Decimal, rules: ContractRules | None) -> str:
    """A price with as many decimals as its increment has, so that 165 is shown as 165.00 for a cent grid."""
    step = rules.increment_at(price) if rules is not None else None
    if not step:
        return f"{price:f}"
    decimals = max(0, -int(step.normalize().as_tuple().exponent))
    exact = plain(price)
    return exact if len(exact.partition(".")[2]) > decimals else f"{price:.{decimals}f}"
