"""Positions, cash, summary and profit, by REST and by the topics `spl`, `ssd`, `sld` ("Portfolio")."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ibtui.domain.account import Account, LedgerLine, Pnl, Position, SummaryLine
from ibtui.domain.events import LedgerReceived, PnlReceived, SummaryReceived
from ibtui.protocol.bodies import Json, first_text, flag_of, object_of, parse_object, parse_rows, seconds_of, text_of
from ibtui.protocol.numbers import decimal_or_none, whole_or_none
from ibtui.protocol.requests import Request, get, post, segment

PAGE_SIZE = 100
"""Positions of one page; a shorter page is the last one."""
_LEDGER_PREFIX = "LEDGERLIST"
_CORE = "Core"


def accounts() -> Request:
    """Accounts with their base currency; must precede every other /portfolio request."""
    return get("/portfolio/accounts")


def positions(account: str) -> Request:
    """All positions, nearly in real time."""
    return get(f"/portfolio2/{segment(account)}/positions")


def positions_page(account: str, page: int) -> Request:
    """One page of positions, from 0; sorted, for unsorted pages overlap (wire-facts 7)."""
    query = (("sort", "position"), ("direction", "a"))
    return get(f"/portfolio/{segment(account)}/positions/{page}", query)


def forget_positions(account: str) -> Request:
    """Make the gateway read its cached positions anew."""
    return post(f"/portfolio/{segment(account)}/positions/invalidate")


def ledger(account: str) -> Request:
    """Cash and values by currency."""
    return get(f"/portfolio/{segment(account)}/ledger")


def summary(account: str) -> Request:
    """Margin, buying power and the like."""
    return get(f"/portfolio/{segment(account)}/summary")


def pnl() -> Request:
    """Profit and loss of the selected account."""
    return get("/iserver/account/pnl/partitioned")


def decode_accounts(body: bytes) -> tuple[Account, ...]:
    """Raises Garbled and Refused."""
    found: list[Account] = []
    for row in parse_rows(body):
        account = first_text(row, "accountId", "id")
        if account:
            found.append(Account(account, text_of(row.get("accountAlias")), text_of(row.get("currency"))))
    return tuple(found)


def decode_positions(body: bytes, account: str) -> tuple[Position, ...]:
    """Rows of either positions endpoint; one without conid or size is left out. Raises Garbled and Refused."""
    return positions_of(parse_rows(body), account)


def positions_of(rows: Iterable[Json], account: str) -> tuple[Position, ...]:
    """Positions of decoded rows; one without conid or size is left out."""
    found = (_position(row, account) for row in rows)
    return tuple(position for position in found if position is not None)


def decode_ledger(body: bytes, account: str) -> LedgerReceived:
    """Raises Garbled and Refused."""
    answer = parse_object(body)
    lines = (_ledger_line(object_of(row), account, text_of(key)) for key, row in answer.items())
    return LedgerReceived(tuple(line for line in lines if line is not None))


def decode_summary(body: bytes, account: str) -> SummaryReceived:
    """Raises Garbled and Refused."""
    answer = parse_object(body)
    lines = tuple(_summary_line(text_of(key).lower(), object_of(row)) for key, row in answer.items() if key)
    return SummaryReceived(account, lines)


def decode_pnl(body: bytes, *, received: float) -> tuple[PnlReceived, ...]:
    """Answer of `pnl/partitioned`; none at first, when it is still empty. Raises Garbled and Refused."""
    return pnl_of(parse_object(body).get("upnl"), received=received)


def pnl_of(partitions: object, *, received: float) -> tuple[PnlReceived, ...]:
    """Figures by `account.Core`; partitions of models are parts of these and left out."""
    events: list[PnlReceived] = []
    for key, value in object_of(partitions).items():
        account, _, model = text_of(key).partition(".")
        row = object_of(value)
        if account and model in ("", _CORE) and row:
            told = Pnl(
                account,
                daily=decimal_or_none(row.get("dpl")),
                unrealized=decimal_or_none(row.get("upl")),
                net_liquidation=decimal_or_none(row.get("nl")),
                excess_liquidity=_first_number(row, "el", "uel"),
                market_value=decimal_or_none(row.get("mv")),
                received=received,
            )
            events.append(PnlReceived(told))
    return tuple(events)


def summary_of(rows: Iterable[Json], account: str) -> SummaryReceived:
    """Rows of `ssd`; blank ones (unchanged) are left out, so that the last value stands."""
    lines = (_streamed_summary_line(row) for row in rows)
    return SummaryReceived(account, tuple(line for line in lines if line is not None))


def ledger_of(rows: Iterable[Json], account: str) -> LedgerReceived:
    """Rows of `sld`; blank ones (unchanged) are left out. The row's own account comes before `account`."""
    lines: list[LedgerLine] = []
    for row in rows:
        lowered = {key.lower(): value for key, value in row.items()}
        key = text_of(lowered.get("key"))
        currency = key[len(_LEDGER_PREFIX) :] if key.upper().startswith(_LEDGER_PREFIX) else ""
        line = _ledger_line(lowered, account, currency or first_text(lowered, "secondkey"))
        if line is not None:
            lines.append(line)
    return LedgerReceived(tuple(lines))


