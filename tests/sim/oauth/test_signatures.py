"""What a signature must cover, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote, quote_plus

import pytest

from tests.sim.oauth.rig import BASE, LST, ORIGIN, OAuthRig

STOCKS = "/trsrv/stocks"
QUERY = {"symbols": "AAPL,MSFT"}


@pytest.fixture
async def ready(oauth: OAuthRig) -> OAuthRig:
    return await oauth.signed_in()


async def test_query_parameters_may_be_folded_or_left_out(ready: OAuthRig) -> None:
    assert (await ready.call("GET", STOCKS, QUERY)).status_code == 200
    assert (await ready.call("GET", STOCKS, QUERY, folded={})).status_code == 200
    verified = (await ready.told())["verified"]
    assert (verified["folded"], verified["omitted"]) == (1, 1)


async def test_strict_rules_take_the_query_folded_only(ready: OAuthRig) -> None:
    await ready.lever("rules", {"query": "strict"})
    assert (await ready.call("GET", STOCKS, QUERY)).status_code == 200
    assert (await ready.call("GET", STOCKS, QUERY, folded={})).status_code == 401


async def test_only_lenient_rules_take_the_query_in_the_url(ready: OAuthRig) -> None:
    url = f"{BASE}{STOCKS}?symbols=AAPL%2CMSFT"
    assert (await ready.call("GET", STOCKS, QUERY, signed_url=url, folded={})).status_code == 401
    await ready.lever("rules", {"query": "lenient"})
    assert (await ready.call("GET", STOCKS, QUERY, signed_url=url, folded={})).status_code == 200


async def test_a_query_changed_on_the_way_is_refused(ready: OAuthRig) -> None:
    assert (await ready.call("GET", STOCKS, QUERY, folded={"symbols": "IBM"})).status_code == 401


@pytest.mark.parametrize("encode", [quote, quote_plus, lambda text: quote(text, safe="")])
async def test_each_encoding_in_use_is_taken(ready: OAuthRig, encode: object) -> None:
    ready.signer.encode = encode  # type: ignore[assignment]  # each of them maps text to text
    assert (await ready.call("GET", STOCKS, {"symbols": "BRK B/X"})).status_code == 200


@pytest.mark.parametrize("host", ["localhost:5000", "127.0.0.1:5000", "[::1]:5000"])
async def test_the_url_may_name_any_loopback_host_whatever_the_host_header_says(ready: OAuthRig, host: str) -> None:
    url = f"https://{host}/v1/api/tickle"
    assert (await ready.call("POST", "/tickle", signed_url=url, host="api.ibkr.com")).status_code == 200


@pytest.mark.parametrize("url", ["https://api.ibkr.com/v1/api/tickle", f"{BASE}/logout", f"{ORIGIN}/tickle"])
async def test_another_url_is_refused(ready: OAuthRig, url: str) -> None:
    assert (await ready.call("POST", "/tickle", signed_url=url)).status_code == 401


async def test_a_trailing_slash_is_signed_as_it_is_sent(ready: OAuthRig) -> None:
    assert (await ready.call("POST", "/tickle/")).status_code == 200
    assert (await ready.call("POST", "/tickle/", signed_url=f"{BASE}/tickle")).status_code == 401


async def test_a_form_body_is_signed_with_the_request_and_a_json_body_is_not(ready: OAuthRig) -> None:
    form = "application/x-www-form-urlencoded"
    folded = {"a": "b"}
    assert (await ready.call("POST", "/tickle", body=b"a=b", folded=folded, content_type=form)).status_code == 200
    assert (await ready.call("POST", "/tickle", body=b"a=b", content_type=form)).status_code == 401
    assert (await ready.call("POST", "/tickle", body=b'{"a":"b"}')).status_code == 200


async def test_a_request_counts_once(ready: OAuthRig) -> None:
    header = ready.signer.header("POST", f"{BASE}/tickle")
    assert (await ready.send("POST", "/v1/api/tickle", header)).status_code == 200
    again = await ready.send("POST", "/v1/api/tickle", header)
    assert again.status_code == 401
    assert again.json()["error"].endswith("invalid nonce")


async def test_a_forged_request_does_not_use_up_a_nonce(ready: OAuthRig) -> None:
    header = ready.signer.header("POST", f"{BASE}/tickle")
    assert (await ready.send("POST", "/v1/api/logout", header)).status_code == 401
    assert (await ready.send("POST", "/v1/api/tickle", header)).status_code == 200


@pytest.mark.parametrize(("off_s", "status"), [(-301, 401), (-299, 200), (299, 200), (301, 401)])
async def test_a_clock_off_by_more_than_five_minutes_is_refused(ready: OAuthRig, off_s: int, status: int) -> None:
    ready.signer.now_s = lambda: ready.now_s() + off_s
    assert (await ready.call("POST", "/tickle")).status_code == status


async def test_the_servers_clock_can_be_put_wrong(ready: OAuthRig) -> None:
    await ready.lever("rules", {"skew_s": 3600})
    answer = await ready.call("POST", "/tickle")
    assert answer.json()["error"].endswith("invalid timestamp")


async def test_strict_rules_take_no_timestamp_older_than_one_before(ready: OAuthRig) -> None:
    await ready.lever("rules", {"query": "strict"})
    assert (await ready.call("POST", "/tickle")).status_code == 200
    ready.signer.now_s = lambda: ready.now_s() - 1
    assert (await ready.call("POST", "/tickle")).status_code == 401


@pytest.mark.parametrize("missing", ["oauth_nonce", "oauth_timestamp", "oauth_signature", "oauth_token", "realm"])
async def test_the_answer_names_what_is_missing(ready: OAuthRig, missing: str) -> None:
    answer = await ready.send("POST", "/v1/api/tickle", ready.signer.header("POST", f"{BASE}/tickle", without=missing))
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(f"missing {missing}")


@pytest.mark.parametrize("header", ["", "Basic x", "OAuth", "OAuth a=b=c", 'OAuth a="1", a="2"', "Bearer nonsense"])
async def test_no_header_that_proves_nothing_is_let_in(ready: OAuthRig, header: str) -> None:
    assert (await ready.send("POST", "/v1/api/tickle", header)).status_code in (400, 401)


async def test_an_unknown_consumer_realm_or_token_is_401(oauth: OAuthRig) -> None:
    for signer, reason in (
        (replace(oauth.signer, consumer_key="NOBODY123"), "invalid consumer"),
        (replace(oauth.signer, realm="test_realm"), "invalid realm"),
        (replace(oauth.signer, access_token="0" * 20), "invalid token"),
    ):
        answer = await oauth.shake(signer)
        assert (answer.status_code, answer.json()["error"].split("error: ")[1]) == (401, reason)


async def test_by_rule_the_consumer_is_not_yet_active(oauth: OAuthRig) -> None:
    await oauth.lever("rules", {"invalid_consumer": True})
    assert (await oauth.shake()).json()["error"].endswith("invalid consumer")


async def test_without_a_user_agent_everything_is_403(ready: OAuthRig) -> None:
    ready.http.headers.pop("user-agent")
    assert (await ready.call("POST", "/tickle")).status_code == 403
    assert (await ready.send("POST", f"/v1/api{LST}")).status_code == 403
    assert (await ready.send("POST", "/oauth2/api/v1/token")).status_code == 403


async def test_the_portal_path_is_guarded_too_and_there_is_no_login_page(ready: OAuthRig) -> None:
    assert (await ready.send("POST", "/v1/portal/tickle")).status_code == 401
    assert (await ready.send("GET", "/sso/Login")).status_code == 404


async def test_the_report_holds_what_was_refused_and_no_secret(ready: OAuthRig) -> None:
    await ready.send("POST", "/v1/api/tickle")
    told = await ready.told()
    assert [row["reason"] for row in told["refused"]] == ["not authenticated"]
    assert ready.signer.access_token not in str(told)


async def test_fifty_requests_a_second_are_allowed_without_a_gateway(ready: OAuthRig) -> None:
    ready.gateway.pacing.release()
    admitted = [ready.gateway.pacing.admits("POST", "/tickle") for _ in range(51)]
    assert admitted == [True] * 50 + [False]


async def test_a_rule_that_is_none_is_refused_by_name(oauth: OAuthRig) -> None:
    assert "unknown rule 'querry'" in (await oauth.lever("rules", {"querry": "strict"}))["error"]
    assert "dead_status must be one of 401, 410" in (await oauth.lever("expire", {"status": 500}))["error"]


@pytest.mark.parametrize("place", ["form", "query"])
async def test_init_takes_its_parameters_signed_in_a_form_or_the_query_as_the_how_to_sends_them(
    oauth: OAuthRig, place: str
) -> None:
    assert oauth.signer.took((await oauth.shake()).json())
    wanted = {"compete": "false", "publish": "true"}
    path, form = "/iserver/auth/ssodh/init", "application/x-www-form-urlencoded"
    if place == "form":
        body = b"compete=false&publish=true"
        answer = await oauth.call("POST", path, body=body, folded=wanted, content_type=form)
    else:
        answer = await oauth.call("POST", path, wanted)
    assert answer.json()["established"] is True
