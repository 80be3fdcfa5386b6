"""Quote streams: what the screens want against what the gateway is known to send."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from ibtui.domain.events import Event, MessageRaised, QuotesSilenced
from ibtui.domain.session import Message
from ibtui.protocol import topics
from ibtui.protocol.market import FIELDS
from ibtui.session.pauses import grown

MOST_LINES = 100
"""Market data lines of an account without extra ones (wire-facts 3)."""
RENEW_SECONDS = 540.0
"""A stream ends silently after 10 to 15 minutes (wire-facts 3): it is asked for again before."""
ANSWER_SECONDS = 10.0
"""A subscription is answered by a full frame; one that is not for so long is not believed."""
QUIET_SECONDS = 60.0
"""A stream silent for longer is asked for again; doubled each time only the answer came, as with a closed market."""
LONGEST_QUIET_SECONDS = 480.0
RENEWALS_AT_ONCE = 10
CHECK_SECONDS = 15.0
"""A line silent for longer is held against a snapshot, and again each time as long."""


class _Line(Struct):
    asked: float
    heard: float = 0.0
    frames: int = 0
    """Since it was asked for."""
    quiet: float = QUIET_SECONDS
    retry: float = 0.0
    """Seconds until the next attempt while nothing is answered."""
    checked: float = 0.0
    """When it was last held against a snapshot."""
    spoke: bool = False
    """A frame came at all."""

    @property
    def answered(self) -> bool:
        return self.frames > 0


class QuoteLines:
    """Keeps one `smd` per wanted instrument alive, at most `MOST_LINES`, the newest wish first."""

    def __init__(self, send: Callable[[str], bool], tell: Callable[[Event], None]) -> None:
        self._send = send
        self._tell = tell
        self._wishes: dict[str, tuple[int, ...]] = {}
        """By owner, the newest last."""
        self._lines: dict[int, _Line] = {}
        self._ready = False
        self._told_too_many = False

    @property
    def wanted(self) -> tuple[int, ...]:
        """Every wanted instrument that has a line, the newest wish first."""
        return tuple(self._wanted())[:MOST_LINES]

    def want(self, owner: str, conids: Iterable[int], now: float) -> None:
        """Replace the wishes of `owner`."""
        self._wishes.pop(owner, None)
        wish = tuple(dict.fromkeys(conids))
        if wish:
            self._wishes[owner] = wish
        self._tell_if_too_many()
        if self._ready:
            self._align(now)

    def resume(self, now: float) -> None:
        """A new connection listens: nothing is subscribed on it yet."""
        self._ready = True
        self._lines.clear()
        self._align(now)

    def lost(self) -> None:
        """The connection is gone, and every stream with it."""
        self._ready = False
        self._lines.clear()

    def heard(self, conid: int, now: float) -> None:
        """A frame of this instrument came."""
        line = self._lines.get(conid)
        if line is not None:
            line.heard = now
            line.spoke = True
            line.frames += 1
            line.retry = 0.0
            if line.frames > 2:  # the first full frame comes twice (wire-facts 3)
                line.quiet = QUIET_SECONDS

    def quiet(self, now: float) -> tuple[int, ...]:
        """Instruments to be held against a snapshot now, all that are silent as soon as one is due."""
        silent = {
            conid: line for conid, line in self._lines.items() if line.answered and now - line.heard >= CHECK_SECONDS
        }
        if all(now - line.checked < CHECK_SECONDS for line in silent.values()):
            return ()
        for line in silent.values():
            line.checked = now
        return tuple(silent)

    def moved(self, conids: Iterable[int], since: float, now: float) -> bool:
        """These moved unheard since then: their prices are old, and are asked for again; True if no line speaks."""
        dead = [conid for conid in conids if conid in self._lines and self._lines[conid].heard < since]
        for conid in dead:
            self._lines[conid].quiet = QUIET_SECONDS
            self._renew(conid, self._lines[conid], now)
        if dead:
            self._tell(QuotesSilenced(tuple(dead)))
        return bool(dead) and all(line.heard < now - CHECK_SECONDS for line in self._lines.values())

    @property
    def is_deaf(self) -> bool:
        """Whether every line has spoken on this connection and none answers any more, though asked again."""
        lines = self._lines.values()
        return bool(lines) and all(line.spoke and not line.answered and line.retry for line in lines)

    def refused(self, conid: int) -> None:
        """The gateway would not stream it; it is asked again, later and later."""
        line = self._lines.get(conid)
        if line is not None:
            line.frames = 0
            line.retry = grown(line.retry)
            self._tell(QuotesSilenced((conid,)))

    def tick(self, now: float) -> None:
        """Renew what is old, silent or unanswered; to be called about once a second."""
        if not self._ready:
            return
        silenced: list[int] = []
        renewals = 0
        for conid, line in self._lines.items():
            if renewals < RENEWALS_AT_ONCE and self._is_due(line, now):
                if not line.answered and line.retry == 0.0:
                    silenced.append(conid)
                self._renew(conid, line, now)
                renewals += 1
        if silenced:
            self._tell(QuotesSilenced(tuple(silenced)))

    def _is_due(self, line: _Line, now: float) -> bool:
        if not line.answered:
            return now - line.asked >= max(ANSWER_SECONDS, line.retry)
        return now - line.asked >= RENEW_SECONDS or now - line.heard >= line.quiet

    def _renew(self, conid: int, line: _Line, now: float) -> None:
        if line.answered:
            quiet = now - line.heard >= line.quiet
            line.quiet = min(LONGEST_QUIET_SECONDS, line.quiet * 2) if quiet else line.quiet
        else:
            line.retry = grown(line.retry)
        line.asked, line.frames = now, 0
        self._send(topics.market_end(conid))
        self._send(topics.market(conid, FIELDS))

    def _align(self, now: float) -> None:
        wanted = self.wanted
        for conid in set(self._lines).difference(wanted):
            del self._lines[conid]
            self._send(topics.market_end(conid))
        for conid in wanted:
            if conid not in self._lines:
                self._lines[conid] = _Line(now)
                self._send(topics.market(conid, FIELDS))

    def _wanted(self) -> Iterator[int]:
        seen: set[int] = set()
        for wish in reversed(self._wishes.values()):
            for conid in wish:
                if conid not in seen:
                    seen.add(conid)
                    yield conid

    def _tell_if_too_many(self) -> None:
        count = sum(1 for _ in self._wanted())
        if count > MOST_LINES and not self._told_too_many:
            text = f"{count} instruments are on screen; the gateway streams {MOST_LINES}, the rest has no prices"
            self._tell(MessageRaised(Message(text, "warning", "Too many instruments")))
        self._told_too_many = count > MOST_LINES
