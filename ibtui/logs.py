"""The program's own log: one line a record, in a file that rotates, without secrets; and crash reports.

The form is logfmt (`time=… level=… name=… msg="…" key=value`), not JSON lines: the file is read by people in a
terminal, with less and grep and in the dashboard, and `key=value` is as easily taken apart by a program. Whatever a
record says stays on its one line, so that no text of the gateway's can look like a record of its own.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import sys
import threading
import traceback
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from msgspec import Struct

from ibtui.errors import ConfigError
from ibtui.redaction import SECRETS, Secrets

FILE_NAME = "ibtui.log"
FILE_BYTES = 1_000_000
"""Size at which the file is rotated."""
FILES_KEPT = 3
"""Older ones, beside the newest."""
LINES_KEPT = 2_000
"""Lines that the program itself can show."""
LONGEST_TEXT = 8_000
"""Characters of one value; a traceback may be longer, its end tells most."""
NAME = "ibtui"
LEVELS: Final = ("debug", "info", "warning", "error", "critical")

_STANDARD = frozenset(vars(logging.LogRecord("", 0, "", 0, "", None, None))) | {"message", "asctime", "taskName"}
_BARE: Final = r"[^\s\"=\\]+"
_PAIR: Final = r'([\w.]+)=("(?:[^"\\]|\\.)*"|\S*)'
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_UNESCAPES = {"n": "\n", "r": " ", "t": " "}


class LogLine(Struct, frozen=True):
    """One record, taken apart; nothing in it but printable characters and line breaks."""

    time: str
    level: str
    name: str
    message: str
    fields: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, line: str) -> LogLine:
        """The record a line of the file holds; what is no record is its message."""
        line = "".join(c if c.isprintable() else " " for c in line)
        pairs = [(key, _plain(value)) for key, value in re.findall(_PAIR, line)]
        if [key for key, _ in pairs[:4]] != ["time", "level", "name", "msg"]:
            return cls("", "", "", line)
        (_, time), (_, level), (_, name), (_, message), *more = pairs
        return cls(time, level, name, message, tuple(more))


class LogLines:
    """The newest records, newest last."""

    def __init__(self) -> None:
        self.file: Path | None = None
        self.count = 0
        """Records ever added, so that a reader knows whether there are new ones."""
        self._earlier: list[str] = []
        """Of earlier runs, as they stand in the file: taken apart when somebody wants to see them."""
        self._lines: deque[LogLine] = deque(maxlen=LINES_KEPT)

    @property
    def lines(self) -> deque[LogLine]:
        """The records."""
        if self._earlier:
            earlier, self._earlier = self._earlier, []
            self._lines = deque((*map(LogLine.read, earlier), *self._lines), LINES_KEPT)
        return self._lines

    def add(self, line: LogLine) -> None:
        """Take a record."""
        self._lines.append(line)
        self.count += 1

    def add_earlier(self, lines: Iterable[str]) -> None:
        """Take lines of the file that were written before the first record."""
        found = list(lines)
        self._earlier += found
        self.count += len(found)


class LogfmtFormatter(logging.Formatter):
    """A record as one line of printable characters; `extra=` of the call are its fields."""

    def __init__(self, secrets: Secrets = SECRETS) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """The line, secrets hidden."""
        moment = datetime.fromtimestamp(record.created, UTC)
        pairs = [
            ("time", f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"),
            ("level", record.levelname.lower()),
            ("name", record.name),
            ("msg", record.getMessage()),
        ]
        pairs += [(key, str(value)) for key, value in vars(record).items() if key not in _STANDARD and value != ""]
        if record.exc_info and record.exc_info[1] is not None:
            pairs.append(("error", "".join(traceback.format_exception(record.exc_info[1])).rstrip()))
        hide = self._secrets.hide
        return " ".join(f"{_word(key)}={_value(hide(text)[-LONGEST_TEXT:])}" for key, text in pairs)


class _Keeper(logging.Handler):
    """Adds each record to the lines the program can show."""

    def __init__(self, lines: LogLines) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record as its line tells it."""
        try:
            self._lines.add(LogLine.read(self.format(record)))
        except Exception:  # noqa: BLE001  # as every handler does: a log must not end the program
            self.handleError(record)


class _PrivateFile(RotatingFileHandler):
    """A file only the user can read."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8", errors="replace")


def set_up(state: Path | None, file: str = "", *, secrets: Secrets = SECRETS) -> LogLines:
    """Log to `file`, else into the state folder (None: nowhere), and report crashes there; gives the lines to show.

    Raises ConfigError when a file named by the user cannot be written; without one, the program runs unlogged.
    """
    lines = LogLines()
    path = Path(file).expanduser() if file else state / FILE_NAME if state is not None else None
    handlers: list[logging.Handler] = [_Keeper(lines)]
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lines.add_earlier(_last_lines(path))
            handlers.append(_PrivateFile(path, maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8"))
            lines.file = path
        except OSError as error:
            if file:
                raise ConfigError(f"log_file {path} cannot be written: {error.strerror}") from error
    _install(handlers, LogfmtFormatter(secrets))
    sys.excepthook = _crashed
    threading.excepthook = _thread_crashed
    return lines


def _install(handlers: list[logging.Handler], formatter: logging.Formatter) -> None:
    logger = logging.getLogger(NAME)
    for old in list(logger.handlers):
        logger.removeHandler(old)
        old.close()
    for handler in handlers:
        handler.setFormatter(formatter)
        logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logging.raiseExceptions = False  # a full disk must not write over the screen


def catch_loop_errors(loop: asyncio.AbstractEventLoop) -> None:
    """Log what nobody awaited, in place of writing it over the screen."""
    loop.set_exception_handler(_loop_crashed)


def shown_crash(error: BaseException | None = None, *, secrets: Secrets = SECRETS) -> str:
    """Log an unhandled exception, and give what the terminal may show of it: the traceback, no value of a variable."""
    found = error if error is not None else sys.exc_info()[1]
    if found is None:
        return "ibtui ended with an error that is not known"
    logging.getLogger(NAME).critical("ibtui crashed", exc_info=found)
    return secrets.hide("".join(traceback.format_exception(found)).rstrip())


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    print(shown_crash(error.with_traceback(trace)), file=sys.stderr)  # noqa: T201 - the last words of the program


def _thread_crashed(hook: threading.ExceptHookArgs) -> None:
    if hook.exc_value is not None and not issubclass(hook.exc_type, SystemExit):
        shown_crash(hook.exc_value)


def _loop_crashed(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    logging.getLogger(NAME).error(str(context.get("message", "")), exc_info=error)


def _last_lines(path: Path) -> Iterator[str]:
    """The end of the file, as far as it is kept."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - FILE_BYTES // 4))
            text = file.read(FILE_BYTES // 4).decode(errors="replace")
    except FileNotFoundError:
        return
    yield from text.split("\n")[-LINES_KEPT:-1]


def _word(key: str) -> str:
    return re.sub(r"\W", "_", key)


def _value(text: str) -> str:
    if re.fullmatch(_BARE, text) and text.isprintable():
        return text
    return '"' + "".join(_ESCAPES.get(c) or (c if c.isprintable() else f"\\x{ord(c):02x}") for c in text) + '"'


def _plain(value: str) -> str:
    if not value.startswith('"'):
        return value
    return re.sub(r"\\(.)", lambda found: _UNESCAPES.get(found[1], found[1]), value[1:-1])
