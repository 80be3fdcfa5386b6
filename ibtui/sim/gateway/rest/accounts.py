"""Brokerage accounts and profit and loss ("Accounts")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibtui.sim.gateway.answers import Answer, Refused, unavailable
from ibtui.sim.gateway.call import Call, Route
from ibtui.sim.gateway.features import brokerage_accounts
from ibtui.sim.gateway.profit import partitioned
from ibtui.sim.gateway.wire import Json

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway

_NOT_DYNAMIC = (
    "Details currently unavailable. Please try again later and contact client services if the issue persists."
)


def accounts(gateway: Gateway, call: Call) -> Json:
    """Accounts the user may trade; must be asked before orders and snapshots."""
    gateway.login.brokerage.accounts_read = True
    return brokerage_accounts(gateway)


def switch(gateway: Gateway, call: Call) -> Json:
    """Select the account that orders and trades are listed for."""
    wanted = str(call.object().get("acctId", ""))
    if wanted not in gateway.accounts:
        raise Refused(Answer({"error": "Invalid account ID"}, 500))
    if wanted == gateway.selected_account:
        return {"success": "Account already set"}
    gateway.selected_account = wanted
    gateway.tell_status()
    return {"set": True, "acctId": wanted}


def search(gateway: Gateway, call: Call) -> Json:
    """Only for accounts with the DYNACCT property, which this user has not."""
    raise unavailable(_NOT_DYNAMIC)


def profit_and_loss(gateway: Gateway, call: Call) -> Json:
    """`upnl` by account; empty at the first request."""
    if gateway.login.brokerage.first_read("/iserver/account/pnl/partitioned"):
        return {"upnl": {}}
    return {"upnl": partitioned(gateway, unrounded=False)}


def owners(gateway: Gateway, call: Call) -> Json:
    """Signatures and owners of an account."""
    entity: Json = {"firstName": "Ada", "lastName": "Sim", "entityType": "INDIVIDUAL", "entityName": "Ada Sim"}
    user: Json = {"roleId": "OWNER", "hasRightCodeInd": True, "userName": "ibtuisim", "entity": entity}
    account = gateway.account(call.path["accountId"])
    return {"accountId": account, "users": [user], "applicant": {"signatures": ["Ada Sim"]}}


ROUTES = (
    Route("GET", "/iserver/accounts", accounts),
    Route("POST", "/iserver/account", switch),
    Route("GET", "/iserver/account/search/{searchPattern}", search),
    Route("POST", "/iserver/dynaccount", search),
    Route("GET", "/iserver/account/pnl/partitioned", profit_and_loss),
    Route("GET", "/acesws/{accountId}/signatures-and-owners", owners),
)
