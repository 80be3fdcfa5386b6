"""Secrets in the system's keyring, by the library `keyring` where it is installed (ibtui's extra of that name)."""

from __future__ import annotations

import importlib
from types import ModuleType

from ibtui.errors import ConfigError
from ibtui.protocol.oauth.secret import Secret

SERVICE = "ibtui"
INSTALL = "pip install 'ibtui[keyring]'"


def get(owner: str, piece: str) -> Secret:
    """The secret kept for a consumer or client under a piece's name. Raises ConfigError when it is not there."""
    library = _library()
    try:
        text = library.get_password(SERVICE, f"{owner} {piece}")
    except library.errors.KeyringError as error:
        raise _refused(error) from error
    if not text:
        raise ConfigError(f"the keyring has no {piece} for {owner}; `ibtui oauth setup` puts it there")
    return Secret(text)


def put(owner: str, piece: str, secret: Secret) -> None:
    """Keep it, in place of what was there. Raises ConfigError."""
    library = _library()
    try:
        library.set_password(SERVICE, f"{owner} {piece}", secret.reveal())
    except library.errors.KeyringError as error:
        raise _refused(error) from error


def is_there() -> bool:
    """Whether the library is installed and has a keyring to talk to."""
    try:
        return bool(_library().get_keyring().priority > 0)
    except (ConfigError, RuntimeError):
        return False


def _library() -> ModuleType:
    """Loaded late: it is an extra, and slow."""
    try:
        importlib.import_module("keyring.errors")
        return importlib.import_module("keyring")
    except ImportError as error:
        raise ConfigError(f"oauth.keyring needs the library keyring: {INSTALL}; or set it to false") from error


def _refused(error: Exception) -> ConfigError:
    """The error's kind only: what a backend puts into its text is not ours to show."""
    return ConfigError(
        f"the system's keyring refuses ({type(error).__name__}); unlock it, or set oauth.keyring = false"
    )
