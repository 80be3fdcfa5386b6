from __future__ import annotations

import base64
import hashlib
import hmac
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibtui.protocol.oauth.exchange import Challenge, DhParameters, proves, signed_bytes
from ibtui.protocol.oauth.secret import Secret
from tests.protocol.oauth.material import ACCESS_SECRET, GROUP, GROUP_14

THEIRS = 0xB0B0_1234_5678_9ABC << 190


def their_token(challenge: Challenge, secret: bytes) -> str:
    """As the server has it: from A and its own exponent."""
    shared = pow(int(challenge.public, 16), THEIRS, GROUP_14)
    raw = bytes.fromhex(f"{shared:x}" if len(f"{shared:x}") % 2 == 0 else f"0{shared:x}")
    if raw[0] & 0x80:
        raw = b"\0" + raw
    return base64.b64encode(hmac.new(raw, secret, hashlib.sha1).digest()).decode()


@pytest.mark.parametrize(("number", "raw"), [(0xFF, [0, 255]), (0x7F, [127]), (0x100, [1, 0]), (0x8000, [0, 128, 0])])
def test_numbers_have_room_for_a_sign(number: int, raw: list[int]) -> None:
    assert list(signed_bytes(number)) == raw


@given(st.integers(min_value=1, max_value=2**2100))
def test_numbers_are_as_short_as_twos_complement_allows(number: int) -> None:
    raw = signed_bytes(number)
    assert int.from_bytes(raw, "big", signed=True) == number
    assert len(raw) == 1 or raw[0] != 0 or raw[1] & 0x80


@given(st.integers(min_value=2**200, max_value=2**256 - 1))
@settings(max_examples=25)
def test_both_sides_come_to_the_same_token(exponent: int) -> None:
    challenge = Challenge(GROUP, exponent)
    response = f"{pow(2, THEIRS, GROUP_14):x}"
    assert challenge.live_session_token(response, Secret(ACCESS_SECRET.hex())) == Secret(
        their_token(challenge, ACCESS_SECRET)
    )


def test_the_challenge_is_lower_case_hex_without_leading_zeros() -> None:
    assert Challenge(DhParameters(0xFFFF, 2), 3).public == "8"
    assert Challenge(GROUP, 2**255 + 19).public == Challenge(GROUP, 2**255 + 19).public.lower()


@pytest.mark.parametrize("response", ["0", "1", f"{GROUP_14 - 1:x}", f"{GROUP_14:x}", "-5", "zz", ""])
def test_a_response_that_would_give_the_token_away_is_refused(response: str) -> None:
    with pytest.raises(ValueError, match=r"group|invalid literal"):
        Challenge(GROUP, 2**255).live_session_token(response, Secret(ACCESS_SECRET.hex()))


def test_the_proof_is_the_hmac_of_the_consumer_key() -> None:
    token = Secret(base64.b64encode(b"Jefe").decode())
    # RFC 2202, test case 2 for HMAC-SHA-1
    assert proves(token, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79", "what do ya want for nothing?")
    assert proves(token, "EFFCDF6AE5EB2FA2D27416D5F184DF9C259A7C79", "what do ya want for nothing?")
    assert not proves(token, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c78", "what do ya want for nothing?")
    assert not proves(token, "é", "TESTCONS")


def test_nothing_shows_what_is_secret() -> None:
    secret = Secret("hush-hush")
    for shown in (
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret:>20}",
        repr([secret]),
        repr(Challenge(GROUP, 77_777)),
    ):
        assert "hush" not in shown
        assert "77777" not in shown
    with pytest.raises(TypeError, match="not written down"):
        pickle.dumps(secret)
    assert not Secret("")
    assert secret != Secret("hush")
