"""The folder of keys and tokens, and what is written into it."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from ibtui.config import load
from ibtui.sim.oauth.folder import FolderError, Registration, open_folder
from ibtui.sim.oauth.primes import GENERATOR, PRIME
from ibtui.sim.server import SimOptions, run
from tests.sim.oauth.rig import BASE


def test_all_is_private_and_the_settings_are_ones_ibtui_reads(registration: Registration) -> None:
    folder = registration.folder
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    for name, version in (("ibtui", "1.0a"), ("ibtui-third-party", "1.0a"), ("ibtui-oauth2", "2.0")):
        settings = load(folder / f"{name}.toml", required=True, environment={}, flags={})
        assert (settings.base_url, settings.oauth.version) == (BASE, version)
        files = [value for key, value in tomllib.loads((folder / f"{name}.toml").read_text())["oauth"].items()]
        assert all(Path(value).is_file() for value in files if value.startswith("/"))


def test_the_parameters_are_as_openssl_writes_them(registration: Registration) -> None:
    content = (registration.folder / "dhparam.pem").read_bytes()
    assert content.startswith(b"-----BEGIN DH PARAMETERS-----\n")
    numbers = serialization.load_pem_parameters(content).parameter_numbers()
    assert (numbers.p, numbers.g) == (PRIME, GENERATOR)
    half = (PRIME - 1) // 2
    assert (PRIME.bit_length(), pow(2, half, PRIME), pow(3, half - 1, half)) == (2048, 1, 1)


def test_a_second_start_reads_the_same_and_writes_the_new_address(folder: Path, registration: Registration) -> None:
    again = open_folder(folder, "https://127.0.0.1:6000/v1/api")
    assert (again.access_token, again.secret) == (registration.access_token, registration.secret)
    assert 'base_url = "https://127.0.0.1:6000/v1/api"' in (folder / "ibtui.toml").read_text()
    assert 'token_url = "https://127.0.0.1:6000/oauth2/api/v1/token"' in (folder / "ibtui-oauth2.toml").read_text()


def test_what_is_missing_is_named_and_nothing_is_written(folder: Path) -> None:
    (folder / "dhparam.pem").unlink()
    (folder / "ibtui.toml").unlink()
    with pytest.raises(FolderError, match=r"lacks dhparam\.pem; name an empty folder"):
        open_folder(folder, BASE)
    assert not (folder / "ibtui.toml").exists()


@pytest.mark.parametrize(
    "name", ["dhparam.pem", "private_encryption.pem", "public_signature.pem", "access_token_secret"]
)
def test_a_file_that_cannot_be_used_is_named(folder: Path, name: str) -> None:
    (folder / name).write_text("nonsense")
    with pytest.raises(FolderError, match=name):
        open_folder(folder, BASE)


def test_a_path_that_is_no_folder_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderError, match="cannot be used"):
        open_folder(tmp_path / "file", BASE)


def test_a_folder_of_something_else_ends_the_start_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "else").write_text("")
    assert run(SimOptions(port=0, oauth=tmp_path)) == 1
    assert capsys.readouterr().err.startswith(f"ibtui sim: {tmp_path} is not empty and lacks consumer_key")
