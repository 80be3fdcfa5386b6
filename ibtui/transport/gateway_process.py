"""IBKR's gateway as a process of its own: started apart from the terminal, found again, ended.

What was started is noted in the state folder: each process by its number and its birth, so that a number the system
gave to another process since is never taken for ours.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import psutil
from msgspec import Struct

from ibtui.protocol.clean import clean
from ibtui.transport.gateway_folder import WINDOWS, GatewayFolder, GatewayProcessFailed
from ibtui.transport.listeners import is_listening

NOTE_NAME = "gateway.json"
LOG_NAME = "gateway.log"
LOCK_NAME = "gateway.lock"
LOGS_KEPT = 3
"""Logs of earlier starts, `gateway.log.1` the newest."""
START_SECONDS = 60.0
"""Until its port listens; a cold Java takes about ten."""
LOOK_SECONDS = 0.1
POLITE_SECONDS = 10.0
"""Between asking the process to end and ending it."""
FIRM_SECONDS = 5.0
TAIL_BYTES = 512 * 1024
LINE_LIMIT = 500
"""Characters shown of one line of the log."""


class Member(msgspec.Struct, frozen=True):
    """One process: its number, and the moment of its birth by which it is known."""

    pid: int
    birth: str


class Note(msgspec.Struct, frozen=True):
    """What was started."""

    members: list[Member]
    """The script first, then the Java it runs."""
    started: float
    """Unix seconds."""
    port: int
    folder: str


class Running(Struct, frozen=True):
    """A gateway that was started from here and still runs."""

    note: Note
    processes: tuple[psutil.Process, ...]

    @property
    def pid(self) -> int:
        """Of the process that was started first and still runs."""
        return self.processes[0].pid


class GatewayProcess:
    """The gateway that is started from one state folder."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._note = state / NOTE_NAME
        self.log = state / LOG_NAME
        self._child: subprocess.Popen[bytes] | None = None
        """What this very program started; it outlives it."""

    def running(self) -> Running | None:
        """What was started from here and still runs."""
        note = self._read()
        if note is None:
            return None
        processes = tuple(process for process in (_found(member) for member in note.members) if process is not None)
        return Running(note, processes) if processes else None

    def start(self, folder: GatewayFolder, environment: dict[str, str], *, seconds: float = START_SECONDS) -> Running:
        """Start it and wait until its port listens.

        Raises GatewayProcessFailed: when it ends at once, and when it does not listen in time: then it runs on.
        """
        try:
            self._state.mkdir(parents=True, exist_ok=True, mode=0o700)
            with _alone(self._state / LOCK_NAME):
                self._rotate()
                with open(self.log, "wb", opener=_private) as log:
                    self._child = process = _spawn(folder, environment, log.fileno())
                self._write(process.pid, folder)
                return self._wait(process, folder, seconds)
        except BlockingIOError as error:
            raise GatewayProcessFailed("another “ibtui gateway start” is under way: wait for it") from error
        except OSError as error:
            raise GatewayProcessFailed(f"it cannot be started: {error}") from error

    def wait(self, running: Running, *, seconds: float = START_SECONDS) -> bool:
        """Whether the port of one that runs already listens, now or within `seconds`."""
        alive = running.processes[0]
        return _until(lambda: is_listening(running.note.port), alive.is_running, seconds)

    def stop(self, running: Running) -> bool:
        """End it and what it started; gives whether it ended when asked politely. Raises GatewayProcessFailed."""
        family = _family(running.processes)
        _each(family, psutil.Process.terminate)
        polite = _until(lambda: not _living(family), lambda: True, POLITE_SECONDS)
        if not polite:
            _each(_living(family), psutil.Process.kill)
            _until(lambda: not _living(family), lambda: True, FIRM_SECONDS)
        left = _living(family)
        if self._child is not None:
            self._child.poll()
        if left:
            raise GatewayProcessFailed(f"process {left[0].pid} does not end: end it by the system's own means")
        self._note.unlink(missing_ok=True)
        return polite

    def tail(self, lines: int) -> list[str]:
        """The last lines of its log, cleaned; empty when there is none."""
        if lines <= 0:
            return []
        try:
            with self.log.open("rb") as log:
                log.seek(max(0, self.log.stat().st_size - TAIL_BYTES))
                text = log.read(TAIL_BYTES).decode(errors="replace")
        except OSError:
            return []
        return [clean(line, limit=LINE_LIMIT) for line in text.splitlines()[-lines:]]

    def _wait(self, process: subprocess.Popen[bytes], folder: GatewayFolder, seconds: float) -> Running:
        listens = _until(lambda: is_listening(folder.port), lambda: process.poll() is None, seconds)
        status = process.poll()
        if status is not None:
            self._note.unlink(missing_ok=True)
            raise GatewayProcessFailed(f"it ended at once (exit status {status}){self._last_words()}")
        self._write(process.pid, folder)
        running = self.running()
        if running is None:
            raise GatewayProcessFailed(f"it ended at once{self._last_words()}")
        if not listens:
            raise GatewayProcessFailed(
                f"it runs (pid {process.pid}) but does not listen at port {folder.port} after {seconds:.0f} s; look at "
                f"{self.log}, or end it with “ibtui gateway stop”{self._last_words()}"
            )
        return running

    def _last_words(self) -> str:
        lines = [line for line in self.tail(40) if line][-8:]
        return ". Its last lines:\n" + "\n".join(f"  {line}" for line in lines) if lines else "; it said nothing"

    def _rotate(self) -> None:
        for number in range(LOGS_KEPT - 1, 0, -1):
            older = self.log.with_name(f"{LOG_NAME}.{number}")
            with suppress(FileNotFoundError):
                older.replace(self.log.with_name(f"{LOG_NAME}.{number + 1}"))
        with suppress(FileNotFoundError):
            self.log.replace(self.log.with_name(f"{LOG_NAME}.1"))

    def _read(self) -> Note | None:
        """What was noted; a broken note is none, for nothing may be ended by it."""
        try:
            return msgspec.json.decode(self._note.read_bytes(), type=Note)
        except (OSError, msgspec.MsgspecError):
            return None

    def _write(self, pid: int, folder: GatewayFolder) -> None:
        """Note the process and what it has started so far."""
        with suppress(psutil.Error):
            first = psutil.Process(pid)
            family = _family((first,))
            members = [Member(process.pid, birth) for process in family if (birth := birth_of(process))]
            note = Note(members, first.create_time(), folder.port, str(folder.path))
            part = self._note.with_suffix(f".{os.getpid()}")
            with open(part, "wb", opener=_private) as file:
                file.write(msgspec.json.encode(note))
            part.replace(self._note)


