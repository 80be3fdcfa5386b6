from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from ibtui.errors import Garbled
from ibtui.protocol.oauth import assertions
from ibtui.protocol.oauth.assertions import Client
from ibtui.protocol.oauth.secret import Secret
from tests.protocol.oauth.material import key
from tests.protocol.payloads import payload

CLIENT = Client("my-client", "main", key("client"))
NOW = 1_700_000_000


def opened(jwt: Secret) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a JWT whose signature holds."""
    head, claims, signature = jwt.reveal().split(".")
    assert "=" not in jwt.reveal()
    raw = base64.urlsafe_b64decode(signature + "==")
    key("client").public_key().verify(raw, f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
    header, said = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in (head, claims))
    return header, said


def test_the_client_assertion_says_who_for_twenty_seconds() -> None:
    header, claims = opened(assertions.client_assertion(CLIENT, NOW))
    assert header == {"alg": "RS256", "typ": "JWT", "kid": "main"}
    assert claims == {"iss": "my-client", "sub": "my-client", "aud": "/token", "exp": NOW + 20, "iat": NOW - 10}


def test_the_session_is_asked_for_a_user_at_an_address_for_a_day() -> None:
    _, claims = opened(assertions.session_request(CLIENT, "ddowney2", "10.10.10.10", NOW))
    assert claims == {
        "ip": "10.10.10.10",
        "credential": "ddowney2",
        "iss": "my-client",
        "exp": NOW + 86_400,
        "iat": NOW,
    }


def test_the_token_is_asked_with_a_form() -> None:
    form = parse_qs(assertions.token_form(Secret("a.b.c")).decode())
    assert form == {
        "client_assertion_type": ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"],
        "client_assertion": ["a.b.c"],
        "grant_type": ["client_credentials"],
        "scope": ["sso-sessions.write"],
    }


def test_the_documented_answer_is_read() -> None:
    bearer = assertions.decode_bearer(payload("oauth/POST-oauth2-token.openapi"))
    assert bearer.token.reveal().startswith("eyJ0eXAiOiJKV1Qi")
    assert bearer.seconds == 86_399
    assert "eyJ0" not in repr(bearer)


def test_an_answer_may_leave_the_seconds_out() -> None:
    assert assertions.decode_bearer(b'{"active":true,"access_token":"eyJ0","token_type":"Bearer"}').seconds is None


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"access_token":""}', b'{"access_token":"a b"}', b'{"access_token":"a\\nX: y"}']
)
def test_an_answer_without_a_token_that_can_be_carried_is_garbled(body: bytes) -> None:
    with pytest.raises(Garbled):
        assertions.decode_bearer(body)
