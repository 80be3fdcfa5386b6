"""Files that hold secrets: read only when nobody else can read them, written so that nobody else can."""

from __future__ import annotations

import os
import shlex
import stat
from pathlib import Path

from ibtui.errors import ConfigError

LARGEST_KEY = 64 * 1024
"""Bytes; an RSA key of 8192 bits in PEM has 6 KB."""
OTHERS = stat.S_IRWXG | stat.S_IRWXO
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_HAS_MODES = os.name == "posix"


def read_key(path: Path, name: str, *, is_secret: bool = True) -> bytes:
    """The file's bytes; `name` says in errors which setting names it.

    Raises ConfigError when it is missing, cannot be read, or is open to others: to their reading where it is secret,
    to their writing in any case.
    """
    file = path.expanduser()
    try:
        with file.open("rb") as opened:
            status = os.fstat(opened.fileno())
            _check(file, name, status, is_secret=is_secret)
            content = opened.read(LARGEST_KEY + 1)
    except FileNotFoundError:
        raise ConfigError(f"{name}: {file} does not exist") from None
    except OSError as error:
        raise ConfigError(f"{name}: {file} cannot be read: {error.strerror}") from error
    if len(content) > LARGEST_KEY:
        raise ConfigError(f"{name}: {file} is too long to be a key")
    return content


def write_key(path: Path, content: bytes, *, is_secret: bool = True) -> None:
    """Write a new file, 0600 where it is secret. Raises ConfigError; never overwrites."""
    file = path.expanduser()
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if is_secret else 0o644)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
    except FileExistsError:
        raise ConfigError(f"{file} exists already and is left as it is") from None
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}") from error


def _check(file: Path, name: str, status: os.stat_result, *, is_secret: bool) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise ConfigError(f"{name}: {file} is no file")
    if not _HAS_MODES:
        return
    line = f"chmod {'600' if is_secret else '644'} {shlex.quote(str(file))}"
    if is_secret and status.st_mode & OTHERS:
        mode = stat.S_IMODE(status.st_mode)
        raise ConfigError(f"{name}: others can get at {file} (mode {mode:04o}); type: {line}")
    if status.st_mode & OTHERS_WRITE:
        raise ConfigError(f"{name}: others can write {file}; type: {line}")
