"""What the way to the gateway says, from facts alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ibtui.commands.doctor.facts import Address, Certificate, Door, Doors, Exchange, Names, Trusted
from ibtui.commands.doctor.judge_oauth import judge_oauth
from ibtui.commands.doctor.judge_way import (
    judge_certificate,
    judge_doors,
    judge_gateway,
    judge_names,
)
from ibtui.commands.doctor.steps import State, Verdict
from ibtui.errors import ConfigError, IbtuiError, LinkError, NotLoggedIn, PenaltyBox, Refused
from ibtui.transport.listeners import Listener
from tests.commands.doctor.facts_of import DIRECT, GATEWAY, answered, unanswered

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
REFUSED = (Door("127.0.0.1", "refused"), Door("::1", "refused"))
TICKLE = b'{"session":"abc","iserver":{"authStatus":{"authenticated":true}}}'


def text(verdict: Verdict) -> str:
    return f"{verdict.meaning} -> {verdict.remedy}"


def test_a_name_that_leads_somewhere_is_well() -> None:
    verdict = judge_names(GATEWAY, Names(("127.0.0.1", "::1")))
    assert (verdict.state, verdict.meaning) == (State.OK, "localhost is 127.0.0.1, ::1")


def test_an_unknown_name_asks_for_network_or_hosts_file() -> None:
    far = judge_names(DIRECT, Names(error="Name or service not known"))
    near = judge_names(GATEWAY, Names(error="Name or service not known"))
    assert far.state is near.state is State.BAD
    assert "api.ibkr.com is not known to this machine's DNS (Name or service not known)" in far.meaning
    assert "network" in far.remedy
    assert "hosts file, or set base_url to https://127.0.0.1:5000/v1/api" in near.remedy


def test_a_loopback_of_ipv6_alone_is_warned_of() -> None:
    verdict = judge_names(GATEWAY, Names(("::1",)))
    assert verdict.state is State.WARNING
    assert "IPv6 alone" in verdict.meaning
    assert "https://127.0.0.1:5000/v1/api" in verdict.remedy


def test_one_open_door_is_enough() -> None:
    doors = Doors((Door("127.0.0.1"), Door("::1", "refused")), listener=Listener(42, "java"))
    verdict = judge_doors(GATEWAY, doors, platform="linux")
    assert (verdict.state, verdict.meaning) == (
        State.OK,
        "localhost:5000 answers (java (pid 42)); not at ::1, which is usual",
    )


@pytest.mark.parametrize(
    ("doors", "remedy"),
    [
        (Doors(REFUSED), "start the Client Portal Gateway (bin/run.sh root/conf.yaml"),
        (Doors(REFUSED, has_folder=True, folder_port=5000), "run “ibtui gateway start”"),
        (Doors(REFUSED, has_folder=True, folder_port=5001), "listens at port 5001 (conf.yaml) and base_url says 5000"),
        (Doors((Door("::1", "refused"),), other_loopback="127.0.0.1"), "set base_url to https://127.0.0.1:5000/v1/api"),
        (Doors((Door("127.0.0.1", "refused"),), other_loopback="::1"), "set base_url to https://[::1]:5000/v1/api"),
    ],
)
def test_closed_doors_say_what_to_start_or_change(doors: Doors, remedy: str) -> None:
    verdict = judge_doors(GATEWAY, doors, platform="linux")
    assert verdict.state is State.BAD
    assert remedy in verdict.remedy


def test_a_silent_host_elsewhere_is_a_matter_of_the_network() -> None:
    verdict = judge_doors(DIRECT, Doors((Door("1.2.3.4", "no answer within 5 s"),)))
    assert verdict.state is State.BAD
    assert "no answer within 5 s" in verdict.meaning
    assert "firewall" in verdict.remedy


def test_airplay_on_the_port_is_told_before_anything_is_sent() -> None:
    doors = Doors((Door("127.0.0.1"),), listener=Listener(9, "ControlCenter"))
    verdict = judge_doors(GATEWAY, doors, platform="darwin")
    assert verdict.state is State.BAD
    assert verdict.meaning == "port 5000 is taken by macOS's AirPlay Receiver"
    assert "switch it off" in verdict.remedy


@pytest.mark.parametrize(
    ("certificate", "state", "said"),
    [
        (Certificate(Trusted.PLAIN), State.OK, "none needed"),
        (Certificate(Trusted.VERIFIED, "sha256:ab", NOW + timedelta(days=90)), State.OK, "ends on 2027-02-18"),
        (Certificate(Trusted.VERIFIED, "sha256:ab", NOW + timedelta(days=3)), State.WARNING, "have it renewed"),
        (Certificate(Trusted.PINNED, "sha256:ab", NOW - timedelta(days=3)), State.OK, "ended on 2026-11-17"),
        (Certificate(Trusted.CHANGED, "sha256:cd", accepted="sha256:ab"), State.BAD, "accepted was sha256:ab"),
        (
            Certificate(Trusted.INVALID, not_after=NOW - timedelta(days=1), why="certificate has expired"),
            State.BAD,
            "certificate has expired; it ended on 2026-11-19",
        ),
        (Certificate(Trusted.NOT_TLS, server="nginx"), State.BAD, "does not speak TLS (it calls itself nginx)"),
        (Certificate(Trusted.NOT_TLS), State.BAD, "use http:// if conf.yaml has listenSsl: false"),
        (Certificate(Trusted.NOT_TLS, server="AirTunes/695.5.1"), State.BAD, "AirPlay Receiver"),
        (Certificate(Trusted.GONE, why="nothing listens"), State.BAD, "try again"),
    ],
)
def test_each_certificate_is_told_for_what_it_is(certificate: Certificate, state: State, said: str) -> None:
    verdict = judge_certificate(GATEWAY, certificate, NOW, platform="linux")
    assert verdict.state is state
    assert said in text(verdict)


def test_an_unknown_certificate_shows_its_fingerprint_and_keeps_trading_from_working() -> None:
    verdict = judge_certificate(GATEWAY, Certificate(Trusted.UNKNOWN, "sha256:" + "ab" * 32), NOW)
    assert verdict.state is State.WARNING
    assert verdict.prevents_trading
    assert ":".join(["AB"] * 16) in verdict.meaning
    assert "accept it there" in verdict.remedy


def test_oauth_sends_nothing_to_an_unknown_certificate() -> None:
    verdict = judge_certificate(DIRECT, Certificate(Trusted.UNKNOWN, "sha256:" + "ab" * 32), NOW)
    assert (verdict.state, "tokens are for nobody unknown" in verdict.meaning) == (State.BAD, True)


@pytest.mark.parametrize(
    ("tickle", "state", "said"),
    [
        (answered(200, TICKLE), State.OK, "a Client Portal Gateway"),
        (answered(200, b'{"error":"no session"}', error=NotLoggedIn("no session")), State.OK, "Portal Gateway"),
        (answered(401, error=NotLoggedIn("x")), State.OK, "it wants a login"),
        (
            answered(302, headers={"location": "/sso/Login?forwardTo=22"}, error=NotLoggedIn("x")),
            State.OK,
            "sends to its login page",
        ),
        (answered(302, headers={"location": "https://example.com/"}, error=NotLoggedIn("x")), State.BAD, "example.com"),
        (answered(404, b"Not Found", error=Refused("Not Found", status=404)), State.BAD, "check the port"),
        (answered(200, b"<html>hello", error=NotLoggedIn("page")), State.BAD, "something else answers"),
        (answered(200, b'{"hello":1}'), State.BAD, "something else answers"),
        (answered(200, b"\xff\xfe"), State.BAD, "something else answers"),
        (answered(403, error=Refused("x", status=403)), State.BAD, "ips: allow"),
        (answered(403, headers={"server": "AirTunes/7"}, error=Refused("x")), State.BAD, "AirPlay"),
        (answered(503, error=Refused("x", status=503)), State.WARNING, "answers HTTP 503"),
        (answered(423, error=Refused("x", status=423)), State.WARNING, "in trouble; see login"),
        (answered(429, error=PenaltyBox("x", status=429)), State.NOT_REACHED, "it answers HTTP 429"),
        (unanswered(PenaltyBox("x")), State.NOT_REACHED, "not asked: an earlier answer was HTTP 429"),
        (unanswered(LinkError("no answer in time")), State.BAD, "connected, but no answer came (no answer in time)"),
    ],
)
def test_what_answers_tickle_is_a_gateway_or_told_not_to_be(tickle: Exchange, state: State, said: str) -> None:
    verdict = judge_gateway(GATEWAY, tickle, platform="linux")
    assert verdict.state is state
    assert said in text(verdict)


def test_words_of_another_server_reach_the_terminal_cleaned() -> None:
    goal = {"location": "https://evil\x1b[2J\u202e/"}
    verdict = judge_gateway(GATEWAY, answered(302, headers=goal, error=NotLoggedIn("x")))
    assert verdict.meaning == "not a gateway: it sends to https://evil/"


def test_oauth_is_skipped_told_or_explained() -> None:
    assert judge_oauth("", (), None, 0.0).state is State.SKIPPED
    good = judge_oauth("1.0a", [answered(200)], None, 1.25)
    assert (good.state, good.meaning) == (State.OK, "OAuth 1.0a: keys read, live session token had in 1.2 s")
    refused = judge_oauth("1.0a", [answered(401)], NotLoggedIn("invalid consumer"), 0.1)
    assert (refused.state, refused.meaning) == (State.BAD, "OAuth 1.0a: invalid consumer (HTTP 401)")
    missing = judge_oauth("1.0a", (), ConfigError("oauth.consumer_key is missing"), 0.0)
    assert (missing.state, "oauth.consumer_key is missing" in missing.meaning) == (State.BAD, True)
    assert "ibtui oauth setup" in missing.remedy


@pytest.mark.parametrize(
    ("error", "said", "todo"),
    [
        (ConfigError("a: others can get at k (mode 0644); type: chmod 600 k"), "k (mode 0644)", "type: chmod 600 k"),
        (
            NotLoggedIn(
                "no (x); this machine's clock is 5 min 1 s behind IBKR's: set it right; `ibtui oauth setup` "
                "checks each piece"
            ),
            "set it right",
            "set this machine's clock (NTP)",
        ),
        (Refused("IBKR gives no token just now", status=503), "no token just now", "wait some minutes"),
        (LinkError("no answer to the request for a token"), "for a token", "the network"),
    ],
)
def test_what_keeps_oauth_from_its_token_says_what_mends_it(error: IbtuiError, said: str, todo: str) -> None:
    verdict = judge_oauth("1.0a", (), error, 0.1)
    assert (verdict.state, verdict.meaning.endswith(said)) == (State.BAD, True), verdict
    assert todo in verdict.remedy
    assert "gateway" not in verdict.remedy


def test_a_boxed_token_request_is_a_matter_of_pacing() -> None:
    assert judge_oauth("1.0a", (), PenaltyBox("x", status=429), 0.1).state is State.NOT_REACHED


def test_a_slow_gateway_is_called_so() -> None:
    slow = judge_gateway(GATEWAY, answered(200, b'{"session":"x"}', seconds=8.0))
    assert (slow.state, "only after 8.0 s: slow" in slow.meaning) == (State.WARNING, True)


def test_a_name_in_brackets_keeps_its_port() -> None:
    address = Address("https", "::1", 5000, is_loopback=True)
    assert address.place == "[::1]:5000"
