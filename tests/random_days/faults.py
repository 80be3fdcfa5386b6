"""What the network does to a request, by name; the same names as the simulator's own faults where there are both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx

PAGE = b"<html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Fault:
    """How one request goes wrong."""

    name: str
    arrives: bool = True
    """Whether the gateway gets it."""
    status: int = 0
    """Of the page answered in place of the gateway's answer; 0 for none."""
    silence: int = 0
    """Seconds of the page's `Retry-After`, so that a day is not spent in the penalty box; 0 for none."""
    early: float = 0.0
    """Seconds under way before it arrives."""
    late: float = 0.0
    """Seconds the answer is held back."""
    ends: str = ""
    """`silent`: no answer ever; `reset`: the connection breaks; `cut`: it breaks within the body; `refused`: none is
    made; `dead`: the program is killed."""
    forgets: bool = False
    """Whether the gateway's open question is lost just before the request arrives."""


FAULTS = {
    fault.name: fault
    for fault in (
        Fault("not-connected", arrives=False, ends="refused"),
        Fault("lost-request", arrives=False, ends="silent"),
        Fault("lost-request-reset", arrives=False, ends="reset"),
        Fault("lost-answer", ends="silent"),
        Fault("lost-answer-reset", ends="reset"),
        Fault("reset-mid-body", ends="cut"),
        Fault("error-500", arrives=False, status=500),
        Fault("error-502", arrives=False, status=502),
        Fault("error-503", arrives=False, status=503),
        Fault("error-500-after", status=500),
        Fault("error-502-after", status=502),
        Fault("error-503-after", status=503),
        Fault("page-instead", arrives=False, status=200),
        Fault("page-instead-after", status=200),
        Fault("request-time-out-after", status=408),
        Fault("too-many", arrives=False, status=429, silence=30),
        Fault("session-lost", arrives=False, status=401),
        Fault("reply-expired", forgets=True),
        Fault("slow-answer", late=60.0),
        Fault("slow-request", early=12.0),
        Fault("very-slow-request", early=45.0),
        Fault("killed-before", arrives=False, ends="dead"),
        Fault("killed-on-the-way", early=0.5, ends="dead"),
        Fault("killed-after", ends="dead"),
    )
}
FOR_READS = ("lost-answer-reset", "reset-mid-body", "error-503", "slow-answer", "page-instead")
"""What happens to reading requests as well; a 429 or 401 would be another matter."""


class CutBody(httpx.AsyncByteStream):
    """Half a body, then nothing."""

    def __init__(self, body: bytes) -> None:
        self._half = body[: len(body) // 2]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._half
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")
