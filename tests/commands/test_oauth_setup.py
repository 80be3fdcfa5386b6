"""`ibtui oauth setup` from plain pipes: each piece is checked as it is given, nothing is written unasked."""

from __future__ import annotations

import io
import stat
import tomllib
import warnings
from getpass import GetPassWarning
from pathlib import Path

import httpx
import pytest

from ibtui.commands.oauth_setup import written
from ibtui.commands.oauth_setup.console import Console
from ibtui.commands.oauth_setup.trial import Trial
from ibtui.commands.oauth_setup.walk import Walk
from ibtui.config import DIRECT_URL, OAuthSettings, load
from ibtui.errors import ConfigError, UsageError
from ibtui.protocol.oauth import keys
from ibtui.protocol.oauth.secret import Secret
from ibtui.transport.oauth import keychain
from ibtui.transport.oauth.keyfiles import write_key
from ibtui.transport.pins import Pins
from tests.fakes.clock import ManualClock
from tests.protocol.oauth.material import dh_pem, key, private_pem, public_pem, read_once, sealed
from tests.transport.oauth.ibkr import ACCESS_TOKEN, CONSUMER_KEY, Ibkr

THIRD_PARTY = {
    "/v1/api/oauth/request_token": {"oauth_token": "e0d75b4c5c1d2c0f2af7"},
    "/v1/api/oauth/access_token": {"is_paper": True, "oauth_token": ACCESS_TOKEN, "oauth_token_secret": sealed()},
}


@pytest.fixture(autouse=True)
def keys_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library proves a key when it reads it, which takes a tenth of a second each time."""
    monkeypatch.setattr(keys, "private_key", read_once)


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keychain, "is_there", lambda: False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Everything the portal and openssl gave."""
    for name in ("signature", "encryption"):
        write_key(tmp_path / f"private_{name}.pem", private_pem(key(name)))
        write_key(tmp_path / f"public_{name}.pem", public_pem(key(name)), is_secret=False)
    write_key(tmp_path / "dhparam.pem", dh_pem(), is_secret=False)
    write_key(tmp_path / "access_token_secret", sealed().encode())
    return tmp_path


class Setup:
    """One walk with these answers, against a small IBKR."""

    def __init__(self, folder: Path, *answers: str, known: OAuthSettings | None = None) -> None:
        self.clock = ManualClock()
        self.ibkr = Ibkr(self.clock)
        self.out = io.StringIO()
        self.file = folder / "config.toml"
        console = Console(io.StringIO("".join(f"{answer}\n" for answer in answers)), self.out)
        transport = httpx.MockTransport(self.answer)
        trial = Trial(DIRECT_URL, Pins(None), self.clock, console, transport=transport)
        self.walk = Walk(known or OAuthSettings(), DIRECT_URL, self.file, console, trial, self.clock)

    def answer(self, request: httpx.Request) -> httpx.Response:
        body = THIRD_PARTY.get(request.url.path)
        return self.ibkr(request) if body is None else httpx.Response(200, json=body)

    @property
    def said(self) -> str:
        return self.out.getvalue()


def first_party(folder: Path, *, write: str = "y") -> list[str]:
    """1.0a, keys where they usually are, token and secret from the portal."""
    return ["1.0a", CONSUMER_KEY, str(folder), "y", "", "", "", "first", "y", ACCESS_TOKEN, "", write]


def test_a_first_party_is_led_to_a_configuration_that_works(folder: Path) -> None:
    setup = Setup(folder, *first_party(folder))
    assert setup.walk.run() == 0
    for words in (
        "ok  consumer key; realm limited_poa",
        "ok  private RSA key, 2048 bits, closed to others, fits public_signature.pem",
        "fits public_encryption.pem",
        "ok  prime of 2048 bits, generator 2",
        "ok  the access token secret opens with the encryption key",
        "ok  token: given and proven, good for 24.0 h",
        "ok  tickle: answered; the token signs",
    ):
        assert words in setup.said
    settings = load(setup.file, required=True, environment={}, flags={})
    assert settings.base_url == DIRECT_URL
    assert settings.oauth.consumer_key == CONSUMER_KEY
    assert settings.oauth.signature_key_file == str(folder / "private_signature.pem")
    assert settings.oauth.access_token == ACCESS_TOKEN
    assert ACCESS_TOKEN not in setup.said
    assert f'access_token = "…{ACCESS_TOKEN[-4:]}"' in setup.said
    assert stat.S_IMODE(setup.file.stat().st_mode) == 0o600


