"""Starts the simulated gateway as a process of its own, and ends it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

STOP_SECONDS = 3.0
"""How long the simulator may take to end before it is killed."""


class SimulatorFailed(RuntimeError):
    """The simulator ended before it said where it listens."""


@dataclass(slots=True)
class RunningGateway:
    """A simulator that was started; its address is read from its first line when it is first asked for."""

    process: subprocess.Popen[str]
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
            raise SimulatorFailed("the simulated gateway did not start; `ibtui sim` shows why")
        if self._base_url.startswith("https:"):
            self._fingerprint = self.process.stdout.readline().strip()


@contextmanager
def start(arguments: Sequence[str]) -> Iterator[RunningGateway]:
    """Run `ibtui sim` with `arguments` until the block ends; it also ends when this process dies."""
    command = [sys.executable, "-m", "ibtui", "sim", "--exit-with-stdin", *arguments]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield RunningGateway(process)
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.stdout.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
