"""All commands, flags, help and usage errors: reads the settings and starts one of the programs."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click

from ibtui import __version__, config, paths
from ibtui.cli import NAME, open_dashboard, settings_of
from ibtui.errors import UsageError

HELP = f"""Full-screen trading dashboard for Interactive Brokers' Client Portal Web API.

Without a command it connects to the gateway of the configuration. `ibtui demo` needs no account and no network.

\b
Configuration: {paths.config_file()}
State:         {paths.state_dir()}

Every flag is also a key of that TOML file and an IBTUI_* variable (IBTUI_BASE_URL, IBTUI_SIM_PORT …).
Flags win over variables, variables over the file.
"""


def _sim_flags(*, server: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The simulator's flags; those of the server alone only when `server`."""
    flags = [
        click.option("--seed", type=int, help="Number from which the market is made; the same seed repeats it."),
        click.option("--speed", type=float, help="Simulated seconds per second."),
        click.option("--scenario", metavar="NAME", help="Behaviour to play: normal, not-logged-in, competing …"),
        click.option("--symbols", type=int, help="Make this many instruments, for load."),
        click.option("--tick-rate", type=float, help="Multiply the order flow, for load."),
    ]
    if server:
        flags += [
            click.option("--host", help="Address to listen on (127.0.0.1)."),
            click.option("--port", type=int, help="Port to listen on (5000); 0 takes a free one."),
            click.option("--no-tls", is_flag=True, default=None, help="Plain HTTP and websocket."),
            click.option("--oauth", metavar="DIR", help="Require OAuth; an empty DIR is filled with keys."),
        ]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for flag in reversed(flags):
            command = flag(command)
        return command

    return decorate


