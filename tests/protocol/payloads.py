"""Payloads of `tests/wire/`, named by area, endpoint or topic, and variant."""

from __future__ import annotations

from pathlib import Path

WIRE = Path(__file__).parent.parent / "wire"


def payload(name: str) -> bytes:
    """The body or frame in `tests/wire/<name>.json`."""
    return (WIRE / f"{name}.json").read_bytes()
