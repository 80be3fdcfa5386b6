"""The handshake, and how long what comes of it lasts."""

from __future__ import annotations

import httpx
import pytest

from ibtui.sim.gateway.losses import ConnectionLost
from tests.sim.oauth.rig import BASE, LST, OAuthRig
from tests.sim.oauth.signing import Signer

DAY_MS = 86_400_000


async def test_a_handshake_gives_a_token_that_its_signature_proves_and_that_ends_in_a_day(oauth: OAuthRig) -> None:
    answer = await oauth.shake()
    assert answer.status_code == 200
    assert set(answer.json()) == {
        "diffie_hellman_response",
        "live_session_token_signature",
        "live_session_token_expiration",
    }
    assert oauth.signer.took(answer.json())
    assert answer.json()["live_session_token_expiration"] == oauth.now_s() * 1000 + DAY_MS


async def test_every_shared_secret_agrees_whether_its_first_byte_needs_a_sign_bit_or_not(oauth: OAuthRig) -> None:
    for _ in range(6):
        signer = Signer(oauth.folder, oauth.now_s)
        assert signer.took((await oauth.shake(signer)).json())


async def test_a_token_is_a_login_without_a_brokerage_session_until_init(oauth: OAuthRig) -> None:
    assert oauth.signer.took((await oauth.shake()).json())
    before = (await oauth.call("POST", "/tickle")).json()
    assert before["iserver"]["authStatus"]["authenticated"] is False
    assert (await oauth.call("GET", "/iserver/accounts")).json()["error"] == "Bad Request: no bridge"
    assert (await oauth.initialise())["established"] is True
    assert (await oauth.call("GET", "/iserver/accounts")).status_code == 200


async def test_tickle_does_not_tell_of_a_single_sign_on(oauth: OAuthRig) -> None:
    await oauth.signed_in()
    assert set((await oauth.call("POST", "/tickle")).json()) == {"session", "hmds", "iserver"}


async def test_a_post_without_content_length_is_411(oauth: OAuthRig) -> None:
    header = oauth.signer.handshake_header(f"{BASE}{LST}")
    request = httpx.Request("POST", f"{BASE}{LST}", headers={"authorization": header, "user-agent": "test"})
    request.headers.pop("content-length", None)
    assert (await oauth.http.send(request)).status_code == 411


@pytest.mark.parametrize("challenge", ["", "0", "1", "xyz", "f" * 600])
async def test_a_challenge_outside_the_group_is_400(oauth: OAuthRig, challenge: str) -> None:
    extra, prepend = {"diffie_hellman_challenge": challenge}, oauth.signer.prepend().hex()
    header = oauth.signer.header("POST", f"{BASE}{LST}", rsa_signed=True, extra=extra, prepend=prepend)
    answer = await oauth.send("POST", f"/v1/api{LST}", header)
    assert answer.status_code == 400
    assert "diffie_hellman_challenge" in answer.json()["error"]


async def test_without_the_decrypted_secret_in_front_the_signature_is_wrong(oauth: OAuthRig) -> None:
    extra = {"diffie_hellman_challenge": oauth.signer.challenge()}
    header = oauth.signer.header("POST", f"{BASE}{LST}", rsa_signed=True, extra=extra)
    answer = await oauth.send("POST", f"/v1/api{LST}", header)
    assert answer.status_code == 401
    assert answer.json()["error"].endswith("error: invalid signature")
    assert answer.json()["statusCode"] == 401


async def test_after_its_life_calls_are_401_and_a_new_token_is_a_new_session(oauth: OAuthRig) -> None:
    await oauth.lever("rules", {"life_s": 10})
    await oauth.signed_in()
    session = (await oauth.call("POST", "/tickle")).json()["session"]
    oauth.advance(9_000)
    assert (await oauth.call("POST", "/tickle")).status_code == 200
    oauth.advance(1_000)
    assert (await oauth.call("POST", "/tickle")).status_code == 401
    assert oauth.signer.took((await oauth.shake()).json())
    after = (await oauth.call("POST", "/tickle")).json()
    assert after["session"] != session
    assert after["iserver"]["authStatus"]["authenticated"] is False


