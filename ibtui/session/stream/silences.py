"""Topics that are deaf though the socket beats: what is done about each, in words, until it speaks again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Protocol

from msgspec import Struct

from ibtui.session.connection import signals as s
from ibtui.session.pauses import grown

ANSWER_SECONDS = 6.0
"""A topic subscribed again speaks within so long, or the next remedy is tried."""
CALM_SECONDS = 60.0
"""A topic that speaks only of events is believed again when nothing went past it for so long."""
NAMES: Mapping[str, str] = {
    "smd": "quotes",
    "sbd": "price ladder",
    "sor": "orders",
    "str": "executions",
    "spl": "profit and loss",
    "sld": "ledger",
    "ssd": "account summary",
}
OF_PRICES = frozenset({"smd", "sbd"})
OF_EVENTS = frozenset({"sor", "str"})
"""They speak only when something happens, so that only evidence, never time, tells that they are deaf."""


class Remedy(IntEnum):
    """What was done last, in this order."""

    SUBSCRIBED = 1
    REOPENED = 2
    ASKED = 3


_WORDS: Mapping[Remedy, str] = {
    Remedy.SUBSCRIBED: "subscribed again",
    Remedy.REOPENED: "the stream is opened anew",
    Remedy.ASKED: "the session is looked at and the stream opened anew",
}


class _Silence(Struct):
    remedy: Remedy
    next_at: float
    pause: float = 0.0
    was_refused: bool = False
    """It began with a refusal, which a gateway says at once: no word about the next attempt means that it was taken."""


class Show(Protocol):
    """Takes the words for the screen, and whether prices are among what is deaf."""

    def __call__(self, words: str, *, prices: bool) -> None:
        """Show them; blank when nothing is deaf."""
        ...


class Silences:
    """Tells the link when subscribing again did not help, later and later; `show` gets the words for the screen."""

    def __init__(self, tell: Callable[[s.Telling], None], show: Show) -> None:
        self._tell = tell
        self._show = show
        self._silent: dict[str, _Silence] = {}

    @property
    def topics(self) -> tuple[str, ...]:
        """Those that are deaf now."""
        return tuple(self._silent)

    def deaf(self, topic: str, now: float) -> None:
        """A topic ought to have spoken and did not; its owner has subscribed it again.

        Said again of a topic of events, it is new evidence and brings the next remedy at once.
        """
        silence = self._silent.get(topic)
        if silence is None:
            wait = CALM_SECONDS if topic in OF_EVENTS else ANSWER_SECONDS
            self._silent[topic] = _Silence(Remedy.SUBSCRIBED, now + wait)
        elif topic in OF_EVENTS:
            silence.next_at = now + CALM_SECONDS
            if silence.remedy is Remedy.SUBSCRIBED:  # some gateways never send it: opened anew for it only once
                silence.remedy = Remedy.REOPENED
                self._tell(s.StreamSilent(topic))
        self._say()

    def refused(self, topic: str, retry_at: float) -> None:
        """The gateway would not stream it; it is asked again then."""
        silence = self._silent.setdefault(topic, _Silence(Remedy.SUBSCRIBED, 0.0, was_refused=True))
        needs_calm = topic in OF_EVENTS and not silence.was_refused
        silence.next_at = retry_at + (CALM_SECONDS if needs_calm else ANSWER_SECONDS)
        self._say()

    def heard(self, topic: str) -> None:
        """A frame of the topic came."""
        silence = self._silent.pop(topic, None)
        if silence is not None:
            if silence.remedy is not Remedy.SUBSCRIBED:
                self._tell(s.StreamHeard(topic))
            self._say()

    def resumed(self, now: float) -> None:
        """A new connection listens: what was deaf has time to speak."""
        for silence in self._silent.values():
            silence.next_at = max(silence.next_at, now + ANSWER_SECONDS)

    def tick(self, now: float) -> None:
        """Try the next remedy where one is due; to be called several times a second."""
        for topic, silence in list(self._silent.items()):
            if now < silence.next_at:
                continue
            if topic in OF_EVENTS:
                self.heard(topic)
                continue
            silence.remedy = Remedy.ASKED if silence.remedy is not Remedy.SUBSCRIBED else Remedy.REOPENED
            silence.pause = grown(silence.pause)
            silence.next_at = now + ANSWER_SECONDS + silence.pause
            self._tell(s.StreamSilent(topic))
            self._say()

    def clear(self) -> None:
        """There is no stream any more."""
        self._silent.clear()
        self._say()

    def _say(self) -> None:
        if not self._silent:
            self._show("", prices=False)
            return
        names = ", ".join(NAMES.get(topic, topic) for topic in self._silent)
        worst = max(silence.remedy for silence in self._silent.values())
        by_lists = OF_EVENTS.intersection(self._silent) and worst is not Remedy.SUBSCRIBED
        prices = bool(OF_PRICES.intersection(self._silent))
        more = "; orders are read by requests meanwhile" if by_lists else ""
        self._show(
            f"The stream beats but does not tell of: {names}. {_WORDS[worst].capitalize()}{more}.", prices=prices
        )
