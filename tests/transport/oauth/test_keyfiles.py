"""Files and keyring: secrets are read from nowhere others can read."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from types import ModuleType

import pytest

from ibtui.errors import ConfigError
from ibtui.protocol.oauth.secret import Secret
from ibtui.transport.oauth import keychain
from ibtui.transport.oauth.keyfiles import read_key, write_key

NAME = "oauth.signature_key_file"


def a_file(folder: Path, mode: int) -> Path:
    file = folder / "a key.pem"
    file.write_bytes(b"key")
    file.chmod(mode)
    return file


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_of_ones_own_is_read(tmp_path: Path, mode: int) -> None:
    assert read_key(a_file(tmp_path, mode), NAME) == b"key"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o666])
def test_a_file_others_can_get_at_is_refused_with_the_line_to_type(tmp_path: Path, mode: int) -> None:
    file = a_file(tmp_path, mode)
    with pytest.raises(ConfigError) as caught:
        read_key(file, NAME)
    assert caught.value.detail == f"{NAME}: others can get at {file} (mode {mode:04o}); type: chmod 600 '{file}'"


def test_what_is_no_secret_may_be_read_by_others_but_not_written(tmp_path: Path) -> None:
    assert read_key(a_file(tmp_path, 0o644), NAME, is_secret=False) == b"key"
    with pytest.raises(ConfigError, match="chmod 644"):
        read_key(a_file(tmp_path, 0o664), NAME, is_secret=False)


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not exist"):
        read_key(tmp_path / "none", NAME)
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        read_key(tmp_path, NAME)
    long = a_file(tmp_path, 0o600)
    long.write_bytes(bytes(70_000))
    with pytest.raises(ConfigError, match="too long"):
        read_key(long, NAME)


def test_a_written_key_is_for_its_owner_alone_and_nothing_is_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "new" / "key.pem"
    write_key(file, b"one")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    with pytest.raises(ConfigError, match="left as it is"):
        write_key(file, b"two")
    assert read_key(file, NAME) == b"one"


class FakeKeyring(ModuleType):
    """As the library's module, keeping all in a dict."""

    def __init__(self) -> None:
        super().__init__("keyring")
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False
        self.errors = ModuleType("keyring.errors")
        self.errors.KeyringError = type("KeyringError", (Exception,), {})  # type: ignore[attr-defined]  # a stand-in

    def get_password(self, service: str, name: str) -> str | None:
        if self.locked:
            raise self.errors.KeyringError("hush-hush is locked")
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, text: str) -> None:
        self.kept[service, name] = text


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> FakeKeyring:
    library = FakeKeyring()
    monkeypatch.setitem(sys.modules, "keyring", library)
    monkeypatch.setitem(sys.modules, "keyring.errors", library.errors)
    return library


def test_the_keyring_keeps_a_secret_for_each_consumer(library: FakeKeyring) -> None:
    keychain.put("ABC", "signature_key", Secret("pem"))
    assert keychain.get("ABC", "signature_key").reveal() == "pem"
    with pytest.raises(ConfigError, match="no signature_key for DEF"):
        keychain.get("DEF", "signature_key")


def test_a_locked_keyring_is_told_without_its_own_words(library: FakeKeyring) -> None:
    library.locked = True
    with pytest.raises(ConfigError, match="KeyringError") as caught:
        keychain.get("ABC", "signature_key")
    assert "hush" not in str(caught.value)


def test_a_missing_library_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.setitem(sys.modules, "keyring.errors", None)
    with pytest.raises(ConfigError, match=r"pip install 'ibtui\[keyring\]'"):
        keychain.get("ABC", "signature_key")
    assert not keychain.is_there()
