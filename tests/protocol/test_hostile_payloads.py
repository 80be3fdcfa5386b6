"""Whatever text stands anywhere in a payload: no decoder lets control, escape, bidi or invisible characters through."""

from __future__ import annotations

import dataclasses
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum

import msgspec
import pytest

from ibtui.errors import IbtuiError
from ibtui.protocol import (
    allocation,
    contracts,
    fyi,
    groups,
    history,
    market,
    notices,
    portfolio,
    rules,
    schedule,
    session,
    watchlists,
)
from ibtui.protocol.frames import decode_frame
from ibtui.protocol.oauth import assertions, steps
from ibtui.protocol.orders import answers, rows
from ibtui.transport import answers as transport_answers
from tests.protocol.payloads import WIRE

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Decoder = Callable[[bytes], object]

POISON = (
    " \x1b[31m\x1b[2J\x1b]0;owned\x07\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\\x9b31m\x9d0;c1\x9c\x85\x00\x08\r"
    "\x1bPq#0\x1b\\\x90x\x9c\x1b_apc\x1b\\ &#27;[2J &#x9b;2J &amp;#27;[2J \x7f\u2028\u2029\ue000 "
    "<img src=x>[red]x[/] \u061c\u200e\u202edesrever\u202c \u2066iso\u2069 \u200bzero\u200d\ufeffwidth\u00ad\U000e0041"
)
SURROGATE = "\ud800"
"""Half of a pair, as JSON can spell it; quick decoders refuse the whole body for it."""
KEY_POISON = "\x1b[31m\x9b\u202e\u200b\x07"
UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
BLOCKS = frozenset(
    {
        "Bulletin.bulletin_id",
        "Bulletin.text",
        "Disclaimer.text",
        "Fyi.body",
        "Notice.text",
        "Question.text",
        "Refusal.text",
        "WhatIf.error",
        "WhatIf.warning",
    }
)
"""Fields whose lines may be broken; every other text is one line."""
NEVER_SHOWN = frozenset({"Notice.wire_options"})
"""What goes back to the gateway as it came."""

ACCOUNT, CONID, NOW = "DU1234567", 265598, 1.0


def learned(body: bytes) -> object:
    return rules.decode_info_and_rules(body, CONID, is_buy=True)


