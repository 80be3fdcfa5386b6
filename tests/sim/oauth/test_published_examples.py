"""IBKR's own worked examples of OAuth 1.0a, as far as the documents hold them whole.

Sources: "Request Token" and "Live Session Token" of the Client Portal document, and "How to implement OAuth" of IBKR's
demo (damian-ib/cpapi-oauth-demos), all signed with the demo's key of the consumer TESTCONS. Not reproducible: the
document's access token (no known URL verifies it), and the how-to's live session token and snapshot, which lost digits.
"""

from __future__ import annotations

import base64

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from ibtui.sim.oauth.basestring import SignedRequest, base_string, candidates
from ibtui.sim.oauth.handshake import java_bytes, token_signature
from ibtui.sim.oauth.header import parse

DEMO_KEY = b"""-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvIuAKAfjiEM8+hJGL12S
5iivH+lwA94s3Pz80T9bdOXE6IHDWWBRGEn49j8gjmEoz4cPn1j8W8CaTNFgb+4v
S4fdM7hSCSWaMG9B0ripUKxiqitG66YxFGfvo8BcdI76A84hw7M6Ehm0p3pFhM5X
TUDpTzIulDpUgm/UXM5D3Se4Sct32NajQ2l/xZ1nFRspRddRQpfclPsnp5Vxv6kI
jD4BuTck6xu49rGb8zKcjJnlv6LBbV48taBi930WHfFDl3hBZ3FHnT2JuD0n96po
TCCuMEF+GAZTuIH28jFwiJkWRSfvjtkpKI4BE1QNaj29v6eLXPr53KyUAnTuyWh8
qQIDAQAB
-----END PUBLIC KEY-----
"""
PREPEND = "6882f47f7937851c4ffe5a95754b2ee80c60cf64c22f86a410be0f8b469e468f"
"""The document's access token secret, decrypted with the demo's encryption key."""
DOCUMENT_REQUEST_TOKEN = (
    'OAuth oauth_consumer_key="TESTCONS", oauth_signature_method="RSA-SHA256", oauth_signature="fnHGXncCkcnB3'
    "U3jYxjh%2BgUdo7PelK5NQGIedbDeAQgDtO02ccLVapH5QtpazS%2BKlwg7bJTAgxsM1T5QOox6IjBQJu91EJ%2FFVUCFtd8rNbRQNGb"
    "EWdibglWErBDuHY%2FVCLRHdCqAg9BhV%2BZ7FTY6oCT9HSQr6ZK%2FgNqTd58vpt5z8cPCoPHRJN4HzB54J5A4K7R7aEx9s1B5wqIer"
    "7fdVIzKb0KSSpP44Hx%2BGnLfZINfQHIrRCfFwbeGEvi31PF9ICWRIKZz5LxqX6OtT0Dze8LiZo7PnkrA5b0m9PR0cP1v6DSBVaSyJXB"
    'ITiml9Gyn2HuiexHjRJt85gPhNiU3VA%3D%3D", oauth_timestamp="1722886851", oauth_nonce="a568f4e3b0e161b0dcf18'
    '7331b8274be", oauth_callback="oob", realm="test_realm"'
)
DOCUMENT_LIVE_SESSION_TOKEN = (
    'OAuth diffie_hellman_challenge="5356ee6f78fc204b22e2012636d23116e4158ee84aa4451c4a8d3f595ec83434497073e2'
    "5697ab23cc912799dadeef39fe243d317f193659e488535a31dbcb814600ffad3fd76b076e7f1c54cf045395c1f01d982a358f32"
    "02dd6b546271498040f4687959b7b240bc6222902d24e1bf5de42ae0a46cc60f41f62a58d428932a92e5954e7980384a9e1e0b91"
    "8a35f0a838e0c4c3d0cb32db759b5cbda371e035740d9c0030b1619b61e928b8d12ca141bd3fe74ac10a835382125a57837c84b5"
    "bd1873bd118f92657b8dd45e48652093e5c0c3a5dacfb4d140e5672ddc05eb1d90bc29c433e744ae8950e96590668a9b8503e596"
    '780b14852be639ce3b5ba2c0", oauth_consumer_key="TESTCONS", oauth_token="e84c11dc149cb96ee5bb", oauth_sign'
    'ature_method="RSA-SHA256", oauth_signature="czbA1dRKJSBdwn5GYxAJQCmCAqfZ6dyOa%2FgmuY%2F5Lhub64cSeQUzKp8v'
    "GrF6afnXhCiIXnHsCTONK7uNbRu2V%2FE%2FziQ57BWfbAEzH98kQdWAlWqqmaxXBzbg%2Fr1AZDRP%2FYWrEggNvJaHjbkWaotcrAWp"
    "sfxVLcdc3Sl7kXmbFYN0u20MjLUD7q5yDrJT5TXw9JC2xvFimJj65WxqyICZizQUUrg35KRQKaxytQFdwqf5RS6B65gmoi7gHXZcDu2z"
    'DWGhe67bZKV8myd0isIJZBs8a5alGd33n7Y1V7pv5Ux9hFOEHEBzSaE3kn9dqw%2Fp5w%2Fl%2F0xiOQGpXWvPRVA2uA%3D%3D", oau'
    'th_timestamp="1722886871", oauth_nonce="e8181dd345bcc1a7237df79cd1b59219", realm="test_realm"'
)
HOWTO_REQUEST_TOKEN = (
    'OAuth realm="test_realm", oauth_callback="oob", oauth_consumer_key="TESTCONS", oauth_nonce="3Xa0XhqFEoXb'
    'ifYZUeflx6svQUDQsgB4", oauth_signature="KZohSaZYvwAKZr%2FKxlhYc145hV%2BNwok93%2BSlbza47RdycKPSOCxL9J2zH8'
    "AuG69MCasG0qWy1fCS2BB1vRwt%2BxThOsQmECk%2B8UGjPJU9JEwy9PHMEfT%2FJg7ieVIj8OrsAYhkGFDUlUfwn6Voh98MWqmZdcAF"
    "gv1RrfBFxGVvqBPKcC3sWw1SC7yEm9zNi%2FNpUgUmpX4W0z74NBoBIKYZw33z5sCMDSE8Zkitw4GBtVh3IR43bO6vyWDXc0d7u%2Fdc"
    'NEM2pI519kRPHmq%2FpsqgwUq6mt%2BVN5QxncWvTXUwB0wM%2FkRvXqfrHUl6jcCmDic4e2c2awndoOLAK%2FJl6II3dA%3D%3D", o'
    'auth_signature_method="RSA-SHA256",oauth_timestamp="1605211001"'
)
HOWTO_ACCESS_TOKEN = (
    'OAuth realm="test_realm", oauth_consumer_key="TESTCONS", oauth_nonce="B65wGkbQspBFN0lQjFZyIlr6ZA4T7iuw",'
    ' oauth_signature="LhSvlaMU943AT2MO660T4f7SnbchCQkfJJTJ4S6PVsG%2FMtWp3o5kAksxxgIF6MA9ZPEZ34vMac52P5Yg0dMB'
    "gnZKYeJKWM1Cfo3G%2FzJTWQ4vo%2FOOeS3Zvvpt057YbT6NdRSRbylxW7s0aEMWo518BaFUwUzhLT%2FUjyJVXwdu9q6sNc0gcEbEUP"
    "gRVKi3YLd%2FBn%2FySG7cMWeEnuHVgzoBKaeVKO6MiiUl8e6WOlWPB5eiOQ0ny%2BoTGIhVPoQhfdCW91GqP6ZxwEJTp4hwFy8skpv9"
    'D3KLB7nHEDYZDzNsxReBBHH339JPtEvQgCV9qW2TZ1FRb%2FEeBeGd1uW1gpdXkg%3D%3D", oauth_signature_method="RSA-SHA'
    '256", oauth_timestamp="1605211316", oauth_token="98cb431e61ae03817f6a",oauth_verifier="4e253ee389df74010'
    'b6b"'
)
HOWTO_BASE_STRING = (
    "POST&https%3A%2F%2Fapi.ibkr.com%2Fv1%2Fapi%2Foauth%2Fsession_token&device_id%3DCCCCCC95%7C48-DF-37-57-33"
    "-80%26oauth_consumer_key%3DTESTCONS%26oauth_nonce%3DmQfUqcZD3TjC5RNguaYVQwOXfFyCgt0m%26oauth_signature_m"
    "ethod%3DRSA-SHA256%26oauth_timestamp%3D1605211475%26oauth_token%3Deb31c080cc0bd45b2f55%26username%3D"
)


