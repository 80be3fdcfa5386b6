"""What market data, stream, clocks, pacing and this machine say, from facts alone."""

from __future__ import annotations

import pytest

from ibtui.commands.doctor.facts import ClockSample, Exchange, Storage, StreamStory, TerminalTraits
from ibtui.commands.doctor.judge_machine import judge_configuration, judge_storage, judge_terminal
from ibtui.commands.doctor.judge_wire import judge_clock, judge_late, judge_market, judge_pacing, judge_stream
from ibtui.commands.doctor.steps import State
from ibtui.config import Config, OAuthSettings
from ibtui.errors import ConfigError, PenaltyBox, Refused
from ibtui.protocol.market import decode_snapshot
from tests.commands.doctor.facts_of import answered, unanswered

GOOD = TerminalTraits(True, 120, 40, "utf-8", "xterm-256color", "truecolor")


@pytest.mark.parametrize(
    ("code", "state", "said"),
    [
        ("RpB", State.OK, "live: AAPL (6509 RpB)"),
        ("ZB", State.OK, "frozen, as of the last close"),
        ("DPB", State.WARNING, "delayed by 15 to 20 minutes"),
        ("YpB", State.WARNING, "delayed and frozen"),
        ("N", State.WARNING, "none, not subscribed"),
        ("S", State.WARNING, "not known to be live"),
        ("", State.WARNING, "6509 not told"),
    ],
)
def test_each_letter_of_availability_is_explained(code: str, state: State, said: str) -> None:
    row = f'[{{"conid":265598,"31":"271.6","6509":"{code}"}}]'.encode()
    (quote,) = decode_snapshot(row, received=1.0)
    verdict = judge_market(answered(200, row), quote, "AAPL")
    assert (verdict.state, said in verdict.meaning) == (state, True), verdict
    assert (verdict.state is State.OK) == (verdict.remedy == "")
    assert not verdict.prevents_trading


def test_a_snapshot_without_prices_or_row_is_told() -> None:
    (quote,) = decode_snapshot(b'[{"conid":265598,"6509":"RpB"}]', received=1.0)
    assert "no price yet" in judge_market(answered(200), quote, "AAPL").meaning
    assert "no row for AAPL" in judge_market(answered(200), None, "AAPL").meaning
    assert judge_market(answered(500, error=Refused("x", status=500)), None, "AAPL").state is State.BAD


@pytest.mark.parametrize(
    ("story", "state", "said"),
    [
        (StreamStory("", True, 0.21, "answers tic"), State.OK, "ready after 0.2 s, alive (answers tic)"),
        (StreamStory("refused: 401"), State.BAD, "does not open (refused: 401)"),
        (StreamStory("", True), State.BAD, "“system success” never came"),
        (StreamStory("the gateway closed it", True), State.BAD, "never came (the gateway closed it)"),
        (StreamStory("", True, 0.2), State.BAD, "then silent"),
    ],
)
def test_the_stream_must_open_listen_and_live(story: StreamStory, state: State, said: str) -> None:
    verdict = judge_stream(story)
    assert (verdict.state, said in verdict.meaning) == (state, True)


def test_a_subscription_that_stays_silent_is_dead_where_the_snapshot_is_live() -> None:
    (live,) = decode_snapshot(b'[{"conid":265598,"31":"271.6","6509":"RpB"}]', received=1.0)
    (frozen,) = decode_snapshot(b'[{"conid":265598,"31":"271.6","6509":"ZB"}]', received=1.0)
    silent = StreamStory("", True, 0.2, "answers tic")
    dead = judge_stream(silent, live, "AAPL")
    assert (dead.state, "prices of AAPL that were subscribed do not come" in dead.meaning) == (State.BAD, True)
    assert judge_stream(silent, frozen, "AAPL").state is State.WARNING
    assert judge_stream(silent, None, "AAPL").state is State.OK, "nobody knows whether there are prices"
    fed = judge_stream(StreamStory("", True, 0.2, "answers tic", told_prices=True), live, "AAPL")
    assert (fed.state, fed.meaning.endswith("prices come")) == (State.OK, True)


def test_a_refused_subscription_of_orders_is_told_and_keeps_nobody_from_trading() -> None:
    story = StreamStory("", True, 0.2, "answers tic", told_prices=True, refused_orders="unable to subscribe")
    verdict = judge_stream(story)
    assert (verdict.state, verdict.prevents_trading) == (State.WARNING, False)
    assert "orders cannot be subscribed (unable to subscribe)" in verdict.meaning
    assert "log in anew" in verdict.remedy
    assert "ibtui oauth setup" in judge_stream(story, is_direct=True).remedy, "there is no page to log in at"


def test_clocks_close_together_are_well() -> None:
    verdict = judge_clock([ClockSample("Date header", -1.2, 1.5), ClockSample("websocket", -7.0, 3.0)])
    assert (verdict.state, verdict.meaning) == (State.OK, "within 1 s of the gateway's (Date header)")
    assert judge_clock([]).state is State.SKIPPED


@pytest.mark.parametrize(("ahead", "said"), [(-3600.0, "1 h 0 min behind"), (90.0, "1 min 30 s ahead of")])
def test_a_clock_that_is_off_is_told_with_direction(ahead: float, said: str) -> None:
    verdict = judge_clock([ClockSample("Date header", ahead, 1.5)])
    assert (verdict.state, said in verdict.meaning) == (State.WARNING, True)
    assert "NTP" in verdict.remedy
    assert "OAuth signatures" in judge_clock([ClockSample("Date header", ahead, 1.5)], is_direct=True).remedy


