"""Streams of the account: orders, executions, profit, ledger and summary."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from ibtui.protocol import topics
from ibtui.session.pauses import grown
from ibtui.session.stream.lines import RENEW_SECONDS

PATIENCE_SECONDS: Mapping[str, float] = {"sld": 25.0, "ssd": 25.0, "spl": 60.0}
"""Ledger and summary come each 10 s (wire-facts 6), profit when it changes; silent for longer they may be dead."""


class _Channel(Struct):
    start: str
    stop: str = ""
    """For those of one account only; the others are of the login."""
    asked: float = 0.0
    heard: float = 0.0
    retry_at: float = 0.0
    """Monotonic seconds of the next attempt after a refusal; 0 none is due."""
    pause: float = 0.0


_ENDS: Mapping[str, str] = {"sor": topics.ORDERS_END, "str": topics.TRADES_END, "spl": topics.PNL_END}


class AccountChannels:
    """Keeps `sor`, `str`, `spl`, `sld` and `ssd` subscribed for the account chosen."""

    def __init__(self, send: Callable[[str], bool], prime: Callable[[], None]) -> None:
        self._send = send
        self._prime = prime
        """Has `/iserver/accounts` read again, without which subscriptions may be refused (wire-facts 2)."""
        self._account = ""
        self._ready = False
        self._channels: dict[str, _Channel] = {}
        self._spoken: set[str] = set()
        """Topics that came at all in this run: of others silence means nothing."""

    def choose(self, account: str, now: float) -> None:
        """Stream this account."""
        if account == self._account:
            return
        if self._ready:
            self._stop()
        self._account = account
        if self._ready:
            self._start(now)

    def resume(self, now: float) -> None:
        """A new connection listens: nothing is subscribed on it yet."""
        self._ready = True
        self._start(now)

    def lost(self) -> None:
        """The connection is gone."""
        self._ready = False
        self._channels.clear()

    def heard(self, topic: str, now: float) -> None:
        """A frame of this topic came."""
        self._spoken.add(topic)
        channel = self._channels.get(topic)
        if channel is not None:
            channel.heard = now
            channel.pause = channel.retry_at = 0.0

    def silent(self, now: float) -> list[str]:
        """Topics that should have spoken; each is subscribed again, and given its time anew."""
        found = []
        for topic, patience in PATIENCE_SECONDS.items():
            channel = self._channels.get(topic)
            if channel is None or topic not in self._spoken or channel.retry_at:
                continue
            if now - max(channel.asked, channel.heard) >= patience:
                self.again(topic, now)
                found.append(topic)
        return found

    def again(self, topic: str, now: float) -> None:
        """Subscribe a topic that is deaf once more."""
        channel = self._channels.get(topic)
        if channel is not None:
            self._send(_ENDS.get(topic, channel.stop))
            channel.asked = now
            self._send(channel.start)

    def refused(self, topic: str, now: float) -> float | None:
        """The gateway would not stream it: prime; gives when it is asked again, None if the topic is none of these."""
        channel = self._channels.get(topic)
        if channel is None:
            return None
        channel.pause = grown(channel.pause)
        channel.retry_at = now + channel.pause
        self._prime()
        return channel.retry_at

    def tick(self, now: float) -> None:
        """Ask again what was refused or is old; to be called about once a second."""
        for channel in self._channels.values():
            due = now >= channel.retry_at if channel.retry_at else now - channel.asked >= RENEW_SECONDS
            if due:
                channel.asked, channel.retry_at = now, 0.0
                self._send(channel.start)

    def _start(self, now: float) -> None:
        if not self._account:
            return
        self._channels = {
            "sor": _Channel(topics.ORDERS),
            "str": _Channel(topics.trades()),
            "spl": _Channel(topics.PNL),
            "sld": _Channel(topics.ledger(self._account), topics.ledger_end(self._account)),
            "ssd": _Channel(topics.summary(self._account), topics.summary_end(self._account)),
        }
        for channel in self._channels.values():
            channel.asked = now
            self._send(channel.start)

    def _stop(self) -> None:
        for channel in self._channels.values():
            if channel.stop:
                self._send(channel.stop)
