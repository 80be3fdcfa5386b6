"""The TOML pieces that make a client use the simulator with OAuth."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

CLIENT_ID = "ibtui-sim-client"
CLIENT_KEY_ID = "main"
"""The id of a client's only key ("main" in IBKR's demos of OAuth 2.0)."""
CREDENTIAL = "ibtuisim"
TOKEN_PATH = "/oauth2/api/v1/token"
SSO_PATH = "/gw/api/v1/sso-sessions"
REALM, TEST_REALM = "limited_poa", "test_realm"
"""Of registered consumers, and of TESTCONS ("Realm")."""
_NOTE = "# Written by `ibtui sim --oauth` at each start, for the base URL it listens on; changes here are lost.\n"


def write_settings(folder: Path, base_url: str, consumer_key: str, access_token: str) -> Iterator[tuple[str, str]]:
    """Name and text of each piece: first party, third party (not yet authorised) and OAuth 2.0."""
    origin = origin_of(base_url)
    files = {
        "signature_key_file": str(folder / "private_signature.pem"),
        "encryption_key_file": str(folder / "private_encryption.pem"),
        "dh_param_file": str(folder / "dhparam.pem"),
    }
    first = {
        "version": "1.0a",
        "consumer_key": consumer_key,
        "realm": REALM,
        "access_token": access_token,
        "access_token_secret_file": str(folder / "access_token_secret"),
        **files,
    }
    third = {"version": "1.0a", "consumer_key": "TESTCONS", "realm": TEST_REALM, **files}
    second = {
        "version": "2.0",
        "client_id": CLIENT_ID,
        "client_key_id": CLIENT_KEY_ID,
        "private_key_file": str(folder / "oauth2_private.pem"),
        "credential": CREDENTIAL,
        "token_url": f"{origin}{TOKEN_PATH}",
        "sso_url": f"{origin}{SSO_PATH}",
    }
    yield "ibtui.toml", _toml(base_url, first)
    yield "ibtui-third-party.toml", _toml(base_url, third)
    yield "ibtui-oauth2.toml", _toml(base_url, second)


def origin_of(base_url: str) -> str:
    """`https://127.0.0.1:5000` of `https://127.0.0.1:5000/v1/api`."""
    return base_url.removesuffix("/v1/api")


def _toml(base_url: str, oauth: Mapping[str, str]) -> str:
    # A JSON string is also a TOML basic string, as long as nothing outside ASCII is escaped into surrogates.
    rows = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in oauth.items())
    return f"{_NOTE}base_url = {json.dumps(base_url)}\n\n[oauth]\n{rows}"