def verified(header: str, path: str, prepend: str = "") -> bool:
    key = serialization.load_pem_public_key(DEMO_KEY)
    assert isinstance(key, rsa.RSAPublicKey)
    parts, request = parse(header), SignedRequest("POST", f"/v1/api/oauth/{path}", "")
    for _variant, text in candidates(request, ["https://api.ibkr.com"], parts.parameters, "strict", prepend):
        try:
            key.verify(parts.signature, text, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            continue
        return True
    return False


@pytest.mark.parametrize(
    ("header", "path", "prepend"),
    [
        (DOCUMENT_REQUEST_TOKEN, "request_token", ""),
        (DOCUMENT_LIVE_SESSION_TOKEN, "live_session_token", PREPEND),
        (HOWTO_REQUEST_TOKEN, "request_token", ""),
        (HOWTO_ACCESS_TOKEN, "access_token", ""),
    ],
)
def test_a_published_signature_is_verified_and_only_for_its_own_path(header: str, path: str, prepend: str) -> None:
    assert verified(header, path, prepend)
    assert not verified(header, "elsewhere", prepend)


def test_the_prepend_belongs_to_the_live_session_token() -> None:
    assert not verified(DOCUMENT_LIVE_SESSION_TOKEN, "live_session_token")


def test_the_published_base_string_holds_raw_values_encoded_once() -> None:
    parameters = {
        "device_id": "CCCCCC95|48-DF-37-57-33-80",
        "oauth_consumer_key": "TESTCONS",
        "oauth_nonce": "mQfUqcZD3TjC5RNguaYVQwOXfFyCgt0m",
        "oauth_signature_method": "RSA-SHA256",
        "oauth_timestamp": "1605211475",
        "oauth_token": "eb31c080cc0bd45b2f55",
        "username": "",
    }
    url = "https://api.ibkr.com/v1/api/oauth/session_token"
    assert base_string("POST", url, list(parameters.items())) == HOWTO_BASE_STRING


def test_the_published_live_session_token_has_the_published_signature() -> None:
    token = base64.b64decode("YBWbLw+9RYP2nWrPQHxHZkBb1aM=")
    # The how-to prints it in full without its last digit and shortened with it: 54...f4.
    assert token_signature(token, "TESTCONS") == "543c55477d6cbb0e792d1e4f8111cec7305ba3f" + "4"


def test_the_published_numbers_get_their_sign_bit() -> None:
    assert (java_bytes(0xFF), java_bytes(0x7F)) == (b"\x00\xff", b"\x7f")
