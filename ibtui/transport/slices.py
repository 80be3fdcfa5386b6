"""A websocket that takes in much at a time slice by slice, so that keys and screen get their turn between two.

What the kernel and TLS hand over at once may be a quarter of a megabyte, two thousand frames; the library takes all of
them apart before anything else happens, which is a tenth of a second. While a key is under way nothing is taken in:
it takes a dozen turns of the loop to its effect, and would wait for a slice in each of them.

Bytes are read into a buffer of the connection's own (`asyncio.BufferedProtocol`): for any other protocol asyncio takes
256 KiB from the system for each read, and over TLS for each look whether there is more, to give most of it back at
once; that was a sixth of the program's time at 5,000 frames a second, and tore holes into its memory.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, Final

from websockets.asyncio.client import ClientConnection

READ_BYTES: Final = 16 * 1024
"""Taken over in one turn of the loop: a record of TLS is no longer."""
SLICE_BYTES: Final = 4 * 1024
"""About twenty-five quotes, less than half a millisecond."""
SLICES_WAITING: Final = 128
"""Half a megabyte; while more waits nothing is read, so that the peer waits in its turn."""


class SlicedConnection(ClientConnection, asyncio.BufferedProtocol):
    """Hands the library one slice in each turn of the loop; an end of the stream comes after what was before it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - the library's own parameters
        super().__init__(*arguments, **options)
        self._room = memoryview(bytearray(READ_BYTES))
        self._slices: deque[bytes] = deque()
        self._turn: asyncio.Handle | None = None
        self._waits_until = 0.0
        """By the loop's clock."""
        self._is_full = False
        self._pauses = False
        """Whether the transport was told to read nothing."""

    def give_way(self, seconds: float) -> None:
        """Take in nothing for so long, nor have it decrypted; 0 goes on at once."""
        self._waits_until = self.loop.time() + seconds
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None
        if self._slices or seconds > 0:
            self._take_turn()
        self._read_or_pause()

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where bytes are to be read to, whatever their number."""
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        """Take in so many bytes that were read."""
        self.data_received(bytes(self._room[:nbytes]))

    def data_received(self, data: bytes) -> None:
        """Take in bytes of any length."""
        if not self._slices and len(data) <= SLICE_BYTES and self._waits_until <= self.loop.time():
            super().data_received(data)
            return
        self._slices.extend(data[at : at + SLICE_BYTES] for at in range(0, len(data), SLICE_BYTES))
        if self._turn is None:
            self._take_turn()
        if len(self._slices) > SLICES_WAITING:
            self._is_full = True
            self._read_or_pause()

    def eof_received(self) -> None:
        """Take in the end."""
        self._all_slices()
        super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Take in the loss."""
        self._all_slices()
        super().connection_lost(exc)

    def _take_turn(self) -> None:
        waits = self._waits_until > self.loop.time()
        loop = self.loop
        self._turn = loop.call_at(self._waits_until, self._next_slice) if waits else loop.call_soon(self._next_slice)

    def _next_slice(self) -> None:
        self._turn = None
        if self._slices:
            super().data_received(self._slices.popleft())
        if self._slices:
            self._take_turn()
        else:
            self._is_full = False
        self._read_or_pause()

    def _read_or_pause(self) -> None:
        pauses = self._is_full or self._waits_until > self.loop.time()
        if pauses == self._pauses:
            return
        self._pauses = pauses
        if pauses:
            self.transport.pause_reading()
        elif not self.recv_messages.paused:  # else it reads on by itself
            self.transport.resume_reading()

    def _all_slices(self) -> None:
        while self._slices:
            super().data_received(self._slices.popleft())
