"""What an order says: the words and values of a request to the exchange ("Place Order")."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Side(StrEnum):
    """Side of an order or of a trade's aggressor."""

    BUY = "BUY"
    SELL = "SELL"


class OrderType(StrEnum):
    """Order types the exchange matches, spelled as in IBKR's place-order request and its Order Types page."""

    LMT = "LMT"
    MKT = "MKT"
    STP = "STP"
    STOP_LIMIT = "STOP_LIMIT"
    TRAIL = "TRAIL"
    TRAILLMT = "TRAILLMT"
    MIDPRICE = "MIDPRICE"
    MIT = "MIT"
    LIT = "LIT"
    MOC = "MOC"
    LOC = "LOC"
    REL = "REL"


TRAILING = frozenset({OrderType.TRAIL, OrderType.TRAILLMT})
TOUCHED = frozenset({OrderType.MIT, OrderType.LIT})
"""Types whose trigger lies on the better side of the market."""
STOPS = frozenset({OrderType.STP, OrderType.STOP_LIMIT}) | TRAILING | TOUCHED
"""Types that wait for the last price to reach their stop or trigger."""
PEGGED = frozenset({OrderType.MIDPRICE, OrderType.REL})
AT_CLOSE = frozenset({OrderType.MOC, OrderType.LOC})
"""Types that only take part in the closing auction."""


class Tif(StrEnum):
    """Times in force the exchange honours; PAX (crypto only) lasts as long as a day order."""

    DAY = "DAY"
    GTC = "GTC"
    IOC = "IOC"
    OPG = "OPG"
    GTD = "GTD"
    PAX = "PAX"


@dataclass(frozen=True, slots=True)
class Leg:
    """One contract of a combination; the ratio is negative where buying the combination sells it."""

    conid: int
    ratio: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How an algorithm spreads an order over time, in Unix ms; `end_ms` 0 is the end of the regular session."""

    begin_ms: int
    end_ms: int
    interval_ms: int
    past_end: bool
    """What is left at the end goes on as an ordinary order; otherwise it is cancelled."""


@dataclass(frozen=True, slots=True)
class Share:
    """An account's part in an order for an allocation group."""

    account: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What the gateway hands to the exchange after every question was answered."""

    account: str
    """An account, or the name of an allocation group where there are `shares`."""
    conid: int
    """Contract; of a combination the spread conid of its currency."""
    side: Side
    order_type: OrderType
    quantity: Decimal
    tif: Tif = Tif.DAY
    price: Decimal | None = None
    """Limit price; the stop price of STP and the initial stop of TRAIL, as IBKR's request has it; trigger of MIT; cap
    of MIDPRICE and REL."""
    aux_price: Decimal | None = None
    """Stop price of STOP_LIMIT and TRAILLMT; trigger of LIT; offset of REL."""
    trailing_type: str = ""
    """"amt" or "%"."""
    trailing_amount: Decimal | None = None
    outside_rth: bool = False
    coid: str = ""
    """Customer order id, "" where none was given."""
    parent_coid: str = ""
    """`cOID` of the parent of a bracket's child."""
    oca_group: str = ""
    """Orders with the same name: when one fills, the rest are cancelled."""
    good_till_ms: int = 0
    """When a GTD order ends, Unix ms."""
    cash: Decimal | None = None
    """Money to spend or collect, in the contract's currency; `quantity` is reckoned from it and may be 0 before."""
    exchange: str = ""
    """Where the client routed it, "" for the default."""
    legs: tuple[Leg, ...] = ()
    """Legs of a combination."""
    deactivated: bool = False
    all_or_none: bool = False
    plan: Plan | None = None
    shares: tuple[Share, ...] = ()
    """Accounts the fills are split over, none for an ordinary order."""
    extra: dict[str, object] = field(default_factory=dict, hash=False)
    """The rest of the request's keys, kept to be shown again in order status."""

    @property
    def accounts(self) -> tuple[str, ...]:
        """Accounts whose holdings the order changes."""
        return tuple(share.account for share in self.shares) or (self.account,)
