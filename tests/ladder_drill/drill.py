"""The script typed by keys into the real program, at ten keys a second, on a market that runs."""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.e2e.gateways import Simulator
from tests.e2e.terminal import Terminal
from tests.ladder_drill.script import FAR, SIZES, Act, Deed, acts

TICK = Decimal("0.01")
KEY_SECONDS = 0.1
FRAMES = 20
"""Ladder frames a second."""
RUN_TICKS = 50
NEAR_SECONDS = 0.2
"""What the screen showed so long before and after a key that takes its price from the market may be what it meant:
the emulator reads 20 times a second and may miss a frame, and the eye of a person is no better."""
SETTLE_SECONDS = 5.0
PROMPT_SECONDS = 60.0
"""The simulator asks about a limit order that has rested for half a minute."""
SETTINGS = """\
[limits]
orders_per_minute = 600
max_notional = 100000000
[ladder]
presets = [1, 5, 10, 25]
"""
CURSOR = re.compile(r"size +(\d+) +at +(\d+\.\d\d)")
OWN = re.compile(r".▌ *\d")
SENDING = "…"
MARKET = re.compile(r"(\d+\.\d\d) × (\d+\.\d\d)")


@dataclass(frozen=True, slots=True)
class Expected:
    """An order as the keys meant it; `prices` are those of the best bid or ask around the key, one for the cursor's."""

    side: str
    order_type: str
    size: int
    prices: frozenset[Decimal]
    deed: Deed


