"""`ibtui gateway`: started apart, found again, ended; and never another's process."""

from __future__ import annotations

import fcntl
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil
import pytest

from ibtui.commands import gateway
from ibtui.config import Config, GatewaySettings
from ibtui.transport.gateway_folder import GatewayProcessFailed, gateway_folder
from ibtui.transport.gateway_process import GatewayProcess, Member, Note, birth_of
from tests.commands.gateway_folders import gateway_in, java_in
from tests.commands.test_java import JAVA_8_OLD, JAVA_17
from tests.e2e.gateways import free_port


class Shell:
    """The command as a person runs it, in processes of its own, from one state folder."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        self.state = home / "state" / "ibtui"
        self.folder = home / "gw"
        self.base_url = f"https://localhost:{self.port}/v1/api"
        self.java = java_in(home / "java", JAVA_17)
        self.environment = {
            **os.environ,
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "IBTUI_GATEWAY_PATH": str(self.folder),
            "IBTUI_GATEWAY_JAVA": str(self.java),
            "IBTUI_BASE_URL": self.base_url,
        }

    def run(self, *arguments: str) -> tuple[int, str]:
        """Exit status, and both outputs together."""
        done = subprocess.run(
            [sys.executable, "-m", "ibtui", "gateway", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    shell = Shell(tmp_path)
    yield shell
    process = GatewayProcess(shell.state)
    running = process.running()
    if running is not None:
        process.stop(running)


def settings(folder: Path, base_url: str, java: Path | None = None) -> Config:
    return Config(base_url=base_url, gateway=GatewaySettings(path=str(folder), java=str(java or "")))


def _has_ended(process: psutil.Process) -> bool:
    """Whether it is gone; one not yet buried by its parent is, too."""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_start_waits_until_it_listens_and_stop_ends_it_with_its_child(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway_in(shell.folder, port=shell.port)

    def here(what: str, lines: int = 0) -> tuple[int, str]:
        status = gateway.run(settings(shell.folder, shell.base_url), shell.state, what, lines=lines)
        told = capsys.readouterr()
        return status, told.out + told.err

    status, said = shell.run("start")
    assert (status, f"listens at port {shell.port}" in said) == (0, True), said
    running = GatewayProcess(shell.state).running()
    assert running is not None, "it outlives the command that started it"
    assert len(running.processes) == 2, "the script and what it started in place of Java"

    status, said = here("start")
    assert (status, "runs already" in said) == (0, True), said
    status, said = here("status", 2)
    assert (status, f"port {shell.port} listens" in said) == (0, True), said
    assert "Open https://localhost" in said
    assert "\x1b" not in said
    assert "\x07" not in said

    status, said = here("stop")
    assert (status, "was stopped" in said) == (0, True), said
    assert all(_has_ended(process) for process in running.processes)
    status, said = here("stop")
    assert (status, "nothing to stop" in said) == (1, True), said
    status, said = here("status")
    assert (status, "does not run" in said) == (1, True), said


def test_a_gateway_that_dies_at_once_is_told_with_its_last_lines(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway_in(shell.folder, port=shell.port, script="echo 'Error: Could not find or load main class'; exit 3")
    status = gateway.run(settings(shell.folder, shell.base_url, shell.java), shell.state, "start", lines=0)
    said = capsys.readouterr().err
    assert status == 1
    assert "it ended at once (exit status 3)" in said
    assert "Could not find or load main class" in said
    assert GatewayProcess(shell.state).running() is None


def test_each_start_keeps_the_log_of_the_one_before(shell: Shell) -> None:
    gateway_in(shell.folder, port=shell.port, script="echo this one; exit 1")
    wanted = settings(shell.folder, shell.base_url, shell.java)
    for _ in range(5):
        gateway.run(wanted, shell.state, "start", lines=0)
    logs = sorted(file.name for file in shell.state.glob("gateway.log*"))
    assert logs == ["gateway.log", "gateway.log.1", "gateway.log.2", "gateway.log.3"]
    assert (shell.state / "gateway.log").stat().st_mode & 0o077 == 0


def test_a_recycled_process_number_is_never_taken_for_ours(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        note = Note([Member(stranger.pid, "another birth")], 1.0, free_port(), str(tmp_path))
        (tmp_path / "gateway.json").write_bytes(msgspec.json.encode(note))
        base_url = f"https://localhost:{free_port()}/v1/api"
        assert gateway.run(settings(tmp_path, base_url), tmp_path, "stop", lines=0) == 1
        assert stranger.poll() is None
    finally:
        stranger.communicate(b"\n")
    assert "nothing to stop" in capsys.readouterr().err


def test_a_process_is_known_by_its_birth() -> None:
    ours, first = psutil.Process(), psutil.Process(1)
    assert birth_of(ours) == birth_of(psutil.Process(os.getpid()))
    assert birth_of(ours)
    assert birth_of(ours) != birth_of(first)


@pytest.mark.parametrize("text", [b"", b"{}", b"[1]", b'{"members": [{"pid": -1, "birth": ""}]}', b"\xff"])
def test_a_broken_note_ends_nothing(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "gateway.json").write_bytes(text)
    assert GatewayProcess(tmp_path).running() is None


def test_a_gateway_of_somebody_else_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = "import socket; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True); input()"
    other = subprocess.Popen(
        [sys.executable, "-c", code, "root:dist/clientportal.gw.jar"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert other.stdout is not None
        port = int(other.stdout.readline())
        gateway_in(tmp_path / "gw", port=port)
        wanted = settings(tmp_path / "gw", f"https://localhost:{port}/v1/api", java_in(tmp_path / "java", JAVA_17))
        assert gateway.run(wanted, tmp_path / "state", "start", lines=0) == 1
        assert "started by somebody else" in capsys.readouterr().err
        assert gateway.run(wanted, tmp_path / "state", "stop", lines=0) == 1
        assert "stop it where it was started" in capsys.readouterr().err
        assert gateway.run(wanted, tmp_path / "state", "status", lines=0) == 0
        assert "not started from here" in capsys.readouterr().out
        assert other.poll() is None
    finally:
        other.communicate(b"\n")


@pytest.mark.parametrize(
    ("conf", "base_url", "said"),
    [
        ({"port": 5001}, "https://localhost:5000/v1/api", 'set base_url = "https://localhost:5001/v1/api"'),
        (
            {"port": 5001, "tls": "false"},
            "https://127.0.0.1:5001/v1/api",
            'set base_url = "http://127.0.0.1:5001/v1/api"',
        ),
        ({"port": 443}, "https://localhost/v1/api", "too old"),
    ],
)
def test_an_address_ibtui_would_not_find_is_told_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], conf: dict[str, object], base_url: str, said: str
) -> None:
    port, tls = conf["port"], conf.get("tls", "true")
    assert isinstance(port, int)
    folder = gateway_in(tmp_path / "gw", port=port, tls=str(tls))
    java = java_in(tmp_path / "java", JAVA_8_OLD)
    assert gateway.run(settings(folder, base_url, java), tmp_path / "state", "start", lines=0) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "state").exists()


def test_a_taken_port_is_told_with_who_has_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        folder = gateway_in(tmp_path / "gw", port=port)
        wanted = settings(folder, f"https://localhost:{port}/v1/api", java_in(tmp_path / "java", JAVA_17))
        assert gateway.run(wanted, tmp_path / "state", "start", lines=0) == 1
        assert gateway.run(wanted, tmp_path / "state", "status", lines=0) == 1
    said = capsys.readouterr()
    assert re.search(rf"port {port} is taken by .*pid {os.getpid()}", said.err)
    assert "No gateway was started from here" in said.out


def test_two_starts_at_once_do_not_meet(tmp_path: Path) -> None:
    path = gateway_in(tmp_path / "gw", port=free_port(), script="exit 1")
    with open(tmp_path / "gateway.lock", "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(GatewayProcessFailed, match=r"another .* is under way"):
            GatewayProcess(tmp_path).start(gateway_folder(str(path)), dict(os.environ))
    with pytest.raises(GatewayProcessFailed, match="ended at once"):
        GatewayProcess(tmp_path).start(gateway_folder(str(path)), dict(os.environ))


def test_one_that_does_not_listen_in_time_runs_on_and_is_told(tmp_path: Path) -> None:
    path = gateway_in(tmp_path / "gw", port=free_port(), script="echo waiting for the network; exec sleep 60")
    process = GatewayProcess(tmp_path / "state")
    with pytest.raises(GatewayProcessFailed, match="does not listen at port"):
        process.start(gateway_folder(str(path)), dict(os.environ), seconds=0.3)
    running = process.running()
    assert running is not None
    assert process.tail(5) == ["waiting for the network"]
    assert process.stop(running)
