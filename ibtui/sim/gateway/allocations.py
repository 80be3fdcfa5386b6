"""An advisor's allocation groups: which accounts share an order, and in what parts ("FA Allocation Management")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from ibtui.sim.exchange import Share
from ibtui.sim.gateway.answers import refused_order
from ibtui.sim.gateway.wire import Fields

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway

_CODES = {
    "A": "AvailableEquity",
    "E": "Equal",
    "N": "NetLiq",
    "C": "CashQuantity",
    "P": "Percentages",
    "R": "Ratios",
    "S": "Shares",
}
"""Word of each allocation method code; the first three are computed, the others weigh by the group's amounts."""
METHODS = frozenset(_CODES)


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts with their amounts, and the code of the method that is used when an order names none."""

    name: str
    amounts: Mapping[str, Decimal]
    method: str


class AllocationGroups:
    """The groups of an advisor: there are none where the user is no advisor."""

    def __init__(self) -> None:
        self._groups: dict[str, Group] | None = None
        self.presets: Fields = {
            "group_auto_close_positions": False,
            "default_method_for_all": "N",
            "profiles_auto_close_positions": False,
            "strict_credit_check": False,
            "group_proportional_allocation": False,
        }

    def groups(self, gateway: Gateway) -> dict[str, Group]:
        """Groups by name; at first two with every account."""
        if not gateway.scenario.advisor:
            return {}
        if self._groups is None:
            every = {account: Decimal(1) for account in gateway.accounts}
            self._groups = {
                name: Group(name, every, method) for name, method in (("All_Equal", "E"), ("All_NetLiq", "N"))
            }
        return self._groups

    def find(self, gateway: Gateway, name: str) -> Group | None:
        """A group by its name."""
        return self.groups(gateway).get(name)

    def shares(self, gateway: Gateway, group: Group, method: str) -> tuple[Share, ...]:
        """Each account's part in an order by a method's word or code, or the group's own."""
        code = next((code for code, word in _CODES.items() if method.lower() in (code.lower(), word.lower())), "")
        if method and not code:
            raise refused_order(f"Allocation method {method} is not known.")
        weights = {account: _weight(gateway, group, account, code or group.method) for account in group.amounts}
        shares = tuple(Share(account, weight) for account, weight in weights.items() if weight > 0)
        if not shares:
            raise refused_order(f"No account of group {group.name} can take part in the order.")
        return shares


def _weight(gateway: Gateway, group: Group, account: str, code: str) -> Decimal:
    if code == "E":
        return Decimal(1)
    if code == "N":
        return gateway.exchange.summary(account).net_liquidation
    if code == "A":
        return gateway.exchange.summary(account).available_funds
    return group.amounts[account]
