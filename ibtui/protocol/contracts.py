"""Instruments: search, definitions and chains ("Contract")."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from ibtui.domain.contracts import Contract, Search, SearchHit
from ibtui.protocol.bodies import Json, first_text, parse, parse_object, parse_rows, raise_refusal, rows_of, text_of
from ibtui.protocol.numbers import decimal_or_none, whole_or_none
from ibtui.protocol.requests import Request, get

DEFINITIONS_AT_MOST = 200
"""Conids one `trsrv/secdef` may name."""
_NO_CONID = 2_147_483_647
"""Stands for "none" in rows of bond issuers."""
_UNDERLYINGS = frozenset({"STK", "IND", "CASH", "BOND", "FUND", "CRYPTO", "CMDTY", "PHYSS"})
"""Of a hit's sections these may name the hit itself; the others are what can be had under it."""
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DATE = re.compile(r"20[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-3][0-9])?")


class Strikes(Struct, frozen=True):
    """Strikes to be had in one month, ascending."""

    calls: tuple[Decimal, ...] = ()
    puts: tuple[Decimal, ...] = ()


def search(text: str, *, by_name: bool = False, sec_type: str = "") -> Request:
    """Contracts by symbol or company name; must precede requests about derivatives of the symbol."""
    query = [("symbol", text)]
    if by_name:
        query.append(("name", "true"))
    if sec_type:
        query.append(("secType", sec_type))
    return get("/iserver/secdef/search", tuple(query))


def strikes(conid: int, *, sec_type: str, month: str, exchange: str = "") -> Request:
    """Strikes under an underlying, `month` such as JAN27; empty unless the symbol was searched before."""
    query = (("conid", str(conid)), ("sectype", sec_type), ("month", month), ("exchange", exchange))
    return get("/iserver/secdef/strikes", tuple(pair for pair in query if pair[1]))


def derivatives(
    conid: int, *, sec_type: str, month: str = "", strike: str = "", right: str = "", exchange: str = ""
) -> Request:
    """Contracts of one month (and strike and right) under an underlying: `secdef/info`."""
    query = (
        ("conid", str(conid)),
        ("sectype", sec_type),
        ("month", month),
        ("exchange", exchange),
        ("strike", strike),
        ("right", right),
    )
    return get("/iserver/secdef/info", tuple(pair for pair in query if pair[1]))


def definitions(conids: Iterable[int]) -> Request:
    """Definitions of many contracts at once."""
    return get("/trsrv/secdef", (("conids", ",".join(str(conid) for conid in conids)),))


def stocks(symbols: Iterable[str]) -> Request:
    """Stocks of these symbols on all exchanges."""
    return get("/trsrv/stocks", (("symbols", ",".join(symbols)),))


def futures(symbols: Iterable[str]) -> Request:
    """Futures of these symbols that have not expired."""
    return get("/trsrv/futures", (("symbols", ",".join(symbols)),))


def currency_pairs(currency: str) -> Request:
    """Pairs quoted with a currency."""
    return get("/iserver/currency/pairs", (("currency", currency),))


def contract(conid: int) -> Request:
    """Full description of one contract."""
    return get(f"/iserver/contract/{conid}/info")


def decode_search(body: bytes, text: str) -> Search:
    """What was found for `text`. Raises Garbled and Refused."""
    hits = (_hit(row) for row in parse_rows(body))
    return Search(text, tuple(hit for hit in hits if hit is not None), done=True)


def decode_strikes(body: bytes) -> Strikes:
    """Raises Garbled and Refused."""
    answer = parse_object(body)
    return Strikes(_numbers(answer.get("call")), _numbers(answer.get("put")))


def decode_derivatives(body: bytes) -> tuple[Contract, ...]:
    """Answer of `secdef/info`, an array or one object. Raises Garbled and Refused."""
    value = parse(body)
    answer: Json | None = value if isinstance(value, dict) else None
    if answer is not None:
        raise_refusal(answer)
        return contracts_of([answer])
    return contracts_of(parse_rows(body))


def decode_definitions(body: bytes) -> tuple[Contract, ...]:
    """Answer of `trsrv/secdef`. Raises Garbled and Refused."""
    return contracts_of(rows_of(parse_object(body).get("secdef")))


def decode_contract(body: bytes) -> Contract | None:
    """Answer of `contract/{conid}/info`; None when it names no conid. Raises Garbled and Refused."""
    return contract_of(parse_object(body))


def decode_stocks(body: bytes) -> tuple[Contract, ...]:
    """Answer of `trsrv/stocks`, in its order. Raises Garbled and Refused."""
    found: list[Contract] = []
    for symbol, companies in parse_object(body).items():
        for company in rows_of(companies):
            for row in rows_of(company.get("contracts")):
                conid = _conid(row)
                if conid is not None:
                    name, kind = text_of(company.get("name")), text_of(company.get("assetClass"))
                    found.append(Contract(conid, text_of(symbol), name, kind, text_of(row.get("exchange"))))
    return tuple(found)


