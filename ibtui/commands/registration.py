"""What OAuth needs, read from the settings piece by piece: files or keyring to keys that are checked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from ibtui import config
from ibtui.config import OAuthSettings
from ibtui.errors import ConfigError
from ibtui.protocol.oauth import keys, steps
from ibtui.protocol.oauth.assertions import Client
from ibtui.protocol.oauth.secret import Secret
from ibtui.transport.oauth import keychain
from ibtui.transport.oauth.bearer import Grant
from ibtui.transport.oauth.keyfiles import read_key
from ibtui.transport.oauth.session_token import Registration
from ibtui.transport.trust import is_loopback

Read = TypeVar("Read")


def registration_of(oauth: OAuthSettings) -> Registration:
    """What OAuth 1.0a needs, read and checked piece by piece. Raises ConfigError."""
    encryption_key = piece(oauth, "encryption_key", keys.private_key)
    secret = piece(oauth, "access_token_secret", lambda text: Secret(text.decode("ascii").strip()))
    prepend = checked("oauth.access_token_secret_file", lambda: keys.prepend_of(secret.reveal(), encryption_key))
    return Registration(
        consumer=consumer_of(oauth),
        access_token=required(oauth, "access_token"),
        prepend=prepend,
        dh=piece(oauth, "dh_param", keys.dh_parameters, is_secret=False),
    )


def consumer_of(oauth: OAuthSettings) -> steps.Consumer:
    """Who signs the requests for tokens. Raises ConfigError."""
    consumer_key = required(oauth, "consumer_key")
    realm = oauth.realm or steps.realm_of(consumer_key)
    return steps.Consumer(consumer_key, realm, piece(oauth, "signature_key", keys.private_key))


def grant_of(oauth: OAuthSettings) -> Grant:
    """What OAuth 2.0 needs. Raises ConfigError."""
    for name in ("token_url", "sso_url"):
        checked_url(required(oauth, name), f"oauth.{name}")
    client_id, key_id = required(oauth, "client_id"), required(oauth, "client_key_id")
    ip = oauth.ip or ("127.0.0.1" if is_loopback(urlsplit(oauth.sso_url).hostname or "") else required(oauth, "ip"))
    return Grant(
        client=Client(client_id, key_id, piece(oauth, "private_key", keys.private_key)),
        credential=required(oauth, "credential"),
        ip=ip,
        token_url=oauth.token_url,
        sso_url=oauth.sso_url,
    )


def piece(oauth: OAuthSettings, name: str, read: Callable[[bytes], Read], *, is_secret: bool = True) -> Read:
    """A key of its file (`<name>_file`), or a secret one of the keyring where it is kept there. Raises ConfigError."""
    file = str(getattr(oauth, f"{name}_file"))
    if oauth.keyring and is_secret and not file:
        owner = required(oauth, "client_id" if oauth.version == "2.0" else "consumer_key")
        text = keychain.get(owner, name)
        return checked(f"the keyring's {name}", lambda: read(text.reveal().encode()))
    setting = f"oauth.{name}_file"
    if not file:
        raise _missing(f"{name}_file")
    content = read_key(Path(file), setting, is_secret=is_secret)
    return checked(f"{setting} ({file})", lambda: read(content))


def required(oauth: OAuthSettings, name: str) -> str:
    """A setting that must not be blank. Raises ConfigError naming it."""
    value = str(getattr(oauth, name)).strip()
    if not value:
        raise _missing(name)
    return value


def checked(name: str, read: Callable[[], Read]) -> Read:
    """What `read` gives; its ValueError becomes a ConfigError that begins with `name`."""
    try:
        return read()
    except ValueError as error:
        words = "it is no text" if isinstance(error, UnicodeError) else str(error)
        raise ConfigError(f"{name}: {words}") from None


def checked_url(url: str, name: str) -> str:
    """`url`, when secrets may be sent there: https, or this machine. Raises ConfigError."""
    try:
        return config.checked_base_url(url)
    except ConfigError as error:
        raise ConfigError(error.detail.replace("base_url", name, 1)) from None


def _missing(name: str) -> ConfigError:
    return ConfigError(f"oauth.{name} is missing; `ibtui oauth setup` asks for it and writes it down")
