"""The words of the `:` line."""

from __future__ import annotations

from ibtui.domain.language import OrderCommand
from ibtui.ui.commands import COMMANDS, Go, Vocabulary, completions, read
from ibtui.ui.history import History

KNOWN = Vocabulary(
    symbols=("AAPL", "MSFT", "'ES DEC26'"), themes=("ibtui-dark", "ibtui-light"), accounts=("DU1",), lists=("Tech",)
)


def test_a_screen_s_name_is_a_command() -> None:
    assert read("orders").go == Go("orders")


def test_commands_are_read_in_any_case() -> None:
    assert read("LADDER aapl").go == Go("ladder", ("aapl",))


def test_a_quoted_symbol_is_one_word() -> None:
    assert read("ladder 'ES DEC26'").go == Go("ladder", ("ES DEC26",))


def test_a_command_that_needs_a_word_is_not_whole_without_it() -> None:
    reading = read("theme")
    assert not reading.is_whole
    assert reading.expected == ("<name>",)


def test_nothing_may_follow_a_command_without_arguments() -> None:
    reading = read("quit now")
    assert (reading.error, reading.position) == ("nothing can follow “quit”", 5)


def test_an_order_is_read_by_the_order_language() -> None:
    command = read("buy 100 AAPL @ 165").order
    assert isinstance(command, OrderCommand)
    assert str(command) == "buy 100 AAPL @ 165 lmt"


def test_a_wrong_word_is_told_with_its_place_and_what_would_have_fitted() -> None:
    reading = read("byu 100 AAPL")
    assert (reading.position, reading.error) == (0, "“byu” is no command")
    assert "buy" in reading.expected


def test_a_word_still_being_typed_is_no_mistake() -> None:
    assert read("lad").error == ""


def test_every_screen_and_every_further_command_is_known() -> None:
    wanted = "watch ladder orders portfolio inbox help quit theme account list newlist"
    assert set(wanted.split()) <= set(COMMANDS)


def test_the_word_being_typed_is_completed() -> None:
    assert completions("po", KNOWN) == ("portfolio",)
    assert completions("ladder A", KNOWN) == ("ladder AAPL",)
    assert completions("theme ibtui-l", KNOWN) == ("theme ibtui-light",)
    assert completions("account ", KNOWN) == ("account DU1",)
    assert completions("list t", KNOWN) == ("list Tech",)


def test_symbols_are_completed_in_orders_in_whatever_case_they_are_begun() -> None:
    assert completions("buy 100 aa", KNOWN) == ("buy 100 AAPL",)


def test_nothing_is_offered_after_a_mistake() -> None:
    assert completions("xyz ", KNOWN) == ()


def test_history_walks_back_and_forth_and_ends_with_a_blank_line() -> None:
    history = History()
    for line in ("first", "second"):
        history.add(line)
    assert [history.walk(step) for step in (-1, -1, -1, 1, 1, 1)] == ["second", "first", None, "second", "", None]


def test_a_line_entered_again_is_remembered_once_as_the_newest() -> None:
    history = History()
    for line in ("first", "second", "first", "  "):
        history.add(line)
    assert [history.walk(-1), history.walk(-1), history.walk(-1)] == ["first", "second", None]
