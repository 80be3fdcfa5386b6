"""The folder of `ibtui sim --oauth DIR`: keys and tokens such as a registration at IBKR leaves with its client."""

from __future__ import annotations

import base64
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dh, padding, rsa

from ibtui.sim.oauth.primes import GENERATOR, PRIME, parameters_pem
from ibtui.sim.oauth.settings import write_settings

FIRST_PARTY = "IBTUITEST"
THIRD_PARTY = "TESTCONS"
SECRET_BYTES = 32
"""Length of a decrypted access token secret, as in IBKR's example of a prepend."""
THIRD_TOKEN, THIRD_SECRET = "third_party_access_token", "third_party_access_token_secret"
_TEXTS = ("consumer_key", "access_token", "access_token_secret")
_KEYS = ("signature", "encryption")
_OAUTH2_KEY, _OAUTH2_PUBLIC = "oauth2_private.pem", "oauth2_public.pem"
_DH = "dhparam.pem"
NEEDED = (
    *_TEXTS,
    *(f"{kind}_{name}.pem" for name in _KEYS for kind in ("private", "public")),
    _DH,
    _OAUTH2_KEY,
    _OAUTH2_PUBLIC,
)
_KEY_BITS = 2048


class FolderError(ValueError):
    """The folder cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Registration:
    """What the server knows of its one client."""

    folder: Path
    consumer_key: str
    access_token: str
    secret: bytes
    """The access token's, decrypted."""
    signature_key: rsa.RSAPublicKey
    encryption_key: rsa.RSAPublicKey
    oauth2_key: rsa.RSAPublicKey
    prime: int
    generator: int
    third_party: tuple[str, bytes] | None
    """Access token and secret of the third-party consumer, once it has them."""

    def encrypted(self, secret: bytes) -> str:
        """An access token secret as the client gets it: RSAES-PKCS1-v1_5, base64."""
        return base64.b64encode(self.encryption_key.encrypt(secret, padding.PKCS1v15())).decode()

    def keep_third_party(self, token: str, secret: bytes) -> str:
        """Write what the third-party consumer was given; the encrypted secret."""
        encrypted = self.encrypted(secret)
        _write(self.folder / THIRD_TOKEN, f"{token}\n".encode())
        _write(self.folder / THIRD_SECRET, f"{encrypted}\n".encode())
        return encrypted


def open_folder(folder: Path, base_url: str) -> Registration:
    """The folder's registration, made if the folder is empty; its TOML pieces are written for this base URL.

    Raises FolderError where a file is missing, cannot be used, read or written.
    """
    try:
        return _opened(folder.absolute(), base_url)
    except OSError as error:
        raise FolderError(f"{error.filename or folder} cannot be used: {error.strerror or error}") from error


def _opened(folder: Path, base_url: str) -> Registration:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        _make(folder)
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise FolderError(f"{folder} is not empty and lacks {', '.join(missing)}; name an empty folder")
    registration = _read(folder)
    for name, text in write_settings(folder, base_url, registration.consumer_key, registration.access_token):
        _write(folder / name, text.encode())
    return registration


def _make(folder: Path) -> None:
    public = {}
    for name in _KEYS:
        private = rsa.generate_private_key(65537, _KEY_BITS)
        public[name] = private.public_key()
        _write(folder / f"private_{name}.pem", _private_pem(private))
        _write(folder / f"public_{name}.pem", _public_pem(public[name]))
    client = rsa.generate_private_key(65537, _KEY_BITS)
    _write(folder / _OAUTH2_KEY, _private_pem(client))
    _write(folder / _OAUTH2_PUBLIC, _public_pem(client.public_key()))
    _write(folder / _DH, parameters_pem(PRIME, GENERATOR))
    secret = public["encryption"].encrypt(secrets.token_bytes(SECRET_BYTES), padding.PKCS1v15())
    texts = (FIRST_PARTY, secrets.token_hex(10), base64.b64encode(secret).decode())
    for name, text in zip(_TEXTS, texts, strict=True):
        _write(folder / name, f"{text}\n".encode())


def _read(folder: Path) -> Registration:
    consumer_key, access_token, encrypted = (_text(folder / name) for name in _TEXTS)
    encryption = _private_key(folder / "private_encryption.pem")
    parameters = _parameters(folder / _DH)
    third = (folder / THIRD_TOKEN), (folder / THIRD_SECRET)
    given = all(path.is_file() for path in third)
    return Registration(
        folder,
        consumer_key,
        access_token,
        _decrypted(encryption, encrypted, folder / "access_token_secret"),
        _public_key(folder / "public_signature.pem"),
        _public_key(folder / "public_encryption.pem"),
        _public_key(folder / _OAUTH2_PUBLIC),
        parameters.p,
        parameters.g,
        (_text(third[0]), _decrypted(encryption, _text(third[1]), third[1])) if given else None,
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except UnicodeDecodeError:
        raise FolderError(f"{path} is not ASCII text") from None


def _private_key(path: Path) -> rsa.RSAPrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise FolderError(f"{path} is no private key in PEM: {error}") from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise FolderError(f"{path} is no RSA key")
    return key


def _public_key(path: Path) -> rsa.RSAPublicKey:
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except ValueError as error:
        raise FolderError(f"{path} is no public key in PEM: {error}") from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise FolderError(f"{path} is no RSA key")
    return key


def _parameters(path: Path) -> dh.DHParameterNumbers:
    try:
        return serialization.load_pem_parameters(path.read_bytes()).parameter_numbers()
    except ValueError as error:
        raise FolderError(f"{path} holds no Diffie-Hellman parameters in PEM: {error}") from error


def _decrypted(key: rsa.RSAPrivateKey, encrypted: str, path: Path) -> bytes:
    try:
        return key.decrypt(base64.b64decode(encrypted, validate=True), padding.PKCS1v15())
    except ValueError as error:
        raise FolderError(f"{path} cannot be decrypted with private_encryption.pem") from error


def _private_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public_pem(key: rsa.RSAPublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
