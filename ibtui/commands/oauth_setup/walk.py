"""The walk itself: one piece after the other, each checked as it is given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ibtui.clock import Clock
from ibtui.commands import registration
from ibtui.commands.oauth_setup import making, written
from ibtui.commands.oauth_setup.console import Console
from ibtui.commands.oauth_setup.trial import Trial
from ibtui.config import DIRECT_URL, OAuthSettings
from ibtui.errors import ConfigError
from ibtui.protocol.oauth import keys, steps
from ibtui.protocol.oauth.exchange import DhParameters
from ibtui.protocol.oauth.secret import Secret
from ibtui.transport.oauth import keychain
from ibtui.transport.oauth.bearer import BearerAuthority
from ibtui.transport.oauth.keyfiles import read_key, write_key
from ibtui.transport.oauth.session_token import Registration, SessionTokenAuthority

Checked = TypeVar("Checked")
PORTAL = (
    "Upload public_signature.pem, public_encryption.pem and dhparam.pem to IBKR's self-service portal, generate the\n"
    "tokens there, and come back. A new consumer key works after the reset of the weekend only."
)
VERSIONS = (
    ("1.0a", "with a live session token; what IBKR gives to individuals and to third parties"),
    ("2.0", "with signed assertions; beta at IBKR, and here"),
)
PARTIES = (
    ("first", "the portal gave you an access token and its secret"),
    ("third", "you log in with a browser now (TESTCONS, vendors)"),
)
PRIVATE = {"1.0a": ("signature_key", "encryption_key", "access_token_secret"), "2.0": ("private_key",)}
IBKR_LENGTH = 9
"""Characters of a consumer key."""


class Walk:
    """Asks, checks, tries, shows, and writes when it may. `run` gives the exit status."""

    def __init__(
        self, oauth: OAuthSettings, base_url: str, file: Path, console: Console, trial: Trial, clock: Clock
    ) -> None:
        self._known = oauth
        self._base_url = base_url
        self._file = file
        self._folder = file.parent / "oauth"
        self._console = console
        self._trial = trial
        self._clock = clock
        self._values: dict[str, written.Value] = {}

    def run(self) -> int:
        """0 when a token was taken and a tickle answered, else 1."""
        console = self._console
        console.say("OAuth goes straight to IBKR, without a gateway. Nothing is written without asking.")
        console.say(f"Server: {self._base_url}")
        version = console.choose("Which version?", VERSIONS, self._known.version or "1.0a")
        self._values["version"] = version
        works = self._session_token() if version == "1.0a" else self._bearer()
        if works:
            self._offer_keyring(version)
        console.say("")
        console.say(written.shown(self._values))
        console.say("")
        if console.confirm(f"Write this into {self._file}?", default=works):
            backup = written.write(self._file, self._values)
            console.good(f"written{f'; what was there before is in {backup}' if backup else ''}")
        self._compare_base_url()
        return 0 if works else 1

    def _compare_base_url(self) -> None:
        """Say so when the configuration leads elsewhere than where this was tried."""
        theirs = written.base_url_in(self._file)
        if (theirs or DIRECT_URL).rstrip("/") == self._base_url:
            return
        if self._base_url == DIRECT_URL:
            self._console.say(f'Remove base_url = "{theirs}" from {self._file}: OAuth goes to {DIRECT_URL}.')
        else:
            self._console.say(f'This was tried with another server: base_url = "{self._base_url}" must be set too.')

    # OAuth 1.0a

    def _session_token(self) -> bool:
        consumer_key = self._consumer_key()
        self._folder = Path(self._console.ask("Folder of the keys", str(self._folder))).expanduser()
        if not self._console.confirm("Are the keys made already?", default=True):
            self._make_keys()
        signature = self._private_key("signature_key", "signature", "Signature key")
        encryption = self._private_key("encryption_key", "encryption", "Encryption key")
        if signature.private_numbers() == encryption.private_numbers():
            self._console.say("Both are the same key; IBKR wants two of its own.")
        group = self._piece("dh_param_file", "Diffie-Hellman parameters", "dhparam.pem", self._read_dh)
        consumer = steps.Consumer(consumer_key, self._known.realm or steps.realm_of(consumer_key), signature)
        default = "third" if consumer_key == steps.TEST_CONSUMER and not self._known.access_token else "first"
        is_third = self._console.choose("Which party?", PARTIES, default) == "third"
        prepend = self._third_party(consumer, encryption) if is_third else self._first_party(encryption)
        if prepend is None:
            return False
        given = Registration(consumer, str(self._values["access_token"]), prepend, group)
        return self._trial.works(SessionTokenAuthority(self._base_url, given, self._clock))

    def _consumer_key(self) -> str:
        consumer_key = self._text("consumer_key", "Consumer key")
        length = len(consumer_key)
        if length != IBKR_LENGTH and consumer_key != steps.TEST_CONSUMER:
            self._console.say(f"It has {length} characters; IBKR's have {IBKR_LENGTH}.")
        realm = self._known.realm or steps.realm_of(consumer_key)
        self._console.good(f"consumer key; realm {realm}")
        return consumer_key

    def _make_keys(self) -> None:
        own = self._console.confirm("A Diffie-Hellman prime of your own? It takes minutes; else RFC 3526's is used")
        try:
            for name in ("signature", "encryption"):
                private, public = making.make_pair(self._folder, name)
                self._console.good(f"{private} (0600) and {public.name}")
            self._console.good(str(making.make_dh(self._folder, own_prime=own)))
        except ConfigError as error:
            self._console.bad(error.detail)
        self._console.say(PORTAL)

    def _private_key(self, name: str, pair: str, title: str) -> RSAPrivateKey:
        """Asked until it is one; compared with the public key beside it where there is one."""

        def read(file: Path) -> tuple[RSAPrivateKey, str]:
            key = keys.private_key(read_key(file, f"oauth.{name}_file"))
            words = f"private RSA key, {key.key_size} bits, closed to others"
            public = file.with_name(f"public_{pair}.pem")
            if not public.is_file():
                return key, words
            if not keys.is_pair(key, keys.public_key(read_key(public, str(public), is_secret=False))):
                raise ValueError(f"{public} is not its public key: one of the two is of another pair")
            return key, f"{words}, fits {public.name}"

        return self._piece(f"{name}_file", title, f"private_{pair}.pem", read)

    def _read_dh(self, file: Path) -> tuple[DhParameters, str]:
        parameters = keys.dh_parameters(read_key(file, "oauth.dh_param_file", is_secret=False))
        return parameters, f"prime of {parameters.prime.bit_length()} bits, generator {parameters.generator}"

    def _first_party(self, encryption: RSAPrivateKey) -> Secret | None:
        if not self._console.confirm("Do you have the access token and its secret?", default=True):
            self._console.say(PORTAL)
            return None
        self._access_token()

        def read(file: Path) -> tuple[Secret, str]:
            if not file.exists():
                self._console.say(f"{file} does not exist; it is made with what you give now.")
                typed = self._console.ask_secret("Access token secret")
                keys.prepend_of(typed.reveal(), encryption)
                write_key(file, typed.reveal().encode() + b"\n")
            kept = read_key(file, "oauth.access_token_secret_file").decode("ascii", errors="replace")
            return keys.prepend_of(kept, encryption), "the access token secret opens with the encryption key"

        return self._piece("access_token_secret_file", "File of the access token secret", "access_token_secret", read)

    def _access_token(self) -> None:
        """As `_text`, without echo: whoever has it and a key can trade."""
        known = self._known.access_token
        title = "Access token, or enter for the configured one" if known else "Access token"
        while True:
            value = self._console.ask_secret(title).reveal() or known
            if value and value.isascii() and value.isalnum():
                self._values["access_token"] = value
                return
            self._console.bad("one word of letters and digits is needed")

    def _third_party(self, consumer: steps.Consumer, encryption: RSAPrivateKey) -> Secret | None:
        access = self._trial.grant(consumer)
        if access is None:
            return None
        try:
            prepend = keys.prepend_of(access.secret.reveal(), encryption)
        except ValueError as error:
            self._console.bad(f"{error}: is this the encryption key that was registered?")
            return None

        def keep(file: Path) -> tuple[Secret, str]:
            write_key(file, access.secret.reveal().encode() + b"\n")
            return prepend, "written (0600); the access token secret opens with the encryption key"

        self._values["access_token"] = access.token
        return self._piece("access_token_secret_file", "New file for its secret", "access_token_secret", keep)

    # OAuth 2.0

    def _bearer(self) -> bool:
        self._console.say("OAuth 2.0 is beta: IBKR may change it, and no capture of it was to be had.")
        self._text("client_id", "Client id")
        self._text("client_key_id", "Id of the client's key", "main")
        self._folder = Path(self._console.ask("Folder of the key", str(self._folder))).expanduser()
        if not self._console.confirm("Is the key made already?", default=True):
            try:
                private, public = making.make_pair(self._folder, "client")
                self._console.good(f"{private} (0600); register {public.name} with IBKR")
            except ConfigError as error:
                self._console.bad(error.detail)
        self._private_key("private_key", "client", "Private key")
        self._text("credential", "User name the session is for")
        self._text("ip", "Address this machine is seen with from outside")
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(self._base_url))
        is_ibkr = (urlsplit(self._base_url).hostname or "").endswith(steps.IBKR_DOMAINS)
        for name, path in (("token_url", "/oauth2/api/v1/token"), ("sso_url", "/gw/api/v1/sso-sessions")):
            if not is_ibkr and getattr(self._known, name) == getattr(OAuthSettings(), name):
                self._values[name] = origin + path
        return self._trial.works(BearerAuthority(registration.grant_of(self._settings()), self._clock))

    # pieces

    def _text(self, name: str, title: str, default: str = "") -> str:
        """A value that is no secret, asked until it is one word."""
        while True:
            value = self._console.ask(title, str(getattr(self._known, name)) or default)
            if value and value.isprintable() and value.isascii() and " " not in value:
                self._values[name] = value
                return value
            self._console.bad("one word of letters, digits and signs is needed")

    def _piece(self, name: str, title: str, usual: str, read: Callable[[Path], tuple[Checked, str]]) -> Checked:
        """A file, asked until `read` takes it; gives what was read and says in a line why it is well."""
        default = str(getattr(self._known, name)) or str(self._folder / usual)
        while True:
            answer = self._console.ask(title, default)
            try:
                piece, words = read(Path(answer).expanduser())
            except (ConfigError, ValueError) as error:
                self._console.bad(error.detail if isinstance(error, ConfigError) else f"{answer}: {error}")
                continue
            self._values[name] = str(Path(answer).expanduser().absolute())
            self._console.good(words)
            return piece

    def _settings(self) -> OAuthSettings:
        known = {**msgspec.structs.asdict(self._known), **self._values, "keyring": False}
        return msgspec.convert(known, OAuthSettings)

    def _offer_keyring(self, version: str) -> None:
        if not keychain.is_there() or not self._console.confirm("Keep the secrets in the system's keyring instead?"):
            self._values["keyring"] = False
            return
        settings = self._settings()
        owner = settings.client_id if version == "2.0" else settings.consumer_key
        try:
            for name in PRIVATE[version]:
                text = read_key(Path(getattr(settings, f"{name}_file")), name).decode("ascii")
                keychain.put(owner, name, Secret(text))
        except (ConfigError, UnicodeDecodeError) as error:
            self._console.bad(f"{error}; the files stay in use")
            self._values["keyring"] = False
            return
        self._values |= {"keyring": True, **{f"{name}_file": "" for name in PRIVATE[version]}}
        self._console.good("kept in the keyring; the files of the secrets may be deleted")
