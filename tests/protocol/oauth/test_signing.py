from __future__ import annotations

import base64
import string
from urllib.parse import unquote

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import given
from hypothesis import strategies as st

from ibtui.protocol.oauth.secret import Secret
from ibtui.protocol.oauth.signing import authorization, base_string, hmac_sha256, percent, rsa_sha256
from tests.protocol.oauth.material import key

URL = "https://api.ibkr.com/v1/api/iserver/marketdata/snapshot"
PARAMETERS = {"oauth_token": "aa11", "oauth_consumer_key": "TESTCONS", "oauth_nonce": "n", "oauth_timestamp": "16"}


def test_the_base_string_is_sorted_joined_raw_and_encoded_once() -> None:
    built = base_string("get", URL, PARAMETERS, (("fields", "31,84"), ("conids", "8314|x")))
    assert built == (
        "GET&https%3A%2F%2Fapi.ibkr.com%2Fv1%2Fapi%2Fiserver%2Fmarketdata%2Fsnapshot"
        "&conids%3D8314%7Cx%26fields%3D31%2C84%26oauth_consumer_key%3DTESTCONS%26oauth_nonce%3Dn"
        "%26oauth_timestamp%3D16%26oauth_token%3Daa11"
    )


def test_the_prepend_is_glued_in_front() -> None:
    assert base_string("POST", "https://a", {"k": "v"}, prepend="901c") == "901cPOST&https%3A%2F%2Fa&k%3Dv"


@given(st.text(max_size=60))
def test_percent_encoding_leaves_only_unreserved_letters_and_is_undone(text: str) -> None:
    encoded = percent(text)
    assert set(encoded) <= set(string.ascii_letters + string.digits + "-._~%")
    assert unquote(encoded) == text


@given(
    st.dictionaries(st.text(string.ascii_lowercase + "_", min_size=1), st.text(), min_size=1),
    st.lists(st.tuples(st.text(string.ascii_letters, min_size=1), st.text())),
)
def test_a_base_string_always_has_three_parts_and_the_third_is_the_sorted_list_encoded_once(
    parameters: dict[str, str], query: list[tuple[str, str]]
) -> None:
    parts = base_string("GET", URL, parameters, tuple(query)).split("&")
    assert len(parts) == 3
    assert unquote(parts[1]) == URL
    assert unquote(parts[2]) == "&".join(f"{k}={v}" for k, v in sorted([*parameters.items(), *query]))


def test_the_key_signs_with_pkcs1_and_sha256() -> None:
    signature = base64.b64decode(rsa_sha256("POST&a&b", key("signature")))
    key("signature").public_key().verify(signature, b"POST&a&b", padding.PKCS1v15(), hashes.SHA256())


def test_the_token_signs_with_hmac_keyed_by_its_bytes() -> None:
    # RFC 4231, test case 2
    token = Secret(base64.b64encode(b"Jefe").decode())
    mac = bytes.fromhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    assert hmac_sha256("what do ya want for nothing?", token) == base64.b64encode(mac).decode()


def test_the_header_holds_every_parameter_sorted_and_quoted() -> None:
    header = authorization({"oauth_token": "aa11", "diffie_hellman_challenge": "ff"}, "+/=", "limited_poa")
    assert header == (
        'OAuth diffie_hellman_challenge="ff", oauth_signature="%2B%2F%3D", oauth_token="aa11", realm="limited_poa"'
    )


def test_no_value_can_break_out_of_the_header() -> None:
    header = authorization({"oauth_consumer_key": 'A", x="\r\nHost: b'}, "s", "r")
    assert header.isprintable()
    assert header.count('"') == 6
