"""The limits of the settings reach both who sends orders and who shows them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from ibtui.commands import dashboard
from ibtui.config import AlertSettings, Config, LimitSettings
from ibtui.domain.limits import Limits
from ibtui.domain.tickets import OrderType
from ibtui.logs import LogLines
from ibtui.session.early import EarlySession
from ibtui.session.settings import LinkSettings
from ibtui.ui.alerts import Alerts
from ibtui.ui.app import DashboardApp


def test_session_and_screens_hold_the_same_limits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    held: list[Limits] = []
    begin = EarlySession.__init__

    def watched(self: EarlySession, link: LinkSettings, *more: object, **named: object) -> None:
        held.append(link.limits)
        begin(self, link, *more, **named)  # type: ignore[arg-type]  # store and clock, passed on

    monkeypatch.setattr(EarlySession, "__init__", watched)
    monkeypatch.setattr(DashboardApp, "run", lambda self: held.append(self.limits))
    monkeypatch.setattr("ibtui.logs.set_up", lambda state, file: LogLines())
    limits = LimitSettings(Decimal(7), Decimal(0), Decimal(3), ["LMT", "stop limit"], orders_per_minute=9)
    settings = Config(limits=limits)

    dashboard.run(settings, "https://localhost:5000/v1/api", tmp_path)

    types = frozenset({OrderType.LMT, OrderType.STOP_LIMIT})
    assert held == [Limits(Decimal(7), None, Decimal(3), types, needs_market_data=True, orders_per_minute=9)] * 2


def test_what_is_switched_off_is_no_limit() -> None:
    settings = LimitSettings(Decimal(0), Decimal(0), Decimal(0), [], without_market_data=True, orders_per_minute=0)
    assert dashboard.limits_of(settings) == Limits(None, None, None)


@pytest.mark.parametrize("name", Alerts.__struct_fields__)
def test_each_alert_is_switched_off_by_its_own_setting(name: str) -> None:
    settings = msgspec.structs.replace(AlertSettings(), **{name: False})
    assert dashboard.alerts_of(settings) == msgspec.structs.replace(Alerts(), **{name: False})
