"""What the status line says, most important last to be dropped: pure functions from the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from ibtui.domain.account import Account
from ibtui.domain.orders import Stage
from ibtui.domain.session import Health, Light, Trouble
from ibtui.store import Store
from ibtui.ui import formatting as f
from ibtui.ui.alerts import Alert, Flash
from ibtui.ui.widths import cells_of

RESET_HOUR: Final = 1
RESET_ZONE: Final = "America/New_York"
"""The brokerage session is reset at 01:00 US/Eastern ("Weekday IServer Reset Timing", North America)."""

GAP: Final = 2
"""Cells round each item."""
WEIGHTY: Final = 5
"""Items up to this priority are said in short rather than left out: lights, day, net value, allowance, unrealised; on a
thin line what it carries too."""

MARKS: Final = {Light.ON: "●", Light.WAIT: "◌", Light.OFF: "○", Light.BAD: "✗"}
LIGHT_STYLES: Final = {Light.ON: "good", Light.WAIT: "warn", Light.OFF: "muted", Light.BAD: "bad"}


class Span(Struct, frozen=True):
    """Text in one style class of the status line."""

    text: str
    style: str = ""


class Item(Struct, frozen=True):
    """One figure of the line; the highest priority number is dropped first, 0 never."""

    priority: int
    spans: tuple[Span, ...]
    is_right: bool = False

    @property
    def width(self) -> int:
        """Cells."""
        return sum(cells_of(span.text) for span in self.spans)


def status_items(
    store: Store,
    now: float,
    wall: float,
    *,
    read_only: bool = False,
    short_money: bool = False,
    short_lights: bool = False,
    flash: Flash | None = None,
    replay: str = "",
    line_rate: float | None = None,
) -> list[Item]:
    """Everything the line could say at session time `now` and Unix time `wall`; `replay` is how a tape is played.

    `line_rate` is what goes to the terminal, in bytes a second; None where the line is not thin.
    """
    return [
        Item(12, (Span("ibtui", "muted"),)),
        *([Item(0, (Span(f" REPLAY {replay} ", "flash"),))] if replay else []),
        *_account(store),
        *([Item(0, (Span(" READ-ONLY ", "paper"),))] if read_only and not replay else []),
        *_alarms(store, now, flash, short=short_lights),
        *_money(store, short=short_money),
        *_allowance(store, wall, is_thin=line_rate is not None),
        *_line(line_rate),
        _one_light(store.health, now) if short_lights else _lights(store.health, now),
    ]


def fitting(items: Sequence[Item], room: int, gap: int = GAP) -> list[Item]:
    """The items that fit into `room` cells."""
    kept = list(items)

    def used() -> int:
        return sum(item.width for item in kept) + gap * len(kept)

    while used() > room and any(item.priority for item in kept):
        kept.remove(max(kept, key=lambda item: item.priority))
    return kept


def account_word(account: Account | None) -> Span:
    """LIVE, PAPER, or LIVE? while the gateway has not said."""
    if account is None or account.is_paper is None:
        return Span(" LIVE? ", "live")
    return Span(" PAPER ", "paper") if account.is_paper else Span(" LIVE ", "live")


def _account(store: Store) -> list[Item]:
    chosen = next((known for known in store.money.accounts if known.account_id == store.money.account), None)
    name = store.money.account or "no account"
    return [Item(0, (Span(f"{name} ", "strong"), account_word(chosen)))]


def _alarms(store: Store, now: float, flash: Flash | None, *, short: bool) -> list[Item]:
    """What must not be missed; where it is narrow and there are two of them, both are said in short."""
    found = [*_flash_items(flash)]
    unknown = sum(submission.stage is Stage.UNKNOWN for submission in store.orders.index.open_submissions.values())
    boxed = store.health.penalty_until > now
    if unknown:
        noun = "ORDER" if unknown == 1 else "ORDERS"
        words = f"{unknown} UNKNOWN {noun}" if short and boxed else f"{unknown} {noun} OF UNKNOWN OUTCOME"
        style = "flash" if flash is not None and flash.alert is Alert.UNKNOWN else "alarm"
        found.append(Item(0, (Span(f" {words} ", style),)))
    if boxed:
        to_go = f.countdown(store.health.penalty_until - now)
        box = "PENALTY" if short and unknown else "PENALTY BOX"
        cancels = f" {store.pace.waiting} WAIT" if store.pace.waiting else ""  # all else was turned away
        found.append(Item(0, (Span(f" {box} {to_go}{cancels} ", "alarm"),)))
    return found


def _flash_items(flash: Flash | None) -> list[Item]:
    """The word of what just happened, in reverse so that it is seen without colours too, and the order.

    Unknown outcomes have an item of their own, which stays; it is that one which flashes.
    """
    if flash is None or flash.alert is Alert.UNKNOWN:
        return []
    word = Item(0, (Span(f" {flash.alert.value} ", "flash"),))
    return [word, Item(1, (Span(flash.detail, "strong"),))] if flash.detail else [word]


def _money(store: Store, *, short: bool) -> list[Item]:
    pnl = store.money.pnl.get(store.money.account)
    worth = pnl.net_liquidation if pnl is not None else None
    line = store.money.ledger.get((store.money.account, "BASE"))
    if worth is None and line is not None:
        worth = line.net_liquidation
    items = []
    if worth is not None:
        items.append(Item(3, (Span("NLV ", "muted"), Span(f.short_money(worth) if short else f.money(worth)))))
    if pnl is not None and pnl.daily is not None:
        items.append(Item(2, (Span("day ", "muted"), Span(f.signed_money(pnl.daily), f.sign_class(pnl.daily)))))
    if pnl is not None and pnl.unrealized is not None:
        items.append(
            Item(5, (Span("unrl ", "muted"), Span(f.signed_money(pnl.unrealized), f.sign_class(pnl.unrealized))))
        )
    power = store.money.summary.get((store.money.account, "buyingpower"))
    if power is not None and power.amount is not None:
        items.append(Item(9, (Span("BP ", "muted"), Span(f.short_money(power.amount)))))
    return items


def _allowance(store: Store, wall: float, *, is_thin: bool) -> list[Item]:
    """Requests left, unread notices, the reset of a gateway that answers.

    The bytes that a thin line carries are of more worth than the first.
    """
    pace, unread = store.pace, store.inbox.unread
    is_short = pace.free == 0 or bool(pace.waiting)
    waiting = f" +{pace.waiting} waiting" if pace.waiting else ""
    words = Span(f"{pace.free}/{pace.limit} req{waiting}", "warn" if is_short else "muted")
    items = [Item(6 if is_thin and not is_short else 4, (words,), is_right=True)]
    if unread:
        items.append(Item(7, (Span(f"{unread} unread", "warn"),), is_right=True))
    if store.health.gateway is Light.ON:
        items.append(Item(8, (Span(f"reset {time_to_go(next_reset(wall) - wall)}", "muted"),), is_right=True))
    return items


def _line(rate: float | None) -> list[Item]:
    """What a thin line carries: 3.7 kB/s."""
    return [] if rate is None else [Item(4, (Span(f"{rate / 1000:.1f} kB/s", "muted"),), is_right=True)]


def _lights(health: Health, now: float) -> Item:
    quiet = f.age(now - health.last_frame) if health.last_frame else ""
    spans = []
    for name in ("gateway", "login", "brokerage", "stream"):
        light: Light = getattr(health, name)
        word = name if light is Light.ON else f"{name} {light.value}"
        spans += [Span(MARKS[light], LIGHT_STYLES[light]), Span(f" {word} ", "" if light is Light.ON else "strong")]
    return Item(0, (*spans, Span(quiet, "muted")), is_right=True)


def _one_light(health: Health, now: float) -> Item:
    """The four lights in one: connected, or the first that is not on, by name."""
    quiet = f.age(now - health.last_frame) if health.last_frame else ""
    for name in ("gateway", "login", "brokerage", "stream"):
        light: Light = getattr(health, name)
        if light is not Light.ON:
            word = health.trouble.value if health.trouble is not Trouble.NONE else f"{name} {light.value}"
            return Item(0, (Span(MARKS[light], LIGHT_STYLES[light]), Span(f" {word}", "strong")), is_right=True)
    return Item(0, (Span("●", "good"), Span(" connected "), Span(quiet, "muted")), is_right=True)


def next_reset(wall: float) -> float:
    """Unix seconds of the next daily reset after `wall`."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - start-up time

    here = datetime.fromtimestamp(wall, ZoneInfo(RESET_ZONE))
    reset = here.replace(hour=RESET_HOUR, minute=0, second=0, microsecond=0)
    return (reset if reset > here else reset + timedelta(days=1)).timestamp()


def time_to_go(seconds: float) -> str:
    """Hours and minutes: 8h53, 12m."""
    minutes = int(seconds // 60)
    return f"{minutes // 60}h{minutes % 60:02}" if minutes >= 60 else f"{minutes}m"


def layout(
    store: Store,
    now: float,
    wall: float,
    room: int,
    *,
    read_only: bool = False,
    flash: Flash | None = None,
    replay: str = "",
    line_rate: float | None = None,
) -> list[Item]:
    """The items to draw in `room` cells; where it is narrow the net value, then the lights are said in short."""
    for short_lights in (False, True):
        for short_money in (False, True):
            items = status_items(
                store,
                now,
                wall,
                read_only=read_only,
                short_money=short_money,
                short_lights=short_lights,
                flash=flash,
                replay=replay,
                line_rate=line_rate,
            )
            kept = fitting(items, room)
            weighty = [item for item in items if item.priority <= WEIGHTY]
            if all(item in kept for item in weighty) and sum(item.width + GAP for item in kept) <= room:
                return kept
    return kept
