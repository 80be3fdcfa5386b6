from __future__ import annotations

from decimal import Decimal

import pytest

from ibtui.domain.contracts import Contract
from ibtui.domain.events import (
    ContractsLearned,
    LadderFailed,
    LadderReceived,
    LadderRequested,
    QuoteReceived,
    QuotesSilenced,
    StreamsLost,
)
from ibtui.domain.market import Rung
from ibtui.store import Store, Topic

AAPL = 265598
IBM = 8314
D = Decimal


def rungs(*prices: str) -> dict[int, Rung]:
    return {row: Rung(D(price)) for row, price in enumerate(prices)}


def prices(store: Store) -> list[str]:
    assert store.market.ladder is not None
    return [str(rung.price) for rung in store.market.ladder.rungs]


@pytest.fixture
def store() -> Store:
    return Store()


def test_changed_fields_are_merged_into_the_quote(store: Store) -> None:
    store.apply(QuoteReceived(AAPL, {"last": D("271.67"), "bid": D("271.66")}, 1.0))
    store.apply(QuoteReceived(AAPL, {"bid": D("271.65")}, 2.0))
    quote = store.market.quotes[AAPL]
    assert (quote.last, quote.bid, quote.received) == (D("271.67"), D("271.65"), 2.0)


def test_many_ticks_of_one_instrument_are_one_dirty_key(store: Store) -> None:
    for tick in range(100):
        store.apply(QuoteReceived(AAPL, {"last": D(tick)}, float(tick)))
    assert store.drain().of(Topic.QUOTE) == {AAPL}
    assert not store.drain()


def test_the_direction_is_that_of_the_newest_change(store: Store) -> None:
    for last, direction in [("10", 0), ("11", 1), ("11", 1), ("10.5", -1)]:
        store.apply(QuoteReceived(AAPL, {"last": D(last)}, 1.0))
        assert store.market.quotes[AAPL].direction == direction


def test_a_snapshot_does_not_make_a_silent_stream_live(store: Store) -> None:
    store.apply(QuoteReceived(AAPL, {"last": D(10)}, 1.0))
    store.apply(StreamsLost())
    store.apply(QuoteReceived(AAPL, {"last": D(11)}, 2.0, from_stream=False))
    assert not store.market.quotes[AAPL].subscribed
    store.apply(QuoteReceived(AAPL, {}, 3.0))
    assert store.market.quotes[AAPL].subscribed


def test_only_the_silent_streams_are_disbelieved(store: Store) -> None:
    for conid in (AAPL, IBM):
        store.apply(QuoteReceived(conid, {"last": D(10)}, 1.0))
    store.drain()
    store.apply(QuotesSilenced((IBM, 99)))
    assert store.drain().of(Topic.QUOTE) == {IBM}
    assert store.market.quotes[AAPL].subscribed
    assert not store.market.quotes[IBM].subscribed


def test_a_field_the_quote_does_not_have_is_a_mistake_of_the_program(store: Store) -> None:
    with pytest.raises(TypeError):
        store.apply(QuoteReceived(AAPL, {"lasst": D(1)}, 1.0))


def test_a_full_ladder_frame_replaces_and_a_part_is_merged(store: Store) -> None:
    store.apply(LadderRequested(AAPL, 1))
    store.apply(LadderReceived(AAPL, 1, rungs("3", "2", "1"), 1.0))
    store.apply(LadderReceived(AAPL, 1, {1: Rung(D("2.5"))}, 2.0))
    assert prices(store) == ["3", "2.5", "1"]
    store.apply(LadderReceived(AAPL, 1, rungs("9", "8", "7", "6"), 3.0))
    assert prices(store) == ["9", "8", "7", "6"]


@pytest.mark.parametrize(("conid", "generation"), [(IBM, 2), (None, 1), (AAPL, 1)])
def test_a_late_frame_of_another_ladder_is_not_shown(store: Store, conid: int | None, generation: int) -> None:
    store.apply(LadderRequested(IBM, 1))
    store.apply(LadderRequested(AAPL, 2))
    store.apply(LadderReceived(conid, generation, rungs("100"), 1.0))
    assert prices(store) == []


def test_a_lost_stream_makes_the_ladder_stale(store: Store) -> None:
    store.apply(LadderRequested(AAPL, 1))
    store.apply(LadderReceived(AAPL, 1, rungs("3"), 5.0))
    store.apply(StreamsLost())
    assert store.market.ladder is not None
    assert store.market.ladder.received == 0.0


def test_a_frame_of_another_exchange_is_not_shown(store: Store) -> None:
    store.apply(LadderRequested(AAPL, 1, "NASDAQ"))
    store.apply(LadderReceived(AAPL, 1, rungs("3"), 1.0, exchange="ARCA"))
    assert prices(store) == []
    store.apply(LadderReceived(AAPL, 1, rungs("3"), 1.0))
    store.apply(LadderReceived(AAPL, 1, rungs("4"), 2.0, exchange="NASDAQ"))
    assert prices(store) == ["4"]
    assert store.market.ladder is not None
    assert store.market.ladder.exchange == "NASDAQ"


def test_a_ladder_of_another_exchange_begins_empty(store: Store) -> None:
    store.apply(LadderRequested(AAPL, 1))
    store.apply(LadderReceived(AAPL, 1, rungs("3", "2"), 1.0))
    store.apply(LadderRequested(AAPL, 2, "ARCA"))
    assert prices(store) == []
    store.apply(LadderReceived(AAPL, 2, {1: Rung(D("1"))}, 2.0))
    assert prices(store) == ["1"]


def test_every_loss_of_the_stream_is_counted(store: Store) -> None:
    store.apply(StreamsLost())
    store.apply(StreamsLost())
    assert store.market.streams_lost_count == 2


def test_a_frame_that_comes_after_all_takes_the_failure_back(store: Store) -> None:
    store.apply(LadderRequested(AAPL, 1))
    store.apply(LadderFailed(AAPL, "no depth came"))
    store.apply(LadderReceived(AAPL, 1, rungs("3"), 1.0))
    assert store.market.ladder is not None
    assert store.market.ladder.error == ""


def test_a_thinner_description_does_not_erase_a_richer_one(store: Store) -> None:
    rich = Contract(495512563, "ES", "E-mini S&P 500", "FUT", "CME", "USD", D(50), "ES DEC26", "20261218")
    store.apply(ContractsLearned((rich,)))
    store.apply(ContractsLearned((Contract(495512563, "ES"),)))
    assert store.market.contracts[495512563] == rich


def test_the_gateway_s_own_time_goes_on_between_frames(store: Store) -> None:
    store.apply(QuoteReceived(IBM, {"last": D(10)}, 9.0))
    assert store.market.gateway_time(12.5) is None
    store.apply(QuoteReceived(AAPL, {"server_time_ms": 5_000}, 10.0))
    store.apply(QuoteReceived(IBM, {"server_time_ms": 4_000}, 10.0))
    assert store.market.gateway_time(12.5) == 7_500
