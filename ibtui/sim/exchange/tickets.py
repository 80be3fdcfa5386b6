"""What a request means before it is an order: its contract, its mark and its size."""

from __future__ import annotations

from decimal import Decimal

from ibtui.sim.exchange.intake import Intake
from ibtui.sim.exchange.terms import OrderRequest
from ibtui.sim.exchange.types import Instrument
from ibtui.sim.exchange.venue import Venue


class Tickets:
    """Reads requests, of combinations too; nothing is placed."""

    def __init__(self, venue: Venue, intake: Intake) -> None:
        self._venue = venue
        self._intake = intake

    def contract_of(self, request: OrderRequest) -> Instrument | None:
        """Give the contract, of a combination one made of its legs; None if it is not listed."""
        market = self._venue.market_of(request)
        return None if market is None else market.instrument

    def mark_of(self, request: OrderRequest) -> Decimal:
        """Give the mark of the contract or combination; KeyError if it is not listed."""
        market = self._venue.market_of(request)
        if market is None:
            raise KeyError(request.conid)
        return market.mark()

    def reckoned(self, request: OrderRequest) -> OrderRequest:
        """Give a request for an amount of money with the quantity that is worth now; any other as it is."""
        return self._intake.reckoned(request)
