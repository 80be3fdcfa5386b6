"""Profit and loss of every account, for `/iserver/account/pnl/partitioned` and the `spl` topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibtui.sim.gateway.wire import Fields, money

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway


def partitioned(gateway: Gateway, *, unrounded: bool) -> Fields:
    """`{account}.Core` to its figures; the socket adds the unrounded excess liquidity `uel`."""
    found: Fields = {}
    for row, account in enumerate(gateway.accounts, start=1):
        summary = gateway.exchange.summary(account)
        figures: Fields = {
            "rowType": row,
            "dpl": money(summary.daily_pnl),
            "nl": money(summary.net_liquidation),
            "upl": money(summary.unrealized_pnl),
            "el": float(round(summary.excess_liquidity)) if unrounded else money(summary.excess_liquidity),
            "mv": money(summary.gross_position_value),
        }
        if unrounded:
            figures["uel"] = money(summary.excess_liquidity)
        found[f"{account}.Core"] = figures
    return found
