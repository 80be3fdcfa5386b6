"""The steps of the walk that need no gateway."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ibtui.commands.doctor.judge_machine import judge_configuration, judge_storage, judge_terminal
from ibtui.commands.doctor.probe_machine import look_at_storage, look_at_terminal
from ibtui.commands.doctor.steps import Verdict
from ibtui.config import Config, checked_base_url
from ibtui.errors import ConfigError


class Machine:
    """Each method is a step."""

    def __init__(self, settings: Config, state: Path, environment: Mapping[str, str], *, is_loopback: bool) -> None:
        self._settings = settings
        self._state = state
        self._environment = environment
        self._is_loopback = is_loopback

    async def configuration(self) -> Verdict:
        """What was set; the file itself was read before the walk began."""
        error = None
        try:
            checked_base_url(self._settings.base_url)
        except ConfigError as trouble:
            error = trouble
        except ValueError as trouble:
            error = ConfigError(f"base_url “{self._settings.base_url}” cannot be read: {trouble}")
        return judge_configuration(self._settings, error, is_loopback=self._is_loopback)

    async def storage(self) -> Verdict:
        """State folder and journal."""
        return judge_storage(look_at_storage(self._state))

    async def terminal(self) -> Verdict:
        """What it can draw."""
        return judge_terminal(look_at_terminal(self._environment))
