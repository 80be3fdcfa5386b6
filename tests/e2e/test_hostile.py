"""A gateway whose every text is an attack: nothing of it acts on the terminal, on any screen or dialog."""

from __future__ import annotations

import json
import re
import time

import pytest

from ibtui.sim.gateway.hostile import POISON
from tests.e2e.conftest import Open
from tests.e2e.gateways import simulator, web_server
from tests.e2e.strict import violations
from tests.e2e.terminal import Terminal

PROMPTLY = 2.0
"""Seconds within which a key is answered, whatever is on screen."""
MARKED = "[red]x[/]"
QUESTIONS_AT_MOST = 8


class Tour:
    """A walk through the program; at each station the markup of the gateway's texts must have done nothing."""

    def __init__(self, screen: Terminal) -> None:
        self.screen = screen
        self.literal: set[str] = set()
        """Stations at which the markup was seen letter by letter."""

    def station(self, name: str, pattern: str, seconds: float = 20.0) -> None:
        """Wait for it, and look at it."""
        self.screen.see(pattern, seconds)
        self.look(name)

    def look(self, name: str) -> None:
        """Markup that was read as such would be gone, or would have coloured its words."""
        text = self.screen.text()
        assert not re.search(r"link ?x", text), f"{name}: markup was taken for markup:\n{text}"
        for y, line in enumerate(self.screen.screen.display):
            for match in re.finditer(re.escape(MARKED), line):
                self.literal.add(name)
                cells = [self.screen.screen.buffer[y][x] for x in range(*match.span())]
                styles = {(cell.fg, cell.bg, cell.bold, cell.italics, cell.underscore, cell.reverse) for cell in cells}
                assert len(styles) == 1, f"{name}: {MARKED} is styled by its own words in\n{text}"

    def opened(self, name: str, key: str, pattern: str) -> None:
        """Open something with a key, look at it, and leave it."""
        self.screen.press(key)
        self.station(name, pattern)
        self.screen.press("escape")
        self.screen.gone(pattern)

    def decided(self, name: str, key: str, pattern: str, answer: str) -> None:
        """Open a dialog that wants a decision, look at it, and answer."""
        self.screen.press(key)
        self.station(name, pattern)
        self.screen.decide(answer)
        self.screen.gone(pattern)


def cursor_row(text: str) -> int:
    """Line of the inbox's cursor, −1 for none."""
    return next((y for y, line in enumerate(text.splitlines()) if line.startswith("│▌")), -1)


def ended(screen: Terminal) -> None:
    """Take all that is written until the program has ended."""
    deadline = time.monotonic() + 10.0
    while screen.pump():
        assert time.monotonic() < deadline, "the program did not end"


def screens(tour: Tour) -> None:
    """The five screens."""
    screen = tour.screen
    tour.station("watchlist", r"Watchlist: Tech link \[red\]x")
    screen.see(r"AAPL +\d+\.\d\d")
    screen.press("f3")
    tour.station("ladder", r"AAPL · DISARMED · APPLE INC link \[red\]x")
    screen.press("f4")
    tour.station("blotter", "Finished today")
    screen.press("f5")
    tour.station("portfolio", r"(?s)Positions.*AAPL.*BASE")


def inbox(tour: Tour) -> None:
    """Every message of the inbox under the cursor and opened, the one of a megabyte too."""
    screen = tour.screen
    screen.press("f6")
    tour.station("inbox", r"question .*\n.* notice .*\n.* bulletin .*\n(?:│.{16}FYI .*\n){10}")
    letters = re.findall(r"^│.{16}(FYI|bulletin|notice|question) ", screen.text(), re.MULTILINE)
    assert letters == ["question", "notice", "bulletin", *["FYI"] * 10]
    for place, letter in enumerate(letters):
        if place:
            below = cursor_row(screen.text()) + 1
            screen.press("down")
            screen.see(rf"\A(?:.*\n){{{below}}}│▌", PROMPTLY)
        screen.see(rf"│ {letter}(?: · \w\w| · order \d+)? · \d", PROMPTLY)
        if place == letters.index("FYI"):
            tour.decided("disclaimer", "enter", "Disclaimer of EA notifications", "y")
            screen.gone("may be read once the disclaimer")
        screen.press("enter", "down")
        tour.look(letter)
        screen.press("escape")
    screen.press("f2")
    screen.see("Watchlist: Tech", PROMPTLY)