def _position(row: Json, account: str) -> Position | None:
    conid, quantity = whole_or_none(row.get("conid")), decimal_or_none(row.get("position"))
    if conid is None or conid <= 0 or quantity is None:
        return None
    description = first_text(row, "contractDesc", "description", "fullName")
    multiplier = decimal_or_none(row.get("multiplier"))
    return Position(
        first_text(row, "acctId") or account,
        conid,
        first_text(row, "ticker") or description.partition(" ")[0],
        description,
        first_text(row, "assetClass", "secType"),
        text_of(row.get("currency")),
        quantity,
        market_price=_first_number(row, "mktPrice", "marketPrice"),
        market_value=_first_number(row, "mktValue", "marketValue"),
        average_price=decimal_or_none(row.get("avgPrice")),
        average_cost=decimal_or_none(row.get("avgCost")),
        unrealized_pnl=decimal_or_none(row.get("unrealizedPnl")),
        realized_pnl=decimal_or_none(row.get("realizedPnl")),
        multiplier=multiplier if multiplier is not None and multiplier > 0 else Decimal(1),
    )


def _ledger_line(row: Json, account: str, currency: str) -> LedgerLine | None:
    """A line from lower-case names; None for a blank row and for one that is no ledger row."""
    told = {
        "cash": decimal_or_none(row.get("cashbalance")),
        "settled_cash": decimal_or_none(row.get("settledcash")),
        "stock_value": decimal_or_none(row.get("stockmarketvalue")),
        "future_value": decimal_or_none(row.get("futuremarketvalue")),
        "net_liquidation": decimal_or_none(row.get("netliquidationvalue")),
        "unrealized_pnl": decimal_or_none(row.get("unrealizedpnl")),
        "realized_pnl": decimal_or_none(row.get("realizedpnl")),
        "interest": decimal_or_none(row.get("interest")),
        "dividends": decimal_or_none(row.get("dividends")),
        "exchange_rate": decimal_or_none(row.get("exchangerate")),
    }
    owner = first_text(row, "acctcode") or account
    if not currency or all(value is None for value in told.values()):
        return None
    return LedgerLine(owner, currency, timestamp=seconds_of(row.get("timestamp")), **told)


def _summary_line(key: str, row: Json) -> SummaryLine:
    """A line of the REST summary; an amount beside a text and without currency is a filler, not a figure."""
    currency, text = text_of(row.get("currency")), text_of(row.get("value"))
    is_null = flag_of(row.get("isNull")) is True
    amount = None if is_null or (text and not currency) else decimal_or_none(row.get("amount"))
    return SummaryLine(key, amount, currency, text, seconds_of(row.get("timestamp")))


def _streamed_summary_line(row: Json) -> SummaryLine | None:
    key, text = text_of(row.get("key")).lower(), text_of(row.get("value"))
    amount = decimal_or_none(row.get("monetaryValue"))
    if not key or (amount is None and not text):
        return None
    return SummaryLine(key, amount, text_of(row.get("currency")), text, seconds_of(row.get("timestamp")))


def _first_number(row: Json, *names: str) -> Decimal | None:
    for name in names:
        number = decimal_or_none(row.get(name))
        if number is not None:
            return number
    return None
