"""`ibtui` without a command is read without click, and exactly as click would read it."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import click
import pytest

from ibtui import cli, config, paths
from ibtui.cli import SWITCHES, VALUES, plain_flags, tree
from ibtui.commands import dashboard

PLAIN = (
    (),
    ("--base-url", "https://host:5000/v1/api"),
    ("--base-url=https://host:5000/v1/api?a=b",),
    ("--read-only", "--thin", "--account", "DU1"),
    ("--account", "DU1", "--account=DU2"),
    ("--thin", "--thin"),
    ("--tape", "a file", "--log-file=b", "--theme", "dark"),
    ("--config", "nowhere.toml"),
)
LEFT_TO_CLICK = (
    *(("demo",), ("--thin", "doctor"), ("--help",), ("-h",), ("--version",), ("",), ("--",), ("-",)),
    *(("--base-url",), ("--account", "--thin"), ("--account", ""), ("--account=",), ("--account", "-1")),
    *(("--thin=1",), ("--thin=",), ("--acount", "DU1"), ("--acc", "DU1"), ("--thin", "more")),
)


@pytest.fixture(autouse=True)
def memory_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gc, "disable", lambda: None)


def by_click(arguments: tuple[str, ...]) -> dict[str, object]:
    """The parameters that click finds, without those that were not given."""
    with tree.cli.make_context("ibtui", list(arguments)) as context:
        return {"config" if key == "config_file" else key: v for key, v in context.params.items() if v is not None}


@pytest.mark.parametrize("arguments", PLAIN)
def test_plain_flags_are_read_as_click_reads_them(arguments: tuple[str, ...]) -> None:
    flags = plain_flags(arguments)
    assert flags is not None
    assert {key: Path(str(value)) if key == "config" else value for key, value in flags.items()} == by_click(arguments)


@pytest.mark.parametrize("arguments", LEFT_TO_CLICK)
def test_everything_else_is_left_to_click(arguments: tuple[str, ...]) -> None:
    assert plain_flags(arguments) is None


def test_every_flag_of_the_dashboard_is_known_to_both() -> None:
    options = [one for one in tree.cli.params if isinstance(one, click.Option) and one.name != "version"]
    assert set(SWITCHES) == {name for one in options if one.is_flag for name in one.opts}
    assert set(VALUES) == {name for one in options if not one.is_flag for name in one.opts}


@pytest.mark.parametrize("arguments", PLAIN[:-1])
def test_both_open_the_dashboard_with_the_same_settings(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told: list[object] = []
    monkeypatch.setattr(dashboard, "run", lambda *all_of_it: told.append(all_of_it))
    monkeypatch.setattr(paths, "config_file", lambda: tmp_path / "config.toml")
    (tmp_path / "config.toml").write_text('theme = "light"\naccount = "DU9"\n')
    monkeypatch.setenv("IBTUI_FRAME_RATE", "12")
    monkeypatch.setattr(sys, "argv", ["ibtui", *arguments])
    with pytest.raises(SystemExit) as plain:
        cli.main()
    with pytest.raises(SystemExit) as clicked:
        tree.cli.main(args=list(arguments), prog_name="ibtui")
    assert told[0] == told[1]
    assert plain.value.code == clicked.value.code == 0
    assert isinstance(told[0], tuple)
    assert isinstance(told[0][0], config.Config)
    assert told[0][0].frame_rate == 12


def test_a_flag_that_makes_no_sense_is_one_line_and_status_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "argv", ["ibtui", f"--config={tmp_path / 'none.toml'}"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err == f"ibtui: Configuration: {tmp_path / 'none.toml'} does not exist\n"


@pytest.mark.parametrize("error", [KeyboardInterrupt, EOFError, BrokenPipeError(32, "Broken pipe")])
def test_what_interrupts_the_dashboard_ends_it_as_click_would(
    error: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def interrupted(*_: object) -> None:
        raise error

    monkeypatch.setattr(dashboard, "run", interrupted)
    monkeypatch.setattr(paths, "config_file", lambda: tmp_path / "config.toml")
    monkeypatch.setattr(sys, "argv", ["ibtui"])
    monkeypatch.setattr(sys, "stdout", sys.stdout)  # click wraps it for good when nobody reads it any more
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    with pytest.raises(SystemExit) as plain:
        cli.main()
    said = capsys.readouterr()
    with pytest.raises(SystemExit) as clicked:
        tree.cli.main(args=[], prog_name="ibtui")
    assert plain.value.code == clicked.value.code == 1
    assert said == capsys.readouterr()


def test_the_dashboard_is_opened_without_click(tmp_path: Path) -> None:
    code = (
        "import sys; from ibtui.commands import dashboard; from ibtui import cli\n"
        "dashboard.run = lambda *_: print('click' in sys.modules)\n"
        "sys.argv = ['ibtui', '--thin', '--log-file', 'x']; cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "False\n"