def decode_futures(body: bytes) -> tuple[Contract, ...]:
    """Answer of `trsrv/futures`, soonest expiry first. Raises Garbled and Refused."""
    found: list[Contract] = []
    for symbol, rows in parse_object(body).items():
        for row in rows_of(rows):
            conid = _conid(row)
            if conid is not None:
                ticker = first_text(row, "symbol") or text_of(symbol)
                expiry = _date(row, "expirationDate", "ltd")
                found.append(
                    Contract(conid, ticker, sec_type="FUT", expiry=expiry, local_symbol=_future(ticker, expiry))
                )
    return tuple(sorted(found, key=lambda one: (one.symbol, one.expiry)))


def decode_currency_pairs(body: bytes) -> tuple[Contract, ...]:
    """Answer of `currency/pairs`; the symbol is `EUR.USD`. Raises Garbled and Refused."""
    found: list[Contract] = []
    for rows in parse_object(body).values():
        for row in rows_of(rows):
            conid, pair = _conid(row), text_of(row.get("symbol"))
            if conid is not None and pair:
                base, _, quote = pair.partition(".")
                found.append(Contract(conid, base, sec_type="CASH", currency=quote, local_symbol=pair))
    return tuple(found)


def contracts_of(rows: Iterable[Json]) -> tuple[Contract, ...]:
    """The rows that name a conid."""
    found = (contract_of(row) for row in rows)
    return tuple(contract for contract in found if contract is not None)


def contract_of(row: Json) -> Contract | None:
    """A contract from `secdef`, `secdef/info`, `contract/info`, a position or a row of a watchlist."""
    conid = _conid(row)
    if conid is None:
        return None
    kind = first_text(row, "assetClass", "instrument_type", "secType", "ST").upper()
    symbol = first_text(row, "ticker", "symbol")
    currency = text_of(row.get("currency"))
    expiry = _date(row, "expiry", "maturityDate", "maturity_date", "expiry_full", "lastTradingDay")
    multiplier = decimal_or_none(row.get("multiplier"))
    return Contract(
        conid,
        symbol,
        first_text(row, "name", "company_name", "companyName"),
        kind,
        _listing(row),
        currency,
        multiplier if multiplier is not None and multiplier > 0 else Decimal(1),
        _local_symbol(row, kind, symbol, currency, _date(row, "contract_month") or expiry),
        expiry,
        _exchanges(row),
    )


def _exchanges(row: Json) -> tuple[str, ...]:
    """Where orders can be routed, of `contract/info` ("Possible values …", "Place Order" `listingExchange`).

    `allExchanges` of `secdef` is another, shorter list: without ISLAND for AAPL.
    """
    names = (name.strip() for name in text_of(row.get("valid_exchanges"), limit=2000).split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def _listing(row: Json) -> str:
    """The listing exchange; SMART is a route, not a place."""
    exchange = first_text(row, "listingExchange", "exchange")
    return "" if exchange == "SMART" else exchange


def _local_symbol(row: Json, kind: str, symbol: str, currency: str, month: str) -> str:
    """What a trader calls it: `ES DEC26`, `EUR.USD`, `IBM MAR 15 '24 187.5 Call`; blank where the symbol does."""
    if kind == "FUT":
        return _future(symbol, month)
    if kind == "CASH":
        named = first_text(row, "local_symbol", "fullName")
        return named if "." in named else f"{symbol}.{currency}" if symbol and currency and "." not in symbol else ""
    if kind in ("OPT", "FOP", "WAR", "IOPT"):
        full = text_of(row.get("fullName"))
        details = first_text(row, "text", "desc2")
        return full if full != symbol and full else f"{symbol} {details}".strip() if details else ""
    return ""


def _future(symbol: str, date: str) -> str:
    if not symbol or not _DATE.fullmatch(date):
        return ""
    return f"{symbol} {_MONTHS[int(date[4:6]) - 1]}{date[2:4]}"


def _hit(row: Json) -> SearchHit | None:
    conid = _conid(row)
    if conid is None:
        return None
    sections = tuple(text_of(section.get("secType")) for section in rows_of(row.get("sections")))
    kind = first_text(row, "secType") or next((section for section in sections if section in _UNDERLYINGS), "")
    header = text_of(row.get("companyHeader"))
    exchange = text_of(row.get("description"))
    found = Contract(conid, text_of(row.get("symbol")), first_text(row, "companyName") or header, kind, exchange)
    return SearchHit(found, exchange or header, tuple(section for section in sections if section))


def _conid(row: Json) -> int | None:
    for name in ("conid", "con_id", "C"):
        conid = whole_or_none(row.get(name))
        if conid is not None and 0 < conid != _NO_CONID:
            return conid
    return None


def _date(row: Json, *names: str) -> str:
    """The first of the fields that is a date YYYYMMDD or a month YYYYMM."""
    for name in names:
        text = text_of(row.get(name))
        if _DATE.fullmatch(text):
            return text
    return ""


def _numbers(value: object) -> tuple[Decimal, ...]:
    if not isinstance(value, list):
        return ()
    found = (decimal_or_none(item) for item in value)
    return tuple(sorted(number for number in found if number is not None))
