"""What flows: market data, the websocket, both clocks, and the room left by IBKR's pacing."""

from __future__ import annotations

from collections.abc import Sequence

from ibtui.commands.doctor.facts import ClockSample, Exchange, StreamStory
from ibtui.commands.doctor.steps import Verdict, bad, ok, skipped, warning
from ibtui.commands.doctor.words import if_it_lasts, said, seconds_words
from ibtui.domain.events import QuoteReceived
from ibtui.domain.market import Availability
from ibtui.errors import PenaltyBox
from ibtui.protocol.clean import clean
from ibtui.protocol.market import is_cold

SKEW_SECONDS = 5.0
"""More than this, and times of orders and of the own machine do not compare any more."""
SLOW_SECONDS = 3.0
SUBSCRIBE = "subscribe to it in Client Portal (Settings, Market Data Subscriptions)"
NO_PRICE = "orders without a known price are refused unless limits.without_market_data is true"


def judge_market(exchange: Exchange, quote: QuoteReceived | None, symbol: str, *, is_direct: bool = False) -> Verdict:
    """How far prices may be believed: field 6509 of a snapshot ("Market Data Availability")."""
    if exchange.error is not None:
        return bad(f"refused ({said(exchange.error)})", f"try again; {if_it_lasts(is_direct=is_direct)}")
    if quote is None:
        return warning(f"no row for {symbol} came", "try again while its market is open")
    code = clean(quote.changes.get("availability_code") or "", limit=8)
    cold = "; no price yet" if is_cold(quote) else ""
    told = f"{symbol}{cold} (6509 {code or 'not told'})"
    match quote.changes.get("availability"):
        case Availability.LIVE:
            return ok(f"live: {told}")
        case Availability.FROZEN:
            return ok(f"frozen, as of the last close: {told}")
        case Availability.DELAYED:
            return warning(f"delayed by 15 to 20 minutes: {told}", SUBSCRIBE)
        case Availability.FROZEN_DELAYED:
            return warning(f"delayed and frozen, as of the last close: {told}", SUBSCRIBE)
        case Availability.NOT_SUBSCRIBED:
            return warning(f"none, not subscribed: {told}", f"{SUBSCRIBE}; {NO_PRICE}")
    return warning(f"not known to be live: {told}", "ibtui shows such prices as unknown, never as live")


def judge_stream(
    story: StreamStory, quote: QuoteReceived | None = None, symbol: str = "", *, is_direct: bool = False
) -> Verdict:
    """Whether the websocket opens, listens, lives and feeds subscriptions; `quote` is what a snapshot told before."""
    retry = f"try again in a minute; {if_it_lasts(is_direct=is_direct)}"
    if not story.opened:
        return bad(f"does not open ({clean(story.refusal, limit=120)})", retry)
    if story.ready_seconds is None:
        why = f" ({clean(story.refusal, limit=120)})" if story.refusal else ""
        return bad(f"opens, but takes no subscriptions: “system success” never came{why}", retry)
    ready = f"open and ready after {seconds_words(story.ready_seconds)}"
    if not story.life:
        return bad(f"{ready}, then silent: no heartbeat, no answer to tic", retry)
    ready = f"{ready}, alive ({story.life})"
    if not story.told_prices and quote is not None and not is_cold(quote):
        meaning = f"{ready}, but the prices of {symbol} that were subscribed do not come: subscriptions are dead"
        is_live = quote.changes.get("availability") is Availability.LIVE
        return bad(meaning, retry) if is_live else warning(meaning, f"try again while its market is open; {retry}")
    if story.refused_orders:
        meaning = f"{ready}, but orders cannot be subscribed ({clean(story.refused_orders, limit=80)})"
        remedy = f"ibtui asks again and reads orders by request until then; {if_it_lasts(is_direct=is_direct)}"
        return warning(meaning, remedy)
    return ok(f"{ready}{', prices come' if story.told_prices else ''}")


def judge_clock(samples: Sequence[ClockSample], *, is_direct: bool = False) -> Verdict:
    """How far both clocks are apart."""
    if not samples:
        return skipped("no answer told the time")
    apart = [sample for sample in samples if abs(sample.ahead) - sample.doubt > SKEW_SECONDS]
    if not apart:
        best = min(samples, key=lambda sample: sample.doubt)
        return ok(f"within {max(1, round(abs(best.ahead)))} s of the gateway's ({best.source})")
    worst = min(apart, key=lambda sample: sample.doubt)
    off = abs(worst.ahead)
    side = "ahead of" if worst.ahead > 0 else "behind"
    meaning = f"the gateway's is {seconds_words(off)} {side} this machine's ({worst.source})"
    agreeing = [sample.source for sample in samples if abs(sample.ahead) - sample.doubt <= SKEW_SECONDS]
    if agreeing:
        remedy = "this machine's clock is right; times of orders and executions on screen may mislead"
        return warning(f"{meaning}, though another of its times agrees ({agreeing[0]})", remedy)
    remedy = "set this machine's clock (NTP), and that of the gateway's machine"
    if is_direct:
        return warning(meaning, f"{remedy}; OAuth signatures hold the time and may be refused")
    return warning(meaning, f"{remedy}; until then times on screen may mislead")


def judge_late(taken: float, exchanges: Sequence[Exchange], *, is_direct: bool = False) -> Verdict:
    """The walk was given up after `taken` seconds of waiting."""
    slowest = max((exchange for exchange in exchanges if exchange.status), key=lambda each: each.seconds, default=None)
    why = f": answers come late, the slowest after {slowest.seconds:.1f} s ({slowest.path})" if slowest else ""
    remedy = f"look at the network to IBKR and try again; {if_it_lasts(is_direct=is_direct)}"
    return bad(f"given up, the walk had taken {taken:.0f} s{why}", remedy)


def judge_pacing(exchanges: Sequence[Exchange], boxed: float) -> Verdict:
    """Whether IBKR's limits leave room; `boxed` is how many seconds the penalty box still lasts."""
    answered = [exchange for exchange in exchanges if exchange.status]
    if boxed or any(isinstance(exchange.error, PenaltyBox) for exchange in exchanges):
        left = f" for {seconds_words(boxed)} more" if boxed else ""
        remedy = "send nothing until then, and find what else polls with this login"
        return bad(f"too many requests (HTTP 429): IBKR boxes this address{left}", remedy)
    if not answered:
        return skipped("nothing was answered")
    slowest = max(answered, key=lambda exchange: exchange.seconds)
    count = "1 request" if len(answered) == 1 else f"{len(answered)} requests"
    meaning = f"{count} answered, none with HTTP 429; slowest {slowest.seconds:.2f} s"
    if slowest.seconds > SLOW_SECONDS:
        return warning(f"{meaning} ({slowest.path})", "the gateway or the way to IBKR is slow; look again")
    return ok(meaning)
