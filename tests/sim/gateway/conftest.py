"""Fixtures: a gateway that is warmed up, and a way to make others."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from ibtui.sim.server import SimOptions
from tests.sim.gateway.rig import THURSDAY_TRADING_MS, MakeRig, Rig


@pytest.fixture
async def make_rig() -> AsyncIterator[MakeRig]:
    rigs: list[Rig] = []

    def make(
        *,
        scenario: str = "normal",
        speed: float = 1.0,
        start_ms: int = THURSDAY_TRADING_MS,
        tick_rate: float = 1.0,
    ) -> Rig:
        options = SimOptions(seed=7, start_ms=start_ms, scenario=scenario, speed=speed, tick_rate=tick_rate)
        rigs.append(Rig(options))
        return rigs[-1]

    yield make
    for rig in rigs:
        await rig.close()


@pytest.fixture
async def rig(make_rig: MakeRig) -> Rig:
    return await make_rig().ready()


@pytest.fixture
async def slack(make_rig: MakeRig) -> Rig:
    """A rig whose market moves as far as the others do in a tenth of the orders, for tests of long times."""
    return await make_rig(tick_rate=0.1).ready()
