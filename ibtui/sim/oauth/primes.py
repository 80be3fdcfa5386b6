"""The Diffie-Hellman prime of the fixtures; anyone's dhparam.pem may hold another one."""

from __future__ import annotations

import base64

GENERATOR = 2
"""IBKR always uses 2 ("Diffie-Hellman Challenge")."""
PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AACAA68FFFFFFFFFFFFFFFF",
    16,
)
"""The 2048-bit MODP group of RFC 3526 §3: a safe prime, at hand without the seconds that making one takes."""
_SEQUENCE, _INTEGER = 0x30, 0x02
"""DER tags."""


def parameters_pem(prime: int, generator: int) -> bytes:
    """A `dhparam.pem` as `openssl dhparam` writes it: PKCS#3, the two numbers alone.

    Written here because cryptography adds the subgroup's order to a group it knows and writes X9.42 instead.
    """
    body = _integer(prime) + _integer(generator)
    text = base64.b64encode(_tagged(_SEQUENCE, body)).decode()
    lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return f"-----BEGIN DH PARAMETERS-----\n{lines}\n-----END DH PARAMETERS-----\n".encode()


def _integer(number: int) -> bytes:
    return _tagged(_INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _tagged(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 128 + len(length)]) + length + content