@click.group(invoke_without_command=True, help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--base-url", metavar="URL", help="Another gateway; http:// only for loopback.")
@click.option("--account", metavar="ID", help="Account to begin with.")
@click.option("--read-only", is_flag=True, default=None, help="Everything but orders.")
@click.option("--theme", metavar="NAME", help="Colours to use.")
@click.option("--thin", is_flag=True, default=None, help="For a slow line: 16 colours, fewer frames and bytes.")
@click.option("--tape", metavar="FILE", help="Record the wire there, secrets and account ids masked.")
@click.option("--log-file", metavar="FILE", help="Keep the program's log there instead of in the state folder.")
@click.option(
    "--config", "config_file", type=click.Path(path_type=Path), metavar="FILE", help="Read this configuration."
)
@click.version_option(__version__, prog_name="ibtui")
@click.pass_context
def cli(context: click.Context, /, config_file: Path | None, **flags: object) -> None:
    """Read the settings; without a subcommand, open the dashboard."""
    context.obj = (config_file, flags)
    if context.invoked_subcommand is None:
        open_dashboard(config_file, flags)


@cli.command()
@_sim_flags(server=False)
@click.pass_context
def demo(context: click.Context, /, **flags: object) -> None:
    """Open the dashboard on a simulated gateway started beside it; no account, no network."""
    import tempfile  # noqa: PLC0415 - start-up time

    settings = _settings(context, **{f"sim.{name}": value for name, value in flags.items()})
    gc.disable()  # as `ibtui` does
    from ibtui.commands import dashboard  # noqa: PLC0415 - `ibtui --help` loads no Textual
    from ibtui.sim.process import SimulatorFailed, start  # noqa: PLC0415 - only cli imports sim, and late

    with tempfile.TemporaryDirectory(prefix="ibtui-demo-") as state, start(_sim_arguments(settings)) as gateway:
        _preload()
        try:
            base_url, fingerprint = gateway.base_url, gateway.fingerprint
        except SimulatorFailed as error:
            raise UsageError(str(error)) from error
        dashboard.run(settings, base_url, Path(state), fingerprint=fingerprint, is_demo=True)


@cli.command()
@_sim_flags(server=True)
@click.option("--coverage", is_flag=True, help="List the Web API's paths: which work here and which answer 404.")
@click.option("--control", is_flag=True, hidden=True)
@click.option("--exit-with-stdin", is_flag=True, hidden=True)
@click.pass_context
def sim(context: click.Context, /, *, coverage: bool, control: bool, exit_with_stdin: bool, **flags: object) -> None:
    """Run the simulated gateway alone, until Ctrl-C; its first line is the base URL."""
    settings = _settings(context, **{f"sim.{name}": value for name, value in flags.items()}).sim
    from ibtui.sim import server  # noqa: PLC0415 - only cli imports sim, and late

    if coverage:
        click.echo(server.coverage_report())
        return
    options = server.SimOptions(
        host=settings.host,
        port=settings.port,
        tls=not settings.no_tls,
        seed=settings.seed,
        speed=settings.speed,
        scenario=settings.scenario,
        symbols=settings.symbols or None,
        tick_rate=settings.tick_rate,
        oauth=Path(settings.oauth) if settings.oauth else None,
        control=control,
        exit_with_stdin=exit_with_stdin,
    )
    sys.exit(server.run(options))


@cli.command()
@click.option("--json", "form", flag_value="json", help="Everything, with the bodies sent and received, as JSON.")
@click.option("--csv", "form", flag_value="csv", help="One row for each step, as CSV.")
@click.option("--since", metavar="WHEN", help="What had a step since a date (2026-11-20) or in the last 2h, 3d …")
@click.option("--open", "only_open", is_flag=True, help="Only what has no end on record.")
@click.option("--account", metavar="ID", default="", help="Only of this account.")
def journal(form: str | None, since: str | None, only_open: bool, account: str) -> None:
    """List every order, change and cancel that was sent, with each step, question and answer.

    Times are local and UTC; orders stand in the order language. It only reads, also while an ibtui runs; orders of
    `ibtui demo` are not kept. Exit status: 0 listed (also when there is nothing to list), 2 the journal cannot be read
    or an option makes no sense.
    """
    from datetime import datetime  # noqa: PLC0415 - `ibtui --help` loads little

    from ibtui.commands import journal as listing  # noqa: PLC0415 - as above

    begin = listing.moment_of(since, datetime.now().astimezone()) if since is not None else None
    try:
        told = listing.report(paths.state_dir(), form or "text", since=begin, only_open=only_open, account=account)
    except listing.NoJournal as error:
        click.echo(str(error), err=True)
        told = "[]" if form == "json" else ""
    if told:
        click.echo(told)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Each step with what was sent, what came and what it means.")
@click.pass_context
def doctor(context: click.Context, /, *, as_json: bool) -> None:
    """Walk the connection step by step and say what is well, what is not and what to do.

    Nothing is ordered and no session of another program is ended. Exit status: 0 trading would work, 1 it would not.
    """
    settings = _settings(context)
    from ibtui.commands import doctor as walk  # noqa: PLC0415 - `ibtui --help` loads little

    sys.exit(walk.run(settings, paths.state_dir(), as_json=as_json))


@cli.group()
def gateway() -> None:
    """Start and stop IBKR's gateway of the configured folder (gateway.path)."""


@gateway.command("start")
@click.pass_context
def gateway_start(context: click.Context, /) -> None:
    """Start the gateway in the background and wait until it listens."""
    _gateway(context, "start")


@gateway.command("stop")
@click.pass_context
def gateway_stop(context: click.Context, /) -> None:
    """Stop the gateway that was started from here."""
    _gateway(context, "stop")


@gateway.command("status")
@click.option("--log", "lines", type=int, default=0, metavar="N", help="Show the last N lines of its log too.")
@click.pass_context
def gateway_status(context: click.Context, /, *, lines: int) -> None:
    """Say whether it runs, since when and where its log is."""
    _gateway(context, "status", lines=lines)


@cli.group()
def oauth() -> None:
    """Connect to IBKR directly with OAuth, without a gateway."""


@oauth.command("setup")
@click.pass_context
def oauth_setup(context: click.Context, /) -> None:
    """Walk through keys and tokens, and check each piece; writes nothing without asking.

    OAuth 1.0a (first and third party), or 2.0, which is beta. Exit status: 0 a token was given and signs, 1 not yet.
    """
    settings = _settings(context)
    from ibtui.commands import oauth as walk  # noqa: PLC0415 - `ibtui --help` loads little

    config_file, _flags = context.find_root().obj
    sys.exit(walk.setup(settings, config_file or paths.config_file()))


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--speed", type=float, default=1.0, show_default=True, help="Recorded seconds per second.")
@click.pass_context
def replay(context: click.Context, /, *, file: Path, speed: float) -> None:
    """Play a tape (see --tape) into the whole dashboard, read-only; nothing is sent anywhere."""
    settings = _settings(context)
    from ibtui.commands import replay as player  # noqa: PLC0415 - `ibtui --help` loads little

    player.run(settings, file, speed=speed)


def _gateway(context: click.Context, what: str, *, lines: int = 0) -> None:
    settings = _settings(context)
    from ibtui.commands import gateway as process  # noqa: PLC0415 - `ibtui --help` loads little

    sys.exit(process.run(settings, paths.state_dir(), what, lines=lines))


def _settings(context: click.Context, **more: object) -> config.Config:
    config_file, flags = context.find_root().obj
    return settings_of(config_file, {**flags, **more})


def _sim_arguments(settings: config.Config) -> list[str]:
    sim = settings.sim
    return [
        "--host=127.0.0.1",
        "--port=0",
        f"--seed={sim.seed}",
        f"--speed={sim.speed}",
        f"--scenario={sim.scenario}",
        f"--symbols={sim.symbols}",
        f"--tick-rate={sim.tick_rate}",
    ]


def _preload() -> None:
    """Load the dashboard's modules while the simulator starts in its own process."""
    import ibtui.session.trading  # noqa: PLC0415 - start-up time: beside the starting simulator
    import ibtui.ui.app  # noqa: F401, PLC0415 - as above


def end_as_click_does(error: BaseException) -> NoReturn:
    """End the program as click ends it when one of its commands raises this."""

    def ended() -> None:
        raise error

    click.Command(NAME, callback=ended).main(args=[], prog_name=NAME)
