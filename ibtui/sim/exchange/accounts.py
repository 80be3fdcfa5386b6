"""The accounts the simulation opens by default."""

from __future__ import annotations

from decimal import Decimal

from ibtui.sim.exchange.types import AccountSpec


def default_accounts() -> list[AccountSpec]:
    """Open a paper account of about a million dollars with a few positions, and a small second one."""
    return [
        AccountSpec(
            account="DU1234567",
            alias="Paper",
            base_currency="USD",
            cash={"USD": Decimal("1000000.00"), "EUR": Decimal("25000.00")},
            positions={
                265598: (Decimal(100), Decimal("248.3151")),
                272093: (Decimal(60), Decimal("455.1042")),
                4815747: (Decimal(250), Decimal("171.6240")),
                756733: (Decimal(120), Decimal("641.9075")),
                8894: (Decimal(-300), Decimal("72.4167")),
                515416632: (Decimal(-2), Decimal("6841.7950")),
            },
        ),
        AccountSpec(
            account="DU7654321",
            alias="Second",
            base_currency="USD",
            cash={"USD": Decimal("50000.00")},
            positions={8314: (Decimal(25), Decimal("289.0540"))},
        ),
    ]
