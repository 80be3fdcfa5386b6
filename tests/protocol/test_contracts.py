"""Search, definitions and chains of IBKR's documents become contracts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.contracts import Contract, Search, SearchHit
from ibtui.errors import Garbled, Refused
from ibtui.protocol import contracts
from ibtui.protocol.contracts import Strikes
from tests.protocol.payloads import payload

IBM = Contract(8314, "IBM", "INTL BUSINESS MACHINES CORP", "STK", "NYSE", "USD")
OPTION_EXCHANGES = (
    "SMART AMEX CBOE PHLX PSE ISE BOX BATS NASDAQOM CBOE2 NASDAQBX MIAX GEMINI EDGX MERCURY PEARL EMERALD MEMX IBUSOPT"
)
AAPL = Contract(265598, "AAPL", "APPLE INC", "STK", "NASDAQ", "USD")


def test_definitions_are_read() -> None:
    assert contracts.decode_definitions(payload("contracts/GET-trsrv-secdef")) == (AAPL,)
    assert contracts.decode_definitions(payload("contracts/GET-trsrv-secdef.openapi")) == (IBM,)


def test_a_description_routed_smart_tells_no_listing_exchange() -> None:
    described = contracts.decode_contract(payload("contracts/GET-iserver-contract-info"))
    assert described is not None
    assert replace(described, exchanges=()) == Contract(265598, "AAPL", "APPLE INC", "STK", "", "USD")
    stock = contracts.decode_contract(payload("contracts/GET-iserver-contract-info.stock"))
    exchanges = ("SMART", "AMEX", "NYSE", "CBOE", "PHLX", "ISE")
    assert stock == Contract(8314, "IBM", "INTL BUSINESS MACHINES CORP", "STK", "", "USD", exchanges=exchanges)


def test_a_description_tells_where_orders_can_be_routed() -> None:
    described = contracts.decode_contract(payload("contracts/GET-iserver-contract-info"))
    assert described is not None
    assert described.exchanges[:4] == ("SMART", "AMEX", "NYSE", "CBOE")
    assert {"ISLAND", "ARCA", "IEX", "PSX"} <= set(described.exchanges)
    assert "" not in described.exchanges


def test_a_definition_does_not_tell_where_orders_can_be_routed() -> None:
    (defined,) = contracts.decode_definitions(payload("contracts/GET-trsrv-secdef"))
    assert defined.exchanges == ()


def test_an_option_is_described_with_expiry_multiplier_and_words() -> None:
    option = contracts.decode_contract(payload("contracts/GET-iserver-contract-info.option"))
    assert option == Contract(
        685302909,
        "IBM",
        "INTL BUSINESS MACHINES CORP",
        "OPT",
        "",
        "USD",
        Decimal(100),
        "IBM MAR 15 '24 187.5 Call",
        "20240315",
        tuple(OPTION_EXCHANGES.split()),
    )


@pytest.mark.parametrize(
    ("name", "contract"),
    [
        (
            "GET-iserver-secdef-info",
            Contract(667629330, "AAPL", "", "OPT", "", "USD", Decimal(100), "AAPL JAN 05 '24 195 Put", "20240105"),
        ),
        (
            "GET-iserver-secdef-info.option-chain",
            Contract(654371995, "SPX", "", "OPT", "", "USD", Decimal(100), "SPX JAN 16 '25 3975 Put (AM)", "20250116"),
        ),
        ("GET-iserver-secdef-info.stock-object", IBM),
    ],
)
def test_derivatives_come_as_an_array_or_as_one_object(name: str, contract: Contract) -> None:
    assert contracts.decode_derivatives(payload(f"contracts/{name}")) == (contract,)


def test_a_search_by_name_finds_a_stock_without_sections() -> None:
    found = contracts.decode_search(payload("contracts/GET-iserver-secdef-search"), "Interactive Brokers")
    hit = SearchHit(
        Contract(43645865, "IBKR", "INTERACTIVE BROKERS GRO-CL A (NASDAQ)", "STK"),
        "IBKR INTERACTIVE BROKERS GRO-CL A (NASDAQ)",
    )
    assert found == Search("Interactive Brokers", (hit,), done=True)


def test_a_search_tells_exchange_and_sections_and_leaves_out_bond_issuers() -> None:
    found = contracts.decode_search(payload("contracts/GET-iserver-secdef-search.openapi"), "IBM")
    name = "INTL BUSINESS MACHINES CORP"
    assert found.hits == (
        SearchHit(Contract(8314, "IBM", name, "STK", "NYSE"), "NYSE", ("STK", "OPT", "WAR", "IOPT", "CFD", "BAG")),
        SearchHit(Contract(41645598, "IBM", name, "STK", "LSE"), "LSE", ("STK",)),
    )


def test_an_underlying_is_not_taken_for_the_options_under_it() -> None:
    found = contracts.decode_search(payload("contracts/GET-iserver-secdef-search.option-chain"), "SPX")
    assert found.hits == (SearchHit(Contract(416904, "SPX", "S&P 500 Stock Index", "", "CBOE"), "CBOE", ("OPT",)),)


def test_an_empty_search_is_done() -> None:
    assert contracts.decode_search(b"[]", "zzz") == Search("zzz", done=True)


def test_a_search_refused_in_words_raises_them() -> None:
    with pytest.raises(Refused, match="No symbol found"):
        contracts.decode_search(b'{"error":"No symbol found"}', "zzz")


@pytest.mark.parametrize(
    ("name", "strikes"),
    [
        ("GET-iserver-secdef-strikes", (185, 190, 195, 200)),
        ("GET-iserver-secdef-strikes.option-chain", (200, 7800)),
        ("GET-iserver-secdef-strikes.openapi", (70, 75, 80, 85, 90, 95, 100)),
    ],
)
def test_strikes_are_numbers(name: str, strikes: tuple[int, ...]) -> None:
    expected = tuple(Decimal(strike) for strike in strikes)
    assert contracts.decode_strikes(payload(f"contracts/{name}")) == Strikes(expected, expected)


def test_futures_are_named_by_their_month() -> None:
    assert contracts.decode_futures(payload("contracts/GET-trsrv-futures")) == (
        Contract(495512552, "ES", sec_type="FUT", local_symbol="ES DEC23", expiry="20231215"),
        Contract(586139726, "MES", sec_type="FUT", local_symbol="MES DEC23", expiry="20231215"),
    )
    assert contracts.decode_futures(payload("contracts/GET-trsrv-futures.openapi")) == (
        Contract(495512557, "ES", sec_type="FUT", local_symbol="ES DEC24", expiry="20241220"),
        Contract(495512563, "ES", sec_type="FUT", local_symbol="ES DEC25", expiry="20251219"),
    )


def test_stocks_of_a_symbol_are_listed_company_by_company() -> None:
    found = contracts.decode_stocks(payload("contracts/GET-trsrv-stocks"))
    assert found == (
        Contract(265598, "AAPL", "APPLE INC", "STK", "NASDAQ"),
        Contract(38708077, "AAPL", "APPLE INC", "STK", "MEXI"),
        Contract(273982664, "AAPL", "APPLE INC", "STK", "EBS"),
        Contract(493546048, "AAPL", "LS 1X AAPL", "STK", "LSEETF"),
        Contract(532640894, "AAPL", "APPLE INC-CDR", "STK", "AEQLIT"),
    )
    ibm = contracts.decode_stocks(payload("contracts/GET-trsrv-stocks.openapi"))
    assert [(one.conid, one.exchange) for one in ibm] == [
        (8314, "NYSE"),
        (1411277, "IBIS"),
        (38709473, "MEXI"),
        (41645598, "LSE"),
        (530091934, "AEQLIT"),
    ]


def test_currency_pairs_are_named_base_and_quote() -> None:
    assert contracts.decode_currency_pairs(payload("contracts/GET-iserver-currency-pairs")) == (
        Contract(37928772, "USD", sec_type="CASH", currency="SGD", local_symbol="USD.SGD"),
        Contract(28454968, "USD", sec_type="CASH", currency="RUB", local_symbol="USD.RUB"),
    )
    more = contracts.decode_currency_pairs(payload("contracts/GET-iserver-currency-pairs.openapi"))
    assert [one.label for one in more] == ["USD.SGD", "USD.RON", "USD.CZK"]


@pytest.mark.parametrize(
    ("row", "label"),
    [
        (b'{"conid":1,"ticker":"EUR","currency":"USD","assetClass":"CASH","fullName":"EUR.USD"}', "EUR.USD"),
        (b'{"conid":1,"ticker":"EUR","currency":"USD","assetClass":"CASH"}', "EUR.USD"),
        (b'{"conid":1,"ticker":"ES","assetClass":"FUT","expiry":"20261218","multiplier":50.0}', "ES DEC26"),
        (
            b'{"conid":1,"symbol":"CL","instrument_type":"FUT","expiry":"20261120","contract_month":"202612"}',
            "CL DEC26",
        ),
        (b'{"conid":1,"ticker":"ES","assetClass":"FUT","expiry":null}', "ES"),
        (b'{"conid":1,"ticker":"SPY","assetClass":"OPT","fullName":"SPY Jan17\'25 440 Call"}', "SPY Jan17'25 440 Call"),
        (b'{"conid":1}', "1"),
    ],
)
def test_a_contract_is_called_what_a_trader_calls_it(row: bytes, label: str) -> None:
    (found,) = contracts.decode_definitions(b'{"secdef":[' + row + b"]}")
    assert found.label == label


def test_a_multiplier_of_zero_or_none_is_one() -> None:
    body = b'{"secdef":[{"conid":1,"multiplier":0.0},{"conid":2,"multiplier":null},{"conid":3,"multiplier":"50"}]}'
    assert [one.multiplier for one in contracts.decode_definitions(body)] == [1, 1, 50]


def test_rows_without_a_conid_are_left_out() -> None:
    body = b'{"secdef":[{"ticker":"X"},{"conid":"abc"},{"conid":0},{"conid":"7"}]}'
    assert [one.conid for one in contracts.decode_definitions(body)] == [7]


def test_a_list_of_definitions_is_not_a_bare_text() -> None:
    with pytest.raises(Garbled):
        contracts.decode_definitions(b'"nothing"')


def test_requests_name_only_what_is_wanted() -> None:
    chain = contracts.derivatives(265598, sec_type="OPT", month="JAN27", strike="195", right="P")
    assert chain.path == "/iserver/secdef/info"
    assert dict(chain.query) == {"conid": "265598", "sectype": "OPT", "month": "JAN27", "strike": "195", "right": "P"}
    strikes = contracts.strikes(265598, sec_type="OPT", month="JAN27")
    assert dict(strikes.query) == {"conid": "265598", "sectype": "OPT", "month": "JAN27"}
    assert contracts.search("AAPL").query == (("symbol", "AAPL"),)
    by_name = contracts.search("Apple", by_name=True, sec_type="STK")
    assert by_name.query == (("symbol", "Apple"), ("name", "true"), ("secType", "STK"))
    assert contracts.definitions([1, 2]).query == (("conids", "1,2"),)
    assert contracts.stocks(["AAPL", "IBM"]).query == (("symbols", "AAPL,IBM"),)
    assert contracts.futures(["ES"]).query == (("symbols", "ES"),)
    assert contracts.currency_pairs("USD").query == (("currency", "USD"),)
    assert contracts.contract(265598).path == "/iserver/contract/265598/info"
