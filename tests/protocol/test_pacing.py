"""Requests wait as IBKR's "Pacing Limitations" demand, and not longer."""

from __future__ import annotations

import pytest

from ibtui.protocol.fyi import accept_disclaimer, forget_device, mark_read, more_notifications, notifications, subscribe
from ibtui.protocol.history import history
from ibtui.protocol.market import snapshot
from ibtui.protocol.pacing import (
    CONCURRENT_SECONDS,
    LATELY_SECONDS,
    LIMITS,
    LONGEST_PENALTY_SECONDS,
    SLACK_SECONDS,
    Pacer,
    penalty,
)
from ibtui.protocol.portfolio import accounts, pnl
from ibtui.protocol.requests import Request
from ibtui.protocol.session import tickle, validate

ANY = "GET /iserver/secdef/search"


def used(pacer: Pacer, key: str, times: int, now: float) -> None:
    for _ in range(times):
        pacer.took(key, now)


def test_ten_requests_leave_at_once_and_the_eleventh_waits_a_second() -> None:
    pacer = Pacer()
    for _ in range(10):
        assert pacer.wait(ANY, 100.0) == 0.0
        pacer.took(ANY, 100.0)
    assert pacer.wait(ANY, 100.0) == pytest.approx(1.0 + SLACK_SECONDS)


def test_the_window_slides() -> None:
    pacer = Pacer()
    used(pacer, ANY, 5, 100.0)
    used(pacer, ANY, 5, 100.6)
    assert pacer.wait(ANY, 100.8) == pytest.approx(0.2 + SLACK_SECONDS)
    assert pacer.wait(ANY, 101.06) == 0.0


def test_waiting_as_long_as_told_is_enough() -> None:
    pacer = Pacer()
    now = 0.0
    for _ in range(35):
        now += pacer.wait(ANY, now)
        assert pacer.wait(ANY, now) == 0.0
        pacer.took(ANY, now)
    assert now == pytest.approx(3 * (1.0 + SLACK_SECONDS))


@pytest.mark.parametrize(
    ("key", "seconds"),
    [
        ("GET /iserver/account/orders", 5.0),
        ("GET /iserver/account/trades", 5.0),
        ("GET /iserver/account/pnl/partitioned", 5.0),
        ("GET /portfolio/accounts", 5.0),
        ("GET /portfolio/subaccounts", 5.0),
        ("GET /sso/validate", 60.0),
        ("POST /tickle", 1.0),
        ("GET /fyi/unreadnumber", 1.0),
        ("GET /iserver/scanner/params", 900.0),
        ("POST /pa/performance", 900.0),
    ],
)
def test_an_endpoint_has_its_own_interval(key: str, seconds: float) -> None:
    pacer = Pacer()
    pacer.took(key, 10.0)
    assert pacer.wait(key, 10.0) == pytest.approx(seconds + SLACK_SECONDS)
    assert pacer.wait(key, 10.0 + seconds + 2 * SLACK_SECONDS) == 0.0


def test_one_slow_endpoint_does_not_hold_up_another() -> None:
    pacer = Pacer()
    pacer.took("GET /iserver/account/orders", 10.0)
    assert pacer.wait("GET /iserver/account/trades", 10.0) == 0.0


def test_a_penalty_stops_everything_until_it_is_over() -> None:
    pacer = Pacer()
    pacer.penalise(50.0, 30.0)
    assert pacer.wait(ANY, 60.0) == pytest.approx(20.0)
    assert pacer.free(60.0) == 0
    assert pacer.wait(ANY, 80.0) == 0.0
    assert pacer.free(80.0) == 10


def test_a_second_shorter_penalty_does_not_end_the_first() -> None:
    pacer = Pacer()
    pacer.penalise(0.0, 600.0)
    pacer.penalise(1.0, 2.0)
    assert pacer.wait(ANY, 10.0) == pytest.approx(590.0)


def test_the_windows_go_on_behind_a_penalty() -> None:
    pacer = Pacer()
    pacer.penalise(50.0, 30.0)
    used(pacer, ANY, 10, 50.0)
    assert pacer.window_wait(ANY, 50.5) == pytest.approx(0.5 + SLACK_SECONDS)


@pytest.mark.parametrize(
    ("strikes", "asked", "seconds"),
    [
        (1, None, 600.0),
        (2, None, 900.0),
        (3, None, 1350.0),
        (9, None, LONGEST_PENALTY_SECONDS),
        (3, 30.0, 30.0),
        (1, -5.0, 1.0),
        (1, 1e9, LONGEST_PENALTY_SECONDS),
    ],
)
def test_a_penalty_lasts_as_the_documents_say_and_longer_each_time_it_was_not_over(
    strikes: int, asked: float | None, seconds: float
) -> None:
    assert penalty(strikes, asked) == seconds


