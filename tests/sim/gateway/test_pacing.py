"""Request limits and the penalty box."""

from __future__ import annotations

from tests.sim.gateway.rig import MakeRig, Rig


async def test_the_eleventh_request_in_a_second_is_429_and_so_is_all_that_follows(rig: Rig) -> None:
    rig.gateway.pacing.release()
    codes = [(await rig.send("POST", "/tickle", paced=True)).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]
    rig.advance(60_000)
    assert (await rig.send("POST", "/tickle", paced=True)).status_code == 429


async def test_the_penalty_ends_after_ten_minutes(rig: Rig) -> None:
    rig.gateway.pacing.release()
    for _ in range(11):
        await rig.send("POST", "/tickle", paced=True)
    rig.clock.advance(600_000)
    assert (await rig.send("POST", "/tickle", paced=True)).status_code == 200


async def test_a_faster_simulation_shortens_the_penalty(make_rig: MakeRig) -> None:
    rig = make_rig(speed=60.0)
    for _ in range(11):
        await rig.send("POST", "/tickle", paced=True)
    rig.clock.advance(10_000)
    assert (await rig.send("POST", "/tickle", paced=True)).status_code == 200


async def test_live_orders_may_be_read_once_in_five_seconds(rig: Rig) -> None:
    rig.gateway.pacing.release()
    assert (await rig.send("GET", "/iserver/account/orders", paced=True)).status_code == 200
    rig.clock.advance(5_000)
    assert (await rig.send("GET", "/iserver/account/orders", paced=True)).status_code == 200
    rig.clock.advance(3_000)
    assert (await rig.send("GET", "/iserver/account/orders", paced=True)).status_code == 429


async def test_limits_of_paths_with_parameters_count_over_all_their_values(rig: Rig) -> None:
    rig.gateway.pacing.release()
    assert (await rig.send("GET", "/fyi/disclaimer/EA", paced=True)).status_code == 200
    assert (await rig.send("GET", "/fyi/disclaimer/SM", paced=True)).status_code == 429


async def test_ten_requests_every_second_are_never_refused(rig: Rig) -> None:
    rig.gateway.pacing.release()
    for _ in range(30):
        assert (await rig.send("POST", "/tickle", paced=True)).status_code == 200
        rig.clock.advance(100)
