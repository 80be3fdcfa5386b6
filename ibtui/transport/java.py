"""The Java that runs IBKR's gateway: where it is, how old it is, and what to do about it.

Source: "Download and install the Java Runtime Environment": Java 8 update 192 is the least.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from ibtui.protocol.clean import clean
from ibtui.transport.gateway_folder import WINDOWS, GatewayProcessFailed

LEAST = (8, 192)
"""Major version and update."""
ANSWER_SECONDS = 20.0
"""For `java -version`; a cold disk takes a few seconds."""
NAME = "java.exe" if WINDOWS else "java"
GET_IT = "install Java 11 or newer (for example from adoptium.net)"
_VERSION = re.compile(r'\bversion "(?P<version>[0-9][^"]{0,40})"')
_OLD_FORM = re.compile(r"1\.([0-9]+)(?:\.[0-9]+)?(?:_([0-9]+))?")
_NEW_FORM = re.compile(r"([0-9]+)(?:\.[0-9]+)?(?:\.([0-9]+))?")


class Java(Struct, frozen=True):
    """A Java that is new enough."""

    executable: Path
    version: str

    def environment(self, environment: Mapping[str, str]) -> dict[str, str]:
        """`environment` with this Java before any other: the gateway's script calls `java` by name."""
        folder = self.executable.parent
        path = os.pathsep.join(part for part in (str(folder), environment.get("PATH", "")) if part)
        home = {"JAVA_HOME": str(folder.parent)} if folder.name == "bin" else {}
        return {**environment, **home, "PATH": path}


def version_of(printed: str) -> tuple[str, tuple[int, int]] | None:
    """Version as `java -version` prints it, and as (major, update); None when it prints none.

    Java 8 and older say `1.8.0_392`, later ones `11.0.2`, `17` or `21-ea`; of those the last number is the update.
    """
    match = _VERSION.search(printed)
    if match is None:
        return None
    version = match["version"]
    parts = _OLD_FORM.match(version) or _NEW_FORM.match(version)
    if parts is None:
        return None
    return clean(version), (int(parts[1]), int(parts[2] or 0))


def find_java(configured: str, environment: Mapping[str, str]) -> Java:
    """The Java of gateway.java, else JAVA_HOME's, else the PATH's. Raises GatewayProcessFailed."""
    executable, origin = _executable(configured, environment)
    printed = _ask(executable, origin)
    found = version_of(printed)
    if found is None:
        said = clean(printed, limit=160)
        raise GatewayProcessFailed(f"{origin} ({executable}) is no working Java (it says: {said}): {GET_IT}")
    version, numbers = found
    if numbers < LEAST:
        raise GatewayProcessFailed(
            f"{origin} ({executable}) is Java {version}, too old: the gateway needs Java {LEAST[0]} update {LEAST[1]} "
            f"or newer; {GET_IT} or point gateway.java at a newer one"
        )
    return Java(executable, version)


def _executable(configured: str, environment: Mapping[str, str]) -> tuple[Path, str]:
    if configured.strip():
        named = Path(configured).expanduser().absolute()
        named = named / "bin" / NAME if (named / "bin" / NAME).is_file() else named
        if not named.is_file() or named.name != NAME:
            raise GatewayProcessFailed(
                f"gateway.java is {named}, which is no {NAME}: name the executable itself, or leave it blank"
            )
        return named, "gateway.java"
    home = environment.get("JAVA_HOME", "")
    if home and (Path(home) / "bin" / NAME).is_file():
        return Path(home) / "bin" / NAME, "JAVA_HOME's java"
    found = shutil.which("java", path=environment.get("PATH", ""))
    if found is None:
        raise GatewayProcessFailed(
            f"there is no java on the PATH: {GET_IT}, or set gateway.java to the java to be used"
        )
    return Path(found).absolute(), "the java on the PATH"


def _ask(executable: Path, origin: str) -> str:
    """What `java -version` prints, on either stream."""
    try:
        done = subprocess.run(
            [str(executable), "-version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=ANSWER_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise GatewayProcessFailed(f"{origin} ({executable}) does not answer to “java -version”: {GET_IT}") from error
    except OSError as error:
        raise GatewayProcessFailed(f"{origin} ({executable}) cannot be run ({error.strerror}): {GET_IT}") from error
    return (done.stderr + b"\n" + done.stdout).decode(errors="replace")[:4_000]