def test_the_configured_access_token_is_kept_by_enter_and_its_file_closed_to_others(folder: Path) -> None:
    answers = first_party(folder)
    answers[9:10] = ["two words", ""]
    setup = Setup(folder, *answers, known=OAuthSettings(access_token=ACCESS_TOKEN))
    setup.file.write_text('theme = "ibtui-dark"\n')
    setup.file.chmod(0o644)
    assert setup.walk.run() == 0
    assert "no  one word of letters and digits is needed" in setup.said
    assert tomllib.loads(setup.file.read_text())["oauth"]["access_token"] == ACCESS_TOKEN
    assert stat.S_IMODE(setup.file.stat().st_mode) == 0o600
    assert ACCESS_TOKEN not in setup.said


def test_without_a_yes_nothing_is_written(folder: Path) -> None:
    setup = Setup(folder, *first_party(folder, write="n"))
    before = sorted(folder.iterdir())
    assert setup.walk.run() == 0
    assert sorted(folder.iterdir()) == before
    assert '[oauth]\nversion = "1.0a"' in setup.said


def test_a_piece_that_is_wrong_is_asked_for_again_with_the_reason(folder: Path) -> None:
    open_file = folder / "open.pem"
    write_key(open_file, private_pem(key("signature")))
    open_file.chmod(0o644)
    stranger = folder / "stranger" / "private_signature.pem"
    write_key(stranger, private_pem(key("stranger")))
    write_key(stranger.with_name("public_signature.pem"), public_pem(key("signature")), is_secret=False)
    group = folder / "group.pem"
    write_key(group, dh_pem())
    wrong = [folder / "none.pem", open_file, group, stranger]
    answers = first_party(folder)
    answers[4:5] = [*map(str, wrong), str(folder / "private_signature.pem")]
    setup = Setup(folder, *answers)
    assert setup.walk.run() == 0
    for words in (
        "none.pem does not exist",
        f"type: chmod 600 {open_file}",
        "this is a Dh Parameters; a PEM with a private RSA key is needed",
        "public_signature.pem is not its public key",
    ):
        assert words in setup.said
    assert setup.said.count("  no  ") == 4


def test_a_secret_typed_is_checked_and_kept_closed_and_never_shown(folder: Path) -> None:
    new = folder / "new_secret"
    answers = first_party(folder)
    answers[10:11] = [str(new), sealed(name="signature"), str(new), sealed()]
    setup = Setup(folder, *answers)
    assert setup.walk.run() == 0
    assert "does not open with this encryption key" in setup.said
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    assert new.read_text().strip() == sealed()
    assert sealed()[:20] not in setup.said
    assert sealed()[:20] not in setup.file.read_text()


def test_a_third_party_user_logs_in_with_a_browser(folder: Path) -> None:
    (folder / "access_token_secret").unlink()
    address = "https://localhost:20000/?oauth_token=e0d75b4c5c1d2c0f2af7&oauth_verifier=1e1dc5666e87ca5a18e0"
    answers = ["1.0a", CONSUMER_KEY, str(folder), "y", "", "", "", "third", "http://x/", address, "", "y"]
    setup = Setup(folder, *answers)
    assert setup.walk.run() == 0
    assert "https://www.interactivebrokers.com/authorize?oauth_token=e0d75b4c5c1d2c0f2af7" in setup.said
    assert "no  there is no oauth_verifier in that" in setup.said
    assert "ok  access token: given, of a paper account" in setup.said
    assert stat.S_IMODE((folder / "access_token_secret").stat().st_mode) == 0o600
    assert tomllib.loads(setup.file.read_text())["oauth"]["access_token"] == ACCESS_TOKEN
    assert ACCESS_TOKEN not in setup.said


def test_keys_are_made_closed_to_others_and_the_walk_can_end_there(tmp_path: Path) -> None:
    made = tmp_path / "keys"
    setup = Setup(tmp_path, "1.0a", CONSUMER_KEY, str(made), "n", "n", "", "", "", "first", "n", "y")
    assert setup.walk.run() == 1
    assert "Upload public_signature.pem" in setup.said
    assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in made.iterdir()} == {
        "private_signature.pem": 0o600,
        "public_signature.pem": 0o644,
        "private_encryption.pem": 0o600,
        "public_encryption.pem": 0o644,
        "dhparam.pem": 0o644,
    }
    assert tomllib.loads(setup.file.read_text())["oauth"]["dh_param_file"] == str(made / "dhparam.pem")
    assert not setup.ibkr.asked


def test_a_refusal_is_told_and_the_exit_status_says_so(folder: Path) -> None:
    setup = Setup(folder, *first_party(folder, write="n"))
    setup.ibkr.refusal = httpx.Response(401, json={"error": "invalid consumer"})
    assert setup.walk.run() == 1
    assert "no  Not logged in: IBKR does not know the consumer key yet" in setup.said


