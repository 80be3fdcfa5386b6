"""Rows of a list that were told before are not decoded again."""

from __future__ import annotations

import json

from ibtui.session.orders.rows_seen import RowsSeen


def test_only_rows_that_are_new_or_changed_are_left() -> None:
    seen = RowsSeen()
    assert seen.fresh(b'[{"a": 1}, {"a": 2}]') == (b'[{"a": 1},{"a": 2}]', 0)
    fresh, before = seen.fresh(b'[{"a": 1}, {"a": 3}, {"a": 4}]')
    assert (json.loads(fresh), before) == ([{"a": 3}, {"a": 4}], 1)


def test_a_row_that_was_gone_counts_as_new() -> None:
    seen = RowsSeen()
    seen.fresh(b'[{"a": 1}]')
    seen.fresh(b"[]")
    assert seen.fresh(b'[{"a": 1}]') == (b'[{"a": 1}]', 0)


def test_what_is_no_list_is_left_for_the_decoder_to_refuse() -> None:
    seen = RowsSeen()
    seen.fresh(b'[{"a": 1}]')
    assert seen.fresh(b'{"error": "no"}') == (b'{"error": "no"}', 0)
    assert seen.fresh(b'[{"a": 1}]') == (b'[{"a": 1}]', 0)


def test_after_forgetting_every_row_is_new() -> None:
    seen = RowsSeen()
    seen.fresh(b'[{"a": 1}]')
    seen.forget()
    assert seen.fresh(b'[{"a": 1}]') == (b'[{"a": 1}]', 0)
