"""Portfolio accounts, summary, ledger and allocation ("Portfolio")."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from ibtui.sim.gateway.call import Call, Route, as_texts
from ibtui.sim.gateway.ledgers import portfolio_line
from ibtui.sim.gateway.summarykeys import summary_keys
from ibtui.sim.gateway.wire import Fields, Json

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway

SUBACCOUNT_PAGE = 20
_OPENED_MS = 1769922000000


def accounts(gateway: Gateway, call: Call) -> Json:
    """Accounts whose positions may be seen; must be asked before all else under /portfolio."""
    gateway.login.portfolio_read = True
    return [_account_row(gateway, account) for account in gateway.accounts]


def subaccounts_page(gateway: Gateway, call: Call) -> Json:
    """Subaccounts, twenty to a page."""
    gateway.login.portfolio_read = True
    rows = [_account_row(gateway, account) for account in gateway.accounts]
    page = int(call.text("page", "0")) if call.text("page", "0").isdigit() else 0
    start = page * SUBACCOUNT_PAGE
    metadata: Json = {"total": len(rows), "pageSize": SUBACCOUNT_PAGE, "pageNum": page}
    return {"metadata": metadata, "subaccounts": rows[start : start + SUBACCOUNT_PAGE]}


def meta(gateway: Gateway, call: Call) -> Json:
    """One account of `accounts`."""
    return _account_row(gateway, gateway.account(call.path["accountId"]))


def summary(gateway: Gateway, call: Call) -> Json:
    """Every key of the summary, spelled small."""
    view = gateway.exchange.summary(gateway.account(call.path["accountId"]))
    keys = summary_keys(view, gateway.now_ms)
    return {key.name.lower(): key.portfolio_value(gateway.now_ms) for key in keys}


def ledger(gateway: Gateway, call: Call) -> Json:
    """Cash and values by currency, `BASE` last."""
    lines = gateway.exchange.ledger(gateway.account(call.path["accountId"]))
    ordered = sorted(lines, key=lambda line: line.currency == "BASE")
    ends = ordered[0].currency if ordered else ""
    return {line.currency: portfolio_line(line, gateway.now_ms, last=line.currency == ends) for line in ordered}


def allocation(gateway: Gateway, call: Call) -> Json:
    """One account's values by asset class, sector and group, long and short."""
    return _allocation(gateway, [gateway.account(call.path["accountId"])])


def allocation_of_all(gateway: Gateway, call: Call) -> Json:
    """The same of several accounts together."""
    wanted = as_texts(call.object().get("acctIds", []))
    return _allocation(gateway, [gateway.account(account) for account in wanted])


def _allocation(gateway: Gateway, wanted: Sequence[str]) -> Fields:
    kinds = ("assetClass", "sector", "group")
    sides: dict[str, dict[str, dict[str, Decimal]]] = {
        kind: {"long": defaultdict(Decimal), "short": defaultdict(Decimal)} for kind in kinds
    }

    def add(kind: str, name: str, value: Decimal) -> None:
        sides[kind]["long" if value >= 0 else "short"][name] += value

    for account in wanted:
        base = gateway.accounts[account].base_currency
        for line in gateway.exchange.ledger(account):
            if line.currency != "BASE":
                add("assetClass", "CASH", line.cash * line.exchange_rate)
        for position in gateway.exchange.positions(account):
            instrument = gateway.instrument(position.conid)
            value = position.market_value * gateway.exchange.fx_rate(instrument.currency, base)
            add("assetClass", instrument.sec_type, value)
            add("sector", instrument.industry or "Others", value)
            add("group", instrument.group or "Others", value)
    return {
        kind: {side: {name: float(round(value, 2)) for name, value in names.items()} for side, names in both.items()}
        for kind, both in sides.items()
    }


def _account_row(gateway: Gateway, account: str) -> Fields:
    spec = gateway.accounts[account]
    return {
        "id": account,
        "PrepaidCrypto-Z": False,
        "PrepaidCrypto-P": False,
        "brokerageAccess": True,
        "accountId": account,
        "accountVan": account,
        "accountTitle": "Ada Sim",
        "displayName": account,
        "accountAlias": spec.alias or None,
        "accountStatus": _OPENED_MS,
        "currency": spec.base_currency,
        "type": "DEMO",
        "tradingType": "STKNOPT",
        "businessType": "INDEPENDENT",
        "category": "",
        "ibEntity": "IBLLC-US",
        "faclient": False,
        "clearingStatus": "O",
        "covestor": False,
        "noClientTrading": False,
        "trackVirtualFXPortfolio": False,
        "acctCustType": "INDIVIDUAL",
        "parent": {"mmc": [], "accountId": "", "isMParent": False, "isMChild": False, "isMultiplex": False},
        "desc": f"{account} - {spec.alias}" if spec.alias else account,
    }


ROUTES = (
    Route("GET", "/portfolio/accounts", accounts),
    Route("GET", "/portfolio/subaccounts", accounts),
    Route("GET", "/portfolio/subaccounts2", subaccounts_page),
    Route("GET", "/portfolio/{accountId}/meta", meta),
    Route("GET", "/portfolio/{accountId}/summary", summary),
    Route("GET", "/portfolio/{accountId}/ledger", ledger),
    Route("GET", "/portfolio/{accountId}/allocation", allocation),
    Route("POST", "/portfolio/allocation", allocation_of_all),
)