def test_oauth_2_is_asked_for_and_marked_beta(folder: Path) -> None:
    write_key(folder / "private_client.pem", private_pem(key("client")))
    setup = Setup(folder, "2.0", "my-client", "", str(folder), "y", "", "ddowney2", "10.10.10.10", "y")
    assert setup.walk.run() == 0
    assert "OAuth 2.0 is beta" in setup.said
    oauth = load(setup.file, required=True, environment={}, flags={}).oauth
    assert (oauth.client_key_id, oauth.credential, oauth.ip) == ("main", "ddowney2", "10.10.10.10")


def test_secrets_move_into_the_keyring_when_it_is_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, Secret] = {}
    monkeypatch.setattr(keychain, "is_there", lambda: True)
    monkeypatch.setattr(keychain, "put", lambda owner, piece, secret: kept.__setitem__(f"{owner} {piece}", secret))
    answers = first_party(folder)
    answers.insert(-1, "y")
    setup = Setup(folder, *answers)
    assert setup.walk.run() == 0
    assert sorted(kept) == [f"{CONSUMER_KEY} {n}" for n in ("access_token_secret", "encryption_key", "signature_key")]
    assert kept[f"{CONSUMER_KEY} signature_key"].reveal().encode() == private_pem(key("signature"))
    oauth = tomllib.loads(setup.file.read_text())["oauth"]
    assert oauth["keyring"] is True
    assert oauth["signature_key_file"] == ""


def test_answers_that_end_too_soon_are_one_clear_error(folder: Path) -> None:
    setup = Setup(folder, *first_party(folder)[:6])
    with pytest.raises(UsageError, match="the answers ended before setup did"):
        setup.walk.run()
    assert not setup.file.exists()


def test_a_configuration_that_leads_to_the_gateway_is_pointed_out(folder: Path) -> None:
    setup = Setup(folder, *first_party(folder))
    setup.file.write_text('base_url = "https://localhost:5000/v1/api"\n')
    assert setup.walk.run() == 0
    assert f'Remove base_url = "https://localhost:5000/v1/api" from {setup.file}' in setup.said


def test_writing_keeps_every_other_key_and_comment_and_a_backup(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    before = (
        '# mine\ntheme = "ibtui-dark"  # dark\n\n[oauth]\nrealm = "x" # kept\nversion = "2.0"\n\n[keys]\nquit = "q"\n'
    )
    file.write_text(before)
    file.chmod(0o640)
    for number in (1, 2):
        backup = written.write(file, {"version": "1.0a", "consumer_key": 'A"\\B'})
        assert backup == tmp_path / f"config.toml.bak{number}"
    assert (tmp_path / "config.toml.bak1").read_text() == before
    after = file.read_text()
    assert "# mine" in after
    assert "# dark" in after
    assert "# kept" in after
    assert tomllib.loads(after) == {
        "theme": "ibtui-dark",
        "oauth": {"realm": "x", "version": "1.0a", "consumer_key": 'A"\\B'},
        "keys": {"quit": "q"},
    }
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


@pytest.mark.parametrize("before", ["theme = ", "oauth = 5\n", "[[oauth]]\nversion = '1.0a'\n"])
def test_a_file_that_cannot_be_understood_is_left_as_it_is(tmp_path: Path, before: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(before)
    with pytest.raises(ConfigError, match="left as it is"):
        written.write(file, {"version": "1.0a"})
    assert file.read_text() == before
    assert [one.name for one in tmp_path.iterdir()] == ["config.toml"]


def test_what_is_said_cannot_steer_the_terminal() -> None:
    out = io.StringIO()
    Console(io.StringIO("x\n"), out).say("a\x1b[2Jb\u202e\nc")
    assert out.getvalue() == "a?[2Jb?\nc\n"


class Terminal(io.StringIO):
    """Answers typed by hand."""

    def isatty(self) -> bool:
        return True


def test_a_secret_is_asked_without_echo_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def getpass(prompt: str) -> str:
        asked.append(prompt)
        return " hush "

    monkeypatch.setattr("getpass.getpass", getpass)
    out = io.StringIO()
    assert Console(Terminal(), out).ask_secret("Access token secret") == Secret("hush")
    assert asked == ["Access token secret (not shown): "]
    assert "hush" not in out.getvalue()


def test_a_terminal_that_would_show_the_secret_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def getpass(prompt: str) -> str:
        warnings.warn("cannot control echo", GetPassWarning, stacklevel=1)
        return "hush"

    monkeypatch.setattr("getpass.getpass", getpass)
    with pytest.raises(UsageError, match="would show the secret"):
        Console(Terminal(), io.StringIO()).ask_secret("Access token secret")
