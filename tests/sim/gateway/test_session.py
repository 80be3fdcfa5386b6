"""Login, brokerage session and what is refused without them."""

from __future__ import annotations

import httpx

from ibtui.sim.gateway.app import create_app
from tests.sim.gateway.rig import MakeRig, Rig


async def test_tickle_names_the_session_and_its_state(rig: Rig) -> None:
    answer = await rig.post("/tickle")
    assert answer["session"] == rig.gateway.login.session_id
    assert answer["hmds"] == {"error": "no bridge"}
    assert answer["iserver"]["authStatus"]["established"] is True


async def test_the_path_of_the_portal_is_accepted_too(rig: Rig) -> None:
    assert (await rig.browser("GET", "/v1/portal/iserver/auth/status")).json()["authenticated"] is True


async def test_a_trailing_slash_changes_nothing(rig: Rig) -> None:
    assert (await rig.send("GET", "/iserver/accounts/")).status_code == 200


async def test_an_unknown_path_is_the_gateways_404(rig: Rig) -> None:
    answer = await rig.send("GET", "/iserver/scanner/params")
    assert (answer.status_code, answer.text) == (404, "<html><body><h1>Resource not found</h1></body></html>")


async def test_a_known_path_with_another_method_is_404(rig: Rig) -> None:
    assert (await rig.send("DELETE", "/tickle")).status_code == 404


async def test_a_post_without_content_length_is_411(rig: Rig) -> None:
    answer = await rig.post_in_chunks("/tickle")
    assert answer.status_code == 411


async def test_without_login_a_get_leads_to_the_login_page_and_a_post_is_401(make_rig: MakeRig) -> None:
    rig = make_rig(scenario="not-logged-in")
    got = await rig.send("GET", "/iserver/accounts")
    assert got.status_code == 302
    assert got.headers["location"].startswith("/sso/Login")
    assert (await rig.send("POST", "/tickle")).status_code == 401
    assert (await rig.send("GET", "/sso/validate")).status_code == 401
    assert "text/html" in (await rig.browser("GET", "/sso/Login")).headers["content-type"]


async def test_logging_in_with_the_browser_opens_everything(make_rig: MakeRig) -> None:
    rig = make_rig(scenario="not-logged-in")
    assert (await rig.browser("POST", "/sso/Login")).text == "Client login succeeds"
    assert (await rig.post("/iserver/auth/status"))["authenticated"] is True


async def test_without_a_brokerage_session_iserver_has_no_bridge(make_rig: MakeRig) -> None:
    rig = make_rig(scenario="no-brokerage-session")
    answer = await rig.send("GET", "/iserver/accounts")
    assert (answer.status_code, answer.json()["error"]) == (400, "Bad Request: no bridge")
    assert (await rig.send("GET", "/portfolio/accounts")).status_code == 200


async def test_init_opens_the_brokerage_session(make_rig: MakeRig) -> None:
    rig = make_rig(scenario="no-brokerage-session")
    assert (await rig.post("/iserver/auth/ssodh/init", {"publish": True, "compete": True}))["established"] is True
    assert (await rig.send("GET", "/iserver/accounts")).status_code == 200


async def test_init_without_publish_is_500(rig: Rig) -> None:
    answer = await rig.send("POST", "/iserver/auth/ssodh/init", {"publish": False, "compete": True})
    assert answer.status_code == 500


async def test_a_competing_session_goes_only_when_it_is_competed_with(make_rig: MakeRig) -> None:
    rig = make_rig(scenario="competing")
    mild = await rig.post("/iserver/auth/ssodh/init", {"publish": True, "compete": False})
    assert (mild["authenticated"], mild["competing"]) == (False, True)
    firm = await rig.post("/iserver/auth/ssodh/init", {"publish": True, "compete": True})
    assert (firm["authenticated"], firm["competing"]) == (True, False)


async def test_during_maintenance_init_is_taken_and_opens_nothing(make_rig: MakeRig) -> None:
    rig = make_rig(scenario="maintenance")
    answer = await rig.post("/iserver/auth/ssodh/init", {"publish": True, "compete": True})
    assert (answer["authenticated"], answer["competing"], answer["connected"]) == (False, False, True)
    await rig.control("POST", "/sim/scenario", {"name": "normal"})
    assert (await rig.post("/iserver/auth/status"))["authenticated"] is True


async def test_logout_ends_everything(rig: Rig) -> None:
    assert await rig.post("/logout") == {"status": True}
    assert (await rig.send("POST", "/tickle")).status_code == 401


async def test_a_session_without_requests_loses_its_brokerage_tier(slack: Rig) -> None:
    slack.advance(6 * 60_000)
    status = await slack.post("/iserver/auth/status")
    assert (status["authenticated"], status["connected"]) == (False, True)
    assert await slack.post("/iserver/reauthenticate") == {"message": "triggered"}
    assert (await slack.post("/iserver/auth/status"))["authenticated"] is True


async def test_orders_and_snapshots_need_the_accounts_first(make_rig: MakeRig) -> None:
    rig = make_rig()
    for path in ("/iserver/account/orders", "/iserver/marketdata/snapshot", "/iserver/account/DU1234567/summary"):
        answer = await rig.send("GET", path)
        assert (answer.status_code, answer.json()["error"]) == (400, "Bad Request: Please query /accounts first")


async def test_portfolio_needs_its_accounts_first(make_rig: MakeRig) -> None:
    rig = make_rig()
    assert (await rig.send("GET", "/portfolio/DU1234567/ledger")).status_code == 400
    await rig.get("/portfolio/accounts")
    assert (await rig.send("GET", "/portfolio/DU1234567/ledger")).status_code == 200


async def test_a_new_brokerage_session_wants_its_warm_ups_again(rig: Rig) -> None:
    await rig.post("/iserver/auth/ssodh/init", {"publish": True, "compete": True})
    assert (await rig.send("GET", "/iserver/account/orders")).status_code == 400


async def test_switching_accounts_answers_in_three_ways(rig: Rig) -> None:
    assert await rig.post("/iserver/account", {"acctId": "DU1234567"}) == {"success": "Account already set"}
    assert await rig.post("/iserver/account", {"acctId": "DU7654321"}) == {"set": True, "acctId": "DU7654321"}
    assert (await rig.send("POST", "/iserver/account", {"acctId": "U999"})).status_code == 500


async def test_the_scenario_can_be_switched_while_it_runs(make_rig: MakeRig) -> None:
    rig = make_rig(scenario="not-logged-in")
    assert await rig.control("POST", "/sim/scenario", {"name": "normal"}) == {"scenario": "normal"}
    assert (await rig.send("GET", "/iserver/accounts")).status_code == 200


async def test_a_manual_clock_can_be_advanced_from_outside(rig: Rig) -> None:
    before = rig.gateway.now_ms
    assert await rig.control("POST", "/sim/advance", {"ms": 1_500}) == {"ms": rig.clock.ms()}
    assert rig.gateway.now_ms - before == 1_500


async def test_without_the_option_there_are_no_levers(rig: Rig) -> None:
    transport = httpx.ASGITransport(app=create_app(rig.gateway))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        assert (await client.get("/sim/requests")).status_code == 404


async def test_the_request_log_shows_what_arrived(rig: Rig) -> None:
    await rig.post("/iserver/questions/suppress", {"messageIds": ["o163"]})
    last = (await rig.control("GET", "/sim/requests"))["requests"][-1]
    assert (last["method"], last["path"]) == ("POST", "/iserver/questions/suppress")
    assert "o163" in last["body"]
