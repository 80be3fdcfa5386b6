"""The words of the `:` line."""

from __future__ import annotations

from ibtui.domain.language import OrderCommand
from ibtui.domain.language import completion as language
from ibtui.ui.commands import COMMANDS, Go, Vocabulary, completions, read
from ibtui.ui.history import History

KNOWN = Vocabulary(
    language.Vocabulary(
        symbols=("AAPL", "MSFT", "ES DEC26"), orders=((123456, "BUY 100 AAPL"),), accounts=("DU1",), groups=("Friends",)
    ),
    themes=("ibtui-dark", "ibtui-light"),
    lists=("Tech", "My picks"),
)


def lines(line: str) -> tuple[str, ...]:
    """What the line can become, the cursor at its end."""
    return tuple(line[: c.start] + c.text + line[c.end :] for c in completions(line, len(line), KNOWN))


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
    assert lines("po") == ("portfolio",)
    assert lines("ladder A") == ("ladder AAPL",)
    assert lines("theme ibtui-l") == ("theme ibtui-light",)
    assert lines("account ") == ("account DU1",)
    assert lines("list t") == ("list Tech",)


def test_a_name_of_two_words_is_completed_in_quotes() -> None:
    assert lines("ladder es") == ("ladder 'ES DEC26'",)
    assert lines("list 'my") == ("list 'My picks'",)


def test_verbs_and_commands_are_offered_together_with_what_they_mean() -> None:
    offered = {c.text: c.description for c in completions("c", 1, KNOWN)}
    assert set(offered) == {"cancel", "connection", "combo"}
    assert all(offered.values())


def test_symbols_are_completed_in_orders_in_whatever_case_they_are_begun() -> None:
    assert lines("buy 100 aa") == ("buy 100 AAPL",)


def test_order_ids_accounts_and_groups_are_completed() -> None:
    assert lines("modify 12") == ("modify 123456",)
    assert lines("buy 1 AAPL @ 5 acct ") == ("buy 1 AAPL @ 5 acct DU1", "buy 1 AAPL @ 5 acct Friends")


def test_a_word_in_the_middle_of_a_line_is_completed_where_it_stands() -> None:
    (found,) = completions("buy 1 AA @ 5", 8, KNOWN)
    assert (found.text, found.start, found.end) == ("AAPL", 6, 8)


def test_nothing_is_offered_after_a_mistake() -> None:
    assert lines("xyz ") == ()


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
