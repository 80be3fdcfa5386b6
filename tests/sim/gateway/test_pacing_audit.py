"""The account of requests that broke the documents' limits."""

from __future__ import annotations

from ibtui.sim.gateway.clock import ManualClock
from ibtui.sim.gateway.limits import DIRECT, HISTORY
from ibtui.sim.gateway.pacingaudit import LISTED, PacingAudit
from tests.sim.gateway.rig import Rig, Tree


def noted(audit: PacingAudit, path: str, method: str = "GET") -> None:
    """A request that is answered at once."""
    with audit.request(method, path, path, 0):
        pass


def test_ten_in_a_second_are_well_and_the_eleventh_is_told() -> None:
    clock = ManualClock()
    audit = PacingAudit(clock)
    clock.advance(5_000)
    for _ in range(11):
        noted(audit, "/tickle", "POST")
    assert audit.report() == {
        "requests": 11,
        "broken": 1,
        "first": [
            {"time": 0, "clock_ms": 5_000, "method": "POST", "path": "/tickle", "limit": "10 in 1 s", "within": 11}
        ],
        "boxed": 0,
        "history_at_once": 0,
    }


def test_a_path_of_the_table_has_a_limit_of_its_own() -> None:
    clock = ManualClock()
    audit = PacingAudit(clock)
    for pause_ms in (0, 5_000, 4_000, 60_000):
        clock.advance(pause_ms)
        noted(audit, "/iserver/account/orders")
        noted(audit, "/iserver/accounts")
    first: Tree = audit.report()["first"]
    assert [(row["clock_ms"], row["limit"], row["within"]) for row in first] == [(9_000, "1 in 5 s", 2)]


def test_only_the_first_are_listed_and_clearing_forgets_them() -> None:
    audit = PacingAudit(ManualClock())
    for _ in range(60):
        noted(audit, "/portfolio/positions")
    told: Tree = audit.report()
    assert (told["broken"], len(told["first"])) == (50, LISTED)
    audit.clear()
    assert audit.report()["broken"] == 0


def test_a_sixth_history_at_once_breaks_its_limit() -> None:
    audit = PacingAudit(ManualClock())
    under_way = [audit.request("GET", HISTORY, HISTORY, 0) for _ in range(6)]
    for request in under_way:
        request.__enter__()
    for request in under_way:
        request.__exit__(None, None, None)
    noted(audit, HISTORY)
    first: Tree = audit.report()["first"]
    assert [(row["limit"], row["within"]) for row in first] == [("5 at once", 6)]
    assert audit.history_at_once == 6


def test_direct_users_have_fifty_in_a_second() -> None:
    audit = PacingAudit(ManualClock())
    for _ in range(51):
        with audit.request("POST", "/tickle", "/tickle", 0, DIRECT):
            pass
    first: Tree = audit.report()["first"]
    assert [row["limit"] for row in first] == ["50 in 1 s"]


async def test_the_truth_tells_what_was_refused_though_pacing_was_released(rig: Rig) -> None:
    rig.gateway.pacing.audit.clear()
    rig.gateway.pacing.release()
    for _ in range(12):
        await rig.send("POST", "/tickle", paced=True)
    rig.gateway.pacing.release()
    told: Tree = (await rig.control("GET", "/sim/truth"))["pacing"]
    assert (told["requests"], told["broken"], told["boxed"]) == (12, 2, 1)
