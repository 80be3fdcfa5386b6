"""An order as a person means it, before the gateway knows of it."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from ibtui.domain.contracts import Contract


class Side(StrEnum):
    """Side as IBKR's order request spells it."""

    BUY = "BUY"
    SELL = "SELL"

    @property
    def opposite(self) -> Side:
        """The other side."""
        return Side.SELL if self is Side.BUY else Side.BUY


class OrderType(StrEnum):
    """Order types as IBKR's order request spells them ("Place Order"; from MIT on the examples of "Order Types")."""

    LMT = "LMT"
    MKT = "MKT"
    STP = "STP"
    STOP_LIMIT = "STOP_LIMIT"
    MIDPRICE = "MIDPRICE"
    TRAIL = "TRAIL"
    TRAILLMT = "TRAILLMT"
    MIT = "MIT"
    LIT = "LIT"
    MOC = "MOC"
    LOC = "LOC"
    REL = "REL"

    @property
    def needs_limit(self) -> bool:
        """Whether a limit price must be given."""
        return self in _NEEDS_LIMIT

    @property
    def takes_limit(self) -> bool:
        """Whether a limit price may be given: MIDPRICE and REL take one as their cap."""
        return self in _NEEDS_LIMIT or self in (OrderType.MIDPRICE, OrderType.REL)

    @property
    def needs_stop(self) -> bool:
        """Whether a stop price (for MIT and LIT the trigger) must be given."""
        return self in _NEEDS_STOP

    @property
    def takes_stop(self) -> bool:
        """Whether a stop price may be given: TRAIL takes one as its first stop."""
        return self in _NEEDS_STOP or self is OrderType.TRAIL

    @property
    def trails(self) -> bool:
        """Whether a trailing amount must be given."""
        return self in (OrderType.TRAIL, OrderType.TRAILLMT)

    @property
    def takes_offset(self) -> bool:
        """Whether the order is pegged at an offset."""
        return self is OrderType.REL


_NEEDS_LIMIT = frozenset({OrderType.LMT, OrderType.STOP_LIMIT, OrderType.TRAILLMT, OrderType.LIT, OrderType.LOC})
_NEEDS_STOP = frozenset({OrderType.STP, OrderType.STOP_LIMIT, OrderType.TRAILLMT, OrderType.MIT, OrderType.LIT})


class Tif(StrEnum):
    """Times in force as IBKR's order request spells them; GTD is listed by contract rules only, PAX is for crypto."""

    DAY = "DAY"
    GTC = "GTC"
    OPG = "OPG"
    IOC = "IOC"
    GTD = "GTD"
    PAX = "PAX"


class SizedIn(StrEnum):
    """What a ticket's quantity counts, by the key of the request that carries it."""

    UNITS = "quantity"
    CASH = "cashQty"
    """Money of the contract's currency; crypto and forex only."""
    CONVERSION = "fxQty"
    """Money to be converted (`isCcyConv`), in the contract's currency; forex only."""


class Ticket(Struct, frozen=True):
    """One order. What is here is what is sent. Defaults stand for "not said": such keys are not in the request."""

    account: str
    """An account of the login, or an advisor's allocation group."""
    contract: Contract
    side: Side
    order_type: OrderType
    quantity: Decimal
    """Counted as `sized_in` says."""
    limit_price: Decimal | None = None
    """Limit; the cap of MIDPRICE and REL. Negative only for combinations and contracts that may be."""
    stop_price: Decimal | None = None
    """Stop; the trigger of MIT and LIT, the first stop of TRAIL and TRAILLMT."""
    trailing_type: str = ""
    """"amt" or "%"; blank for orders that do not trail."""
    trailing_amount: Decimal | None = None
    tif: Tif = Tif.DAY
    outside_rth: bool = False
    route: str = ""
    """Exchange to route to (`listingExchange`); blank is SMART."""
    sized_in: SizedIn = SizedIn.UNITS
    offset: Decimal | None = None
    """Of REL: how far from the best bid (buy) or ask (sell)."""
    good_till: str = ""
    """Of GTD: `YYYYMMDD-HH:MM:SS` in UTC, IBKR's notation of a moment."""
    destination: str = ""
    """Exchange named in `conidex` (`265598@ARCA`), which directs the order there; blank sends a plain `conid`."""
    strategy: str = ""
    """Id of an IB algo."""
    strategy_parameters: tuple[tuple[str, str | bool], ...] = ()
    """Ids of the algo's parameters and their values: text as typed, or yes/no."""
    price_management: bool | None = None
    """`useAdaptive`, the Price Management Algo; None leaves it to the account's preset."""
    all_or_none: bool = False
    manual_time_ms: int | None = None
    """`manualOrderTime` of brokers and advisors, Unix milliseconds."""
    referrer: str = ""
    operator: str = ""
    """`extOperator`, who entered the order."""
    deactivated: bool = False
    """Saved at the gateway and not sent to the market."""
    allocation_method: str = ""
    """`allocationMethod` of an advisor's group order, such as Equal or NetLiq."""
    is_child: bool = False
    """Attached to the first ticket of its submission (`parentId`)."""
    single_group: bool = False
    """One of a group of which a fill cancels the rest (`isSingleGroup`, OCA)."""
