"""The whole way in a process of its own."""

from __future__ import annotations

import json
import time
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from ibtui.sim.process import start
from tests.sim.oauth.rig import LST
from tests.sim.oauth.signing import Signer

LIMIT_S = 20


def test_from_handshake_to_stream_and_no_stream_for_a_wrong_token(folder: Path) -> None:
    signer = Signer(folder, lambda: int(time.time()))
    arguments = ["--port=0", "--no-tls", f"--oauth={folder}"]
    with start(arguments) as running, httpx.Client() as http:
        base = running.base_url
        url = f"{base}{LST}"
        assert signer.took(http.post(url, headers={"authorization": signer.handshake_header(url)}).json())
        url = f"{base}/tickle"
        session = http.post(url, headers={"authorization": signer.header("POST", url)}).json()["session"]
        address = f"{base.replace('http', 'ws', 1)}/ws?oauth_token="
        with connect(f"{address}{signer.access_token}", ping_interval=None) as client:
            assert json.loads(client.recv(timeout=LIMIT_S)) == {"message": "waiting for session"}
            client.send(json.dumps({"session": session}))
            assert json.loads(client.recv(timeout=LIMIT_S))["success"] == "ibtuisim"
        with pytest.raises(InvalidStatus) as refused:
            connect(f"{address}wrong", ping_interval=None)
        assert refused.value.response.status_code == 401