def tools(tour: Tour) -> None:
    """Find, help, palette, command line, ticket, connection."""
    screen = tour.screen
    screen.press("f2")
    screen.see("Watchlist: Tech")
    screen.press("/")
    screen.type("apple")
    tour.station("find", "No symbol found")
    screen.press("ctrl+u")
    screen.type("aapl")
    tour.station("find", r"AAPL +STK +APPLE INC")
    screen.press("escape")
    screen.gone("Find a contract")
    tour.opened("help", "?", "Everywhere")
    tour.opened("palette", "\x10", "Search for commands")
    screen.press("c")
    tour.station("connection", "Nothing is wrong with the connection")
    screen.press("b")
    tour.station("ticket", "Quantity")
    screen.press("escape")
    screen.gone("Quantity")
    screen.press(":")
    screen.type("watch T")
    tour.station("completion", r": watch T")
    screen.press("escape")
    screen.gone(r": watch T")


def order(tour: Tour, line: str) -> None:
    """An order with all its questions, one of a megabyte, its notice and its prompt."""
    screen = tour.screen
    screen.press(":")
    screen.type(line)
    tour.station("command line", rf"▸ {line}")
    screen.press("enter")
    tour.station("confirmation", "Confirm BUY")
    screen.press("w")
    tour.station("what-if", "ommission")
    screen.decide("y")
    for number in range(1, QUESTIONS_AT_MOST):
        screen.see(rf"Question {number} of this order|Order accepted")
        if "of this order" not in screen.text():
            break
        tour.look("question")
        if "· o163" in screen.text():
            screen.see("The gateway wrote more than can be shown")
            screen.see("more below: read on")
            screen.press("end")
            screen.gone("more below: read on")
        screen.press("right")
        screen.see("▸ y ", PROMPTLY)
        screen.decide("y")
        screen.gone(f"Question {number} of this order")
    screen.see("Order accepted")
    screen.press("f4")
    tour.station("working order", r"BUY .*AAPL +LMT")
    tour.station("notice", "Notice of the gateway")
    tour.station("prompt", "The gateway asks · order")
    screen.decide("1")
    screen.gone("The gateway asks · order")
    tour.decided("cancelling all", "X", "Cancel (all|every)", "n")
    tour.opened("modifying", "m", "Quantity")


def test_no_poison_acts_on_the_terminal_on_any_screen_or_dialog(open_terminal: Open) -> None:
    with simulator("--no-tls", "--scenario=hostile") as gateway:
        screen = open_terminal("--base-url", gateway.base_url)
        tour = Tour(screen)
        screens(tour)
        tools(tour)
        last = screen.see(r"AAPL +(\d+)\.")
        order(tour, f"buy 500 AAPL @ {int(int(last[1]) * 0.96)} lmt gtc")
        inbox(tour)
        screen.press("q")
        tour.station("quitting", "Quit ibtui")
        screen.decide("y")
        ended(screen)
    assert violations(bytes(screen.received)) == []
    seen = {
        "watchlist",
        "ladder",
        "bulletin",
        "FYI",
        "notice",
        "disclaimer",
        "find",
        "confirmation",
        "question",
        "prompt",
    }
    assert seen <= tour.literal


def test_an_error_of_a_hostile_gateway_is_told_and_does_nothing_else(open_terminal: Open) -> None:
    body = json.dumps({"error": f"maintenance{POISON}"}).encode()
    with web_server(503, body, {"Content-Type": "application/json"}) as port:
        screen = open_terminal("--base-url", f"http://127.0.0.1:{port}/v1/api", module="tests.e2e.midweek")
        tour = Tour(screen)
        tour.station("trouble line", r"There is no brokerage session.*The gateway cannot reach IBKR")
        screen.press("c")
        tour.station("connection", re.escape(MARKED))
        screen.decide("escape")
        screen.gone("Try again now")
        screen.press("q")
        ended(screen)
    assert violations(bytes(screen.received)) == []
    assert "connection" in tour.literal


@pytest.mark.parametrize(
    "poison",
    [
        "\x1b[31m",
        "\x1b[1;31m",
        "\x1b[38;5;3m",
        "\x1b[2J",
        "\x1b[6n",
        "\x1b[?47h",
        "\x1b]0;owned\x07",
        "\x1b]8;;https://evil.example\x1b\\",
        "\x1b]22;poin ter\x07",
        "\x1bPq#0\x1b\\",
        "\x1b_apc\x1b\\",
        "\x1bc",
        "\x9b31m",
        "\x9d0;c1\x9c",
        "\x85",
        "\x00",
        "\x07",
        "\x08",
        "\u202e",
        "\u2066",
        "\u200b",
        "\ufeff",
    ],
)
def test_poison_would_be_noticed(poison: str) -> None:
    assert violations(f"\x1b[3;4Hbefore{poison}behind\x1b[0m".encode())


def test_bytes_that_are_no_text_would_be_noticed() -> None:
    assert violations(b"before\x9b31mbehind")
