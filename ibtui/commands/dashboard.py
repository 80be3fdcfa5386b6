"""The dashboard itself: session and screens put together from the settings."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from ibtui import config
from ibtui.clock import SystemClock
from ibtui.domain.limits import Limits
from ibtui.domain.rulewords import types_of
from ibtui.session.trading import LinkSettings, TradingSession
from ibtui.store import Store
from ibtui.ui.alerts import Alerts
from ibtui.ui.app import DashboardApp

LOG_BYTES = 1_000_000
"""Size at which the log of the program's own troubles is rotated, once."""


def run(settings: config.Config, base_url: str, state: Path, *, fingerprint: str = "", is_demo: bool = False) -> None:
    """Put session and screens together and run until the user quits; a demo never uses OAuth."""
    clock = SystemClock()
    _log_to(state)
    limits = limits_of(settings.limits)
    link = LinkSettings(
        base_url=config.checked_base_url(base_url),
        account=settings.account,
        read_only=settings.read_only,
        state_dir=state,
        expected_fingerprint=fingerprint,
        tape=Path(settings.tape) if settings.tape else None,
        limits=limits,
    )
    session = TradingSession(link, Store(), clock)
    DashboardApp(
        session,
        clock=clock,
        theme=settings.theme,
        keymap=settings.keys,
        frame_rate=settings.frame_rate,
        presets=settings.ladder.presets,
        limits=limits,
        alerts=alerts_of(settings.alerts),
    ).run()


def alerts_of(settings: config.AlertSettings) -> Alerts:
    """What rings and what flashes."""
    return Alerts(
        fill_sound=settings.fill_sound,
        fill_flash=settings.fill_flash,
        rejection_sound=settings.rejection_sound,
        rejection_flash=settings.rejection_flash,
        unknown_sound=settings.unknown_sound,
        unknown_flash=settings.unknown_flash,
    )


def limits_of(settings: config.LimitSettings) -> Limits:
    """The limits as they are held against orders; what is 0 is off."""
    return Limits(
        max_quantity=settings.max_quantity or None,
        max_notional=settings.max_notional or None,
        collar_percent=settings.collar_percent or None,
        order_types=types_of(settings.order_types) or None,
        needs_market_data=not settings.without_market_data,
        orders_per_minute=settings.orders_per_minute or None,
    )


def _log_to(state: Path) -> None:
    """Keep what went wrong inside the program; the screen belongs to the dashboard."""
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    handler = RotatingFileHandler(state / "ibtui.log", maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("ibtui")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