def test_directly_fifty_leave_in_a_second() -> None:
    pacer = Pacer(50)
    used(pacer, ANY, 49, 100.0)
    assert pacer.wait(ANY, 100.0) == 0.0
    pacer.took(ANY, 100.0)
    assert pacer.wait(ANY, 100.0) == pytest.approx(1.0 + SLACK_SECONDS)


def test_kept_places_are_left_alone() -> None:
    pacer = Pacer()
    used(pacer, ANY, 8, 100.0)
    assert pacer.wait(ANY, 100.0) == 0.0
    assert pacer.wait(ANY, 100.4, kept=2) == pytest.approx(0.6 + SLACK_SECONDS)


def test_the_load_is_the_share_of_the_last_seconds_that_was_used_or_is_waited_for() -> None:
    pacer = Pacer()
    for second in range(10):
        used(pacer, ANY, 5, 100.0 + second)
    assert pacer.load(109.0) == pytest.approx(0.5)
    assert pacer.load(109.0, waiting=20) == pytest.approx(0.7)
    assert pacer.load(109.0, waiting=900) == 1.0
    assert pacer.load(109.0 + LATELY_SECONDS + 1.0) == 0.0


def test_every_limit_names_where_it_is_written() -> None:
    assert all("Pacing Limitations" in one.source or "wire-facts" in one.source for one in LIMITS.values())


def test_free_counts_what_is_left_of_the_second() -> None:
    pacer = Pacer()
    used(pacer, ANY, 3, 5.0)
    assert pacer.free(5.5) == 7
    assert pacer.free(6.1) == 10


def test_five_histories_may_be_open_and_a_sixth_waits_for_one_to_finish() -> None:
    pacer = Pacer()
    key = history(265598, period="1d", bar="5min").key
    used(pacer, key, LIMITS[key].count, 0.0)
    assert pacer.wait(key, 2.0) > 0.0
    pacer.finished(key)
    assert pacer.wait(key, 2.0) == 0.0


def test_a_history_that_never_finished_stops_counting() -> None:
    pacer = Pacer()
    key = history(265598, period="1d", bar="5min").key
    used(pacer, key, LIMITS[key].count, 0.0)
    assert pacer.wait(key, CONCURRENT_SECONDS + 1.0) == 0.0


def test_a_history_answered_twice_frees_only_its_own_place() -> None:
    pacer = Pacer()
    key = history(265598, period="1d", bar="5min").key
    used(pacer, key, 1, 0.0)
    pacer.finished(key)
    pacer.finished(key)
    used(pacer, key, LIMITS[key].count, 2.0)
    assert pacer.wait(key, 4.0) > 0.0


@pytest.mark.parametrize(
    "request_",
    [
        tickle(),
        validate(),
        accounts(),
        pnl(),
        snapshot([265598]),
        notifications(),
        more_notifications("2024"),
        mark_read("2024031947509444"),
        subscribe("SM", enabled=True),
        accept_disclaimer("PF"),
        forget_device("apn://mtws@1234E5"),
    ],
    ids=lambda request_: request_.key,
)
def test_every_limited_request_has_a_key_of_the_table(request_: Request) -> None:
    assert request_.key in LIMITS


@pytest.mark.parametrize(
    ("method", "path", "key"),
    [
        ("POST", "/iserver/account/U1234567/orders", "POST /iserver/account/{}/orders"),
        ("DELETE", "/iserver/account/DU1/order/912091175", "DELETE /iserver/account/{}/order/{}"),
        ("POST", "/iserver/reply/a12b34c5-d678-9e012f", "POST /iserver/reply/{}"),
        ("GET", "/portfolio2/U1/positions", "GET /portfolio2/{}/positions"),
        ("GET", "/portfolio/U1/positions/0", "GET /portfolio/{}/positions/{}"),
        ("GET", "/fyi/disclaimer/PF", "GET /fyi/disclaimer/{}"),
        ("PUT", "/fyi/deliveryoptions/email", "PUT /fyi/deliveryoptions/email"),
        ("POST", "/fyi/deliveryoptions/device", "POST /fyi/deliveryoptions/device"),
    ],
)
def test_ids_are_left_out_of_the_key(method: str, path: str, key: str) -> None:
    assert Request(method, path).key == key
