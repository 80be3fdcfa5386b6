"""Keys made for the tests, once: never anybody's."""

from __future__ import annotations

import base64
from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from ibtui.protocol.oauth import keys
from ibtui.protocol.oauth.exchange import DhParameters, signed_bytes

keys_reader = keys.private_key
GROUP_14 = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
    "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6"
    "49286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D"
    "670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
    "3995497CEA956AE515D2261898FA051015728E5A8AACAA68FFFFFFFFFFFFFFFF",
    16,
)
"""RFC 3526, 2048 bits."""
GROUP = DhParameters(GROUP_14, 2)
ACCESS_SECRET = bytes(range(7, 39))
"""32 bytes, as IBKR's are; decrypted."""


@cache
def read_once(pem: bytes) -> rsa.RSAPrivateKey:
    """As `keys.private_key`, each text once."""
    return keys_reader(pem)


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """A private RSA key of 2048 bits for each name."""
    return rsa.generate_private_key(65537, 2048)


def private_pem(private: rsa.RSAPrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_pem(private: rsa.RSAPrivateKey) -> bytes:
    return private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def dh_pem(prime: int = GROUP_14, generator: int = 2) -> bytes:
    """As `openssl dhparam` writes it, also what the library would refuse to make."""
    numbers = _der(2, signed_bytes(prime)) + _der(2, signed_bytes(generator))
    text = base64.encodebytes(_der(0x30, numbers)).decode("ascii")
    return f"-----BEGIN DH PARAMETERS-----\n{text}-----END DH PARAMETERS-----\n".encode()


def _der(tag: int, content: bytes) -> bytes:
    length = len(content)
    head = bytes([length]) if length < 128 else bytes([0x82]) + length.to_bytes(2, "big")
    return bytes([tag]) + head + content


@cache
def sealed(secret: bytes = ACCESS_SECRET, name: str = "encryption") -> str:
    """The access token secret as the portal gives it: encrypted to the encryption key, base64."""
    return base64.b64encode(key(name).public_key().encrypt(secret, padding.PKCS1v15())).decode("ascii")
