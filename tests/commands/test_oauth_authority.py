"""From the configuration to the authority: what is missing or wrong is named before anything starts."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ibtui.commands.authority import authority_of
from ibtui.config import DIRECT_URL, Config, OAuthSettings, load
from ibtui.errors import ConfigError
from ibtui.protocol.oauth import keys
from ibtui.protocol.oauth.secret import Secret
from ibtui.transport.oauth import keychain
from ibtui.transport.oauth.bearer import BearerAuthority
from ibtui.transport.oauth.keyfiles import write_key
from ibtui.transport.oauth.session_token import SessionTokenAuthority
from tests.protocol.oauth.material import dh_pem, key, private_pem, read_once, sealed


@pytest.fixture(autouse=True)
def keys_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library proves a key when it reads it, which takes a tenth of a second each time."""
    monkeypatch.setattr(keys, "private_key", read_once)


@pytest.fixture
def first_party(tmp_path: Path) -> OAuthSettings:
    for name in ("signature", "encryption"):
        write_key(tmp_path / f"{name}.pem", private_pem(key(name)))
    write_key(tmp_path / "dhparam.pem", dh_pem(), is_secret=False)
    write_key(tmp_path / "secret", sealed().encode())
    return OAuthSettings(
        version="1.0a",
        consumer_key="ABCDEFGHI",
        access_token="a1b2c3d4e5f6a7b8c9d0",
        access_token_secret_file=str(tmp_path / "secret"),
        signature_key_file=str(tmp_path / "signature.pem"),
        encryption_key_file=str(tmp_path / "encryption.pem"),
        dh_param_file=str(tmp_path / "dhparam.pem"),
    )


@pytest.fixture
def client(tmp_path: Path) -> OAuthSettings:
    write_key(tmp_path / "client.pem", private_pem(key("client")))
    return OAuthSettings(
        version="2.0",
        client_id="my-client",
        client_key_id="main",
        private_key_file=str(tmp_path / "client.pem"),
        credential="ddowney2",
        ip="10.10.10.10",
    )


def of(oauth: OAuthSettings, **changes: object) -> Config:
    return Config(base_url=DIRECT_URL, oauth=msgspec.structs.replace(oauth, **changes))


def test_without_a_version_the_gateway_is_used() -> None:
    assert authority_of(Config()) is None


def test_each_version_has_its_authority(first_party: OAuthSettings, client: OAuthSettings) -> None:
    assert isinstance(authority_of(of(first_party)), SessionTokenAuthority)
    assert isinstance(authority_of(of(client)), BearerAuthority)


@pytest.mark.parametrize(
    "name",
    [
        "consumer_key",
        "access_token",
        "access_token_secret_file",
        "signature_key_file",
        "encryption_key_file",
        "dh_param_file",
    ],
)
def test_a_missing_key_of_1_0a_is_named(first_party: OAuthSettings, name: str) -> None:
    with pytest.raises(ConfigError, match=rf"oauth\.{name} is missing; `ibtui oauth setup` asks for it") as caught:
        authority_of(of(first_party, **{name: ""}))
    assert caught.value.title == "Configuration"


@pytest.mark.parametrize("name", ["client_id", "client_key_id", "private_key_file", "credential", "ip", "token_url"])
def test_a_missing_key_of_2_0_is_named(client: OAuthSettings, name: str) -> None:
    with pytest.raises(ConfigError, match=rf"oauth\.{name} is missing"):
        authority_of(of(client, **{name: ""}))


def test_files_that_do_not_fit_are_named(first_party: OAuthSettings) -> None:
    swapped = of(first_party, dh_param_file=first_party.signature_key_file)
    with pytest.raises(ConfigError, match=r"oauth\.dh_param_file \(.*this is a Private Key"):
        authority_of(swapped)
    with pytest.raises(ConfigError, match=r"oauth\.access_token_secret_file: .*different pairs"):
        authority_of(of(first_party, encryption_key_file=first_party.signature_key_file))
    Path(first_party.signature_key_file).chmod(0o640)
    with pytest.raises(ConfigError, match=r"oauth\.signature_key_file: others can get at .*chmod 600"):
        authority_of(of(first_party))


def test_an_assertion_goes_to_no_plain_http_address(client: OAuthSettings) -> None:
    with pytest.raises(ConfigError, match=r"oauth\.sso_url .*http:// is allowed only to this machine"):
        authority_of(of(client, sso_url="http://example.com/gw/api/v1/sso-sessions"))


def test_on_this_machine_the_address_is_known(client: OAuthSettings) -> None:
    sso_url = "https://127.0.0.1:5/gw/api/v1/sso-sessions"
    assert isinstance(authority_of(of(client, ip="", sso_url=sso_url)), BearerAuthority)


def test_secrets_come_from_the_keyring_where_they_are_kept_there(
    first_party: OAuthSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = {
        "signature_key": private_pem(key("signature")).decode(),
        "encryption_key": private_pem(key("encryption")).decode(),
        "access_token_secret": sealed(),
    }
    asked: list[tuple[str, str]] = []

    def get(owner: str, piece: str) -> Secret:
        asked.append((owner, piece))
        return Secret(kept[piece])

    monkeypatch.setattr(keychain, "get", get)
    blank = {f"{name}_file": "" for name in kept}
    assert authority_of(of(first_party, keyring=True, **blank)) is not None
    assert sorted(asked) == [("ABCDEFGHI", name) for name in sorted(kept)]


def test_with_oauth_the_base_url_is_ibkrs_own_unless_one_is_set(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[oauth]\nversion = "1.0a"\n')

    def base_url(**given: str) -> str:
        return load(file, required=True, environment=given, flags={}).base_url

    assert base_url() == DIRECT_URL == "https://api.ibkr.com/v1/api"
    assert base_url(IBTUI_BASE_URL="https://localhost:5000/v1/api") == "https://localhost:5000/v1/api"
    assert base_url(IBTUI_OAUTH_VERSION="") == "https://localhost:5000/v1/api"
