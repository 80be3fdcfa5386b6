"""`ibtui sim` with two shares of London listed, which the simulator does not have: for combinations outside the US."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from decimal import Decimal

from ibtui import cli
from ibtui.sim.exchange import Instrument, exchange
from ibtui.sim.exchange.listings import FOREX_HOURS, default_instruments
from tests.e2e.gateways import Simulator

LONDON = ((1411277, "HSBA", "HSBC HOLDINGS PLC", "10.50"), (29612249, "BARC", "BARCLAYS PLC", "3.49"))
"""conid, symbol, name and price in pounds; hours are those of currencies, so that they always trade."""


class London(Simulator):
    """The gateway of this module in place of `ibtui sim`."""

    def __init__(self, *flags: str) -> None:
        arguments = ["sim", "--control", "--exit-with-stdin", "--no-tls", "--port=0", *flags]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.order_form_runs.abroad", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        self.base_url = self.process.stdout.readline().strip()
        self.fingerprint = ""


def listed(start_ms: int | None = None) -> list[Instrument]:
    """The usual instruments and those of London."""
    usual = default_instruments(start_ms)
    like = next(instrument for instrument in usual if instrument.symbol == "AAPL")
    return [
        *usual,
        *(
            replace(
                like,
                conid=conid,
                symbol=symbol,
                local_symbol=symbol,
                name=name,
                exchange="LSE",
                currency="GBP",
                start_price=Decimal(price),
                hours=FOREX_HOURS,
                trading_class=symbol,
            )
            for conid, symbol, name, price in LONDON
        ),
    ]


if __name__ == "__main__":
    setattr(exchange, "default_instruments", listed)  # noqa: B010 - mypy forbids assigning to another module's function
    cli.cli(args=sys.argv[1:], prog_name="ibtui")
