"""Orders that change and fill all the time, from another program of the same user."""

from __future__ import annotations

import threading
from contextlib import suppress
from itertools import count
from typing import Any, Final

from tests.benchmarks.stage import Stage

ACCOUNT: Final = "DU1234567"
QUESTIONS: Final = ("o354", "o163", "o10153", "o403", "o382", "o383", "o451", "o10151", "o10288", "o10331", "o10164")
WORKING: Final = 12
GAP_SECONDS: Final = 0.5
"""Between two changes of orders."""
PLACING_SECONDS: Final = 0.25
"""Between two orders at the beginning: the gateway takes ten requests a second from all of a user's programs."""
FILL_EVERY: Final = 10
"""Changes between two orders at the market."""
FAR: Final = 0.97
"""Of the market: a limit that does not fill."""


class OrderTraffic:
    """A dozen working orders, two changes a second and a fill every five seconds, until the block ends."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="orders", daemon=True)
        self.changes = self.fills = self.refusals = 0

    def __enter__(self) -> OrderTraffic:
        self._stage.ask("GET", "/v1/api/iserver/accounts")
        self._stage.ask("POST", "/v1/api/iserver/questions/suppress", {"messageIds": QUESTIONS})
        self._tickets = dict(self._placed(conid) for conid in list(self._stage.symbols)[:WORKING])
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        for number in count():
            if self._ended.wait(GAP_SECONDS):
                return
            try:
                if number % FILL_EVERY:
                    self._change(number)
                else:
                    self._fill(number)
            except RuntimeError:
                self.refusals += 1

    def _placed(self, conid: int) -> tuple[int, dict[str, Any]]:
        ticket = self._ticket(conid) | {"orderType": "LMT", "price": self._far(conid), "quantity": 100}
        self._ended.wait(PLACING_SECONDS)
        return self._sent(ticket), ticket

    def _change(self, number: int) -> None:
        order_id, ticket = list(self._tickets.items())[number % len(self._tickets)]
        ticket["price"] = round(ticket["price"] + (0.01 if number // WORKING % 2 else -0.01), 2)
        self._stage.ask("POST", f"/v1/api/iserver/account/{ACCOUNT}/order/{order_id}", ticket)
        self.changes += 1

    def _fill(self, number: int) -> None:
        conid = list(self._stage.symbols)[number // FILL_EVERY % WORKING]
        side = "SELL" if number // FILL_EVERY % 2 else "BUY"
        self._sent(self._ticket(conid) | {"orderType": "MKT", "quantity": 10, "side": side})
        self.fills += 1

    def _sent(self, ticket: dict[str, Any]) -> int:
        answer = self._stage.ask("POST", f"/v1/api/iserver/account/{ACCOUNT}/orders", {"orders": [ticket]})
        with suppress(KeyError, IndexError, TypeError, ValueError):
            return int(answer[0]["order_id"])
        raise RuntimeError(f"the simulator did not take an order: {answer}")

    def _ticket(self, conid: int) -> dict[str, Any]:
        return {"conid": conid, "side": "BUY", "tif": "DAY"}

    def _far(self, conid: int) -> float:
        market = self._stage.ask("GET", f"/sim/market/{conid}")
        return round(float(market["bid"] or market["last"]) * FAR, 2)
