"""Which fields of the ticket a form needs, in the order in which tab comes by them, and what is typed into each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from ibtui.domain.tickets import OrderType, SizedIn, Ticket, Tif

TYPES = {OrderType.STOP_LIMIT: "STP LMT", OrderType.TRAILLMT: "TRAIL LMT"}
"""Types whose word on the ticket is not IBKR's own."""
UNITS = {SizedIn.CASH: "cash", SizedIn.CONVERSION: "convert"}
WITH_CAP = (OrderType.MIDPRICE, OrderType.REL)
TRIGGERED = (OrderType.MIT, OrderType.LIT)
TRAILING = (OrderType.TRAIL, OrderType.TRAILLMT)
PARAMETERS = {
    "adaptivePriority": "Adaptive order priority",
    "maxPctVol": "Max Percentage",
    "startTime": "Start Time",
    "allowPastEndTime": "Allow trading past end time",
}
"""How the names of the algos' parameters used begin, by their ids."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One field: its label, and the text typed or the word chosen; a blank text empties it."""

    label: str
    text: str
    is_choice: bool = False
    beside: bool = False
    """The second field of the row."""

    @property
    def keys(self) -> str:
        """What is typed."""
        return self.text.replace(" ", "").lower() if self.is_choice else self.text

    @property
    def words(self) -> str:
        """For the table."""
        return f"{self.label.strip()} {self.text or '(cleared)'}" if not self.beside else self.text


def front(tickets: tuple[Ticket, ...]) -> list[Entry]:
    """The fields that every ticket shows."""
    ticket = tickets[0]
    return [*_size(ticket), *_prices(ticket), *_times(ticket), *_exits(tickets), *_account(ticket)]


def more(ticket: Ticket) -> list[Entry]:
    """The fields of the section that ctrl+o opens."""
    management = {None: "", True: "on", False: "off"}[ticket.price_management]
    entered = ticket.manual_time_ms
    found = [
        Entry("Route", ticket.route, is_choice=True),
        Entry("Direct to", ticket.destination),
        Entry("Algo", ticket.strategy, is_choice=True),
        *(_parameter(name, value) for name, value in ticket.strategy_parameters),
        Entry("All or none", "yes" if ticket.all_or_none else "", is_choice=True),
        Entry("Price mgmt", management, is_choice=True),
        Entry("Save only", "yes" if ticket.deactivated else "", is_choice=True),
        Entry("Referrer", ticket.referrer),
        Entry("Operator", ticket.operator),
        Entry("Entered at", "" if entered is None else _moment(entered)),
    ]
    return [entry for entry in found if entry.text]


def _parameter(name: str, value: str | bool) -> Entry:
    if isinstance(value, bool):
        return Entry(PARAMETERS[name], "yes" if value else "no", is_choice=True)
    return Entry(PARAMETERS[name], value, is_choice=value.isalpha())


def _size(ticket: Ticket) -> Iterator[Entry]:
    yield Entry("Quantity", f"{ticket.quantity:f}")
    if ticket.sized_in is not SizedIn.UNITS:
        yield Entry("Quantity", UNITS[ticket.sized_in], is_choice=True, beside=True)


def _prices(ticket: Ticket) -> Iterator[Entry]:
    kind = ticket.order_type
    yield Entry("Type", TYPES.get(kind, kind.value), is_choice=True)
    if ticket.limit_price is not None or kind in WITH_CAP:
        yield Entry("Cap" if kind in WITH_CAP else "Limit", _text(ticket.limit_price))
    if ticket.stop_price is not None or kind is OrderType.TRAIL:
        label = "Trigger" if kind in TRIGGERED else "First stop" if kind in TRAILING else "Stop"
        yield Entry(label, _text(ticket.stop_price))
    if kind in TRAILING:
        yield Entry("Trail by", _text(ticket.trailing_amount))
        yield Entry("Trail by", ticket.trailing_type, is_choice=True, beside=True)
    if ticket.offset is not None:
        yield Entry("Offset", _text(ticket.offset))


def _times(ticket: Ticket) -> Iterator[Entry]:
    if ticket.tif is not Tif.DAY:
        yield Entry("TIF", ticket.tif.value, is_choice=True)
    if ticket.good_till:
        yield Entry("Good till", ticket.good_till)
    if ticket.outside_rth:
        yield Entry("Outside RTH", "yes", is_choice=True)


def _exits(tickets: tuple[Ticket, ...]) -> Iterator[Entry]:
    children = tickets[1:]
    for child in (child for child in children if child.order_type is OrderType.LMT):
        yield Entry("Take profit", _text(child.limit_price))
    for child in (child for child in children if child.order_type is not OrderType.LMT):
        trails = child.order_type in TRAILING
        words = {OrderType.STP: "stop", OrderType.STOP_LIMIT: "stop lmt", OrderType.TRAILLMT: "trail lmt"}
        kind = words.get(child.order_type, "trail %" if child.trailing_type == "%" else "trail")
        yield Entry("Stop loss", _text(child.trailing_amount if trails else child.stop_price))
        yield Entry("Stop loss", kind, is_choice=True, beside=True)
        if trails and child.stop_price is not None:
            yield Entry("  its stop", _text(child.stop_price))
        if child.limit_price is not None:
            yield Entry("  its limit", _text(child.limit_price))
    if children and tickets[0].single_group:
        yield Entry("OCA group", "yes", is_choice=True)


def _account(ticket: Ticket) -> Iterator[Entry]:
    if not ticket.account.startswith("DU"):
        yield Entry("Account", ticket.account, is_choice=True)
    if ticket.allocation_method:
        yield Entry("Allocation", ticket.allocation_method, is_choice=True)


def _moment(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y%m%d-%H:%M:%S}"


def _text(number: Decimal | None) -> str:
    return "" if number is None else f"{number:f}"
