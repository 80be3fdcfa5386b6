"""The price ladder's stream: one per account, and never a rung of another instrument."""

from __future__ import annotations

from collections.abc import Callable

from ibtui.domain.events import Event, LadderFailed, LadderRequested
from ibtui.protocol import topics
from ibtui.session.pauses import grown
from ibtui.session.stream.lines import RENEW_SECONDS

SETTLE_SECONDS = 1.0
"""`sbd` is heard only so long after a connection was made (wire-facts 4)."""
QUARANTINE_SECONDS = 1.0
"""Between `ubd` and the next `sbd`: frames that do not name their conid and come late are dropped meanwhile."""
ANSWER_SECONDS = 10.0
QUIET_SECONDS = 60.0
BESIDE_SECONDS = 15.0
"""A ladder that says nothing for so long while its own quote ticks is asked for again."""
FELL_SILENT = "the ladder fell silent; it is asked for again"
NO_DEPTH = "no depth came; the ladder needs Level II market data for this exchange"


class LadderStream:
    """Points `sbd` at one instrument; each pointing is a generation of its own."""

    def __init__(self, send: Callable[[str], bool], tell: Callable[[Event], None], account: Callable[[], str]) -> None:
        self._send = send
        self._tell = tell
        self._account = account
        self._conid: int | None = None
        self._exchange = ""
        self._left: set[str] = set()
        """Exchanges this instrument was asked of before the one shown now: their frames are late."""
        self._ready_at: float | None = None
        """When the connection may be asked; None while there is none."""
        self._open_for = ""
        """Account whose ladder is open; `ubd` names no conid."""
        self._opens_at = 0.0
        self._asked = 0.0
        self._heard = 0.0
        self._answered = False
        """Since it was asked for."""
        self._retry = 0.0
        self._frames_name_conid = False
        self._frames_name_exchange = False
        self._spoken: int | None = None
        """Instrument whose ladder came at all."""
        self.generation = 0

    def show(self, conid: int | None, now: float, exchange: str = "") -> None:
        """Stream this instrument's ladder, of one exchange or (blank) of all together, or none."""
        if (conid, exchange) == (self._conid, self._exchange):
            return
        if conid == self._conid:
            is_told_apart = bool(self._exchange) and self._frames_name_exchange
            self._left = (self._left | {self._exchange}) - {exchange}
        else:
            is_told_apart = self._frames_name_conid
            self._left = set()
        self._conid, self._exchange = conid, exchange
        self._point(now, is_told_apart=is_told_apart)

    def point(self, now: float) -> None:
        """Begin a new generation: another account or connection."""
        self._point(now, is_told_apart=self._frames_name_conid)

    def _point(self, now: float, *, is_told_apart: bool) -> None:
        """Begin a new generation; unless late frames can be told apart they are given time to pass."""
        self.generation += 1
        self._retry = 0.0
        was_open = bool(self._open_for)
        self._stop()
        if self._conid is None:
            return
        self._tell(LadderRequested(self._conid, self.generation, self._exchange))
        pause = QUARANTINE_SECONDS if was_open and not is_told_apart else 0.0
        self._opens_at = max(now + pause, self._ready_at or 0.0)
        self.tick(now)

    def resume(self, now: float) -> None:
        """A new connection listens."""
        self._ready_at = now + SETTLE_SECONDS
        self._open_for = ""
        self._frames_name_conid = self._frames_name_exchange = False
        self._left.clear()
        if self._conid is not None:
            self.point(now)

    def lost(self) -> None:
        """The connection is gone."""
        self._ready_at = None
        self._open_for = ""

    def takes(self, conid: int | None, now: float, exchange: str = "") -> bool:
        """Whether a frame, of `conid` and `exchange` if it names them, belongs to the ladder shown."""
        self._frames_name_conid = self._frames_name_conid or conid is not None
        self._frames_name_exchange = self._frames_name_exchange or bool(exchange)
        if not self._open_for or self._conid is None or conid not in (None, self._conid):
            return False
        if exchange and (exchange in self._left or exchange != (self._exchange or exchange)):
            return False
        self._heard = now
        self._answered = True
        self._spoken = self._conid
        self._retry = 0.0
        return True

    @property
    def has_spoken(self) -> bool:
        """Whether the ladder shown came at all, so that its silence means something."""
        return self._conid is not None and self._spoken == self._conid

    def quote_heard(self, conid: int, now: float) -> bool:
        """The quote of an instrument ticked; True when its ladder, silent beside it, is asked for again."""
        silent = self._answered and now - self._heard >= BESIDE_SECONDS
        if conid != self._conid or not self._open_for or not silent:
            return False
        self._renew(now)
        return True

    def refused(self, reason: str) -> None:
        """The gateway would not stream it."""
        if self._conid is not None:
            self._retry = grown(self._retry)
            self._answered = False
            self._tell(LadderFailed(self._conid, reason))

    def tick(self, now: float) -> None:
        """Open what is due, renew what is old or silent; to be called several times a second."""
        if self._conid is None or self._ready_at is None:
            return
        if not self._open_for:
            if now >= self._opens_at:
                self._start(now)
            return
        if not self._answered and now - self._asked >= max(ANSWER_SECONDS, self._retry):
            if not self._retry:
                words = FELL_SILENT if self._spoken == self._conid else NO_DEPTH
                self._tell(LadderFailed(self._conid, words))
            self._retry = grown(self._retry)
            self._renew(now)
        elif self._answered and (now - self._asked >= RENEW_SECONDS or now - self._heard >= QUIET_SECONDS):
            self._renew(now)

    def _renew(self, now: float) -> None:
        self._stop()
        self._start(now)

    def _start(self, now: float) -> None:
        account = self._account()
        if (
            self._conid is not None
            and account
            and self._send(topics.ladder(account, self._conid, exchange=self._exchange))
        ):
            self._open_for = account
            self._asked = now
            self._answered = False

    def _stop(self) -> None:
        if self._open_for:
            self._send(topics.ladder_end(self._open_for))
            self._open_for = ""
