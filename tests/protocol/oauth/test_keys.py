from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from ibtui.protocol.oauth import keys
from ibtui.protocol.oauth.exchange import DhParameters
from ibtui.protocol.oauth.secret import Secret
from tests.protocol.oauth.material import ACCESS_SECRET, GROUP_14, dh_pem, key, private_pem, public_pem, sealed


def test_a_private_key_is_read_in_both_pem_forms() -> None:
    private = key("signature")
    old = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    for pem in (private_pem(private), old):
        assert keys.private_key(pem).private_numbers() == private.private_numbers()


def locked_pem() -> bytes:
    return key("signature").private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x")
    )


def elliptic_pem() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize(
    ("pem", "words"),
    [
        (b"", "this is no PEM"),
        (b"-----BEGIN NONSENSE", "this is no PEM"),
        (public_pem(key("signature")), "this is a Public Key"),
        (dh_pem(), "this is a Dh Parameters"),
        (locked_pem(), "passphrase"),
        (elliptic_pem(), "not RSA"),
        (private_pem(rsa.generate_private_key(65537, 1024)), "1024 bits"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 else "",
)
def test_what_is_no_private_rsa_key_is_refused_by_what_it_is(pem: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        keys.private_key(pem)


GROUP_1 = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
    "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A63A3620FFFFFFFFFFFFFFFF",
    16,
)
"""RFC 2409, 768 bits: a safe prime, too short."""


def test_the_dh_parameters_are_read() -> None:
    assert keys.dh_parameters(dh_pem()) == DhParameters(GROUP_14, 2)


@pytest.mark.parametrize(
    ("pem", "words"),
    [
        (private_pem(key("signature")), "this is a Private Key"),
        (dh_pem(generator=5), "generator is 5"),
        (dh_pem(prime=GROUP_1), "768 bits"),
        (dh_pem(prime=GROUP_14 - 2), "no prime"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 else "",
)
def test_dh_parameters_ibkr_would_not_take_are_refused(pem: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        keys.dh_parameters(pem)


def test_the_access_token_secret_opens_with_its_key_also_when_it_was_wrapped() -> None:
    text = sealed()
    assert keys.prepend_of(text, key("encryption")) == Secret(ACCESS_SECRET.hex())
    assert keys.prepend_of(f" {text[:60]}\n{text[60:]}\n", key("encryption")) == Secret(ACCESS_SECRET.hex())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (sealed(name="signature"), "different pairs"),
        (sealed()[:-3], "no base64"),
        (base64.b64encode(bytes(128)).decode(), "128 bytes"),
        ("é", "no base64"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 else "",
)
def test_a_secret_that_does_not_open_says_why(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        keys.prepend_of(text, key("encryption"))


def test_a_pair_is_told_from_strangers() -> None:
    public = keys.public_key(public_pem(key("signature")))
    assert keys.is_pair(key("signature"), public)
    assert not keys.is_pair(key("encryption"), public)
    with pytest.raises(ValueError, match="this is a Private Key"):
        keys.public_key(private_pem(key("signature")))
