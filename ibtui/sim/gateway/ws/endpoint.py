"""The websocket as ASGI sees it: bytes in, bytes out, and the session a client says it belongs to."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import unquote

from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from ibtui.sim.gateway.answers import TextAnswer
from ibtui.sim.gateway.gateway import Gateway
from ibtui.sim.gateway.wire import encode
from ibtui.sim.gateway.ws.connection import Connection

GOING_AWAY = 1012
_NAMES = ("api", "x-sess-uuid")


async def serve_websocket(gateway: Gateway, socket: WebSocket) -> None:
    """Serve one client until it leaves, falls too far behind or is dropped."""
    if (refused := refusal(gateway)) is not None:
        await socket.send_denial_response(refused)
        return
    await socket.accept()
    connection = Connection(gateway, session_of(socket.headers.get("cookie", "")))
    gateway.connections.append(connection)
    writing = asyncio.create_task(_write(connection, socket))
    reading = asyncio.create_task(_read(connection, socket))
    try:
        await asyncio.wait((writing, reading), return_when=asyncio.FIRST_COMPLETED)
    finally:
        gateway.connections.remove(connection)
        writing.cancel()
        reading.cancel()
        await asyncio.gather(writing, reading, return_exceptions=True)


def refusal(gateway: Gateway) -> Response | None:
    """The answer to a handshake that an event of the day refuses."""
    if gateway.day.streams_refused:
        return Response("", 503)
    reply = gateway.day.refusal("GET", "/ws")
    if isinstance(reply, TextAnswer):
        return Response(reply.text, reply.status, media_type=reply.media_type)
    return None if reply is None else Response(encode(reply.payload), reply.status, media_type="application/json")


async def _read(connection: Connection, socket: WebSocket) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        data = message.get("bytes")
        connection.receive(text if text is not None else (data or b"").decode("utf-8", "replace"))


async def _write(connection: Connection, socket: WebSocket) -> None:
    try:
        while (frame := await connection.outbox.next()) is not None:
            await socket.send_bytes(frame)
        await socket.close(GOING_AWAY)
    except (WebSocketDisconnect, RuntimeError):
        # The client left while a frame was on its way; the reader ends the connection.
        return


def session_of(cookies: str) -> str:
    """Session id of `api={"session":"<id>"}`, `api=<id>` or `x-sess-uuid=<id>`; blank where there is none."""
    for part in cookies.split(";"):
        name, _, value = part.strip().partition("=")
        if name in _NAMES and value:
            return _session(unquote(value).strip())
    return ""


def _session(value: str) -> str:
    if not value.startswith("{"):
        return value.strip('"')
    try:
        named = json.loads(value)
    except ValueError:
        return ""
    return str(named.get("session", "")) if isinstance(named, dict) else ""