def test_of_two_clocks_that_are_off_the_surer_one_is_told() -> None:
    verdict = judge_clock([ClockSample("Date header", -3600.0, 1.5), ClockSample("websocket", -80000.0, 3.0)])
    assert "1 h 0 min behind this machine's (Date header)" in verdict.meaning


def test_one_clock_of_the_gateway_may_agree_while_another_is_off() -> None:
    verdict = judge_clock([ClockSample("Date header", 0.5, 1.5), ClockSample("websocket", -3600.0, 3.0)])
    assert verdict.state is State.WARNING
    assert "another of its times agrees (Date header)" in verdict.meaning
    assert "this machine's clock is right" in verdict.remedy


@pytest.mark.parametrize(
    ("exchanges", "boxed", "state", "said"),
    [
        ([answered(200), answered(200)], 0.0, State.OK, "2 requests answered, none with HTTP 429"),
        ([answered(200, seconds=4.0, path="/iserver/accounts")], 0.0, State.WARNING, "4.00 s (/iserver/accounts)"),
        ([answered(429, error=PenaltyBox("x", status=429))], 0.0, State.BAD, "boxes this address"),
        ([unanswered(PenaltyBox("x"))], 540.0, State.BAD, "boxes this address for 9 min 0 s more"),
        ([], 0.0, State.SKIPPED, "nothing was answered"),
    ],
)
def test_pacing_tells_the_penalty_box_and_slowness(
    exchanges: list[Exchange], boxed: float, state: State, said: str
) -> None:
    verdict = judge_pacing(exchanges, boxed)
    assert (verdict.state, said in verdict.meaning) == (state, True), verdict


@pytest.mark.parametrize(
    ("storage", "state", "said"),
    [
        (Storage("/s"), State.OK, "/s is writable"),
        (Storage("/s", "Read-only file system"), State.BAD, "cannot be written to (Read-only file system)"),
        (Storage("/s", journal_refusal="journal is damaged"), State.BAD, "damaged"),
        (Storage("/s", open_orders=1), State.WARNING, "1 order has no known outcome"),
        (Storage("/s", open_orders=2), State.WARNING, "2 orders have no known outcome"),
    ],
)
def test_the_state_folder_must_take_the_journal(storage: Storage, state: State, said: str) -> None:
    verdict = judge_storage(storage)
    assert (verdict.state, said in verdict.meaning) == (state, True)


@pytest.mark.parametrize(
    ("traits", "state", "said"),
    [
        (GOOD, State.OK, "120×40, true colour, utf-8, TERM=xterm-256color"),
        (TerminalTraits(True, 80, 24, "utf-8", "xterm-256color"), State.OK, "256 colours"),
        (TerminalTraits(True, 79, 24, "utf-8", "xterm"), State.WARNING, "at least 80×24"),
        (TerminalTraits(True, 120, 40, "ascii", "xterm"), State.WARNING, "UTF-8 locale"),
        (TerminalTraits(True, 120, 40, "utf-8", "dumb"), State.BAD, "nothing can be drawn"),
        (TerminalTraits(True, 120, 40, "utf-8", ""), State.BAD, "set TERM"),
        (TerminalTraits(True, 120, 40, "utf-8", "xterm-256color", in_tmux=True), State.WARNING, "tmux-256color"),
        (
            TerminalTraits(True, 120, 40, "utf-8", "tmux-256color", in_tmux=True, over_ssh=True),
            State.OK,
            "TERM=tmux-256color, tmux, SSH",
        ),
        (TerminalTraits(True, 120, 40, "utf-8", "xterm", no_colour=True), State.OK, "no colours (NO_COLOR)"),
        (TerminalTraits(False, 80, 24, "utf-8", ""), State.SKIPPED, "no terminal"),
    ],
)
def test_the_terminal_must_be_able_to_draw(traits: TerminalTraits, state: State, said: str) -> None:
    verdict = judge_terminal(traits)
    assert (verdict.state, said in f"{verdict.meaning} {verdict.remedy}") == (state, True), verdict


def test_the_configuration_is_told_as_far_as_it_matters() -> None:
    plain = judge_configuration(Config(account="U1"), None, is_loopback=True)
    assert (plain.state, plain.meaning) == (State.OK, "https://localhost:5000/v1/api, account U1")
    wrong = judge_configuration(Config(base_url="x"), ConfigError("base_url “x” is no URL"), is_loopback=False)
    assert (wrong.state, wrong.meaning) == (State.BAD, "base_url “x” is no URL")
    assert judge_configuration(Config(read_only=True), None, is_loopback=True).state is State.WARNING
    oauth = Config(oauth=OAuthSettings(version="1.0a"))
    assert judge_configuration(oauth, None, is_loopback=True).state is State.WARNING
    assert judge_configuration(oauth, None, is_loopback=False).state is State.OK


def test_a_walk_that_took_too_long_names_the_slowest_answer() -> None:
    asked = [answered(200, seconds=2.0), answered(200, seconds=14.0, path="/iserver/accounts")]
    verdict = judge_late(55.0, asked)
    assert verdict.state is State.BAD
    assert verdict.meaning.endswith("answers come late, the slowest after 14.0 s (/iserver/accounts)")
    assert judge_late(55.0, []).meaning == "given up, the walk had taken 55 s"
