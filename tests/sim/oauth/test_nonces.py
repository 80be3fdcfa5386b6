"""Nonces are remembered as long as their timestamps could be taken, and no longer."""

from __future__ import annotations

import pytest

from ibtui.sim.oauth.nonces import TOLERANCE_S, Nonces
from ibtui.sim.oauth.refusals import OAuthRefused


def test_a_nonce_is_refused_as_long_as_its_request_could_be_repeated() -> None:
    nonces = Nonces()
    nonces.use("ONE", "n", 1_000)
    nonces.use("TWO", "n", 1_000)
    with pytest.raises(OAuthRefused, match="invalid nonce"):
        nonces.use("ONE", "n", 1_000 + 2 * TOLERANCE_S)
    nonces.use("ONE", "n", 1_001 + 2 * TOLERANCE_S)


@pytest.mark.parametrize("text", ["", "-1", "1.5", "now", "١٢"])
def test_a_timestamp_is_whole_seconds(text: str) -> None:
    with pytest.raises(OAuthRefused, match="no positive integer"):
        Nonces().check_time("ONE", text, 1_000, in_order=False)


def test_milliseconds_are_no_seconds() -> None:
    with pytest.raises(OAuthRefused, match="invalid timestamp"):
        Nonces().check_time("ONE", "1795300000000", 1_795_300_000, in_order=False)