DECODERS: Mapping[str, tuple[Decoder, ...]] = {
    "contracts/GET-iserver-contract-info-and-rules": (learned,),
    "contracts/GET-iserver-contract-info": (contracts.decode_contract,),
    "contracts/GET-iserver-currency-pairs": (contracts.decode_currency_pairs,),
    "contracts/GET-iserver-secdef-info": (contracts.decode_derivatives,),
    "contracts/GET-iserver-secdef-search": (lambda body: contracts.decode_search(body, "AAPL"),),
    "contracts/GET-iserver-secdef-strikes": (contracts.decode_strikes,),
    "contracts/GET-trsrv-all-conids": (schedule.decode_all_conids,),
    "contracts/GET-trsrv-futures": (contracts.decode_futures,),
    "contracts/GET-trsrv-secdef": (contracts.decode_definitions,),
    "contracts/GET-trsrv-secdef-schedule": (schedule.decode_schedule,),
    "contracts/GET-trsrv-stocks": (contracts.decode_stocks,),
    "contracts/POST-iserver-contract-rules": (lambda body: rules.decode_rules(body, CONID, is_buy=True),),
    "fyi/GET-fyi-deliveryoptions": (fyi.decode_delivery_options,),
    "fyi/GET-fyi-disclaimer": (fyi.decode_disclaimer,),
    "fyi/GET-fyi-notifications": (fyi.decode_notifications,),
    "fyi/GET-fyi-settings": (fyi.decode_settings,),
    "fyi/GET-fyi-unreadnumber": (fyi.decode_unread,),
    "fyi/POST-fyi": (fyi.decode_acknowledged,),
    "fyi/PUT-fyi": (fyi.decode_acknowledged, fyi.decode_marked),
    "market/GET-hmds-history": (
        lambda body: history.decode_history(body, CONID, period="1d", bar="1min", received=NOW),
    ),
    "market/GET-iserver-marketdata-history": (
        lambda body: history.decode_history(body, CONID, period="1d", bar="1min", received=NOW),
    ),
    "market/GET-iserver-marketdata-snapshot": (lambda body: market.decode_snapshot(body, received=NOW),),
    "market/GET-iserver-marketdata-unsubscribeall": (market.decode_unsubscribed,),
    "market/POST-iserver-marketdata-unsubscribe": (market.decode_unsubscribed,),
    "oauth/POST-oauth-access_token": (steps.decode_access_token,),
    "oauth/POST-oauth-live_session_token": (steps.decode_session_answer,),
    "oauth/POST-oauth-request_token": (steps.decode_request_token,),
    "oauth/POST-oauth2-token": (assertions.decode_bearer,),
    "orders/DELETE-iserver-account-order": (answers.decode_cancel,),
    "orders/GET-iserver-account-order-status": (
        lambda body: rows.decode_order_status(body, received=NOW, requested=NOW),
    ),
    "orders/GET-iserver-account-orders": (lambda body: rows.decode_live_orders(body, received=NOW, requested=NOW),),
    "orders/GET-iserver-account-trades": (rows.decode_trades,),
    "orders/POST-iserver-account-orders-whatif": (answers.decode_preview,),
    "orders/POST-iserver-account-order": (answers.decode_answer,),
    "orders/POST-iserver-questions": (answers.decode_cancel, notices.decode_prompt_answer),
    "orders/POST-iserver-reply": (answers.decode_answer,),
    "orders/REQUEST": (answers.decode_answer, notices.decode_prompt_answer),
    "portfolio/GET-iserver-account-pnl-partitioned": (lambda body: portfolio.decode_pnl(body, received=NOW),),
    "portfolio/GET-portfolio-accounts": (portfolio.decode_accounts,),
    "portfolio/GET-portfolio-allocation": (allocation.decode_allocation,),
    "portfolio/GET-portfolio-combo-positions": (lambda body: allocation.decode_combo_positions(body, ACCOUNT),),
    "portfolio/GET-portfolio-meta": (allocation.decode_meta,),
    "portfolio/POST-portfolio-allocation": (allocation.decode_allocation,),
    "portfolio/GET-portfolio-ledger": (lambda body: portfolio.decode_ledger(body, ACCOUNT),),
    "portfolio/GET-portfolio-position": (lambda body: portfolio.decode_positions(body, ACCOUNT),),
    "portfolio/GET-portfolio2-positions": (lambda body: portfolio.decode_positions(body, ACCOUNT),),
    "portfolio/GET-portfolio-subaccounts": (portfolio.decode_accounts,),
    "portfolio/GET-portfolio-summary": (lambda body: portfolio.decode_summary(body, ACCOUNT),),
    "portfolio/POST-portfolio-positions-invalidate": (lambda body: portfolio.decode_positions(body, ACCOUNT),),
    "session/GET-iserver-account-allocation-group": (groups.decode_groups,),
    "session/GET-iserver-accounts": (session.decode_accounts,),
    "session/GET-sso-validate": (session.decode_validation,),
    "session/POST-iserver-account": (session.decode_switch,),
    "session/POST-iserver-auth": (session.decode_status,),
    "session/POST-iserver-reauthenticate": (session.decode_reauthenticate,),
    "session/POST-logout": (session.decode_logout,),
    "session/POST-tickle": (session.decode_tickle,),
    "watchlists/DELETE-iserver-watchlist": (watchlists.decode_removed,),
    "watchlists/GET-iserver-watchlist": (watchlists.decode_watchlist,),
    "watchlists/GET-iserver-watchlists": (watchlists.decode_names,),
    "watchlists/POST-iserver-watchlist": (watchlists.decode_created,),
    "websocket/": (lambda body: decode_frame(body, received=NOW, generation=7, account=ACCOUNT),),
}
"""Decoders by the beginning of a payload's name, the longest that fits."""

PAYLOADS = sorted(path.relative_to(WIRE).as_posix().removesuffix(".json") for path in WIRE.glob("*/*.json"))


def decoders(name: str) -> tuple[Decoder, ...]:
    return DECODERS[max((known for known in DECODERS if name.startswith(known)), key=len)]


def error_words(body: bytes) -> str:
    return transport_answers.error_words(transport_answers.Response(400, body, {}))


