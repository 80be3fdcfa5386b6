"""`ibtui oauth setup`."""

from __future__ import annotations

import sys
from pathlib import Path

from ibtui import config, logs, paths
from ibtui.clock import SystemClock
from ibtui.commands.oauth_setup.console import Console
from ibtui.commands.oauth_setup.trial import Trial
from ibtui.commands.oauth_setup.walk import Walk
from ibtui.config import Config
from ibtui.transport.pins import Pins


def setup(settings: Config, file: Path) -> int:
    """Walk through keys and tokens on the terminal; gives the exit status.

    `file` is the configuration that may be written at the end. Raises UsageError when the input ends too soon,
    ConfigError when the file cannot be written.
    """
    logs.set_up(None)  # a crash shows no secret
    base_url = config.DIRECT_URL if settings.base_url == Config().base_url else settings.base_url
    base_url = config.checked_base_url(base_url)
    console, clock = Console(sys.stdin, sys.stdout), SystemClock()
    trial = Trial(base_url, Pins(paths.state_dir()), clock, console)
    return Walk(settings.oauth, base_url, file, console, trial, clock).run()