@dataclass
class Report:
    """What the drill came to."""

    expected: list[Expected] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    changes: list[Decimal] = field(default_factory=list)
    """Price each change is to come to."""
    cancels: list[Decimal] = field(default_factory=list)
    """Price at which each key cancels every order of its row: an earlier one may rest there too."""
    actions: int = 0
    keys: int = 0
    moved: Decimal = Decimal(0)
    """How far the market's middle went between its lowest and its highest."""
    trouble: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Drill:
    """One program at one simulated market."""

    def __init__(self, terminal: Terminal, gateway: Simulator) -> None:
        self.screen = terminal
        self.gateway = gateway
        self.report = Report()
        self.cursor = Decimal(0)
        self._next = 0.0
        self._markets: list[tuple[float, Decimal, Decimal]] = []
        """Bid and ask as they stood on the screen, with the time."""

    def key(self, name: str) -> None:
        """Press a key in time."""
        while True:
            self.screen.pump()
            self._look()
            if time.monotonic() >= self._next:
                break
        self._next = max(self._next, time.monotonic() - KEY_SECONDS) + KEY_SECONDS
        self.screen.press(name)
        self.report.keys += 1

    def arm(self) -> None:
        """Open the ladder on AAPL, centre it and arm it."""
        self.screen.see(r"AAPL +\d+\.\d\d ", 30)
        self.screen.see(r"● stream", 30)
        self.screen.press("f3")
        self.screen.see(r"depth", 30)
        self.screen.press(" ")
        self.screen.watch(1.0)
        self.cursor = self._shown_cursor()
        self.screen.press("a")
        self.screen.see(r"ARMED \d", 10)
        self._answer_once_for_all()
        self.gateway.forget_requests()

    def _answer_once_for_all(self) -> None:
        """The gateway asks about stop orders, and about limit orders that rest: it is told not to, as people do."""
        self.move(-FAR * 4)
        self.key("b")
        self.screen.see("Use the Price Management Algo", PROMPT_SECONDS)
        self.screen.decide("2")
        self.screen.gone("Use the Price Management Algo")
        self.screen.watch(1.5)
        self.key("x")
        self.screen.until(lambda _: not self._works_at(self.cursor), "the end of the order", 10)
        if not re.search(r"ARMED \d", self.screen.text()):
            self.screen.press("a")
            self.screen.see(r"\bARMED \d", 10)
        self.key("d")
        self.screen.see("Question 1 of this order")
        self.screen.decide("S")
        self.screen.until(lambda _: self._works_at(self.cursor) > 0, "the stop order", 10)
        self.screen.watch(1.5)
        self.key("x")
        self.screen.until(lambda _: not self._works_at(self.cursor), "the end of the stop order", 10)
        self.move(FAR * 4)

    def act(self, act: Act) -> None:
        """One action of the script."""
        bid, ask = self._market()
        for _ in range(abs(act.steps)):
            self.move(1 if act.steps > 0 else -1)
        self.key(str(act.size_key))
        size = SIZES[act.size_key - 1]
        self.report.actions += 1
        if act.deed is Deed.LIMIT:
            self._order("b" if act.buys else "s", "LMT", size, act.deed)
        elif act.deed is Deed.STOP:
            self._stop(size, act.deed, bid, ask)
        elif act.deed in (Deed.JOIN, Deed.CROSS):
            self._by_market(act, size)
        elif act.deed is Deed.CHANGE:
            self._change(act, size)
        else:
            self._cancel(size)

    def move(self, ticks: int) -> None:
        """Move the cursor by keys."""
        for _ in range(abs(ticks)):
            self.key("up" if ticks > 0 else "down")
            self.cursor += TICK if ticks > 0 else -TICK

    def finish(self) -> Report:
        """Let everything arrive and compare."""
        self.screen.watch(SETTLE_SECONDS)
        report = self.report
        shown = self._shown_cursor()
        if shown != self.cursor:
            report.trouble.append(f"the cursor stands at {shown}, by the keys at {self.cursor}")
        report.sent = [json.loads(body)["orders"][0] for kind, body in self.gateway.order_requests() if kind == "place"]
        self._compare()
        bids = [bid for _, bid, _ in self._markets]
        report.moved = max(bids) - min(bids)
        return report

    def _order(self, key: str, order_type: str, size: int, deed: Deed) -> None:
        """A key that trades at the cursor."""
        self.key(key)
        side = "BUY" if key in "bu" else "SELL"
        self.report.expected.append(Expected(side, order_type, size, frozenset({self.cursor}), deed))

    def _stop(self, size: int, deed: Deed, bid: Decimal, ask: Decimal) -> None:
        """A stop on its side of the market: the cursor goes there first, and again where the market came after it."""
        buys = self.cursor >= (bid + ask) / 2
        while True:
            wanted = ask + FAR * TICK if buys else bid - FAR * TICK
            self.move(int((wanted - self.cursor) / TICK))
            bid, ask = self._market()
            if 2 * (self.cursor - ask if buys else bid - self.cursor) >= FAR * TICK:
                break
        self._order("u" if buys else "d", "STP", size, deed)

    def _by_market(self, act: Act, size: int) -> None:
        """A key that takes its price from the best bid or ask on the screen; the neighbouring frames count too."""
        keys = {(Deed.JOIN, True): "[", (Deed.JOIN, False): "]", (Deed.CROSS, True): ">", (Deed.CROSS, False): "<"}
        key = keys[act.deed, act.buys]
        at_bid = act.buys == (act.deed is Deed.JOIN)
        self.key(key)
        pressed = time.monotonic()
        while time.monotonic() < pressed + NEAR_SECONDS:
            self.screen.pump()
            self._look()
        near = [market for at, *market in self._markets if at >= pressed - NEAR_SECONDS]
        collar = 0 if act.deed is Deed.JOIN else 10 if act.buys else -10
        shown = [market[0 if at_bid else 1] + collar * TICK for market in near]
        prices = frozenset(min(shown) + n * TICK for n in range(int((max(shown) - min(shown)) / TICK) + 1))
        self.report.expected.append(Expected("BUY" if act.buys else "SELL", "LMT", size, prices, act.deed))

    def _change(self, act: Act, size: int) -> None:
        """A bid is left far under the market, grabbed, moved and sent."""
        bid, _ = self._market()
        back = int((bid - FAR * 2 * TICK - self.cursor) / TICK)
        self.move(back)
        self._order("b", "LMT", size, Deed.CHANGE)
        self.screen.until(self._rests, "the order to be grabbed", 10)
        self._next = time.monotonic()
        self.key("enter")
        for _ in range(abs(act.ticks)):
            self.key("shift+up" if act.ticks > 0 else "shift+down")
        target = self.cursor = self.cursor + act.ticks * TICK  # the cursor goes with the order
        self.screen.watch(0.4)  # what Enter sends has to have been on the screen
        self._next = time.monotonic()
        self.key("enter")
        self.report.changes.append(target)
        self.move(-back)

    def _cancel(self, size: int) -> None:
        """A bid is left under the market and cancelled at the cursor."""
        bid, _ = self._market()
        back = int((bid - (FAR * 2 + 5) * TICK - self.cursor) / TICK)
        self.move(back)
        self._order("b", "LMT", size, Deed.CANCEL)
        self.screen.until(self._rests, "the order to be cancelled", 10)
        self._next = time.monotonic()
        at = self.cursor
        self.key("x")
        self.report.cancels.append(at)
        self.screen.until(lambda text: not self._works_at(at), "the cancellation", 10)
        self.move(-back)

    def _rests(self, text: str) -> bool:
        """Whether own orders in the cursor's row are at the exchange, and none on the screen is still being sent."""
        row = next((line for line in text.splitlines() if "← cursor" in line), "")
        return bool(OWN.match(row)) and SENDING not in row and self._works_at(self.cursor) > 0

    def _works_at(self, price: Decimal) -> int:
        """How many own orders work there."""
        truth: Any = self.gateway.truth()
        return sum(
            str(order["coid"] or "").startswith("ibtui-")
            and order["status"] in ("Submitted", "PreSubmitted")
            and Decimal(str(order["price"] or 0)) == price
            for order in truth["orders"]
        )

    def _compare(self) -> None:
        report = self.report
        for number, wanted in enumerate(report.expected):
            if number >= len(report.sent):
                report.trouble.append(f"never sent: {wanted}")
                continue
            body = report.sent[number]
            price = Decimal(str(body.get("price")))
            told = (body["side"], body["orderType"], int(body["quantity"]))
            if told != (wanted.side, wanted.order_type, wanted.size) or price not in wanted.prices:
                report.trouble.append(f"order {number + 1}: {told} at {price}, meant was {wanted}")
        if len(report.sent) > len(report.expected):
            report.trouble.append(f"{len(report.sent) - len(report.expected)} orders more than keys")
        changed = [json.loads(body) for kind, body in self.gateway.order_requests() if kind == "modify"]
        sent_prices = [Decimal(str(body.get("price"))) for body in changed]
        if report.changes != sent_prices:
            report.trouble.append(f"changes meant to {report.changes}, sent to {sent_prices}")
        self._compare_cancels()

    def _compare_cancels(self) -> None:
        """Each cancelling key cancels what works at its price, each order once, and nothing else."""
        truth: Any = self.gateway.truth()
        ids = [row["path"].rpartition("/")[2] for row in self.gateway.log() if row["method"] == "DELETE"]
        prices = {str(order["order_id"]): Decimal(str(order["price"] or 0)) for order in truth["orders"]}
        meant = self.report.cancels
        if len(ids) != len(set(ids)) or {prices[each] for each in ids} != set(meant) or len(ids) < len(meant):
            self.report.trouble.append(f"cancels were meant at {meant}, sent at {[prices[each] for each in ids]}")

    def _look(self) -> None:
        market = MARKET.search(self.screen.text())
        if market:
            self._markets.append((time.monotonic(), Decimal(market[1]), Decimal(market[2])))

    def _market(self) -> tuple[Decimal, Decimal]:
        found = self.screen.see(MARKET.pattern)
        return Decimal(found[1]), Decimal(found[2])

    def _shown_cursor(self) -> Decimal:
        return Decimal(self.screen.see(CURSOR.pattern)[2])


