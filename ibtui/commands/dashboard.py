"""The dashboard itself: session and screens put together from the settings."""

from __future__ import annotations

import gc
import logging
import os
import sys
from pathlib import Path

import ibtui.ui.paint  # noqa: F401 - before Textual's own widgets: it is how classes are made
from ibtui import __version__, config, logs
from ibtui.clock import SystemClock
from ibtui.commands.authority import authority_of
from ibtui.domain.limits import Limits
from ibtui.domain.rulewords import types_of
from ibtui.session.early import EarlySession
from ibtui.session.settings import LinkSettings
from ibtui.store import Store
from ibtui.ui.alerts import Alerts
from ibtui.ui.app import DashboardApp
from ibtui.ui.ladder.options import Bracket, LadderOptions
from ibtui.ui.login import LoginPlace, login_place

log = logging.getLogger("ibtui.run")

SWITCH_SECONDS = 0.0005
"""Threads wait for a busy loop no longer than this: the one that writes what the terminal did not take at once and,
where the loop cannot read keys, the one that does; with Python's own 5 ms a key took 70 ms during a burst of frames."""
GC_THRESHOLDS = (1_500, 10, 100)
"""New objects before a search for cycles, and how many of these before older ones are searched too: with Python's own
figures a search through everything stops the screen for a tenth of a second, every few seconds."""


def run(settings: config.Config, base_url: str, state: Path, *, fingerprint: str = "", is_demo: bool = False) -> None:
    """Put session and screens together and run until the user quits; a demo never uses OAuth."""
    clock = SystemClock()
    lines_logged = logs.set_up(state, settings.log_file)
    limits = limits_of(settings.limits)
    link = LinkSettings(
        base_url=config.checked_base_url(base_url),
        account=settings.account,
        read_only=settings.read_only,
        state_dir=state,
        expected_fingerprint=fingerprint,
        tape=Path(settings.tape) if settings.tape else None,
        limits=limits,
        logout_on_quit=settings.gateway.logout_on_quit,
        authority=None if is_demo else authority_of(settings),
    )

    def begun() -> None:
        log.info("started", extra={"version": __version__, "gateway": link.base_url, "read_only": link.read_only})
        settle_memory()

    session = EarlySession(link, Store(), clock, loaded=begun)
    app = DashboardApp(
        session,
        clock=clock,
        theme=settings.theme,
        keymap=settings.keys,
        frame_rate=settings.frame_rate,
        thin=settings.thin,
        presets=settings.ladder.presets,
        ladder=ladder_of(settings.ladder),
        limits=limits,
        alerts=alerts_of(settings.alerts),
        login=login_of(link.base_url, settings),
        lines_logged=lines_logged,
    )
    sys.setswitchinterval(SWITCH_SECONDS)
    app.run()


def settle_memory() -> None:
    """Look for cycles from now on, but never among what was made at the start, which stays for good."""
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    gc.enable()


def login_of(base_url: str, settings: config.Config) -> LoginPlace:
    """Where a person logs in at the gateway, from here or through SSH."""
    return login_place(base_url, os.environ, has_gateway=bool(settings.gateway.path))


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


def ladder_of(settings: config.LadderSettings) -> LadderOptions:
    """How the ladder is set up; ticks of a bracket that are 0 attach nothing."""
    return LadderOptions(
        columns=tuple(settings.columns),
        brackets=tuple(
            Bracket(each.name, each.target_ticks or None, each.stop_ticks or None, each.trailing)
            for each in settings.brackets
        ),
        collar_ticks=settings.collar_ticks,
        idle_seconds=settings.idle_seconds,
        recentre=settings.recentre,
        follows=settings.follows,
        grouping=settings.grouping,
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
