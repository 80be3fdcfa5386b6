"""IBKR's gateway as it lies on disk: its folder, and the few keys of its `root/conf.yaml` that ibtui needs.

Source: "Download and unzip the Client Portal API Gateway", "Run the API Gateway". PyYAML reads the file because people
edit it by hand and one wrong indentation keeps the gateway from starting: it names the line, a search for two keys
could not.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from ibtui.errors import IbtuiError
from ibtui.protocol.clean import clean

WINDOWS = sys.platform == "win32"
CONF = Path("root") / "conf.yaml"
SCRIPT = Path("bin") / ("run.bat" if WINDOWS else "run.sh")
LARGEST_CONF = 1_000_000
"""Bytes; the file that IBKR ships has under 2,000."""
HIGHEST_PORT = 65_535
_WHERE_TO_GET = "IBKR's page “Run the Client Portal Gateway” has it as clientportal.gw.zip"


class GatewayProcessFailed(IbtuiError):
    """The gateway's own process cannot be started or stopped; the detail says why and what to do."""

    title = "Gateway"


class GatewayFolder(Struct, frozen=True):
    """A folder that holds a gateway, and how that gateway listens."""

    path: Path
    port: int
    """`listenPort`."""
    tls: bool
    """`listenSsl`; the file that IBKR ships says true, and so is taken when it says nothing."""

    @property
    def command(self) -> list[str]:
        """What starts it, from within the folder; a script that lost its mode in unpacking is read by a shell."""
        if WINDOWS:
            return ["cmd", "/c", str(SCRIPT), str(CONF)]
        script = self.path / SCRIPT
        return [*(() if os.access(script, os.X_OK) else ("sh",)), str(script), str(CONF)]

    @property
    def scheme(self) -> str:
        """`https`, or `http` without TLS."""
        return "https" if self.tls else "http"


def gateway_folder(path: str) -> GatewayFolder:
    """The gateway in the folder `path` (gateway.path). Raises GatewayProcessFailed."""
    if not path.strip():
        raise GatewayProcessFailed(
            'gateway.path is not set. Set it in the configuration file, [gateway] path = "/where/clientportal.gw", '
            f"to the folder the gateway was unpacked to; {_WHERE_TO_GET}"
        )
    folder = Path(path).expanduser().absolute()
    if not folder.is_dir():
        raise GatewayProcessFailed(f"gateway.path is {folder}, which is no folder: unpack the gateway; {_WHERE_TO_GET}")
    if not _is_gateway(folder):
        raise GatewayProcessFailed(f"{folder} is no gateway's folder: it holds no {_missing(folder)}.{_nearby(folder)}")
    port, tls = read_conf(folder / CONF)
    return GatewayFolder(folder, port, tls)


def read_conf(file: Path) -> tuple[int, bool]:
    """`listenPort` and `listenSsl` of a `conf.yaml`. Raises GatewayProcessFailed naming file, key and remedy."""
    conf = _parsed(file)
    port = conf.get("listenPort")
    if port is None:
        raise GatewayProcessFailed(f"{file} has no listenPort: add the line “listenPort: 5000” beside the other keys")
    if type(port) is not int or not 0 < port <= HIGHEST_PORT:
        said = clean(port, limit=40)
        raise GatewayProcessFailed(f"{file}: listenPort is “{said}”; it must be a number from 1 to {HIGHEST_PORT}")
    tls = conf.get("listenSsl", True)
    if not isinstance(tls, bool):
        raise GatewayProcessFailed(f"{file}: listenSsl is “{clean(tls, limit=40)}”; it must be true or false")
    return port, tls


def _parsed(file: Path) -> Mapping[object, object]:
    import yaml  # noqa: PLC0415 - start-up time: only `gateway` and `doctor` read it

    try:
        with file.open("rb") as opened:
            text = opened.read(LARGEST_CONF)
        conf: object = yaml.safe_load(text)
    except OSError as error:
        raise GatewayProcessFailed(f"{file} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark is not None else ""
        why = clean(getattr(error, "problem", None) or "it cannot be parsed", limit=120)
        raise GatewayProcessFailed(
            f"{file} is not YAML{place} ({why}): undo the last change there, or take the file from IBKR's zip again"
        ) from error
    if not isinstance(conf, Mapping):
        raise GatewayProcessFailed(f"{file} holds no settings: take the file from IBKR's zip again")
    return conf


def _is_gateway(folder: Path) -> bool:
    return (folder / SCRIPT).is_file() and (folder / CONF).is_file()


def _missing(folder: Path) -> str:
    return " and no ".join(str(part) for part in (SCRIPT, CONF) if not (folder / part).is_file())


def _nearby(folder: Path) -> str:
    """Where it may have been meant: one level up or down."""
    try:
        below = sorted(entry for entry in folder.iterdir() if entry.is_dir())
    except OSError:
        below = []
    found = next((place for place in (folder.parent, *below) if _is_gateway(place)), None)
    if found is not None:
        return f" {found} is one: set gateway.path to it"
    return f" Set gateway.path to the folder that holds bin and root; {_WHERE_TO_GET}"