@contextmanager
def drilling(seed: int) -> Iterator[Drill]:
    """A running program with an armed ladder of AAPL, at a market of its own."""
    with tempfile.TemporaryDirectory(prefix="ibtui-drill-") as home:
        file = Path(home) / "config" / "ibtui" / "config.toml"
        file.parent.mkdir(parents=True)
        file.write_text(SETTINGS)
        gateway = Simulator("--no-tls", f"--seed={seed}")
        gateway.post("/sim/ladder", {"frames_per_second": FRAMES})
        terminal = Terminal("--base-url", gateway.base_url, home=Path(home), columns=140, rows=50)
        try:
            drill = Drill(terminal, gateway)
            drill.arm()
            yield drill
        finally:
            terminal.close()
            gateway.kill()


def on_screen(seed: int) -> Report:
    """The sixty actions while the market runs up fifty ticks and down again."""
    began = time.monotonic()
    with drilling(seed) as drill:
        drill.gateway.post("/sim/market/AAPL/move", {"ticks": RUN_TICKS, "seconds": 15})
        for number, act in enumerate(acts(seed)):
            if number == 30:
                drill.gateway.post("/sim/market/AAPL/move", {"ticks": -RUN_TICKS, "seconds": 15})
            drill.act(act)
        report = drill.finish()
    report.seconds = time.monotonic() - began
    return report


def off_screen(seed: int) -> Report:
    """Orders at a cursor that the market has left behind: the window follows the market, the cursor stays."""
    began = time.monotonic()
    with drilling(seed) as drill:
        drill.key("A")
        drill.gateway.post("/sim/market/AAPL/move", {"ticks": RUN_TICKS, "seconds": 8})
        drill.screen.until(_has_left(drill.cursor), "the cursor's price to leave the screen", 60)
        for number in range(20):
            size_key = number % len(SIZES) + 1
            drill.key(str(size_key))
            drill._order("b" if number % 3 else "s", "LMT", SIZES[size_key - 1], Deed.LIMIT)
            drill.report.actions += 1
        report = drill.finish()
    report.seconds = time.monotonic() - began
    return report


def _has_left(price: Decimal) -> Callable[[str], bool]:
    """Whether no row of the axis is at the price: it stands in the header and at the edge alone."""

    def left(text: str) -> bool:
        rows = [line for line in text.splitlines()[4:-4] if re.search(rf"[▼▲ ] {price} ", line)]
        return not rows

    return left
