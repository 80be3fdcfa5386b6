"""Keys as they are on disk: PEM to private keys and Diffie-Hellman parameters, and what fits what."""

from __future__ import annotations

import base64
import binascii
import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.dh import DHParameters
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    load_pem_parameters,
    load_pem_private_key,
    load_pem_public_key,
)

from ibtui.protocol.oauth.exchange import DhParameters
from ibtui.protocol.oauth.secret import Secret

LEAST_RSA_BITS = 2048
LEAST_PRIME_BITS = 2048
"""IBKR's how-to has "two 2048-bit RSA public keys" and `openssl dhparam 2048`."""
IBKR_GENERATOR = 2
""" "Note that IB always uses generator = 2." """
DH_LABEL = b"BEGIN DH PARAMETERS"
_LABEL = re.compile(r"-----BEGIN ([A-Z0-9. ]+)-----")


def private_key(pem: bytes) -> RSAPrivateKey:
    """The RSA private key of a PEM text. Raises ValueError saying what the text is instead."""
    try:
        key = load_pem_private_key(pem, None)
    except TypeError as error:
        raise ValueError("the key has a passphrase; ibtui needs one without: openssl rsa -in OLD -out NEW") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError(f"{_kind(pem)}; a PEM with a private RSA key is needed") from error
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("this private key is not RSA")
    if key.key_size < LEAST_RSA_BITS:
        raise ValueError(f"the key has {key.key_size} bits; IBKR takes {LEAST_RSA_BITS}")
    return key


def public_key(pem: bytes) -> RSAPublicKey:
    """The RSA public key of a PEM text. Raises ValueError saying what the text is instead."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError(f"{_kind(pem)}; a PEM with a public RSA key is needed") from error
    if not isinstance(key, RSAPublicKey):
        raise ValueError("this public key is not RSA")
    return key


def dh_parameters(pem: bytes) -> DhParameters:
    """Prime and generator of `openssl dhparam`'s PEM. Raises ValueError when they are not what IBKR takes."""
    try:
        loaded = load_pem_parameters(pem)  # refuses what is no safe prime
    except (ValueError, UnsupportedAlgorithm) as error:
        words = "the parameters are damaged or their number is no prime" if DH_LABEL in pem else _kind(pem)
        raise ValueError(f"{words}; make them with: openssl dhparam -out dhparam.pem 2048") from error
    if not isinstance(loaded, DHParameters):
        raise ValueError("these parameters are not Diffie-Hellman's")
    numbers = loaded.parameter_numbers()
    if numbers.p.bit_length() < LEAST_PRIME_BITS:
        raise ValueError(f"the prime has {numbers.p.bit_length()} bits; IBKR takes {LEAST_PRIME_BITS}")
    if numbers.g != IBKR_GENERATOR:
        raise ValueError(f"the generator is {numbers.g}; IBKR uses {IBKR_GENERATOR}")
    return DhParameters(numbers.p, numbers.g)


def prepend_of(text: str, key: RSAPrivateKey) -> Secret:
    """The access token secret (base64, encrypted to the encryption key), decrypted, in hex ("Prepend").

    RSAES-PKCS1-v1_5 undone by hand: with a wrong key OpenSSL answers with random bytes on purpose, and here the person
    at the terminal must hear that the key is wrong. Raises ValueError.
    """
    try:
        sealed = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("the access token secret is no base64; copy the whole of it, with the = at its end") from error
    size = key.key_size // 8
    if len(sealed) != size:
        raise ValueError(f"the access token secret has {len(sealed)} bytes; for this encryption key it has {size}")
    numbers = key.private_numbers()
    opened = pow(int.from_bytes(sealed, "big"), numbers.d, numbers.public_numbers.n).to_bytes(size, "big")
    end = opened.find(b"\0", 2)
    if opened[:2] != b"\0\2" or end < 10 or end == size - 1:
        raise ValueError("the access token secret does not open with this encryption key; they are of different pairs")
    return Secret(opened[end + 1 :].hex())


def is_pair(private: RSAPrivateKey, public: RSAPublicKey) -> bool:
    """Whether the two belong together."""
    return private.public_key().public_numbers() == public.public_numbers()


def _kind(pem: bytes) -> str:
    """What a text seems to be, never a part of it."""
    found = _LABEL.search(pem.decode("ascii", errors="replace"))
    return f"this is a {found[1].title()}" if found else "this is no PEM"
