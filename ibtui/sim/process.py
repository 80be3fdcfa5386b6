"""Starts the simulated gateway as a process of its own, and ends it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

STOP_SECONDS = 3.0
"""How long the simulator may take to end before it is killed."""


class SimulatorFailed(RuntimeError):
    """The simulator ended before it said where it listens; the text is its own reason."""


@dataclass(slots=True)
class RunningGateway:
    """A simulator that was started; its address is read from its first line when it is first asked for."""

    process: subprocess.Popen[str]
    errors: IO[str]
    """What it writes to standard error."""
    _base_url: str = ""
    _fingerprint: str = ""

    @property
    def base_url(self) -> str:
        """Where it listens."""
        self._read()
        return self._base_url

    @property
    def fingerprint(self) -> str:
        """`sha256:…` of the certificate it made, blank without TLS."""
        self._read()
        return self._fingerprint

    def _read(self) -> None:
        if self._base_url:
            return
        assert self.process.stdout is not None
        self._base_url = self.process.stdout.readline().strip()
        if not self._base_url:
            self.process.wait(STOP_SECONDS)
            self.errors.seek(0)
            reason = self.errors.read().strip().splitlines()
            raise SimulatorFailed(reason[-1] if reason else "the simulated gateway did not start")
        if self._base_url.startswith("https:"):
            self._fingerprint = self.process.stdout.readline().strip()


@contextmanager
def start(arguments: Sequence[str]) -> Iterator[RunningGateway]:
    """Run `ibtui sim` with `arguments` until the block ends; it also ends when this process dies."""
    command = [sys.executable, "-m", "ibtui", "sim", "--exit-with-stdin", *arguments]
    with TemporaryFile("w+", encoding="utf-8") as errors:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            yield RunningGateway(process, errors)
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    process.stdout.close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
