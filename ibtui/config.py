"""Settings: flags win over IBTUI_* variables, those over the TOML file, that over the defaults.

Read with msgspec, which is there for the wire anyway and says by itself which key has a wrong type. Annotations are no
strings here: msgspec would compile each of them again at every start.
"""

import difflib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from ibtui import toml
from ibtui.domain.rulewords import order_type_of
from ibtui.domain.tickets import OrderType
from ibtui.errors import ConfigError

ENVIRONMENT_PREFIX = "IBTUI_"
DIRECT_URL = "https://api.ibkr.com/v1/api"
"""Base URL with OAuth, unless another is set."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
LADDER_COLUMNS = (
    *("own_bids", "bids", "price", "asks", "own_asks", "total", "last"),
    *("volume", "trades", "change", "pnl", "queue", "marks"),
)
"""Columns of the price ladder."""
GROUPINGS = (1, 2, 5, 10)
"""Ticks a row of it may hold."""


class LimitSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Fat-finger limits, checked before an order is sent; 0 switches one off."""

    max_quantity: Decimal = Decimal(10_000)
    """Units of one order; forex is held to its worth alone."""
    max_notional: Decimal = Decimal(1_000_000)
    """Price × quantity × multiplier, in the contract's currency."""
    collar_percent: Decimal = Decimal(20)
    """Distance of a limit or stop price from the market."""
    order_types: list[str] = []
    """Order types that may be sent, such as ["LMT", "STP"]; empty allows all."""
    without_market_data: bool = False
    """Whether orders may be sent for instruments of which no price is known."""
    orders_per_minute: int = 30
    """New orders and changes of one minute, all accounts together."""


class AlertSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What rings the terminal's bell and what flashes the screen."""

    fill_sound: bool = True
    fill_flash: bool = True
    rejection_sound: bool = True
    rejection_flash: bool = True
    unknown_sound: bool = True
    """Of orders whose outcome is not known."""
    unknown_flash: bool = True


class BracketSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One template of attached orders, a `[[ladder.brackets]]` table."""

    name: str
    target_ticks: int = 0
    """Of the take-profit limit from the entry; 0 attaches none."""
    stop_ticks: int = 0
    """Of the stop from the entry; 0 attaches none."""
    trailing: bool = False
    """Whether the stop trails."""


class LadderSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The price ladder."""

    presets: list[Decimal] = msgspec.field(
        default_factory=lambda: [Decimal(n) for n in (1, 5, 10, 25, 50, 100, 200, 500, 1000)]
    )
    """Sizes chosen by the keys 1 to 9."""
    columns: list[str] = []
    """Names of `LADDER_COLUMNS` from left to right; empty is the usual set."""
    brackets: list[BracketSettings] = msgspec.field(
        default_factory=lambda: [BracketSettings("tight", 10, 5), BracketSettings("wide", 40, 20)]
    )
    """Templates the key t goes through."""
    collar_ticks: int = 10
    """How far beyond the best price of the other side an order that lifts or hits it may fill."""
    idle_seconds: float = 60.0
    """Without a key for so long the ladder disarms."""
    recentre: str = "mid"
    """What is brought to the middle: mid or last."""
    follows: bool = False
    """Whether the ladder centres by itself."""
    grouping: int = 1
    """Ticks of one row: 1, 2, 5 or 10."""


class GatewaySettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """IBKR's Client Portal Gateway on this machine, for `ibtui gateway`."""

    path: str = ""
    """Folder it was unpacked to: the one that holds bin, root and dist."""
    java: str = ""
    """The java to run it with; blank takes JAVA_HOME's, else the PATH's."""
    logout_on_quit: bool = False
    """Whether quitting also logs out there."""


class OAuthSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The direct way to IBKR, without a gateway; private files must be readable by their owner alone."""

    version: str = ""
    """"1.0a" or "2.0" (beta); blank uses the gateway."""
    keyring: bool = False
    """Whether the secrets are in the system's keyring instead of files."""
    consumer_key: str = ""
    realm: str = ""
    """Blank chooses by the consumer key: "test_realm" for TESTCONS, else "limited_poa"."""
    access_token: str = ""
    access_token_secret_file: str = ""
    signature_key_file: str = ""
    encryption_key_file: str = ""
    dh_param_file: str = ""
    """Diffie-Hellman parameters (PEM, as `openssl dhparam` writes them)."""
    client_id: str = ""
    """OAuth 2.0 (beta), as are all below."""
    client_key_id: str = ""
    private_key_file: str = ""
    credential: str = ""
    """User name the session is for."""
    ip: str = ""
    """The address IBKR sees this machine with: the session is bound to it."""
    token_url: str = "https://api.ibkr.com/oauth2/api/v1/token"
    sso_url: str = "https://api.ibkr.com/gw/api/v1/sso-sessions"


class SimSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The simulated gateway of `ibtui demo` and `ibtui sim`."""

    host: str = "127.0.0.1"
    port: int = 5000
    no_tls: bool = False
    seed: int = 1
    speed: float = 1.0
    scenario: str = "normal"
    symbols: int = 0
    tick_rate: float = 1.0
    oauth: str = ""
    """Folder of keys and tokens; the simulated gateway then requires OAuth."""


class Config(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Everything that can be set."""

    base_url: str = "https://localhost:5000/v1/api"
    """With oauth.version set and nothing here: https://api.ibkr.com/v1/api."""
    account: str = ""
    theme: str = "ibtui-dark"
    tape: str = ""
    """File the wire is recorded on; blank records nothing."""
    log_file: str = ""
    """File of the program's own log; blank keeps it in the state folder."""
    read_only: bool = False
    frame_rate: float = 20.0
    """Frames per second at most."""
    thin: bool = False
    """The line to the terminal is a slow one: 16 colours, fewer frames, fewer decorations."""
    keys: dict[str, str] = {}
    """Action id to its keys, comma-separated."""
    limits: LimitSettings = LimitSettings()
    alerts: AlertSettings = AlertSettings()
    ladder: LadderSettings = LadderSettings()
    gateway: GatewaySettings = GatewaySettings()
    oauth: OAuthSettings = OAuthSettings()
    sim: SimSettings = SimSettings()


def load(file: Path, *, required: bool, environment: Mapping[str, str], flags: Mapping[str, object]) -> Config:
    """Read the configuration.

    `flags` maps dotted setting names to values; None is "not given". Raises ConfigError naming the file or variable,
    the key and the nearest right one.
    """
    settings = _read(file, required=required)
    _reject_unknown(settings, Config, f"{file}")
    _convert(settings, str(file))
    for name in _names(Config) if environment else ():
        variable = ENVIRONMENT_PREFIX + name.upper().replace(".", "_")
        if variable in environment:
            _put(settings, name, environment[variable])
            _convert(settings, variable)
    for name, value in flags.items():
        if value is not None:
            _put(settings, name, value)
    config = _convert(settings, "the command line")
    if config.oauth.version and "base_url" not in settings:
        return msgspec.structs.replace(config, base_url=DIRECT_URL)
    return config


