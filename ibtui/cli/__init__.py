"""The command line's entry: `ibtui` without a command is read here, so that its screen does not wait for click.

Everything else, and whatever is not plainly right, is left to click and the commands of `tree`.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from ibtui.errors import IbtuiError

if TYPE_CHECKING:
    from ibtui.cli.tree import cli as cli
    from ibtui.config import Config

NAME: Final = "ibtui"
COMPLETING: Final = "_IBTUI_COMPLETE"
"""The variable by which a shell asks click for what may follow on its line."""
VALUES: Final = ("--base-url", "--account", "--theme", "--tape", "--log-file", "--config")
"""The dashboard's flags that are followed by their value."""
SWITCHES: Final = ("--read-only", "--thin")
"""The dashboard's flags that stand alone."""


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attribute
    if name != "cli":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ibtui.cli import tree  # noqa: PLC0415 - start-up time

    return tree.cli


def main() -> NoReturn:
    """Entry point of the `ibtui` script: an error of ours is one clear line and exit status 2."""
    flags = None if os.name == "nt" or COMPLETING in os.environ else plain_flags(sys.argv[1:])
    try:
        if flags is None:
            from ibtui.cli import tree  # noqa: PLC0415 - start-up time

            tree.cli.main(prog_name=NAME, standalone_mode=True)
        else:
            _open_plainly(flags)
    except IbtuiError as error:
        print(f"ibtui: {error}", file=sys.stderr)  # noqa: T201 - the program's last words
        sys.exit(2)
    sys.exit(0)


def plain_flags(arguments: Sequence[str]) -> dict[str, str | bool] | None:
    """What click would read from these for `ibtui` without a command; None where that is better left to click.

    Left to click are commands, help, and all that it might find wrong or read in a way of its own.
    """
    flags: dict[str, str | bool] = {}
    rest = iter(arguments)
    for argument in rest:
        name, is_joined, value = argument.partition("=")
        if name in SWITCHES and not is_joined:
            flags[_key(name)] = True
        elif name in VALUES:
            value = value if is_joined else next(rest, "")
            if not value or value.startswith("-"):
                return None
            flags[_key(name)] = value
        else:
            return None
    return flags


def open_dashboard(config_file: Path | None, flags: Mapping[str, object]) -> None:
    """Read the settings and open the dashboard until the user quits."""
    gc.disable()  # nothing made at the start is garbage; `dashboard.settle_memory` begins to look for it
    settings = settings_of(config_file, flags)
    from ibtui import paths  # noqa: PLC0415 - not while garbage is looked for
    from ibtui.commands import dashboard  # noqa: PLC0415 - `ibtui --help` loads no Textual

    dashboard.run(settings, settings.base_url, paths.state_dir())


def settings_of(config_file: Path | None, flags: Mapping[str, object]) -> Config:
    """The settings by flags, this process's variables and the file, by default the user's own."""
    from ibtui import config, paths  # noqa: PLC0415 - not while garbage is looked for

    environment = {name: value for name, value in os.environ.items() if name.startswith(config.ENVIRONMENT_PREFIX)}
    file = config_file or paths.config_file()
    return config.load(file, required=config_file is not None, environment=environment, flags=flags)


def _open_plainly(flags: dict[str, str | bool]) -> None:
    """Open the dashboard; what interrupts it ends the program as click would."""
    file = flags.pop("config", None)
    try:
        open_dashboard(Path(file) if isinstance(file, str) else None, flags)
    except (EOFError, KeyboardInterrupt, OSError) as error:
        from ibtui.cli import tree  # noqa: PLC0415 - start-up time

        tree.end_as_click_does(error)


def _key(flag: str) -> str:
    return flag.lstrip("-").replace("-", "_")
