"""Which exchange's book the ladder shows, and whose trades are counted, as the screens wish it."""

from __future__ import annotations

import pytest

from ibtui.domain.contracts import Contract
from ibtui.domain.events import ContractsLearned
from tests.session.scripted import ACCOUNT, Bench


async def listening(bench: Bench, *exchanges: str) -> None:
    bench.store.apply(ContractsLearned((Contract(7, "SEVEN", exchanges=exchanges),)))
    await bench.connect()
    await bench.clock.advance(1.5)


async def test_an_exchange_of_the_contract_is_asked_for(bench: Bench) -> None:
    await listening(bench, "SMART", "NASDAQ")
    bench.session.market.show_ladder(7, "nasdaq")
    await bench.clock.advance(0.1)
    assert bench.wire.sent[-1] == f"sbd+{ACCOUNT}+7+NASDAQ"
    assert bench.store.market.ladder is not None
    assert bench.store.market.ladder.exchange == "NASDAQ"


async def test_while_the_contracts_exchanges_are_not_known_the_gateway_decides(bench: Bench) -> None:
    await listening(bench)
    bench.session.market.show_ladder(7, "ARCA")
    await bench.clock.advance(0.1)
    assert bench.wire.sent[-1] == f"sbd+{ACCOUNT}+7+ARCA"
    assert not any("exchange" in text for text in bench.texts())


@pytest.mark.parametrize("exchange", ["LSE", "SMART+8", "[bold]"])
async def test_an_exchange_that_is_not_the_contracts_is_refused_in_words_and_all_are_shown(
    bench: Bench, exchange: str
) -> None:
    await listening(bench, "SMART", "NASDAQ")
    bench.session.market.show_ladder(7, exchange)
    await bench.clock.advance(0.1)
    assert bench.wire.sent[-1] == f"sbd+{ACCOUNT}+7"
    assert "SEVEN has no exchange" in bench.texts()[-1]


async def test_flows_are_wanted_for_each_ladder_beside(bench: Bench) -> None:
    await listening(bench)
    bench.session.market.want_flow([7, 8])
    bench.wire.feed(*(f'{{"topic":"smd+{conid}","conid":{conid},"31":"5"}}' for conid in (7, 8, 9)))
    await bench.clock.advance(0.1)
    assert set(bench.store.market.flows) == {7, 8}
