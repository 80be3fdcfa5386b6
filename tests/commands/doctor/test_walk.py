"""The whole walk against gateways that run, and against what is none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ibtui.commands import doctor
from ibtui.config import Config, load
from ibtui.transport.pins import Pins
from tests.e2e.gateways import Simulator, free_port, simulator, web_server

Steps = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def gateway() -> Iterator[Simulator]:
    with simulator() as running:
        yield running


@pytest.fixture(scope="module")
def state(gateway: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all walks, so that the pace of one login is kept over them; its certificate is accepted."""
    folder = tmp_path_factory.mktemp("state")
    Pins(folder).put(f"127.0.0.1:{gateway.port}", gateway.fingerprint)
    return folder


class Walker:
    """Runs `ibtui doctor --json`."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, base_url: str, state: Path) -> tuple[int, Steps]:
        """Exit status, and the steps by name."""
        return self.with_settings(Config(base_url=base_url), state)

    def with_settings(self, settings: Config, state: Path) -> tuple[int, Steps]:
        """As above, for more than a base URL."""
        status = doctor.run(settings, state, as_json=True)
        steps = json.loads(self._capsys.readouterr().out)
        return status, {step["name"]: step for step in steps}


@pytest.fixture
def walk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Walker:
    monkeypatch.setattr("ibtui.commands.doctor.walk.LOOK_SECONDS", 0.2)
    monkeypatch.setattr("ibtui.commands.doctor.probe_wire.SPACE_SECONDS", 0.0)
    monkeypatch.setattr("ibtui.commands.doctor.probe_wire.REFUSAL_SECONDS", 0.3)
    return Walker(capsys)


def states(steps: Steps, *names: str) -> list[str]:
    return [steps[name]["state"] for name in names]


def test_where_all_is_well_trading_would_work(gateway: Simulator, state: Path, walk: Walker) -> None:
    gateway.switch("normal")
    before = len(gateway.order_requests())
    status, steps = walk(gateway.base_url, state)
    assert status == 0, steps
    names = ("name", "port", "certificate", "gateway", "login", "brokerage", "competing session", "accounts", "stream")
    assert set(states(steps, *names)) == {"ok"}
    assert steps["market data"]["meaning"].startswith("live: AAPL")
    assert "paper" in steps["accounts"]["meaning"]
    sent = [f"{row['method']} {row['path']}" for step in steps.values() for row in step["sent"]]
    assert sent[:2] == ["POST /tickle", "POST /iserver/auth/status"]
    assert "POST /iserver/auth/ssodh/init" not in sent
    assert len(sent) <= 11, "ten requests and the websocket"
    assert len(gateway.order_requests()) == before


def test_a_missing_login_is_the_cause_and_the_rest_not_reached(gateway: Simulator, state: Path, walk: Walker) -> None:
    gateway.switch("not-logged-in")
    status, steps = walk(gateway.base_url, state)
    assert status == 1
    assert states(steps, "gateway", "login") == ["ok", "bad"]
    assert set(states(steps, "SSO", "brokerage", "accounts", "market data", "stream")) == {"not reached"}
    assert f"open https://127.0.0.1:{gateway.port}" in steps["login"]["remedy"]


def test_a_missing_brokerage_session_is_asked_for_without_ending_another(
    gateway: Simulator, state: Path, walk: Walker
) -> None:
    gateway.switch("no-brokerage-session")
    before = len(gateway.requests("/iserver/auth/ssodh/init"))
    status, steps = walk(gateway.base_url, state)
    assert (status, steps["brokerage"]["state"]) == (0, "warning")
    assert "was not up" in steps["brokerage"]["meaning"]
    asked = gateway.requests("/iserver/auth/ssodh/init")[before:]
    assert [json.loads(body)["compete"] for body in asked] == [False]


def test_a_competing_session_is_told_and_left(gateway: Simulator, state: Path, walk: Walker) -> None:
    gateway.switch("competing")
    before = len(gateway.requests("/iserver/auth/ssodh/init"))
    status, steps = walk(gateway.base_url, state)
    assert status == 1
    assert states(steps, "login", "competing session", "accounts") == ["ok", "bad", "not reached"]
    assert len(gateway.requests("/iserver/auth/ssodh/init")) == before


def test_maintenance_is_told_from_a_session_nobody_asked_for(gateway: Simulator, state: Path, walk: Walker) -> None:
    gateway.switch("maintenance")
    status, steps = walk(gateway.base_url, state)
    assert (status, steps["brokerage"]["state"]) == (1, "bad")
    assert "does not open although asked for" in steps["brokerage"]["meaning"]
    assert "wait some minutes" in steps["brokerage"]["remedy"]


def test_dead_subscriptions_and_a_walk_that_takes_too_long_are_told(
    gateway: Simulator, state: Path, walk: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.switch("normal")
    monkeypatch.setattr("ibtui.commands.doctor.probe_wire.PRICES_SECONDS", 0.6)
    gateway.post("/sim/day/dead-subscriptions", {"topics": ["all"], "cure": "none"})
    status, steps = walk(gateway.base_url, state)
    assert (status, steps["stream"]["state"]) == (1, "bad")
    assert "prices of AAPL that were subscribed do not come" in steps["stream"]["meaning"]
    monkeypatch.setattr("ibtui.commands.doctor.walk.WALK_SECONDS", 0.0)
    status, steps = walk(gateway.base_url, state)
    assert (status, steps["state folder"]["state"]) == (1, "ok"), "what waits for nothing is looked at all the same"
    assert steps["name"]["meaning"].startswith("given up, the walk had taken"), steps


def test_an_unknown_certificate_is_looked_at_and_not_accepted(gateway: Simulator, tmp_path: Path, walk: Walker) -> None:
    gateway.switch("not-logged-in")
    status, steps = walk(gateway.base_url, tmp_path)
    assert status == 1
    assert states(steps, "certificate", "gateway") == ["warning", "ok"]
    assert not Pins(tmp_path).get(f"127.0.0.1:{gateway.port}")


def test_a_changed_certificate_gets_no_request(gateway: Simulator, tmp_path: Path, walk: Walker) -> None:
    Pins(tmp_path).put(f"127.0.0.1:{gateway.port}", "sha256:" + "ab" * 32)
    before = len(gateway.posted())
    status, steps = walk(gateway.base_url, tmp_path)
    assert (status, steps["certificate"]["state"]) == (1, "bad")
    assert "changed" in steps["certificate"]["meaning"]
    assert len(gateway.posted()) == before


def test_a_gateway_that_is_down_is_the_port_s_trouble(tmp_path: Path, walk: Walker) -> None:
    status, steps = walk(f"https://127.0.0.1:{free_port()}/v1/api", tmp_path)
    assert status == 1
    assert states(steps, "name", "port", "certificate") == ["ok", "bad", "not reached"]
    assert "start the Client Portal Gateway" in steps["port"]["remedy"]
    assert states(steps, "state folder") == ["ok"], "what needs no gateway is looked at all the same"


def test_a_wrong_port_is_told_whether_it_speaks_tls_or_not(tmp_path: Path, walk: Walker) -> None:
    with web_server(200, b"<html>hello</html>", {"Content-Type": "text/html"}) as port:
        status, steps = walk(f"https://127.0.0.1:{port}/v1/api", tmp_path)
        assert (status, steps["certificate"]["state"]) == (1, "bad")
        assert "does not speak TLS" in steps["certificate"]["meaning"]
        status, steps = walk(f"http://127.0.0.1:{port}/v1/api", tmp_path)
        assert (status, steps["gateway"]["state"]) == (1, "bad")
        assert "check the port in base_url" in steps["gateway"]["remedy"]


def test_a_penalty_ends_the_asking_and_is_remembered(tmp_path: Path, walk: Walker) -> None:
    with web_server(429, b'{"error":"Too Many Requests"}', {"Content-Type": "application/json"}) as port:
        base_url = f"http://127.0.0.1:{port}/v1/api"
        status, steps = walk(base_url, tmp_path)
        assert (status, steps["pacing"]["state"]) == (1, "bad")
        assert "boxes this address" in steps["pacing"]["meaning"]
        _, steps = walk(base_url, tmp_path)
        assert "not asked: an earlier answer was HTTP 429" in steps["gateway"]["meaning"]


@pytest.mark.parametrize("base_url", ["http://example.com/v1/api", "https://localhost:99999/", "https://[::1/", "x"])
def test_a_base_url_that_is_none_fails_the_first_step(
    tmp_path: Path, walk: Walker, monkeypatch: pytest.MonkeyPatch, base_url: str
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 50000 10.0.0.7 22")
    status, steps = walk(base_url, tmp_path)
    assert (status, steps["configuration"]["state"]) == (1, "bad")
    assert steps["name"]["state"] == "not reached"


def test_with_oauth_the_token_stands_in_for_gateway_and_login(tmp_path: Path, walk: Walker) -> None:
    keys, state = tmp_path / "keys", tmp_path / "state"
    keys.mkdir()
    with simulator("--oauth", str(keys)) as provider:
        settings = load(keys / "ibtui.toml", required=True, environment={}, flags={})
        _, steps = walk.with_settings(settings, state)
        assert states(steps, "certificate", "OAuth") == ["bad", "not reached"], "no token for an unknown certificate"
        Pins(state).put(f"127.0.0.1:{provider.port}", provider.fingerprint)
        status, steps = walk.with_settings(settings, state)
    assert status == 0, steps
    assert states(steps, "gateway", "OAuth", "login", "SSO") == ["skipped", "ok", "ok", "skipped"]
    assert states(steps, "accounts", "stream") == ["ok", "ok"]
    assert steps["OAuth"]["sent"] == [{"method": "POST", "path": "/v1/api/oauth/live_session_token"}]
    assert steps["OAuth"]["came"] == [{"status": 200, "body": "(not shown)"}]
    assert settings.oauth.access_token not in json.dumps(steps)
