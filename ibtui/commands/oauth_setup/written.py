"""The [oauth] table: shown, and written into the configuration file beside everything that is there.

tomlkit writes, because it keeps comments, order and every other key as they are; tomllib reads.
"""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Mapping, MutableMapping
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from ibtui.errors import ConfigError

Value = str | bool
SHOWN_OF_TOKEN = 4
"""Characters of the access token by which its owner knows it."""


def shown(values: Mapping[str, Value]) -> str:
    """The table as it will stand in the file, but for the end of the access token in its place."""
    document = tomlkit.document()
    table = dict(values)
    if token := str(table.get("access_token", "")):
        table["access_token"] = f"…{token[-SHOWN_OF_TOKEN:]}"
    document["oauth"] = table
    return tomlkit.dumps(document).strip()


def base_url_in(file: Path) -> str:
    """The file's own base_url; blank when it has none."""
    try:
        return str(tomllib.loads(file.read_text(encoding="utf-8")).get("base_url", ""))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return ""


def write(file: Path, values: Mapping[str, Value]) -> Path | None:
    """Put the values into the file's [oauth]; gives the backup of what was there, None when there was nothing.

    No other key is touched; a file that holds an access token is closed to others. Raises ConfigError, and then the
    file is as it was.
    """
    try:
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        after = _with(before, values)
        backup = _back_up(file, before) if file.exists() else None
        _replace(file, after, is_private="access_token" in values)
    except (TOMLKitError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file} is left as it is: it is not TOML ({error})") from error
    except OSError as error:
        raise ConfigError(f"{file} is left as it is: {error.strerror}") from error
    return backup


def _with(before: str, values: Mapping[str, Value]) -> str:
    """The new text; checked to differ in nothing but the values."""
    document = tomlkit.parse(before)
    if "oauth" not in document:
        document["oauth"] = tomlkit.table()
    table = document["oauth"]
    if not isinstance(table, MutableMapping):
        raise ConfigError("the configuration is left as it is: its oauth is no table")
    for key, value in values.items():
        table[key] = value
    after = tomlkit.dumps(document)
    expected = tomllib.loads(before)
    expected["oauth"] = {**expected.get("oauth", {}), **values}
    if tomllib.loads(after) != expected:
        raise ConfigError("the configuration is left as it is: its [oauth] table is of a form setup does not know")
    return after


def _back_up(file: Path, before: str) -> Path:
    number = 1
    while (backup := file.with_name(f"{file.name}.bak{number}")).exists():
        number += 1
    descriptor = os.open(backup, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(before)
    return backup


def _replace(file: Path, text: str, *, is_private: bool) -> None:
    target = file.resolve()  # a link stays a link
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o600
    mode &= 0o700 if is_private else 0o777
    descriptor, name = tempfile.mkstemp(prefix=".config-", dir=target.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        os.chmod(name, mode)
        os.replace(name, target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
