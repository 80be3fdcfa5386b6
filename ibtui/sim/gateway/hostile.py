"""Text an attacker would send: every field a person reads carries it when the scenario is hostile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ibtui.sim.gateway.wire import Json

POISON = (
    " \x1b[31m\x1b[2J\x1b]0;owned\x07\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\\x9b31m\x9d0;c1\x9c\x85\x00\x08\r"
    "[red]x[/] [@click=app.quit]x[/] [bold][/][unclosed "
    "\u202edesrever\u202c \u2066iso\u2069 \u200bzero\u200d\ufeffwidth"
)
"""ANSI and OSC sequences, C0 and C1 controls, Rich and Textual markup, bidi marks and zero-width characters."""

RAW_BYTE = "\udc99"
"""Leaves `wire.encode` as the single byte 0x99, which is no UTF-8; only put into websocket frames."""

MEGABYTE = 1_000_000

_TEXT_KEYS = frozenset(
    {
        "58",
        "7051",
        "7219",
        "7220",
        "7280",
        "7281",
        "CREDENTIAL",
        "DT",
        "FD",
        "FN",
        "MD",
        "MS",
        "NM",
        "UI",
        "USER_NAME",
        "accountAlias",
        "accountTitle",
        "alias",
        "aliases",
        "category",
        "chineseName",
        "companyHeader",
        "companyName",
        "company_name",
        "contractDesc",
        "contract_description_1",
        "desc",
        "desc1",
        "desc2",
        "description",
        "description1",
        "displayName",
        "error",
        "exit_strategy_chart_description",
        "fail",
        "fullName",
        "group",
        "industry",
        "message",
        "messageOptions",
        "msg",
        "name",
        "options",
        "orderDesc",
        "order_description",
        "order_description_with_contract",
        "order_status_description",
        "sector",
        "sectorGroup",
        "text",
        "title",
        "username",
        "warn",
    }
)
_LONG_FYI = "SM"
_LONG_QUESTION = "o163"


def poison(payload: Json) -> Json:
    """The payload with POISON behind every text meant for people; one FYI body and one question are 1 MB long."""
    return _walk(payload, reads_as_text=False)


def unpoisoned(text: str) -> str:
    """Text a client gives back, without what `poison` put behind it."""
    return text.removesuffix(POISON)


def _walk(value: Json, *, reads_as_text: bool) -> Json:
    if isinstance(value, str):
        return value + POISON if reads_as_text and value else value
    if isinstance(value, Mapping):
        walked = {key: _walk(item, reads_as_text=key in _TEXT_KEYS or reads_as_text) for key, item in value.items()}
        return walked | _lengthened(value)
    if isinstance(value, Sequence):
        return [_walk(item, reads_as_text=reads_as_text) for item in value]
    return value


def _lengthened(value: Mapping[str, Json]) -> dict[str, Json]:
    if value.get("FC") == _LONG_FYI and "MD" in value:
        return {"MD": _long(str(value["MD"]))}
    identifiers = value.get("messageIds")
    if isinstance(identifiers, list) and _LONG_QUESTION in identifiers:
        return {"message": [_long("The price exceeds the Percentage constraint of 3%. ")]}
    return {}


def _long(text: str) -> str:
    unit = text.replace("\n", " ") + POISON
    return (unit * (MEGABYTE // len(unit) + 1))[:MEGABYTE]
