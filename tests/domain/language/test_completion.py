"""What is offered at the cursor."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibtui.domain.algos import Algo, AlgoParameter
from ibtui.domain.language import Completion, Vocabulary, completions, line_of, parse, symbol_at
from ibtui.domain.language.clauses import Clauses
from ibtui.domain.language.completion import MEANINGS
from ibtui.domain.tickets import Ticket
from tests.domain.tickets_strategy import ticket_sets

VWAP = Algo(
    "Vwap",
    "VWAP",
    parameters=(
        AlgoParameter("MaxPctVol", "Max percentage", "Double", required=True, default="0.1"),
        AlgoParameter("startTime", "Start time", "Time"),
        AlgoParameter("noTakeLiq", "Never take liquidity", "Boolean"),
        AlgoParameter("urgency", "Urgency", choices=("Get Done", "Patient")),
    ),
)
KNOWN = Vocabulary(
    symbols=("AAPL", "MSFT", "ES DEC26", "ALL"),
    orders=((123456, "BUY 100 AAPL @ 165"), (129, "SELL 5 MSFT")),
    accounts=("DU1234567",),
    groups=("All Clients",),
    algos=(VWAP, Algo("Adaptive", "Adaptive")),
    exchanges=("SMART", "ARCA"),
)


def offered(line: str) -> list[str]:
    """Texts offered at the end of the line."""
    return [each.text for each in completions(line, len(line), KNOWN)]


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("b", ["buy"]),
        ("buy 100 ", ["AAPL", "MSFT", "'ES DEC26'", "ALL", "combo"]),
        ("buy 100 a", ["AAPL", "ALL"]),
        ("buy 100 es", ["'ES DEC26'"]),
        ("buy 100 'es", ["'ES DEC26'"]),
        ("buy 1 combo +1 m", ["MSFT"]),
        ("buy 100 AAPL @ 5 G", ["gtc", "gtd"]),
        ("buy 100 AAPL stp", ["stp lmt"]),
        ("buy 100 AAPL @ 5 rth ", ["on", "off"]),
        ("buy 100 AAPL @ 5 rt", ["rth on", "rth off"]),
        ("buy 100 AAPL @ 5 acct ", ["DU1234567", "'All Clients'"]),
        ("buy 100 AAPL @ 5 acct all", ["'All Clients'"]),
        ("buy 100 AAPL @ 5 route a", ["ARCA"]),
        ("buy 100 AAPL @ 5 alloc n", ["NetLiq"]),
        ("buy 100 AAPL @ 5 algo v", ["Vwap"]),
        ("buy 100 AAPL @ 5 algo vwap max", ["MaxPctVol="]),
        ("buy 100 AAPL @ 5 algo Vwap MaxPctVol=0.1 ma", ["manual"]),
        ("buy 100 AAPL @ 5 algo Vwap MaxPctVol=", ["MaxPctVol=0.1"]),
        ("buy 100 AAPL @ 5 algo Vwap noTakeLiq=t", ["noTakeLiq=true"]),
        ("buy 100 AAPL @ 5 algo Vwap urgency='get", ["urgency='Get Done'"]),
        ("buy 100 AAPL @ 5 or s", ["sell"]),
        ("cancel 12", ["123456", "129"]),
        ("cancel al", ["all", "'ALL'"]),
        ("cancel AAPL ", ["buy", "sell"]),
        ("modify 1", ["123456", "129"]),
        ("modify 129 q", ["qty"]),
        ("flatten ms", ["MSFT"]),
        ("buy ", []),
        ("buy 100 AAPL @ ", []),
        ("buy 100 AAPL @ 5 gtd ", []),
        ("buy x AAPL g", []),
        ("buy 100 AAPL ref ", []),
    ],
)
def test_what_fits_the_place_is_offered(line: str, texts: list[str]) -> None:
    assert offered(line) == texts


def test_a_blank_line_begins_with_a_verb() -> None:
    assert offered("") == ["buy", "sell", "cancel", "modify", "flatten", "reverse"]


def test_parameters_of_the_algo_come_before_other_clauses() -> None:
    assert offered("buy 1 AAPL @ 5 algo Vwap ")[:4] == ["MaxPctVol=", "startTime=", "noTakeLiq=", "urgency="]


def test_the_whole_word_under_the_cursor_is_replaced() -> None:
    assert completions("buy 100 AAXX @ 5", 10, KNOWN) == (Completion("AAPL", 8, 12),)
    assert completions("buy 100 @ 5", 8, KNOWN)[0] == Completion("AAPL", 8, 8)


def test_each_word_says_what_it_means() -> None:
    found = {each.text: each.description for each in completions("cancel ", 7, KNOWN)}
    assert found["129"] == "SELL 5 MSFT"
    assert found["all"] == "every working order of the account"
    (parameter,) = completions("buy 1 AAPL @ 5 algo Vwap max", 28, KNOWN)
    assert parameter.description == "Max percentage (required)"


def test_no_word_of_the_language_is_without_a_meaning() -> None:
    words = [*parse("").expected, *parse("modify 5").expected, *Clauses(is_cash=True).open()]
    assert [word for word in words if not word.startswith("<") and word not in MEANINGS] == []


@settings(max_examples=25)
@given(ticket_sets(), st.integers(0, 300))
def test_whatever_is_offered_can_be_typed_there(tickets: tuple[Ticket, ...], cursor: int) -> None:
    line = line_of(tickets)[:cursor]
    for offer in completions(line, len(line), KNOWN):
        assert offer.end == len(line)
        assert parse(f"{line[: offer.start]}{offer.text}").error == "", offer


@given(st.text(max_size=60), st.integers(-5, 70))
def test_no_line_breaks_the_completion_and_every_range_lies_within_it(line: str, cursor: int) -> None:
    for offer in completions(line, cursor, KNOWN):
        assert 0 <= offer.start <= max(0, min(cursor, len(line))) <= offer.end <= len(line)


@pytest.mark.parametrize(
    ("line", "symbol"),
    [
        ("", ""),
        ("buy 100", ""),
        ("buy 100 aapl @ 5 algo ", "AAPL"),
        ("buy $ 100 eur.usd", "EUR.USD"),
        ("buy 1 'ES Dec26' mkt", "ES Dec26"),
        ("buy 1 combo +1 AAPL -1 MSFT", ""),
        ("buy 1 AAPL mkt or sell 1 MSFT ", "MSFT"),
        ("cancel AAPL", ""),
    ],
)
def test_the_symbol_whose_algos_are_wanted_is_that_of_the_order_at_the_cursor(line: str, symbol: str) -> None:
    assert symbol_at(line, len(line)) == symbol
