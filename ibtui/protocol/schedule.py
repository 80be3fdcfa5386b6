"""Trading hours and the conids of an exchange ("Trading Schedule by Symbol", "All Conids by Exchange")."""

from __future__ import annotations

from ibtui.domain.contracts import Contract
from ibtui.domain.schedule import Hours, TradingDay
from ibtui.protocol.bodies import Json, parse_rows, rows_of, text_of
from ibtui.protocol.numbers import whole_or_none
from ibtui.protocol.requests import Request, get


def schedule(symbol: str, asset_class: str) -> Request:
    """Hours of all venues of a symbol; `asset_class` is such as STK, OPT or FUT."""
    return get("/trsrv/secdef/schedule", (("assetClass", asset_class), ("symbol", symbol)))


def all_conids(exchange: str) -> Request:
    """Every stock listed on an exchange."""
    return get("/trsrv/all-conids", (("exchange", exchange),))


def decode_schedule(body: bytes) -> tuple[TradingDay, ...]:
    """Days of all venues, in the answer's order. Raises Garbled and Refused."""
    return tuple(
        TradingDay(
            text_of(venue.get("tradeVenueId")),
            text_of(venue.get("timezone")),
            text_of(day.get("tradingScheduleDate")),
            _hours(day.get("sessions")),
            _hours(day.get("tradingtimes")),
        )
        for venue in parse_rows(body)
        for day in rows_of(venue.get("schedules"))
    )


def decode_all_conids(body: bytes) -> tuple[Contract, ...]:
    """Stocks with symbol and listing exchange; a row without conid is left out. Raises Garbled and Refused."""
    found = (_listed(row) for row in parse_rows(body))
    return tuple(contract for contract in found if contract is not None)


def _listed(row: Json) -> Contract | None:
    conid = whole_or_none(row.get("conid"))
    if conid is None:
        return None
    return Contract(conid, text_of(row.get("ticker")), sec_type="STK", exchange=text_of(row.get("exchange")))


def _hours(rows: object) -> tuple[Hours, ...]:
    return tuple(Hours(text_of(row.get("openingTime")), text_of(row.get("closingTime"))) for row in rows_of(rows))
