"""The account properties of /iserver/accounts, which the `act` topic repeats ("Receive Brokerage Accounts")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibtui.sim.gateway.login import SERVER_INFO
from ibtui.sim.gateway.wire import Fields, Json

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway

_PROPERTIES: Fields = {
    "hasChildAccounts": False,
    "supportsCashQty": True,
    "liteUnderPro": False,
    "noFXConv": False,
    "isProp": False,
    "supportsFractions": True,
    "allowCustomerTime": False,
    "autoFx": False,
}
_FEATURES: Fields = {
    "showGFIS": True,
    "showEUCostReport": False,
    "allowEventContract": True,
    "allowFXConv": True,
    "allowFinancialLens": False,
    "allowMTA": True,
    "allowTypeAhead": True,
    "allowEventTrading": True,
    "snapshotRefreshTimeout": 30,
    "liteUser": False,
    "showWebNews": True,
    "research": True,
    "debugPnl": True,
    "showTaxOpt": True,
    "showImpactDashboard": True,
    "allowDynAccount": False,
    "allowCrypto": True,
    "allowLiteUnderPro": False,
    "allowedAssetTypes": "STK,FUT,CASH,IND,CRYPTO,BAG",
    "restrictTradeSubscription": False,
    "showUkUserLabels": False,
    "sideBySide": True,
}
_ALL: Json = ["*"]
_SOME: Json = ["2h", "1d", "2d", "1w", "1m"]


def brokerage_accounts(gateway: Gateway) -> Fields:
    """Accounts the user trades, what each may do, and which one is selected."""
    accounts = list(gateway.accounts)
    return {
        "accounts": accounts,
        "acctProps": dict.fromkeys(accounts, _PROPERTIES),
        "aliases": {account: spec.alias or account for account, spec in gateway.accounts.items()},
        "allowFeatures": _FEATURES | {"allowFA": gateway.scenario.advisor},
        "chartPeriods": {"STK": _ALL, "FUT": _ALL, "CASH": _ALL, "IND": _ALL, "CRYPTO": _ALL, "OPT": _SOME},
        "groups": list(gateway.allocations.groups(gateway)),
        "profiles": [],
        "selectedAccount": gateway.selected_account,
        "serverInfo": SERVER_INFO,
        "sessionId": gateway.login.server_session_id,
        "isFT": False,
        "isPaper": all(account.startswith("D") for account in accounts),
    }
