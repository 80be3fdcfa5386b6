"""The connection dialog: every trouble says what is wrong and which key mends it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from ibtui.domain.events import HealthChanged
from ibtui.domain.session import Health, Light, Trouble
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs import open_find
from ibtui.ui.dialogs.find import FindDialog
from ibtui.ui.dialogs.link import LinkDialog
from ibtui.ui.login import LoginPlace, login_place
from ibtui.ui.troubles import REMEDIES, grouped, waiting_words
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.dialogs import at_desk

PRINT = "sha256:" + "ab" * 32
UNKNOWN = Health(trouble=Trouble.CERTIFICATE_UNKNOWN, detail="localhost:5000 shows it", fingerprint=PRINT)


def test_every_trouble_has_a_remedy_in_words() -> None:
    assert set(REMEDIES) == set(Trouble) - {Trouble.NONE}
    assert all(remedy.title and remedy.advice for remedy in REMEDIES.values())


def test_a_fingerprint_is_shown_as_people_compare_it() -> None:
    assert grouped(PRINT) == (":".join(["AB"] * 16), ":".join(["AB"] * 16))


def test_the_next_attempt_is_counted_down() -> None:
    assert waiting_words(Health(next_attempt=112.0), 100.0) == "next attempt in 0:12"
    assert waiting_words(Health(penalty_until=700.0), 100.0) == "over in 10:00"
    assert waiting_words(Health(), 100.0) == ""


async def test_an_unknown_certificate_opens_the_dialog_by_itself_and_trust_needs_a_fresh_yes(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(HealthChanged(UNKNOWN))
        dialog = desk.dialog(LinkDialog)
        assert dialog.focused is not None
        assert dialog.focused.id == "answer-close"
        assert ":".join(["AB"] * 16) in desk.text("#text")
        assert "openssl" in desk.text("#text")
        await desk.pilot.press("y")
        assert session.intents("trust") == []
        await desk.press("y")
        assert session.intents("trust") == [("trust", PRINT)]
        assert desk.is_free


async def test_a_certificate_declined_is_not_asked_about_at_every_frame(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(HealthChanged(UNKNOWN))
        await desk.press("n")
        await desk.happens(HealthChanged(replace(UNKNOWN, detail="again")))
        assert desk.is_free
        assert session.intents("trust") == []


async def test_a_changed_certificate_cannot_be_trusted_from_here(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(HealthChanged(Health(trouble=Trouble.CERTIFICATE_CHANGED, fingerprint=PRINT)))
        dialog = desk.dialog(LinkDialog)
        assert str(dialog.query_one(".sheet").border_title).startswith("STOP")
        assert "pins.json" in desk.text("#text")
        await desk.press("y")
        assert session.intents("trust") == []
        assert not desk.is_free


async def test_the_dialog_does_not_come_on_top_of_another(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        open_find(app)
        await desk.pilot.pause()
        await desk.happens(HealthChanged(UNKNOWN))
        assert isinstance(app.screen, FindDialog)
        await desk.press("escape")
        await desk.frame()
        assert isinstance(app.screen, LinkDialog)


@pytest.mark.parametrize(
    ("trouble", "key", "intent"),
    [
        (Trouble.GATEWAY_DOWN, "r", "retry"),
        (Trouble.HOST_UNKNOWN, "r", "retry"),
        (Trouble.AILING, "r", "retry"),
        (Trouble.NOT_AUTHORISED, "r", "retry"),
        (Trouble.NIGHTLY_RESET, "r", "retry"),
        (Trouble.STREAM_SILENT, "r", "retry"),
        (Trouble.MAINTENANCE, "t", "take_over"),
        (Trouble.COMPETING, "t", "take_over"),
        (Trouble.NO_BROKERAGE, "t", "take_over"),
    ],
)
async def test_each_trouble_is_mended_by_its_key(
    app: DashboardApp, session: FakeSession, clock: ManualClock, trouble: Trouble, key: str, intent: str
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(HealthChanged(Health(trouble=trouble, detail="[b]Raw words[/b]")))
        assert desk.is_free, "only certificates and the first login open the dialog by themselves"
        app.open_connection()
        await desk.pilot.pause()
        assert "[b]Raw words[/b]" in desk.text("#text")
        await desk.press(key)
        assert session.intents(intent) == [(intent,)]
        assert desk.is_free


async def test_the_dialog_closes_when_its_trouble_is_over(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(HealthChanged(UNKNOWN))
        await desk.happens(HealthChanged(Health()))
        assert desk.is_free


OUT = Health(trouble=Trouble.LOGGED_OUT, detail="Open https://localhost:5000 in a browser and log in.")


async def test_a_missing_login_opens_the_dialog_once_and_closes_it_when_somebody_logged_in(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    session.store.apply(HealthChanged(OUT))
    async with at_desk(app, clock) as desk:
        assert "Waiting for the login" in desk.text("#waiting")
        await desk.happens(HealthChanged(Health(trouble=Trouble.NO_BROKERAGE)))
        assert desk.is_free
        await desk.happens(HealthChanged(OUT))
        assert desk.is_free, "the line below the status line tells of it from now on"
        assert session.intents("retry") == []


async def test_a_login_that_ends_later_opens_no_dialog(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(HealthChanged(Health(brokerage=Light.ON)))
        await desk.happens(HealthChanged(OUT))
        assert desk.is_free


async def test_over_ssh_the_line_to_type_is_shown_whole(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    tunnel = "ssh -L 5000:localhost:5000 trader@192.168.178.23"
    app.login = LoginPlace("https://localhost:5000", tunnel, "https://localhost:5000", has_gateway=True)
    session.store.apply(HealthChanged(OUT))
    async with at_desk(app, clock) as desk:
        assert tunnel in desk.text("#text").splitlines()
        assert "ibtui gateway status" in desk.text("#text")


async def test_a_gateway_of_the_configuration_can_be_started(app: DashboardApp, clock: ManualClock) -> None:
    app.login = LoginPlace("https://localhost:5000", has_gateway=True)
    async with at_desk(app, clock) as desk:
        await desk.happens(HealthChanged(Health(trouble=Trouble.GATEWAY_DOWN)))
        app.open_connection()
        await desk.pilot.pause()
        assert "ibtui gateway start" in desk.text("#text")


SSH = {"SSH_CONNECTION": "10.0.0.7 51234 192.168.178.23 22", "LOGNAME": "trader"}


@pytest.mark.parametrize(
    ("base_url", "environment", "tunnel", "url"),
    [
        ("https://localhost:5000/v1/api", {}, "", ""),
        ("https://localhost:5000/v1/api", {"SSH_CONNECTION": "broken"}, "", ""),
        (
            "https://localhost:5000/v1/api",
            SSH,
            "ssh -L 5000:localhost:5000 trader@192.168.178.23",
            "https://localhost:5000",
        ),
        (
            "https://127.0.0.1:5001/v1/api",
            SSH,
            "ssh -L 5001:localhost:5001 trader@192.168.178.23",
            "https://localhost:5001",
        ),
        (
            "https://[::1]:5000/v1/api",
            {**SSH, "SSH_CONNECTION": "fe80::1 5 fe80::2 2222"},
            "ssh -p 2222 -L 5000:localhost:5000 trader@fe80::2",
            "https://localhost:5000",
        ),
        (
            "https://gw.example.net/v1/api",
            SSH,
            "ssh -L 443:gw.example.net:443 trader@192.168.178.23",
            "https://localhost:443",
        ),
    ],
)
def test_the_tunnel_is_for_the_gateways_host_and_port(
    base_url: str, environment: dict[str, str], tunnel: str, url: str
) -> None:
    place = login_place(base_url, environment, has_gateway=False)
    assert (place.tunnel, place.tunnel_url) == (tunnel, url)
