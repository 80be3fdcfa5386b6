"""Trading hours and listings of IBKR's documents become what they say."""

from __future__ import annotations

from ibtui.domain.contracts import Contract
from ibtui.domain.schedule import Hours, TradingDay
from ibtui.protocol import schedule
from tests.protocol.payloads import payload


def test_a_schedule_tells_regular_and_all_hours_of_a_day() -> None:
    (day,) = schedule.decode_schedule(payload("contracts/GET-trsrv-secdef-schedule"))
    assert day == TradingDay(
        "v13133", "America/New_York", "20000103", (Hours("0930", "1600"),), (Hours("0400", "2000"),)
    )


def test_an_exchange_tells_its_stocks() -> None:
    assert schedule.decode_all_conids(payload("contracts/GET-trsrv-all-conids")) == (
        Contract(5094, "BMO", sec_type="STK", exchange="NYSE"),
        Contract(671347171, "ZKH", sec_type="STK", exchange="NYSE"),
    )


def test_a_listing_without_conid_is_left_out() -> None:
    assert schedule.decode_all_conids(b'[{"ticker":"X","exchange":"NYSE"}]') == ()


def test_the_requests_ask_by_symbol_and_by_exchange() -> None:
    asked = schedule.schedule("AAPL", "STK")
    assert (asked.path, dict(asked.query)) == ("/trsrv/secdef/schedule", {"assetClass": "STK", "symbol": "AAPL"})
    assert dict(schedule.all_conids("NYSE").query) == {"exchange": "NYSE"}
