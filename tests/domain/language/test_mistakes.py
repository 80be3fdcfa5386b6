"""Wrong and unfinished lines: the place, the reason and the words that would have fitted."""

from __future__ import annotations

import pytest

from ibtui.domain.language import parse


@pytest.mark.parametrize(
    ("line", "position", "word"),
    [
        ("by 100 AAPL mkt", 0, "by"),
        ("buy x AAPL mkt", 4, "x"),
        ("buy -5 AAPL mkt", 4, "-5"),
        ("buy 0 AAPL mkt", 4, "0"),
        ("buy 1e3 AAPL mkt", 4, "1e3"),
        ("buy 1,5 AAPL mkt", 4, "1,5"),
        ("buy ٣ AAPL mkt", 4, "٣"),
        ("buy $x AAPL mkt", 4, "$x"),
        ("buy 100 AAPL @ abc", 15, "abc"),
        ("buy 100 AAPL lmt mkt @ 5", 17, "mkt"),
        ("buy 100 AAPL @ 5 foo", 17, "foo"),
        ("buy 100 AAPL @ 5 'gtc'", 17, "gtc"),
        ("cancel 5 6", 9, "6"),
        ("cancel AAPL up", 12, "up"),
        ("modify AAPL @ 5", 7, "AAPL"),
        ("modify 5 @ 5 @ 6", 13, "@"),
        ("modify 5 lmt", 9, "lmt"),
        ("modify '5' @ 5", 7, "5"),
        ("flatten AAPL now", 13, "now"),
    ],
)
def test_a_wrong_word_is_named_with_its_place(line: str, position: int, word: str) -> None:
    parsed = parse(line)
    assert parsed.command is None
    assert parsed.position == position
    assert word in parsed.error


@pytest.mark.parametrize(
    ("line", "place", "reason"),
    [
        ("buy 100 AAPL @ 5 mkt", "mkt", "a market order has no price"),
        ("buy 100 AAPL mkt @ 5", "@", "a market order has no price"),
        ("buy 100 AAPL moc stop 5", "stop", "a market-on-close order has no price"),
        ("buy 1 AAPL lmt stop 5", "stop", "a limit order has no stop price"),
        ("buy 1 AAPL lmt trail 5", "trail", "a limit order has no trailing amount"),
        ("buy 1 AAPL lmt offset 5", "offset", "a limit order has no offset"),
        ("buy 1 AAPL stop 5 rel", "rel", "a relative order has no stop price"),
        ("buy 1 AAPL mit stop 5 @ 6", "@", "a market-if-touched order has one price"),
        ("buy 1 AAPL @ 5 stop 6 stp gtc", "gtc", "a stop order has one price"),
        ("buy 1 AAPL trail 1 mkt", "mkt", "a market order has no trailing amount"),
        ("buy 1 AAPL trail 1 stp lmt", "stp", "a stop order has no trailing amount"),
        ("buy 1 AAPL trail 1 lmt 0.1 @ 5", "@", "not both"),
        ("buy 1 AAPL trail 1 @ 5 lmt 0.1", "0.1", "not both"),
        ("buy 1 AAPL offset 1 stop 5", "stop", "an offset is for “rel”"),
        ("buy 1 AAPL @ 5 @ 6", "@ 6", "it was said before"),
        ("buy 1 AAPL @ 5 trail 1 offset 3", "offset", "an offset is for “rel”"),
        ("buy 1 AAPL @ 5 gtc gtd 20261231", "gtd", "there is one time in force already"),
        ("buy 1 AAPL @ 5 gtd 20261231 day", "day", "there is one time in force already"),
        ("buy 1 AAPL @ 5 aon aon", "aon", "it was said before"),
        ("buy 1 AAPL @ 5 tp 6 tp 7", "tp 7", "it was said before"),
        ("buy 1 AAPL conv @ 5", "conv", "sized in money"),
        ("buy $1 combo +1 A -1 B mkt", "combo", "a combination is sized in units"),
        ("buy 1 AAPL @ 5 oca tp 6", "oca", "it goes with “tp” or “sl”"),
        ("buy 1 AAPL @ 5 tp 6 or sell 1 X mkt", "or", "cannot be joined"),
        ("buy 1 AAPL @ 5 or sell 1 X mkt sl 5", "sl", "have no orders attached"),
        ("buy 1 AAPL @ 5 or cancel 1", "cancel", "does not fit here"),
        ("buy 1 AAPL or sell 1 X mkt", "or", "no type and no price yet"),
        ("buy 1 AAPL lit @ 5 or sell 1 X mkt", "or", "“stop” is missing"),
        ("buy 1 combo +1 A -1 A mkt", "A mkt", "stands in two legs"),
        ("buy 1 combo 0 A", "0 A", "not a ratio"),
        ("buy 1 combo +1 A mkt", "mkt", "not a ratio"),
        ("buy 1 combo +1 A -1 B dest ARCA", "dest", "cannot be directed"),
        ("buy 1 AAPL @ -1.20", "-1.20", "only combinations have prices of 0 or less"),
        ("buy 1 AAPL @ 5 sl trail 2 lmt 1", "lmt", "names its first stop too"),
        ("buy 1 AAPL trail -2", "-2", "neither an amount nor a percentage"),
        ("buy 1 AAPL @ 5 gtd 20260230", "20260230", "is not a moment"),
        ("buy 1 AAPL @ 5 gtd 20261231-21:00:00.5", "20261231-", "is not a moment"),
        ("buy 1 AAPL @ 5 manual 20261231", "20261231", "is not a moment"),
        ("buy 1 AAPL @ 5 algo V a=1 a=2", "a=2", "was set before"),
        ("buy 1 AAPL @ 5 algo V =2", "=2", "name is missing"),
        ("buy 1 AAPL @ 5 algo V a= gtc", " gtc", "the value is missing"),
        ("buy 1 AAPL @ 5 acct ''", "''", "the account is missing"),
        ("buy 1 '' mkt", "''", "a symbol is missing"),
    ],
)
def test_what_does_not_go_together_is_refused_at_its_place_with_the_reason(line: str, place: str, reason: str) -> None:
    parsed = parse(line)
    assert parsed.command is None
    assert line[parsed.position :].startswith(place), parsed
    assert line.index(place) <= parsed.position
    assert reason in parsed.error


