from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.session.orders.bench import JOURNALS, TASKS


@pytest.fixture(autouse=True)
async def nothing_outlives_its_test() -> AsyncIterator[None]:
    """Benches end as a session does: tasks first, then the journals."""
    yield
    own = asyncio.get_running_loop()
    left = [task for tasks in TASKS for task in tasks if task.get_loop() is own]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    TASKS.clear()
    while JOURNALS:
        JOURNALS.pop().close()
