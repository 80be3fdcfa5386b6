"""A ticket filled in with the keyboard, for tests."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from ibtui.domain.algos import Algo, AlgoParameter, Algos
from ibtui.domain.combos import combo
from ibtui.domain.contracts import ComboLeg, Contract
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.ui.dialogs import open_ticket
from ibtui.ui.dialogs.confirm import ConfirmDialog
from ibtui.ui.dialogs.ticket import TicketDialog
from tests.ui.activity import AAPL_TICKET, CONTRACT
from tests.ui.dialogs import Desk
from tests.ui.market import AAPL, MSFT

MARKET = replace(AAPL_TICKET, order_type=OrderType.MKT, limit_price=None)
SPREAD = combo((ComboLeg(AAPL, 1, "AAPL"), ComboLeg(MSFT, -1, "MSFT")), "USD")
ALGOS = Algos(
    AAPL,
    (
        Algo(
            "Adaptive",
            "Adaptive",
            parameters=(
                AlgoParameter("adaptivePriority", "Urgency", "String", True, "Normal", ("Urgent", "Normal", "Patient")),
            ),
        ),
        Algo(
            "Vwap",
            "VWAP",
            parameters=(
                AlgoParameter("maxPctVol", "Max Percentage", "Double", True, least=Decimal("0.01"), most=Decimal(50)),
                AlgoParameter("startTime", "Start Time", "Time", description="Defaults to the open"),
                AlgoParameter("noTakeLiq", "Never take liquidity", "Boolean", default="false"),
            ),
        ),
    ),
)


async def opened(desk: Desk, contract: Contract = CONTRACT[AAPL], side: Side = Side.BUY) -> TicketDialog:
    open_ticket(desk.app, side, contract, None, Decimal(100))
    await desk.pilot.pause()
    return desk.dialog(TicketDialog)


async def fill(desk: Desk, *steps: tuple[str, str]) -> None:
    """Tab to each field, the shorter way round, and type into it."""
    for name, keys in steps:
        await desk.pilot.press(*_way(desk, name))
        assert desk.app.focused is not None
        assert desk.app.focused.id == name, f"{name} is not reached by tab"
        await desk.pilot.press(*(keys.split() if " " in keys else keys))
    await desk.pilot.pause()


def _way(desk: Desk, name: str) -> list[str]:
    """Give the keys that lead from the field in focus to another."""
    chain = [widget.id for widget in desk.app.screen.focus_chain]
    assert name in chain, f"{name} is not reached by tab"
    here = chain.index(desk.app.focused.id) if desk.app.focused is not None else -1
    on = (chain.index(name) - here) % len(chain)
    back = len(chain) - on
    return ["tab"] * on if on <= back else ["shift+tab"] * back


def in_sight(desk: Desk) -> list[str]:
    return [line.text for line in desk.app.screen._compositor.render_strips()]


def reviewed(desk: Desk) -> tuple[Ticket, ...]:
    return desk.dialog(ConfirmDialog).tickets
