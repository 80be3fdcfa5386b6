"""The gateway's folder and its conf.yaml: what is wrong is said with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from ibtui.transport.gateway_folder import GatewayProcessFailed, gateway_folder, read_conf
from tests.commands.gateway_folders import gateway_in


def refusal(path: str) -> str:
    with pytest.raises(GatewayProcessFailed) as failed:
        gateway_folder(path)
    return failed.value.detail


def test_a_folder_as_ibkr_ships_it_is_read(tmp_path: Path) -> None:
    folder = gateway_folder(str(gateway_in(tmp_path / "gw", port=5001)))
    assert (folder.port, folder.tls, folder.scheme) == (5001, True, "https")
    assert folder.command == [str(tmp_path / "gw" / "bin" / "run.sh"), "root/conf.yaml"]


def test_a_script_that_lost_its_mode_is_run_by_a_shell(tmp_path: Path) -> None:
    path = gateway_in(tmp_path / "gw")
    (path / "bin" / "run.sh").chmod(0o644)
    assert gateway_folder(str(path)).command[0] == "sh"


def test_no_path_says_which_key_to_set() -> None:
    assert "gateway.path is not set" in refusal(" ")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert f"{tmp_path / 'none'}, which is no folder" in refusal(str(tmp_path / "none"))


@pytest.mark.parametrize("place", ["", "gw/bin"])
def test_the_folder_above_or_below_is_found(tmp_path: Path, place: str) -> None:
    gateway_in(tmp_path / "gw")
    assert f"{tmp_path / 'gw'} is one: set gateway.path to it" in refusal(str(tmp_path / place))


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    path = gateway_in(tmp_path / "gw")
    (path / "root" / "conf.yaml").unlink()
    assert "it holds no root/conf.yaml. Set gateway.path" in refusal(str(path))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("listenSsl: true\n", "has no listenPort"),
        ("listenPort: abc\n", "listenPort is “abc”"),
        ("listenPort: 70000\n", "listenPort is “70000”"),
        ("listenPort: true\n", "listenPort is “True”"),
        ("listenPort: 5000\nlistenSsl: maybe\n", "listenSsl is “maybe”"),
        ("listenPort: 5000\n\tlistenSsl: true\n", "is not YAML at line 2, column 1"),
        ("listenPort: 5000\nips:\n  allow:\n - 1\n", "is not YAML at line 4, column 2"),
        ("a: &a [*a]\nlistenPort: \x00", "is not YAML"),
        ("", "holds no settings"),
        ("- 1\n", "holds no settings"),
    ],
)
def test_a_wrong_conf_is_told_with_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "conf.yaml"
    file.write_text(text)
    with pytest.raises(GatewayProcessFailed) as failed:
        read_conf(file)
    assert said in failed.value.detail
    assert str(file) in failed.value.detail


def test_tls_is_on_when_the_file_does_not_say(tmp_path: Path) -> None:
    file = tmp_path / "conf.yaml"
    file.write_text("listenPort: 5000\n")
    assert read_conf(file) == (5000, True)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(GatewayProcessFailed, match="cannot be read"):
        read_conf(tmp_path / "none.yaml")
