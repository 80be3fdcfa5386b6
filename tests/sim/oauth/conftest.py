"""Fixtures: one folder of keys for all tests, and gateways that require OAuth."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ibtui.sim.gateway.clock import ManualClock
from ibtui.sim.gateway.gateway import Gateway
from ibtui.sim.oauth.folder import Registration, open_folder
from tests.sim.oauth.rig import BASE, MakeOAuthRig, OAuthRig, make_gateway


@pytest.fixture(scope="session")
def registration(tmp_path_factory: pytest.TempPathFactory) -> Registration:
    """A folder as the simulator makes it; making and reading keys is slow, so both are done once."""
    return open_folder(tmp_path_factory.mktemp("oauth"), BASE)


@pytest.fixture
def folder(registration: Registration, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    copy = tmp_path / "oauth"
    copy.mkdir(mode=0o700)
    for file in registration.folder.iterdir():
        target = copy / file.name
        target.write_bytes(file.read_bytes())
        target.chmod(0o600)
    return copy


@pytest.fixture(scope="session")
def market() -> tuple[Gateway, ManualClock]:
    """A gateway all tests share, each behind an authorisation server of its own."""
    return make_gateway()


@pytest.fixture
async def make_oauth_rig(
    registration: Registration, market: tuple[Gateway, ManualClock]
) -> AsyncIterator[MakeOAuthRig]:
    rigs: list[OAuthRig] = []

    def make(own: Registration | None = None) -> OAuthRig:
        rigs.append(OAuthRig(own or registration, *market))
        return rigs[-1]

    yield make
    for rig in rigs:
        await rig.http.aclose()


@pytest.fixture
def oauth(make_oauth_rig: MakeOAuthRig) -> OAuthRig:
    return make_oauth_rig()
