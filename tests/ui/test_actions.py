"""The actions table."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from textual.binding import Binding

from ibtui.ui.actions import ACTIONS, BY_ID, WITHIN, Context, bindings, chords, clashes, heard, key_label
from ibtui.ui.help import DIALOG_KEYS, help_text
from ibtui.ui.ladder.keys import LadderState, footer_of, state_words


def spelled(binding: Binding) -> Iterable[Binding]:
    """One binding per chord."""
    return Binding.make_bindings([binding])


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
    own = (Context.WATCH, Context.TICKET)
    assert {binding.id for binding in bindings(Context.WATCH)} == {
        action.action_id for action in ACTIONS if action.context in own
    }


def test_what_the_app_and_tables_bind_themselves_no_screen_binds_again() -> None:
    for context in WITHIN:
        bound = {BY_ID[str(binding.id)].context for binding in bindings(context)}
        assert not bound & {Context.APP, Context.GRID}


def test_the_ladder_hears_no_key_that_opens_a_ticket_elsewhere() -> None:
    assert not [action for action in heard(Context.LADDER) if action.context is Context.TICKET]
    bound = {binding.key: binding.id for listed in bindings(Context.LADDER) for binding in spelled(listed)}
    assert {bound[key] for key in "bsx"} == {"ladder.buy", "ladder.sell", "ladder.cancel"}
    assert (bound["n"], bound["N"]) == ("ladder.buy_ticket", "ladder.sell_ticket")


def test_every_state_of_the_ladder_names_actions_it_hears() -> None:
    ids = {action.action_id for action in heard(Context.LADDER)}
    for state in LadderState:
        for is_armed in (False, True):
            entries = footer_of(state, is_armed=is_armed)
            assert {name for name, _ in entries} <= ids
            assert len(dict(entries)) == len(entries)


@pytest.mark.parametrize(("is_armed", "label"), [(False, "preview buy"), (True, "BUY")])
def test_with_something_in_the_hand_the_footer_still_says_whether_keys_send(is_armed: bool, label: str) -> None:
    for state in (LadderState.PREVIEW, LadderState.GRABBED):
        assert ("ladder.buy", label) in footer_of(state, is_armed=is_armed)
        assert ("ARMED: trading keys send at once" in state_words(state, is_armed=is_armed)) is is_armed


def test_the_help_begins_with_what_the_keys_do_now() -> None:
    text = help_text(Context.LADDER, {}, state=LadderState.ARMED.value).plain
    assert text.startswith("Now ARMED: trading keys send at once")
    assert "Now" not in help_text(Context.WATCH, {}).plain.split("\n")[0]


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
