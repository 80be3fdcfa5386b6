"""Closing positions: orders are cancelled, what is held is read, one order is sent; in doubt none is."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import Any

from ibtui.domain.closing import Closing, ClosingStage, doubt_of
from ibtui.domain.contracts import Contract
from ibtui.domain.events import ClosingMoved
from ibtui.domain.orders import Execution
from ibtui.domain.session import Light
from ibtui.session.orders.anchors import Anchors
from ibtui.session.orders.closing_bounds import Means, Wish, run_problem
from ibtui.session.orders.closing_run import ClosingRun
from ibtui.session.orders.forms import COMBINATION
from ibtui.session.orders.hours import Hours

Spawn = Callable[[Coroutine[Any, Any, None]], None]

log = logging.getLogger("ibtui.orders")


class Closings:
    """Every closing under way, at most one for an instrument in an account."""

    def __init__(self, means: Means, obstacle: Callable[[], str], spawn: Spawn) -> None:
        self._means = means
        self._obstacle = obstacle
        """Why nothing may be sent at all."""
        self._spawn = spawn
        self._running: dict[tuple[str, int], ClosingRun] = {}
        self._hours = Hours(means.wire, means.clock)
        self._anchors = Anchors(means.store, means.clock, lambda: means.reads.whole_at > float("-inf"))
        self._gap = float("-inf")
        """Monotonic seconds at which the stream was last lost."""

    def close(self, account: str, contract: Contract, *, reverse: bool, market: bool, collar_ticks: int) -> None:
        """See `OrderIntents.close_position`."""
        if (account, contract.conid) in self._running:
            return
        wish = Wish(account, contract, reverse, market, collar_ticks)
        problem = self._problem(wish)
        if problem:
            left = "" if "nothing was sent" in problem else "; nothing was cancelled and nothing sent"
            self._tell(wish, ClosingStage.STOPPED, f"{problem}{left}", "")
            return
        run = ClosingRun(self._means, wish, self._hours, self._anchors, lambda *moved: self._tell(wish, *moved))
        run.bounds.gap_since = self._gap
        self._running[(account, contract.conid)] = run
        self._tell(wish, ClosingStage.CANCELLING, "looking for orders to cancel", "")
        self._spawn(self._run(run, wish))

    def filled(self, execution: Execution) -> None:
        """The stream told of an execution."""
        self._anchors.filled(execution)

    def stream_lost(self) -> None:
        """Fills may have been missed: the lists have to tell of them."""
        self._gap = self._means.clock.monotonic()
        for run in self._running.values():
            run.bounds.gap_since = self._gap

    def session_lost(self) -> None:
        """The brokerage session is gone: nothing that was to come of them is sent in the next."""
        self._anchors.forget()
        for run in self._running.values():
            run.bounds.is_lost = True

    async def _run(self, run: ClosingRun, wish: Wish) -> None:
        try:
            await run.run()
        finally:
            self._running.pop((wish.account, wish.contract.conid), None)

    def _problem(self, wish: Wish) -> str:
        store, contract, now = self._means.store, wish.contract, self._means.clock.monotonic()
        quote = store.market.quotes.get(contract.conid)
        is_streaming = store.health.stream is Light.ON
        if contract.conid <= 0:
            return "the instrument is not known"
        if contract.legs or contract.sec_type == COMBINATION:
            return "what a combination holds are its legs; close these"
        return self._obstacle() or run_problem(self._means, wish) or doubt_of(quote, now, is_streaming=is_streaming)

    def _tell(self, wish: Wish, stage: ClosingStage, words: str, key: str) -> None:
        now, contract = self._means.clock.monotonic(), wish.contract
        closing = Closing(wish.account, contract.conid, wish.reverse, stage, words, key, now)
        self._means.store.apply(ClosingMoved(closing))
        if stage.is_over:
            log.info("%s %s: %s: %s", wish.verb, contract.label, stage.value, words)
            severity = "warning" if stage is ClosingStage.STOPPED else "information"
            self._means.book.tell(f"{wish.verb} {contract.label}: {words}", severity)