async def test_a_faster_simulation_says_when_the_token_ends_by_the_wall_clock(
    oauth: OAuthRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oauth.gateway, "speed", 3600.0)
    assert (await oauth.shake()).json()["live_session_token_expiration"] == oauth.now_s() * 1000 + 24_000


async def test_a_renewal_in_time_keeps_the_session_and_the_old_token(oauth: OAuthRig) -> None:
    await oauth.signed_in()
    session = (await oauth.call("POST", "/tickle")).json()["session"]
    newer = Signer(oauth.folder, oauth.now_s)
    assert newer.took((await oauth.shake(newer)).json())
    for signer in (newer, oauth.signer):
        tickle = (await oauth.call("POST", "/tickle", signer=signer)).json()
        assert (tickle["session"], tickle["iserver"]["authStatus"]["authenticated"]) == (session, True)


async def test_by_rule_a_renewal_ends_the_old_token_but_not_the_session(oauth: OAuthRig) -> None:
    await oauth.signed_in()
    await oauth.lever("rules", {"old_token": "dies"})
    newer = Signer(oauth.folder, oauth.now_s)
    assert newer.took((await oauth.shake(newer)).json())
    assert (await oauth.call("POST", "/tickle")).status_code == 401
    tickle = (await oauth.call("POST", "/tickle", signer=newer)).json()
    assert tickle["iserver"]["authStatus"]["authenticated"] is True


async def test_a_logout_ends_the_token(oauth: OAuthRig) -> None:
    await oauth.signed_in()
    assert (await oauth.call("POST", "/logout")).status_code == 200
    assert (await oauth.call("POST", "/tickle")).status_code == 401
    assert oauth.signer.took((await oauth.shake()).json())


@pytest.mark.parametrize("fault", ["signature", "response"])
async def test_a_wrong_answer_is_noticed_by_a_client_that_checks(oauth: OAuthRig, fault: str) -> None:
    await oauth.lever("rules", {"dh_fault": fault})
    answer = await oauth.shake()
    assert answer.status_code == 200
    assert not oauth.signer.took(answer.json())
    assert (await oauth.told())["living"] == 0


async def test_by_rule_the_expiration_is_the_time_of_making(oauth: OAuthRig) -> None:
    await oauth.lever("rules", {"expiration": "now"})
    assert (await oauth.shake()).json()["live_session_token_expiration"] == oauth.now_s() * 1000


@pytest.mark.parametrize("status", [401, 410])
async def test_the_lever_ends_tokens_now_with_either_status(oauth: OAuthRig, status: int) -> None:
    await oauth.signed_in()
    assert await oauth.lever("expire", {"status": status}) == {"expired": 1, "status": status}
    assert (await oauth.call("GET", "/portfolio/accounts")).status_code == status


async def test_a_killed_access_token_gives_no_session_until_it_is_restored(oauth: OAuthRig) -> None:
    await oauth.signed_in()
    await oauth.lever("kill-token", {})
    assert (await oauth.call("POST", "/tickle")).json()["error"].endswith("invalid token")
    assert (await oauth.shake()).json()["error"].endswith("invalid token")
    await oauth.lever("kill-token", {"restore": True})
    assert oauth.signer.took((await oauth.shake()).json())


async def test_an_outage_strikes_the_handshake_too(oauth: OAuthRig) -> None:
    burst = {"prefixes": ["/oauth/"], "times": 1}
    assert (await oauth.http.post("/sim/day/burst-503", json=burst)).status_code == 200
    assert (await oauth.shake()).status_code == 503
    assert (await oauth.shake()).status_code == 200


async def test_while_the_server_is_down_nothing_is_answered_and_the_token_outlives_it(oauth: OAuthRig) -> None:
    await oauth.signed_in()
    oauth.gateway.network.go_down()
    for call in (oauth.shake(), oauth.call("POST", "/tickle"), oauth.send("POST", "/v1/api/tickle")):
        with pytest.raises(ConnectionLost):
            await call
    oauth.gateway.network.come_up()
    assert (await oauth.call("POST", "/tickle")).status_code == 200
