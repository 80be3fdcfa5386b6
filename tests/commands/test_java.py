"""Which Java runs the gateway, and whether it is new enough; version texts as real ones print them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ibtui.transport.gateway_folder import GatewayProcessFailed
from ibtui.transport.java import find_java, version_of
from tests.commands.gateway_folders import java_in

JAVA_8_OLD = """java version "1.8.0_191"
Java(TM) SE Runtime Environment (build 1.8.0_191-b12)
Java HotSpot(TM) 64-Bit Server VM (build 25.191-b12, mixed mode)"""
JAVA_8 = """openjdk version "1.8.0_392"
OpenJDK Runtime Environment (Temurin)(build 1.8.0_392-b08)
OpenJDK 64-Bit Server VM (Temurin)(build 25.392-b08, mixed mode)"""
JAVA_17 = """openjdk version "17.0.15" 2025-04-15
OpenJDK Runtime Environment (build 17.0.15+6-Debian-1deb12u1)
OpenJDK 64-Bit Server VM (build 17.0.15+6-Debian-1deb12u1, mixed mode, sharing)"""
JAVA_25 = """openjdk version "25.0.3" 2026-04-21 LTS
OpenJDK Runtime Environment Temurin-25.0.3+9 (build 25.0.3+9-LTS)
OpenJDK 64-Bit Server VM Temurin-25.0.3+9 (build 25.0.3+9-LTS, mixed mode, sharing)"""
MAC_STUB = """The operation couldn’t be completed. Unable to locate a Java Runtime.
Please visit http://www.java.com for information on installing Java."""


@pytest.mark.parametrize(
    ("printed", "version", "numbers"),
    [
        (JAVA_8_OLD, "1.8.0_191", (8, 191)),
        (JAVA_8, "1.8.0_392", (8, 392)),
        ('java version "1.8.0"', "1.8.0", (8, 0)),
        ('java version "1.7.0_80"', "1.7.0_80", (7, 80)),
        ('openjdk version "11.0.2" 2019-01-15', "11.0.2", (11, 2)),
        ('openjdk version "9-Debian"', "9-Debian", (9, 0)),
        ('openjdk version "21-ea" 2023-09-19', "21-ea", (21, 0)),
        (JAVA_17, "17.0.15", (17, 15)),
        (f"Picked up JAVA_TOOL_OPTIONS: -Xmx1g\n{JAVA_25}", "25.0.3", (25, 3)),
    ],
)
def test_versions_are_read_as_java_prints_them(printed: str, version: str, numbers: tuple[int, int]) -> None:
    assert version_of(printed) == (version, numbers)


@pytest.mark.parametrize("printed", [MAC_STUB, "", 'version "x"', "sh: java: not found"])
def test_other_texts_are_no_version(printed: str) -> None:
    assert version_of(printed) is None


def test_the_configured_java_comes_first_then_java_home_then_the_path(tmp_path: Path) -> None:
    configured = java_in(tmp_path / "a", JAVA_25)
    home = java_in(tmp_path / "b", JAVA_17)
    on_path = java_in(tmp_path / "c", JAVA_8)
    path = f"{on_path.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "JAVA_HOME": str(tmp_path / "b")}
    assert find_java(str(configured), environment).version == "25.0.3"
    assert find_java(str(tmp_path / "a"), environment).version == "25.0.3"
    assert find_java("", environment).executable == home
    assert find_java("", {"PATH": path}).executable == on_path


def test_the_script_will_find_the_chosen_java_before_any_other(tmp_path: Path) -> None:
    java = find_java(str(java_in(tmp_path / "jre", JAVA_17)), {"PATH": os.environ["PATH"]})
    environment = java.environment({"PATH": "/other", "KEEP": "1"})
    assert environment["PATH"].split(os.pathsep) == [str(tmp_path / "jre" / "bin"), "/other"]
    assert environment["JAVA_HOME"] == str(tmp_path / "jre")
    assert environment["KEEP"] == "1"


@pytest.mark.parametrize(
    ("printed", "status", "said"),
    [
        (JAVA_8_OLD, 0, "is Java 1.8.0_191, too old: the gateway needs Java 8 update 192"),
        ('java version "1.7.0_80"', 0, "too old"),
        (MAC_STUB, 1, "is no working Java (it says: The operation couldn’t be completed."),
    ],
)
def test_a_java_that_will_not_do_is_told_with_a_remedy(tmp_path: Path, printed: str, status: int, said: str) -> None:
    java = java_in(tmp_path, printed, status=status)
    with pytest.raises(GatewayProcessFailed) as failed:
        find_java(str(java), {"PATH": os.environ["PATH"]})
    assert said in failed.value.detail
    assert "install Java 11 or newer" in failed.value.detail


def test_no_java_at_all_is_told(tmp_path: Path) -> None:
    with pytest.raises(GatewayProcessFailed, match="there is no java on the PATH"):
        find_java("", {"PATH": str(tmp_path)})


def test_a_configured_java_that_is_not_there_is_told_and_no_other_taken(tmp_path: Path) -> None:
    with pytest.raises(GatewayProcessFailed, match=r"gateway\.java is .*which is no java"):
        find_java(str(tmp_path / "none"), {"PATH": os.environ["PATH"]})


def test_a_java_that_cannot_be_run_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "java"
    broken.write_bytes(b"\x7fELF no program")
    broken.chmod(0o755)
    with pytest.raises(GatewayProcessFailed, match="cannot be run"):
        find_java(str(broken), {"PATH": os.environ["PATH"]})