def places(value: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where the scalars of a payload are, one element of each list standing for all."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*path, key))
    elif isinstance(value, list):
        for i, item in enumerate(value[:2]):
            yield from places(item, (*path, i))
    else:
        yield path


def changed(value: Json, path: tuple[str | int, ...], change: Callable[[Json], Json]) -> Json:
    """`value` with the scalar at `path` changed."""
    if not path:
        return change(value)
    head, rest = path[0], path[1:]
    if isinstance(value, dict):
        return {key: changed(item, rest, change) if key == head else item for key, item in value.items()}
    assert isinstance(value, list)
    return [changed(item, rest, change) if i == head else item for i, item in enumerate(value)]


def everywhere(value: Json, change: Callable[[Json], Json]) -> Json:
    if isinstance(value, dict):
        return {key: everywhere(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [everywhere(item, change) for item in value]
    return change(value)


def poisoned_keys(value: Json) -> Json:
    if isinstance(value, dict):
        return {key + KEY_POISON: poisoned_keys(item) for key, item in value.items()}
    return [poisoned_keys(item) for item in value] if isinstance(value, list) else value


def behind(value: Json) -> Json:
    return f"{'' if value is None else value}{POISON}"


def before(value: Json) -> Json:
    return f"{SURROGATE}{POISON}{'' if value is None else value}"


def behind_words(value: Json) -> Json:
    return behind(value) if isinstance(value, str) else value


def variants(payload: Json) -> Iterator[Json]:
    """The payload with every text poisoned, with its keys poisoned, and with each single field poisoned."""
    yield everywhere(payload, behind_words)
    yield everywhere(payload, before)
    yield poisoned_keys(payload)
    if isinstance(payload, dict):
        for key, item in payload.items():
            yield {**payload, key: poisoned_keys(item)}
    for path in places(payload):
        yield changed(payload, path, behind)
        yield changed(payload, path, before)


def texts(value: object, where: str) -> Iterator[tuple[str, str]]:
    """Every text inside a decoded value, with the class and field it stands in."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, IbtuiError):
        yield "an error", str(value)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from texts(getattr(value, name), f"{type(value).__name__}.{name}")
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from texts(getattr(value, field.name), f"{type(value).__name__}.{field.name}")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts(key, f"{where} key")
            yield from texts(item, where)
    elif isinstance(value, Iterable) and not isinstance(value, (bytes, Enum)):
        for item in value:
            yield from texts(item, where)


def unsafe(value: object, name: str) -> list[str]:
    """What is wrong with the texts of a decoded value."""
    found = []
    for where, text in texts(value, name):
        if where in NEVER_SHOWN:
            continue
        bad = {c for c in text if unicodedata.category(c) in UNSAFE and not (c == "\n" and where in BLOCKS)}
        if bad:
            found.append(f"{where} holds {sorted(map(ascii, bad))}: {text!r}")
    return found


def encoded(payload: Json) -> bytes:
    """As JSON whose escapes spell even lone surrogates."""
    return json.dumps(payload).encode()


@pytest.mark.parametrize("name", PAYLOADS)
def test_no_poison_passes_the_decoders_of_a_payload(name: str) -> None:
    payload = json.loads((WIRE / f"{name}.json").read_text(encoding="utf-8"))
    wrong: list[str] = []
    for variant in variants(payload):
        body = encoded(variant)
        for decoder in (*decoders(name), error_words):
            try:
                decoded = decoder(body)
            except IbtuiError as error:
                decoded = error
            wrong += unsafe(decoded, name)
    assert not wrong, "\n".join(sorted(set(wrong))[:20])


def test_the_poison_would_be_noticed_in_a_decoder_that_did_nothing() -> None:
    assert unsafe({"account": [POISON]}, "raw")
    assert unsafe({KEY_POISON: 1}, "raw")


def test_poisoned_payloads_are_decoded_and_not_all_refused() -> None:
    body = encoded(everywhere(json.loads((WIRE / "fyi/GET-fyi-notifications.json").read_text()), behind_words))
    (event, *_) = fyi.decode_notifications(body).fyis
    assert re.search(r"\[red\]x\[/\]", event.body)


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_body_that_is_no_json_is_quoted_safely(name: str) -> None:
    body = POISON.encode() + (WIRE / f"{name}.json").read_bytes()
    for decoder in (*decoders(name), error_words):
        try:
            decoded = decoder(body)
        except IbtuiError as error:
            decoded = error
        assert not unsafe(decoded, name)
