"""The limits of the settings reach both who sends orders and who shows them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from ibtui import cli
from ibtui.config import Config, LimitSettings
from ibtui.domain.limits import Limits
from ibtui.session.trading import LinkSettings, TradingSession
from ibtui.ui.app import DashboardApp


def test_session_and_screens_hold_the_same_limits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    held: list[Limits] = []
    begin = TradingSession.__init__

    def watched(self: TradingSession, link: LinkSettings, *more: object) -> None:
        held.append(link.limits)
        begin(self, link, *more)  # type: ignore[arg-type]  # store and clock, passed on

    monkeypatch.setattr(TradingSession, "__init__", watched)
    monkeypatch.setattr(DashboardApp, "run", lambda self: held.append(self.limits))
    monkeypatch.setattr(cli, "_log_to", lambda state: None)
    settings = Config(limits=LimitSettings(Decimal(7), Decimal(0), Decimal(3)))

    cli._dashboard(settings, "https://localhost:5000/v1/api", tmp_path)

    assert held == [Limits(Decimal(7), None, Decimal(3))] * 2
