"""The state machines of submissions and orders: their tables, and that what they do not allow cannot happen."""

from __future__ import annotations

import itertools

import pytest

from ibtui.domain.orders import MOVES, STATUS_MOVES, Intent, OrderStatus, Stage, Submission
from ibtui.session.orders.book import Book, Entry, IllegalMove
from ibtui.session.orders.journal import Journal
from ibtui.store import Store
from tests.fakes.clock import ManualClock
from tests.session.orders.bench import ACCOUNT, JOURNALS, ticket

LEGAL = {
    "queued": "sent rejected",
    "sent": "asking acknowledged rejected unknown",
    "asking": "replying rejected unknown",
    "replying": "asking acknowledged rejected declined unknown",
    "unknown": "unknown sent acknowledged rejected closed",
    "rejected": "acknowledged",
    "declined": "acknowledged",
    "closed": "acknowledged",
    "acknowledged": "",
}
"""Written out once more, so that a slip in the table is seen."""


def stood_at(stage: Stage) -> tuple[Book, Entry, Journal, Store]:
    clock, store = ManualClock(), Store()
    journal = Journal(None, clock)
    JOURNALS.append(journal)
    book = Book(store, clock, journal)
    entry = book.enter(Submission("k", Intent.PLACE, ACCOUNT, Stage.QUEUED, (ticket(),)))
    if stage is not Stage.QUEUED:
        book.begin(entry, b"{}")
        entry.submission = Submission("k", Intent.PLACE, ACCOUNT, stage, (ticket(),))
    return book, entry, journal, store


@pytest.mark.parametrize(("before", "after"), itertools.product(Stage, Stage), ids=str)
def test_the_book_makes_the_moves_of_the_table_and_no_others(before: Stage, after: Stage) -> None:
    book, entry, journal, store = stood_at(before)
    steps = len(journal.story("k"))
    shown = store.orders.submissions["k"]
    if after.value in LEGAL[before.value].split():
        assert before.may_become(after)
        book.move(entry, after, "so")
        assert entry.stage is after
        assert store.orders.submissions["k"].stage is after
    else:
        assert not before.may_become(after)
        with pytest.raises(IllegalMove):
            book.move(entry, after, "so")
        assert entry.stage is before
        assert len(journal.story("k")) == steps
        assert store.orders.submissions["k"] is shown


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.QUEUED])
def test_nothing_begins_twice_save_what_the_user_sends_again(stage: Stage) -> None:
    book, entry, _, _ = stood_at(stage)
    if stage is Stage.UNKNOWN:
        book.step(entry, Stage.SENT, "sent again by the user")
    else:
        with pytest.raises(IllegalMove):
            book.step(entry, Stage.SENT, "sent again by the user")


def test_only_what_is_open_may_be_rejected_and_only_ends_are_corrected() -> None:
    assert set(MOVES) == set(Stage)
    assert all(stage.is_open for stage, after in MOVES.items() if Stage.REJECTED in after)
    assert {stage for stage, after in MOVES.items() if after == {Stage.ACKNOWLEDGED}} == {
        Stage.REJECTED,
        Stage.DECLINED,
        Stage.CLOSED,
    }


def test_a_final_status_leads_nowhere_and_every_other_leads_to_every_end() -> None:
    ends = {status for status in OrderStatus if status.is_final}
    assert set(STATUS_MOVES) == set(OrderStatus)
    for status in OrderStatus:
        assert STATUS_MOVES[status] == set() if status in ends else ends <= STATUS_MOVES[status]


@pytest.mark.parametrize(
    ("before", "after", "may"),
    [
        ("Inactive", "PendingSubmit", True),
        ("Inactive", "Submitted", True),
        ("Submitted", "Inactive", False),
        ("Submitted", "PreSubmitted", False),
        ("PreSubmitted", "PendingSubmit", False),
        ("PendingCancel", "Submitted", True),
        ("PendingCancel", "PreSubmitted", True),
        ("PendingCancel", "PendingSubmit", False),
        ("Submitted", "WarnState", True),
        ("WarnState", "Submitted", True),
        ("Submitted", "Unknown", True),
        ("Filled", "Cancelled", False),
        ("Submitted", "Submitted", True),
    ],
)
def test_a_status_that_nothing_dates_goes_forward_only(before: str, after: str, may: bool) -> None:
    assert OrderStatus(before).may_become(OrderStatus(after)) is may
