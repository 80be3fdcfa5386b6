"""Notices and prompts as the store keeps them."""

from __future__ import annotations

from msgspec.structs import replace

from ibtui.domain.events import NoticeReceived
from ibtui.domain.notices import Notice
from ibtui.store import Store
from ibtui.store.inbox import NOTICES_KEPT

PROMPT = Notice("29042", "Use it?", order_id=7, request_id="29042", options=("Yes", "No"), received=5.0)


def test_a_repeated_frame_does_not_open_an_answered_prompt_again() -> None:
    store = Store()
    store.apply(NoticeReceived(PROMPT))
    store.apply(NoticeReceived(replace(PROMPT, answered="No", delivered=True)))
    store.apply(NoticeReceived(replace(PROMPT, received=6.0)))
    assert store.inbox.notices["29042"].answered == "No"


def test_an_answer_that_did_not_get_through_opens_the_prompt_again() -> None:
    store = Store()
    store.apply(NoticeReceived(replace(PROMPT, answered="No")))
    store.apply(NoticeReceived(PROMPT))
    assert store.inbox.notices["29042"].is_prompt


def test_of_very_many_notices_the_oldest_are_forgotten_and_prompts_are_not() -> None:
    store = Store()
    store.apply(NoticeReceived(PROMPT))
    for number in range(2 * NOTICES_KEPT):
        store.apply(NoticeReceived(Notice(f"n{number}", "Trading ends soon.", received=float(number))))
    assert len(store.inbox.notices) == NOTICES_KEPT
    assert "29042" in store.inbox.notices
    assert "n0" not in store.inbox.notices
