"""Everything that ends the armed state of a ladder, struck through the real program."""

from __future__ import annotations

from collections.abc import Callable

from tests.disarm_matrix.scene import Scene

Run = Callable[[Scene], None]
MARKET = "/sim/market/AAPL"


def by_hand(scene: Scene) -> None:
    scene.open_armed()
    scene.screen.press("a")
    scene.disarmed("by hand")
    scene.sends_nothing(enter=False)


def idle(scene: Scene) -> None:
    scene.open_armed(settings="[ladder]\nidle_seconds = 3\n")
    scene.disarmed("no key for 3", 8)
    scene.sends_nothing(enter=False)


def another_screen(scene: Scene) -> None:
    scene.open_armed()
    scene.screen.press("f2")
    scene.screen.see("─ Watchlist")
    scene.screen.press("f3")
    scene.disarmed("screen was left")
    scene.sends_nothing(enter=False)


def another_instrument(scene: Scene) -> None:
    scene.open_armed()
    scene.screen.press(":")
    scene.screen.see(r"esc|tab")
    scene.screen.type("ladder MSFT")
    scene.screen.see("enter ▸")
    scene.screen.press("enter")
    scene.screen.see("MICROSOFT")
    scene.disarmed("another instrument")
    scene.sends_nothing(enter=False)


def another_ladder(scene: Scene) -> None:
    scene.open_armed()
    scene.screen.press("|")
    scene.screen.watch(0.5)
    scene.screen.press("tab")
    scene.disarmed("focus|ladder")
    scene.sends_nothing(enter=False)


def stream_lost(scene: Scene) -> None:
    """The stream is back within a second or two, and the ladder stays disarmed."""
    scene.open_armed()
    scene.strike("/sim/drop-websockets")
    scene.disarmed("stream")
    scene.screen.see(r"● stream|● connected", 30)
    scene.screen.watch(2.0)
    scene.sends_nothing(enter=False)


def session_lost(scene: Scene) -> None:
    scene.open_armed()
    scene.strike("/sim/day/brokerage-lost")
    scene.disarmed("brokerage session|stream")
    scene.sends_nothing(enter=False)


def stale(scene: Scene) -> None:
    scene.open_armed()
    scene.strike("/sim/day/socket-silent", {"seconds": 40})
    scene.disarmed("stale|stream")
    scene.sends_nothing(enter=True)


def at_the_market(lever: str, words: str) -> Run:
    def run(scene: Scene) -> None:
        scene.open_armed()
        scene.strike(f"{MARKET}/{lever}")
        scene.disarmed(words)
        scene.sends_nothing(enter=True)

    return run


def boxed(scene: Scene) -> None:
    scene.open_armed()
    scene.strike("/sim/day/burst-429", {"prefixes": ["/portfolio", "/iserver"], "times": 1})
    scene.disarmed("penalty box")
    scene.sends_nothing(enter=True)


def unknown_outcome(scene: Scene) -> None:
    """The order of an armed key meets a broken connection."""
    scene.open_armed()
    scene.gateway.arm("lost-request", "place")
    scene.begins()
    scene.screen.press("b")
    scene.screen.see("OUTCOME UNKNOWN")
    scene.screen.decide("escape")
    scene.disarmed("unknown")
    scene.sends_nothing(enter=True)


def read_only(scene: Scene) -> None:
    """Such a run cannot be armed at all."""
    scene.open("--read-only")
    scene.begins()
    scene.screen.press("a")
    scene.disarmed("read-only")
    scene.sends_nothing(enter=True)


ROWS: dict[str, Run] = {
    "its own key": by_hand,
    "no key for the idle time": idle,
    "another screen": another_screen,
    "another instrument": another_instrument,
    "another ladder has the focus": another_ladder,
    "stream lost and back": stream_lost,
    "brokerage session lost": session_lost,
    "stream silent": stale,
    "trading halted": at_the_market("halt", "halted"),
    "market data delayed": at_the_market("delay", "delayed"),
    "market data frozen": at_the_market("freeze", "frozen"),
    "penalty box": boxed,
    "outcome unknown": unknown_outcome,
    "read-only": read_only,
}
"""Name of each row and what is done."""
