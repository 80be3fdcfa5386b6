"""A tape in place of the network: what is asked for is answered with what was answered then; nothing leaves."""

from __future__ import annotations

import re
import ssl
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl

import httpx
import msgspec

from ibtui import errors
from ibtui.clock import Clock
from ibtui.errors import GatewayDown, IbtuiError, TrustError
from ibtui.protocol.requests import Request
from ibtui.transport.pins import Pins
from ibtui.transport.tape_format import Entry, raw_of
from ibtui.transport.trust import Trust

LEAD_SECONDS = 1.0
"""A request that is made so much earlier or later than it was made then is the same one."""
AHEAD_SECONDS = 15.0
"""What was asked for the first time so much later is waited for: a replay has fewer requests of its own to hold up."""
NOT_ON_TAPE = b'{"error":"not on the tape: it was not asked for until then"}'
BASE_PATH = "/v1/api"

_ANY_QUERY = frozenset({"GET /iserver/account/trades", "GET /iserver/account/orders"})
"""Pacing keys of requests that are answered alike whatever their query says."""
_ROWS_OF = {"/iserver/marketdata/snapshot": "", "/trsrv/secdef": "secdef"}
"""Paths whose answers are rows by instrument, and where in the answer they are: asked in other portions than then."""
_TIMELESS = re.compile(
    r"/trsrv/|/iserver/(?:secdef|contract)/|/iserver/account/[^/]+/algos|/iserver/marketdata/history|/fyi/disclaimer"
)
"""What may be told before it was asked for then: it does not change in a day, or tells the time it is of."""
_ERRORS = {"GatewayDown": httpx.ConnectError, "Garbled": httpx.RemoteProtocolError}
_FINGERPRINT = re.compile(r"sha256:[0-9a-f]{64}")

Key = tuple[object, ...]


class Answers:
    """Every exchange of a recording, by what was asked."""

    def __init__(self) -> None:
        self._by_key: dict[Key, list[Entry]] = {}
        self._used: dict[int, None] = {}
        self._rows: dict[tuple[str, int], list[tuple[float, msgspec.Raw]]] = {}
        self._bodies: dict[str, str] = {}

    def add(self, entry: Entry) -> None:
        """Take an exchange; they come in the order of their answers."""
        entry.text = self._bodies.setdefault(entry.text, entry.text)  # polls mostly answer the same again
        self._by_key.setdefault(_key(entry.method, entry.path, entry.query, entry.sent), []).append(entry)
        if entry.path in _ROWS_OF and 200 <= entry.status < 300:
            for conid, row in _rows(entry):
                self._rows.setdefault((entry.path, conid), []).append((entry.at, row))

    def sort(self) -> None:
        """To be called once all are there: by when they were asked."""
        for entries in self._by_key.values():
            entries.sort(key=lambda entry: entry.asked)

    def of(
        self, method: str, path: str, query: Sequence[tuple[str, str]], sent: str | None, now: float
    ) -> Entry | None:
        """What was answered then: the exchange made at about that time, else the newest before it."""
        entries = self._by_key.get(_key(method, path, query, sent), [])
        near = [e for e in entries if abs(e.asked - now) <= LEAD_SECONDS and id(e) not in self._used]
        if near:
            self._used[id(near[0])] = None
            return near[0]
        before = bisect_right(entries, now, key=lambda entry: entry.asked)
        if before:
            return entries[before - 1]
        if entries and entries[0].asked - now <= AHEAD_SECONDS:
            return entries[0]
        if path in _ROWS_OF:
            return self._of_rows(path, query, now)
        return msgspec.structs.replace(entries[0], at=now) if entries and _TIMELESS.match(path) else None

    def _of_rows(self, path: str, query: Sequence[tuple[str, str]], now: float) -> Entry | None:
        """An answer put together from the rows of others."""
        conids = next((value for name, value in query if name == "conids"), "")
        found = []
        for conid in conids.split(","):
            rows = self._rows.get((path, int(conid)), []) if conid.isdecimal() else []
            told = [row for at, row in rows if at <= now + LEAD_SECONDS] or [row for _, row in rows[:1]]
            found += told[-1:]
        if not found:
            return None
        wrap = _ROWS_OF[path]
        body = msgspec.json.encode({wrap: found} if wrap else found).decode()
        return Entry("rest", now, asked=now, status=200, headers={"content-type": "application/json"}, text=body)


class ReplayTransport(httpx.AsyncBaseTransport):
    """Implements httpx's transport; has no network."""

    keeps_time = True
    """An answer comes when it came then, however slowly the tape is played."""

    def __init__(self, answers: Answers, clock: Clock) -> None:
        self._answers = answers
        self._clock = clock

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer from the tape, at the time of the tape. Raises the error that came then."""
        body = (await request.aread()).decode(errors="replace")
        path = request.url.raw_path.decode().partition("?")[0].removeprefix(BASE_PATH)
        query = parse_qsl(request.url.query.decode(), keep_blank_values=True)
        entry = self._answers.of(request.method, path, query, body or None, self._clock.monotonic())
        if entry is None:
            return httpx.Response(503, headers={"content-type": "application/json"}, content=NOT_ON_TAPE)
        await self._clock.sleep(max(0.0, entry.at - self._clock.monotonic()))
        if entry.failed:
            kind = httpx.ReadTimeout if "in time" in entry.text else _ERRORS.get(entry.failed, httpx.ReadError)
            raise kind("as recorded")
        return httpx.Response(entry.status, headers=entry.headers, content=raw_of(entry))


class ReplayTrust(Trust):
    """Says of the gateway's certificate what was found then."""

    def __init__(self, decisions: Sequence[Entry], clock: Clock) -> None:
        super().__init__("http://127.0.0.1", Pins(None))
        self._decisions = sorted(decisions, key=lambda entry: entry.asked)
        self._clock = clock

    def pin(self, fingerprint: str) -> None:
        """Trust nothing: the tape tells what was trusted."""

    async def decide(self) -> ssl.SSLContext | None:
        """None where a connection was made. Raises what was found then."""
        now = self._clock.monotonic()
        asked = [entry for entry in self._decisions if entry.asked <= now + LEAD_SECONDS]
        if not asked:
            return None
        await self._clock.sleep(max(0.0, asked[-1].at - now))
        if asked[-1].failed:
            raise _error(asked[-1])
        return None


def _error(entry: Entry) -> IbtuiError:
    kind = getattr(errors, entry.failed, None)
    if not (isinstance(kind, type) and issubclass(kind, IbtuiError)):
        return GatewayDown(entry.text)
    if issubclass(kind, TrustError):
        shown = _FINGERPRINT.search(entry.text)
        return kind(entry.text, fingerprint=shown[0] if shown is not None else "")
    return kind(entry.text)


def _key(method: str, path: str, query: Iterable[tuple[str, str]], sent: str | None) -> Key:
    if Request(method, path).key in _ANY_QUERY:
        return (method, path)
    return (method, path, tuple(sorted(tuple(pair) for pair in query)), sent or "")


def _rows(entry: Entry) -> Iterable[tuple[int, msgspec.Raw]]:
    wrap = _ROWS_OF[entry.path]
    try:
        rows = (
            msgspec.json.decode(entry.text, type=dict[str, list[msgspec.Raw]]).get(wrap, [])
            if wrap
            else msgspec.json.decode(entry.text, type=list[msgspec.Raw])
        )
        return [(int(msgspec.json.decode(row)["conid"]), row) for row in rows]
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError):
        return []
