"""The key card in the README."""

from __future__ import annotations

import pytest

from ibtui.ui.actions import ACTIONS
from ibtui.ui.help import key_text
from ibtui.ui.keycard import PRESETS, key_card
from tests.key_card import README, card_in, with_card


def test_the_readme_s_card_is_the_one_made_from_the_actions_table() -> None:
    assert card_in(README.read_text(encoding="utf-8")) == key_card()


def test_every_action_stands_on_the_card_with_its_keys() -> None:
    card = key_card()
    for action in ACTIONS:
        if not action.action_id.removeprefix(PRESETS).isdigit():
            keys = key_text(action, {}).replace("|", "\\|")
            assert f"| `{keys}` | {action.description} |" in card


def test_every_row_of_the_card_has_the_same_cells() -> None:
    rows = [line.replace("\\|", "") for line in key_card().splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {5}


def test_writing_it_changes_nothing_else_of_the_readme() -> None:
    text = README.read_text(encoding="utf-8")
    changed = with_card(text, "other")
    assert card_in(changed) == "other"
    assert with_card(changed, card_in(text)) == text


def test_a_readme_without_the_marks_is_not_written_to() -> None:
    with pytest.raises(ValueError, match="substring"):
        with_card("no marks", "card")
