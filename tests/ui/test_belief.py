"""How far a price is believed."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from ibtui.domain.market import Availability, Quote
from ibtui.domain.session import Health, Light
from ibtui.ui.belief import belief

ON = Health(stream=Light.ON)
OFF = Health(stream=Light.OFF)
QUOTE = Quote(1, availability=Availability.LIVE, received=990.0, subscribed=True)
NOW = 1000.0


def test_a_streaming_live_quote_is_live() -> None:
    assert belief(QUOTE, ON, NOW) == ("live", False, False)


def test_nothing_received_is_waiting() -> None:
    assert belief(None, ON, NOW).word == "waiting"
    assert belief(Quote(1), ON, NOW).is_stale


def test_a_quote_whose_stream_was_lost_is_stale_with_its_age() -> None:
    assert belief(replace(QUOTE, subscribed=False), ON, NOW) == ("stale 10s", True, False)


def test_a_quiet_market_is_not_stale_while_the_stream_is_well() -> None:
    assert not belief(replace(QUOTE, received=100.0), ON, NOW).is_stale


def test_silence_on_a_stream_that_is_not_well_is_stale() -> None:
    assert not belief(QUOTE, OFF, NOW).is_stale
    assert belief(replace(QUOTE, received=979.0), OFF, NOW).is_stale


@pytest.mark.parametrize(
    "availability", [Availability.DELAYED, Availability.FROZEN, Availability.FROZEN_DELAYED, Availability.UNKNOWN]
)
def test_other_prices_than_live_ones_say_what_they_are(availability: Availability) -> None:
    assert belief(replace(QUOTE, availability=availability), ON, NOW).word == availability.value


def test_a_halt_is_said_before_the_availability() -> None:
    assert belief(replace(QUOTE, halted=True, availability=Availability.DELAYED), ON, NOW).word == "HALTED"


def test_a_price_that_is_not_subscribed_is_never_believed() -> None:
    assert belief(replace(QUOTE, availability=Availability.NOT_SUBSCRIBED), ON, NOW) == ("not subscribed", True, False)
