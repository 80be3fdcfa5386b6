"""Bytes in and out: HTTP, websocket, TLS trust."""
