"""Lights and words of every standing."""

from __future__ import annotations

import pytest

from ibtui.domain.session import Light, Trouble
from ibtui.session.connection import signals as s
from ibtui.session.connection.outages import Outage, OutageKind
from ibtui.session.connection.picture import Painter
from ibtui.session.connection.standing import Deed, Standing, State, Step

PAINTER = Painter("https://localhost:5000/v1/api")
OFF, WAIT, ON, BAD = Light.OFF, Light.WAIT, Light.ON, Light.BAD
RESET = Outage(OutageKind.RESET, "Europe, about 01:00 CEST")
SATURDAY = Outage(OutageKind.MAINTENANCE, "Saturday evening, US/Eastern")
ERROR = s.GatewayRefused("Service Unavailable", 503)
HANGS = s.GatewayGone("no answer in time", refused=False)


def doubt(kind: s.Doubt) -> s.CertificateQuestioned:
    return s.CertificateQuestioned(kind, "it shows another", "sha256:ab")


@pytest.mark.parametrize(
    ("standing", "trouble", "lights", "words"),
    [
        (Standing(), Trouble.NONE, (WAIT, OFF, OFF), ""),
        (
            Standing(cause=s.GatewayGone("refused")),
            Trouble.GATEWAY_DOWN,
            (BAD, OFF, OFF),
            "No gateway answers at localhost:5000",
        ),
        (Standing(cause=HANGS), Trouble.GATEWAY_DOWN, (BAD, OFF, OFF), "does not answer (no answer in time)"),
        (Standing(cause=s.GatewayGone("", host_unknown=True)), Trouble.HOST_UNKNOWN, (BAD, OFF, OFF), "name localhost"),
        (Standing(cause=doubt(s.Doubt.INVALID)), Trouble.NONE, (WAIT, OFF, OFF), ""),
        (
            Standing(State.WRONG_PORT, cause=s.GatewayStrange("HTTP 404")),
            Trouble.WRONG_PORT,
            (BAD, OFF, OFF),
            "HTTP 404",
        ),
        (
            Standing(State.CERTIFICATE, cause=doubt(s.Doubt.UNKNOWN)),
            Trouble.CERTIFICATE_UNKNOWN,
            (BAD, OFF, OFF),
            "trust it",
        ),
        (
            Standing(State.CERTIFICATE, cause=doubt(s.Doubt.CHANGED)),
            Trouble.CERTIFICATE_CHANGED,
            (BAD, OFF, OFF),
            "another",
        ),
        (
            Standing(State.CERTIFICATE, cause=doubt(s.Doubt.INVALID)),
            Trouble.CERTIFICATE_INVALID,
            (BAD, OFF, OFF),
            "refused",
        ),
        (
            Standing(State.GATEWAY_UP, cause=s.LoginMissing()),
            Trouble.LOGGED_OUT,
            (ON, BAD, OFF),
            "Open https://localhost:5000",
        ),
        (
            Standing(State.GATEWAY_UP, cause=s.LoginMissing("Get a key", by_authority=True)),
            Trouble.NOT_AUTHORISED,
            (ON, BAD, OFF),
            "Get a key",
        ),
        (Standing(State.LOGGED_IN), Trouble.NONE, (ON, ON, WAIT), ""),
        (
            Standing(State.LOGGED_IN, cause=s.BrokerageMissing("no bridge")),
            Trouble.NO_BROKERAGE,
            (ON, ON, WAIT),
            "(no bridge); ibtui asks",
        ),
        (
            Standing(State.LOGGED_IN, Step(Deed.INIT), cause=s.BrokerageMissing()),
            Trouble.NO_BROKERAGE,
            (ON, ON, WAIT),
            "is being started",
        ),
        (Standing(State.LOGGED_IN, cause=ERROR), Trouble.NO_BROKERAGE, (ON, WAIT, BAD), "Service Unavailable"),
        (Standing(State.COMPETING), Trouble.COMPETING, (ON, ON, BAD), "take over here"),
        (
            Standing(State.NIGHTLY_RESET, cause=ERROR, outage=RESET),
            Trouble.NIGHTLY_RESET,
            (ON, WAIT, BAD),
            "01:00 CEST",
        ),
        (Standing(State.NIGHTLY_RESET, outage=RESET), Trouble.NIGHTLY_RESET, (ON, ON, BAD), "nightly reset"),
        (Standing(State.MAINTENANCE, outage=SATURDAY), Trouble.MAINTENANCE, (ON, ON, BAD), "Saturday evening"),
        (Standing(State.ESTABLISHED), Trouble.NONE, (ON, ON, ON), ""),
        (Standing(State.READY), Trouble.NONE, (ON, ON, ON), ""),
        (Standing(State.READY, cause=ERROR), Trouble.AILING, (ON, WAIT, ON), "Service Unavailable"),
        (Standing(State.READY, cause=HANGS), Trouble.AILING, (WAIT, WAIT, ON), "no answer in time"),
        (
            Standing(State.READY, late=10.0),
            Trouble.AILING,
            (WAIT, ON, ON),
            "for 10 s; ibtui goes on asking, and no new order",
        ),
        (Standing(State.LOGGED_IN, late=4.0), Trouble.AILING, (WAIT, ON, WAIT), "for 4 s"),
        (Standing(late=4.0), Trouble.AILING, (WAIT, OFF, OFF), "for 4 s"),
    ],
)
def test_a_standing_has_its_lights_and_words(
    standing: Standing, trouble: Trouble, lights: tuple[Light, Light, Light], words: str
) -> None:
    picture = PAINTER.of(standing)
    assert picture.trouble is trouble
    assert (picture.gateway, picture.login, picture.brokerage) == lights
    assert words in picture.detail
    assert bool(picture.detail) is (trouble is not Trouble.NONE)
