"""A cancel that waits in the penalty box says so wherever it is shown, and counts down."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from ibtui.domain.events import HealthChanged, SubmissionMoved
from ibtui.domain.orders import Intent, Stage, Submission
from ibtui.store import Store
from ibtui.ui.screens.blotter_story import story
from ibtui.ui.screens.blotter_view import ORDER_COLUMNS
from ibtui.ui.waiting import boxed_cancels
from tests.ui.market import ACCOUNT, populate
from tests.ui.tables import working_rows

NOW = 1000.0


@pytest.fixture
def store() -> Store:
    store = Store()
    populate(store, NOW)
    store.apply(HealthChanged(replace(store.health, penalty_until=NOW + 252.0)))
    store.apply(SubmissionMoved(cancel(Stage.QUEUED)))
    return store


def cancel(stage: Stage) -> Submission:
    return Submission("cancel-1001-1", Intent.CANCEL, ACCOUNT, stage, order_id=1001)


def status(store: Store, now: float) -> str:
    place = [column.key for column in ORDER_COLUMNS].index("status")
    return dict(working_rows(store, now))[1001][place].text


def told(store: Store, now: float) -> str:
    return "\n".join("".join(span.text for span in line) for line in story(store, 1001, now))


def test_the_blotter_counts_down_behind_the_orders_own_status(store: Store) -> None:
    assert status(store, NOW) == "Submitted, cancel waits 4:12"
    assert status(store, NOW + 10.0) == "Submitted, cancel waits 4:02"


def test_the_story_says_why_and_that_nothing_was_sent(store: Store) -> None:
    assert "waits for the end of the penalty box, 4:12; nothing is sent yet" in told(store, NOW)


def test_when_the_box_opens_it_waits_for_its_turn_and_then_it_is_sent(store: Store) -> None:
    after = NOW + 253.0
    assert status(store, after) == "Submitted, cancel: waits for its turn"
    store.apply(SubmissionMoved(cancel(Stage.SENT)))
    assert status(store, after) == "Submitted, cancel: sent, no answer yet"
    assert "penalty" not in told(store, NOW)


def test_only_cancels_that_wait_are_counted(store: Store) -> None:
    other = Submission("c1", Intent.PLACE, ACCOUNT, Stage.QUEUED)
    store.apply(SubmissionMoved(other))
    assert boxed_cancels(store, NOW) == 1
    store.apply(SubmissionMoved(cancel(Stage.SENT)))
    assert boxed_cancels(store, NOW) == 0
