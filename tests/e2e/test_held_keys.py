"""Keys held down, typed ahead or pasted never take more than one decision, whatever dialog asks for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from tests.e2e.terminal import READING_SECONDS
from tests.fault_matrix.scene import WATCHLIST, Scene

PASTED = "\x1b[200~yyyyyy\x1b[201~"
"""As a terminal sends a paste to a program that asked for it to be marked."""
TALL = 56
"""Rows that show every confirmation whole: one that must be scrolled takes no yes anyway."""
REPEAT_SECONDS = 0.03
HELD_SECONDS = 1.3
"""Longer than dialogs want a key to be let go of."""
SEEN_SECONDS = 20.0
SETTLED_SECONDS = 0.5
FAR = Decimal("0.94")
"""So far below the market that three questions are asked."""

Dialog = Callable[[Scene], str]
"""Opens a dialog by keys; gives what its heading says."""


@pytest.fixture
def scene() -> Iterator[Scene]:
    opened = Scene("held keys")
    try:
        opened.start(rows=TALL)
        yield opened
    finally:
        opened.close()


def ticket_confirmation(scene: Scene) -> str:
    scene.line(f"buy 10 AAPL @ {scene.bid() * FAR:.2f}")
    return "Confirm BUY"


def combination_confirmation(scene: Scene) -> str:
    scene.line("buy 1 combo +1 MSFT -1 AAPL @ 190.00 lmt")
    return "Confirm BUY"


def group_confirmation(scene: Scene) -> str:
    price = scene.bid() * FAR
    scene.line(f"buy 10 AAPL @ {price:.2f} lmt or buy 11 AAPL @ {price - 1:.2f} lmt")
    return "Confirm 2 orders"


def read(scene: Scene, heading: str) -> None:
    """See a dialog and look at it as long as a person does."""
    scene.screen.see(heading)
    rest(scene, READING_SECONDS)


def rest(scene: Scene, seconds: float) -> None:
    """Let the program run."""
    scene.screen.watch(seconds)


def settle(scene: Scene) -> None:
    """Give what was typed time to do its harm."""
    rest(scene, SETTLED_SECONDS)


def hold(scene: Scene, key: str, words: str = "") -> None:
    """Hold a key as a keyboard repeats it, and until the words are seen."""
    began = time.monotonic()
    while (held := time.monotonic() - began) < HELD_SECONDS or words not in scene.screen.text():
        assert held < SEEN_SECONDS, f"{words} did not come:\n{scene.screen.text()}"
        scene.screen.type(key)
        rest(scene, REPEAT_SECONDS)


def sent(scene: Scene) -> list[str]:
    """Kind (and answer) of every request about orders that changes something."""
    return [f"{kind} {answer}" if kind == "reply" else kind for kind, answer in scene.posts()]


CONFIRMATIONS = (ticket_confirmation, combination_confirmation, group_confirmation)


@pytest.mark.parametrize("opened", CONFIRMATIONS)
def test_a_paste_and_fifty_enters_send_no_order_and_a_held_y_answers_no_question(scene: Scene, opened: Dialog) -> None:
    heading = opened(scene)
    read(scene, heading)
    scene.screen.type(PASTED)
    settle(scene)
    assert heading in scene.screen.text()
    scene.screen.type("\r" * 50)
    scene.screen.gone(heading)
    settle(scene)
    assert sent(scene) == []

    scene.go("f2", WATCHLIST)
    read(scene, opened(scene))
    hold(scene, "y", "Question 1 of this order")
    scene.screen.type("yyyyyy")
    settle(scene)
    assert "Question 1 of this order" in scene.screen.text()
    assert sent(scene) == ["place"]


def test_a_burst_of_y_answers_one_question_and_fifty_enters_decline_the_next(scene: Scene) -> None:
    read(scene, ticket_confirmation(scene))
    scene.screen.type("y")
    read(scene, "Question 1 of this order")
    scene.screen.type(PASTED + "yyyyyy")
    scene.screen.see("Question 2 of this order")
    hold(scene, "y")
    assert sent(scene) == ["place", "reply True"]
    read(scene, "Question 2 of this order")
    scene.screen.type("\r" * 50)
    scene.screen.gone("Question 2 of this order")
    settle(scene)
    assert sent(scene) == ["place", "reply True", "reply False"]


def test_fifty_enters_on_the_ticket_open_its_confirmation_and_decide_nothing(scene: Scene) -> None:
    scene.screen.type("b")
    scene.screen.see("BUY ticket")
    scene.screen.press("ctrl+u", "10")
    scene.screen.see(r"Quantity +10 ")
    scene.screen.type("\r" * 50)
    scene.screen.see("Confirm BUY")
    hold(scene, "\r")
    assert "Confirm BUY" in scene.screen.text()
    assert sent(scene) == []


def test_only_a_key_that_was_let_go_of_cancels_all_and_it_does_so_once(scene: Scene) -> None:
    near = scene.price("-1")
    scene.line(f"buy 10 AAPL @ {near} lmt or buy 11 AAPL @ {near} lmt")
    read(scene, "Confirm 2 orders")
    scene.screen.type("y")
    scene.arrived(2)
    scene.go("f4", r"─ Working orders \(2\)")
    scene.screen.type("X" + "y" * 6 + "\r" * 50)
    read(scene, "Cancel all working orders")
    scene.screen.type(PASTED)
    settle(scene)
    assert sent(scene) == ["place"]
    scene.screen.type("y" * 30)
    scene.screen.see("No working orders|Cancelled")
    hold(scene, "y")
    assert sent(scene) == ["place", "cancel", "cancel"], "one cancel for each of the two orders"
