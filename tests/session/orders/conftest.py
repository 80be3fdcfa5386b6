from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.session.orders.bench import JOURNALS


@pytest.fixture(autouse=True)
def journals_are_closed() -> Iterator[None]:
    yield
    while JOURNALS:
        JOURNALS.pop().close()
