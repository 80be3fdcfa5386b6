"""Requests and answers of OAuth 1.0a, from IBKR's document and its OpenAPI."""

from __future__ import annotations

import re

import pytest

from ibtui.errors import Garbled
from ibtui.protocol.oauth import steps
from ibtui.protocol.oauth.exchange import Challenge
from ibtui.protocol.oauth.secret import Secret
from ibtui.protocol.oauth.steps import DAY_SECONDS, Consumer, Stamp
from tests.protocol.oauth.material import ACCESS_SECRET, GROUP, key
from tests.protocol.payloads import payload

BASE = "https://api.ibkr.com/v1/api"
CONSUMER = Consumer("TESTCONS", "test_realm", key("signature"))
STAMP = Stamp("e8181dd345bcc1a7237df79cd1b59219", 1722886871)
NOW = 1_700_000_000.0


def fields(header: str) -> dict[str, str]:
    assert header.startswith("OAuth ")
    return dict(re.findall(r'(\w+)="([^"]*)"', header))


def test_the_request_token_is_asked_with_what_the_document_lists() -> None:
    sent = fields(steps.request_token_header(CONSUMER, BASE + steps.REQUEST_TOKEN, STAMP))
    documented = steps._object(payload("oauth/POST-oauth-request_token.parameters"))
    assert set(sent) == {*documented, "realm"}
    assert sent["oauth_callback"] == documented["oauth_callback"]
    assert sent["oauth_signature_method"] == documented["oauth_signature_method"]


def test_the_access_token_is_asked_with_what_the_document_lists() -> None:
    sent = fields(steps.access_token_header(CONSUMER, BASE + steps.ACCESS_TOKEN, STAMP, "47b6", "0102"))
    documented = steps._object(payload("oauth/POST-oauth-access_token.parameters"))
    assert set(sent) == {*documented, "realm"}
    assert (sent["oauth_token"], sent["oauth_verifier"]) == ("47b6", "0102")


def test_the_live_session_token_is_asked_with_what_the_document_lists() -> None:
    url = BASE + steps.LIVE_SESSION_TOKEN
    sent = fields(
        steps.session_token_header(CONSUMER, url, STAMP, "e84c", Secret(ACCESS_SECRET.hex()), Challenge(GROUP, 2**255))
    )
    documented = steps._object(payload("oauth/POST-oauth-live_session_token.parameters"))
    assert set(sent) == set(documented)
    assert sent["realm"] == documented["realm"]
    assert sent["oauth_timestamp"] == documented["oauth_timestamp"]
    assert sent["oauth_nonce"] == documented["oauth_nonce"]


def test_other_requests_are_signed_by_the_token_and_no_query_is_in_the_header() -> None:
    header = steps.request_header(CONSUMER, "GET", BASE + "/x", (("conids", "1"),), STAMP, "e84c", Secret("SmVmZQ=="))
    sent = fields(header)
    assert sent["oauth_signature_method"] == "HMAC-SHA256"
    assert "conids" not in sent
    assert header != steps.request_header(CONSUMER, "GET", BASE + "/x", (), STAMP, "e84c", Secret("SmVmZQ=="))


@pytest.mark.parametrize(
    ("name", "token"),
    [
        ("oauth/POST-oauth-request_token", "b9082d68cfef06b030de"),
        ("oauth/POST-oauth-request_token.openapi", "e0d75b4c5c1d2c0f2af7"),
    ],
)
def test_the_request_token_is_read(name: str, token: str) -> None:
    assert steps.decode_request_token(payload(name)) == token


@pytest.mark.parametrize(
    ("name", "is_paper"),
    [("oauth/POST-oauth-access_token", None), ("oauth/POST-oauth-access_token.openapi", True)],
)
def test_the_access_token_is_read(name: str, is_paper: bool | None) -> None:
    access = steps.decode_access_token(payload(name))
    assert len(access.token) == 20
    assert len(access.secret.reveal()) == 344
    assert access.is_paper is is_paper
    assert access.token not in repr(access)


def test_the_session_answer_is_read() -> None:
    answer = steps.decode_session_answer(payload("oauth/POST-oauth-live_session_token.openapi"))
    assert len(answer.response) == 512
    assert answer.signature == "712549e22ba937ab10bc8d571bd3a9c20c43d7cb"
    assert answer.expires == 1714669716.258


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"oauth_token":5}', b'{"oauth_token":"a b"}', b"{}"])
def test_an_answer_without_its_token_is_garbled(body: bytes) -> None:
    for decode in (steps.decode_request_token, steps.decode_access_token, steps.decode_session_answer):
        with pytest.raises(Garbled):
            decode(body)


@pytest.mark.parametrize(
    ("expires", "life"),
    [
        (NOW + 86_000, 86_000.0),
        (NOW, DAY_SECONDS),
        (NOW - 40, DAY_SECONDS),
        (NOW + 3, DAY_SECONDS),
        (None, DAY_SECONDS),
        (NOW + 9e9, DAY_SECONDS),
        (0.0, DAY_SECONDS),
    ],
)
def test_the_life_of_a_token_is_believed_only_as_an_end_within_a_day(expires: float | None, life: float) -> None:
    assert steps.life_of(expires, NOW, NOW - 5_000) == life
    assert steps.life_of(expires, None, NOW) == life


def test_an_end_soon_is_believed_only_by_ibkrs_own_clock() -> None:
    assert steps.life_of(NOW + 600, NOW, NOW) == 600
    assert steps.life_of(NOW + 600, None, NOW) == DAY_SECONDS


def test_the_user_is_sent_to_ibkrs_own_page_and_with_a_simulator_to_the_simulators() -> None:
    assert steps.authorize_url("aa11", BASE) == "https://www.interactivebrokers.com/authorize?oauth_token=aa11"
    assert steps.authorize_url("aa11", "https://127.0.0.1:5/v1/api") == "https://127.0.0.1:5/authorize?oauth_token=aa11"
    assert steps.authorize_url("a&b", "https://evil-ibkr.com/v1").startswith(
        "https://evil-ibkr.com/authorize?oauth_token=a%26b"
    )


@pytest.mark.parametrize(
    "pasted", ["f11e2c", " f11e2c\n", "http://localhost:20000/?oauth_token=dc75&oauth_verifier=f11e2c"]
)
def test_the_verifier_is_found_in_what_was_pasted(pasted: str) -> None:
    assert steps.verifier_of(pasted, "dc75") == "f11e2c"


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("", "no oauth_verifier"),
        ("http://localhost/?oauth_token=dc75", "no oauth_verifier"),
        ("http://localhost/?oauth_token=beef&oauth_verifier=f11e2c", "another request"),
        ("http://[", "."),
    ],
)
def test_anything_else_is_refused(pasted: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        steps.verifier_of(pasted, "dc75")


def test_the_realm_follows_the_consumer() -> None:
    assert (steps.realm_of("TESTCONS"), steps.realm_of("ABCDEFGHI")) == ("test_realm", "limited_poa")
