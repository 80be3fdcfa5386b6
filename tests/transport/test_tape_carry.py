"""What a new part of a tape begins with, of a ladder's depth."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ibtui.transport.tape_carry import DEPTH_KEPT, Carry
from ibtui.transport.tape_format import Entry


def frame(*rows: Mapping[str, object]) -> Entry:
    return Entry("frame", 1.0, text=json.dumps({"topic": "sbd+DU1+265598", "data": rows}))


def depth_of(carry: Carry) -> list[list[Mapping[str, object]]]:
    """Rows of the ladder's frames that a new part begins with, in order."""
    frames = [json.loads(entry.text) for entry in carry.entries(9.0, 9.0) if entry.kind == "frame"]
    return [told["data"] for told in frames if told["topic"].startswith("sbd")]


WHOLE = frame({"row": 0, "price": "271.72", "ask": "5"}, {"row": 1, "price": "271.71", "bid": "7"})
PART = frame({"row": 1, "price": "271.71"})


def opened() -> Carry:
    carry = Carry()
    carry.take(Entry("opened", 0.0))
    carry.take(Entry("sent", 0.5, text="sbd+DU1+265598"))
    return carry


def test_parts_are_repeated_as_they_came_after_the_whole_ladder_so_that_a_side_that_is_gone_stays_gone() -> None:
    carry = opened()
    carry.take(WHOLE)
    carry.take(PART)
    assert depth_of(carry)[1] == [{"row": 1, "price": "271.71"}]
    assert len(depth_of(carry)) == 2


def test_a_whole_ladder_replaces_what_came_before_it() -> None:
    carry = opened()
    for entry in (WHOLE, PART, WHOLE):
        carry.take(entry)
    assert len(depth_of(carry)) == 1


def test_another_ladder_forgets_the_one_before() -> None:
    carry = opened()
    carry.take(WHOLE)
    carry.take(Entry("sent", 2.0, text="sbd+DU1+272093"))
    assert depth_of(carry) == []


def test_a_ladder_that_tells_parts_alone_is_kept_within_bounds() -> None:
    carry = opened()
    for _ in range(DEPTH_KEPT + 10):
        carry.take(PART)
    assert len(depth_of(carry)) == DEPTH_KEPT
