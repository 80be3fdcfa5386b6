"""Nothing that is set in a ticket is missing on its confirmation (order-safety 6)."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from ibtui.domain.tickets import OrderType, Side, SizedIn, Ticket, Tif
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs.confirm import ConfirmDialog
from tests.fakes.clock import ManualClock
from tests.ui.activity import AAPL_TICKET, CONTRACT
from tests.ui.dialogs import Desk, at_desk
from tests.ui.market import MSFT


async def asked(desk: Desk, ticket: Ticket = AAPL_TICKET, **more: object) -> ConfirmDialog:
    dialog = ConfirmDialog(desk.app, ticket, **more)  # type: ignore[arg-type]  # the dialog's own keywords
    desk.app.push_screen(dialog)
    await desk.pilot.pause()
    return dialog


OTHERWISE: dict[str, tuple[object, str]] = {
    "account": ("Family", "LIVE Family"),
    "contract": (CONTRACT[MSFT], "MSFT"),
    "side": (Side.SELL, "SELL 100 AAPL"),
    "order_type": (OrderType.LOC, "LOC"),
    "quantity": (Decimal("1234.5"), "1,234.5"),
    "limit_price": (Decimal("-12.34"), "-12.34"),
    "stop_price": (Decimal("11.22"), "11.22"),
    "trailing_type": ("%", "by 7 %"),
    "trailing_amount": (Decimal("3.21"), "by 3.21"),
    "tif": (Tif.OPG, "OPG"),
    "outside_rth": (True, "Outside RTH yes"),
    "route": ("ARCA", "Route       ARCA"),
    "sized_in": (SizedIn.CASH, "BUY 100.00 USD of AAPL"),
    "offset": (Decimal("0.77"), "Offset      0.77"),
    "good_till": ("20261224-21:00:00", "2026-12-24 21:00:00 UTC · local Thu 24 Dec 21:00"),
    "destination": ("IEX", "Direct to   IEX"),
    "strategy": ("Vwap", "Algo        Vwap"),
    "strategy_parameters": ((("maxPctVol", "0.1"), ("noTakeLiq", True)), "maxPctVol   0.1\nnoTakeLiq   yes"),
    "price_management": (False, "Price mgmt  off"),
    "all_or_none": (True, "All or none yes"),
    "manual_time_ms": (1_795_000_000_000, "Entered at  2026-11-18 11:06:40 UTC"),
    "referrer": ("REF", "Referrer    REF"),
    "operator": ("OP7", "Operator    OP7"),
    "deactivated": (True, "Saved       will be saved, not worked"),
    "allocation_method": ("NetLiq", "Allocation  NetLiq"),
    "is_child": (True, "Attached    yes"),
    "single_group": (True, "OCA group   yes"),
}
"""Another value of every field of a ticket, and how the confirmation words it."""


def shown(dialog: ConfirmDialog, desk: Desk) -> str:
    return f"{desk.text('#headline')}\n{desk.text('#fields')}\n{dialog.query_one('.sheet').border_subtitle}"


async def read(desk: Desk, ticket: Ticket) -> str:
    """Give what the confirmation of a ticket shows, and decline it."""
    dialog = await asked(desk, ticket)
    text = shown(dialog, desk)
    await desk.press("n")
    assert desk.is_free
    return text


async def attached_line(desk: Desk, child: Ticket) -> list[str]:
    """Give what the confirmation says of an attached order, and decline it."""
    dialog = await asked(desk, AAPL_TICKET, children=(child,))
    lines = [value for row, value, _ in dialog.rows() if row in ("Take profit", "Stop loss")]
    await desk.press("n")
    assert len(lines) == 1
    return lines


def test_no_field_of_a_ticket_is_forgotten_in_the_test_that_follows() -> None:
    assert set(OTHERWISE) == set(Ticket.__struct_fields__)


async def test_whatever_is_set_in_a_ticket_is_read_on_the_confirmation(app: DashboardApp, clock: ManualClock) -> None:
    unread = []
    async with at_desk(app, clock, (80, 50)) as desk:
        for name, (value, words) in OTHERWISE.items():
            usual = replace(AAPL_TICKET, trailing_amount=Decimal(7)) if name == "trailing_type" else AAPL_TICKET
            before = await read(desk, usual)
            after = await read(desk, replace(usual, **{name: value}))
            if after == before or words not in after:
                unread.append((name, after))
    assert unread == []


async def test_whatever_is_set_in_an_attached_order_is_read_as_well(app: DashboardApp, clock: ManualClock) -> None:
    child = replace(AAPL_TICKET, side=Side.SELL, trailing_amount=Decimal(7))
    unread = []
    async with at_desk(app, clock, (80, 50)) as desk:
        usual = await attached_line(desk, child)
        for name in OTHERWISE.keys() - {"account", "contract"}:
            value = Side.BUY if name == "side" else OTHERWISE[name][0]
            other = replace(child, **{name: value})
            if await attached_line(desk, other) == usual:
                unread.append(name)
    assert unread == []


async def test_whatever_a_change_changes_says_what_it_was(app: DashboardApp, clock: ManualClock) -> None:
    before = replace(AAPL_TICKET, trailing_amount=Decimal(7), strategy="Twap")
    unsaid = []
    async with at_desk(app, clock, (80, 50)) as desk:
        for name in OTHERWISE.keys() - {"account", "contract", "side"}:
            after = replace(before, **{name: OTHERWISE[name][0]})
            for old, new in ((before, after), (after, before)):
                dialog = await asked(desk, new, order_id=1001, before=old)
                if not any(remark.startswith("was ") for _, _, remark in dialog.rows()):
                    unsaid.append((name, old))
                await desk.press("n")
    assert unsaid == []
