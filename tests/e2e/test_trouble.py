"""Every trouble of the connection says what is wrong and what to press, and is over by itself when it is mended."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Open
from tests.e2e.gateways import Simulator, free_port, web_server
from tests.e2e.terminal import Terminal

LIVE = r"● gateway ● login ● brokerage ● stream|● connected"
"""The lights, one by one or, where there is little room, in one word."""
PRICE = r"AAPL +\d+\.\d\d .*\d+\.\d\d .*\d+\.\d\d"
"""The watchlist's row with a last price, bid and ask."""
INIT = "/iserver/auth/ssodh/init"

Start = Callable[..., Simulator]


@pytest.fixture
def gateway() -> Iterator[Start]:
    """Starts simulators without TLS; all are ended with the test."""
    started: list[Simulator] = []

    def start(*flags: str, port: int = 0) -> Simulator:
        started.append(Simulator(*flags, port=port))
        return started[-1]

    yield start
    for one in started:
        one.kill()


def says(screen: Terminal, *words: str) -> None:
    """Wait for a dialog to say all this, wherever its lines break."""

    def spoken(text: str) -> bool:
        plain = " ".join(re.sub("[│┃]", " ", text).split())
        return all(part in plain for part in words)

    screen.until(spoken, " and ".join(words))


def becomes_live(screen: Terminal) -> None:
    """The dashboard works: lights, prices, and no trouble named any more."""
    screen.see(LIVE)
    screen.see(PRICE)
    screen.gone("what to do")


def test_a_gateway_that_is_down_is_found_when_it_is_started_and_again_when_somebody_logs_in(
    open_terminal: Open, gateway: Start
) -> None:
    port = free_port()
    screen = open_terminal("--base-url", f"http://127.0.0.1:{port}/v1/api")
    screen.see(r"✗ The gateway does not answer · c what to do")
    screen.see(rf"No gateway answers at 127.0.0.1:{port}")
    screen.see(r"✗ gateway (bad|down)")
    screen.press("c")
    says(screen, "Start the Client Portal Gateway (bin/run.sh root/conf.yaml)", "r Try again now")

    one = gateway("--no-tls", "--scenario=not-logged-in", port=port)
    screen.see(r"✗ Nobody is logged in at the gateway · c what to do")
    screen.see(rf"Open http://127.0.0.1:{port} in a browser")
    one.post("/sso/Login")
    becomes_live(screen)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_another_program_on_the_port_is_named_until_the_gateway_is_there(
    open_terminal: Open, gateway: Start, scheme: str
) -> None:
    with web_server(404, b"<h1>Not here</h1>", {"Content-Type": "text/html"}) as port:
        screen = open_terminal("--base-url", f"{scheme}://127.0.0.1:{port}/v1/api")
        screen.see(r"✗ What answers is not a Client Portal Gateway · c what to do")
        screen.press("c")
        says(screen, f"127.0.0.1:{port} is no Client Portal Gateway")
        says(screen, "Compare the port with listenPort", "give the right address with --base-url")
    if scheme == "http":
        gateway("--no-tls", port=port)
        becomes_live(screen)


def test_a_redirect_to_a_login_page_asks_for_a_login_and_the_brokerage_session_is_started_by_itself(
    open_terminal: Open, gateway: Start
) -> None:
    login = {"Location": "/sso/Login?forwardTo=22", "Content-Type": "text/html"}
    with web_server(302, b"<html>moved</html>", login) as port:
        screen = open_terminal("--base-url", f"http://127.0.0.1:{port}/v1/api")
        screen.see(r"✗ Nobody is logged in at the gateway · c what to do")
        screen.see(rf"Open http://127.0.0.1:{port} in a browser")
        screen.see(r"● gateway ✗ login bad")
    one = gateway("--no-tls", "--scenario=no-brokerage-session", port=port)
    becomes_live(screen)
    assert one.requests(INIT) == ['{"publish":true,"compete":false}']


