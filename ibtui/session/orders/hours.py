"""The trading hours that a closing asks for before it does anything; an answer serves until its sessions are over."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

from ibtui.clock import Clock
from ibtui.domain.hours import Phase, Session, TradingHours
from ibtui.errors import IbtuiError
from ibtui.protocol.bodies import Json, object_of, parse_object, rows_of, text_of
from ibtui.protocol.numbers import decimal_or_none
from ibtui.protocol.requests import Priority, Request, get
from ibtui.session.wire import Wire

HOURS_SECONDS = 2.0
"""A closing waits no longer for them: a position is not kept open for the want of a schedule."""
KEPT_SECONDS = 6 * 3600.0
"""After which they are asked for anew: a schedule may be changed on the day itself."""

log = logging.getLogger("ibtui.orders")


def hours_of(conid: int) -> Request:
    """Hours of the days round today at the primary exchange ("Trading Schedule (NEW)")."""
    return get("/contract/trading-schedule", (("conid", str(conid)),), priority=Priority.STATUS)


def decode_hours(body: bytes) -> TradingHours:
    """Sessions in Unix seconds; one without both of its ends is left out. Raises Garbled and Refused."""
    answer = parse_object(body)
    days = [object_of(day) for day in object_of(answer.get("schedules")).values()]
    regular = [session for day in days for session in _sessions(day, "liquid_hours")]
    extended = [session for day in days for session in _sessions(day, "extended_hours")]
    return TradingHours(text_of(answer.get("exchange_time_zone"), 60), tuple(regular), tuple(extended))


class Hours:
    """What is known of the hours of the instruments closed in this run."""

    def __init__(self, wire: Wire, clock: Clock) -> None:
        self._wire = wire
        self._clock = clock
        self._known: dict[int, tuple[float, TradingHours]] = {}
        """With the monotonic seconds of the answer."""

    async def read(self, conid: int) -> TradingHours:
        """Those of the instrument, without any session where they cannot be had in time."""
        since, known = self._known.get(conid, (float("-inf"), TradingHours()))
        is_new = self._clock.monotonic() - since < KEPT_SECONDS
        if is_new and known.phase(self._clock.time()) is not Phase.UNKNOWN:
            return known
        asked = asyncio.ensure_future(self._ask(conid))
        sleep = asyncio.ensure_future(self._clock.sleep(HOURS_SECONDS))
        try:
            await asyncio.wait((asked, sleep), return_when=asyncio.FIRST_COMPLETED)
            return asked.result() if asked.done() else TradingHours()
        finally:
            sleep.cancel()
            asked.cancel()

    async def _ask(self, conid: int) -> TradingHours:
        try:
            told = decode_hours(await self._wire.call(hours_of(conid)))
        except IbtuiError as error:
            log.info("trading hours of %s: %s", conid, error)
            return TradingHours()
        self._known[conid] = (self._clock.monotonic(), told)
        return told


def _sessions(day: Json, name: str) -> Iterator[Session]:
    for row in rows_of(day.get(name)):
        opens, closes = decimal_or_none(row.get("opening")), decimal_or_none(row.get("closing"))
        if opens is not None and closes is not None and opens < closes:
            yield Session(float(opens), float(closes))
