"""The actions table."""

from __future__ import annotations

import pytest

from ibtui.ui.actions import ACTIONS, BY_ID, Context, bindings, chords, clashes, heard, key_label
from ibtui.ui.help import DIALOG_KEYS, help_text


def test_no_context_has_a_chord_with_two_meanings() -> None:
    assert clashes({}) == []


def test_every_action_has_its_own_id() -> None:
    assert len(BY_ID) == len(ACTIONS)


def test_every_action_says_what_it_does() -> None:
    assert all(action.label and action.description and action.method for action in ACTIONS)


def test_a_remapped_key_replaces_the_default_ones() -> None:
    assert chords(BY_ID["buy"], {"buy": "ctrl+b"}) == ("ctrl+b",)


def test_a_remapping_that_clashes_is_told() -> None:
    (fault,) = {fault for fault in clashes({"buy": "s"}) if "Watchlist" in fault}
    assert "'buy'" in fault
    assert "'sell'" in fault


def test_a_character_and_its_name_are_the_same_key() -> None:
    assert any("'buy'" in fault and "'find'" in fault for fault in clashes({"buy": "/"}))


def test_an_unknown_action_is_told_with_the_nearest_right_one() -> None:
    assert clashes({"bui": "b"}) == ["unknown action 'bui', did you mean 'buy'?"]


def test_bindings_carry_the_action_id_so_that_they_can_be_remapped() -> None:
    assert {binding.id for binding in bindings(Context.WATCH)} == {
        action.action_id for action in ACTIONS if action.context is Context.WATCH
    }


def test_a_screen_hears_its_own_keys_its_table_s_and_the_common_ones() -> None:
    ids = {action.action_id for action in heard(Context.WATCH)}
    assert {"watch.remove", "page_down", "buy"} <= ids


@pytest.mark.parametrize(
    ("chord", "shown"),
    [("question_mark", "?"), ("f2", "F2"), ("escape", "esc"), ("shift+up", "shift+up"), ("X", "X"), ("plus", "+")],
)
def test_chords_are_shown_as_people_write_them(chord: str, shown: str) -> None:
    assert key_label(chord) == shown


@pytest.mark.parametrize(
    ("context", "action"), [(Context.BLOTTER, "blotter.refresh"), (Context.INBOX, "inbox.refresh")]
)
def test_reading_again_is_in_help_and_palette_and_can_be_remapped(context: Context, action: str) -> None:
    assert BY_ID[action] in heard(context)
    assert f"ctrl+r  {BY_ID[action].description}" in help_text(context, {}).plain
    assert f"f12  {BY_ID[action].description}".casefold() in help_text(context, {action: "f12"}).plain.casefold()


def test_the_fixed_keys_of_the_dialogs_are_in_the_help_of_every_screen() -> None:
    for context in (Context.WATCH, Context.LADDER, Context.BLOTTER, Context.PORTFOLIO, Context.INBOX):
        text = help_text(context, {}).plain
        assert all(words in text for _, words in DIALOG_KEYS)