def test_a_thirteenth_leg_is_refused() -> None:
    twelve = "buy 1 combo " + " ".join(f"+1 S{number}" for number in range(12))
    assert parse(f"{twelve} mkt").command is not None
    parsed = parse(f"{twelve} -1 S13 mkt")
    assert (parsed.position, parsed.error) == (len(twelve) + 1, "a combination has at most 12 legs")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", "buy"),
        ("buy", "<quantity>"),
        ("buy 100", "<symbol>"),
        ("buy 100", "combo"),
        ("buy 100 'BRK", "'"),
        ("buy 100 AAPL", "mkt"),
        ("buy 100 AAPL @", "<price>"),
        ("buy 100 AAPL lmt", "@"),
        ("buy 100 AAPL @ 165 trail 1", "lmt"),
        ("buy 100 AAPL trail", "<percent>%"),
        ("buy 100 AAPL trail 1 lmt", "<offset>"),
        ("buy 100 AAPL @ 5 stop 6 stp", "lmt"),
        ("buy 1 combo", "<ratio>"),
        ("buy 1 combo +1", "<symbol>"),
        ("buy 100 AAPL @ 165 rth", "off"),
        ("buy 100 AAPL @ 165 gtd", "<moment>"),
        ("buy 100 AAPL @ 165 sl", "trail"),
        ("buy 100 AAPL @ 165 lmt sl 160 lmt", "<price>"),
        ("buy 100 AAPL @ 165 algo", "<algo>"),
        ("buy 100 AAPL @ 165 algo V a=", "<value>"),
        ("buy 100 AAPL @ 165 acct", "<account>"),
        ("buy 100 AAPL @ 165 or", "sell"),
        ("cancel", "all"),
        ("modify 5", "qty"),
        ("modify 5 trail", "<amount>"),
    ],
)
def test_an_unfinished_line_is_no_error_and_says_what_may_follow(line: str, expected: str) -> None:
    parsed = parse(line)
    assert (parsed.command, parsed.error, parsed.position) == (None, "", len(line))
    assert expected in parsed.expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("buy 100 AAPL @ 165", "gtc"),
        ("buy 100 AAPL @ 165", "or"),
        ("buy 100 AAPL @ 165 tp 170", "oca"),
        ("buy 100 AAPL @ 165 sl 160", "lmt"),
        ("buy 100 AAPL @ 165 sl 160 lmt", "<price>"),
        ("buy 100 AAPL @ 165 sl trail 2", "<price>"),
        ("buy 100 AAPL @ 165 stp", "lmt"),
        ("buy 100 AAPL @ 165 algo Vwap", "<parameter>=<value>"),
        ("buy 1 combo +1 A -1 B mkt", "gtc"),
        ("buy $5 EUR.USD mkt", "conv"),
        ("cancel all", "sell"),
        ("modify 5 @ 6", "stop"),
    ],
)
def test_a_whole_line_says_what_may_still_be_added(line: str, expected: str) -> None:
    parsed = parse(line)
    assert parsed.command is not None
    assert expected in parsed.expected


def test_words_that_no_longer_fit_are_not_expected() -> None:
    expected = parse("buy 100 AAPL @ 165 lmt gtc aon").expected
    assert not {"@", "stop", "mkt", "gtc", "day", "gtd", "aon", "conv", "oca", "trail"} & set(expected)


def test_a_misspelt_word_names_those_that_begin_alike() -> None:
    assert parse("buy 100 AAPL @ 5 g").expected == ("gtc", "gtd")


def test_a_long_or_unprintable_word_is_shown_cut_and_clean() -> None:
    error = parse(f"buy 1 AAPL @ 5 \x1b[31m{'x' * 100}").error
    assert error.isprintable()
    assert len(error) < 60
