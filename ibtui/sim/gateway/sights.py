"""Gathers what market data fields are computed from; costly parts only when a field needs them."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import TYPE_CHECKING

from ibtui.sim.exchange import PositionView
from ibtui.sim.gateway.marketfields import Sight, needs_position, needs_statistics

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway


def sight_of(gateway: Gateway, conid: int, fields: Collection[str]) -> Sight:
    """The instrument as the fields see it now; position fields are those of the selected account."""
    positioned = needs_position(fields)
    return Sight(
        instrument=gateway.instrument(conid),
        quote=gateway.feeds.quote(conid),
        is_open=gateway.exchange.is_open(conid, outside_rth=True),
        position=_position(gateway, conid) if positioned else None,
        net_liquidation=_net_liquidation(gateway) if positioned else Decimal(0),
        statistics=gateway.year_book.of(conid) if needs_statistics(fields) else None,
        availability=gateway.feeds.availability(conid),
    )


def _position(gateway: Gateway, conid: int) -> PositionView | None:
    views = gateway.exchange.positions(gateway.selected_account)
    return next((view for view in views if view.conid == conid), None)


def _net_liquidation(gateway: Gateway) -> Decimal:
    return gateway.exchange.summary(gateway.selected_account).net_liquidation
