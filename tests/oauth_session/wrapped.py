"""The real program with a crash or a leak built in: `python -m tests.oauth_session.wrapped KIND -- …`.

The crashes name every secret the program has in the words of the error, as a careless library might. The leaks
(`plant-…`) are what the scan must find: they prove that it looks. `heard` only tells the scan the program's own
Diffie-Hellman exponents, which no one else can know.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import subprocess
import threading
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from ibtui import cli
from ibtui.commands.oauth_setup.trial import Trial
from ibtui.protocol.oauth.exchange import Challenge
from ibtui.transport.oauth.bearer import BearerAuthority
from ibtui.transport.oauth.session_token import SessionTokenAuthority
from ibtui.transport.tape_file import TapeFile
from ibtui.ui.app import DashboardApp
from tests.oauth_session.told import Told, forms_of_number

CRASHES = ("worker", "thread", "loop", "screen", "end", "setup")
PLANTS = ("plant-log", "plant-tape", "plant-screen", "plant-file", "plant-ps")
KINDS = ("heard", *CRASHES, *PLANTS)
AFTER = 40
"""Frames on screen with a token in force before something crashes: about 2 s."""
URL = "https://api.ibkr.com/v1/api/tickle"

Authority = SessionTokenAuthority | BearerAuthority
authorities: list[Authority] = []
signed: dict[type, Callable[..., Mapping[str, str]]] = {
    kind: kind.headers for kind in (SessionTokenAuthority, BearerAuthority)
}


def main() -> None:
    """Build it in, then be `ibtui`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("arguments", nargs="*")
    given = parser.parse_args()
    _hear()
    if given.kind == "end":
        _after(DashboardApp, "run")
    elif given.kind == "setup":
        _after(Trial, "works")
    elif given.kind != "heard":
        _after_frames(given.kind)
    cli.cli(args=given.arguments, prog_name="ibtui")


def _hear() -> None:
    told, challenged = Told.here(), SessionTokenAuthority._challenge

    def challenge(authority: SessionTokenAuthority) -> Challenge:
        found = challenged(authority)
        told.tell("Diffie-Hellman exponent", *forms_of_number(found.exponent))
        return found

    setattr(SessionTokenAuthority, "_challenge", challenge)  # noqa: B010 - mypy forbids assigning to a method
    for kind in (SessionTokenAuthority, BearerAuthority):
        _keep(kind)


def _keep(kind: type[Authority]) -> None:
    made: Callable[..., None] = kind.__init__

    def init(authority: Authority, *arguments: Any) -> None:  # noqa: ANN401 - handed on as they are
        made(authority, *arguments)
        authorities.append(authority)

    setattr(kind, "__init__", init)  # noqa: B010


def everything() -> list[str]:
    """Every secret the program has, as errors put them into words."""
    authority = authorities[-1]
    headers = dict(signed[type(authority)](authority, "GET", URL, ()))
    bare = [authority._keeper.token.reveal()]
    if isinstance(authority, SessionTokenAuthority):
        bare += [authority._registration.prepend.reveal(), authority._registration.access_token]
    return [
        f"cannot send {headers}",
        f"cannot open {authority.endpoint(URL, 'a0b1c2d3e4f5a6b7c8d9', None).url}",
        f"Authorization: {headers['Authorization']}",
        *(f"not base64: {secret}" for secret in bare),
        *(f"invalid value {secret!r}" for secret in bare),
        *(f"invalid value {secret.encode()!r}" for secret in bare),
    ]


def fail() -> NoReturn:
    """An error whose cause quotes them too."""
    token, words = authorities[-1]._keeper.token.reveal(), everything()
    assert token
    try:
        raise ValueError("; ".join(words))
    except ValueError as error:
        raise RuntimeError(f"a bug: {words}") from error


def _after(owner: type, name: str) -> None:
    """Crash when the method has done its work."""
    method: Callable[..., object] = getattr(owner, name)

    def failing(*arguments: object) -> NoReturn:
        method(*arguments)
        fail()

    setattr(owner, name, failing)


def _after_frames(kind: str) -> None:
    painted, frames = DashboardApp.pump_frame, 0

    def pump_frame(app: DashboardApp) -> None:
        nonlocal frames
        frames += authorities[-1].seconds_left > 0
        if frames == AFTER:
            _strike(kind, app)
            frames += 1
        painted(app)

    setattr(DashboardApp, "pump_frame", pump_frame)  # noqa: B010


def _strike(kind: str, app: DashboardApp) -> None:
    if kind == "screen":
        fail()
    elif kind == "worker":
        setattr(type(authorities[-1]), "headers", lambda *_: fail())  # noqa: B010
    elif kind == "thread":
        threading.Thread(target=fail).start()
    elif kind == "loop":
        asyncio.get_running_loop().call_soon(fail)
    else:
        authority = authorities[-1]
        assert isinstance(authority, SessionTokenAuthority)
        _plant(kind, authority._registration.prepend.reveal(), app)


def _plant(kind: str, secret: str, app: DashboardApp) -> None:
    """Let half of the access token secret out past every redaction."""
    half = secret[: len(secret) // 2]
    if kind == "plant-log":
        for handler in logging.getLogger("ibtui").handlers:
            handler.setFormatter(logging.Formatter("%(message)s"))
        logging.getLogger("ibtui.x").info("prepend %s", half)
    elif kind == "plant-ps":
        subprocess.Popen(["sleep", "2"], env={"PREPEND": half})
    elif kind == "plant-screen":
        app.notify(half, timeout=30)
    elif kind == "plant-file":
        with open(os.path.join(os.environ["XDG_STATE_HOME"], "ibtui", "core"), "w", encoding="utf-8") as file:
            file.write(half)
    else:
        written = TapeFile.write

        def write(tape: TapeFile, entry: Any) -> None:  # noqa: ANN401 - handed on as it is
            if entry.kind == "frame" and half:
                entry.text = half
            written(tape, entry)

        setattr(TapeFile, "write", write)  # noqa: B010


if __name__ == "__main__":
    main()