def birth_of(process: psutil.Process) -> str:
    """The moment a process began, exactly; blank when it has ended.

    On Linux in ticks since this boot: psutil's time follows the clock when that is set.
    """
    with suppress(OSError, ValueError, IndexError):
        status = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}:{status.rpartition(')')[2].split()[19]}"
    with suppress(psutil.Error):
        return f"{process.create_time():.3f}"
    return ""


def _found(member: Member) -> psutil.Process | None:
    """The very process that was noted, if it still runs."""
    with suppress(psutil.Error, ValueError, OverflowError):
        process = psutil.Process(member.pid)
        if member.birth and birth_of(process) == member.birth and _living([process]):
            return process
    return None


def _family(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """The processes and all they started, each once."""
    family: dict[int, psutil.Process] = {}
    for process in processes:
        family.setdefault(process.pid, process)
        with suppress(psutil.Error):
            for child in process.children(recursive=True):
                family.setdefault(child.pid, child)
    return list(family.values())


def _each(processes: Sequence[psutil.Process], act: Callable[[psutil.Process], None]) -> None:
    """Do it to each; psutil refuses a number that is another process by now."""
    for process in processes:
        with suppress(psutil.Error):
            act(process)


def _living(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Those that still run; one that has ended and was not buried by its parent does not."""
    living = []
    for process in processes:
        with suppress(psutil.Error):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                living.append(process)
    return living


def _until(done: Callable[[], bool], alive: Callable[[], bool], seconds: float) -> bool:
    """Look until it is done, is not alive any more, or the time is over; gives whether it was done."""
    end = time.monotonic() + seconds
    while alive() and time.monotonic() < end:
        if done():
            return True
        time.sleep(LOOK_SECONDS)
    return False


def _spawn(folder: GatewayFolder, environment: dict[str, str], log: int) -> subprocess.Popen[bytes]:
    """Begin it in a session of its own, so that neither Ctrl-C nor the terminal's end reaches it."""
    apart = 0
    if WINDOWS:
        apart = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(subprocess, "CREATE_NO_WINDOW", 0)
    return subprocess.Popen(
        folder.command,
        cwd=folder.path,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=not WINDOWS,
        creationflags=apart,
    )


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold the lock, so that two starts do not overwrite each other's note; raises BlockingIOError while it is held.

    The system lets go of it when a process ends, however it ends. On Windows, which has no such lock, nothing is held.
    """
    with open(lock, "wb", opener=_private) as file:
        if not WINDOWS:
            import fcntl  # noqa: PLC0415 - not on Windows

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
