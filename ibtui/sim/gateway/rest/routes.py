"""Every REST path the gateway answers."""

from __future__ import annotations

from ibtui.sim.gateway.rest import (
    accounts,
    allocations,
    contracts,
    fyi,
    marketdata,
    monitoring,
    orders,
    portfolio,
    positions,
    secdef,
    session,
    summaries,
    watchlists,
)

ROUTES = (
    *session.ROUTES,
    *accounts.ROUTES,
    *allocations.ROUTES,
    *summaries.ROUTES,
    *portfolio.ROUTES,
    *positions.ROUTES,
    *secdef.ROUTES,
    *contracts.ROUTES,
    *marketdata.ROUTES,
    *monitoring.ROUTES,
    *orders.ROUTES,
    *watchlists.ROUTES,
    *fyi.ROUTES,
)
