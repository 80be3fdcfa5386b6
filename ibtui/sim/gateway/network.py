"""What stands between the gateway and its clients; a real server follows it through a door, a test reads it."""

from __future__ import annotations

import asyncio
from typing import Protocol


class Door(Protocol):
    """What a real server does about its sockets; nothing here waits."""

    def shut(self) -> None:
        """Listen no longer and reset every connection: a connect is refused."""

    def stop_accepting(self) -> None:
        """Leave new connections unanswered in the kernel's queue."""

    def open(self) -> None:
        """Listen and accept again."""

    def cut(self, *, websockets_only: bool) -> None:
        """Reset connections, but for those on which levers are pulled."""

    def freeze(self) -> None:
        """Neither read nor write on the connections there are, but for those on which levers are pulled."""

    def reset_frozen(self) -> None:
        """Reset the connections that were frozen."""

    def renew_certificate(self) -> str:
        """Serve a new certificate from now on; its SHA-256 in hex, blank without TLS."""


class Network:
    """Whether clients reach the gateway."""

    def __init__(self) -> None:
        self.door: Door | None = None
        """None in process, where there are no sockets to cut."""
        self.listening = True
        """False: the process is down, a connect is refused."""
        self.accepting = True
        """False: new connections hang."""
        self.epoch = 0
        """How often the process has gone down: a request of an earlier epoch is never answered."""
        self._accepts = asyncio.Event()
        self._accepts.set()

    def go_down(self) -> None:
        """Stop listening."""
        self.listening = False
        self.epoch += 1
        if self.door is not None:
            self.door.shut()

    def hang(self) -> None:
        """Accept no new connection, and refuse none."""
        self.accepting = False
        self._accepts.clear()
        if self.door is not None:
            self.door.stop_accepting()

    def come_up(self) -> None:
        """Listen and accept again."""
        self.listening = self.accepting = True
        self._accepts.set()
        if self.door is not None:
            self.door.open()

    async def accepted(self) -> None:
        """Wait, as a client does, while new connections hang."""
        await self._accepts.wait()
