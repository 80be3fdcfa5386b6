"""Chooses the exchange whose depth the ladder shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ibtui.domain.contracts import Contract
from ibtui.ui.dialogs.listing import ListDialog

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

ALL = "all exchanges"


class ExchangeDialog(ListDialog[str]):
    """Gives the exchange, blank for all of them together."""

    def __init__(self, app: DashboardApp, contract: Contract, chosen: str) -> None:
        super().__init__(app, heading=f"Depth of {contract.label} from")
        self._names = ("", *(name for name in contract.exchanges if name and name != "SMART"))
        self._chosen = chosen
        self.place = self._names.index(chosen) if chosen in self._names else 0

    def rows(self) -> Sequence[str]:
        """All together, then each exchange of the contract."""
        return [f"{name or ALL}{'  (now)' if name == self._chosen else ''}" for name in self._names]

    def remark(self) -> str:
        """What the choice is about."""
        unknown = "The gateway has named no exchange of this contract yet.\n" if len(self._names) == 1 else ""
        return f"{unknown}It chooses what is shown; orders go their usual way (SMART) all the same."

    def outcome(self) -> str:
        """The name under the cursor."""
        return self._names[self.place]