def checked_base_url(url: str) -> str:
    """`url` without its last slash. Raises ConfigError unless it is https://, or http:// to this machine."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigError(f"base_url “{url}” cannot be read: {error}") from error
    if parts.scheme not in ("http", "https") or not host:
        raise ConfigError(f"base_url “{url}” is no URL; it looks like https://localhost:5000/v1/api")
    if parts.scheme == "http" and host not in LOOPBACK and not host.startswith("127."):
        raise ConfigError(f"base_url “{url}”: http:// is allowed only to this machine; use https://")
    return url.rstrip("/")


def _read(file: Path, *, required: bool) -> dict[str, Any]:
    try:
        return toml.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if required:
            raise ConfigError(f"{file} does not exist") from None
        return {}
    except ValueError as error:
        raise ConfigError(f"{file} is not TOML: {error}") from error
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from error


def _convert(settings: dict[str, Any], source: str) -> Config:
    try:
        config = msgspec.convert(settings, Config, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{source}: {error}") from error
    _check(config, source)
    return config


def _check(config: Config, source: str) -> None:
    if not 1 <= config.frame_rate <= 60:
        raise ConfigError(f"{source}: frame_rate is {config.frame_rate:g}; it must be between 1 and 60 per second")
    _check_ladder(config.ladder, source)
    _check_limits(config.limits, source)
    if config.oauth.version not in ("", "1.0a", "2.0"):
        raise ConfigError(f"{source}: oauth.version is “{config.oauth.version}”; it is 1.0a, 2.0 or blank")
    if config.sim.speed <= 0 or config.sim.tick_rate <= 0:
        raise ConfigError(f"{source}: sim.speed and sim.tick_rate must be above zero")


def _check_ladder(ladder: LadderSettings, source: str) -> None:
    if len(ladder.presets) > 9 or not all(size.is_finite() and size > 0 for size in ladder.presets):
        raise ConfigError(f"{source}: ladder.presets holds up to nine sizes above zero")
    for place, word in enumerate(ladder.columns):
        if word not in LADDER_COLUMNS:
            near = difflib.get_close_matches(word, LADDER_COLUMNS, n=1)
            hint = f"did you mean “{near[0]}”?" if near else f"there are {', '.join(LADDER_COLUMNS)}"
            raise ConfigError(f"{source}: ladder.columns: “{word}” is no column; {hint}")
        if word in ladder.columns[:place]:
            raise ConfigError(f"{source}: ladder.columns: “{word}” stands there twice")
    if ladder.columns and "price" not in ladder.columns:
        raise ConfigError(f"{source}: ladder.columns: a ladder needs its “price”")
    for name, value, words in (
        ("recentre", ladder.recentre, ("mid", "last")),
        ("grouping", ladder.grouping, GROUPINGS),
    ):
        if value not in words:
            raise ConfigError(f"{source}: ladder.{name} is “{value}”; it is one of {', '.join(map(str, words))}")
    if not 0 <= ladder.collar_ticks <= 1000:
        raise ConfigError(f"{source}: ladder.collar_ticks must be between 0 and 1000")
    if not 1 <= ladder.idle_seconds <= 3600:
        raise ConfigError(f"{source}: ladder.idle_seconds must be between 1 and 3600")
    _check_brackets(ladder.brackets, source)


def _check_brackets(brackets: list[BracketSettings], source: str) -> None:
    names = [bracket.name for bracket in brackets]
    for bracket in brackets:
        where = f"{source}: ladder.brackets: “{bracket.name}”"
        if not bracket.name.strip() or names.count(bracket.name) > 1:
            raise ConfigError(f"{where} must be a name, and of one bracket only")
        if bracket.target_ticks < 0 or bracket.stop_ticks < 0 or not (bracket.target_ticks or bracket.stop_ticks):
            raise ConfigError(f"{where} needs target_ticks or stop_ticks above 0")
        if bracket.trailing and not bracket.stop_ticks:
            raise ConfigError(f"{where} is trailing and has no stop_ticks")


def _check_limits(limits: LimitSettings, source: str) -> None:
    for word in limits.order_types:
        if order_type_of(word) is None:
            known = ", ".join(OrderType)
            raise ConfigError(f"{source}: limits.order_types: “{word}” is no order type; there are {known}")
    for name in ("max_quantity", "max_notional", "collar_percent", "orders_per_minute"):
        value = Decimal(getattr(limits, name))
        if not value.is_finite() or value < 0:
            raise ConfigError(f"{source}: limits.{name} must be 0 (off) or more")


def _reject_unknown(settings: Mapping[str, Any], struct: type[msgspec.Struct], where: str) -> None:
    fields = {field.name: field.type for field in msgspec.structs.fields(struct)}
    for key, value in settings.items():
        if key not in fields:
            near = difflib.get_close_matches(key, fields, n=1)
            hint = f"did you mean “{near[0]}”?" if near else f"known are {', '.join(fields)}"
            raise ConfigError(f"{where}: unknown key “{key}”; {hint}")
        kind = fields[key]
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(value, dict):
            _reject_unknown(value, kind, f"{where} [{key}]")
        for table in value if key == "brackets" and isinstance(value, list) else ():
            _reject_unknown(table if isinstance(table, dict) else {}, BracketSettings, f"{where} [[{key}]]")


def _names(struct: type[msgspec.Struct], prefix: str = "") -> list[str]:
    """Dotted names of every setting that one environment variable can hold."""
    names: list[str] = []
    for field in msgspec.structs.fields(struct):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            names += _names(field.type, f"{prefix}{field.name}.")
        elif field.name not in ("keys", "presets", "order_types", "columns", "brackets"):
            names.append(prefix + field.name)
    return names


def _put(settings: dict[str, Any], name: str, value: object) -> None:
    *tables, key = name.split(".")
    for table in tables:
        settings = settings.setdefault(table, {})
    settings[key] = value
