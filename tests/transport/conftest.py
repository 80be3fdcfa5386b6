"""What tests of the transport share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.clock import settle
from tests.transport.crowd import Crowd, JumpingClock


@pytest.fixture
async def crowd() -> AsyncIterator[Crowd]:
    crowd = Crowd(JumpingClock())
    yield crowd
    crowd.close()
    await settle()
