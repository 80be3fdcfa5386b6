"""Every payload is JSON and is read by a test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.protocol.payloads import WIRE

PAYLOADS = sorted(path.relative_to(WIRE).as_posix() for path in WIRE.glob("*/*.json"))
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.rglob("test_*.py"))


def test_the_payloads_are_there() -> None:
    assert {path.split("/")[0] for path in PAYLOADS} == {
        "contracts",
        "fyi",
        "market",
        "oauth",
        "orders",
        "portfolio",
        "session",
        "watchlists",
        "websocket",
    }


@pytest.mark.parametrize("path", PAYLOADS)
def test_a_payload_is_json(path: str) -> None:
    json.loads((WIRE / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PAYLOADS)
def test_a_payload_is_named_by_a_test(path: str) -> None:
    area, _, name = path.removesuffix(".json").partition("/")
    assert f'"{name}"' in TESTS or f'"{area}/{name}"' in TESTS