def test_a_brokerage_session_that_does_not_come_is_named_until_it_does(open_terminal: Open, gateway: Start) -> None:
    one = gateway("--no-tls", "--scenario=maintenance")
    screen = open_terminal("--base-url", one.base_url, module="tests.e2e.midweek")
    screen.see(r"✗ There is no brokerage session · c what to do")
    screen.see(r"● gateway ● login (✗|◌) brokerage")
    screen.press("c")
    says(screen, "t Start the session here")
    one.switch("normal")
    becomes_live(screen)


def test_a_competing_session_is_ended_by_the_named_key_and_noticed_when_it_ends_elsewhere(
    open_terminal: Open, gateway: Start
) -> None:
    one = gateway("--no-tls", "--scenario=competing")
    screen = open_terminal("--base-url", one.base_url, columns=80, rows=24)
    screen.see(r"✗ Another program holds the brokerage session · c what to do")
    screen.see(r"✗ (competing session|brokerage bad)")
    screen.press("c")
    says(screen, "Taking over ends the session there", "t Start the session here", "esc Not now")
    assert all('"compete":false' in body for body in one.requests(INIT))
    screen.decide("t")
    becomes_live(screen)
    assert one.requests(INIT)[-1] == '{"publish":true,"compete":true}'

    asked = len(one.requests(INIT))
    one.switch("competing")
    screen.see(r"✗ Another program holds the brokerage session · c what to do")
    one.switch("normal")
    becomes_live(screen)
    assert len(one.requests(INIT)) == asked


def test_a_certificate_is_shown_trusted_once_and_never_replaced_unseen(open_terminal: Open, gateway: Start) -> None:
    one = gateway()
    screen = open_terminal("--base-url", one.base_url)
    says(screen, "The gateway's certificate is not known yet", "SHA-256 fingerprint", "y Yes, trust it from now on")
    shown = "".join(re.findall(r"(?:[0-9A-F]{2}:){15}[0-9A-F]{2}", screen.text())).replace(":", "").lower()
    assert f"sha256:{shown}" == one.fingerprint
    assert one.requests("/tickle") == []
    screen.decide("y")
    becomes_live(screen)
    screen.close()

    again = open_terminal("--base-url", one.base_url)
    becomes_live(again)
    assert b"trust it from now on" not in again.received

    one.kill()
    other = gateway(port=one.port)
    says(again, "STOP: the gateway's certificate has changed", "enter no password there")
    again.see(r"✗ (certificate changed|gateway bad)")
    assert other.requests("/tickle") == []


def test_a_gateway_killed_and_started_again_makes_prices_stale_and_then_live(
    open_terminal: Open, gateway: Start
) -> None:
    one = gateway("--no-tls")
    screen = open_terminal("--base-url", one.base_url)
    becomes_live(screen)
    one.kill()
    words = (r"AAPL +\d.* stale", r"AAPL · STALE", r"✗ (gateway|stream)")
    screen.until(lambda text: all(re.search(word, text) for word in words), "prices said to be stale", seconds=2.0)
    screen.see(r"✗ The gateway does not answer · c what to do", seconds=4.0)
    screen.see(r"✗ gateway (bad|down)")
    gateway("--no-tls", port=one.port)
    becomes_live(screen)
    screen.see(r"AAPL · live")
    screen.gone("(?i)stale|top of book only")


def test_a_window_that_was_closed_ends_the_program_though_it_was_told_to_ignore_that(
    open_terminal: Open, gateway: Start
) -> None:
    screen = open_terminal("--base-url", gateway("--no-tls").base_url, module="tests.e2e.nohup")
    becomes_live(screen)
    screen.hang_up()
    assert screen.child.exitstatus == 0


def test_plain_http_to_another_machine_is_refused_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ibtui", "--base-url", "http://192.0.2.7:5000/v1/api"]
    ended = subprocess.run(command, env={"HOME": str(tmp_path), "PATH": ""}, capture_output=True, text=True, timeout=20)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert re.fullmatch(r"ibtui: .*http:// is allowed only to this machine; use https://\n", ended.stderr)
