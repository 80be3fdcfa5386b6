"""New keys, as `openssl genrsa` and `openssl dhparam` would make them."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dh, rsa

from ibtui.protocol.oauth.keys import IBKR_GENERATOR, LEAST_PRIME_BITS, LEAST_RSA_BITS
from ibtui.transport.oauth.keyfiles import write_key

PUBLIC_EXPONENT = 65537
GROUP_14 = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
    "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6"
    "49286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D"
    "670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
    "3995497CEA956AE515D2261898FA051015728E5A8AACAA68FFFFFFFFFFFFFFFF",
    16,
)
"""The 2048-bit group of RFC 3526, whose prime is proven safe; its generator is 2, as IBKR wants it."""


def make_pair(folder: Path, name: str) -> tuple[Path, Path]:
    """`private_<name>.pem` (0600) and `public_<name>.pem` in the folder. Raises ConfigError; overwrites nothing."""
    key = rsa.generate_private_key(PUBLIC_EXPONENT, LEAST_RSA_BITS)
    private, public = folder / f"private_{name}.pem", folder / f"public_{name}.pem"
    no_password = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    write_key(private, key.private_bytes(serialization.Encoding.PEM, form, no_password))
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    write_key(public, key.public_key().public_bytes(serialization.Encoding.PEM, spki), is_secret=False)
    return private, public


def make_dh(folder: Path, *, own_prime: bool) -> Path:
    """`dhparam.pem` in the folder: RFC 3526's group at once, or a new prime, which takes up to some minutes."""
    parameters = (
        dh.generate_parameters(IBKR_GENERATOR, LEAST_PRIME_BITS)
        if own_prime
        else dh.DHParameterNumbers(GROUP_14, IBKR_GENERATOR).parameters()
    )
    file = folder / "dhparam.pem"
    pem = parameters.parameter_bytes(serialization.Encoding.PEM, serialization.ParameterFormat.PKCS3)
    write_key(file, pem, is_secret=False)
    return file
