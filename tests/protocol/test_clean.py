"""Text of the gateway is safe on a terminal, whatever it holds."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibtui.protocol.clean import BLOCK_LIMIT, LINE_LIMIT, clean, clean_block

BIDI = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
NASTY = st.text(
    st.one_of(
        st.sampled_from("<>&;#/[]@\x1b\x07\x9b\x9d\x90\\\r\n\t\u202e\u2066\u200b\ufeff\ud800\x00\x7f\x85"),
        st.characters(exclude_categories=()),
    )
)
HOSTILE = (
    "<",
    "&",
    "\x1b[1;",
    "\x1b]",
    "<script>",
    "<!--",
    "<a href=http://x ",
    "&#60;",
    "&lt;br",
    "\u200b",
    "<br ",
    "x",
    "  ",
    "1",
)


def is_safe(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and ord(character) not in BIDI


@given(NASTY)
def test_a_cleaned_line_holds_no_control_bidi_or_escape_character(text: str) -> None:
    assert all(is_safe(character) for character in clean(text))


@given(NASTY)
def test_a_cleaned_block_holds_nothing_of_the_kind_but_line_breaks(text: str) -> None:
    assert all(character == "\n" or is_safe(character) for character in clean_block(text))


@given(NASTY, st.integers(1, 50))
def test_the_limit_is_never_exceeded(text: str, limit: int) -> None:
    assert len(clean(text, limit=limit)) <= limit
    assert len(clean_block(text, limit=limit)) <= limit


@given(NASTY)
def test_cleaning_twice_changes_no_more_white_space_or_controls(text: str) -> None:
    once = clean(text)
    assert once == once.strip()
    assert "  " not in once


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_hostile_megabyte_gives_a_bounded_text(unit: str) -> None:
    hostile = unit * (1_000_000 // len(unit))
    assert len(clean(hostile)) <= LINE_LIMIT
    assert len(clean_block(hostile)) <= BLOCK_LIMIT


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        (None, ""),
        ("  plain  text ", "plain text"),
        ("two\nlines\tand\rmore", "two lines and more"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b31mred", "red"),
        ("\x1bPdevice\x1b\\after", "after"),
        ("never ended \x1b]0;kept", "never ended 0;kept"),
        ("<h4>Confirm Mandatory Cap Price</h4>To avoid it", "Confirm Mandatory Cap Price To avoid it"),
        ("<b>W</b>arning", "Warning"),
        ("<script>alert(1)</script>after<style>x{}</style>", "after"),
        ("never <script>closed", "never closed"),
        ("a &amp; b &lt; c", "a & b < c"),
        ("&lt;br&gt;next", "next"),
        ("&#27;[2Jharmless", "[2Jharmless"),
        ("&#x202e;abc", "abc"),
        ("bid < ask and ask > bid", "bid < ask and ask > bid"),
        ("[bold]brackets stay[/bold]", "[bold]brackets stay[/bold]"),
        ("evil\u202etxt", "eviltxt"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("苹果公司 €", "苹果公司 €"),
        (42, "42"),
    ],
)
def test_a_line_reads_as_a_person_expects(raw: object, safe: str) -> None:
    assert clean(raw) == safe


def test_a_cut_line_ends_in_an_ellipsis() -> None:
    assert clean("abcdefgh", limit=5) == "abcd…"


@pytest.mark.parametrize("cleaner", [clean, clean_block])
def test_words_behind_so_much_markup_that_it_was_not_read_leave_an_ellipsis(cleaner: Callable[..., str]) -> None:
    assert cleaner("short" + "<b></b>" * 100 + "the catch", limit=50) == "short…"
    assert cleaner("short" + " " * 1_000, limit=50) == "short"


def test_a_numeric_entity_of_thousands_of_digits_is_dropped() -> None:
    assert clean("a&#" + "1" * 6000 + ";b") == "ab"


@pytest.mark.parametrize(
    ("raw", "lines"),
    [
        ("one<br>two<br />three", ["one", "two", "three"]),
        ("<p>first</p><p>second</p>", ["first", "", "second"]),
        ("<ul><li>a</li><li>b</li></ul>", ["• a", "• b"]),
        ("plain\nlines\r\nstay", ["plain", "lines", "stay"]),
        ("<div>source\nbreaks</div>join", ["source breaks", "join"]),
        ("<a href='https://ib.com/x'>here</a>", ["here (https://ib.com/x)"]),
        ("<a href='javascript:x'>here</a>", ["here"]),
        ("<table><tr><td>1</td><td>2</td></tr></table>", ["1 2"]),
        ("a\n\n\n\nb", ["a", "", "b"]),
        ("<html>x<script>evil()</script>y</html>", ["xy"]),
        ("&lt;p&gt;spelled out&lt;/p&gt;", ["spelled out"]),
        ("\x1b[31mred<br>\u202eplain", ["red", "plain"]),
        (None, [""]),
    ],
)
def test_html_becomes_readable_lines(raw: object, lines: list[str]) -> None:
    assert clean_block(raw).split("\n") == lines
