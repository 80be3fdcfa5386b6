"""A websocket that takes in much at a time slice by slice, so that keys and screen get their turn between two.

What the kernel and TLS hand over at once may be a quarter of a megabyte, two thousand frames; the library takes all of
them apart before anything else happens, which is a tenth of a second.
"""

from __future__ import annotations

from collections import deque
from typing import Any, Final

from websockets.asyncio.client import ClientConnection

SLICE_BYTES: Final = 4 * 1024
"""About twenty-five quotes, less than a millisecond: a key takes several turns of the loop to its effect."""


class SlicedConnection(ClientConnection):
    """Hands the library one slice in each turn of the loop; an end of the stream comes after what was before it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - the library's own parameters
        super().__init__(*arguments, **options)
        self._slices: deque[bytes] = deque()

    def data_received(self, data: bytes) -> None:
        """Take in bytes of any length."""
        if not self._slices and len(data) <= SLICE_BYTES:
            super().data_received(data)
            return
        if not self._slices:
            self.loop.call_soon(self._next_slice)
        self._slices.extend(data[at : at + SLICE_BYTES] for at in range(0, len(data), SLICE_BYTES))

    def eof_received(self) -> None:
        """Take in the end."""
        self._all_slices()
        super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Take in the loss."""
        self._all_slices()
        super().connection_lost(exc)

    def _next_slice(self) -> None:
        if self._slices:
            super().data_received(self._slices.popleft())
        if self._slices:
            self.loop.call_soon(self._next_slice)

    def _all_slices(self) -> None:
        while self._slices:
            super().data_received(self._slices.popleft())
