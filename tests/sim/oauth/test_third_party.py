"""Request token, authorisation, access token."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from ibtui.sim.oauth.folder import open_folder
from tests.sim.oauth.rig import BASE, MakeOAuthRig, OAuthRig
from tests.sim.oauth.signing import Signer


@pytest.fixture
def oauth(make_oauth_rig: MakeOAuthRig, folder: Path) -> OAuthRig:
    """A rig on a folder of its own, into which the third party's tokens are written."""
    return make_oauth_rig(open_folder(folder, BASE))


@pytest.fixture
def third(oauth: OAuthRig) -> Signer:
    return Signer(oauth.folder, oauth.now_s, consumer_key="TESTCONS", realm="test_realm")


async def asked(rig: OAuthRig, signer: Signer, path: str, **extra: str) -> httpx.Response:
    named = {f"oauth_{name}": value for name, value in extra.items()}
    header = signer.header("POST", f"{BASE}/oauth/{path}", rsa_signed=True, extra=named)
    return await rig.send("POST", f"/v1/api/oauth/{path}", header)


async def authorised(rig: OAuthRig, token: str) -> str:
    page = await rig.send("POST", f"/authorize?oauth_token={token}")
    found = re.search(r'<code id="oauth_verifier">([0-9a-f]+)</code>', page.text)
    assert found is not None
    return found[1]


async def test_a_user_authorises_and_the_token_opens_a_session(oauth: OAuthRig, third: Signer) -> None:
    token = (await asked(oauth, third, "request_token", callback="oob")).json()["oauth_token"]
    assert (await oauth.send("GET", f"/authorize?oauth_token={token}")).status_code == 200
    verifier = await authorised(oauth, token)
    answer = (await asked(oauth, third, "access_token", token=token, verifier=verifier)).json()
    assert answer["is_paper"] is True
    third.access_token, third.secret = answer["oauth_token"], answer["oauth_token_secret"]
    assert third.took((await oauth.shake(third)).json())
    assert (await oauth.call("POST", "/tickle", signer=third)).status_code == 200


async def test_the_access_token_survives_a_restart_and_a_second_one_is_the_same_with_another_secret(
    oauth: OAuthRig, third: Signer, make_oauth_rig: MakeOAuthRig
) -> None:
    given: list[tuple[str, str]] = []
    for again in (False, True):
        rig = make_oauth_rig(open_folder(oauth.folder, BASE)) if again else oauth
        token = (await asked(rig, third, "request_token", callback="oob")).json()["oauth_token"]
        verifier = await authorised(rig, token)
        answer = (await asked(rig, third, "access_token", token=token, verifier=verifier)).json()
        given.append((answer["oauth_token"], answer["oauth_token_secret"]))
    assert given[0][0] == given[1][0]
    assert given[0][1] != given[1][1]
    kept = open_folder(oauth.folder, BASE).third_party
    assert kept is not None
    third.secret = given[1][1]
    assert kept == (given[0][0], third.prepend())


async def test_a_verifier_works_once_and_only_with_its_request(oauth: OAuthRig, third: Signer) -> None:
    token = (await asked(oauth, third, "request_token", callback="oob")).json()["oauth_token"]
    assert (await asked(oauth, third, "access_token", token=token, verifier="0" * 20)).status_code == 401
    verifier = await authorised(oauth, token)
    other = (await asked(oauth, third, "request_token", callback="oob")).json()["oauth_token"]
    assert (await asked(oauth, third, "access_token", token=other, verifier=verifier)).status_code == 401
    assert (await asked(oauth, third, "access_token", token=token, verifier=verifier)).status_code == 200
    assert (await asked(oauth, third, "access_token", token=token, verifier=verifier)).status_code == 401


async def test_a_callback_on_this_machine_is_sent_the_verifier(oauth: OAuthRig, third: Signer) -> None:
    token = (await asked(oauth, third, "request_token", callback="http://localhost:20000/")).json()["oauth_token"]
    answer = await oauth.send("POST", f"/authorize?oauth_token={token}")
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(f"http://localhost:20000/?oauth_token={token}&oauth_verifier=")


async def test_no_other_place_is_sent_the_verifier(oauth: OAuthRig, third: Signer) -> None:
    token = (await asked(oauth, third, "request_token", callback="https://example.com/")).json()["oauth_token"]
    assert (await oauth.send("POST", f"/authorize?oauth_token={token}")).status_code == 400
    assert (await oauth.send("POST", "/authorize?oauth_token=unknown")).status_code == 400


async def test_the_first_party_may_not_go_this_way(oauth: OAuthRig) -> None:
    answer = await asked(oauth, oauth.signer, "request_token", callback="oob")
    assert (answer.status_code, answer.json()["error"].split("error: ")[1]) == (401, "invalid consumer")
