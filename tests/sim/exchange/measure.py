"""Measure the exchange's speed: `python3 -m tests.sim.exchange.measure`."""

from __future__ import annotations

from time import process_time

from ibtui.sim.exchange import Exchange, default_accounts
from tests.sim.exchange.stage import AAPL, DAY, MORNING


def measured(symbols: int | None, tick_rate: float, seconds: int) -> str:
    """Give the CPU time of starting an exchange and of a simulated second."""
    begun = process_time()
    exchange = Exchange(seed=1, start_ms=MORNING, accounts=default_accounts(), symbols=symbols, tick_rate=tick_rate)
    started = process_time()
    for second in range(1, seconds + 1):
        exchange.advance(MORNING + second * 1000)
        exchange.drain()
    advanced = process_time()
    count = len(exchange.instruments())
    return (
        f"{count} instruments at tick rate {tick_rate:g}: start {(started - begun) * 1000:.0f} ms, "
        f"a second {(advanced - started) * 1000 / seconds:.1f} ms"
    )


def measured_reads() -> str:
    """Give the CPU time of the reads a gateway does most."""
    exchange = Exchange(seed=1, start_ms=MORNING, accounts=default_accounts())
    exchange.advance(MORNING + 1000)
    times: list[str] = []
    for name, read in (
        ("quote", lambda: exchange.quote(AAPL)),
        ("depth", lambda: exchange.depth(AAPL, 20)),
        ("summary", lambda: exchange.summary("DU1234567")),
        ("positions", lambda: exchange.positions("DU1234567")),
    ):
        begun = process_time()
        for _ in range(500):
            read()
        times.append(f"{name} {(process_time() - begun) * 2000:.0f} us")
    begun = process_time()
    exchange.bars(AAPL, start_ms=MORNING - 370 * DAY, end_ms=MORNING, seconds=86_400, outside_rth=False)
    times.append(f"a year of days {(process_time() - begun) * 1000:.1f} ms")
    begun = process_time()
    exchange.bars(AAPL, start_ms=MORNING - 7 * DAY, end_ms=MORNING, seconds=60, outside_rth=True)
    times.append(f"a week of minutes {(process_time() - begun) * 1000:.1f} ms")
    return ", ".join(times)


if __name__ == "__main__":
    print(measured(None, 1.0, 60))
    print(measured(500, 1.0, 10))
    print(measured(500, 10.0, 5))
    print(measured_reads())
