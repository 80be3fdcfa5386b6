"""Whether a key of the ladder may trade at once: armed by hand only, disarmed by whatever makes its prices doubtful.

Pure; times are seconds of the session clock.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from msgspec import Struct

from ibtui.domain.market import Availability, Quote
from ibtui.domain.orders import Stage
from ibtui.domain.session import Light
from ibtui.ui.belief import belief
from ibtui.ui.formatting import age, countdown

if TYPE_CHECKING:
    from ibtui.session.intents import Session
    from ibtui.store import Store
    from ibtui.ui.ladder.view import LadderInput

ARMED = "ARMED"
DISARMED = "DISARMED"

BY_HAND = "by hand"
OTHER_SCREEN = "screen left"
OTHER_CONTRACT = "another instrument"
OTHER_ACCOUNT = "another account"
STREAM_LOST = "stream lost"

READ_ONLY = "read-only run"
NO_ACCOUNT = "no account chosen"
NO_SESSION = "no brokerage session"
BOXED = "in IBKR's penalty box"
UNKNOWN_OUTCOME = "an order's outcome is unknown, F4 shows it"
NO_STREAM = "no live stream"
NO_PRICES = "no price yet"
STALE = "prices stale"
HALTED = "trading halted"
NOT_LIVE = {
    Availability.DELAYED: "market data delayed",
    Availability.FROZEN: "market data frozen",
    Availability.FROZEN_DELAYED: "market data frozen and delayed",
    Availability.NOT_SUBSCRIBED: "market data not subscribed",
    Availability.UNKNOWN: "market data not known to be live",
}
"""What prices may come that are none to trade on by key."""


class Standing(Struct, frozen=True):
    """What a trading key would act on now, and why it may not."""

    account: str
    conid: int
    connection: int
    """How many streams were lost so far: another number is another connection, however short the loss was."""
    obstacle: str
    """Why nothing may be sent by key, neither armed nor from a preview, in words; blank when it may."""


def standing_of(session: Session, source: LadderInput, now: float) -> Standing:
    """Where the ladder of `source` stands at session time `now`."""
    store = session.store
    return Standing(
        account=store.money.account,
        conid=source.conid,
        connection=store.market.streams_lost_count,
        obstacle=READ_ONLY if session.read_only else _obstacle(store, source, now),
    )


def _obstacle(store: Store, source: LadderInput, now: float) -> str:
    """The gravest reason: what no price could mend before what is wrong with the prices."""
    health, account = store.health, store.money.account
    if not account:
        return NO_ACCOUNT
    if not health.can_trade:
        return NO_SESSION
    if health.penalty_until > now:
        return BOXED
    submissions = store.orders.submissions.values()
    if any(each.stage is Stage.UNKNOWN and each.account == account for each in submissions):
        return UNKNOWN_OUTCOME
    if health.stream is not Light.ON:
        return NO_STREAM
    return _price_obstacle(store, source, now)


def _price_obstacle(store: Store, source: LadderInput, now: float) -> str:
    """What is wrong with the prices; depth counts only beside a quote, which alone tells of halts and delays."""
    quote = source.quote
    if quote is None or not quote.received or quote.conid != source.conid:
        return NO_PRICES
    if quote.availability is not Availability.LIVE:
        return NOT_LIVE[quote.availability]
    silent_depth = not source.from_quote and (source.ladder is None or not source.ladder.received)
    if silent_depth or belief(quote, store.health, now).is_stale:
        return STALE
    if quote.halted:
        return HALTED
    return "" if _has_market(quote) else NO_PRICES


def _has_market(quote: Quote) -> bool:
    """Whether the market said anything today: yesterday's close is no market."""
    has_traded = quote.last is not None and not quote.last_is_close
    return has_traded or quote.bid is not None or quote.ask is not None


class Arming:
    """Armed or not, and why not; nothing but `arm` arms."""

    def __init__(self, idle_seconds: float) -> None:
        self._idle_seconds = idle_seconds
        self._for: Standing | None = None
        """What it was armed for; None while disarmed."""
        self._ends = 0.0
        self._reason = ""

    @property
    def is_armed(self) -> bool:
        """Whether it was when last looked at; before something is sent, `sends` looks again."""
        return self._for is not None

    def words(self, now: float) -> str:
        """`ARMED 0:42`, the time left without a key; `DISARMED (stream lost)`, the reason while there is one."""
        if self._for is not None and now < self._ends:
            return f"{ARMED} {countdown(ceil(self._ends - now))}"
        reason = self._reason if self._for is None else self._idle_words()
        return f"{DISARMED} ({reason})" if reason else DISARMED

    def arm(self, standing: Standing, now: float) -> str:
        """Arm for what stands now; gives why that cannot be, blank when it is armed."""
        if standing.obstacle:
            self._for, self._reason = None, standing.obstacle
            return f"Cannot arm: {standing.obstacle}"
        self._for, self._ends, self._reason = standing, now + self._idle_seconds, ""
        return ""

    def look(self, standing: Standing, now: float) -> bool:
        """Compare what stands now with what it was armed for, at every frame; True when that just disarmed it."""
        if self._for is None:
            return False
        self.disarm(self._difference(self._for, standing, now))
        return self._for is None

    def sends(self, standing: Standing, now: float) -> bool:
        """Whether a trading key may send at once: looks again, at the key itself and not at the last frame."""
        self.look(standing, now)
        return self._for is not None

    def key(self, now: float) -> None:
        """A key of the ladder was pressed: the idle time begins anew, unless it was over before."""
        if self._for is None:
            return
        if now >= self._ends:
            self.disarm(self._idle_words())
        else:
            self._ends = now + self._idle_seconds

    def disarm(self, reason: str = BY_HAND) -> None:
        """End it for a reason, which is told until it is armed again; a blank reason is none."""
        if self._for is not None and reason:
            self._for, self._reason = None, reason

    def _difference(self, armed: Standing, standing: Standing, now: float) -> str:
        if standing.conid != armed.conid:
            return OTHER_CONTRACT
        if standing.account != armed.account:
            return OTHER_ACCOUNT
        if standing.connection != armed.connection:
            return STREAM_LOST
        return standing.obstacle or (self._idle_words() if now >= self._ends else "")

    def _idle_words(self) -> str:
        return f"no key for {age(self._idle_seconds)}"
